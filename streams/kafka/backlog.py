"""How many events wait that the workers have not finished with?  Asked of Kafka, by topic."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from streams.cluster import Cluster
from streams.kafka.probe import admin
from streams.ports import TopicPartition
from streams.topics import INTAKE, MEDIAOS_CHANGES, QUICKBOOKS_CHANGES, QUICKBOOKS_NOTICES, Layout

READ = tuple(
    topic.name for topic in (MEDIAOS_CHANGES, QUICKBOOKS_NOTICES, QUICKBOOKS_CHANGES, INTAKE)
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """The distance between what was published and what the group has finished."""

    group: str
    _cluster: Cluster
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
        partitions = {
            TopicPartition(topic, number): KafkaPartition(self._cluster.named(topic), number)
            for topic in READ
            for number in range(Layout().partitions)
        }
        ends = await self._consumer.end_offsets(list(partitions.values()))
        begins = await self._consumer.beginning_offsets(list(partitions.values()))
        committed = await self._committed()
        waiting = {}
        for ours, tp in partitions.items():
            kept = committed.get(tp)
            finished = kept.offset if kept is not None and kept.offset >= 0 else begins[tp]
            waiting[ours] = max(0, ends[tp] - finished)
        return waiting

    async def _committed(self) -> Mapping[KafkaPartition, OffsetAndMetadata]:
        committed: Mapping[KafkaPartition, OffsetAndMetadata] = {}
        # So says a Kafka on which no group has ever committed: nothing is finished.
        with suppress(GroupCoordinatorNotAvailableError):
            committed = await self._admin.list_consumer_group_offsets(
                self._cluster.named(self.group)
            )
        return committed


@asynccontextmanager
async def backlog(cluster: Cluster, group: str) -> AsyncIterator[Backlog]:
    """Lend a measure of a group's backlog."""
    async with admin(cluster) as client:
        consumer = AIOKafkaConsumer(**cluster.client, enable_auto_commit=False)
        try:
            await consumer.start()
            yield Backlog(group, cluster, client, consumer)
        finally:
            await consumer.stop()
