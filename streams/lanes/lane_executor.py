"""What does a lane do with its events: handle, hold, or look again?

A lane that falls behind spills: what it has queued and what comes after is held durably by the
handler, in order, as soon as the event that it is at has ended.  It handles new events again only
when a wake has begun after the last one was held, and has returned.  So whatever is held comes
before whatever is not, in any order of crashes, and memory stays bounded.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from streams.lanes.fair_scheduler import FairScheduler
from streams.lanes.partitions import KeyQueue, Partition, Slot
from streams.ports import Clock

log = logging.getLogger("isthmus.lanes")

#: Holds under way before a submitter has to wait: each is one event in memory.
MAX_HOLDS: Final = 1000
#: How long a handler that was cancelled may take to notice.
CANCEL_SECONDS: Final = 1.0


class LaneExecutor:
    """The lanes of all partitions at work, at most so many at once."""

    def __init__(
        self,
        clock: Clock,
        on_fault: Callable[[Partition, Exception], None],
        *,
        max_in_flight: int,
        max_queued_per_lane: int,
        max_backlog: int,
    ) -> None:
        self.turns = FairScheduler(self._step, max_in_flight)
        #: Events that are queued in a lane and have not begun.
        self.backlog = 0
        #: Events that spill and are not kept yet.
        self.holds = 0
        self._clock = clock
        self._on_fault = on_fault
        self._max_queued = max_queued_per_lane
        self._max_backlog = max_backlog
        self._holders: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._room.set()

    def add(self, lane: KeyQueue, slot: Slot) -> None:
        """Queue one event behind what the lane has, or hold it when that is too much."""
        full = len(lane.queue) >= self._max_queued or self.backlog >= self._max_backlog
        if lane.spilling or full:
            self._spill(lane, slot)
            return
        lane.queue.append(slot)
        self.backlog += 1
        if not lane.busy:
            self.turns.add(lane)

    async def room(self) -> None:
        """Return when few enough holds are under way."""
        await self._room.wait()

    def wake(self, lane: KeyQueue) -> None:
        """Have the lane look again, after what it has queued; one wake that waits is enough."""
        if not lane.wake_queued:
            lane.wake_queued = True
            lane.queue.append(None)
        # One asked for while another ran is queued, and has no turn yet.
        if not lane.busy:
            self.turns.add(lane)

    def stop(self, lane: KeyQueue) -> None:
        """Let nothing of this lane begin any more; its slots stay unfinished."""
        lane.dead = True
        self.backlog -= len(lane.queue) - lane.wake_queued
        lane.queue.clear()
        self._count_holds(-len(lane.holding))
        lane.holding.clear()

    def forget(self, partition: Partition) -> None:
        """Stop every lane of a partition; what has begun goes on to its end.

        Wakes are not forgotten: a lane that has held events must see them before new ones.
        """
        for lane in partition.lanes.values():
            if lane.spilling or lane.wake_queued:
                partition.wakes[lane.key] = None
            if not lane.dead:
                self.stop(lane)
        partition.lanes.clear()

    async def end(self, partitions: list[Partition], timeout_seconds: float) -> None:
        """Wait until nothing runs in these partitions; cancel what takes longer."""
        self.turns.clear()
        if await self._quiet(partitions, timeout_seconds):
            return
        running = {*self.turns.running(), *self._holders}
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=CANCEL_SECONDS)

    async def _quiet(self, partitions: list[Partition], timeout_seconds: float) -> bool:
        everyone = asyncio.create_task(self._all_quiet(partitions))
        patience = asyncio.create_task(self._clock.sleep(timeout_seconds))
        try:
            await asyncio.wait({everyone, patience}, return_when=asyncio.FIRST_COMPLETED)
            return everyone.done()
        finally:
            everyone.cancel()
            patience.cancel()
            await asyncio.gather(everyone, patience, return_exceptions=True)

    async def _all_quiet(self, partitions: list[Partition]) -> None:
        for partition in partitions:
            await partition.quiet()

    async def _step(self, lane: KeyQueue) -> None:
        """Run the first entry of a lane, then decide what becomes of the lane."""
        go_on = True
        if lane.queue:
            slot = lane.queue.popleft()
            lane.partition.enter()
            try:
                go_on = await (self._wake(lane) if slot is None else self._handle(lane, slot))
            finally:
                lane.partition.leave()
        # Else it was held, or forgotten, while the lane waited for its turn.
        lane.busy = False
        self._settle(lane, go_on=go_on)

    async def _handle(self, lane: KeyQueue, slot: Slot) -> bool:
        partition = lane.partition
        self.backlog -= 1
        lane.handling = True
        go_on = await self._guard(partition, partition.handler.handle(slot.delivery))
        lane.handling = False
        if go_on:
            partition.finish(slot)
        return go_on

    async def _wake(self, lane: KeyQueue) -> bool:
        lane.wake_queued = False
        lane.woken = True
        return await self._guard(lane.partition, self._look_again(lane))

    async def _look_again(self, lane: KeyQueue) -> bool:
        await lane.partition.handler.wake(lane.partition.tp, lane.key)
        return True

    async def _guard(self, partition: Partition, work: Awaitable[bool]) -> bool:
        try:
            return await work
        except Exception as exc:
            tp = partition.tp
            where = {"topic": tp.topic, "partition": tp.partition}
            log.exception("lane handler raised", extra=where)
            self._on_fault(partition, exc)
            return False

    def _settle(self, lane: KeyQueue, *, go_on: bool) -> None:
        """Give the lane its next turn, or let it go."""
        if lane.dead or lane.busy:
            return
        if not go_on:
            self.stop(lane)
            return
        if lane.spilling and not self._caught_up(lane):
            return
        if lane.queue:
            self.turns.add(lane)
        else:
            del lane.partition.lanes[lane.key]

    def _caught_up(self, lane: KeyQueue) -> bool:
        """Say whether a lane that spilled is an ordinary one again; else do what it needs next."""
        if lane.holding or lane.holds_running:
            self._start_holding(lane)
        elif not lane.woken:
            self.wake(lane)
        else:
            lane.spilling = False
        return not lane.spilling

    def _spill(self, lane: KeyQueue, slot: Slot) -> None:
        lane.spilling = True
        queued = [entry for entry in lane.queue if entry is not None]
        if queued:
            # A wake that waited among them has lost nothing: one follows when all are held.
            lane.queue.clear()
            lane.wake_queued = False
            self.backlog -= len(queued)
        lane.holding.extend((*queued, slot))
        self._count_holds(len(queued) + 1)
        self._start_holding(lane)

    def _start_holding(self, lane: KeyQueue) -> None:
        if lane.holds_running or lane.handling:
            return
        lane.holds_running = True
        task = asyncio.create_task(self._hold(lane))
        self._holders.add(task)
        task.add_done_callback(self._holders.discard)

    async def _hold(self, lane: KeyQueue) -> None:
        """Hold what spilled, one by one: the order of holding is the order of working it off."""
        partition, go_on = lane.partition, True
        while go_on and lane.holding:
            slot = lane.holding.popleft()
            partition.enter()
            try:
                go_on = await self._guard(partition, partition.handler.hold(slot.delivery))
                lane.woken = False
                if go_on:
                    partition.finish(slot)
            finally:
                partition.leave()
                self._count_holds(-1)
        lane.holds_running = False
        if not go_on and not lane.dead:
            self.stop(lane)
        self._settle(lane, go_on=go_on)

    def _count_holds(self, more: int) -> None:
        self.holds += more
        if self.holds > MAX_HOLDS:
            self._room.clear()
        else:
            self._room.set()
