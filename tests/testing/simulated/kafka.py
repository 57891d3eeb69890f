"""A whole Kafka in memory, one member of the group at a time, and processes that can be killed.

A killed process does not notice: from a chosen call on, nothing that it asks of the outside ever
returns.  That is what SIGKILL looks like to everybody else.
"""

import asyncio
import functools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TypeVar

from aiokafka.partitioner import murmur2

from streams.lanes.lanes import Lanes
from streams.ports import Delivery, LogRecord, TopicPartition
from tests.testing.simulated.log import SimulatedLog, SimulatedTopic

T = TypeVar("T")


#: A story has few keys, and sends hundreds of records by them.
_hashed = functools.lru_cache(murmur2)

#: What a broker takes, and our clients send, unless told otherwise.
LARGEST = 1_048_576


def refuse_large(key: bytes, value: bytes) -> None:
    if len(key) + len(value) > LARGEST:
        raise ValueError(f"a record of {len(value)} bytes is too large")


class SimulatedKafka:
    """All topics, and the committed offsets of the one group."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.topics: defaultdict[str, SimulatedTopic] = defaultdict(
            lambda: SimulatedTopic(partitions)
        )
        self.committed: dict[TopicPartition, int] = {}
        self.generation = 0

    def partition_of(self, key: bytes) -> int:
        return (_hashed(key) & 0x7FFFFFFF) % self.partitions

    async def send(
        self, topic: str, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        del headers
        refuse_large(key, value)
        self.topics[topic].keep(self.partition_of(key), key, value)

    def values(self, topic: str) -> list[bytes]:
        return [r.value for records in self.topics[topic].records for r in records]


class Mortal:
    """Counts a process's calls to the outside, and lets none of them return once it is dead."""

    def __init__(self) -> None:
        self.calls = 0
        self.dies_before: int | None = None
        self.dies_after: int | None = None
        self.freezes_before: int | None = None
        self.freezes_after: int | None = None
        self.frozen = False
        self._thawed = asyncio.Event()
        self.dead = asyncio.Event()
        self.names: list[str] = []

    async def call(self, name: str, work: Callable[[], "asyncio.Future[T] | object"]) -> T:
        self.names.append(name)
        number = self.calls
        self.calls += 1
        if self.dead.is_set() or number == self.dies_before:
            await self.die()
        self.frozen = self.frozen or number == self.freezes_before
        await self.awake()
        result = await work()  # type: ignore[misc]
        if self.dead.is_set() or number == self.dies_after:
            await self.die()
        self.frozen = self.frozen or number == self.freezes_after
        await self.awake()
        return result

    async def at_once(self, work: Callable[..., T], *args: object) -> T:
        """Do what is meant for a thread, which is no call to the outside."""
        await self.awake()
        if self.dead.is_set():
            await self.die()
        return work(*args)

    @property
    def ended(self) -> bool:
        """Tell whether it stands still, for now or for good."""
        return self.frozen or self.dead.is_set()

    async def awake(self) -> None:
        """Return when the process is not frozen."""
        if self.frozen:
            await self._thawed.wait()

    def thaw(self) -> None:
        self.frozen = False
        self.freezes_before = self.freezes_after = None
        self._thawed.set()

    async def die(self) -> None:
        self.dead.set()
        await asyncio.get_running_loop().create_future()


class MortalLog:
    """A process's journal log."""

    def __init__(self, topic: SimulatedTopic, mortal: Mortal) -> None:
        self._log = SimulatedLog(topic)
        self._mortal = mortal
        self.hold_reads, self.let_reads_go = self._log.hold_reads, self._log.let_reads_go

    async def append(self, partition: int, key: bytes, value: bytes) -> int:
        refuse_large(key, value)
        return await self._mortal.call("append", lambda: self._log.append(partition, key, value))

    async def read(self, timeout_seconds: float) -> Sequence[LogRecord]:
        records = await self._log.read(timeout_seconds)
        await self._mortal.awake()
        if self._mortal.dead.is_set():
            await self._mortal.die()
        return records

    async def ends(self) -> Mapping[int, int]:
        return await self._log.ends()

    def start_at(self, positions: Mapping[int, int]) -> None:
        self._log.start_at(positions)


