"""How does a test get a whole installation?

Topic names are fixed (but for the prefix), so each installation makes its topics anew: it needs a
Kafka that is nobody else's.
"""

import os
import random
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from agents.cli.topics import ensure, topics_on
from agents.lab.demo.stage import set_stage
from streams.cluster import Cluster
from streams.kafka import probe
from streams.kafka.backlog import backlog
from streams.outbox.kafka_producer import Producer
from streams.topics import Layout
from tests.broker.installation.crew import Crew
from tests.broker.installation.house import House, until


@asynccontextmanager
async def installed(
    kafka: str,
    folder: Path,
    prefix: str = "",
    tenant: str = "t1",
    gateway: Mapping[str, str] | None = None,
    gateway_release: Path | None = None,
    **settings: str,
) -> AsyncIterator[House]:
    """Lend an installation without tenants and workers; `settings` are the workers' own.

    `gateway` is what the gateway alone is told; both are told the workers' group.
    `gateway_release` is as in `House`.

    What the processes said last is printed when the test fails.
    """
    if os.environ.get("ISTHMUS_BROKERS"):
        pytest.skip("it deletes Isthmus' topics: unset ISTHMUS_BROKERS for a Kafka of its own")
    seed = os.environ.get("SEED", "chaos")
    stage = set_stage(folder, brokers=kafka, tenant=tenant)
    cluster = Cluster(brokers=kafka, prefix=prefix)
    group = settings.get("ISTHMUS_GROUP", f"isthmus-{secrets.token_hex(4)}")
    told = {"ISTHMUS_GROUP": group, "ISTHMUS_TOPIC_PREFIX": prefix, **settings}
    async with AsyncExitStack() as stack:
        admin = await stack.enter_async_context(probe.admin(cluster))
        await _new_topics(admin, cluster)
        measure = await stack.enter_async_context(backlog(cluster, group))
        requests = Producer(cluster)
        await requests.start()
        stack.push_async_callback(requests.stop)
        # No connection is kept: who serves may have been killed since.  Made once, since what
        # TLS would need takes as long to read as a process to look for ten times.
        unkept = httpx.Limits(max_keepalive_connections=0)
        http = await stack.enter_async_context(httpx.AsyncClient(limits=unkept))
        crew = Crew(stage, told)
        house = House(
            stage=stage,
            cluster=cluster,
            group=group,
            crew=crew,
            backlog=measure,
            requests=requests,
            admin=admin,
            rng=random.Random(seed),
            stack=stack,
            http=http,
            gateway_told=gateway or {},
            gateway_release=gateway_release,
        )
        stack.callback(crew.end)
        await house.open()
        try:
            yield house
        except BaseException:
            print(f"seed {seed}\n{last_words(folder)}")  # noqa: T201 - shown with the failure
            raise


async def _new_topics(admin, cluster):
    wanted = topics_on(cluster)
    await forget(admin, {topic.name for topic in wanted})
    await ensure(cluster, Layout().on_a_single_node(), wanted)


async def forget(admin, names):
    """Delete these topics; return when they are gone."""
    await admin.delete_topics(sorted(names))

    async def gone():
        return not names & set(await admin.list_topics())

    await until(gone)


def last_words(folder):
    """Return the end of every log."""
    logs = sorted(folder.glob("*.log"))
    return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs)
