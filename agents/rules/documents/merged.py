"""What of a customer that was merged into another in QuickBooks, or is gone there?

All that it had stands under the survivor there, and what is new goes there as well.  Its name and
addresses are the survivor's: nothing of them is written any more, and a person is told who stands
on one customer.
"""

from typing import Any

from agents.rules.documents.settle import record_of
from schemas.decision_input import DecisionInput
from schemas.decisions import InStep
from schemas.kinds import customer_of, is_customer
from schemas.lane_conditions import CustomerActive
from schemas.records import Record
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.values import Side

#: The field that says whose a document is.
CUSTOMER = "customer"


def merged_away(given: DecisionInput) -> Park | InStep | None:
    """Return what to tell of a customer that is a part of another one in QuickBooks, or None."""
    document = given.document
    mediaos, qbo = document.mediaos, document.qbo
    if not is_customer(document.kind) or not given.merged_into or mediaos is None or qbo is None:
        return None
    if mediaos.record is None:
        return InStep(why="deleted in MediaOS, and a part of another customer in QuickBooks")
    return Park(reason=ParkReason.DELETED, detail=_told(mediaos, qbo, given))


def gone(given: DecisionInput) -> Park | None:
    """Return why nothing can be written for a customer that QuickBooks does not have any more."""
    customer = given.customer
    if customer is None or given.merged_into:
        return None
    mediaos, qbo = customer.mediaos, customer.qbo
    if mediaos is None or qbo is None or qbo.record is not None:
        return None
    return found_gone(qbo.id, mediaos.id)


def found_gone(there: str, here: str) -> Park:
    """Return how a write waits that found its customer gone before anybody told of it.

    It goes by itself once it is known into which one that was merged, or which one it is now.
    """
    waits_for = (str(CustomerActive(there)),)
    return Park(reason=ParkReason.CUSTOMER_UNKNOWN, detail=_gone(there, here), waits_for=waits_for)


def under_the_survivor(given: DecisionInput, document: Document, to: Side) -> dict[str, Any]:
    """Return what a record that QuickBooks showed before the merge is to say of its customer.

    By its token it is the same: no token moved by the merge.
    """
    if to is not Side.QBO or not given.merged_into or given.customer is None:
        return {}
    record: Record = record_of(document, Side.QBO)
    lost = given.customer.qbo.id if given.customer.qbo is not None else None
    return {"customer": given.merged_into} if customer_of(record) == lost else {}


def but_for_the_merge(given: DecisionInput, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Return what somebody has changed of a record of QuickBooks; a merge moves it, and no person.

    `changed` is what it shows otherwise than when both sides agreed.
    """
    qbo = given.document.qbo
    shown = qbo.record if qbo is not None else None
    if shown is None or not given.merged_into or customer_of(shown) != given.merged_into:
        return changed
    return tuple(name for name in changed if name != CUSTOMER)


def _gone(there: str, here: str) -> str:
    return (
        f"its customer {there} was deleted in QuickBooks, or merged into another: "
        f"`isthmus link customer {here} ID` with the one that it is there now"
    )


def _told(mediaos: Snapshot, qbo: Snapshot, given: DecisionInput) -> str:
    here, there = f"advertiser {_called(mediaos)}", given.merged_into
    told = f"customer {qbo.id} of QuickBooks was merged into {there}"
    other = given.survivor.mediaos if given.survivor is not None else None
    if other is None:
        return (
            f"{told}, where its documents go now: "
            f"`isthmus link customer {mediaos.id} {there}` makes it that of {here}"
        )
    return (
        f"{told}, which is advertiser {_called(other)}: {here} stands on it too, and the documents "
        "of both go there. Make one advertiser of them in MediaOS, or one customer more in "
        f"QuickBooks and `isthmus link customer {mediaos.id} ID`"
    )


def _called(shown: Snapshot) -> str:
    name = getattr(shown.record, "name", None)
    return f"{shown.id} ({name})" if name else shown.id
