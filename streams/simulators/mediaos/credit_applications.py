"""How are credit memos applied to invoices, and what does that do to both?

Every line takes from one credit memo what it gives to one invoice, all of one advertiser; a memo
and an invoice whose balance moves each get a new row version, after the application's.  An invoice
below zero gives as a memo does, and is named by a sign before its id.  Invented.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from streams.simulators.mediaos import credit_memos, invoices
from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.fields import (
    Readers,
    day,
    each,
    identity,
    number,
    optional,
    read_body,
    read_object,
    text,
)
from streams.simulators.mediaos.refusals import FieldError, bad_fields

#: Before the id of an invoice that gives.
_GIVES = "invoice-"


def _giver(value: Any) -> str:
    """Read what gives: a credit memo, or an invoice below zero."""
    if isinstance(value, str) and value.startswith(_GIVES):
        return f"{_GIVES}{identity(value.removeprefix(_GIVES))}"
    return identity(value)


_LINE: Readers = {
    "credit_memo_id": _giver,
    "invoice_id": identity,
    "amount": number(least=Decimal("0.01"), cents=True),
}
READERS: Readers = {
    "advertiser_id": identity,
    "date_applied": day,
    "external_reference": optional(text(100, shortest=1)),
    "lines": each(lambda value: read_object(value, _LINE, required=list(_LINE))),
}
#: What a line names, by its field: of which kind, and how it is called.
_NAMED: Mapping[str, tuple[Kind, str]] = {
    "credit_memo_id": ("creditMemos", "credit memo"),
    "invoice_id": ("invoices", "invoice"),
}


def _gives(book: Book, record_id: str, amount: Decimal) -> Record:
    if record_id.startswith(_GIVES):
        return invoices.pay(book, record_id.removeprefix(_GIVES), -amount)
    return credit_memos.apply(book, record_id, amount)


#: How the balance of each moves by what is newly applied.
_MOVES: Mapping[str, Callable[[Book, str, Decimal], Record]] = {
    "credit_memo_id": _gives,
    "invoice_id": invoices.pay,
}


def _found(book: Book, field: str, record_id: str) -> tuple[Record | None, Decimal]:
    """Return what a line names, and what is open of it."""
    if field == "credit_memo_id" and record_id.startswith(_GIVES):
        found = book.records["invoices"].get(record_id.removeprefix(_GIVES))
        return found, -Decimal(found["balance"]) if found is not None else Decimal(0)
    found = book.records[_NAMED[field][0]].get(record_id)
    return found, Decimal(found["balance"]) if found is not None else Decimal(0)


def create(book: Book, body: Any) -> Record:
    """Apply credit memos; ``advertiser_id`` and ``lines`` are required."""
    typed = read_body(body, READERS, required=["advertiser_id", "lines"])
    advertiser = book.records["advertisers"].get(typed["advertiser_id"])
    if advertiser is None or advertiser["date_deleted"] is not None:
        raise bad_fields([("advertiser_id", "is no advertiser, or a deleted one")])
    born = {"date_applied": book.today(), "lines": []}
    record = _checked(book, born, born | typed)
    made = book.add("creditApplications", {"id": book.new_id("creditApplications"), **record})
    _move(book, [], record["lines"])
    return made


def edit(book: Book, record_id: str, body: Any) -> Record:
    """Change the given fields; a list of lines takes the place of all lines, and may be empty."""
    before = book.live("creditApplications", record_id)
    typed = read_body(body, {name: READERS[name] for name in READERS if name != "advertiser_id"})
    record = _checked(book, before, before | typed)
    changed = book.change("creditApplications", record_id, record)
    _move(book, before["lines"], record["lines"])
    return changed


def delete(book: Book, record_id: str) -> Record:
    """Take all of it off again: its lines stay on it to be read."""
    before = book.live("creditApplications", record_id)
    gone = book.delete("creditApplications", record_id)
    _move(book, before["lines"], [])
    return gone


def restore(book: Book, record_id: str) -> Record:
    """Bring a deleted one back, with nothing applied: its invoices may be paid since."""
    book.restore("creditApplications", record_id)
    return book.change("creditApplications", record_id, {"lines": []})


def _checked(book: Book, before: Record, record: Record) -> Record:
    errors = list(_errors(book, before, record))
    if errors:
        raise bad_fields(errors)
    return record


def _errors(book: Book, before: Record, record: Record) -> Iterable[FieldError]:
    own = {field: _sums(before["lines"], field) for field in _NAMED}
    so_far: dict[str, dict[str, Decimal]] = {field: {} for field in _NAMED}
    for index, line in enumerate(record["lines"]):
        for field, (_, called) in _NAMED.items():
            found, balance = _found(book, field, line[field])
            path = f"lines[{index}].{field}"
            if found is None or found["date_deleted"] is not None:
                yield path, f"is no {called}, or a deleted one"
            elif found["advertiser_id"] != record["advertiser_id"]:
                yield path, f"is a {called} of another advertiser"
            else:
                applied = so_far[field].get(line[field], Decimal(0)) + Decimal(line["amount"])
                so_far[field][line[field]] = applied
                open_ = balance + own[field].get(line[field], Decimal(0))
                if applied > open_:
                    yield f"lines[{index}].amount", f"is more than the {open_} open on the {called}"


def _move(book: Book, before: list[Record], after: list[Record]) -> None:
    for field, move in _MOVES.items():
        old, new = _sums(before, field), _sums(after, field)
        for record_id in {**old, **new}:
            newly = new.get(record_id, Decimal(0)) - old.get(record_id, Decimal(0))
            if newly:
                move(book, record_id, newly)


def _sums(lines: list[Record], field: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line[field]] = found.get(line[field], Decimal(0)) + Decimal(line["amount"])
    return found
