"""Which topics does the bench measure on?  Fresh ones, on a Kafka of its own."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import NewTopic

from streams.cluster import Cluster
from streams.kafka.probe import admin
from streams.topics import JOURNAL, TOPICS, Layout, Topic, config

LOOK_EVERY_SECONDS = 0.1


@asynccontextmanager
async def fresh_journal(brokers: str, partitions: int) -> AsyncIterator[str]:
    """Lend an empty journal under a name of its own."""
    name = f"{JOURNAL.name}-bench-{secrets.token_hex(4)}"
    await _make(brokers, Layout(partitions=partitions), {name: JOURNAL})
    try:
        yield name
    finally:
        async with admin(Cluster(brokers=brokers)) as client:
            await client.delete_topics([name])


@asynccontextmanager
async def fresh_topics(cluster: Cluster, layout: Layout) -> AsyncIterator[None]:
    """Lend the topics of an installation, empty."""
    wanted = {cluster.named(topic.name): topic for topic in TOPICS}
    await _make(cluster.brokers, layout, wanted)
    try:
        yield
    finally:
        async with admin(cluster) as client:
            await client.delete_topics(list(wanted))


async def _make(brokers: str, layout: Layout, wanted: dict[str, Topic]) -> None:
    alone = layout.on_a_single_node()
    async with admin(Cluster(brokers=brokers)) as client:
        response = await client.create_topics(
            [
                NewTopic(name, alone.partitions, 1, topic_configs=config(topic, alone))
                for name, topic in wanted.items()
            ]
        )
        for name, code, *_ in response.topic_errors:
            if code:
                raise RuntimeError(f"{name}: Kafka refuses with error {code}")
        # Kafka agrees before its brokers know.
        while wanted.keys() - await client.list_topics():  # noqa: ASYNC110 - no event
            await asyncio.sleep(LOOK_EVERY_SECONDS)
