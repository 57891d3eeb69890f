"""What does the fold know of a record that a sweep found?

What is linked is listed by where it stands; anything else is looked for in its customer's lane.
"""

from agents.rules.documents.dependencies import document_of
from agents.view.lane_context import LaneContext
from schemas.identity import lane_key
from schemas.state import Lane, Owner, Snapshot
from schemas.values import Kind, RecordRef, Revision, Side


async def revision_of(
    context: LaneContext, record: RecordRef, customer: str | None
) -> Revision | None:
    """Return the latest revision of a record that is folded, or None."""
    if record.kind is Kind.PRODUCT:
        await context.loaded()
        wares = (
            context.tenant_state.mediaos_products
            if record.side is Side.MEDIAOS
            else context.tenant_state.qbo_items
        )
        return wares[record.id].revision if record.id in wares else None
    shown = await _shown_of(context, record, customer)
    return shown.revision if shown is not None else None


async def _shown_of(
    context: LaneContext, record: RecordRef, customer: str | None
) -> Snapshot | None:
    known = (await context.others((record,))).get(str(record))
    if known is None and customer is not None:
        lane = await _lane_of(context, lane_key(context.tenant, record.side, customer))
        known = document_of(lane, record)
    return known.shown(record.side) if known is not None else None


async def _lane_of(context: LaneContext, key: str) -> Lane:
    """Return the lane that speaks for a customer, from the lane of that side's own key."""
    await context.journal.loaded((f"home:{key}",))
    home: Owner | None = context.journal.state(f"home:{key}")
    key = home.lane if home is not None else key
    await context.journal.loaded((f"lane:{key}",))
    return context.journal.state(f"lane:{key}") or Lane(key=key)


async def live_records(context: LaneContext, side: Side, kind: Kind) -> set[str]:
    """Return the ids of a tenant's records that stood on that side when it was last heard of."""
    await context.journal.loaded(("lane:",))
    shown = (
        document.shown(side)
        for _, lane in context.journal.rows(f"lane:{context.tenant}/")
        for document in lane.documents.values()
        if document.kind is kind
    )
    return {each.id for each in shown if each is not None and each.record is not None}
