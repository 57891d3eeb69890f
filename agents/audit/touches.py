"""What happened to a document last, in an accountant's words?"""

from dataclasses import dataclass
from datetime import datetime

from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided
from schemas.facts import Fact, OnOneSide, Parked, Released, Seen
from schemas.lane_facts import Held
from schemas.values import RecordRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One event of a document: which records or which document it concerns, what it was, when.

    `place` orders the events of one lane.
    """

    records: tuple[str, ...]
    what: str
    at: datetime
    place: int


def touch(fact: Fact, at: datetime, place: int) -> Touch | None:
    """Return what a fact of the journal did to a document; None where it is about none.

    What a side did has the side's own time, all else that of the journal.
    """
    match fact:
        case Seen(change=change) | Held(change=change):
            document = (fact.document,) if isinstance(fact, Seen) else ()
            return Touch(
                records=(str(change.name), *document), what=_told(change), at=change.at, place=place
            )
        case CommandApplied():
            record = str(RecordRef(fact.side, fact.kind, fact.id))
            told = f"written to {fact.side.called} by Isthmus, revision {fact.revision}"
            return Touch(records=(record,), what=told, at=at, place=place)
        case Decided() | Parked() | OnOneSide() | Released():
            return Touch(records=(fact.document,), what=_judged(fact), at=at, place=place)
        case _:
            return None


def _told(change: Change) -> str:
    does = "deleted" if change.record is None else "changed"
    return f"{does} in {change.side.called}, revision {change.revision}"


def _judged(fact: Decided | Parked | OnOneSide | Released) -> str:
    match fact:
        case Decided():
            return f"Isthmus decided to write it to {fact.command.side.called}"
        case Parked():
            return f"parked by Isthmus: {fact.park.reason}"
        case OnOneSide():
            return "listed by Isthmus as of one side alone"
        case Released():
            return "let go by Isthmus"
