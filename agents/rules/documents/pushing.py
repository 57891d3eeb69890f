"""What does a push send over, and what goes along with it?

With two-way sync off a push from MediaOS must not run over an edit that somebody made in QuickBooks
meanwhile: that is shown first.  An invoice cannot go without its customer, so that goes along.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.resting import parked
from agents.rules.documents.settle import edited
from agents.rules.wording import fields_called
from schemas.asked_conditions import PUSHED
from schemas.decision_input import DecisionInput
from schemas.facts import Asked, Fact, Released
from schemas.kinds import is_customer
from schemas.requests import Push
from schemas.state import Document, Park, ParkReason
from schemas.tenant_conditions import SyncOn
from schemas.values import Side


def not_by_itself(given: DecisionInput) -> Park | None:
    """Keep back what nobody has pushed, where two-way sync is off."""
    if given.settings.manual_push and not given.pushed:
        return Park(
            reason=ParkReason.MANUAL,
            detail="two-way sync is off: push it (isthmus push), or switch sync on again",
            waits_for=(str(SyncOn()),),
        )
    return None


def conflict(document: Document, side: Side) -> str | None:
    """Return why a push from this side must not be sent unasked, or None."""
    theirs = edited(document, Side.QBO)
    if not theirs or (side is Side.QBO and not edited(document, Side.MEDIAOS)):
        return None
    return (
        f"{fields_called(theirs)} was changed in QuickBooks since both sides agreed: push it with "
        "--overwrite to have MediaOS's values there"
    )


def goes_along(name: str, document: Document, customers: Mapping[str, Document]) -> tuple[str, ...]:
    """Return what is to be pushed with a document, in order, itself last.

    `customers` are those of its lane, by name.
    """
    if is_customer(document.kind):
        return (name,)
    held = (
        key
        for key, each in customers.items()
        if each.agreed is None and (by_hand(each) or is_listed(each))
    )
    return (*held, name)


def by_hand(document: Document) -> bool:
    """Tell whether a document waits for a push."""
    return document.park is not None and document.park.reason is ParkReason.MANUAL


def is_listed(document: Document) -> bool:
    """Tell whether a document is only listed, since one side alone has it."""
    alone = document.mediaos is None or document.qbo is None
    return alone and document.agreed is None and document.unplaced is not None


def may_be_pushed(document: Document) -> bool:
    """Tell whether a push has anything to send of a document."""
    return document.park is not None or is_listed(document)


def sent(name: str, document: Document, request: Push, now: datetime) -> tuple[Fact, ...]:
    """Return that a document is pushed; one that is only listed waits for that from here on."""
    asked = Asked(document=name, request=request.id, pushed=True, overwrite=request.overwrite)
    if document.park is not None:
        return (asked,)
    park = Park(reason=ParkReason.MANUAL, detail="it is being pushed", waits_for=(str(PUSHED),))
    taken_up = Released(document=name, why="somebody pushes it")
    return (taken_up, parked(name, document, park, now), asked)


def held(lanes: Iterable[LaneBook]) -> list[tuple[LaneBook, str]]:
    """Return all that waits for a push, customers first, in the order in which it came in."""
    found = [
        (lane, name)
        for lane in lanes
        for name, document in lane.documents.items()
        if by_hand(document)
    ]
    return sorted(found, key=lambda one: (one[0].key, _place(one[0].documents[one[1]])))


def _place(document: Document) -> tuple[bool, int]:
    return (not is_customer(document.kind), document.order)
