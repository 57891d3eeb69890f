"""How does Faust's consumer read, seek and commit without losing what it had in its hands?

Faust's own books of read and acknowledged offsets are not used: what may be committed is what the
lanes have finished, and commits go straight to the coordinator.  Faust keeps records that it read
before a seek in its batch and queue, and drops some of them while a partition is paused, so each
record carries the number of its partition's last seek, and a record of an older number is stale.
What is asked of aiokafka itself is in `streams.faust.consumer_thread`.
"""

import logging
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Protocol, cast

from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message
from faust.types.transports import TPorTopicSet

from streams.cluster import Cluster
from streams.faust.consumer_thread import Batch, RecordMap, SeekingThread
from streams.lanes.lanes import Lanes
from streams.ports import TopicPartition

log = logging.getLogger("isthmus.transport")


#: Lanes have this long to finish before their partitions go to somebody else.
DRAIN_SECONDS = 4.0
#: A coordinator that has not answered by then has not accepted a commit.
COMMIT_SECONDS = 5.0
#: Faust gives the whole seek of a rebalance as long as a request; a broker that is away takes all.
SEEK_SECONDS = 30.0


class Membership(Protocol):
    """Who wants to know which partitions this member of the group has."""

    def on_assigned(self, tps: frozenset[TopicPartition], generation: int) -> None:
        """Learn what the new generation gave us; Faust has settled, so seeks and pauses hold."""
        ...

    def on_revoked(self, tps: frozenset[TopicPartition]) -> None:
        """Learn that these are lost; their lanes are drained and what they finished committed."""
        ...


class LanesApp(Protocol):
    """What the consumer finds on its Faust app."""

    cluster: Cluster
    lanes: Lanes
    membership: Membership
    consumer_generation_id: int


class SoughtMessage(ConsumerMessage):
    """A message that knows after which seek of its partition it was read."""

    __slots__ = ("seek",)
    seek: int


class NoReadOffsets(dict[TP, int | None]):
    """What Faust takes for the offsets it has read: never any.

    With one it drops what it believes to have read, and after a seek it believes wrongly.
    """

    def __getitem__(self, tp: TP) -> None:
        return None