class MortalOutbox:
    """A process's producer."""

    def __init__(self, kafka: SimulatedKafka, mortal: Mortal) -> None:
        self._kafka = kafka
        self._mortal = mortal

    async def send(
        self, topic: str, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        del headers
        await self._mortal.call(f"send {topic}", lambda: self._kafka.send(topic, key, value))


class MortalRequests:
    """A process's reading of the requests topic."""

    def __init__(self, kafka: SimulatedKafka, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic

    async def read(self, partition: int, offset: int) -> AsyncIterator[LogRecord]:
        topic = self._kafka.topics[self._topic]
        arrived = topic.reader()
        while True:
            # Before the look: what comes while a record is being handled must wake us too.
            arrived.clear()
            for record in topic.records[partition][offset:]:
                offset = record.offset + 1
                yield record
            await arrived.wait()


class MortalReader:
    """A process's reading of what stands on a topic."""

    def __init__(self, kafka: SimulatedKafka, mortal: Mortal) -> None:
        self._kafka = kafka
        self._mortal = mortal

    async def __call__(self, topic: str, take: Callable[[LogRecord], None]) -> None:
        async def work() -> list[LogRecord]:
            return [each for records in self._kafka.topics[topic].records for each in records]

        for record in await self._mortal.call(f"read {topic}", work):
            take(record)


#: It takes a consumer a while to hear: some seconds of asking again for each of 12 partitions.
REFUSALS_UNTIL_TOLD = 100


class SimulatedMember:
    """The group's only member: gives the lanes what comes, in order, from where it is told."""

    def __init__(self, kafka: SimulatedKafka, topics: Sequence[str], mortal: Mortal) -> None:
        self._kafka = kafka
        self._mortal = mortal
        kafka.generation += 1
        self._generation = kafka.generation
        self.tps = [TopicPartition(t, p) for t in topics for p in range(kafka.partitions)]
        self._paused: set[TopicPartition] = set()
        self._positions = {tp: kafka.committed.get(tp, 0) for tp in self.tps}
        self._news = asyncio.Event()
        self._refused = 0
        #: Hears that the group goes on without us, as a refused commit lets a consumer find out.
        self.on_revoked: Callable[[frozenset[TopicPartition]], None] = lambda _tps: None
        #: All that was given to the lanes, in order.
        self.delivered: list[tuple[TopicPartition, int]] = []

    def generation(self) -> int:
        return self._generation

    def pause(self, tp: TopicPartition, offset: int | None = None) -> None:
        self._paused.add(tp)

    def resume(self, tp: TopicPartition) -> None:
        self._paused.discard(tp)
        self._news.set()

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        await asyncio.sleep(0)
        self._positions[tp] = offset

    async def commit_now(self, tp: TopicPartition, offset: int) -> bool:
        async def work() -> bool:
            if self._generation != self._kafka.generation:
                return False
            self._kafka.committed[tp] = max(offset, self._kafka.committed.get(tp, 0))
            return True

        taken = await self._mortal.call(f"commit {tp.topic}", work)
        if not taken:
            self._refused += 1
            if self._refused == REFUSALS_UNTIL_TOLD:
                asyncio.get_running_loop().call_soon(self.on_revoked, frozenset(self.tps))
        return taken

    async def pump(self, lanes: Lanes) -> None:
        """Deliver for ever; what is finished is committed as it goes."""
        for topic in sorted({tp.topic for tp in self.tps}):
            self._kafka.topics[topic].wakes(self._news)
        while not self._mortal.dead.is_set():
            await self._mortal.awake()
            if not await self._round(lanes):
                self._news.clear()
                await self._news.wait()
            await asyncio.sleep(0)

    async def _round(self, lanes: Lanes) -> bool:
        some = False
        for tp in self.tps:
            if (lanes.finished(tp) or 0) > self._kafka.committed.get(tp, 0):
                await self.commit_now(tp, lanes.finished(tp) or 0)
            records = self._kafka.topics[tp.topic].records[tp.partition]
            position = self._positions[tp]
            if tp in self._paused or position >= len(records):
                continue
            record = records[position]
            self._positions[tp] = position + 1
            some = True
            self.delivered.append((tp, record.offset))
            await lanes.submit(
                Delivery(
                    tp=tp,
                    offset=record.offset,
                    key=record.key,
                    value=record.value,
                    generation=self._generation,
                )
            )
        return some
