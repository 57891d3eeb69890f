"""How are events of one key kept in order while all others go on beside them?

One lane per partition and key, strictly in order inside.  What may be committed is never more
than the end of a partition's finished prefix.

Which partitions may begin work, and how one is read on from, is `partition_gate`'s.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from streams.lanes.lane_executor import MAX_HOLDS, LaneExecutor
from streams.lanes.late_wakes import LateWakes
from streams.lanes.partition_gate import PartitionGate
from streams.lanes.partitions import KeyQueue, Partition
from streams.ports import Clock, Delivery, Feed, LaneHandler, TopicPartition


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
        self._share_of = share_of
        self._on_fault: list[OnFault] = []
        self._work = LaneExecutor(
            clock,
            self._faulted,
            max_in_flight=max_in_flight,
            max_queued_per_lane=max_queued_per_lane,
            max_backlog=max_backlog,
        )
        self._gate = PartitionGate(feed, clock, self._work, self.wake)
        self._late_wakes = LateWakes(clock, self.wake)

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
        self._late_wakes.forget_all()
        self._gate.begin(
            {
                tp: Partition(tp, route.handler, shut=route.gated)
                for tp in tps
                if (route := self._routes.get(tp.topic)) is not None
            }
        )

    def committed(self, tp: TopicPartition, offset: int) -> None:
        """Learn where the group stands; called before the first delivery of a generation."""
        if (partition := self._gate.partitions.get(tp)) is not None:
            partition.start(offset)

    async def drain(self, timeout_seconds: float) -> None:
        """Let what has begun finish, cancel what takes longer; afterwards nothing begins."""
        self._late_wakes.forget_all()
        self._gate.end()
        await self._work.end(list(self._gate.partitions.values()), timeout_seconds)

    async def close(self) -> None:
        """Drain at once, and end the workers."""
        await self.drain(0)
        await self._work.turns.close()

    # Events and wakes.

    async def submit(self, delivery: Delivery) -> None:
        """Take one event in its order; returns at once unless too many holds are under way."""
        partition = self._gate.partitions.get(delivery.tp)
        if (
            partition is None
            or self._gate.draining
            or delivery.generation != self._feed.generation()
        ):
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
        partition = self._gate.partitions.get(tp)
        if partition is None or self._gate.draining:
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
        self._late_wakes.add(tp, key, seconds)

    # Partitions.

    def shut(self, tp: TopicPartition) -> None:
        """Begin no work of this partition, and forget what has not begun."""
        partition = self._gate.partitions.get(tp)
        if partition is not None:
            self._gate.shut(partition)

    async def open(self, tp: TopicPartition, offset: int | None = None) -> bool:
        """Read on from this offset (None: the first unfinished one), when all begun has ended.

        False when something later has overtaken it: another open, a shut, a rebalance.
        """
        return await self._gate.open(tp, offset)

    async def quiet(self, tp: TopicPartition) -> None:
        """Return once nothing of this partition runs that had begun before it was shut."""
        partition = self._gate.partitions.get(tp)
        if partition is not None:
            await partition.quiet()

    def finished(self, tp: TopicPartition) -> int | None:
        """Return the offset that may be committed: the end of the finished prefix."""
        partition = self._gate.partitions.get(tp)
        return None if partition is None else partition.finished

    def unfinished_first(self, tp: TopicPartition) -> int | None:
        """Return the offset from which nothing would be missed; None when nothing is known."""
        partition = self._gate.partitions.get(tp)
        return None if partition is None else partition.first_unfinished()

    def is_shut(self, tp: TopicPartition) -> bool:
        """Say whether this partition may not begin work now."""
        partition = self._gate.partitions.get(tp)
        return partition is None or partition.shut

    @property
    def partitions(self) -> tuple[TopicPartition, ...]:
        """The partitions of this generation."""
        return tuple(self._gate.partitions)

    @property
    def draining(self) -> bool:
        """Say whether a generation has ended here and the next has not begun."""
        return self._gate.draining

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
        return sum(len(partition.lanes) for partition in self._gate.partitions.values())

    def _lane(self, partition: Partition, key: bytes) -> KeyQueue:
        lane = partition.lanes.get(key)
        if lane is None:
            lane = partition.lanes[key] = KeyQueue(partition, key, self._share_of(key))
        return lane

    def _faulted(self, partition: Partition, exc: Exception) -> None:
        self._gate.shut(partition)
        for listener in self._on_fault:
            listener(partition.tp, exc)