class LanesConsumer(driver.Consumer):
    """Commits what the lanes have finished, and drains them before it gives a partition away."""

    _thread: SeekingThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = cast("MutableMapping[TP, int | None]", NoReadOffsets())
        self._batch_seeks: Mapping[TP, int] = {}
        self._confirmed: dict[TP, int] = {}

    @property
    def worker(self) -> LanesApp:
        """The app, as we made it."""
        return cast("LanesApp", self.app)

    def ours(self, tp: TP) -> TopicPartition:
        """Return a partition of the brokers' as everybody here names it."""
        return TopicPartition(self.worker.cluster.ours(tp.topic), tp.partition)

    def theirs(self, tp: TopicPartition) -> TP:
        """Return a partition of ours as the brokers name it."""
        return TP(self.worker.cluster.named(tp.topic), tp.partition)

    def is_stale(self, message: Message) -> bool:
        """Say whether its partition was sought after this message was read."""
        seek: int = getattr(message, "seek", 0)
        return seek != self._thread.seeks.get(message.tp, 0)

    async def seek_now(self, tp: TopicPartition, offset: int) -> None:
        """Read on from this offset; a failure is logged, and whoever waits seeks again."""
        at = self.theirs(tp)
        try:
            await self._thread.call(lambda: self._thread.seek_now(at, offset), COMMIT_SECONDS)
        except (KafkaError, TimeoutError) as exc:
            where = {"topic": tp.topic, "partition": tp.partition, "reason": type(exc).__name__}
            log.warning("seek failed", extra=where)

    def pause_now(self, tp: TopicPartition, offset: int | None) -> None:
        """Deliver nothing of this partition, and fetch nothing of it either."""
        self.pause_partitions({self.theirs(tp)})
        self._thread.pause_now(self.theirs(tp), offset)

    def resume_now(self, tp: TopicPartition) -> None:
        """Fetch and deliver this partition again."""
        self._thread.resume_now(self.theirs(tp))
        self.resume_partitions({self.theirs(tp)})

    async def commit_now(self, offsets: Mapping[TP, int]) -> bool:
        """Commit these offsets; True only when the coordinator has accepted all of them."""
        if not offsets:
            return True
        try:
            kept = await self._thread.call(lambda: self._thread.commit_now(offsets), COMMIT_SECONDS)
        except TimeoutError:
            log.warning("commit unanswered", extra={"seconds": COMMIT_SECONDS})
            return False
        if kept:
            self._confirmed.update(offsets)
        return kept

    async def drain(self) -> None:
        """Finish or cancel what runs, then commit what is finished."""
        await self.worker.lanes.drain(DRAIN_SECONDS)
        await self.commit_now(self._filter_committable_offsets(self._lane_partitions()))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Drain and commit before the partitions are anybody else's."""
        await self.drain()
        self.worker.membership.on_revoked(frozenset(map(self.ours, revoked)))
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Begin a generation."""
        self.begin_generation(assigned)
        await super().on_partitions_assigned(assigned, generation_id)

    def begin_generation(self, assigned: set[TP]) -> None:
        """Begin with these partitions, and fetch those whose work may begin."""
        self._confirmed.clear()
        lanes = self.worker.lanes
        lanes.assigned(frozenset(map(self.ours, assigned)))
        for tp in assigned:
            # A pause of the generation before may have met the partition as it is now.
            if not lanes.is_shut(self.ours(tp)):
                self._thread.resume_now(tp)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Tell the lanes where the group stands, before the first record comes."""
        thread = self._thread
        offsets = await thread.call(thread.seek_to_committed, SEEK_SECONDS)
        for tp, offset in offsets.items():
            self.worker.lanes.committed(self.ours(tp), offset)
        return offsets

    def _new_consumer_thread(self) -> SeekingThread:
        return SeekingThread(self, loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> RecordMap:
        records = await super()._getmany(active_partitions, timeout)
        # There is one drain loop, so the batch it iterates is the one it got last.
        self._batch_seeks = records.seeks if isinstance(records, Batch) else {}
        return records

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        message = SoughtMessage(
            record.topic,
            record.partition,
            record.offset,
            record.timestamp / 1000,
            record.timestamp_type,
            record.headers,
            record.key,
            record.value,
            record.checksum,
            record.serialized_key_size,
            record.serialized_value_size,
            tp,
            generation_id=self.app.consumer_generation_id,
        )
        message.seek = self._batch_seeks.get(tp, 0)
        return message

    def _lane_partitions(self) -> Iterator[TP]:
        return (self.theirs(tp) for tp in self.worker.lanes.partitions)

    # Faust's timer commits by these.

    def _filter_tps_with_pending_acks(self, topics: TPorTopicSet | None = None) -> Iterator[TP]:
        if self.worker.lanes.draining:
            # The drain commits by itself.  Later, what an old generation finished could be written
            # over what a newer one has, once the coordinator takes us for a member again.
            return iter(())
        return (
            tp
            for tp in self._lane_partitions()
            if topics is None or tp in topics or tp.topic in topics
        )

    def _new_offset(self, tp: TP) -> int | None:
        return self.worker.lanes.finished(self.ours(tp))

    def _should_commit(self, tp: TP, offset: int) -> bool:
        return offset > self._confirmed.get(tp, 0)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        return await self.commit_now(offsets)


class LanesTransport(driver.Transport):
    """Faust's aiokafka transport with our consumer."""

    Consumer = LanesConsumer


class FaustFeed:
    """The lanes' Feed: this worker's Faust consumer, which exists once the app has started."""

    def __init__(self) -> None:
        self._app: Any = None

    def attach(self, app: Any) -> None:
        """Say whose consumer it is; the app needs its lanes first, and they need their feed."""
        self._app = app

    @property
    def consumer(self) -> LanesConsumer:
        """The consumer of the app."""
        return cast("LanesConsumer", self._app.consumer)

    def generation(self) -> int:
        """Return the generation of the group as this member knows it."""
        return cast("int", self._app.consumer_generation_id)

    def pause(self, tp: TopicPartition, offset: int | None = None) -> None:
        """Stop fetching one partition, and forget what was fetched; a rebalance undoes it."""
        self.consumer.pause_now(tp, offset)

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        """Fetch from this offset on; nothing that was read before is delivered afterwards."""
        await self.consumer.seek_now(tp, offset)

    def resume(self, tp: TopicPartition) -> None:
        """Fetch one partition again."""
        self.consumer.resume_now(tp)

    async def commit_now(self, tp: TopicPartition, offset: int) -> bool:
        """Commit, and say whether the coordinator takes this member for a current one."""
        return await self.consumer.commit_now({self.consumer.theirs(tp): offset})
