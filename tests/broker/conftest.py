import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from streams.cluster import Cluster
from streams.kafka import probe
from streams.kafka.topic_shapes import Shape, Topics

TopicFactory = Callable[..., Awaitable[str]]


@pytest.fixture
async def topic_factory(kafka: str) -> AsyncIterator[TopicFactory]:
    """Make topics of a test's own by `await topic_factory("orders", partitions=3)`."""
    made: list[str] = []
    async with probe.admin(Cluster(brokers=kafka)) as client:

        async def make(name: str = "topic", *, partitions: int = 1, **config: str) -> str:
            unique = f"{name}-{uuid.uuid4().hex[:8]}"
            configs = {key.replace("_", "."): value for key, value in config.items()}
            made.append(unique)
            shape = Shape(partitions=partitions, replication=1, config=configs)
            await Topics(client).make(unique, shape)
            return unique

        yield make
        if made:
            await client.delete_topics(made)
