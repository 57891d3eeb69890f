"""Whether a broker is there, and whether it is ready.

An open port is not enough: a fresh broker still refuses sends and groups for a moment.  Ready
means that a topic was made, and a record sent and read back.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from streams.cluster import Cluster

READINESS = "isthmus-readiness"
AGAIN_SECONDS = 0.3
REQUEST_MS = 5_000


async def answers(cluster: Cluster, *, seconds: float = 5) -> bool:
    """Say whether a broker answers; changes nothing there."""
    with quiet():
        try:
            async with asyncio.timeout(seconds), admin(cluster) as client:
                await client.list_topics()
        except (KafkaError, OSError, TimeoutError):
            return False
    return True


async def becomes_ready(
    cluster: Cluster, *, seconds: float, alive: Callable[[], bool] = lambda: True
) -> bool:
    """Wait until a record makes the round trip; False when time is over or nobody is alive."""
    with quiet():
        try:
            async with asyncio.timeout(seconds):
                while alive():
                    if await _round_trip(cluster):
                        return True
                    await asyncio.sleep(AGAIN_SECONDS)
        except TimeoutError:
            pass
    return False


@asynccontextmanager
async def admin(cluster: Cluster) -> AsyncIterator[AIOKafkaAdminClient]:
    """Lend a started admin client, and close it."""
    client = AIOKafkaAdminClient(**cluster.client, request_timeout_ms=REQUEST_MS)
    try:
        await client.start()
        yield client
    finally:
        await client.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Keep aiokafka's warnings off the screen while a refusal is the expected answer."""
    log = logging.getLogger("aiokafka")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


async def _round_trip(cluster: Cluster) -> bool:
    sent = secrets.token_bytes(16)
    topic = NewTopic(name=READINESS, num_partitions=1, replication_factor=1)
    try:
        async with admin(cluster) as client:
            # A refusal (it is there from an interrupted start, say) shows in the send below.
            await client.create_topics([topic])
            offset = await _send(cluster, sent)
            found = await _read(cluster, offset)
            await client.delete_topics([READINESS])
    except (KafkaError, OSError):
        return False
    return found == sent


async def _send(cluster: Cluster, value: bytes) -> int:
    async with AIOKafkaProducer(
        **cluster.client, acks="all", request_timeout_ms=REQUEST_MS
    ) as producer:
        done = await producer.send_and_wait(READINESS, value, partition=0)
    return int(done.offset)


async def _read(cluster: Cluster, offset: int) -> bytes:
    partition = TopicPartition(READINESS, 0)
    async with AIOKafkaConsumer(**cluster.client) as consumer:
        consumer.assign([partition])
        consumer.seek(partition, offset)
        record = await consumer.getone(partition)
    return bytes(record.value)
