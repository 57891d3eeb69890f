"""Does somebody send a document by hand, and how is that remembered while it waits?"""

from enum import Enum

from msgspec.structs import replace

from schemas.asked_conditions import OVERWRITE, PUSHED, Confirmed
from schemas.conditions import condition_of
from schemas.decisions import InStep, OnlyOnOneSide
from schemas.state import InFlight, Park, ParkReason

Answer = InStep | Park | OnlyOnOneSide


class ByHand(Enum):
    """Whether somebody sends a document by hand."""

    NO = "no"
    SEND = "send"
    #: MediaOS's values win over an edit made in QuickBooks.
    OVERWRITE = "overwrite"
    #: It is taken away with many others, which somebody has confirmed.
    CONFIRMED = "confirmed"


def remembered(answer: Answer, by_hand: ByHand) -> Answer:
    """Return an answer of the rules in which a push is remembered while its document waits."""
    if isinstance(answer, Park) and by_hand is not ByHand.NO:
        return replace(answer, pushed=answer.reason is not ParkReason.MANUAL)
    return answer


def of_decision(in_flight: InFlight) -> ByHand:
    """Return how the document of an open decision is sent."""
    if in_flight.overwrite:
        return ByHand.OVERWRITE
    return ByHand.SEND if in_flight.pushed else ByHand.NO


def of_park(park: Park) -> ByHand:
    """Return how a document is sent that waits no more."""
    conditions = {condition_of(text) for text in park.waits_for}
    if any(isinstance(each, Confirmed) for each in conditions):
        return ByHand.CONFIRMED
    if OVERWRITE in conditions:
        return ByHand.OVERWRITE
    return ByHand.SEND if park.pushed or PUSHED in conditions else ByHand.NO
