"""What nobody told is found by asking; no watermark says more than is in Kafka."""

from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.tenant_state import BornInQuickbooks
from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    edit,
    paid_in_qbo,
)
from tests.scenarios.both.town import TENANT
from tests.testing.simulated.short_pages import ShortPages

MINUTE, HOUR, DAY = 60, 3600, 86_400
FOR_EVER = 10**6


def deaf(town):
    """No webhook arrives any more."""
    town.qbo.webhooks.misbehave("drop", times=FOR_EVER)


def covered(town, side=Side.QBO):
    worker = town.workers[-1]
    journaled = worker.engine.context(0, TENANT).tenant_state.covered
    return worker.watermarks.of(TENANT, journaled).get(side)


def remember(town, memo):
    invoice = town.in_qbo("Invoice")[0]["Id"]
    town.qbo.person.edit("Invoice", invoice, {"CustomerMemo": {"value": memo}})


async def test_with_every_webhook_dropped_everything_still_arrives(town):
    await a_customer_with_an_invoice(town)
    deaf(town)
    made = paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    remember(town, "April")
    await town.run(6 * MINUTE)
    town.qbo.person.edit("Payment", made["Id"], {"PaymentRefNum": "W-2"})
    town.qbo.person.edit(
        "Customer", town.in_qbo("Customer")[0]["Id"], {"DisplayName": "Harbour & Sons"}
    )
    await town.run(6 * MINUTE)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    assert town.in_mediaos("advertisers")[0]["name"] == "Harbour & Sons"
    assert [p["reference_number"] for p in town.in_mediaos("payments")] == ["W-2"]
    assert town.letters() == []
    await town.agrees()


async def test_a_deletion_that_no_webhook_told_is_found(town):
    await a_customer_with_an_invoice(town)
    deaf(town)
    town.qbo.person.delete("Invoice", town.in_qbo("Invoice")[0]["Id"])
    await town.run(6 * MINUTE)

    assert town.in_mediaos("invoices")[0]["date_deleted"] is not None
    await town.agrees()


async def test_a_sweep_sends_nothing_that_is_known(town):
    await a_customer_with_an_invoice(town)
    told, written = len(town.kafka.values("quickbooks-changes")), town.writes()
    await town.run(HOUR)

    assert len(town.kafka.values("quickbooks-changes")) == told
    assert town.writes() == written


