"""Lost answers, refusals that pass, spent and revoked tokens: nothing is lost, nothing is twice."""

import httpx
import pytest

from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    open_shop,
    paid_in_qbo,
)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_of_quickbooks_to_a_create_is_lost(town, when, times):
    await open_shop(town)
    town.qbo.faults.time_out_next(when, times=times)
    await an_invoice(town, await a_customer(town))
    await town.run(60)

    assert (len(town.in_qbo("Customer")), len(town.in_qbo("Invoice"))) == (1, 1)
    await town.agrees()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_of_quickbooks_to_a_payment_is_lost(town, when):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.faults.time_out_next(when)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()

    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_of_quickbooks_to_an_update_is_lost(town, when):
    _, invoice = await a_customer_with_an_invoice(town)
    town.qbo.faults.time_out_next(when)
    await edit(town, "invoices", invoice, comments="April")
    await town.run()

    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "April"}
    await town.agrees()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_of_quickbooks_is_lost_and_the_worker_with_it(town, when):
    await open_shop(town)
    town.qbo.faults.time_out_next(when)
    await an_invoice(town, await a_customer(town))
    await town.run(0)
    await town.worker()
    await town.run(60)

    assert (len(town.in_qbo("Customer")), len(town.in_qbo("Invoice"))) == (1, 1)
    await town.agrees()


@pytest.mark.parametrize("when", ["time_out_before_commit", "time_out_after_commit"])
async def test_an_answer_of_mediaos_to_a_create_is_lost(town, when):
    await a_customer_with_an_invoice(town)
    town.mediaos.faults.arm(when)
    paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    await town.run()

    assert len(town.in_mediaos("payments")) == 1
    await town.agrees()


@pytest.mark.parametrize("when", ["time_out_before_commit", "time_out_after_commit"])
async def test_an_answer_of_mediaos_to_an_update_is_lost(town, when):
    await open_shop(town)
    town.mediaos.faults.arm(when)
    invoice = await an_invoice(town, await a_customer(town))
    await town.run()

    assert town.in_mediaos("invoices")[0]["external_number"] == f"MediaOS-{invoice}"
    await town.agrees()


async def test_a_person_edits_between_our_reading_and_our_writing(town):
    _, invoice = await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"DueDate": "2026-06-01"})
    await edit(town, "invoices", invoice, comments="April")
    await town.run()

    assert town.answers(400) == 1, "5010"
    [crossed], [here] = town.in_qbo("Invoice"), town.in_mediaos("invoices")
    assert (crossed["DueDate"], crossed["CustomerMemo"]) == ("2026-06-01", {"value": "April"})
    assert (here["date_due"], here["comments"]) == ("2026-06-01 00:00:00", "April")
    await town.agrees()


async def test_mediaos_says_once_that_the_row_version_is_not_right(town):
    await a_customer_with_an_invoice(town)
    town.mediaos.faults.arm("wrong_412")
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"DueDate": "2026-06-01"})
    await town.run()

    assert town.in_mediaos("invoices")[0]["date_due"] == "2026-06-01 00:00:00"
    await town.agrees()


async def test_one_name_at_a_time_is_tried_again_and_not_parked(town):
    await open_shop(town)
    town.qbo.faults.name_list_busy(times=4)
    await a_customer(town)
    await a_customer(town, "North Light")
    await town.run(60)

    assert len(town.in_qbo("Customer")) == 2
    await town.agrees()


async def test_too_many_requests_in_all_three_forms_are_waited_out(town):
    await open_shop(town)
    town.qbo.faults.answer_next(429, times=3)
    await an_invoice(town, await a_customer(town))
    await town.run(400)

    assert town.answers(429) == 3
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


@pytest.mark.parametrize("status", [500, 503, 504])
async def test_quickbooks_is_ill_for_a_while(town, status):
    await open_shop(town)
    town.qbo.faults.answer_next(status, times=6)
    await an_invoice(town, await a_customer(town))
    await town.run(400)

    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_mediaos_is_ill_for_a_while(town, status):
    await open_shop(town)
    town.mediaos.faults.answer_next(status, times=3)
    invoice = await an_invoice(town, await a_customer(town))
    await town.run(900)

    assert town.in_mediaos("invoices")[0]["external_number"] == f"MediaOS-{invoice}"
    await town.agrees()


