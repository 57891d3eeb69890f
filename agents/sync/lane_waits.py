"""For how long does a lane wait that could not go on?"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from agents.rules.tenant.suspension import cause_of
from agents.view.lane_context import LaneContext
from schemas.lane_facts import LaneWaited
from schemas.outcomes import Fault
from schemas.state import WaitReason
from streams.effects.effects import Effects
from streams.effects.results import MustWait

#: Tells of a fault that concerns the whole tenant, met with this version of its connection.
Report = Callable[[LaneContext, int, Fault], Awaitable[None]]

#: A lane whose fault concerns its tenant looks so soon whether the tenant is suspended by now.
SHORTLY = timedelta(seconds=5)


async def lane_waited(
    effects: Effects,
    report: Report,
    context: LaneContext,
    version: int,
    document: str,
    wait: MustWait,
) -> LaneWaited:
    """Return for how long the lane waits; a fault of the tenant is told first."""
    until = effects.now() + timedelta(seconds=wait.seconds)
    if wait.fault is not None and cause_of(wait.fault) is not None:
        await report(context, wait.fault.version or version, wait.fault)
        until = effects.now() + SHORTLY
    return LaneWaited(
        reason=WaitReason.TIME,
        why=wait.why,
        until=until,
        unsent=wait.unsent,
        document=document,
    )
