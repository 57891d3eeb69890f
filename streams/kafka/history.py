"""What stands on a topic now?  Every record that it still has, up to the end at the time of asking.

Unlike the journal's reader it begins at what retention left, and never waits for news.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.cluster import Cluster
from streams.kafka.log import RECORDS_A_READ
from streams.kafka.topic_faults import TopicMissingError
from streams.outbox.kafka_producer import Producer
from streams.ports import LogRecord

READ_MILLISECONDS = 1000
#: How long a small topic may take to be read to its end.
SMALL_TOPIC_SECONDS = 20.0


class TopicRecord(NamedTuple):
    """One record as it stands on its topic; a missing key or value is None."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class KafkaHistory:
    """Reads topics outside of any consumer group; `start` first, `stop` at the end."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._consumer = AIOKafkaConsumer(
            **cluster.client, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        # A consumer that is assigned its partitions does not say which there are.
        self._asker = Producer(cluster)

    async def start(self) -> None:
        """Connect; raises what the client raises when no broker answers."""
        await self._consumer.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._asker.stop()
        await self._consumer.stop()

    async def read(self, topic: str) -> AsyncIterator[TopicRecord]:
        """Yield all records of a topic, in order within a partition; TopicMissingError."""
        tps = await self._assign(topic)
        ends = await self._consumer.end_offsets(tps)
        await self._consumer.seek_to_beginning(*tps)
        while [tp for tp in tps if await self._consumer.position(tp) < ends[tp]]:
            found = await self._consumer.getmany(
                timeout_ms=READ_MILLISECONDS, max_records=RECORDS_A_READ
            )
            for tp, records in found.items():
                for record in records:
                    if record.offset < ends[tp]:
                        yield TopicRecord(record.partition, record.offset, record.key, record.value)

    async def read_one(self, topic: str, partition: int, offset: int) -> TopicRecord | None:
        """Return the record at one place; None when the topic does not have it."""
        tp = TopicPartition(self._cluster.named(topic), partition)
        if tp not in await self._assign(topic):
            return None
        begin, end = (
            await self._consumer.beginning_offsets([tp]),
            await self._consumer.end_offsets([tp]),
        )
        if not begin[tp] <= offset < end[tp]:
            return None
        self._consumer.assign([tp])
        self._consumer.seek(tp, offset)
        # Compaction and transactions leave gaps: the next one is then another's record.
        found = await self._consumer.getone()
        return (
            TopicRecord(partition, offset, found.key, found.value)
            if found.offset == offset
            else None
        )

    async def _assign(self, topic: str) -> list[TopicPartition]:
        named = self._cluster.named(topic)
        if named not in await self._consumer.topics():
            raise TopicMissingError(self._cluster, named)
        numbers = await self._asker.partitions(topic)
        tps = [TopicPartition(named, number) for number in sorted(numbers)]
        self._consumer.assign(tps)
        return tps


async def read_to_end(cluster: Cluster, topic: str, take: Callable[[LogRecord], None]) -> None:
    """Hand over all records of a small topic, by connections of its own.

    TopicMissingError; TimeoutError when it takes too long, what was read until then handed over.
    """
    history = KafkaHistory(cluster)
    try:
        async with asyncio.timeout(SMALL_TOPIC_SECONDS):
            await history.start()
            async for each in history.read(topic):
                take(LogRecord(each.partition, each.offset, each.key or b"", each.value or b""))
    finally:
        await history.stop()
