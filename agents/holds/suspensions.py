"""How does a lane hold with its whole tenant, and how does the tenant go on?

The tenant's row belongs to another partition than most of its lanes, so a lane tells the tenant's
own lane what it met, by a request, and waits a moment.  From then on the row holds every lane; the
one that met the fault tries its command alone when it is time, and tells that it was answered.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agents.rules.tenant.pausing import told
from agents.rules.tenant.suspension import ends_with_an_answer
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.catalog import encode
from schemas.engine_requests import Resume, Suspend
from schemas.identity import tenant_lane
from schemas.lane_facts import LaneWaited
from schemas.outcomes import Fault
from schemas.requests import TryNow
from schemas.state import WaitReason
from schemas.tenant_state import Suspension, Tenant
from schemas.values import Side
from streams.ports import Clock, Outbox
from streams.topics import REQUESTS

#: Why a lane waits whose tenant is suspended.
SUSPENDED = "its tenant is suspended"


@dataclass(frozen=True, slots=True)
class Suspensions:
    """What the lanes do about their tenants' suspensions."""

    outbox: Outbox
    clock: Clock
    #: By tenant, the last try that was asked for: a burst of answers asks for it once.
    _asked_for: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def waits(tenant: Tenant) -> LaneWaited:
        """Return the fact that a lane waits for as long as its tenant is suspended, or paused."""
        why = SUSPENDED if tenant.paused is None else f"its tenant is {told(tenant.paused)}"
        return LaneWaited(reason=WaitReason.SUSPENDED, why=why, until=None)

    async def report(self, context: LaneContext, version: int, fault: Fault) -> None:
        """Tell the tenant's lane of a fault that concerns it, met with this connection."""
        now = self.clock.now()
        asked = Suspend(
            id=f"suspend-{context.key}-{version}-{now.isoformat()}",
            tenant=context.tenant,
            lane=context.key,
            version=version,
            fault=fault,
            at=now,
        )
        await self._ask(context, encode(asked))

    async def answered(self, context: LaneContext, side: Side) -> None:
        """Have the lane that met an outage try at once: its side has answered somebody.

        No row but the tenant's is looked at, which is always in memory.
        """
        standing = context.tenant_state.suspended
        if standing is None:
            self._asked_for.pop(context.tenant, None)
            return
        if standing.until is None or standing.until <= self.clock.now():
            return
        name = f"try-{standing.id}-{standing.probes}"
        if not ends_with_an_answer(standing, side) or self._asked_for.get(context.tenant) == name:
            return
        self._asked_for[context.tenant] = name
        await self._ask(context, encode(TryNow(id=name, tenant=context.tenant, answered=side)))

    async def try_out(
        self, context: LaneContext, go_on: Callable[[LaneContext], Awaitable[LaneResult]]
    ) -> LaneResult:
        """Let the lane whose command met the fault try it alone, once it is time; others wait."""
        standing = context.tenant_state.suspended
        if standing is None or self.left(context) != 0.0:
            return LaneResult.WAITS
        # A lane that waits is looked at again after a crash, one with nothing to do is not.
        if context.lane.waits is None and not await context.write(self.waits(context.tenant_state)):
            return LaneResult.OVER
        went = await go_on(context)
        if went in {LaneResult.DONE, LaneResult.LOCKED}:
            await self._resume(context, standing)
        return went

    def left(self, context: LaneContext) -> float | None:
        """Return the seconds until this lane tries; None when it is not the one that does."""
        standing, waits = context.tenant_state.suspended, context.lane.waits
        if standing is None or standing.until is None or standing.lane != context.key:
            return None
        if context.tenant_state.paused is not None:
            return None
        own = waits.until if waits is not None and waits.until is not None else standing.until
        return max((max(standing.until, own) - self.clock.now()).total_seconds(), 0.0)

    async def _resume(self, context: LaneContext, standing: Suspension) -> None:
        asked = Resume(
            id=f"resume-{standing.id}-{standing.probes}",
            tenant=context.tenant,
            suspension=standing.id,
        )
        await self._ask(context, encode(asked))

    async def _ask(self, context: LaneContext, asked: bytes) -> None:
        await self.outbox.send(REQUESTS.name, tenant_lane(context.tenant).encode(), asked)
