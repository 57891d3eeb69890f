"""What does a lane still answer for, and which of several lanes says why a document waits?"""

from collections.abc import Collection
from dataclasses import dataclass, field

from agents.audit.books import record_of
from agents.audit.findings import How, Waiting
from schemas.below_zero import invoice_behind
from schemas.changes import Change
from schemas.command_facts import Decided, Refused
from schemas.facts import Fact, OnOneSide, Parked, Released, Settled
from schemas.lane_facts import Held, LaneWaited, LaneWentOn, Taken
from schemas.state import Snapshot
from schemas.values import RecordRef, is_later


@dataclass(slots=True)
class Lane:
    """What one lane still answers for; nothing, once it has handed over."""

    shown: dict[RecordRef, Snapshot] = field(default_factory=dict)
    #: As which document each of them was shown last.
    shown_as: dict[RecordRef, str] = field(default_factory=dict)
    records: dict[str, set[RecordRef]] = field(default_factory=dict)
    waits: dict[str, Waiting] = field(default_factory=dict)
    in_flight: Decided | None = None
    held: dict[str, Change] = field(default_factory=dict)
    #: Why the whole lane waits, blank while it does not.
    stands: str = ""
    #: The documents that it has linked.
    linked: set[str] = field(default_factory=set)


def lanes_waiting(lanes: Collection[Lane]) -> dict[str, Lane]:
    """Return, by each document that waits, the lane that says why.

    One that changed its customer before it crossed waits in the lanes of both, and is one all
    the same: the one that saw it last counts.  It waits in none where another one has linked it
    since, and this one only tells that it has it no more.
    """
    linked = {_one(name) for lane in lanes for name in lane.linked}
    newest = _newest_of_one(lanes)
    found: dict[str, tuple[str, Lane]] = {}
    for lane in lanes:
        for document, waits in lane.waits.items():
            one, told = _one(document), waits.how is How.UNPLACED
            elsewhere = one in linked or _shown(lane, document) is not newest.get(one)
            if told and elsewhere and document not in lane.linked:
                continue
            if one not in found or _saw_later(lane, document, *found[one]):
                found[one] = document, lane
    return dict(found.values())


def _newest_of_one(lanes: Collection[Lane]) -> dict[str, Snapshot]:
    """Return what was seen last of each record that MediaOS shows, whatever it is here."""
    found: dict[str, Snapshot] = {}
    for lane in lanes:
        for record, shown in lane.shown.items():
            one = _one(str(record))
            known = found.get(one)
            if known is None or is_later(record.side, shown.revision, known.revision):
                found[one] = shown
    return found


def _one(document: str) -> str:
    """Return by what a document is known in all lanes: a credit may be an invoice of MediaOS."""
    record = record_of(document)
    invoice = invoice_behind(record) if record is not None else None
    return str(invoice) if invoice is not None else document


def _saw_later(lane: Lane, document: str, before: str, other: Lane) -> bool:
    """Tell whether a lane has seen a document later than another one, or under another name."""
    record = record_of(document)
    here, there = _shown(lane, document), _shown(other, before)
    if record is None or here is None or there is None:
        return True
    return not is_later(record.side, there.revision, here.revision)


def _shown(lane: Lane, document: str) -> Snapshot | None:
    record = record_of(document)
    return lane.shown.get(record) if record is not None else None


def stand(lane: Lane, fact: Fact) -> None:
    """Take note of what holds a lane or a document, or holds it no more."""
    match fact:
        case Refused() if lane.in_flight is not None and lane.in_flight.command.id == fact.command:
            lane.in_flight = None
        case Parked():
            if lane.in_flight is not None and lane.in_flight.document == fact.document:
                lane.in_flight = None
            lane.waits[fact.document] = Waiting(
                how=How.PARKED,
                document=fact.document,
                reason=fact.park.reason,
                detail=fact.park.detail,
            )
        case OnOneSide():
            lane.waits[fact.document] = Waiting(
                how=How.UNPLACED, document=fact.document, reason=fact.reason
            )
        case Released() | Settled():
            lane.waits.pop(fact.document, None)
        case _:
            _hold(lane, fact)


def _hold(lane: Lane, fact: Fact) -> None:
    """Take note of what a lane holds, and why it waits as a whole."""
    match fact:
        case LaneWaited():
            lane.stands = fact.why
        case LaneWentOn():
            lane.stands = ""
        case Held():
            lane.held.setdefault(fact.change.event, fact.change)
        case Taken():
            lane.held.pop(fact.event, None)
        case _:
            pass
