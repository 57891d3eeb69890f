"""How far is the group, and where do its topics end?  Asked of Kafka, as its own tool asks.

Connections of its own: behind a fetch that waits for records, a question would wait as long.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.cluster import Cluster
from streams.ports import TopicPartition

ANSWER_SECONDS = 5.0
#: Faults that say no more than that Kafka is away, or busy with itself.
AWAY = (KafkaError, TimeoutError, OSError)


class KafkaAwayError(Exception):
    """Kafka did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOffsets:
    """One partition: where it ends, and what the group has committed (None: never anything)."""

    end: int
    committed: int | None
    beginning: int

    @property
    def lag(self) -> int:
        """Records that the group has not finished."""
        start = self.beginning if self.committed is None else self.committed
        return max(self.end - start, 0)


class KafkaOffsets:
    """Asks for one group; `start` before anything else, `stop` at the end."""

    def __init__(self, cluster: Cluster, group: str) -> None:
        self._cluster = cluster
        self._group = cluster.named(group)
        self._consumer: AIOKafkaConsumer | None = None
        self._admin: AIOKafkaAdminClient | None = None

    async def start(self) -> None:
        """Connect; raises what the client raises when no broker answers."""
        self._consumer = AIOKafkaConsumer(**self._cluster.client, enable_auto_commit=False)
        await self._consumer.start()
        self._admin = AIOKafkaAdminClient(**self._cluster.client)
        await self._admin.start()

    async def stop(self) -> None:
        """Disconnect, whether `start` came to its end or not."""
        if self._consumer is not None:
            await self._consumer.stop()
        if self._admin is not None:
            await self._admin.close()

    async def stretches(
        self, tps: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, GroupOffsets]:
        """Return where each stands, of at least one; KafkaAwayError when that cannot be told."""
        wanted = [KafkaPartition(self._cluster.named(topic), number) for topic, number in tps]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._asked(wanted)
        except AWAY as fault:
            raise KafkaAwayError(type(fault).__name__) from fault

    async def ends(self, tps: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offset that the next record of each gets; KafkaAwayError as above."""
        wanted = [KafkaPartition(self._cluster.named(topic), number) for topic, number in tps]
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._consumer is None:
                    raise TimeoutError
                found = await self._consumer.end_offsets(wanted)
        except AWAY as fault:
            raise KafkaAwayError(type(fault).__name__) from fault
        return {
            TopicPartition(self._cluster.ours(tp.topic), tp.partition): found[tp] for tp in wanted
        }

    async def _asked(self, wanted: list[KafkaPartition]) -> Mapping[TopicPartition, GroupOffsets]:
        if self._consumer is None or self._admin is None:
            raise TimeoutError
        # The committed offsets first: what ends meanwhile then counts as lag, and never as less.
        stands = await self._admin.list_consumer_group_offsets(self._group, partitions=wanted)
        beginnings = await self._consumer.beginning_offsets(wanted)
        ends = await self._consumer.end_offsets(wanted)
        return {
            TopicPartition(self._cluster.ours(tp.topic), tp.partition): GroupOffsets(
                end=ends[tp],
                committed=_known(stands[tp].offset if tp in stands else -1),
                beginning=beginnings[tp],
            )
            for tp in wanted
        }


def _known(offset: int) -> int | None:
    # What was never committed is told as -1.
    return None if offset < 0 else offset
