"""What happens to an event in its lane?  The shell around the rules, one lane at a time.

Once `handle` says True the event is in the journal for good: done, parked, held, or handed to the
lane that speaks for the customer.  A lane that waits takes nothing from its topic: its events go
into the journal whole, and `wake` works them off in order.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from agents.dead_letters.write import WEATHER, DeadLetters, lane_of
from agents.holds.suspensions import Suspensions
from agents.sync.documents import Documents
from agents.sync.forwarding import Forwarding
from agents.sync.lane_events import changes_in, refuse_stray
from agents.sync.taking import Taking, may_tell
from agents.sync.waking import Waking, still_waits
from agents.view.lane_context import LaneContext, LaneContexts
from agents.view.lane_result import LaneResult
from schemas.changes import Change
from schemas.lane_facts import Held
from streams.ports import Clock, Delivery, TopicPartition

log = logging.getLogger("isthmus.sync")

OnLocked = Callable[[LaneContext], Awaitable[None]]
Work = Callable[[LaneContext, TopicPartition, tuple[Change, ...]], Awaitable[bool]]


@dataclass(slots=True)
class Sync:
    """The handler of `isthmus-intake`."""

    contexts: LaneContexts
    documents: Documents
    forwarding: Forwarding
    suspensions: Suspensions
    letters: DeadLetters
    clock: Clock
    wake_later: Callable[[TopicPartition, bytes, float], None]
    partition_of: Callable[[str], int]
    _on_locked: list[OnLocked] = field(default_factory=list)

    def on_locked(self, listener: OnLocked) -> None:
        """Have it told when a side said that it is locked, and begin the lockout."""
        self._on_locked.append(listener)

    async def handle(self, delivery: Delivery) -> bool:
        """Work one event off; True once it is in the journal for good."""
        return await self._kept(delivery, self._handle)

    async def hold(self, delivery: Delivery) -> bool:
        """Keep an event of a lane that has too many."""
        return await self._kept(delivery, _hold)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Look again at what waits in a lane: its time, its open decision, its queue, its parks."""
        context = self.contexts(tp.partition, key.decode())
        try:
            await context.loaded()
            went = await self.waking.wake(context, tp)
            await self._after(context, tp, went)
        except WEATHER:
            raise
        except Exception:
            # It would go wrong each time, and keep the whole partition shut.
            log.exception("lane cannot go on", extra={"partition": tp.partition})

    async def probe(self, context: LaneContext) -> LaneResult:
        """Let the locked lane try its open command, alone; of a tenant that stands still none."""
        if context.tenant_state.stands_still:
            return LaneResult.DONE
        return await self.documents.go_on(context)

    @property
    def taking(self) -> Taking:
        """Return what takes changes in."""
        return Taking(self.documents, self.forwarding)

    @property
    def waking(self) -> Waking:
        """Return what has a lane go on."""
        return Waking(
            self.documents,
            self.forwarding,
            self.suspensions,
            self.letters,
            self.clock,
            self.taking,
        )

    async def _kept(self, delivery: Delivery, work: Work) -> bool:
        """Do the work with an event, or bury what can never be done: the rest must flow.

        Not understood, too large for the journal, or against all expectation: it would end the
        same each time, and keep the whole partition shut.
        """

        async def done(delivery: Delivery) -> bool:
            key, changes = lane_of(delivery.key), changes_in(delivery.value or b"")
            refuse_stray(self.partition_of(key), key, delivery.tp, changes)
            context = self.contexts(delivery.tp.partition, key)
            # With the lane's own rows, so that what has left memory is one question to the store.
            await context.turn_to(
                *(each for change in changes[:1] for each in may_tell(change.name))
            )
            return await work(context, delivery.tp, changes)

        return await self.letters.spared(delivery, done)

    async def _handle(
        self, context: LaneContext, tp: TopicPartition, changes: tuple[Change, ...]
    ) -> bool:
        stands = context.tenant_state.stands_still
        if context.lane.in_flight is not None and context.lane.waits is None and not stands:
            went = await self.documents.go_on(context)
            if went is LaneResult.OVER:
                return False
            await self._after(context, tp, went)
        home = context.home
        if home is not None and context.lane.in_flight is None and not stands:
            return await self.forwarding.pass_on(context, home, changes)
        if not await self._must_hold(context):
            return await self._take_all(context, tp, changes)
        waits = context.lane.waits
        kept = await context.write(*_held(changes, waits.why if waits else "behind held events"))
        if waits is None or not still_waits(context, waits, self.clock):
            # What it waits for may have come before it was known to wait.
            self.wake_later(tp, context.key.encode(), 0.0)
        return kept

    async def _must_hold(self, context: LaneContext) -> bool:
        lane = context.lane
        if lane.waits is not None or lane.held or lane.in_flight is not None:
            return True
        if context.tenant_state.stands_still:
            await context.write(self.suspensions.waits(context.tenant_state))
            return True
        if not await self.forwarding.must_wait(context):
            return False
        await context.write(self.forwarding.waits())
        return True

    async def _take_all(
        self, context: LaneContext, tp: TopicPartition, changes: tuple[Change, ...]
    ) -> bool:
        for place, change in enumerate(changes):
            went = await self.taking.take(context, change)
            if went is LaneResult.OVER:
                return False
            if went is not LaneResult.DONE:
                rest = changes[place + 1 :]
                kept = not rest or await context.write(*_held(rest, "the lane waits"))
                await self._after(context, tp, went)
                return kept
        return True

    async def _after(self, context: LaneContext, tp: TopicPartition, went: LaneResult) -> None:
        """See to it that a lane which stopped is looked at again."""
        if went is LaneResult.LOCKED:
            for listener in self._on_locked:
                await listener(context)
        await context.loaded()
        if context.tenant_state.stands_still:
            left = self.suspensions.left(context) if went is LaneResult.WAITS else None
            if left is not None:
                self.wake_later(tp, context.key.encode(), left)
            return
        waits = context.lane.waits
        if waits is not None and waits.until is not None:
            seconds = (waits.until - self.clock.now()).total_seconds()
            self.wake_later(tp, context.key.encode(), max(seconds, 0.0))


async def _hold(context: LaneContext, _tp: TopicPartition, changes: tuple[Change, ...]) -> bool:
    return await context.write(*_held(changes, "too many are queued"))


def _held(changes: tuple[Change, ...], why: str) -> tuple[Held, ...]:
    return tuple(Held(change=change, why=why) for change in changes)
