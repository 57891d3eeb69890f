"""Which partitions are ours now, and which of them may begin work?

A partition that is shut forgets the events that have not begun; they are read again when it is
opened.  The feed's promise in `seek` carries that: after it returned, nothing that was read before
it is delivered any more.  Wakes of a shut partition are kept, and run first when it is opened.
"""

from collections.abc import Callable, Mapping
from typing import Final

from streams.lanes.lane_executor import LaneExecutor
from streams.lanes.partitions import Partition
from streams.lanes.timers import Timers
from streams.ports import Clock, Feed, TopicPartition

#: How long an offset that was sought may stay away before it is sought again.
AWAIT_SECONDS: Final = 5.0
#: The most that a quiet partition's repeated seek is put off.
AWAIT_MOST_SECONDS: Final = 60.0


class PartitionGate:
    """The partitions of this generation, each shut or open."""

    def __init__(
        self,
        feed: Feed,
        clock: Clock,
        work: LaneExecutor,
        wake: Callable[[TopicPartition, bytes], None],
    ) -> None:
        self.partitions: Mapping[TopicPartition, Partition] = {}
        #: A generation has ended here and the next has not begun.
        self.draining = True
        self._feed = feed
        self._clock = clock
        self._work = work
        self._wake = wake
        self._timers = Timers()

    def begin(self, partitions: Mapping[TopicPartition, Partition]) -> None:
        """Begin a generation with these partitions and nothing else."""
        self._forget_all()
        self.partitions = partitions
        self.draining = False
        for partition in self.partitions.values():
            if partition.shut:
                self._feed.pause(partition.tp)

    def end(self) -> None:
        """End the generation: nothing begins any more."""
        self.draining = True
        self._forget_all()

    def shut(self, partition: Partition) -> None:
        """Begin no work of this partition, and forget what has not begun."""
        partition.shut = True
        partition.epoch += 1
        partition.awaited = None
        self._feed.pause(partition.tp, partition.first_unfinished())
        self._work.forget(partition)

    async def open(self, tp: TopicPartition, offset: int | None = None) -> bool:
        """Read on from this offset (None: the first unfinished one), when all begun has ended.

        False when something later has overtaken it: another open, a shut, a rebalance.
        """
        partition = self.partitions.get(tp)
        if partition is None or self.draining:
            return False
        self.shut(partition)
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
                self._wake(tp, key)
            self._feed.resume(tp)
        self._timers.start(self._insist(partition, epoch, generation))
        return True

    def _forget_all(self) -> None:
        for partition in self.partitions.values():
            partition.epoch += 1
            self._work.forget(partition)
        self._timers.cancel()

    def _current(self, partition: Partition, epoch: int, generation: int) -> bool:
        """Look whether this is still the latest word about a partition that is still ours."""
        return (
            partition.epoch == epoch
            and not self.draining
            and self.partitions.get(partition.tp) is partition
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
