"""QuickBooks' webhooks come in either form, twice, in disorder, or not at all; rubbish is kept."""

import json

import pytest

from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    an_invoice,
    edit,
    paid_in_qbo,
)
from tests.scenarios.both.town import TENANT

FORMS = ["legacy", "cloudevents"]


def remember(town, memo):
    town.qbo.person.edit(
        "Invoice", town.in_qbo("Invoice")[0]["Id"], {"CustomerMemo": {"value": memo}}
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("how", [None, "duplicate", "reorder"])
async def test_webhooks_of_either_form_may_come_twice_or_in_disorder(town, form, how):
    town.qbo.change_settings({"webhook_form": form})
    await a_customer_with_an_invoice(town)
    if how is not None:
        town.qbo.webhooks.misbehave(how, times=10)
    made = paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    remember(town, "April")
    await town.run(1)
    town.qbo.person.edit("Payment", made["Id"], {"PaymentRefNum": "W-2"})
    remember(town, "May")
    await town.run()

    assert town.in_mediaos("invoices")[0]["comments"] == "May"
    assert [p["reference_number"] for p in town.in_mediaos("payments")] == ["W-2"]
    assert town.letters() == []
    await town.agrees()


@pytest.mark.parametrize("form", FORMS)
async def test_a_deletion_is_told_in_either_form(town, form):
    town.qbo.change_settings({"webhook_form": form})
    await a_customer_with_an_invoice(town)
    town.qbo.person.delete("Invoice", town.in_qbo("Invoice")[0]["Id"])
    await town.run()

    assert town.letters() == []
    assert town.in_mediaos("invoices")[0]["date_deleted"] is not None
    await town.agrees()


async def test_a_webhook_that_never_came_is_made_good_by_the_next_of_that_record(town):
    await a_customer_with_an_invoice(town)
    town.qbo.webhooks.misbehave("drop")
    remember(town, "April")
    await town.run()
    assert town.in_mediaos("invoices")[0]["comments"] is None

    town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], {"DueDate": "2026-06-01"})
    await town.run()
    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    await town.agrees()


async def test_a_webhook_that_never_came_is_made_good_by_our_next_write(town):
    _, invoice = await a_customer_with_an_invoice(town)
    town.qbo.webhooks.misbehave("drop")
    remember(town, "April")
    await town.run()
    await edit(town, "invoices", invoice, date_due="2026-06-01 00:00:00")
    await town.run()

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    await town.agrees()


async def test_a_webhook_that_never_came_is_made_good_within_the_hour(town):
    await a_customer_with_an_invoice(town)
    town.qbo.webhooks.misbehave("drop")
    remember(town, "April")
    await town.run(3600)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"


async def test_webhooks_that_the_gateway_could_not_keep_come_again(town):
    await a_customer_with_an_invoice(town)
    keep = town.kafka.send

    async def broken(topic, *_args, **_named):
        raise TimeoutError(topic)

    town.kafka.send = broken
    remember(town, "April")
    await town.run(5)
    town.kafka.send = keep
    await town.run(60)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    await town.agrees()


@pytest.mark.parametrize(
    ("topic", "value"),
    [
        ("mediaos-changes", b"\xff not json"),
        ("mediaos-changes", json.dumps({"specversion": "1.0", "tenant": TENANT}).encode()),
        ("quickbooks-notices", b"{}"),
        ("quickbooks-changes", b"[]"),
        ("isthmus-intake", b"null"),
    ],
)
async def test_what_cannot_be_understood_goes_to_the_dead_letters_and_nothing_waits_for_it(
    town, topic, value
):
    customer, _ = await a_customer_with_an_invoice(town)
    await town.kafka.send(topic, f"{TENANT}/mediaos/{customer}".encode(), value)
    await an_invoice(town, customer)
    await town.run()

    [letter] = town.letters()
    assert topic.encode() in letter
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_a_change_that_is_said_twice_costs_nothing(town):
    _, invoice = await a_customer_with_an_invoice(town)
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    written = town.writes()
    for records in list(town.kafka.topics["mediaos-changes"].records):
        for record in list(records):
            await town.kafka.send("mediaos-changes", record.key, record.value)
    await town.run()

    assert town.writes() == written
    await town.agrees()
