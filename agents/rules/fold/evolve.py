"""What does a fact change?  The only place where state comes from.

A fact that is told twice, or that is about something already over, changes nothing: each branch
first looks whether it still applies.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from agents.rules.documents.dependencies import ASKED, OVERWRITE, PUSHED
from agents.rules.locks import remembered
from schemas.changes import Change
from schemas.facts import (
    Asked,
    Attempted,
    CommandApplied,
    Decided,
    Fact,
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    Linked,
    LockedOut,
    OnOneSide,
    Parked,
    Refused,
    Regenerated,
    Released,
    Seen,
    Settled,
    Taken,
    Unanswered,
)
from schemas.outcomes import Verdict
from schemas.state import Agreed, Document, InFlight, Lane, Snapshot, Waits
from schemas.values import RecordRef, Side


def evolve_lane(lane: Lane, fact: Fact) -> Lane:
    """Return the lane as it stands after one fact."""
    step = _STEPS.get(type(fact))
    return lane if step is None else step(lane, fact)


def _seen(lane: Lane, fact: Seen) -> Lane:
    change = fact.change
    document = lane.documents.get(fact.document)
    if document is None:
        lane = replace(lane, order=lane.order + 1)
        document = Document(kind=change.kind, order=lane.order)
    known = document.shown(change.side)
    if known is not None and known.revision >= change.revision:
        return lane
    document = _show(document, change.side, _shown(change))
    named = lane.names
    if str(change.name) != fact.document:
        named = {**named, str(change.name): fact.document}
    return replace(
        _put(lane, fact.document, replace(document, event=change.event, decisions=0)),
        names=named,
    )


def _decided(lane: Lane, fact: Decided) -> Lane:
    document = lane.documents[fact.document]
    if lane.in_flight is not None:
        return lane
    creates = fact.command.creates
    opened = InFlight(
        decision=fact.decision,
        document=fact.document,
        command=fact.command,
        first_attempt=fact.at,
        last_attempt=fact.at,
        doubtful=creates and document.doubtful,
        earlier=document.attempted if creates else None,
        pushed=fact.given.pushed,
        overwrite=fact.given.overwrite,
    )
    document = replace(document, decisions=document.decisions + 1, park=None, unplaced=None)
    if creates:
        document = replace(document, attempted=fact.at)
    return replace(_put(lane, fact.document, document), in_flight=opened)


def _attempted(lane: Lane, fact: Attempted) -> Lane:
    in_flight = _open(lane, fact.command)
    if in_flight is None or fact.number <= in_flight.attempts:
        return lane
    if in_flight.command.creates:
        document = replace(lane.documents[in_flight.document], attempted=fact.at)
        lane = _put(lane, in_flight.document, document)
    in_flight = replace(in_flight, attempts=fact.number, last_attempt=fact.at, unsent=False)
    return replace(lane, in_flight=in_flight)


def _unanswered(lane: Lane, fact: Unanswered) -> Lane:
    in_flight = _open(lane, fact.command)
    return lane if in_flight is None else replace(lane, in_flight=replace(in_flight, unknown=True))


def _applied(lane: Lane, fact: CommandApplied) -> Lane:
    in_flight = _open(lane, fact.command)
    if in_flight is None:
        return lane
    document = lane.documents[in_flight.document]
    shown = Snapshot(id=fact.id, revision=fact.revision, record=fact.record, at=fact.at)
    known = document.shown(fact.side)
    if known is None or known.id != fact.id or known.revision < fact.revision:
        document = _show(document, fact.side, shown)
    document = replace(document, doubtful=False, stale=0)
    return replace(_put(lane, in_flight.document, document), in_flight=None)


def _refused(lane: Lane, fact: Refused) -> Lane:
    in_flight = _open(lane, fact.command)
    if in_flight is None:
        return lane
    document = lane.documents[in_flight.document]
    stale = document.stale + 1 if fact.verdict is Verdict.STALE else 0
    if _in_doubt(in_flight):
        document = replace(document, doubtful=True)
    elif in_flight.command.creates:
        # Refused for certain, so it will not arrive; one before it still may.
        document = replace(document, attempted=in_flight.earlier)
    document = replace(document, stale=stale)
    return replace(_put(lane, in_flight.document, document), in_flight=None)


def _in_doubt(in_flight: InFlight) -> bool:
    """Tell whether an attempt before the refused one may have been carried out."""
    return in_flight.command.creates and (in_flight.unknown or in_flight.attempts > 1)


def _linked(lane: Lane, fact: Linked) -> Lane:
    if fact.home != lane.key or fact.document not in lane.documents:
        return lane
    names, documents = dict(lane.names), dict(lane.documents)
    for side, record_id in ((Side.MEDIAOS, fact.mediaos), (Side.QBO, fact.qbo)):
        name = str(RecordRef(side, fact.kind, record_id))
        if name != fact.document:
            names[name] = fact.document
            documents[fact.document] = _joined(
                documents[fact.document], documents.pop(name, None), side
            )
    return replace(lane, names=names, documents=documents)


def _joined(document: Document, twin: Document | None, side: Side) -> Document:
    """Take over what a side showed of this record while it was not known whose it was."""
    newer = twin.shown(side) if twin is not None else None
    known = document.shown(side)
    if newer is None or (known is not None and known.revision >= newer.revision):
        return document
    return _show(document, side, newer)


def _settled(lane: Lane, fact: Settled) -> Lane:
    document = lane.documents.get(fact.document)
    if document is None:
        return lane
    if document.agreed is None:
        agreed = Agreed(mediaos=fact.mediaos, qbo=fact.qbo)
    else:
        agreed = Agreed(
            mediaos=_fields(document.agreed.mediaos, fact.mediaos, fact.fields),
            qbo=_fields(document.agreed.qbo, fact.qbo, fact.fields),
        )
    return _put(lane, fact.document, replace(document, agreed=agreed, park=None, unplaced=None))


def _parked(lane: Lane, fact: Parked) -> Lane:
    document = lane.documents.get(fact.document)
    if document is None:
        return lane
    over = lane.in_flight is not None and lane.in_flight.document == fact.document
    document = replace(document, park=fact.park, decisions=document.decisions + 1, stale=0)
    return replace(_put(lane, fact.document, document), in_flight=None if over else lane.in_flight)


def _released(lane: Lane, fact: Released) -> Lane:
    document = lane.documents.get(fact.document)
    if document is None:
        return lane
    return _put(lane, fact.document, replace(document, park=None, unplaced=None))


def _asked(lane: Lane, fact: Asked) -> Lane:
    document = lane.documents.get(fact.document)
    if document is None or document.park is None:
        return lane
    conditions = (PUSHED, OVERWRITE) if fact.overwrite else (PUSHED if fact.pushed else ASKED,)
    park = replace(document.park, waits_for=conditions)
    return _put(lane, fact.document, replace(document, park=park))


def _unplaced(lane: Lane, fact: OnOneSide) -> Lane:
    document = lane.documents.get(fact.document)
    if document is None:
        return lane
    return _put(lane, fact.document, replace(document, unplaced=fact.reason, park=None))


def _regenerated(lane: Lane, fact: Regenerated) -> Lane:
    document = lane.documents.get(fact.document)
    if document is None or document.generation >= fact.generation:
        return lane
    gone = [side for side in Side if _is_gone(document.shown(side))]
    names = dict(lane.names)
    for side in gone:
        shown = document.shown(side)
        names.pop(str(RecordRef(side, document.kind, shown.id if shown else "")), None)
        document = _show(document, side, None)
    document = replace(document, generation=fact.generation, agreed=None, doubtful=True)
    return replace(_put(lane, fact.document, document), names=names)


def _is_gone(shown: Snapshot | None) -> bool:
    return shown is not None and shown.record is None


def _held(lane: Lane, fact: Held) -> Lane:
    # Not by its id alone: one revision published with two contents must be told apart later.
    if fact.change in lane.held:
        return lane
    return replace(lane, held=(*lane.held, fact.change))


def _taken(lane: Lane, fact: Taken) -> Lane:
    if not lane.held or lane.held[0].event != fact.event:
        return lane
    return replace(lane, held=lane.held[1:])


def _waited(lane: Lane, fact: LaneWaited) -> Lane:
    if fact.at is not None:
        lane = replace(lane, locks=remembered(lane.locks, fact.at))
    if fact.unsent and lane.in_flight is not None and lane.in_flight.attempts == 1:
        lane = replace(lane, in_flight=replace(lane.in_flight, unsent=True))
    if not fact.lockout and _is_locked_beyond(lane.waits, fact.until):
        return lane
    return replace(lane, waits=Waits(why=fact.why, until=fact.until, lockout=fact.lockout))


def _is_locked_beyond(waits: Waits | None, until: datetime | None) -> bool:
    """Tell whether a lockout of the lane ends later: what it was at must not cut that short."""
    if waits is None or not waits.lockout or waits.until is None:
        return False
    return until is None or waits.until >= until


def _locked(lane: Lane, fact: LockedOut) -> Lane:
    return lane if fact.at is None else replace(lane, locks=remembered(lane.locks, fact.at))


def _went_on(lane: Lane, _fact: LaneWentOn) -> Lane:
    return replace(lane, waits=None)


def _home_changed(lane: Lane, fact: HomeChanged) -> Lane:
    return Lane(key=lane.key, home=fact.home)


def _put(lane: Lane, name: str, document: Document) -> Lane:
    return replace(lane, documents={**lane.documents, name: document})


def _show(document: Document, side: Side, shown: Snapshot | None) -> Document:
    if side is Side.MEDIAOS:
        return replace(document, mediaos=shown)
    return replace(document, qbo=shown)


def _shown(change: Change) -> Snapshot:
    return Snapshot(id=change.id, revision=change.revision, record=change.record, at=change.at)


def _open(lane: Lane, command: str) -> InFlight | None:
    return (
        lane.in_flight
        if lane.in_flight is not None and lane.in_flight.command.id == command
        else None
    )


def _fields(half: Any, showing: Any, names: tuple[str, ...]) -> Any:
    return replace(half, **{name: getattr(showing, name) for name in names})


_STEPS: dict[type, Callable[[Lane, Any], Lane]] = {
    Seen: _seen,
    Decided: _decided,
    Attempted: _attempted,
    Unanswered: _unanswered,
    CommandApplied: _applied,
    Refused: _refused,
    Linked: _linked,
    Settled: _settled,
    Parked: _parked,
    Released: _released,
    Asked: _asked,
    OnOneSide: _unplaced,
    Regenerated: _regenerated,
    Held: _held,
    Taken: _taken,
    LaneWaited: _waited,
    LaneWentOn: _went_on,
    LockedOut: _locked,
    HomeChanged: _home_changed,
}
