"""Stories of events and steps that are larger than Kafka takes: named, and the rest flows."""

from decimal import Decimal

import orjson
from msgspec.structs import replace

from schemas.records import Customer
from schemas.state import ParkReason
from schemas.values import Kind
from tests.testing.simulated.story import LANE, LINE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World


def long_invoice(lines: int):
    text = "x" * 900
    return invoice(
        lines=tuple(replace(LINE, description=f"{text}{n}") for n in range(lines)),
        total=Decimal("1861.08") * lines,
    )


async def test_an_event_too_large_for_the_journal_is_a_dead_letter_and_the_rest_flows():
    world = World()
    await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.INVOICE, long_invoice(900), "137")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "138")
    await world.run(5)

    assert {i.number for i in world.qbo.of(Kind.INVOICE).values()} == {"MediaOS-136", "MediaOS-138"}
    [letter] = [orjson.loads(each) for each in world.kafka.values("isthmus-dead-letters")]
    assert "expected at most" in letter["reason"]


async def test_a_decision_too_large_for_the_journal_parks_its_document_and_the_rest_flows():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.INVOICE, long_invoice(400), "137")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "138")
    await world.run(5)

    assert {i.number for i in world.qbo.of(Kind.INVOICE).values()} == {"MediaOS-136", "MediaOS-138"}
    park = worker.lane(LANE).documents["mediaos/invoice/137"].park
    assert park.reason is ParkReason.TOO_LARGE


async def test_the_largest_invoice_that_may_be_decided_crosses_and_its_outcome_fits():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.INVOICE, long_invoice(180), "137")
    await world.run(5)

    assert len(world.qbo.of(Kind.INVOICE)) == 2
    assert worker.lane(LANE).in_flight is None
    assert worker.lane(LANE).documents["mediaos/invoice/137"].agreed is not None


async def test_a_lane_with_more_than_one_record_of_kafka_hands_all_of_it_over():
    world = World()
    worker = await world.worker()
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Walk-in", active=False), "300")
    for number in range(6):
        record = replace(long_invoice(250), customer="300")
        await world.qbo.person_creates(Kind.INVOICE, record, f"90{number}")
    await world.run(5)
    context = worker.engine.context(world.kafka.partition_of(b"t1/qbo/300"), "t1/qbo/300")
    assert await worker.engine.sync.forwarding.hand_over(context, LANE)
    await world.run(5)

    documents = worker.lane(LANE).documents
    assert list(documents) == ["qbo/customer/300", *(f"qbo/invoice/90{n}" for n in range(6))]
