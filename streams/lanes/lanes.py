"""How are events of one key kept in order while all others go on beside them?

One lane per partition and key, strictly in order inside.  What may be committed is never more
than the end of a partition's finished prefix.

A partition that is shut forgets the events that have not begun; they are read again when it is
opened.  The feed's promise in `seek` carries that: after it returned, nothing that was read before
it is delivered any more.  Wakes of a shut partition are kept, and run first when it is opened.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Final

from streams.lanes.lane_executor import MAX_HOLDS, LaneExecutor
from streams.lanes.partitions import KeyQueue, Partition
from streams.ports import Clock, Delivery, Feed, LaneHandler, TopicPartition

#: How long an offset that was sought may stay away before it is sought again.
AWAIT_SECONDS: Final = 5.0
#: The most that a quiet partition's repeated seek is put off.
AWAIT_MOST_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Route:
    """What happens to the events of one topic; a gated partition starts shut."""

    handler: LaneHandler
    gated: bool


OnFault = Callable[[TopicPartition, Exception], None]


class Lanes:
    """The work of all partitions that this worker has now."""

    def __init__(
        self,
        feed: Feed,
        clock: Clock,
        *,
        share_of: Callable[[bytes], str],
        max_in_flight: int,
        max_queued_per_lane: int,
        max_backlog: int,
    ) -> None:
        self._feed = feed
        self._routes: dict[str, Route] = {}
        self._clock = clock
        self._share_of = share_of
        self._on_fault: list[OnFault] = []
        self._partitions: dict[TopicPartition, Partition] = {}
        self._draining = True
        self._work = LaneExecutor(
            clock,
            self._faulted,
            max_in_flight=max_in_flight,
            max_queued_per_lane=max_queued_per_lane,
            max_backlog=max_backlog,
        )
        self._timers: set[asyncio.Task[None]] = set()
        #: When a lane looks again by itself: the earliest that was asked for, and its timer.
        self._later: dict[tuple[TopicPartition, bytes], tuple[float, asyncio.Task[None]]] = {}

    # Who does the work, and who hears when it went wrong.

    def route(self, topic: str, handler: LaneHandler, *, gated: bool = False) -> None:
        """Have a topic's events handled, from the next generation on; gated, it starts shut."""
        self._routes[topic] = Route(handler, gated)

    def on_fault(self, listener: OnFault) -> None:
        """Have it told when a handler raised; the partition is shut by then."""
        self._on_fault.append(listener)

    # What a worker is told about its partitions.

    def assigned(self, tps: Iterable[TopicPartition]) -> None:
        """Begin a generation with these partitions and nothing else."""
        self._forget_all()
        self._partitions = {
            tp: Partition(tp, route.handler, shut=route.gated)
            for tp in tps
            if (route := self._routes.get(tp.topic)) is not None
        }
        self._draining = False
        for partition in self._partitions.values():
            if partition.shut:
                self._feed.pause(partition.tp)

    def committed(self, tp: TopicPartition, offset: int) -> None:
        """Learn where the group stands; called before the first delivery of a generation."""
        if (partition := self._partitions.get(tp)) is not None:
            partition.start(offset)

    async def drain(self, timeout_seconds: float) -> None:
        """Let what has begun finish, cancel what takes longer; afterwards nothing begins."""
        self._draining = True
        self._forget_all()
        await self._work.end(list(self._partitions.values()), timeout_seconds)

    async def close(self) -> None:
        """Drain at once, and end the workers."""
        await self.drain(0)
        await self._work.turns.close()

    # Events and wakes.

    async def submit(self, delivery: Delivery) -> None:
        """Take one event in its order; returns at once unless too many holds are under way."""
        partition = self._partitions.get(delivery.tp)
        if partition is None or self._draining or delivery.generation != self._feed.generation():
            return
        if partition.shut:
            # A rebalance resumes what was paused before it.
            self._feed.pause(partition.tp)
            return
        slot = partition.take(delivery)
        if slot is None:
            return
        lane = self._lane(partition, delivery.key)
        if not lane.dead:
            self._work.add(lane, slot)
            if self._work.holds > MAX_HOLDS:
                await self._work.room()

    def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Have the lane look again, once, after what is queued in it before.

        While its partition is shut, the wake waits, and comes before any event.
        """
        partition = self._partitions.get(tp)
        if partition is None or self._draining:
            return
        lane = None if partition.shut else self._lane(partition, key)
        if lane is None or lane.dead:
            partition.wakes[key] = None
        else:
            self._work.wake(lane)

    def wake_later(self, tp: TopicPartition, key: bytes, seconds: float) -> None:
        """Wake the lane after that many seconds, if the partition is still ours then.

        A lane has one such wake, the earliest: it looks then, and asks for its next one.
        """
        due = self._clock.monotonic() + seconds
        earlier = self._later.get((tp, key))
        if earlier is not None:
            if earlier[0] <= due:
                return
            earlier[1].cancel()
        self._later[tp, key] = due, self._start_timer(self._wake_after(tp, key, seconds))

    # Partitions.

    def shut(self, tp: TopicPartition) -> None:
        """Begin no work of this partition, and forget what has not begun."""
        partition = self._partitions.get(tp)
        if partition is not None:
            self._shut(partition)

    async def open(self, tp: TopicPartition, offset: int | None = None) -> bool:
        """Read on from this offset (None: the first unfinished one), when all begun has ended.

        False when something later has overtaken it: another open, a shut, a rebalance.
        """
        partition = self._partitions.get(tp)
        if partition is None or self._draining:
            return False
        self._shut(partition)
        epoch, generation = partition.epoch, self._feed.generation()
        async with partition.changing:
            await partition.quiet()
            if not self._current(partition, epoch, generation):
                return False
            first = partition.first_unfinished() if offset is None else offset
            partition.restart(first or 0)
            if not await self._read_from(partition, epoch, generation):
                return False
            partition.shut = False
            wakes, partition.wakes = partition.wakes, {}
            for key in wakes:
                self.wake(tp, key)
            self._feed.resume(tp)
        self._start_timer(self._insist(partition, epoch, generation))
        return True

    async def quiet(self, tp: TopicPartition) -> None:
        """Return once nothing of this partition runs that had begun before it was shut."""
        partition = self._partitions.get(tp)
        if partition is not None:
            await partition.quiet()

    def finished(self, tp: TopicPartition) -> int | None:
        """Return the offset that may be committed: the end of the finished prefix."""
        partition = self._partitions.get(tp)
        return None if partition is None else partition.finished

    def unfinished_first(self, tp: TopicPartition) -> int | None:
        """Return the offset from which nothing would be missed; None when nothing is known."""
        partition = self._partitions.get(tp)
        return None if partition is None else partition.first_unfinished()

    def is_shut(self, tp: TopicPartition) -> bool:
        """Say whether this partition may not begin work now."""
        partition = self._partitions.get(tp)
        return partition is None or partition.shut

    @property
    def partitions(self) -> tuple[TopicPartition, ...]:
        """The partitions of this generation."""
        return tuple(self._partitions)

    @property
    def draining(self) -> bool:
        """Say whether a generation has ended here and the next has not begun."""
        return self._draining

    @property
    def in_flight(self) -> int:
        """How many handlers run now, holds not counted."""
        return self._work.turns.in_flight

    @property
    def backlog(self) -> int:
        """How many events are queued in lanes and have not begun."""
        return self._work.backlog

    @property
    def holds(self) -> int:
        """How many events are on their way to be held."""
        return self._work.holds

    @property
    def lanes(self) -> int:
        """How many lanes have something to do."""
        return sum(len(partition.lanes) for partition in self._partitions.values())

    def _lane(self, partition: Partition, key: bytes) -> KeyQueue:
        lane = partition.lanes.get(key)
        if lane is None:
            lane = partition.lanes[key] = KeyQueue(partition, key, self._share_of(key))
        return lane

    # A partition's life: shut, opened, assigned anew.

    def _shut(self, partition: Partition) -> None:
        partition.shut = True
        partition.epoch += 1
        partition.awaited = None
        self._feed.pause(partition.tp, partition.first_unfinished())
        self._work.forget(partition)

    def _faulted(self, partition: Partition, exc: Exception) -> None:
        self._shut(partition)
        for listener in self._on_fault:
            listener(partition.tp, exc)

    def _forget_all(self) -> None:
        for partition in self._partitions.values():
            partition.epoch += 1
            self._work.forget(partition)
        for timer in self._timers:
            timer.cancel()
        self._later.clear()

    def _current(self, partition: Partition, epoch: int, generation: int) -> bool:
        """Look whether this is still the latest word about a partition that is still ours."""
        return (
            partition.epoch == epoch
            and not self._draining
            and self._partitions.get(partition.tp) is partition
            and self._feed.generation() == generation
        )

    async def _read_from(self, partition: Partition, epoch: int, generation: int) -> bool:
        if partition.awaited is not None:
            await self._feed.seek(partition.tp, partition.awaited)
        return self._current(partition, epoch, generation)

    async def _insist(self, partition: Partition, epoch: int, generation: int) -> None:
        """Seek again while the awaited offset stays away: a rebalance may have moved the feed.

        A partition at its end looks the same, so a repeated seek that changes nothing is rarer.
        """
        pause = AWAIT_SECONDS
        while True:
            await self._clock.sleep(pause)
            async with partition.changing:
                if partition.awaited is None or not self._current(partition, epoch, generation):
                    return
                if await self._read_from(partition, epoch, generation):
                    self._feed.resume(partition.tp)
            pause = min(pause * 2, AWAIT_MOST_SECONDS)

    async def _wake_after(self, tp: TopicPartition, key: bytes, seconds: float) -> None:
        await self._clock.sleep(seconds)
        # Before the lane looks: what it asks for then is the next one.
        del self._later[tp, key]
        self.wake(tp, key)

    def _start_timer(self, timer: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(timer)
        self._timers.add(task)
        task.add_done_callback(self._timers.discard)
        return task
