"""What does a fact change of a document?

A fact that is told twice, or that is about something already over, changes nothing: each step
first looks whether it still applies.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.locks import remembered
from schemas.changes import Change
from schemas.command_facts import (
    Answered,
    Attempted,
    CommandApplied,
    Decided,
    Declined,
    Refused,
    Unanswered,
)
from schemas.commands import Create
from schemas.conditions import ASKED, OVERWRITE, PUSHED
from schemas.facts import (
    Asked,
    Fact,
    LinkAsked,
    Linked,
    LinkTargetShown,
    OnOneSide,
    Parked,
    Regenerated,
    Released,
    Seen,
    Settled,
    UnlinkAsked,
    Unlinked,
)
from schemas.lane_facts import HomeChanged, LaneWaited, LockedOut
from schemas.outcomes import Verdict
from schemas.state import Agreed, Document, InFlight, Park, ParkReason, Snapshot
from schemas.values import Side, is_later


def evolve_document(document: Document | None, name: str, fact: Fact) -> Document | None:
    """Return the document called `name` after one fact that concerns it, or None."""
    match fact:
        case HomeChanged():
            return None
        case Linked() if name != fact.document:
            return None
        case Seen():
            return _seen(document, fact)
        case _:
            return None if document is None else _STEPS[type(fact)](document, fact)


def _seen(document: Document | None, fact: Seen) -> Document:
    change = fact.change
    if document is None:
        document = Document(kind=change.kind, order=fact.order)
    known = document.shown(change.side)
    if known is not None and not _says_more(fact, known):
        if change.merged_into is None or known.id != change.id:
            return document
        return _show(document, change.side, replace(known, merged_into=change.merged_into))
    document = _shows(document, change.side, _shown(change, known))
    if fact.again:
        # Decisions go on being counted: a count that began anew for an event of old would give
        # out the ids of commands a second time.
        return document
    return replace(document, event=change.event, decisions=0, failures=0)


def _says_more(fact: Seen, known: Snapshot) -> bool:
    if fact.again and fact.change.id == known.id:
        return not is_later(fact.change.side, known.revision, fact.change.revision)
    return is_later(fact.change.side, fact.change.revision, known.revision)


def _decided(document: Document, fact: Decided) -> Document:
    if document.in_flight is not None:
        return document
    creates = isinstance(fact.command, Create)
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
        failures=document.failures,
    )
    return replace(
        document,
        decisions=document.decisions + 1,
        park=None,
        unplaced=None,
        attempted=fact.at if creates else document.attempted,
        said=document.said or getattr(fact.command, "body", ""),
        in_flight=opened,
    )


def _attempted(document: Document, fact: Attempted) -> Document:
    in_flight = _open(document, fact.command)
    if in_flight is None or fact.number <= in_flight.attempts:
        return document
    attempted = fact.at if isinstance(in_flight.command, Create) else document.attempted
    in_flight = replace(in_flight, attempts=fact.number, last_attempt=fact.at, unsent=False)
    return replace(document, attempted=attempted, in_flight=in_flight)


def _unanswered(document: Document, fact: Unanswered) -> Document:
    in_flight = _open(document, fact.command)
    if in_flight is None:
        return document
    in_flight = replace(in_flight, unknown=True)
    if fact.failed:
        told = fact.detail
        in_flight = replace(in_flight, failures=in_flight.failures + 1, failure=told)
    return replace(document, in_flight=in_flight)


def _declined(document: Document, fact: Declined) -> Document:
    in_flight = _open(document, fact.command)
    if in_flight is None or fact.number <= in_flight.declined_at:
        return document
    in_flight = replace(
        in_flight, declined=in_flight.declined + 1, declined_at=fact.number, unsent=True
    )
    return replace(document, in_flight=in_flight)


def _answered(document: Document, fact: Answered) -> Document:
    in_flight = _open(document, fact.command)
    if in_flight is None or in_flight.answered is not None:
        return document
    return replace(document, in_flight=replace(in_flight, answered=fact.answer))


def _locked(document: Document, fact: LockedOut | LaneWaited) -> Document:
    if fact.at is None:
        return document
    return replace(document, locks=remembered(document.locks, fact.at))


def _waited(document: Document, fact: LaneWaited) -> Document:
    document = _locked(document, fact)
    in_flight = document.in_flight
    if not fact.unsent or in_flight is None or in_flight.attempts != 1:
        return document
    return replace(document, in_flight=replace(in_flight, unsent=True))


def _applied(document: Document, fact: CommandApplied) -> Document:
    if _open(document, fact.command) is None:
        return document
    shown = Snapshot(id=fact.id, revision=fact.revision, record=fact.record, at=fact.at)
    known = document.shown(fact.side)
    if known is None or known.id != fact.id or is_later(fact.side, fact.revision, known.revision):
        document = _shows(document, fact.side, shown)
    if fact.unlike:
        document = replace(document, unlike=fact.unlike)
    return replace(document, doubtful=False, stale=0, failures=0, in_flight=None)


def _refused(document: Document, fact: Refused) -> Document:
    in_flight = _open(document, fact.command)
    if in_flight is None:
        return document
    stale = document.stale + 1 if fact.verdict is Verdict.STALE else 0
    if _in_doubt(in_flight):
        document = replace(document, doubtful=True)
    elif isinstance(in_flight.command, Create):
        # Refused for certain, so it will not arrive; one before it still may.
        document = replace(document, attempted=in_flight.earlier)
    failures = in_flight.failures if fact.verdict is Verdict.FAILED else 0
    refusals = document.refusals + isinstance(in_flight.command, Create)
    return replace(document, stale=stale, failures=failures, refusals=refusals, in_flight=None)


def _in_doubt(in_flight: InFlight) -> bool:
    """Tell whether an attempt before the refused one may have been carried out."""
    return isinstance(in_flight.command, Create) and (in_flight.unknown or in_flight.attempts > 1)


def _linked(document: Document, fact: Linked) -> Document:
    """Take over what a side showed of this record while it was not known whose it was."""
    for record in fact.records:
        known = document.shown(record.side)
        twin = fact.twin if str(record) != fact.document else None
        if twin is not None and (known is None or known.revision < twin.revision):
            document = _show(document, record.side, twin)
    return document


def _settled(document: Document, fact: Settled) -> Document:
    if document.agreed is None:
        agreed = Agreed(mediaos=fact.mediaos, qbo=fact.qbo)
    else:
        agreed = Agreed(
            mediaos=_fields(document.agreed.mediaos, fact.mediaos, fact.fields),
            qbo=_fields(document.agreed.qbo, fact.qbo, fact.fields),
        )
    return replace(document, agreed=agreed, park=None, unplaced=None, link_to="")


def _parked(document: Document, fact: Parked) -> Document:
    in_flight = document.in_flight
    if in_flight is not None and isinstance(in_flight.command, Create):
        # Given up, and not answered: it may have been carried out.
        document = replace(document, doubtful=True)
    if document.link_to:
        document = _show(document, Side.QBO, None)
    return replace(
        document,
        park=fact.park,
        decisions=document.decisions + 1,
        stale=0,
        failures=0,
        in_flight=None,
        link_to="",
        unlinks=False,
    )


def _released(document: Document, _fact: Released) -> Document:
    return replace(document, park=None, unplaced=None)


def _asked(document: Document, fact: Asked) -> Document:
    if document.park is None:
        return document
    conditions = (PUSHED, OVERWRITE) if fact.overwrite else (PUSHED if fact.pushed else ASKED,)
    waits_for = tuple(str(condition) for condition in conditions)
    return replace(document, park=replace(document.park, waits_for=waits_for))


def _link_asked(document: Document, fact: LinkAsked) -> Document:
    if document.park is None or document.agreed is not None:
        return document
    park = replace(document.park, waits_for=(str(ASKED),))
    return replace(_show(document, Side.QBO, None), park=park, link_to=fact.target)


def _target_shown(document: Document, fact: LinkTargetShown) -> Document:
    return _show(document, Side.QBO, fact.shown) if document.link_to else document


def _unlink_asked(document: Document, _fact: UnlinkAsked) -> Document:
    if document.agreed is None or document.in_flight is not None:
        return document
    park = Park(reason=ParkReason.NOT_LINKED, detail="its link is being undone")
    return replace(document, park=park, unlinks=True)


def _unlinked(document: Document, fact: Unlinked) -> Document:
    return replace(
        _show(document, Side.QBO, None),
        agreed=None,
        generation=fact.generation,
        doubtful=True,
        said="",
        unlinks=False,
    )


def _one_sided(document: Document, fact: OnOneSide) -> Document:
    return replace(document, unplaced=fact.reason, park=None)


def _regenerated(document: Document, fact: Regenerated) -> Document:
    if document.generation >= fact.generation:
        return document
    for record in fact.gone:
        document = _show(document, record.side, None)
    return replace(
        document,
        generation=fact.generation,
        agreed=None,
        doubtful=True,
        said="",
        voided=document.voided + fact.voided,
    )


def _show(document: Document, side: Side, shown: Snapshot | None) -> Document:
    if side is Side.MEDIAOS:
        return replace(document, mediaos=shown)
    return replace(document, qbo=shown)


def _shows(document: Document, side: Side, shown: Snapshot) -> Document:
    """Take over what a side shows; of other lines it is not known that they are not as asked."""
    before = document.shown(side)
    if side is Side.QBO and document.unlike and _lines(before) != _lines(shown):
        document = replace(document, unlike=())
    return _show(document, side, shown)


def _lines(shown: Snapshot | None) -> tuple[Any, ...]:
    record = shown.record if shown is not None else None
    return getattr(record, "lines", ()), getattr(record, "as_shown", ())


def _shown(change: Change, known: Snapshot | None) -> Snapshot:
    merged = known.merged_into if known is not None and known.id == change.id else None
    return Snapshot(
        id=change.id,
        revision=change.revision,
        record=change.record,
        at=change.at,
        merged_into=change.merged_into or merged,
    )


def _open(document: Document, command: str) -> InFlight | None:
    in_flight = document.in_flight
    return in_flight if in_flight is not None and in_flight.command.id == command else None


def _fields(half: Any, showing: Any, names: tuple[str, ...]) -> Any:
    return replace(half, **{name: getattr(showing, name) for name in names})


_STEPS: Mapping[type, Callable[[Document, Any], Document]] = {
    Decided: _decided,
    Attempted: _attempted,
    Unanswered: _unanswered,
    Declined: _declined,
    Answered: _answered,
    CommandApplied: _applied,
    Refused: _refused,
    Linked: _linked,
    Settled: _settled,
    Parked: _parked,
    Released: _released,
    Asked: _asked,
    LinkAsked: _link_asked,
    LinkTargetShown: _target_shown,
    UnlinkAsked: _unlink_asked,
    Unlinked: _unlinked,
    OnOneSide: _one_sided,
    Regenerated: _regenerated,
    LaneWaited: _waited,
    LockedOut: _locked,
}
