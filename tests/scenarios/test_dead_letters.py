"""Bytes that make no sense, where only the engine itself can meet them: once, and nobody waits."""

import msgspec
import pytest

from schemas.catalog import encode
from schemas.changes import Change
from schemas.dead_letters import DeadLetter
from schemas.products import Product
from schemas.records import Customer
from schemas.requests import SetMapping
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.simulated.clock import START
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice
from tests.testing.simulated.world import PARTITIONS, World

GARBAGE = bytes.fromhex("00ff8ac3280d0a1fdeadbeef")
#: A lane on another partition than that of LANE.
ELSEWHERE = next(
    key
    for n in range(90)
    if SimulatedKafka(PARTITIONS).partition_of((key := f"t1/mediaos/{n}").encode())
    != SimulatedKafka(PARTITIONS).partition_of(LANE.encode())
)
MAPPED = SetMapping(id="r9", tenant="t1", source="7", target="19")


def letters(world):
    values = world.kafka.values("isthmus-dead-letters")
    return [msgspec.json.decode(value, type=DeadLetter) for value in values]


async def test_a_request_of_no_sense_is_buried_once_whoever_owns_its_partition():
    world = World()
    await world.worker()
    await world.kafka.send("isthmus-requests", b"t1", GARBAGE)
    await world.run()
    await world.worker()
    await world.run()

    [letter] = letters(world)
    assert (letter.topic, letter.offset, letter.value) == ("isthmus-requests", 0, GARBAGE)


@pytest.mark.parametrize("topic", ["isthmus-requests", "isthmus-intake"])
async def test_a_key_of_no_sense_is_buried_and_what_comes_behind_it_goes_on(topic):
    world = World()
    await world.worker()
    key = b"t1" if topic == "isthmus-requests" else LANE.encode()
    partition = world.kafka.partition_of(key)
    world.kafka.topics[topic].keep(partition, GARBAGE, msgspec.json.encode(MAPPED))
    await given_a_customer_with_an_invoice(world)
    await world.run()

    [letter] = letters(world)
    assert (letter.topic, letter.key) == (topic, GARBAGE)
    assert "key" in letter.reason
    assert len(world.qbo.of(Kind.INVOICE)) == 1


#: Whose changes they are, and under which key, on the partition of which.
STRAYS = {
    "a product under a customer": (Kind.PRODUCT, "t1", LANE, LANE),
    "a customer under its tenant": (Kind.CUSTOMER, "t1", "t1", "t1"),
    "another tenant's": (Kind.CUSTOMER, "t2", LANE, LANE),
    "another partition": (Kind.CUSTOMER, "t1", LANE, ELSEWHERE),
}


@pytest.mark.parametrize("stray", STRAYS)
async def test_an_event_under_anothers_key_is_buried_and_stops_no_partition(stray):
    kind, tenant, key, place = STRAYS[stray]
    world = World()
    worker = await world.worker()
    record = Product(name="Full page") if kind is Kind.PRODUCT else Customer(name="Quay Books")
    about = RecordRef(Side.MEDIAOS, kind, "9")
    change = Change(
        event=f"{tenant}/{about}@1",
        tenant=tenant,
        side=Side.MEDIAOS,
        kind=kind,
        id="9",
        customer=None if kind is Kind.PRODUCT else "42",
        revision=Revision(deleted=False, number=1),
        at=START,
        record=record,
    )
    partition = world.kafka.partition_of(place.encode())
    world.kafka.topics["isthmus-intake"].keep(partition, key.encode(), encode(change))
    await given_a_customer_with_an_invoice(world)
    await world.run()

    [letter] = letters(world)
    assert (letter.topic, letter.key, letter.value) == (
        "isthmus-intake",
        key.encode(),
        encode(change),
    )
    assert letter.reason.startswith(f"key: {key} ")
    assert worker.engine.journal.stopped() == {}
    assert len(world.qbo.of(Kind.INVOICE)) == 1
