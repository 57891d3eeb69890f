"""How is a payment made, changed and deleted, and what does that do to its invoices?

A payment may be split over invoices, and what is not applied stays on it (mediaos-api.md section
8.2). Every invoice whose balance moves gets a new row version of its own, after the payment's.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from streams.simulators.mediaos import invoices
from streams.simulators.mediaos.book import Book, Record
from streams.simulators.mediaos.currencies import (
    HOME,
    currency_code,
    currency_of,
    named,
    rate,
    refuse_another,
    settled,
    variance,
)
from streams.simulators.mediaos.fields import (
    Readers,
    day,
    each,
    identity,
    moment,
    number,
    optional,
    read_body,
    read_object,
    text,
)
from streams.simulators.mediaos.refusals import FieldError, bad_fields

_CENTS = number(least=Decimal(0), cents=True)
_LINE: Readers = {
    "invoice_id": identity,
    "amount": number(least=Decimal("0.01"), cents=True),
    "date_applied": day,
}
READERS: Readers = {
    "advertiser_id": identity,
    "amount": _CENTS,
    # Open on purpose: the documented enum lacks "Credit", which the documented sample holds.
    "type": text(50, shortest=1),
    "reference_number": optional(text(100)),
    "notes": optional(text(4_000)),
    "date_created": moment,
    "external_reference": optional(text(100, shortest=1)),
    "currency_exchange_rate": rate,
    "lines": each(lambda value: read_object(value, _LINE, required=["invoice_id", "amount"])),
}
#: The user who enters what comes over the API and in tests; see users.py.
ENTERED_BY = "1"


def create(book: Book, body: Any) -> Record:
    """Make a payment; ``advertiser_id`` and ``amount`` are required."""
    readers = {**READERS, "currency_code": currency_code}
    typed = read_body(body, readers, required=["advertiser_id", "amount"])
    advertiser = book.records["advertisers"].get(typed["advertiser_id"])
    if advertiser is None or advertiser["date_deleted"] is not None:
        raise bad_fields([("advertiser_id", "is no advertiser, or a deleted one")])
    typed["exchange_rate"] = typed.pop("currency_exchange_rate", None)
    currency, at = settled(book, typed, typed["advertiser_id"])
    born: Record = {
        "id": book.new_id("payments"),
        "entered_by_user_id": ENTERED_BY,
        "contract_id": None,
        "currency": None if currency == named(HOME) else currency["name"],
        "currency_exchange_rate": at,
        "type": "Other",
        "reference_number": None,
        "notes": None,
        "date_refunded": None,
        "lines": [],
    }
    record = _applied(book, born, typed)
    made = book.add("payments", record)
    _move_balances(book, [], record["lines"])
    return made


#: What the API edits: to whom money belongs, people say.
EDITED: Readers = {name: READERS[name] for name in READERS if name != "advertiser_id"}


def edit(book: Book, record_id: str, body: Any, readers: Readers = EDITED) -> Record:
    """Change the given fields of a payment; a list of lines takes the place of all lines."""
    before = book.live("payments", record_id)
    typed = read_body(body, readers)
    if typed.get("advertiser_id", before["advertiser_id"]) != before["advertiser_id"]:
        own = {"currency": currency_of(book, before["advertiser_id"])}
        refuse_another(book, own, typed["advertiser_id"])
    if before["currency_exchange_rate"] is None:
        typed.pop("currency_exchange_rate", None)
    record = _applied(book, before, typed)
    changed = book.change("payments", record_id, record)
    _move_balances(book, before["lines"], record["lines"])
    return changed


def delete(book: Book, record_id: str) -> Record:
    """Delete a payment; its lines stay on it to be read, and its invoices are owed again."""
    before = book.live("payments", record_id)
    gone = book.delete("payments", record_id)
    _move_balances(book, before["lines"], [])
    return gone


def restore(book: Book, record_id: str) -> Record:
    """Bring a deleted payment back, with nothing applied: its invoices may be paid since."""
    book.restore("payments", record_id)
    return book.change("payments", record_id, {"lines": [], "line": None})


def _applied(book: Book, before: Record, typed: Record) -> Record:
    record = before | typed
    if "lines" in typed:
        record["lines"] = [_line_of(book, before, wanted) for wanted in typed["lines"]]
    record["lines"] = [_with_gain(book, record, each) for each in record["lines"]]
    errors = list(_line_errors(book, before, record))
    applied = sum(_per_invoice(record["lines"]).values(), Decimal(0))
    if applied > Decimal(record["amount"]):
        errors.append(("lines", f"apply {applied} in all, more than the payment's amount"))
    if errors:
        raise bad_fields(errors)
    return record | {"line": record["lines"][0] if record["lines"] else None}


def _line_of(book: Book, payment: Record, wanted: Record) -> Record:
    held = {line["invoice_id"]: line for line in payment["lines"]}.get(wanted["invoice_id"])
    blank = {
        "id": held["id"] if held else book.new_id("payment_lines"),
        "payment_id": payment["id"],
        "currency_variance": "0",
        "date_applied": held["date_applied"] if held else book.today(),
    }
    return blank | wanted


def _with_gain(book: Book, payment: Record, line: Record) -> Record:
    """Return a line with what its part gains at home by the rate of the payment's day."""
    invoice = book.records["invoices"].get(line["invoice_id"], {})
    rates = payment["currency_exchange_rate"], invoice.get("exchange_rate")
    return {**line, "currency_variance": variance(line["amount"], *rates)}


def _line_errors(book: Book, before: Record, record: Record) -> Iterable[FieldError]:
    own, seen = _per_invoice(before["lines"]), set()
    for index, line in enumerate(record["lines"]):
        invoice = book.records["invoices"].get(line["invoice_id"])
        if invoice is None or invoice["date_deleted"] is not None:
            yield f"lines[{index}].invoice_id", "is no invoice, or a deleted one"
        elif invoice["advertiser_id"] != record["advertiser_id"]:
            yield f"lines[{index}].invoice_id", "is an invoice of another advertiser"
        elif line["invoice_id"] in seen:
            yield f"lines[{index}].invoice_id", "is applied to by an earlier line"
        elif (owed := Decimal(invoice["balance"]) + own.get(invoice["id"], Decimal(0))) < Decimal(
            line["amount"]
        ):
            yield f"lines[{index}].amount", f"must be at most {owed}, what the invoice still owes"
        seen.add(line["invoice_id"])


def _move_balances(book: Book, before: list[Record], after: list[Record]) -> None:
    old, new = _per_invoice(before), _per_invoice(after)
    for invoice_id in {**old, **new}:
        newly = new.get(invoice_id, Decimal(0)) - old.get(invoice_id, Decimal(0))
        if newly:
            invoices.pay(book, invoice_id, newly)


def _per_invoice(lines: list[Record]) -> dict[str, Decimal]:
    return {line["invoice_id"]: Decimal(line["amount"]) for line in lines}
