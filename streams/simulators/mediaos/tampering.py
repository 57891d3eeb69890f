"""What if someone reaches into the database behind MediaOS's back?

Nothing here is published, counted in a row version or dated. The book stays consistent with itself
where it can, so that only a comparison with the other side finds it.
"""

from decimal import Decimal

from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.invoices import standing
from streams.simulators.mediaos.refusals import bad_fields
from streams.simulators.mediaos.writing import show_number


class Tampering:
    """Silent changes to a book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def shift_amount(self, kind: Kind, record_id: str, cents: int = 1) -> Record:
        """Change an invoice's total and balance, or a payment's amount, by cents."""
        record, shift = self._money(kind, record_id), Decimal(cents) / 100
        if kind == "payments":
            return self._set(kind, record, {"amount": _plus(record["amount"], shift)})
        moved = {"total": _plus(record["total"], shift)}
        return self._set(kind, record, moved | standing(Decimal(record["balance"]) + shift))

    def remove(self, kind: Kind, record_id: str) -> Record:
        """Take an invoice or a payment out of the book; a payment's invoices are owed again."""
        record = self._money(kind, record_id)
        for line in record["lines"] if kind == "payments" else []:
            invoice = self._book.find("invoices", line["invoice_id"])
            balance = Decimal(invoice["balance"]) + Decimal(line["amount"])
            self._set("invoices", invoice, standing(balance))
        del self._book.records[kind][record_id]
        return record

    def duplicate(self, kind: Kind, record_id: str) -> Record:
        """Put a second document beside an invoice or a payment, alike but for its ids."""
        record = self._money(kind, record_id)
        copy_id = self._book.new_id(kind)
        if kind == "payments":
            return self._set(kind, record, {"id": copy_id, "lines": [], "line": None})
        lines = [
            {**line, "id": self._book.new_id("invoice_lines"), "invoice_id": copy_id}
            for line in record["line_items"]
        ]
        unpaid = standing(Decimal(record["total"]))
        return self._set(kind, record, {"id": copy_id, "line_items": lines, **unpaid})

    def _money(self, kind: Kind, record_id: str) -> Record:
        if kind not in ("invoices", "payments"):
            raise bad_fields([("kind", "must be invoices or payments")])
        return self._book.find(kind, record_id)

    def _set(self, kind: Kind, record: Record, changes: Record) -> Record:
        changed = record | changes
        self._book.records[kind][changed["id"]] = changed
        return changed


def _plus(amount: str, shift: Decimal) -> str:
    return show_number(Decimal(amount) + shift)
