"""Does anybody suffer from others: a slow tenant, a strange publisher, bytes of no sense?"""

import asyncio
from collections import defaultdict

import msgspec
import pytest
from confluent_kafka import Producer as Librdkafka

from schemas.catalog import decode_intake
from schemas.dead_letters import DeadLetter
from schemas.values import Kind, Side
from streams.topics import (
    DEAD_LETTERS,
    INTAKE,
    MEDIAOS_CHANGES,
    QUICKBOOKS_CHANGES,
    QUICKBOOKS_NOTICES,
    REQUESTS,
)
from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.installation.opening import installed

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

INPUTS = (MEDIAOS_CHANGES, QUICKBOOKS_CHANGES, QUICKBOOKS_NOTICES, INTAKE, REQUESTS)
GARBAGE = bytes.fromhex("00ff8ac3280d0a1fdeadbeef")


async def test_a_slow_tenant_does_not_hold_up_a_fast_one(kafka, tmp_path):
    # Fewer places than the slow tenant alone could fill.
    async with installed(kafka, tmp_path, ISTHMUS_MAX_IN_FLIGHT="8") as house:
        slow, fast = await house.tenant(), await house.tenant("t2", realm="9130350000000002")
        towns = await house.town(slow), await house.town(fast)
        await house.work(1)
        # One customer after another: the fast one has a minute, however busy the machine is.
        await slow.qbo("faults/slow", seconds=10)
        await twelve_invoices(towns[0])
        async with asyncio.timeout(HANGS_SECONDS):
            await slow.watch.until(lambda: slow.watch.open != ())
        await twelve_invoices(towns[1])

        for bill in towns[1].bills:
            await fast.link(Kind.INVOICE, bill.id)
        assert len(slow.linked(Kind.INVOICE)) < 6

        await slow.qbo("faults/clear")
        await house.agrees()
        assert len(slow.linked(Kind.INVOICE)) == 12


async def twelve_invoices(town):
    for _ in range(12):
        await town.invoice(await town.customer())


def publisher(kafka):
    """Publish as a service on librdkafka does: its partition of a key is not that of Java."""
    producer = Librdkafka({"bootstrap.servers": kafka, "linger.ms": 0, "log_level": 0})

    async def publish(change):
        loop, kept = asyncio.get_running_loop(), asyncio.Event()
        producer.produce(
            MEDIAOS_CHANGES.name,
            key=change.key,
            value=change.value,
            headers=list(change.headers),
            on_delivery=lambda *_: loop.call_soon_threadsafe(kept.set),
        )
        await asyncio.to_thread(producer.flush, 10)
        await kept.wait()

    return publish


async def test_a_publisher_with_another_partitioner_keeps_each_customer_in_order(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant(publish=publisher(kafka))
        town = await house.town(tenant)
        await house.work(2)
        await town.live(customers=10, invoices=20, payments=8, edits=20, seconds=8)
        await house.agrees()

        assert len(tenant.linked(Kind.INVOICE)) == 20
        there, here = await house.read(MEDIAOS_CHANGES.name), await house.read(INTAKE.name)
        partitions = {record.key: record.partition for record in here}
        strangers = [one for one in there if one.partition != partitions[one.key]]
        assert len(strangers) > len(there) / 2
        assert inversions(here) == []


def inversions(records):
    """Return the events of MediaOS that come after a newer one of their record."""
    newest, wrong = defaultdict(int), []
    for record in records:
        change = decode_intake(record.value)
        if getattr(change, "side", None) is Side.MEDIAOS:
            number = change.revision.number
            wrong += [change.event] if number < newest[change.name] else []
            newest[change.name] = max(newest[change.name], number)
    return wrong


async def test_bytes_of_no_sense_go_to_the_dead_letters_and_stop_nobody(kafka, tmp_path):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(2)
        customer = await town.customer()
        lane = f"{tenant.name}/mediaos/{customer}".encode()
        for topic in INPUTS:
            # In the customer's own partition, so that all that follows comes behind it.
            await house.requests.send(topic.name, lane, GARBAGE)
        for _ in range(3):
            await town.invoice(customer)
        await house.agrees()

        assert len(tenant.linked(Kind.INVOICE)) == 3
        letters = [
            msgspec.json.decode(record.value, type=DeadLetter)
            for record in await house.read(DEAD_LETTERS.name)
        ]
        # A rebalance may have one written twice, with the same place in it.
        assert {letter.topic for letter in letters} == {topic.name for topic in INPUTS}
        assert {(letter.key, letter.value) for letter in letters} == {(lane, GARBAGE)}
        assert all(letter.reason for letter in letters)
