"""What is asked of aiokafka's consumer, in the thread that Faust gives it?

Seeks, pauses and commits go past Faust's queue, which a fetch may block.  Seeks are counted where
they happen: what Faust read before one is stale, and known by its number.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, OffsetAndMetadata
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

log = logging.getLogger("isthmus.transport")

#: How long a broker may wait for something new before it answers a fetch with nothing.  There is
#: one fetch a broker at a time, of the partitions of which nothing is at hand: while it waits for
#: those that are quiet nothing is fetched of the busy ones, once what was at hand of them is taken.
#: Faust has it wait a second and a half.
FETCH_WAIT_MS = 100

T = TypeVar("T")
RecordMap = Mapping[TP, list[Any]]


class Batch(dict[TP, list[Any]]):
    """Records by partition, with the number of each partition's last seek when they were read."""

    def __init__(self, records: Mapping[TP, list[Any]], seeks: Mapping[TP, int]) -> None:
        super().__init__(records)
        self.seeks = seeks


class SeekingThread(driver.AIOKafkaConsumerThread):
    """Counts seeks where they happen, so that no batch is taken for newer than it is."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.seeks: dict[TP, int] = {}

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no setting for it, and aiokafka reads it at the start.
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001
        return consumer

    async def call(self, work: Callable[[], Awaitable[T]], timeout_seconds: float) -> T:
        """Run this in the consumer's thread, past Faust's queue, which a fetch may block."""

        async def run() -> T:
            return await work()

        future = asyncio.run_coroutine_threadsafe(run(), self.thread_loop)
        async with asyncio.timeout(timeout_seconds):
            return await asyncio.wrap_future(future)

    async def seek_now(self, tp: TP, offset: int) -> None:
        """Read this partition from here on; whatever was read before is stale from now on."""
        consumer = self._ensure_consumer()
        self.seeks[tp] = self.seeks.get(tp, 0) + 1
        consumer.seek(KafkaPartition(*tp), offset)

    def pause_now(self, tp: TP, offset: int | None) -> None:
        """Have aiokafka fetch nothing of this partition, and forget what it fetched from here on.

        Faust alone would leave that in aiokafka's hands, which then fetches nothing of any other
        partition of the same broker for a tenth of a second.  It is no counted seek: the lanes drop
        what Faust has read of a shut partition, and seek before they open it.
        """
        self._soon(lambda consumer: self._pause(consumer, KafkaPartition(*tp), offset))

    def resume_now(self, tp: TP) -> None:
        """Have aiokafka fetch this partition again."""
        self._soon(lambda consumer: consumer.resume(KafkaPartition(*tp)))

    @staticmethod
    def _pause(consumer: AIOKafkaConsumer, tp: KafkaPartition, offset: int | None) -> None:
        consumer.pause(tp)
        if offset is not None:
            consumer.seek(tp, offset)

    def _soon(self, work: Callable[[AIOKafkaConsumer], None]) -> None:
        """Do it in the consumer's thread, in the order of the calls."""

        def run() -> None:
            # Of a partition that is no longer ours there is nothing to fetch.
            with suppress(IllegalStateError):
                work(self._ensure_consumer())

        # A thread that has ended, and with it its loop, fetches nothing any more.
        with suppress(RuntimeError):
            self.thread_loop.call_soon_threadsafe(run)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek every partition to where the group stands: its first record when it never was.

        aiokafka's own leaves a partition without a committed offset where it is, and what was read
        of it and dropped during a rebalance would never be read again.
        """
        consumer = self._ensure_consumer()
        stands = {TP(*tp): await consumer.committed(tp) or 0 for tp in consumer.assignment()}
        for tp, offset in stands.items():
            await self.seek_now(tp, offset)
        return stands

    async def commit_now(self, offsets: Mapping[TP, int]) -> bool:
        """Ask the coordinator, which refuses a member of an older generation."""
        consumer: AIOKafkaConsumer = self._ensure_consumer()
        wanted = {KafkaPartition(*tp): OffsetAndMetadata(at, "") for tp, at in offsets.items()}
        try:
            await consumer.commit(wanted)
        except KafkaError as exc:
            log.warning("commit refused", extra={"reason": type(exc).__name__})
            return False
        return True

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> RecordMap:
        records = await super()._fetch_records(consumer, active_partitions, timeout, max_records)
        return Batch(records, {tp: self.seeks.get(tp, 0) for tp in records})
