"""Is every change published, by whomever, in order, and even when Kafka was away?"""

import asyncio
import json


async def test_every_change_is_published_as_get_shows_it(client, kafka, invoice):
    shown = (await client.get(f"/invoices/{invoice['id']}")).json()

    assert kafka.subjects() == [
        f"customer/{invoice['advertiser_id']}@1",
        f"invoice/{invoice['id']}@1",
    ]
    assert kafka.events[-1]["data"] == shown
    assert kafka.events[-1]["time"] == "2025-03-10T14:30:05Z"
    assert {change.key for change in kafka.changes} == {
        f"t1/mediaos/{invoice['advertiser_id']}".encode()
    }


async def test_an_api_write_is_published_before_its_reply(client, kafka, invoice):
    body = {
        "advertiser_id": invoice["advertiser_id"],
        "amount": "251",
        "lines": [{"invoice_id": invoice["id"], "amount": "251"}],
    }
    made = await client.post("/payments/", json=body, headers={"idempotency-key": "p1"})

    payment_id = made.json()["id"]
    assert kafka.subjects()[2:] == [f"payment/{payment_id}@1", f"invoice/{invoice['id']}@2"]
    assert kafka.events[-2]["data"] == made.json()
    assert kafka.events[-1]["data"]["status"] == "Paid"


async def test_what_changes_nothing_and_what_is_replayed_publishes_nothing(
    client, kafka, advertiser
):
    path = f"/advertisers/{advertiser['id']}"
    headers = {"idempotency-key": "u1", "if-match": '"1"'}
    for _ in range(2):
        await client.patch(path, json={"phone": "555"}, headers=headers)
    await client.patch(
        path, json={"phone": "555"}, headers={"idempotency-key": "u2", "if-match": '"2"'}
    )

    assert kafka.subjects() == [f"customer/{advertiser['id']}@{version}" for version in (1, 2)]


async def test_a_deletion_is_an_event_of_its_own_type(simulator, kafka, invoice):
    await simulator.people.delete("invoices", invoice["id"])

    event = kafka.events[-1]
    assert (event["type"], event["sequence"]) == ("com.mediaos.invoice.deleted.v1", "2")


async def test_a_product_is_keyed_by_its_tenant(simulator, kafka):
    await simulator.people.create("products", {"name": "Sponsored newsletter"})

    assert kafka.changes[-1].key == b"t1"
    assert kafka.events[-1]["type"] == "com.mediaos.product.changed.v1"


async def test_an_invoice_that_moves_is_published_under_its_new_customer(simulator, kafka, invoice):
    other = await simulator.people.create("advertisers", {"name": "Other"})
    await simulator.people.edit("invoices", invoice["id"], {"advertiser_id": other["id"]})

    assert kafka.changes[-1].key == f"t1/mediaos/{other['id']}".encode()


async def test_changes_wait_in_order_while_kafka_is_away(make_simulator, kafka):
    simulator = make_simulator(publish_patience_seconds=0.0, publish_retry_seconds=0.0)
    kafka.away = True
    made = await simulator.people.create("advertisers", {"name": "One"})
    for name in ("Two", "Three"):
        await simulator.people.edit("advertisers", made["id"], {"name": name})
    waiting = simulator.unpublished

    kafka.away = False
    await kafka.has(3)
    await simulator.close()

    assert waiting == 3
    assert [event["data"]["name"] for event in kafka.events] == ["One", "Two", "Three"]


async def test_the_reply_waits_for_kafka(make_simulator, make_client, kafka):
    gate = asyncio.Event()
    published = kafka.publish

    async def slow(change):
        await gate.wait()
        await published(change)

    kafka.publish = slow
    async with make_client(make_simulator()) as client:
        asked = asyncio.ensure_future(
            client.post("/advertisers/", json={"name": "A"}, headers={"idempotency-key": "a1"})
        )
        await asyncio.wait({asked}, timeout=0.05)
        answered_early = asked.done()
        gate.set()
        made = await asked

    assert not answered_early
    assert json.loads(kafka.changes[0].value)["data"] == made.json()


async def test_what_the_helper_refuses_takes_nothing_else_along(simulator, kafka, invoice):
    lines = [{"amount": "150", "description": "Half page " * 10}] * 400
    await simulator.people.edit("invoices", invoice["id"], {"line_items": lines})
    await simulator.people.create("products", {"name": "Sponsored newsletter"})

    assert kafka.events[-1]["type"] == "com.mediaos.product.changed.v1"
    assert f"invoice/{invoice['id']}@2" not in kafka.subjects()
