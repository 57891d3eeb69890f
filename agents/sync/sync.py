"""What happens to an event in its lane?  The shell around the rules, one lane at a time.

Once `handle` says True the event is in the journal for good: done, parked, held, or handed to the
lane that speaks for the customer.  A lane that waits takes nothing from its topic: its events go
into the journal whole, and `wake` works them off in order.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from agents.dead_letters.write import DeadLetters, lane_of
from agents.holds.suspensions import Suspensions
from agents.holds.waiting_lanes import CREATING
from agents.rules.products.catalog_entries import ware_seen
from agents.sync.documents import Documents
from agents.sync.forwarding import Homes
from agents.view.lane_context import Desk, Desks
from agents.view.lane_result import Went
from schemas.catalog import decode_intake
from schemas.changes import Change, HandedOver
from schemas.facts import Fact, Held, LaneWentOn, Taken
from schemas.values import Kind
from streams.ports import Clock, Delivery, TopicPartition

log = logging.getLogger("isthmus.sync")

#: What the journal can keep of an event besides what it leads to; Kafka takes a record of 1 MB.
LARGEST_EVENT = 700_000

Work = Callable[[Desk, TopicPartition, tuple[Change, ...]], Awaitable[bool]]


@dataclass(slots=True)
class Sync:
    """The handler of `isthmus-intake`."""

    desks: Desks
    documents: Documents
    homes: Homes
    suspensions: Suspensions
    letters: DeadLetters
    clock: Clock
    wake_later: Callable[[TopicPartition, bytes, float], None]
    locked: Callable[[Desk], Awaitable[None]]

    async def handle(self, delivery: Delivery) -> bool:
        """Work one event off; True once it is in the journal for good."""
        return await self._kept(delivery, self._handle)

    async def hold(self, delivery: Delivery) -> bool:
        """Keep an event of a lane that has too many."""
        return await self._kept(delivery, _hold)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Look again at what waits in a lane: its time, its open decision, its queue, its parks."""
        desk = self.desks(tp.partition, key.decode())
        await desk.loaded()
        try:
            went = await self._wake(desk)
            await self._after(desk, tp, went)
        except ValueError:
            # It would go wrong each time, and keep the whole partition shut.
            log.exception("lane cannot go on", extra={"partition": tp.partition})

    async def probe(self, desk: Desk) -> Went:
        """Let the locked lane try its open command, alone; of a suspended tenant none may."""
        if desk.settings.suspended is not None:
            return Went.DONE
        return await self.documents.go_on(desk)

    async def _kept(self, delivery: Delivery, work: Work) -> bool:
        """Do the work with an event, or bury what can never be done: the rest must flow."""
        try:
            key, changes = lane_of(delivery.key), _changes(_readable(delivery.value or b""))
            desk = self.desks(delivery.tp.partition, key)
            await desk.loaded()
            return await work(desk, delivery.tp, changes)
        except ValueError as fault:
            # Not understood, too large for the journal, or against all expectation: if it were
            # tried again it would end the same, and keep the whole partition shut.
            log.warning("dead letter", extra={"offset": delivery.offset, "reason": str(fault)})
            await self.letters.post(delivery, str(fault))
            return True

    async def _handle(self, desk: Desk, tp: TopicPartition, changes: tuple[Change, ...]) -> bool:
        suspended = desk.settings.suspended is not None
        if desk.lane.open is not None and desk.lane.waits is None and not suspended:
            went = await self.documents.go_on(desk)
            if went is Went.OVER:
                return False
            await self._after(desk, tp, went)
        home = desk.home or desk.lane.home
        if home is not None and desk.lane.open is None and not suspended:
            return await self.homes.pass_on(desk, home, changes)
        if not await self._must_hold(desk):
            return await self._take_all(desk, tp, changes)
        waits = desk.lane.waits
        kept = await desk.write(*_held(changes, waits.why if waits else "behind held events"))
        if waits is None or not self._still_waits(desk, waits.why, waits.until):
            # What it waits for may have come before it was known to wait.
            self.wake_later(tp, desk.key.encode(), 0.0)
        return kept

    async def _must_hold(self, desk: Desk) -> bool:
        lane = desk.lane
        if lane.waits is not None or lane.held or lane.open is not None:
            return True
        if desk.settings.suspended is not None:
            await desk.write(self.suspensions.waits())
            return True
        if not await self.homes.must_wait(desk):
            return False
        await desk.write(self.homes.waits())
        return True

    async def _take_all(self, desk: Desk, tp: TopicPartition, changes: tuple[Change, ...]) -> bool:
        for place, change in enumerate(changes):
            went = await self._take(desk, change)
            if went is Went.OVER:
                return False
            if went is not Went.DONE:
                rest = changes[place + 1 :]
                kept = not rest or await desk.write(*_held(rest, "the lane waits"))
                await self._after(desk, tp, went)
                return kept
        return True

    async def _take(self, desk: Desk, change: Change, *facts: Fact) -> Went:
        if change.kind is Kind.PRODUCT:
            return await self._product(desk, change, *facts)
        other = await desk.elsewhere(change.name)
        if other is not None:
            await self.homes.redirect(other, change)
            return Went.DONE if not facts or await desk.write(*facts) else Went.OVER
        went = await self.documents.take(desk, change, *facts)
        return await self._release(desk) if went is Went.DONE else went

    async def _release(self, desk: Desk) -> Went:
        """Judge again what has what it waits for, and pass on what another lane speaks for."""
        went = await self.documents.release(desk)
        if went is not Went.DONE:
            return went
        return Went.DONE if await self.homes.pass_on_moved(desk) else Went.OVER

    async def _product(self, desk: Desk, change: Change, *facts: Fact) -> Went:
        """Remember a product of MediaOS or an item of QuickBooks: what waits for it is woken."""
        facts = (*facts, *ware_seen(change, desk.settings))
        return Went.DONE if not facts or await desk.write(*facts) else Went.OVER

    async def _wake(self, desk: Desk) -> Went:
        if desk.settings.suspended is not None:
            return await self.suspensions.try_out(desk, self.documents.go_on)
        waits = desk.lane.waits
        if waits is not None:
            if self._still_waits(desk, waits.why, waits.until):
                return Went.WAITS
            if not await desk.write(LaneWentOn(why=waits.why)):
                return Went.OVER
        went = await self.documents.go_on(desk)
        if went is Went.DONE:
            went = await self._work_off(desk)
        return await self._release(desk) if went is Went.DONE else went

    def _still_waits(self, desk: Desk, why: str, until: datetime | None) -> bool:
        if desk.settings.suspended is not None:
            return True
        if until is not None:
            return self.clock.now() < until
        return why == CREATING and desk.home is None and desk.creating()

    async def _work_off(self, desk: Desk) -> Went:
        """Take the held events, oldest first, until none is left or the lane waits again."""
        home = desk.home
        if home is not None and (desk.lane.documents or desk.lane.held):
            return Went.DONE if await self.homes.hand_over(desk, home) else Went.OVER
        while desk.lane.held:
            change = desk.lane.held[0]
            went = await self._take(desk, change, Taken(event=change.event))
            if went is not Went.DONE:
                return went
        return Went.DONE

    async def _after(self, desk: Desk, tp: TopicPartition, went: Went) -> None:
        """See to it that a lane which stopped is looked at again."""
        if went is Went.LOCKED:
            await self.locked(desk)
        if desk.settings.suspended is not None:
            left = self.suspensions.left(desk) if went is Went.WAITS else None
            if left is not None:
                self.wake_later(tp, desk.key.encode(), left)
            return
        waits = desk.lane.waits
        if waits is not None and waits.until is not None:
            seconds = (waits.until - self.clock.now()).total_seconds()
            self.wake_later(tp, desk.key.encode(), max(seconds, 0.0))


def _readable(value: bytes) -> Change | HandedOver:
    if len(value) > LARGEST_EVENT:
        raise ValueError(f"{len(value)} bytes, expected at most {LARGEST_EVENT}: divide the record")
    return decode_intake(value)


async def _hold(desk: Desk, _tp: TopicPartition, changes: tuple[Change, ...]) -> bool:
    return await desk.write(*_held(changes, "too many are queued"))


def _changes(event: Change | HandedOver) -> tuple[Change, ...]:
    return event.changes if isinstance(event, HandedOver) else (event,)


def _held(changes: tuple[Change, ...], why: str) -> tuple[Held, ...]:
    return tuple(Held(change=change, why=why) for change in changes)
