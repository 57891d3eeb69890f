"""How is a topic copied record for record?  With each key, header, time and offset as it was."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from streams.cluster import Cluster
from streams.kafka.log import COMPRESSION, RECORDS_A_READ

READ_MILLISECONDS = 1000
BATCH_BYTES = 256 * 1024
#: Returns what a record is to say; hears its partition, its offset and what it says.
Rewrite = Callable[[int, int, bytes | None], bytes | None]
#: Hears how many records were copied or compared.
Progress = Callable[[int], None]


class NotSameError(Exception):
    """A copy is not record for record what it was made of; the text says where."""


class GapsError(Exception):
    """A topic lacks records: a copy would number them anew; the text says where."""


def as_it_is(_partition: int, _offset: int, value: bytes | None) -> bytes | None:
    """Copy word for word."""
    return value


class Copying:
    """Copies and compares topics, by the names that they have on the brokers."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def ends(self, topic: str, partitions: int) -> list[int]:
        """Return where each partition ends."""
        async with self._consumer() as consumer:
            tps = [TopicPartition(topic, number) for number in range(partitions)]
            found = await consumer.end_offsets(tps)
            return [found[tp] for tp in tps]

    async def first(self, topic: str, partition: int) -> bytes | None:
        """Return what the first record of a partition says; None where there is none."""
        async with aclosing(self.read(topic, {partition: (0, 1)})) as found:
            async for record in found:
                return bytes(record.value or b"")
        return None

    async def read(
        self, topic: str, places: Mapping[int, tuple[int, int]]
    ) -> AsyncGenerator[Any, None]:
        """Yield the records of partitions from one offset to before another; GapsError."""
        async with self._consumer() as consumer:
            ends = await consumer.end_offsets([TopicPartition(topic, each) for each in places])
            named = {TopicPartition(topic, number): place for number, place in places.items()}
            there = {tp: (at, min(end, ends[tp])) for tp, (at, end) in named.items()}
            left = {tp: (at, end) for tp, (at, end) in there.items() if at < end}
            consumer.assign(list(left))
            for tp, (at, _) in left.items():
                consumer.seek(tp, at)
            while left:
                for record in await _some(consumer):
                    tp = TopicPartition(topic, record.partition)
                    if tp not in left:
                        continue
                    at, end = left[tp]
                    if record.offset != at:
                        raise GapsError(_gap(topic, record.partition, at))
                    yield record
                    left[tp] = (at + 1, end)
                    if at + 1 >= end:
                        del left[tp]
                        consumer.pause(tp)

    async def copy(
        self,
        source: str,
        target: str,
        places: Mapping[int, tuple[int, int]],
        rewrite: Rewrite = as_it_is,
        progress: Progress = lambda _done: None,
    ) -> None:
        """Append these records of one topic to another, which must give them the same offsets."""
        read = aclosing(self.read(source, places))
        async with self._producer() as producer, read as found:
            pending: list[tuple[Any, asyncio.Future[Any]]] = []
            done = 0
            async for record in found:
                value = rewrite(record.partition, record.offset, record.value)
                sent = await producer.send(
                    target,
                    value,
                    record.key,
                    partition=record.partition,
                    timestamp_ms=record.timestamp,
                    headers=list(record.headers),
                )
                pending.append((record, sent))
                if len(pending) >= RECORDS_A_READ:
                    done += await _kept(target, pending)
                    progress(done)
            progress(done + await _kept(target, pending))

    async def append(self, topic: str, partition: int, key: bytes, value: bytes) -> int:
        """Append one record, and return its offset."""
        async with self._producer() as producer:
            kept = await producer.send_and_wait(topic, value, key, partition=partition)
            return int(kept.offset)

    async def compare(
        self,
        source: str,
        target: str,
        ends: Sequence[int],
        rewrite: Rewrite = as_it_is,
        progress: Progress = lambda _done: None,
    ) -> None:
        """Read both again, partition by partition; NotSameError where they are not the same."""
        done = 0
        for partition, end in enumerate(ends):
            place = {partition: (0, end)}
            async with (
                aclosing(self.read(target, place)) as other,
                aclosing(self.read(source, place)) as found,
            ):
                async for record in found:
                    copied = await anext(other, None)
                    value = rewrite(partition, record.offset, record.value)
                    if copied is None or _said(copied, copied.value) != _said(record, value):
                        raise NotSameError(
                            f"Record {record.offset} of partition {partition} is not the same in "
                            f"{target} as in {source}."
                        )
                    done += 1
                    if not done % RECORDS_A_READ:
                        progress(done)
        progress(done)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            **self._cluster.client, enable_auto_commit=False, auto_offset_reset="none"
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            **self._cluster.client,
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            compression_type=COMPRESSION,
        )
        try:
            await producer.start()
            yield producer
        finally:
            await producer.stop()


async def _some(consumer: AIOKafkaConsumer) -> list[Any]:
    try:
        found = await consumer.getmany(timeout_ms=READ_MILLISECONDS, max_records=RECORDS_A_READ)
    except OffsetOutOfRangeError as fault:
        raise GapsError(f"Records are missing that must be there ({fault}).") from fault
    return [record for records in found.values() for record in records]


async def _kept(target: str, pending: list[tuple[Any, asyncio.Future[Any]]]) -> int:
    """Wait until a batch is kept, each record at the offset that it had; return how many."""
    for record, sent in pending:
        kept = await sent
        if kept.offset != record.offset:
            raise NotSameError(
                f"Record {record.offset} of partition {record.partition} came to stand at "
                f"{kept.offset} in {target}: somebody else writes there."
            )
    count = len(pending)
    pending.clear()
    return count


def _said(record: Any, value: bytes | None) -> tuple[Any, ...]:
    return record.key, value, record.timestamp, tuple(record.headers)


def _gap(topic: str, partition: int, at: int) -> str:
    return (
        f"Partition {partition} of {topic} has no record {at}: a copy would number all behind it "
        "anew, and stores and claims name them by their numbers."
    )
