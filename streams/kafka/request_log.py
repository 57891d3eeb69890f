"""How is a partition followed outside of the consumer group, from an offset that we choose?

One consumer serves all partitions that are followed; who follows one is handed its records in
order.  The assignment changes only between two reads, so no read is interrupted.  Whatever the
client raises, it is told and reading goes on from where it was: nobody waits for the task that
reads, and without it a worker would hear no request any more.
"""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.cluster import Cluster
from streams.ports import LogRecord

log = logging.getLogger("isthmus.request_log")

#: Before reading goes on that went wrong.
AGAIN_SECONDS = 1.0
#: A new partition waits at most so long for the read that is under way.
READ_MILLISECONDS = 200


class KafkaRequestLog:
    """Follows partitions of one topic; `start` before anything else, `stop` at the end."""

    def __init__(self, cluster: Cluster, topic: str) -> None:
        self._named = cluster.named(topic)
        self._consumer = AIOKafkaConsumer(
            **cluster.client, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        self._queues: dict[int, asyncio.Queue[LogRecord]] = {}
        self._positions: dict[int, int] = {}
        self._changed = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect."""
        await self._consumer.start()
        self._loop = asyncio.create_task(self._read_all())

    async def stop(self) -> None:
        """Disconnect; whoever follows waits for ever."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._consumer.stop()

    async def read(self, partition: int, offset: int) -> AsyncIterator[LogRecord]:
        """Yield the records of a partition from an offset on, for ever."""
        queue: asyncio.Queue[LogRecord] = asyncio.Queue()
        self._queues[partition], self._positions[partition] = queue, offset
        self._changed.set()
        try:
            while True:
                yield await queue.get()
        finally:
            if self._queues.get(partition) is queue:
                del self._queues[partition]
                self._changed.set()

    async def _read_all(self) -> None:
        while True:
            try:
                await self._read_on()
            except Exception as fault:
                log.exception("requests not read", extra={"reason": type(fault).__name__})
                # What was fetched and not given is fetched again.
                self._changed.set()
                await asyncio.sleep(AGAIN_SECONDS)

    async def _read_on(self) -> None:
        if self._changed.is_set():
            self._assign()
            self._changed.clear()
        if not self._queues:
            await self._changed.wait()
            return
        found = await self._consumer.getmany(timeout_ms=READ_MILLISECONDS)
        for tp, records in found.items():
            for record in records:
                self._give(tp.partition, record.offset, record.key, record.value)

    def _assign(self) -> None:
        tps = [TopicPartition(self._named, partition) for partition in self._queues]
        self._consumer.assign(tps)
        for tp in tps:
            self._consumer.seek(tp, self._positions[tp.partition])

    def _give(self, partition: int, offset: int, key: bytes | None, value: bytes | None) -> None:
        queue = self._queues.get(partition)
        if queue is None or offset < self._positions[partition]:
            return
        self._positions[partition] = offset + 1
        queue.put_nowait(LogRecord(partition, offset, key or b"", value or b""))
