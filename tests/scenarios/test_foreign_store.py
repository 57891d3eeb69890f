"""A worker is given the store of another installation, whose journal is no longer than ours."""

import asyncio

import pytest

from schemas.records import Customer
from schemas.requests import ChangeSettings
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from streams.journal.same_journal import JournalLostError
from tests.testing.simulated.world import World


async def installation(customers, first_id):
    world = World()
    world.qbo._ids = first_id
    await world.worker()
    settings = TenantSettings(number_prefix=f"from-{first_id}-")
    await world.ask("t1", ChangeSettings(id=f"s{first_id}", tenant="t1", settings=settings))
    for number in customers:
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=f"C{number}"), str(number))
    await world.run(30)
    return world


@pytest.mark.parametrize("first_id", [1001, 9000])
async def test_a_store_of_another_journal_is_refused_whether_or_not_its_rows_clash(first_id):
    theirs, ours = await installation(range(3), first_id), await installation(range(30), 1001)
    for worker in ours.workers:
        worker.kill()
    ours.kept = theirs.kept

    with pytest.raises(JournalLostError, match="folded from another journal"):
        async with asyncio.timeout(10):
            await ours.worker()


async def test_a_store_is_known_again_behind_records_of_a_former_owner_that_did_not_count():
    world = await installation(range(3), 1001)
    await world.workers[-1].engine.journal.flush()
    topic = world.kafka.topics["isthmus-journal"]
    for partition, records in enumerate(topic.records):
        if records:
            late = records[-1].value.replace(b'"term":"term-', b'"term":"late-')
            topic.keep(partition, records[-1].key, late)
    await world.run(30)
    await world.workers[-1].engine.journal.flush()
    world.workers[-1].kill()

    await world.worker()
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="New"), "77")
    await world.run(60)

    assert len(world.qbo.of(Kind.CUSTOMER)) == 4
