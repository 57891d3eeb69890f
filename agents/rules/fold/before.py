"""What did facts not say by themselves when earlier releases wrote them?

They named no document where the lane's open decision was meant, no order, and not all that they
gave up.  It is read from the rows as they stand: a store of those releases is refused and made
anew from the journal, so such a fact is always folded in order.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from schemas.command_facts import Attempted, CommandApplied, Refused, Unanswered
from schemas.facts import Fact, Linked, Parked, Regenerated, Seen
from schemas.identity import tenant_of
from schemas.lane_facts import HomeChanged, LaneWaited
from schemas.rows import (
    BearersRow,
    DocumentRow,
    LaneRow,
    RecordOwnerRow,
    SeenRow,
    documents_of,
    parsed,
    record_of,
    tenant_rows,
)
from schemas.state import Document, Lane, WaitReason
from schemas.values import RecordRef, Side

#: The sentences that once said for what a lane waits.
_SAID = {
    "a customer of this tenant is being created": WaitReason.CREATING,
    "its tenant is suspended": WaitReason.SUSPENDED,
}

#: Returns a row's state by its key; of the beginning of keys, all keys that begin so.
State = Callable[[str], Any]


def document_of(lane: str, name: str, state: State) -> Document | None:
    """Return a document as it stands; None where a fact names none."""
    found: Document | None = state(str(DocumentRow(lane, name))) if name else None
    return found


def needs(lane: str, fact: Fact, state: State) -> Iterator[str]:
    """Name the rows that `completed` looks at."""
    match fact:
        case Seen(order=0):
            yield from _founded(lane, fact.document, state)
        case Parked(order=0) | Regenerated(gone=()):
            yield from _row_of(lane, fact.document)
        case Attempted() | Unanswered() | CommandApplied() | Refused() | LaneWaited():
            if not fact.document:
                yield str(LaneRow(lane))
        case Linked(twin=None):
            yield from (str(DocumentRow(lane, name)) for name in twins(fact))
        case HomeChanged(documents=()):
            yield documents_of(lane)
        case _:
            return


def untold(lane: str, fact: Fact) -> Iterator[str]:
    """Name what the rows begin with of which a fact changes some that it does not say itself.

    Who folds it in order learns them from the rows; where the rows are later ones, nobody can.
    """
    match fact:
        case Attempted() | Unanswered() | CommandApplied() | Refused():
            if not fact.document:
                yield documents_of(lane)
        case LaneWaited(reason=None, unsent=True):
            yield documents_of(lane)
        case Regenerated(gone=()):
            yield tenant_rows(RecordOwnerRow, tenant_of(lane))
        case HomeChanged(documents=()):
            yield documents_of(lane)
            yield from (tenant_rows(each, tenant_of(lane)) for each in (SeenRow, BearersRow))
        case _:
            return


def completed(lane: str, fact: Fact, state: State) -> Fact:
    """Return the fact with all that it says by itself today."""
    complete = _COMPLETE.get(type(fact))
    return fact if complete is None else complete(lane, fact, state)


def twins(fact: Linked) -> Iterator[str]:
    """Return the names that the linked records have, but for the one that founded the document."""
    names = (str(record) for record in fact.records)
    return (name for name in names if name != fact.document)


def gone(document: Document | None) -> tuple[RecordRef, ...]:
    """Return the records of a document that were deleted."""
    if document is None:
        return ()
    shown = ((side, document.shown(side)) for side in Side)
    return tuple(
        RecordRef(side, document.kind, each.id)
        for side, each in shown
        if each is not None and each.record is None
    )


def _seen(lane: str, fact: Seen, state: State) -> Seen:
    if fact.order or document_of(lane, fact.document, state) is not None:
        return fact
    known: Lane | None = state(str(LaneRow(lane)))
    return replace(fact, order=(known.order if known else 0) + 1)


def _parked(lane: str, fact: Parked, state: State) -> Parked:
    if fact.order:
        return fact
    document = document_of(lane, fact.document, state)
    return replace(fact, order=document.order if document else 0)


def _regenerated(lane: str, fact: Regenerated, state: State) -> Regenerated:
    if fact.gone:
        return fact
    return replace(fact, gone=gone(document_of(lane, fact.document, state)))


def _of_command(lane: str, fact: Any, state: State) -> Any:
    return fact if fact.document else replace(fact, document=_underway(lane, state))


def _waited(lane: str, fact: LaneWaited, state: State) -> LaneWaited:
    if fact.reason is not None:
        return fact
    said = WaitReason.LOCKED if fact.lockout else _SAID.get(fact.why, WaitReason.TIME)
    return replace(fact, reason=said, document=_underway(lane, state) if fact.unsent else "")


def _linked(lane: str, fact: Linked, state: State) -> Linked:
    if fact.twin is not None:
        return fact
    for name in twins(fact):
        document = document_of(lane, name, state)
        if document is not None:
            return replace(fact, twin=document.shown(record_of(name).side))
    return fact


def _home_changed(lane: str, fact: HomeChanged, state: State) -> HomeChanged:
    if fact.documents:
        return fact
    rows = (parsed(key) for key in state(documents_of(lane)))
    return replace(fact, documents=tuple(row.name for row in rows if isinstance(row, DocumentRow)))


def _underway(lane: str, state: State) -> str:
    known: Lane | None = state(str(LaneRow(lane)))
    return known.in_flight.document if known is not None and known.in_flight is not None else ""


def _founded(lane: str, document: str, state: State) -> Iterator[str]:
    yield from _row_of(lane, document)
    if document_of(lane, document, state) is None:
        yield str(LaneRow(lane))


def _row_of(lane: str, document: str) -> Iterator[str]:
    # Without a name it would be the beginning of all keys of the lane's documents.
    if document:
        yield str(DocumentRow(lane, document))


_COMPLETE: Mapping[type, Callable[[str, Any, State], Fact]] = {
    Seen: _seen,
    Parked: _parked,
    Regenerated: _regenerated,
    Attempted: _of_command,
    Unanswered: _of_command,
    CommandApplied: _of_command,
    Refused: _of_command,
    LaneWaited: _waited,
    Linked: _linked,
    HomeChanged: _home_changed,
}
