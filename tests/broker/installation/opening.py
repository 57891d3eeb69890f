"""How does a test get a whole installation?

Topic names are fixed, so each installation makes its topics anew: it needs a Kafka that is nobody
else's.
"""

import os
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from agents.cli.topics import ensure
from agents.lab.demo.stage import set_stage
from streams.kafka import probe
from streams.kafka.backlog import backlog
from streams.outbox.kafka_producer import Producer
from streams.topics import TOPICS, Layout
from tests.broker.installation.crew import Crew
from tests.broker.installation.house import UP_SECONDS, House, until


@asynccontextmanager
async def installed(kafka: str, folder: Path, **settings: str) -> AsyncIterator[House]:
    """Lend an installation without tenants and workers; `settings` are the workers' own.

    What the processes said last is printed when the test fails.
    """
    if os.environ.get("ISTHMUS_BROKERS"):
        pytest.skip("it deletes Isthmus' topics: unset ISTHMUS_BROKERS for a Kafka of its own")
    seed = os.environ.get("SEED", "chaos")
    stage = set_stage(folder, brokers=kafka, tenant="t1")
    group = f"isthmus-{secrets.token_hex(4)}"
    told = {"ISTHMUS_GROUP": group, **settings}
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(probe.admin(kafka))
        await _new_topics(kafka, admin)
        measure = await stack.enter_async_context(backlog(kafka, group))
        requests = Producer(kafka)
        await requests.start()
        stack.push_async_callback(requests.stop)
        crew = Crew(stage, told)
        house = House(
            stage=stage,
            group=group,
            crew=crew,
            backlog=measure,
            requests=requests,
            admin=admin,
            rng=random.Random(seed),
            stack=stack,
        )
        stack.callback(crew.end)
        await house.open()
        try:
            yield house
        except BaseException:
            print(f"seed {seed}\n{last_words(folder)}")  # noqa: T201 - shown with the failure
            raise


async def _new_topics(kafka, admin):
    await admin.delete_topics([topic.name for topic in TOPICS])
    names = {topic.name for topic in TOPICS}

    async def gone():
        return not names & set(await admin.list_topics())

    await until(gone, UP_SECONDS)
    await ensure(kafka, Layout().on_a_single_node())


def last_words(folder):
    """Return the end of every log."""
    logs = sorted(folder.glob("*.log"))
    return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)
