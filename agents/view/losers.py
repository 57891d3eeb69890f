"""Whose lane takes a payment that names a survivor of a merge, and settles the loser's invoices?

The loser's: MediaOS has that advertiser still, and what one lane makes there comes back to it.
"""

from agents.rules.documents.decision_input import payer
from agents.view.lane_context import LaneContext
from schemas.changes import Change
from schemas.identity import lane_key
from schemas.state import Document
from schemas.values import Side


async def losers_lane(context: LaneContext, change: Change) -> str | None:
    """Return the lane of the customer that was merged away, where a new record is its own."""
    if change.side is not Side.QBO or change.record is None:
        return None

    def look() -> Document | None:
        known = context.document(context.name_of(change.name))
        return payer(change.record, context.find) if known is None else None

    loser = await context.at_hand(look)
    if loser is None or loser.mediaos is None:
        return None
    lane = lane_key(context.tenant, Side.MEDIAOS, loser.mediaos.id)
    return lane if lane != context.key else None
