"""A worker starts on what the last one stored, and has memory for few rows."""

import asyncio
import itertools
import logging
from datetime import date
from decimal import Decimal

from agents.worker.journal_start import caught_up
from schemas.records import Customer, Invoice, Line
from schemas.requests import SetMapping
from schemas.values import Kind
from tests.testing.simulated.clock import SimulatedClock
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.world import PARTITIONS, SimulatedWorker, World

CUSTOMERS = 30


async def with_customers(world):
    for number in range(CUSTOMERS):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=f"C{number}"), str(number))
    await world.run(60)


async def test_every_partition_is_taken_again_after_a_restart():
    world = World()
    await world.worker()
    await with_customers(world)

    again = await world.worker()
    await world.run(5)

    assert again.engine.ownership.owned == tuple(range(PARTITIONS))
    assert not any(again.engine.lanes.is_shut(tp) for tp in again.engine.lanes.partitions)


async def test_what_was_linked_before_a_restart_is_edited_after_it_and_not_made_anew():
    world = World()
    await world.worker()
    await with_customers(world)
    assert len(world.qbo.of(Kind.CUSTOMER)) == CUSTOMERS

    await world.worker()
    for number in range(CUSTOMERS):
        await world.mediaos.person_edits(Kind.CUSTOMER, str(number), name=f"C{number} & Sons")
    await world.run(60)

    names = sorted(customer.name for customer in world.qbo.of(Kind.CUSTOMER).values())
    assert names == sorted(f"C{number} & Sons" for number in range(CUSTOMERS))


async def test_an_invoice_that_waits_is_released_after_a_restart():
    world = World()
    await world.worker()
    await with_customers(world)
    amount = Decimal("10.00")
    line = Line(product="7", unit_price=amount, quantity=Decimal(1), amount=amount)
    invoice = Invoice(
        customer="3",
        issued=date(2026, 3, 1),
        due=date(2026, 4, 1),
        lines=(line,),
        total=amount,
        balance=amount,
    )
    await world.mediaos.person_creates(Kind.INVOICE, invoice, "136")
    await world.run(5)
    assert not world.qbo.of(Kind.INVOICE)

    await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(30)

    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_a_worker_without_a_store_has_read_the_journal_before_it_is_given_partitions():
    world = World()
    await world.worker()
    await with_customers(world)
    world.kept = KeptStore()
    heir = SimulatedWorker(world, itertools.count(100))

    await heir.engine.start()

    told = world.kafka.topics["isthmus-journal"].records
    assert [heir.engine.journal.position(p) for p in range(PARTITIONS)] == [len(r) for r in told]


class LongJournal:
    """A journal that takes some time to read."""

    def __init__(self):
        self.read = asyncio.Event()

    def position(self, partition):
        return 1_000 * (partition + 1)

    async def caught_up(self):
        await self.read.wait()


async def test_whoever_waits_for_a_long_journal_is_told_how_far_it_is(caplog):
    journal, clock = LongJournal(), SimulatedClock()
    caplog.set_level(logging.INFO)
    reading = asyncio.create_task(caught_up(journal, range(2), clock))
    await clock.advance(11)
    assert not reading.done()
    journal.read.set()
    await reading

    told = [record.records for record in caplog.records if record.name == "isthmus.start"]
    assert told == [3_000, 3_000]
