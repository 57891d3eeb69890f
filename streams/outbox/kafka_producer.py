"""How does the engine send to Kafka, confirmed and in order?

An idempotent producer whose batch failed for good has a gap in its sequence numbers, and the
broker refuses everything after it; so after a failure the next record goes out by a new one.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.structs import RecordMetadata

from streams.cluster import Cluster
from streams.tracing import carried

#: How long what is under way may take at the end; what is not kept by then counts as unknown.
STOP_SECONDS = 5.0

#: What may wait for one partition while a batch of it is under way.  The client's own 16 KB are
#: three steps of an edited invoice, and all others would wait, and be woken, batch by batch.
BATCH_BYTES = 256 * 1024

#: The topic is not there, or we may not write it: what goes to others goes on as it did.  Else who
#: tells a view now and then, of which a right is missing, has all others begin anew each time.
OF_ONE_TOPIC = (TopicAuthorizationFailedError, UnknownTopicOrPartitionError)

#: One try; the client repeats it as long as the caller waits.
REQUEST_SECONDS = 5.0


class Producer:
    """Sends records, confirmed by all in-sync replicas; also the engine's Outbox."""

    def __init__(self, cluster: Cluster, *, compression: str | None = None) -> None:
        """Take where Kafka is, and a codec that every reader of these topics has."""
        self._cluster = cluster
        self._compression = compression
        self._current: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect; raises what the client raises when no broker answers."""
        await self._producer()

    async def stop(self) -> None:
        """Send what is under way, for a short while, and disconnect."""
        if self._current is not None:
            self._replace(self._current)
        await asyncio.gather(*self._ending)

    async def send(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
        *,
        partition: int | None = None,
    ) -> RecordMetadata:
        """Return once the broker has the record; KafkaError says that this is not known.

        The partition follows the key as in the Java client (murmur2) unless it is named.
        ValueError when the record is larger than Kafka takes; it was not sent.
        """
        headers = [*headers, *carried()]
        producer, named = self._current or await self._producer(), self._cluster.named(topic)
        try:
            return await producer.send_and_wait(
                named, value=value, key=key, partition=partition, headers=headers
            )
        except MessageSizeTooLargeError as fault:
            raise ValueError(f"a record of {len(value)} bytes is too large for {named}") from fault
        except OF_ONE_TOPIC:
            raise
        except KafkaError:
            self._replace(producer)
            raise

    async def partitions(self, topic: str) -> set[int]:
        """Return the numbers of a topic's partitions."""
        return set(await (await self._producer()).partitions_for(self._cluster.named(topic)))

    async def _producer(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._current is None:
                producer = AIOKafkaProducer(
                    **self._cluster.client,
                    enable_idempotence=True,
                    linger_ms=0,
                    max_batch_size=BATCH_BYTES,
                    compression_type=self._compression,
                    request_timeout_ms=int(REQUEST_SECONDS * 1000),
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._current = producer
            return self._current

    def _replace(self, producer: AIOKafkaProducer) -> None:
        if self._current is producer:
            self._current = None
            ending = asyncio.create_task(_end(producer))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


async def _end(producer: Any) -> None:
    try:
        await asyncio.wait_for(producer.stop(), STOP_SECONDS)
    except TimeoutError:
        # It would go on for ever: an idempotent producer never gives a batch up by itself.
        await producer._sender.close()  # noqa: SLF001 - the client has no way to stop at once
        await producer.client.close()
