"""What does a tenant's own lane answer to a removal that is to be counted, or to be let go?"""

from datetime import datetime

from agents.rules.documents.removal_guard import MOST, PART, confirmed, counted
from agents.view.lane_context import LaneContext
from agents.view.standing import standing
from schemas.engine_requests import CountRemoval
from schemas.facts import Fact
from schemas.requests import ConfirmRemovals


async def answer(
    context: LaneContext, request: CountRemoval | ConfirmRemovals, now: datetime
) -> tuple[bool, str, tuple[Fact, ...]]:
    """Return whether it was done, in words, and the facts."""
    if isinstance(request, ConfirmRemovals):
        return confirmed(context.tenant_state, request)
    # With more than so many on both sides, how many there are makes no difference.
    return counted(context.tenant_state, request, await standing(context, MOST * PART), now)
