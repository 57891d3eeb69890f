"""How does a lane that stood still go on?  Its time, its open decision, its queue, its parks."""

from dataclasses import dataclass

from agents.dead_letters.write import DeadLetters, held_delivery, tried
from agents.holds.suspensions import Suspensions
from agents.sync.documents import Documents
from agents.sync.forwarding import Forwarding
from agents.sync.taking import Taking
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from agents.view.record_lookup import met_by_others
from schemas.catalog import encode
from schemas.changes import Change
from schemas.lane_facts import LaneWentOn, Taken
from schemas.state import WaitReason, Waits
from streams.ports import Clock, TopicPartition


@dataclass(frozen=True, slots=True)
class Waking:
    """Works off what waits in a lane."""

    documents: Documents
    forwarding: Forwarding
    suspensions: Suspensions
    letters: DeadLetters
    clock: Clock
    taking: Taking

    async def wake(self, context: LaneContext, tp: TopicPartition) -> LaneResult:
        """Return how a lane stands once it has gone on as far as it can."""
        if context.tenant_state.stands_still:
            return await self.suspensions.try_out(context, self.documents.go_on)
        waits = context.lane.waits
        if waits is not None:
            if still_waits(context, waits, self.clock):
                return LaneResult.WAITS
            if not await context.write(LaneWentOn(why=waits.why)):
                return LaneResult.OVER
        went = await self.documents.go_on(context)
        if went is LaneResult.DONE:
            went = await self._work_off(context, tp)
        if went is not LaneResult.DONE:
            return went
        return await self.taking.release(context, await met_by_others(context))

    async def _work_off(self, context: LaneContext, tp: TopicPartition) -> LaneResult:
        """Take the held events, oldest first, until none is left or the lane waits again."""
        home = context.home
        if home is not None and (context.lane.order or context.lane.held):
            return (
                LaneResult.DONE
                if await self.forwarding.hand_over(context, home)
                else LaneResult.OVER
            )
        while (first := context.lane.held.first) is not None:
            went = await self._take_held(context, tp, first)
            if went is not LaneResult.DONE:
                return went
        return LaneResult.DONE

    async def _take_held(
        self, context: LaneContext, tp: TopicPartition, change: Change
    ) -> LaneResult:
        """Take the first held event, or bury one that goes wrong each time: others wait for it."""

        async def take() -> LaneResult:
            await context.loaded()
            if context.lane.held.first == change:
                return await self.taking.take(context, change, Taken(event=change.event))
            # It was taken, and what came then went wrong.
            went = await self.documents.go_on(context)
            return await self.taking.release(context) if went is LaneResult.DONE else went

        where = {"partition": tp.partition, "event": change.event}
        ended = await tried(take, where)
        if isinstance(ended, LaneResult):
            return ended
        await self.letters.post(held_delivery(tp, context.key.encode(), encode(change)), ended)
        await context.loaded()
        if context.lane.held.first != change or await context.write(Taken(event=change.event)):
            return LaneResult.DONE
        return LaneResult.OVER


def still_waits(context: LaneContext, waits: Waits, clock: Clock) -> bool:
    """Tell whether what a lane waits for is still to come."""
    if context.tenant_state.stands_still:
        return True
    if waits.until is not None:
        return clock.now() < waits.until
    creating = waits.reason is WaitReason.CREATING
    return creating and context.home is None and context.creating()
