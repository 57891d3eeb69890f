import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import NewTopic

from agents.lab.local import broker, ports
from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place
from streams.kafka import probe

TopicFactory = Callable[..., Awaitable[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything that uses the broker carries its marker, so that `-m "not kafka"` is true."""
    for item in items:
        if "kafka" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def kafka(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of a real Kafka of this session's own, on a free port with an empty folder."""
    place = new_place(request.config.rootpath, tmp_path_factory.mktemp("kafka"))
    given = os.environ.get("ISTHMUS_BROKERS")
    try:
        found = asyncio.run(broker.start(place, given=given, say=lambda _: None))
    except LocalBrokerFault as fault:
        missing(str(fault))
    yield found.bootstrap
    asyncio.run(broker.stop(place, given=given))


def new_place(root: Path, folder: Path) -> Place:
    port, controller_port = ports.free(2)
    return Place(root=root, folder=folder, port=port, controller_port=controller_port)


def missing(reason: str) -> None:
    """Skip where a developer lacks the means; fail where a machine is meant to have them."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
async def topic_factory(kafka: str) -> AsyncIterator[TopicFactory]:
    """Make topics of a test's own by `await topic_factory("orders", partitions=3)`."""
    made: list[str] = []
    async with probe.admin(kafka) as client:

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
