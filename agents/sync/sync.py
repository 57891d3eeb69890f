"""What happens to an event in its lane?  The shell around the rules, one lane at a time.

Once `handle` says True the event is in the journal for good: done, parked, held, or handed to the
lane that speaks for the customer.  A lane that waits takes nothing from its topic: its events go
into the journal whole, and `wake` works them off in order.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from agents.dead_letters.write import WEATHER, DeadLetters, held_delivery, lane_of, tried
from agents.holds.suspensions import Suspensions
from agents.rules.mappings.catalog_entries import product_seen
from agents.rules.wording import lane_called
from agents.sync.documents import Documents
from agents.sync.forwarding import Forwarding
from agents.sync.late_reads import kept
from agents.sync.losers import Losers
from agents.sync.payment_parts import told_by
from agents.view.lane_context import LaneContext, LaneContexts
from agents.view.lane_result import LaneResult
from agents.view.record_lookup import active_elsewhere
from schemas.catalog import NotUnderstoodError, decode_intake, encode
from schemas.changes import Change, HandedOver
from schemas.facts import Fact, Released
from schemas.identity import tenant_lane, tenant_of
from schemas.kinds import KINDS, Anchor
from schemas.lane_facts import Held, LaneWentOn, Taken
from schemas.state import WaitReason, Waits
from streams.effects import MustWait
from streams.ports import Clock, Delivery, TopicPartition

log = logging.getLogger("isthmus.sync")

#: What the journal can keep of an event besides what it leads to; Kafka takes a record of 1 MB.
LARGEST_EVENT = 700_000

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
        await context.loaded()
        try:
            went = await self._wake(context, tp)
            await self._after(context, tp, went)
        except WEATHER:
            raise
        except Exception:
            # It would go wrong each time, and keep the whole partition shut.
            log.exception("lane cannot go on", extra={"partition": tp.partition})

    async def probe(self, context: LaneContext) -> LaneResult:
        """Let the locked lane try its open command, alone; of a suspended tenant none may."""
        if context.tenant_state.suspended is not None:
            return LaneResult.DONE
        return await self.documents.go_on(context)

    async def _kept(self, delivery: Delivery, work: Work) -> bool:
        """Do the work with an event, or bury what can never be done: the rest must flow.

        Not understood, too large for the journal, or against all expectation: it would end the
        same each time, and keep the whole partition shut.
        """

        async def done(delivery: Delivery) -> bool:
            key, changes = lane_of(delivery.key), _changes(_readable(delivery.value or b""))
            self._refuse_stray(key, delivery.tp, changes)
            context = self.contexts(delivery.tp.partition, key)
            # With the lane's own rows, so that what has left memory is one question to the store.
            await context.turn_to(*(change.name for change in changes[:1]))
            return await work(context, delivery.tp, changes)

        return await self.letters.spared(delivery, done)

    def _refuse_stray(self, key: str, tp: TopicPartition, changes: tuple[Change, ...]) -> None:
        """Refuse an event under another's key, or on another partition than its key's.

        Its facts would change rows of another partition, which no fold does: in the journal it
        would stop its partition for ever.
        """
        place = self.partition_of(key)
        if place != tp.partition:
            raise NotUnderstoodError(f"key: {key} belongs to partition {place}, not {tp.partition}")
        for change in changes:
            of_tenant = KINDS[change.kind].anchor is Anchor.TENANT
            fits = (key == tenant_lane(change.tenant)) is of_tenant
            if not fits or tenant_of(key) != change.tenant:
                raise NotUnderstoodError(f"key: {key} is no lane of a {change.kind} of its tenant")

    async def _handle(
        self, context: LaneContext, tp: TopicPartition, changes: tuple[Change, ...]
    ) -> bool:
        suspended = context.tenant_state.suspended is not None
        if context.lane.in_flight is not None and context.lane.waits is None and not suspended:
            went = await self.documents.go_on(context)
            if went is LaneResult.OVER:
                return False
            await self._after(context, tp, went)
        home = context.home
        if home is not None and context.lane.in_flight is None and not suspended:
            return await self.forwarding.pass_on(context, home, changes)
        if not await self._must_hold(context):
            return await self._take_all(context, tp, changes)
        waits = context.lane.waits
        kept = await context.write(*_held(changes, waits.why if waits else "behind held events"))
        if waits is None or not self._still_waits(context, waits):
            # What it waits for may have come before it was known to wait.
            self.wake_later(tp, context.key.encode(), 0.0)
        return kept

    async def _must_hold(self, context: LaneContext) -> bool:
        lane = context.lane
        if lane.waits is not None or lane.held or lane.in_flight is not None:
            return True
        if context.tenant_state.suspended is not None:
            await context.write(self.suspensions.waits())
            return True
        if not await self.forwarding.must_wait(context):
            return False
        await context.write(self.forwarding.waits())
        return True

    async def _take_all(
        self, context: LaneContext, tp: TopicPartition, changes: tuple[Change, ...]
    ) -> bool:
        for place, change in enumerate(changes):
            went = await self._take(context, change)
            if went is LaneResult.OVER:
                return False
            if went is not LaneResult.DONE:
                rest = changes[place + 1 :]
                kept = not rest or await context.write(*_held(rest, "the lane waits"))
                await self._after(context, tp, went)
                return kept
        return True

    async def _take(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Take in what a change tells, of each record; it is kept where the lane must wait."""
        *parts, last = await told_by(context, change)
        for each in parts:
            went = await self._take_one(context, each)
            if went is LaneResult.OVER:
                return went
            behind = kept(change, facts, "behind what else it tells")
            if went is not LaneResult.DONE:
                return went if not behind or await context.write(*behind) else LaneResult.OVER
        return await self._take_one(context, last, *facts)

    async def _take_one(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        if KINDS[change.kind].anchor is Anchor.TENANT:
            return await self._product(context, change, *facts)
        losers = Losers(self.documents.effects)
        other = await context.elsewhere(change.name) or await losers.lane(context, change)
        if isinstance(other, MustWait):
            return await self.documents.keep(context, change, facts, other)
        if other is not None:
            await self.forwarding.redirect(other, change)
            facts = (*facts, *await self._left(context, change, other))
            return LaneResult.DONE if not facts or await context.write(*facts) else LaneResult.OVER
        went = await self.documents.customer_first(context, change, *facts)
        if went is not LaneResult.DONE:
            return went
        went = await self.documents.take(context, change, *facts)
        return await self._release(context) if went is LaneResult.DONE else went

    async def _left(self, context: LaneContext, change: Change, other: str) -> tuple[Fact, ...]:
        """Return that what QuickBooks alone showed is listed no more: another lane has it."""
        name = str(change.name)
        document = await context.at_hand(lambda: context.document(name))
        if document is None or document.mediaos is not None:
            return ()
        waits = document.park is not None or document.unplaced is not None
        return (
            (Released(document=name, why=f"{lane_called(other)} speaks for it"),) if waits else ()
        )

    async def _release(self, context: LaneContext, elsewhere: Collection[str] = ()) -> LaneResult:
        """Judge again what has what it waits for, and pass on what another lane speaks for."""
        went = await self.documents.release(context, elsewhere)
        if went is not LaneResult.DONE:
            return went
        return LaneResult.DONE if await self.forwarding.pass_on_moved(context) else LaneResult.OVER

    async def _product(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Remember a product of MediaOS or an item of QuickBooks: what waits for it is woken."""
        facts = (*facts, *product_seen(change, context.tenant_state))
        return LaneResult.DONE if not facts or await context.write(*facts) else LaneResult.OVER

    async def _wake(self, context: LaneContext, tp: TopicPartition) -> LaneResult:
        if context.tenant_state.suspended is not None:
            return await self.suspensions.try_out(context, self.documents.go_on)
        waits = context.lane.waits
        if waits is not None:
            if self._still_waits(context, waits):
                return LaneResult.WAITS
            if not await context.write(LaneWentOn(why=waits.why)):
                return LaneResult.OVER
        went = await self.documents.go_on(context)
        if went is LaneResult.DONE:
            went = await self._work_off(context, tp)
        if went is not LaneResult.DONE:
            return went
        return await self._release(context, await active_elsewhere(context))

    def _still_waits(self, context: LaneContext, waits: Waits) -> bool:
        if context.tenant_state.suspended is not None:
            return True
        if waits.until is not None:
            return self.clock.now() < waits.until
        creating = waits.reason is WaitReason.CREATING
        return creating and context.home is None and context.creating()

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
                return await self._take(context, change, Taken(event=change.event))
            # It was taken, and what came then went wrong.
            went = await self.documents.go_on(context)
            return await self._release(context) if went is LaneResult.DONE else went

        where = {"partition": tp.partition, "event": change.event}
        ended = await tried(take, where)
        if isinstance(ended, LaneResult):
            return ended
        await self.letters.post(held_delivery(tp, context.key.encode(), encode(change)), ended)
        await context.loaded()
        if context.lane.held.first != change or await context.write(Taken(event=change.event)):
            return LaneResult.DONE
        return LaneResult.OVER

    async def _after(self, context: LaneContext, tp: TopicPartition, went: LaneResult) -> None:
        """See to it that a lane which stopped is looked at again."""
        if went is LaneResult.LOCKED:
            for listener in self._on_locked:
                await listener(context)
        await context.loaded()
        if context.tenant_state.suspended is not None:
            left = self.suspensions.left(context) if went is LaneResult.WAITS else None
            if left is not None:
                self.wake_later(tp, context.key.encode(), left)
            return
        waits = context.lane.waits
        if waits is not None and waits.until is not None:
            seconds = (waits.until - self.clock.now()).total_seconds()
            self.wake_later(tp, context.key.encode(), max(seconds, 0.0))


def _readable(value: bytes) -> Change | HandedOver:
    if len(value) > LARGEST_EVENT:
        raise ValueError(f"{len(value)} bytes, expected at most {LARGEST_EVENT}: divide the record")
    return decode_intake(value)


async def _hold(context: LaneContext, _tp: TopicPartition, changes: tuple[Change, ...]) -> bool:
    return await context.write(*_held(changes, "too many are queued"))


def _changes(event: Change | HandedOver) -> tuple[Change, ...]:
    return event.changes if isinstance(event, HandedOver) else (event,)


def _held(changes: tuple[Change, ...], why: str) -> tuple[Held, ...]:
    return tuple(Held(change=change, why=why) for change in changes)
