"""What is published for a tenant that nobody connected, and for one that connects afterwards."""

import dataclasses

import orjson

from schemas.contract_files import CONTRACTS
from streams.publisher import change_event
from tests.scenarios.both.people import a_customer
from tests.scenarios.both.town import opened
from tests.testing.qbo_world import TENANT

STRANGER = "nobody"
RECORD = orjson.loads((CONTRACTS.parent / "examples/customer.v1/whole.json").read_bytes())


async def publish(town):
    event = change_event(
        tenant=STRANGER,
        kind="customer",
        record={**RECORD, "row_version": "1"},
        customer_id=str(RECORD["id"]),
        row_version=1,
        occurred_at=town.clock.now(),
    )
    await town.kafka.send("mediaos-changes", event.key, event.value, event.headers)
    await town.run(5)


def told_of(town, topic):
    records = (record for each in town.kafka.topics[topic].records for record in each)
    return [
        each for each in records if STRANGER.encode() in (each.key or b"") + (each.value or b"")
    ]


async def test_a_tenant_that_nobody_connected_becomes_a_dead_letter_and_nothing_else():
    async with opened() as town:
        await publish(town)
        customer = await a_customer(town)
        await town.run(60)

        [letter] = [orjson.loads(each) for each in town.letters()]
        assert letter["reason"].startswith("tenant: expected one that is connected")
        for topic in ("isthmus-intake", "isthmus-journal", "isthmus-requests"):
            assert told_of(town, topic) == []
        # Nobody else waited for it.
        assert town.document(customer, f"mediaos/customer/{customer}").qbo


async def test_one_that_connects_afterwards_is_taken_in_when_the_letter_is_sent_again():
    async with opened() as town:
        await publish(town)
        stored = await town.connections.get(TENANT)
        theirs = dataclasses.replace(stored, tenant=STRANGER, realm="4711", version=0)
        await town.connections.put(theirs)

        # What `isthmus dead-letters retry` does.
        await publish(town)

        assert len(town.letters()) == 1
        assert len(told_of(town, "isthmus-intake")) == 1