async def test_a_token_that_ends_in_the_middle_of_the_day_is_renewed_once(town):
    customer, _ = await a_customer_with_an_invoice(town)
    others = [await a_customer(town, name) for name in ("North Light", "Amy's Birds")]
    town.qbo.tokens.expire_access()
    for each in (customer, *others):
        await an_invoice(town, each)
    await town.run()

    assert len(town.exchange.spent) == 1
    assert len(town.in_qbo("Invoice")) == 4
    await town.agrees()


async def test_a_company_that_takes_no_token_is_suspended_and_its_token_left_alone(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    others = [await a_customer(town, name) for name in ("North Light", "Amy's Birds")]
    await town.run()
    await town.connect(installation="here")
    town.qbo.faults.answer_next(401, times=10_000)
    await edit(town, "invoices", invoice, comments="April")
    for each in (customer, *others):
        await an_invoice(town, each)
    await town.run(600)

    assert len(town.exchange.spent) == 2
    standing = town.workers[-1].engine.journal.state(f"tenant:{town.tenant}").suspended
    assert (standing.reason, standing.probes) == ("not-accepted", 3)
    assert town.answers(401) < 30

    town.qbo.faults.clear()
    await town.run(900)
    assert len(town.in_qbo("Invoice")) == 4
    await town.agrees()


async def test_a_token_that_ran_out_while_nothing_happened_is_renewed_before_it_is_used(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await town.run(3600)
    await an_invoice(town, customer)
    await town.run()

    assert (len(town.exchange.spent), town.answers(401)) == (1, 0)
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_a_revoked_connection_loses_nothing_and_goes_on_after_reconnecting(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.tokens.revoke_realm(town.qbo.realm)
    await edit(town, "invoices", invoice, comments="April")
    second = await an_invoice(town, customer)
    await a_payment(town, customer, "100", {second: "100"})
    town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], {"DueDate": "2026-06-01"})
    await a_customer(town, "North Light")
    await town.run(900)
    assert len(town.in_qbo("Invoice")) == 1

    await town.connect()
    await town.run(180)
    assert (len(town.in_qbo("Invoice")), len(town.in_qbo("Payment"))) == (2, 1)
    assert town.in_mediaos("invoices")[0]["date_due"] == "2026-06-01 00:00:00"
    await town.agrees()


@pytest.mark.parametrize("code", ["140", "150", "6190"])
async def test_a_company_that_is_shut_for_a_while_loses_nothing(town, code):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.faults.refuse_company(code, seconds=900)
    await edit(town, "invoices", invoice, comments="April")
    await an_invoice(town, customer)
    await town.run(1200)

    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


@pytest.fixture
def away(town, monkeypatch):
    """QuickBooks cannot be reached until this is undone."""

    async def refused(request):
        raise httpx.ConnectError("connection refused", request=request)

    def begin():
        monkeypatch.setattr(town._qbo_http._transport, "handle_async_request", refused)

    return begin, monkeypatch.undo


async def given_writes_that_wait_for_an_outage(town, away):
    begin, _ = away
    customer, invoice = await a_customer_with_an_invoice(town)
    begin()
    await edit(town, "invoices", invoice, comments="April")
    await town.run(3 * 60)
    for _ in range(3):
        await an_invoice(town, customer)
    await town.run(75 * 60)
    standing = town.workers[-1].engine.journal.state(f"tenant:{town.tenant}").suspended
    assert standing.reason == "outage"
    left = (standing.until - town.clock.now()).total_seconds()
    assert left > 2 * 60, "it would be tried much later"


async def test_after_an_outage_writes_go_on_as_soon_as_a_sweep_is_answered(town, away):
    await given_writes_that_wait_for_an_outage(town, away)
    away[1]()
    await town.run(2 * 60)
    assert len(town.in_qbo("Invoice")) == 4
    await town.agrees()


async def test_after_an_outage_writes_go_on_as_soon_as_a_notice_is_read(town, away, monkeypatch):
    await given_writes_that_wait_for_an_outage(town, away)
    away[1]()

    async def nothing(*_):
        pass

    monkeypatch.setattr("agents.sweep.sweep.Sweeps._sides", nothing)
    for number in range(5):
        town.qbo.person.create("Customer", {"DisplayName": f"Quay Books {number}"})
    await town.run(10)
    assert len(town.in_qbo("Invoice")) == 4
    tries = [asked for asked in town.kafka.values("isthmus-requests") if b"try-now" in asked]
    assert len(tries) == 1, "five reads, and one of them says it"
    await town.agrees()
