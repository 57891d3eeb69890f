"""Do two installations live on one Kafka, split by tenant, each behind a prefix of its own?"""

import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack

import pytest

from agents.lab.demo.stage import surroundings
from schemas.values import Kind
from streams.cluster import Cluster
from streams.kafka import probe
from streams.topics import MEDIAOS_CHANGES, TOPICS
from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.installation.opening import forget, installed

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PLACES = {"amber": "team-a.", "birch": "team_b-"}
INVOICES = 4


@pytest.fixture
async def admin(kafka):
    """Kafka as its owner sees it; nothing has a topic without a prefix."""
    async with probe.admin(Cluster(brokers=kafka)) as client:
        await forget(client, {topic.name for topic in TOPICS})
        yield client


@pytest.fixture
async def houses(kafka, admin, tmp_path):
    """Both installations by the name of their tenant, at work."""
    async with AsyncExitStack() as stack:
        made = {}
        for tenant, prefix in PLACES.items():
            folder = tmp_path / tenant
            folder.mkdir()
            opened = installed(kafka, folder, prefix=prefix, tenant=tenant)
            made[tenant] = await stack.enter_async_context(opened)
        yield made


async def work(house, name):
    """Have a tenant bill and be paid until its books agree; return its invoices."""
    tenant = await house.tenant(name)
    town = await house.town(tenant)
    await house.work(1)
    # Nobody has read yet where the company keeps its days, and a payment has a time.
    await asked(house, "settings", "set", "--time-zone", "UTC", "--tenant", name)
    for _ in range(INVOICES):
        await town.invoice(await town.customer())
    for bill in town.bills:
        await tenant.link(Kind.INVOICE, bill.id)
    await town.payment()
    await house.agrees()
    return tenant.linked(Kind.INVOICE)


async def asked(house, *words):
    """Return the exit code and the answer of a command of this installation."""
    told = {
        **house.stage.environment("look"),
        "ISTHMUS_GROUP": house.group,
        "ISTHMUS_TOPIC_PREFIX": house.cluster.prefix,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.testing.unhurried", *words, "--json"),
        cwd=house.stage.folder,
        env=surroundings(os.environ, told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out, err.decode()
    return process.returncode, json.loads(out)


async def letters(house):
    """Return the places of the dead letters that wait."""
    return [letter["place"] for letter in (await asked(house, "dead-letters", "list"))[1]]


async def come(house, before=()):
    """Return the places of the dead letters that were not there before, once there are any."""
    async with asyncio.timeout(HANGS_SECONDS):
        while not (places := [each for each in await letters(house) if each not in before]):
            pass
    return places


async def seen(house):
    """Return which tenants an installation knows, and what its ledger check says."""
    (_, status), checked = await asyncio.gather(
        asked(house, "status"), asked(house, "ledger", "check")
    )
    return list(status["covered"]), checked


async def test_neither_installation_ever_sees_the_others_topics_tenants_or_letters(admin, houses):
    groups = {group for group, *_ in await admin.list_consumer_groups()}
    amber, birch = houses.values()

    links = await asyncio.gather(*(work(house, name) for name, house in houses.items()))

    assert [len(linked) for linked in links] == [INVOICES, INVOICES]
    for (name, house), other in zip(houses.items(), reversed(houses), strict=True):
        covered, (code, said) = await seen(house)
        assert (covered, code, said["waiting"]) == ([name], 0, [])
        for record in await house.read(*(topic.name for topic in TOPICS)):
            assert other.encode() not in (record.key or b"") + (record.value or b"")

    lane = b"amber/mediaos/1"
    await amber.requests.send(MEDIAOS_CHANGES.name, lane, b"no JSON")
    [place] = await come(amber)
    assert place.startswith("mediaos-changes/")
    assert await letters(birch) == []
    assert (await asked(amber, "dead-letters", "retry", place))[0] == 0
    assert await come(amber, before=[place])

    shown = (await asked(birch, "topics", "describe", "--single-node"))[1]
    assert [each["name"] for each in shown] == [f"team_b-{topic.name}" for topic in TOPICS]
    assert {topic.name for topic in TOPICS} & set(await admin.list_topics()) == set()
    new = {group for group, *_ in await admin.list_consumer_groups()} - groups
    assert new == {house.cluster.named(house.group) for house in houses.values()}
