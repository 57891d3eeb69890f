"""A real Kafka for a test session, on a free port with an empty folder."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.lab.local import broker, ports
from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place
from tests.testing.means import missing


@pytest.fixture(scope="session")
def kafka(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Address of a broker of this session's own, or of the one that ISTHMUS_BROKERS names."""
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
