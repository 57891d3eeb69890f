"""What stands at some places of a topic?  Read one by one, by one consumer that goes to and fro."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.cluster import Cluster
from streams.ports import LogRecord

#: Of what follows a record not much is wanted; a larger record comes whole all the same.
FETCH_BYTES = 64 * 1024
READ_SECONDS = 5.0


class KafkaPlaces:
    """Reads records of a topic by partition and offset; connects when it is asked first."""

    def __init__(self, cluster: Cluster, topic: str) -> None:
        self._cluster, self._topic = cluster, topic
        self._consumer: AIOKafkaConsumer | None = None
        self._reading = asyncio.Lock()

    async def read(self, places: Sequence[tuple[int, int]]) -> list[LogRecord]:
        """Return the records at these places, in their order; what is not there is left out.

        Raises what the client raises, TimeoutError where nothing comes.
        """
        async with self._reading:
            found = [await self._one(partition, offset) for partition, offset in places]
        return [each for each in found if each is not None]

    async def stop(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()
            self._consumer = None

    async def _one(self, partition: int, offset: int) -> LogRecord | None:
        consumer = await self._connected()
        tp = TopicPartition(self._cluster.named(self._topic), partition)
        if consumer.assignment() != {tp}:
            consumer.assign([tp])
        consumer.seek(tp, offset)
        async with asyncio.timeout(READ_SECONDS):
            read = await consumer.getone(tp)
        if read.offset != offset:
            return None
        return LogRecord(partition, offset, read.key or b"", read.value or b"")

    async def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            made = AIOKafkaConsumer(
                **self._cluster.client,
                enable_auto_commit=False,
                auto_offset_reset="none",
                max_partition_fetch_bytes=FETCH_BYTES,
            )
            try:
                await made.start()
            except BaseException:
                await made.stop()
                raise
            self._consumer = made
        return self._consumer
