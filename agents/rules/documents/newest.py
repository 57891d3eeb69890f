"""Which document of an invoice counts that stands under several customers, or as two things?

One that waits may move to another advertiser, and turn its sign: below zero it is a credit here.
The newest revision counts, and every other document of it is given up; but what may be in
QuickBooks already is waited for, so that nothing stands there twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from agents.rules.wording import lane_called
from schemas.commands import Create
from schemas.decisions import OnlyOnOneSide
from schemas.lane_conditions import StandsRight
from schemas.state import Document, Park, ParkReason
from schemas.values import Kind, Side, is_later

#: What an invoice of MediaOS may be here.
_WHAT = {Kind.INVOICE: "an invoice", Kind.CREDIT_MEMO: "a credit memo"}


@dataclass(frozen=True, slots=True)
class Rival:
    """Another document of the same invoice: in which lane it stands, under which name."""

    lane: str
    name: str
    document: Document


def outdone(
    lane: str, name: str, document: Document, rivals: Iterable[Rival]
) -> OnlyOnOneSide | Park | None:
    """Return why a document that has not crossed is given up, or waits for another one of it.

    None where it counts.  What may have been made of it is never given up.
    """
    if document.agreed is not None or document.doubtful:
        return None
    rivals = tuple(rivals)
    newer = [each for each in rivals if _is_later(each.document, document)]
    if newer:
        return OnlyOnOneSide(reason=_speaks(lane, reduce(_later, newer)))
    # Under one name it goes by one request id, under which QuickBooks makes it once.
    others = (each for each in rivals if each.name != name)
    before = next((each for each in others if _may_be_there(each.document)), None)
    return _waits(before) if before is not None else None


def told_of(document: Document, rivals: Iterable[Rival]) -> tuple[Rival, ...]:
    """Return the documents that wait although this one is newer: they are to be judged again."""
    if document.agreed is not None or document.unplaced is not None:
        return ()
    waiting = (each for each in rivals if each.document.park is not None)
    return tuple(each for each in waiting if _is_later(document, each.document))


def may_have_crossed(document: Document) -> bool:
    """Tell whether a document is, or may be, on both sides: what it is stays then as it is."""
    shown = document.qbo is not None or document.generation > 0
    return shown or document.agreed is not None or _may_be_there(document)


def _is_later(one: Document, other: Document) -> bool:
    if one.mediaos is None or other.mediaos is None:
        return False
    return is_later(Side.MEDIAOS, one.mediaos.revision, other.mediaos.revision)


def _later(one: Rival, other: Rival) -> Rival:
    return other if _is_later(other.document, one.document) else one


def _may_be_there(document: Document) -> bool:
    sent = document.in_flight
    return document.doubtful or (sent is not None and isinstance(sent.command, Create))


def _speaks(lane: str, newer: Rival) -> str:
    if newer.lane == lane:
        return f"MediaOS has turned its sign: it is {_WHAT[newer.document.kind]} now"
    return f"it changed its customer, and {lane_called(newer.lane)} speaks for it"


def _waits(before: Rival) -> Park:
    kind, whose = _WHAT[before.document.kind], lane_called(before.lane)
    return Park(
        reason=ParkReason.CUSTOMER_CHANGED,
        detail=(
            f"it was {kind} of {whose} before, which may be in QuickBooks by now: it goes on once "
            "that is known"
        ),
        waits_for=(str(StandsRight(before.name)),),
    )
