"""What is linked already, that stands in the way of linking a customer, or of unlinking it?"""

from agents.rules.wording import by_document
from agents.view.lane_context import LaneContext
from schemas.identity import lane_key
from schemas.kinds import KINDS, Anchor
from schemas.rows import DocumentRow, record_of
from schemas.state import Document, Park, ParkReason
from schemas.values import RecordRef

#: Documents of a customer that are named where it cannot be unlinked.
NAMED = 3


async def linked_already(context: LaneContext, target: RecordRef) -> str | None:
    """Tell with what a record of QuickBooks is linked, if it is."""
    await context.look_at((target,))
    document = context.find(target)
    if document is None and await _being_made(context, target):
        return (
            f"{target.kind.called} {target.id} of QuickBooks is being made in MediaOS at this "
            "moment, or may have been: ask again when that is answered"
        )
    shown = document.qbo if document is not None else None
    if document is None or document.agreed is None or document.mediaos is None:
        return None
    if shown is None or shown.id != target.id:
        return None
    kind, other = document.kind, document.mediaos.id
    return (
        f"{by_document(target, document)} of QuickBooks is {kind.called} {other} of MediaOS "
        f"(`isthmus unlink {kind} {other}` undoes it)"
    )


async def _being_made(context: LaneContext, target: RecordRef) -> bool:
    """Tell whether the lane of a customer of QuickBooks has a create for it that may come true."""
    lane = lane_key(context.tenant, target.side, target.id)
    row = DocumentRow(lane, str(target))
    document: Document | None = await context.at_hand(lambda: context.row(row))
    return document is not None and (document.in_flight is not None or document.doubtful)


async def still_linked(context: LaneContext) -> Park | None:
    """Return why a customer cannot be unlinked: documents of it are on both sides."""
    linked = [
        by_document(record_of(name), each)
        for name, each in await context.documents()
        if KINDS[each.kind].anchor is Anchor.CUSTOMER
        and (each.agreed is not None or each.in_flight is not None or each.doubtful)
    ]
    if not linked:
        return None
    named = ", ".join(linked[:NAMED])
    more = f" and {len(linked) - NAMED} more" if len(linked) > NAMED else ""
    told = f"its link stays: {named}{more} of it are, or may be, on both sides"
    return Park(reason=ParkReason.NOT_LINKED, detail=f"{told}; retry it to have this row gone")
