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

READINESS = "isthmus-readiness"
AGAIN_SECONDS = 0.3
REQUEST_MS = 5_000


async def answers(bootstrap: str, *, seconds: float = 5) -> bool:
    """Say whether a broker answers; changes nothing there."""
    with quiet():
        try:
            async with asyncio.timeout(seconds), admin(bootstrap) as client:
                await client.list_topics()
        except (KafkaError, OSError, TimeoutError):
            return False
    return True


async def becomes_ready(
    bootstrap: str, *, seconds: float, alive: Callable[[], bool] = lambda: True
) -> bool:
    """Wait until a record makes the round trip; False when time is over or nobody is alive."""
    with quiet():
        try:
            async with asyncio.timeout(seconds):
                while alive():
                    if await _round_trip(bootstrap):
                        return True
                    await asyncio.sleep(AGAIN_SECONDS)
        except TimeoutError:
            pass
    return False


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Lend a started admin client, and close it."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=REQUEST_MS)
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


async def _round_trip(bootstrap: str) -> bool:
    sent = secrets.token_bytes(16)
    topic = NewTopic(name=READINESS, num_partitions=1, replication_factor=1)
    try:
        async with admin(bootstrap) as client:
            # A refusal (it is there from an interrupted start, say) shows in the send below.
            await client.create_topics([topic])
            offset = await _send(bootstrap, sent)
            found = await _read(bootstrap, offset)
            await client.delete_topics([READINESS])
    except (KafkaError, OSError):
        return False
    return found == sent


async def _send(bootstrap: str, value: bytes) -> int:
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", request_timeout_ms=REQUEST_MS
    ) as producer:
        done = await producer.send_and_wait(READINESS, value, partition=0)
    return int(done.offset)


async def _read(bootstrap: str, offset: int) -> bytes:
    partition = TopicPartition(READINESS, 0)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        consumer.assign([partition])
        consumer.seek(partition, offset)
        record = await consumer.getone(partition)
    return bytes(record.value)
