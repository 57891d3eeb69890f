import uuid
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiokafka.admin import NewTopic

from streams.cluster import Cluster
from streams.kafka import probe

TopicFactory = Callable[..., Awaitable[str]]


@pytest.fixture
async def topic_factory(kafka: str) -> AsyncIterator[TopicFactory]:
    """Make topics of a test's own by `await topic_factory("orders", partitions=3)`."""
    made: list[str] = []
    async with probe.admin(Cluster(brokers=kafka)) as client:

        async def make(name: str = "topic", *, partitions: int = 1, **config: str) -> str:
            unique = f"{name}-{uuid.uuid4().hex[:8]}"
            configs = {key.replace("_", "."): value for key, value in config.items()}
            topic = NewTopic(unique, partitions, 1, topic_configs=configs)
            response = await client.create_topics([topic])
            assert [code for _, code, *_ in response.topic_errors] == [0]
            made.append(unique)
            return unique

        yield make
        if made:
            await client.delete_topics(made)
