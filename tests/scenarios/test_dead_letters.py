"""Bytes that make no sense, where only the engine itself can meet them: once, and nobody waits."""

import msgspec
import pytest

from schemas.dead_letters import DeadLetter
from schemas.requests import SetMapping
from schemas.values import Kind
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice
from tests.testing.simulated.world import World

GARBAGE = bytes.fromhex("00ff8ac3280d0a1fdeadbeef")
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
