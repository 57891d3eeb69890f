"""What does the fold know of a record that a sweep found?

What is linked is listed by where it stands; anything else is looked for in its customer's lane.
"""

from agents.rules.documents.dependencies import document_of
from agents.view.lane_context import Desk
from schemas.identity import lane_key
from schemas.state import Home, Lane, Shown
from schemas.values import Kind, Record, Revision, Side


async def revision_of(desk: Desk, record: Record, customer: str | None) -> Revision | None:
    """Return the latest revision of a record that is folded, or None."""
    if record.kind is Kind.PRODUCT:
        await desk.loaded()
        wares = desk.settings.offered if record.side is Side.MEDIAOS else desk.settings.catalogue
        return wares[record.id].revision if record.id in wares else None
    shown = await _shown_of(desk, record, customer)
    return shown.revision if shown is not None else None


async def _shown_of(desk: Desk, record: Record, customer: str | None) -> Shown | None:
    known = (await desk.others((record,))).get(str(record))
    if known is None and customer is not None:
        lane = await _lane_of(desk, lane_key(desk.tenant, record.side, customer))
        known = document_of(lane, record)
    return known.shown(record.side) if known is not None else None


async def _lane_of(desk: Desk, key: str) -> Lane:
    """Return the lane that speaks for a customer, from the lane of that side's own key."""
    await desk.journal.loaded((f"home:{key}",))
    home: Home | None = desk.journal.state(f"home:{key}")
    key = home.lane if home is not None else key
    await desk.journal.loaded((f"lane:{key}",))
    return desk.journal.state(f"lane:{key}") or Lane(key=key)


async def live_records(desk: Desk, side: Side, kind: Kind) -> set[str]:
    """Return the ids of a tenant's records that stood on that side when it was last heard of."""
    await desk.journal.loaded(("lane:",))
    shown = (
        document.shown(side)
        for _, lane in desk.journal.rows(f"lane:{desk.tenant}/")
        for document in lane.documents.values()
        if document.kind is kind
    )
    return {each.id for each in shown if each is not None and each.record is not None}
