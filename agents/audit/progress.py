"""Has the journal seen all that the sides show, and has it finished with it?

A record in the book of its side that is newer than the journal knows is a change that was lost, or
is still on its way; an open decision or a held event is work that was not done.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from agents.audit.applications import summed
from agents.audit.books import Application, Book, Entry
from agents.audit.findings import Finding, What, finding
from agents.audit.history import History
from schemas.records import (
    CreditApplication,
    CreditMemo,
    Customer,
    Invoice,
    Payment,
    Record,
    Refund,
)
from schemas.state import Snapshot
from schemas.values import RecordRef, Side


def unfinished(history: History) -> Iterator[Finding]:
    """Name each decision without an end, and each event that still waits in its lane."""
    for key, lane in sorted(history.lanes.items()):
        if lane.in_flight is not None:
            command = lane.in_flight.command
            told = f"{command.id} to {command.side} has no outcome"
            yield finding(What.OPEN, lane.in_flight.document, "an outcome", told)
        for event in lane.held:
            yield finding(What.HELD, key, "no event held", event)


def not_seen(book: Book, newest: Mapping[RecordRef, Snapshot]) -> Iterator[Finding]:
    """Name each record that its side shows newer than the journal has seen it.

    One that the journal never saw is not named here: it is missing on the other side.
    """
    for record, entry in book.entries():
        known = newest.get(record)
        if known is not None and known.revision < entry.revision and _matters(record, entry, known):
            expected = f"revision {entry.revision}"
            yield finding(What.NOT_SEEN, record, expected, f"revision {known.revision}")


def altered(
    book: Book, record: RecordRef, newest: Mapping[RecordRef, Snapshot]
) -> Iterator[Finding]:
    """Name a record that says something else than it did at the very same revision."""
    entry, known = book.of(record.kind).get(record.id), newest.get(record)
    if entry is None or known is None or known.record is None or entry.revision != known.revision:
        return
    expected, found = said(known.record), said(entry.shape)
    for name in expected:
        if expected[name] != found.get(name):
            told = f"{name} at revision {entry.revision}"
            yield finding(What.AMOUNT, record, expected[name], found.get(name), told)


def said(shape: Record | Application) -> dict[str, object]:
    """Return what a record says by itself: no balance, which its payments make."""
    match shape:
        case Customer():
            return {"name": shape.name, "email": shape.email, "phone": shape.phone}
        case Invoice() | CreditMemo() | Refund():
            lines = tuple(str(line.amount.normalize()) for line in shape.lines)
            sums = {"total": shape.total, "tax": shape.tax, "lines": lines}
            due = {"due": shape.due} if isinstance(shape, Invoice) else {}
            return {"number": shape.number, "memo": shape.memo, **due, **sums}
        case Payment():
            # The journal has what was given back beside the amount.
            amount = shape.amount + shape.returned
            return {"amount": amount, "applied": _parts(shape), "reference": shape.reference}
        case CreditApplication():
            parts = ((part.credit, part.amount) for part in shape.parts)
            return {"given": summed(parts)}
        case Application():
            return {"given": dict(shape.given)}
        case _:
            return {}


def _parts(payment: Payment) -> tuple[tuple[str, Decimal], ...]:
    """Return what settles each invoice, money and credit together: the journal has them apart."""
    parts: defaultdict[str, Decimal] = defaultdict(Decimal)
    for part in (*payment.applied, *payment.credits):
        parts[part.invoice] += part.amount
    return tuple(sorted(parts.items()))


def _matters(record: RecordRef, entry: Entry[Customer], known: Snapshot) -> bool:
    # QuickBooks raises an invoice's token without telling anybody when a payment is taken away
    # from it (quickbooks-online.md 2.5); only its balance differs then.
    if record.side is Side.MEDIAOS or known.record is None:
        return True
    return said(known.record) != said(entry.shape)
