"""How many events wait that the workers have not finished with?  Asked of Kafka, by topic."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from streams.kafka.probe import admin
from streams.topics import INTAKE, MEDIAOS_CHANGES, QUICKBOOKS_CHANGES, QUICKBOOKS_NOTICES, Layout

READ = tuple(
    topic.name for topic in (MEDIAOS_CHANGES, QUICKBOOKS_NOTICES, QUICKBOOKS_CHANGES, INTAKE)
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """The distance between what was published and what the group has finished."""

    group: str
    _admin: AIOKafkaAdminClient
    _consumer: AIOKafkaConsumer

    async def measure(self) -> dict[str, int]:
        """Return the events that wait, by topic; topics without any are left out."""
        waiting = dict.fromkeys(READ, 0)
        for tp, count in (await self.by_partition()).items():
            waiting[tp.topic] += count
        return {topic: count for topic, count in waiting.items() if count}

    async def by_partition(self) -> dict[TopicPartition, int]:
        """Return the events that wait in each partition."""
        partitions = [
            TopicPartition(topic, number) for topic in READ for number in range(Layout().partitions)
        ]
        ends = await self._consumer.end_offsets(partitions)
        begins = await self._consumer.beginning_offsets(partitions)
        committed = await self._committed()
        waiting = {}
        for tp in partitions:
            kept = committed.get(tp)
            finished = kept.offset if kept is not None and kept.offset >= 0 else begins[tp]
            waiting[tp] = max(0, ends[tp] - finished)
        return waiting

    async def _committed(self) -> Mapping[TopicPartition, OffsetAndMetadata]:
        committed: Mapping[TopicPartition, OffsetAndMetadata] = {}
        # So says a Kafka on which no group has ever committed: nothing is finished.
        with suppress(GroupCoordinatorNotAvailableError):
            committed = await self._admin.list_consumer_group_offsets(self.group)
        return committed


@asynccontextmanager
async def backlog(brokers: str, group: str) -> AsyncIterator[Backlog]:
    """Lend a measure of a group's backlog."""
    async with admin(brokers) as client:
        consumer = AIOKafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False)
        try:
            await consumer.start()
            yield Backlog(group, client, consumer)
        finally:
            await consumer.stop()
