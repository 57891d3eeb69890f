"""How much money stands differently for a reason that is known?

What waits is told with what it comes to on both sides: that the journal gives a reason makes no
difference smaller.  So are neighbours: credits and deposits that only QuickBooks knows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from agents.audit.amounts import more_there
from agents.audit.books import Book, Credit, Entry, is_void, record_of, worth
from agents.audit.currencies import foreign
from agents.audit.findings import How, Waiting, between
from schemas.money_words import money_words
from schemas.records import Line, Payment, Sale
from schemas.values import ZERO, Kind, RecordRef, Side

#: How a credit memo is called among the credits of a book.
MEMO = Kind.CREDIT_MEMO.called


def weighed(
    waiting: Iterable[Waiting],
    mediaos: Book,
    qbo: Book,
    pairs: Mapping[Kind, Mapping[str, str]],
    linked: Collection[str] = (),
) -> Iterator[Waiting]:
    """Yield what waits with what it comes to on both sides.

    A credit memo of QuickBooks that is not among the `linked` is told as a neighbour.
    """
    for waits in waiting:
        records = [
            record
            for record in map(record_of, waits.records)
            if record is not None and not _is_neighbour(record, linked)
        ]
        here, there = _two(records, mediaos, qbo, pairs)
        one, other = (None if each is None else worth(each) for each in (here, there))
        currency = next((each.beside.currency for each in (there, here) if each), "")
        yield replace(
            waits,
            mediaos=one,
            qbo=other,
            amount=between(one, other) or _inside(here, there, pairs[Kind.INVOICE]),
            currency=foreign(currency, qbo.home),
        )


def _is_neighbour(record: RecordRef, linked: Collection[str]) -> bool:
    return (record.side, record.kind) == (Side.QBO, Kind.CREDIT_MEMO) and record.id not in linked


def neighbours(qbo: Book, linked: Collection[str] = ()) -> Iterator[Waiting]:
    """Yield what only QuickBooks knows and what changes what a customer owes."""
    for credit in qbo.credits:
        if credit.amount and not (credit.kind == MEMO and credit.id in linked):
            yield _credit(credit, qbo.home)
    for name, invoice in qbo.live(Kind.INVOICE).items():
        deposit = invoice.beside.deposit
        if deposit and not is_void(invoice):
            yield Waiting(
                how=How.NEIGHBOUR,
                document=str(qbo.name(Kind.INVOICE, name)),
                records=(str(qbo.name(Kind.INVOICE, name)),),
                reason="a deposit that was typed on the invoice",
                qbo=deposit,
                amount=deposit,
                currency=foreign(invoice.beside.currency, qbo.home),
            )


def _credit(credit: Credit, home: str) -> Waiting:
    number = f" {credit.number}" if credit.number else ""
    used = abs(credit.amount) - abs(credit.open)
    does = "takes off" if credit.amount > 0 else "adds to"
    detail = f"{money_words(used)} of it is used, {money_words(abs(credit.open))} is open"
    return Waiting(
        how=How.NEIGHBOUR,
        document=f"{Side.QBO}/{credit.kind.replace(' ', '-')}/{credit.id}",
        records=(f"{Side.QBO}/customer/{credit.customer}",),
        reason=f"{credit.kind}{number} {does} what is owed",
        detail=detail if used else "nothing of it is used",
        qbo=credit.amount,
        amount=abs(credit.amount),
        currency=foreign(credit.currency, home),
    )


def _two(
    records: Iterable[RecordRef], mediaos: Book, qbo: Book, pairs: Mapping[Kind, Mapping[str, str]]
) -> tuple[Entry[Any] | None, Entry[Any] | None]:
    """Return the live record of each side, of one document; a linked pair before any other.

    One that was voided is there too, beside what was made anew of it.
    """
    found: dict[Side, tuple[bool, bool, Entry[Any]]] = {}
    for record in records:
        book = mediaos if record.side is Side.MEDIAOS else qbo
        entry = book.live_one(record.kind, record.id)
        if entry is None:
            continue
        told = (_is_paired(record, pairs), not is_void(entry), entry)
        if record.side not in found or found[record.side][:2] < told[:2]:
            found[record.side] = told
    here, there = (found.get(side) for side in (Side.MEDIAOS, Side.QBO))
    return here[2] if here else None, there[2] if there else None


def _is_paired(record: RecordRef, pairs: Mapping[Kind, Mapping[str, str]]) -> bool:
    of = pairs.get(record.kind, {})
    return record.id in (of if record.side is Side.MEDIAOS else of.values())


def _inside(
    here: Entry[Any] | None, there: Entry[Any] | None, invoices: Mapping[str, str]
) -> Decimal:
    """Return how much money stands elsewhere in two records that come to the same in all."""
    one, other = (None if each is None else each.shape for each in (here, there))
    more: Iterable[Decimal] = ()
    if isinstance(one, Sale) and isinstance(other, Sale):
        lines = zip_longest(one.lines, other.lines)
        more = [_amount(theirs) - _amount(mine) for mine, theirs in lines]
        more += [other.tax - one.tax, one.discount - other.discount]
    if isinstance(one, Payment) and isinstance(other, Payment):
        more = more_there(one, other, invoices).values()
    up = sum((each for each in more if each > 0), ZERO)
    return max(up, up - sum(more, ZERO))


def _amount(line: Line | None) -> Decimal:
    return ZERO if line is None else line.amount