async def test_an_answer_with_no_room_for_all_is_not_believed_and_pages_are_read(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await an_invoice(town, customer)
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run(6 * MINUTE)
    deaf(town)
    for n in range(1100):
        town.qbo.person.create("Customer", {"DisplayName": f"Client {n}"})
    remember(town, "April")
    town.qbo.person.delete("Invoice", town.in_qbo("Invoice")[1]["Id"])
    before = covered(town)
    await town.run(10 * MINUTE)

    assert covered(town) > before
    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    assert town.in_mediaos("invoices")[1]["date_deleted"] is not None
    await town.agrees(unplaced=1100)


@pytest.mark.parametrize("longest", [1, 7, 100])
async def test_pages_that_are_shorter_than_was_asked_for_are_read_to_the_end(town, longest):
    await a_customer_with_an_invoice(town)
    await town.run(6 * MINUTE)
    deaf(town)
    town.workers[-1].kill()
    for n in range(20):
        town.qbo.person.create("Customer", {"DisplayName": f"Client {n}"})
    remember(town, "April")
    town.clock.leap(40 * DAY)
    town.qbo_proxy.behind = ShortPages(town.qbo_proxy.behind, longest)
    await town.connect()
    await town.worker()
    await town.run(20 * MINUTE)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    assert covered(town) > town.clock.now() - timedelta(minutes=8)
    assert len(town.in_mediaos("advertisers")) == 21
    await town.agrees()


async def test_a_quickbooks_that_shows_one_page_again_and_again_is_not_believed_nor_asked_for_ever(
    town, caplog
):
    await a_customer_with_an_invoice(town)
    await town.run(6 * MINUTE)
    deaf(town)
    town.workers[-1].kill()
    for n in range(3):
        town.qbo.person.create("Customer", {"DisplayName": f"Client {n}"})
    town.clock.leap(40 * DAY)
    pages = town.qbo_proxy.behind = ShortPages(town.qbo_proxy.behind, 2, repeats=True)
    await town.connect()
    await town.worker()
    await town.run(30 * MINUTE)

    assert covered(town) < town.clock.now() - timedelta(days=39)
    tries = [each.reason for each in caplog.records if each.message == "no answer"]
    assert set(tries) == {
        "QuickBooks shows the same customers again, whatever page is asked for"
    }, tries
    assert 0 < len(pages.asked) <= 6 * len(tries)


async def test_the_watermark_stands_still_while_quickbooks_does_not_answer(town):
    await a_customer_with_an_invoice(town)
    deaf(town)
    await town.run(6 * MINUTE)
    before = covered(town)
    town.qbo.faults.answer_next(503, times=FOR_EVER)
    remember(town, "April")
    await town.run(HOUR)
    assert covered(town) == before

    town.qbo.faults.clear()
    await town.run(10 * MINUTE)
    assert covered(town) > before + timedelta(hours=1)
    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    await town.agrees()


async def test_a_notice_that_waited_in_a_worker_that_died_is_found_by_the_next_ones_sweep(town):
    await a_customer_with_an_invoice(town)
    await town.run(6 * MINUTE)
    town.qbo.faults.answer_next(503, times=FOR_EVER)
    remember(town, "April")
    await town.run(2 * MINUTE)
    passed = (at for tp, at in town.kafka.committed.items() if tp.topic == "quickbooks-notices")
    told = len(town.kafka.values("quickbooks-notices"))
    assert sum(passed) == told, "its place is not given up: it does not wait where a kill loses it"

    town.workers[-1].kill()
    town.qbo.faults.clear()
    await town.worker()
    await town.run(10 * MINUTE)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    await town.agrees()


async def test_the_watermark_is_never_ahead_of_quickbooks_own_time(town):
    await a_customer_with_an_invoice(town)
    for _ in range(20):
        await town.run(2 * MINUTE)
        assert covered(town) <= town.clock.now() - timedelta(minutes=1)
    assert covered(town) >= town.clock.now() - timedelta(minutes=8)


async def test_after_more_than_a_month_without_a_worker_everything_is_listed(town):
    await a_customer_with_an_invoice(town)
    await an_invoice(town, town.in_mediaos("advertisers")[0]["id"])
    await town.run(6 * MINUTE)
    deaf(town)
    town.workers[-1].kill()
    gone = town.in_qbo("Invoice")[1]["Id"]
    remember(town, "April")
    town.qbo.person.delete("Invoice", gone)
    town.clock.leap(40 * DAY)
    await town.connect()
    await town.worker()
    await town.run(10 * MINUTE)

    assert town.in_mediaos("invoices")[0]["comments"] == "April"
    assert covered(town) > town.clock.now() - timedelta(minutes=8)
    assert town.in_mediaos("invoices")[1]["date_deleted"] is not None
    await town.agrees()


async def test_an_event_that_mediaos_lost_is_found_in_its_lists(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.mediaos_unheard = True
    await edit(town, "invoices", invoice, comments="April")
    await an_invoice(town, customer, ("1", "10.00"))
    await a_customer(town, "North Light")
    town.mediaos_unheard = False
    await town.run(40 * MINUTE)

    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "April"}
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")][1] == Decimal("10.00")
    assert len(town.in_qbo("Customer")) == 2
    await town.agrees()


async def test_the_watermark_of_mediaos_leaves_its_services_ten_minutes(town):
    await a_customer_with_an_invoice(town)
    for _ in range(20):
        await town.run(4 * MINUTE)
        assert covered(town, Side.MEDIAOS) <= town.clock.now() - timedelta(minutes=10)
    assert covered(town, Side.MEDIAOS) >= town.clock.now() - timedelta(minutes=26)


@pytest.mark.parametrize("status", [401, 500, 503])
async def test_the_watermark_of_mediaos_stands_still_while_it_does_not_answer(town, status):
    await a_customer_with_an_invoice(town)
    await town.run(30 * MINUTE)
    before = covered(town, Side.MEDIAOS)
    town.mediaos.faults.answer_next(status, times=FOR_EVER)
    await town.run(HOUR)

    assert covered(town, Side.MEDIAOS) == before
