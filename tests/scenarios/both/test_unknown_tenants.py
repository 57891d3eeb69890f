"""What is published or asked for of a tenant that nobody connected, or connects afterwards."""

import dataclasses
from datetime import timedelta

import orjson
import pytest

from schemas.contract_files import CONTRACTS
from schemas.values import Kind
from streams.publisher import change_event
from streams.remotes.quickbooks.webhooks import Notice, notice_event
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


async def test_a_notice_for_a_tenant_that_nobody_connected_is_a_dead_letter_and_no_wait():
    async with opened() as town:
        notice = Notice(
            realm="4711", kind=Kind.INVOICE, id="7", operation="update", at=town.clock.now()
        )
        key, value = notice_event(STRANGER, notice)
        await town.kafka.send("quickbooks-notices", key.encode(), value)
        await town.run(60)

        [letter] = [orjson.loads(each) for each in town.letters()]
        assert letter["topic"] == "quickbooks-notices"
        assert letter["reason"].startswith("tenant: expected one that is connected")


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


def of_service(town, what, lane):
    until = (town.clock.now() + timedelta(minutes=10)).isoformat()
    return {
        "isthmus-pushes": {"type": "push", "document": "mediaos/invoice/136"},
        "isthmus-lockouts": {"request": "impose", "until": until, "reason": "year end"},
    }[what] | {"id": "w1", "lane": lane}


@pytest.mark.parametrize("topic", ["isthmus-pushes", "isthmus-lockouts"])
async def test_what_a_service_asks_for_a_tenant_that_nobody_connected_is_a_dead_letter(topic):
    async with opened() as town:
        for lane in (f"{STRANGER}/mediaos/42", f"{TENANT}/mediaos/42"):
            value = orjson.dumps(of_service(town, topic, lane))
            await town.kafka.send(topic, lane.encode(), value, ())
        await town.run(60)

        [letter] = [orjson.loads(each) for each in town.letters()]
        assert letter["topic"] == topic
        assert letter["reason"].startswith("lane: expected that of a tenant that is connected")
        # A lockout for a name that somebody made up would hold up all who share its partition.
        for where in ("isthmus-requests", "isthmus-journal"):
            assert told_of(town, where) == []
        assert [each for each in town.kafka.values("isthmus-requests") if b'"w1"' in each]
