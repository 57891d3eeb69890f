"""Is an invoice of MediaOS that a change tells of a credit?  One that was below zero at first.

Its kind is decided once, when it is first seen: the lane alone knows what it was then.  Whatever it
comes to later, it stays what it crossed as.
"""

from msgspec.structs import replace

from agents.view.lane_context import LaneContext
from schemas.below_zero import credit_id, turned
from schemas.changes import Change
from schemas.identity import event_id
from schemas.records import Invoice
from schemas.values import Kind, RecordRef, Side


async def credit_told(context: LaneContext, change: Change) -> Change:
    """Return a change of an invoice as one of the credit that it is; any other as it stands."""
    if change.side is not Side.MEDIAOS or change.kind is not Kind.INVOICE:
        return change
    credit = RecordRef(change.side, Kind.CREDIT_MEMO, credit_id(change.id))
    await context.turn_to(change.name, credit)
    if not await context.at_hand(lambda: _is_credit(context, change, credit)):
        return change
    record = turned(change.record) if isinstance(change.record, Invoice) else None
    return replace(
        change,
        event=event_id(change.tenant, credit, change.revision),
        kind=credit.kind,
        id=credit.id,
        record=record,
    )


def _is_credit(context: LaneContext, change: Change, credit: RecordRef) -> bool:
    if context.find(credit) is not None:
        return True
    negative = isinstance(change.record, Invoice) and change.record.total < 0
    return negative and context.find(change.name) is None
