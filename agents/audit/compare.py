"""Do two books and a journal agree?  Pure: everything that was read goes in, a report comes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.audit.amounts import (
    differing_balance,
    differing_payment,
    differing_totals,
    uncounted,
)
from agents.audit.books import Book
from agents.audit.fields import differing_fields, differing_products, wrong_numbers
from agents.audit.findings import Counts, Finding, Report, Waiting
from agents.audit.history import History
from agents.audit.pairs import Pairs, match
from agents.audit.progress import altered, not_seen, unfinished
from schemas.records import Invoice
from schemas.state import Snapshot
from schemas.values import ZERO, Kind, RecordRef


@dataclass(frozen=True, slots=True)
class _Compared:
    """What all comparisons look at."""

    mediaos: Book
    qbo: Book
    history: History
    pairs: Pairs
    waiting: Mapping[RecordRef, Waiting]
    newest: Mapping[RecordRef, Snapshot]


def compare(*, mediaos: Book, qbo: Book, history: History) -> Report:
    """Examine one tenant; nothing is read or changed."""
    pairs = match(mediaos, qbo, history)
    of = _Compared(mediaos, qbo, history, pairs, history.waiting(), history.newest())
    waiting = tuple(history.documents_waiting())
    return Report(
        tenant=history.tenant,
        counts=_counts(pairs, waiting),
        findings=(
            *pairs.findings,
            *_customers(of),
            *_invoices(of),
            *_payments(of),
            *_altered(of),
            *history.backwards,
            *unfinished(history),
            *not_seen(mediaos, of.newest),
            *not_seen(qbo, of.newest),
        ),
        waiting=waiting,
    )


def _in_step(of: _Compared, kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a kind that ought to be alike: those that do not wait."""
    for m, q in of.pairs.of[kind].items():
        names = (of.mediaos.name(kind, m), of.qbo.name(kind, q))
        if not any(name in of.waiting for name in names):
            yield m, q


def _customers(of: _Compared) -> Iterator[Finding]:
    for m, q in _in_step(of, Kind.CUSTOMER):
        where = of.mediaos.name(Kind.CUSTOMER, m)
        yield from differing_fields(where, of.mediaos.customers[m].shape, of.qbo.customers[q].shape)


def _invoices(of: _Compared) -> Iterator[Finding]:
    counted = dict(_in_step(of, Kind.PAYMENT))
    paid = uncounted(of.mediaos, set(counted)), uncounted(of.qbo, set(counted.values()))
    for m, q in _in_step(of, Kind.INVOICE):
        where, there = of.mediaos.name(Kind.INVOICE, m), of.qbo.name(Kind.INVOICE, q)
        one, other = of.mediaos.invoices[m].shape, of.qbo.invoices[q].shape
        left = (paid[0].get(m, ZERO), paid[1].get(q, ZERO))
        yield from differing_totals(where, one, other)
        yield from differing_balance(where, one, other, left)
        yield from differing_fields(where, one, other)
        yield from differing_products(where, one, other, of.history.items.get(there, {}))
        made, last = of.history.made.get(there), _number(of.newest.get(there))
        yield from wrong_numbers(where, one, other, made, last)


def _payments(of: _Compared) -> Iterator[Finding]:
    for m, q in _in_step(of, Kind.PAYMENT):
        where = of.mediaos.name(Kind.PAYMENT, m)
        one, other = of.mediaos.payments[m].shape, of.qbo.payments[q].shape
        yield from differing_payment(where, one, other, of.pairs.of[Kind.INVOICE])
        yield from differing_fields(where, one, other)


def _altered(of: _Compared) -> Iterator[Finding]:
    """Hold what waits, and so cannot be compared across, against what the journal saw of it."""
    for record in sorted(of.waiting):
        book = of.mediaos if record.side is of.mediaos.side else of.qbo
        yield from altered(book, record, of.newest)


def _number(shown: Snapshot | None) -> str | None:
    return shown.record.number if shown is not None and isinstance(shown.record, Invoice) else None


def _counts(pairs: Pairs, waiting: tuple[Waiting, ...]) -> Counts:
    return Counts(
        customers=len(pairs.of[Kind.CUSTOMER]),
        invoices=len(pairs.of[Kind.INVOICE]),
        payments=len(pairs.of[Kind.PAYMENT]),
        parked=sum(waits.how == "parked" for waits in waiting),
        unplaced=sum(waits.how == "unplaced" for waits in waiting),
    )
