"""What does a fact change of a document's open command, from its decision to its outcome?"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from agents.rules.fold.shown import take_over
from agents.rules.locks import remembered
from schemas.command_facts import (
    Answered,
    Attempted,
    CommandApplied,
    Decided,
    Declined,
    Refused,
    Unanswered,
)
from schemas.commands import Command, Create, Remove
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.outcomes import Verdict
from schemas.records import CreditMemo, Invoice, Refund
from schemas.state import Document, InFlight, Snapshot
from schemas.values import Side, is_later


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
    reckoned = _reckoned_by(fact.command)
    return replace(
        document,
        reckoned=tuple(dict.fromkeys((*document.reckoned, *reckoned))),
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
    in_flight = _open(document, fact.command)
    if in_flight is None:
        return document
    shown = Snapshot(id=fact.id, revision=fact.revision, record=fact.record, at=fact.at)
    known = document.shown(fact.side)
    if known is None or known.id != fact.id or is_later(fact.side, fact.revision, known.revision):
        document = take_over(document, fact.side, shown)
    if fact.unlike:
        document = replace(document, unlike=fact.unlike)
    reckoned = _reckoned_by(in_flight.command) or document.reckoned
    return replace(document, doubtful=False, stale=0, failures=0, in_flight=None, reckoned=reckoned)


def _reckoned_by(command: Command) -> tuple[Decimal, ...]:
    """Return the tax that a command tells MediaOS: QuickBooks has worked it out."""
    if command.side is not Side.MEDIAOS or isinstance(command, Remove):
        return ()
    record, told = command.record, "tax" in command.fields
    return (record.tax,) if told and isinstance(record, Invoice | CreditMemo | Refund) else ()


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
    asked = fact.verdict is not Verdict.UNSENT
    if not asked and _is_first(document, in_flight):
        # Nothing has said it: what is decided next goes by the id of any first one, in any lane.
        document = replace(document, said="")
    refusals = document.refusals + (asked and isinstance(in_flight.command, Create))
    return replace(document, stale=stale, failures=failures, refusals=refusals, in_flight=None)


def _is_first(document: Document, in_flight: InFlight) -> bool:
    """Tell whether no create of this generation was sent before the one that is open."""
    return in_flight.earlier is None and not document.doubtful and not document.refusals


def _in_doubt(in_flight: InFlight) -> bool:
    """Tell whether an attempt before the refused one may have been carried out."""
    return isinstance(in_flight.command, Create) and (in_flight.unknown or in_flight.attempts > 1)


def _open(document: Document, command: str) -> InFlight | None:
    in_flight = document.in_flight
    return in_flight if in_flight is not None and in_flight.command.id == command else None


STEPS: Mapping[type, Callable[[Document, Any], Document]] = {
    Decided: _decided,
    Attempted: _attempted,
    Unanswered: _unanswered,
    Declined: _declined,
    Answered: _answered,
    CommandApplied: _applied,
    Refused: _refused,
    LaneWaited: _waited,
    LockedOut: _locked,
}
