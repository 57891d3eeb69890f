"""A document of a customer that was merged away is in one lane, whoever speaks of it."""

import random

import pytest

from schemas.catalog import decode_journal
from schemas.command_facts import Decided
from schemas.facts import Linked
from schemas.state import ParkReason
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.people import (
    a_customer,
    an_invoice,
    edit,
    lines_of,
    open_shop,
    parts_in_qbo,
)
from tests.scenarios.both.town import opened

pytestmark = pytest.mark.few_rows


async def test_an_invoice_whose_answer_comes_late_is_not_left_listed_in_the_survivors_lane(
    town, merged
):
    _, loses, _, _ = merged
    town.qbo.faults.time_out_next("after")
    await an_invoice(town, loses, ("1", "25"))
    await town.run(600)
    assert len(town.in_qbo("Invoice")) == 3
    await town.agrees(parked=1)


async def test_money_for_an_invoice_whose_answer_comes_late_is_its_own(town, merged):
    _, loses, _, survivor = merged
    town.qbo.faults.time_out_next("after")
    invoice = await an_invoice(town, loses, ("1", "25"))
    await town.run(1)
    [there] = [i for i in town.in_qbo("Invoice") if i["DocNumber"].endswith(invoice)]
    fields = {"CustomerRef": {"value": survivor}, "TotalAmt": 25}
    paid = {**fields, "Line": parts_in_qbo({there["Id"]: "25"})}
    town.qbo.person.create("Payment", paid)
    await town.run(600)
    assert [each["advertiser_id"] for each in town.in_mediaos("payments")] == [loses]
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees(parked=1)


DAYS = range(6)


def decided_in(town):
    """The lanes that have decided about each document, under either of its records' names."""
    pairs, lanes = {}, {}
    journal = [decode_journal(each) for each in town.kafka.values("isthmus-journal")]
    facts = [(record.lane, fact) for record in journal for fact in record.facts]
    for _, fact in facts:
        if isinstance(fact, Linked):
            here, there = fact.records
            pairs[there] = here
    for lane, fact in facts:
        if isinstance(fact, Decided):
            about = fact.command.about
            lanes.setdefault(str(pairs.get(about, about)), set()).add(lane)
    return lanes


@pytest.mark.parametrize("day", DAYS)
async def test_whatever_people_do_after_a_merge_no_document_is_worked_on_in_two_lanes(day):
    chance = random.Random(day)
    async with opened(lockout_minutes=1) as town:
        await open_shop(town)
        for name in ("Harbour Books", "Harbour Books Ltd."):
            await an_invoice(town, await a_customer(town, name))
        await town.run(5)
        merges_at = chance.randrange(12)
        for place in range(24):
            if place == merges_at:
                keep, lose = (each["Id"] for each in town.in_qbo("Customer")[:2])
                town.qbo.person.merge(keep=keep, lose=lose)
            await do(town, chance.choice(sorted(DEEDS)), chance.randrange(60))
        end_faults(town)
        await town.run(600)

        assert {name: lanes for name, lanes in decided_in(town).items() if len(lanes) > 1} == {}
        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}


# A survivor that is inactive.


def parks(town, customer, invoice):
    return town.document(customer, f"mediaos/invoice/{invoice}").park


async def bills(town, customer, invoice):
    """A new invoice, and another quantity on an old one."""
    new = await an_invoice(town, customer, ("1", "25"))
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "40")))
    await town.run()
    return new


async def goes_when_active(town, survivor, customer, *invoices):
    for each in invoices:
        park = parks(town, customer, each)
        assert park.reason is ParkReason.CUSTOMER_INACTIVE
        assert park.detail.startswith("customer Harbour Books is inactive in QuickBooks")
    town.qbo.person.edit("Customer", survivor, {"Active": True})
    await town.run()
    assert [parks(town, customer, each) for each in invoices] == [None, None]
    totals = sorted(int(each["TotalAmt"]) for each in town.in_qbo("Invoice"))
    assert totals[-1] == 80
    assert 25 in totals


async def test_what_is_billed_to_an_inactive_survivor_waits_by_its_name_and_goes_by_itself(
    town, merged
):
    _, loses, invoice, survivor = merged
    town.qbo.person.deactivate("Customer", survivor)
    await town.run()
    refused = town.answers(400)
    new = await bills(town, loses, invoice)
    assert town.answers(400) == refused, "QuickBooks was not asked for what it would refuse"
    await goes_when_active(town, survivor, loses, new, invoice)
    await town.agrees(parked=1)


async def test_an_inactive_survivor_that_nobody_told_of_is_found_by_the_refusal(town, merged):
    _, loses, invoice, survivor = merged
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.deactivate("Customer", survivor)
    await town.run(1)
    new = await bills(town, loses, invoice)
    await goes_when_active(town, survivor, loses, new, invoice)
    await town.agrees(parked=1)


async def test_an_inactive_survivor_that_is_nobodys_in_mediaos_is_waited_for_as_well(town):
    await open_shop(town)
    customer = await a_customer(town, "Harbour")
    invoice = await an_invoice(town, customer, ("1", "40"))
    await town.run()
    [ours] = town.in_qbo("Customer")
    kept = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books"})["Id"]
    town.qbo.person.merge(keep=kept, lose=ours["Id"])
    await town.run()
    town.qbo.person.deactivate("Customer", kept)
    await town.run()
    new = await bills(town, customer, invoice)
    await goes_when_active(town, kept, customer, new, invoice)


async def test_a_restart_forgets_no_inactive_survivor(town, merged):
    _, loses, invoice, survivor = merged
    town.qbo.person.deactivate("Customer", survivor)
    await town.run()
    new = await bills(town, loses, invoice)
    await town.worker()
    await town.run()
    await goes_when_active(town, survivor, loses, new, invoice)
