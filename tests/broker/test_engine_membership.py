"""Does the group's coming and going, or its forgetting, lose or double anything?"""

import asyncio
import signal

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from schemas.command_facts import Decided
from schemas.values import Kind
from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.installation.opening import installed

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.fire,
    pytest.mark.slow,
]


async def test_a_worker_that_comes_back_while_partitions_are_opened_leaves_none_dead(
    kafka, tmp_path
):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(2)
        living = asyncio.create_task(
            town.live(customers=20, invoices=30, payments=6, edits=10, seconds=20)
        )
        for number in range(3):
            claimed = len(tenant.watch.claims)
            away = house.crew.workers[number % 2]
            await house.crew.owns(away)
            away.signal(signal.SIGSTOP)
            # The other one is given everything, and has opened one partition of twelve...
            async with asyncio.timeout(HANGS_SECONDS):
                await tenant.watch.until(lambda before=claimed: len(tenant.watch.claims) > before)
            # ...when the first one joins again.
            away.signal(signal.SIGCONT)
            await asyncio.sleep(house.rng.uniform(1, 3))
        await living
        await house.agrees()
        assert len(tenant.linked(Kind.INVOICE)) == 30


async def test_a_group_that_lost_its_offsets_starts_where_the_journal_says(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(2)
        await town.live(customers=8, invoices=16, payments=6, edits=10, seconds=6)
        await house.agrees()
        await asyncio.gather(*(house.crew.stop(worker) for worker in house.crew.workers))
        finished = {p: max(several) for p, several in tenant.watch.prefixes.items()}
        steps = {p: len(several) for p, several in tenant.watch.prefixes.items()}

        await forget(kafka, house.group)
        for deed in (town.invoice, town.payment, town.edit, town.edit_in_qbo):
            await deed()
        for worker in house.crew.workers:
            worker.start()
        await tenant.link(Kind.INVOICE, town.bills[-1].id)

        await house.agrees()
        later = {p: several[steps.get(p, 0) :] for p, several in tenant.watch.prefixes.items()}
        assert any(later.values())
        assert {p: s for p, s in later.items() if s and min(s) < finished.get(p, 0)} == {}


async def forget(kafka, group):
    """Delete the group with all its offsets, as an operator or a long rest may do.

    The broker keeps a member that left in the midst of a rebalance until its session is over.
    """
    admin = AdminClient({"bootstrap.servers": kafka})
    async with asyncio.timeout(HANGS_SECONDS):
        while True:
            try:
                admin.delete_consumer_groups([group])[group].result(10)
            except KafkaException as refused:
                if refused.args[0].code() != KafkaError.NON_EMPTY_GROUP:
                    raise
                await asyncio.sleep(0.5)
            else:
                return


async def test_a_worker_under_load_ends_in_order_and_in_time(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(2)
        # Longer than a drain: what is under way has no answer yet when a worker must end.
        await tenant.qbo("faults/slow", seconds=6)
        for _ in range(20):
            await town.invoice(await town.customer())
        async with asyncio.timeout(HANGS_SECONDS):
            await tenant.watch.first(Decided, after=5)

        await asyncio.gather(*(house.crew.stop(worker) for worker in house.crew.workers))
        assert tenant.watch.open != ()
        assert {code for code, _ in house.crew.ends} == {0}
        assert max(seconds for _, seconds in house.crew.ends) < 25

        await tenant.qbo("faults/clear")
        house.crew.workers[0].start()
        await house.agrees()
        assert len(tenant.linked(Kind.INVOICE)) == 20
