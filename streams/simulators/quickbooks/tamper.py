"""How does a book go wrong so that nobody is told?

No SyncToken, time, webhook or CDC shows any of this; only somebody who compares the books can see
it. All of it is invented, to prove that the ledger check looks.
"""

# ruff: noqa: A002 - "id" is what a record's id is called on both sides of the wire

from decimal import Decimal
from typing import Any

from streams.simulators.quickbooks.amounts import cents, exact
from streams.simulators.quickbooks.applied import allocations
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.links import rebalanced


class Tamper:
    """Silent damage to one realm's book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def shift_amount(self, kind: str, id: str, by: str = "0.01") -> Record:
        """Move the total of an invoice or payment, and what of it is open, by an amount."""
        record = self._book.get(kind, id)
        rest = "Balance" if kind == "Invoice" else "UnappliedAmt"
        amount: Decimal = exact(by)
        moved = {name: cents(record[name] + amount) for name in ("TotalAmt", rest)}
        return self._stored(kind, {**record, **moved})

    def remove(self, kind: str, id: str) -> None:
        """Remove a record; what a removed payment had paid is open again."""
        record = self._book.get(kind, id)
        self._book.remove(kind, id, quiet=True)
        for invoice_id in allocations(record) if kind == "Payment" else ():
            invoice = self._book.get("Invoice", invoice_id)
            self._book.tamper("Invoice", rebalanced(self._book, invoice))

    def duplicate(self, kind: str, id: str) -> Record:
        """Insert a second document with the same number and content."""
        return self._book.insert(kind, self._book.get(kind, id), quiet=True)

    def rewrite(self, kind: str, id: str, changes: dict[str, Any]) -> Record:
        """Store properties as given, unchecked; None removes one."""
        record = {**self._book.get(kind, id), **changes}
        kept = {name: value for name, value in record.items() if value is not None}
        return self._stored(kind, kept)

    def _stored(self, kind: str, record: Record) -> Record:
        self._book.tamper(kind, record)
        return record
