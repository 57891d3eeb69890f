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
from schemas.records import Invoice, Line, Payment, Refund
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
    memos = [each for each in qbo.credits if each.id in linked]
    for waits in waiting:
        records = tuple(filter(None, map(record_of, waits.records)))
        here, there = _two(records, mediaos, qbo, pairs)
        mine = here or _credited(records, mediaos.credits)
        theirs = there or _credited(records, memos, Side.QBO)
        one, other = _comes_to(mine), _comes_to(theirs)
        currency = next((_currency(each) for each in (theirs, mine) if each), "")
        yield replace(
            waits,
            mediaos=one,
            qbo=other,
            amount=between(one, other) or _inside(here, there, pairs[Kind.INVOICE]),
            currency=foreign(currency, qbo.home),
        )


def _credited(
    records: Iterable[RecordRef], credits_: Iterable[Credit], side: Side = Side.MEDIAOS
) -> Credit | None:
    """Return a side's credit memo among these records; None where it has none."""
    ids = {r.id for r in records if (r.side, r.kind) == (side, Kind.CREDIT_MEMO)}
    found = (each for each in credits_ if each.kind == MEMO and each.id in ids)
    # One that was voided is there too, beside what was made anew of it.
    return max(found, key=lambda each: bool(each.amount), default=None)


def _comes_to(shown: Entry[Any] | Credit | None) -> Decimal | None:
    if shown is None:
        return None
    return shown.amount if isinstance(shown, Credit) else worth(shown)


def _currency(shown: Entry[Any] | Credit) -> str:
    return shown.currency if isinstance(shown, Credit) else shown.beside.currency


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
    detail = f"{used} of it is used, {abs(credit.open)} is open"
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
    """Return the live record of each side, of one document; a linked pair before any other."""
    found: dict[Side, Entry[Any]] = {}
    for record in sorted(records, key=lambda each: _is_paired(each, pairs)):
        book = mediaos if record.side is Side.MEDIAOS else qbo
        entry = book.live(record.kind).get(record.id)
        if entry is not None:
            found[record.side] = entry
    return found.get(Side.MEDIAOS), found.get(Side.QBO)


def _is_paired(record: RecordRef, pairs: Mapping[Kind, Mapping[str, str]]) -> bool:
    of = pairs.get(record.kind, {})
    return record.id in (of if record.side is Side.MEDIAOS else of.values())


def _inside(
    here: Entry[Any] | None, there: Entry[Any] | None, invoices: Mapping[str, str]
) -> Decimal:
    """Return how much money stands elsewhere in two records that come to the same in all."""
    one, other = (None if each is None else each.shape for each in (here, there))
    more: Iterable[Decimal] = ()
    if isinstance(one, Invoice | Refund) and isinstance(other, Invoice | Refund):
        lines = zip_longest(one.lines, other.lines)
        more = [_amount(theirs) - _amount(mine) for mine, theirs in lines]
        more += [other.tax - one.tax, one.discount - other.discount]
    if isinstance(one, Payment) and isinstance(other, Payment):
        more = more_there(one, other, invoices).values()
    up = sum((each for each in more if each > 0), ZERO)
    return max(up, up - sum(more, ZERO))


def _amount(line: Line | None) -> Decimal:
    return ZERO if line is None else line.amount
