"""Answers that are no answers: a write was done, and something else says what became of it."""

from decimal import Decimal

import pytest

from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    open_shop,
    paid_in_qbo,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of, with_a_credit
from tests.testing.simulated.lying_proxy import LIES, PAGE, Lie

pytestmark = pytest.mark.few_rows

EACH_LIE = pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
#: Longer than what waits until a side is asked, and until absence would be believed.
A_WHILE = 600.0


@EACH_LIE
async def test_of_a_customer(town, lie):
    await open_shop(town)
    town.qbo_proxy.lie(lie, "/customer")
    await an_invoice(town, await a_customer(town))
    await town.run(A_WHILE)

    assert town.qbo_proxy.told == 1
    assert (len(town.in_qbo("Customer")), len(town.in_qbo("Invoice"))) == (1, 1)
    await town.agrees()


@EACH_LIE
async def test_of_an_invoice(town, lie):
    await open_shop(town)
    town.qbo_proxy.lie(lie, "/invoice")
    await an_invoice(town, await a_customer(town))
    await town.run(A_WHILE)

    assert town.qbo_proxy.told == 1
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


@EACH_LIE
async def test_of_a_payment_of_mediaos(town, lie):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo_proxy.lie(lie, "/payment")
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run(A_WHILE)

    assert town.qbo_proxy.told == 1
    assert (len(town.in_qbo("Payment")), len(town.in_mediaos("payments"))) == (1, 1)
    await town.agrees()


@EACH_LIE
async def test_of_a_payment_of_quickbooks(town, lie):
    await a_customer_with_an_invoice(town)
    town.mediaos_proxy.lie(lie, "/payments")
    paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    await town.run(A_WHILE)

    assert town.mediaos_proxy.told == 1
    assert (len(town.in_qbo("Payment")), len(town.in_mediaos("payments"))) == (1, 1)
    await town.agrees()


@EACH_LIE
async def test_of_an_update(town, lie):
    _, invoice = await a_customer_with_an_invoice(town)
    town.qbo_proxy.lie(lie, "/invoice")
    await edit(town, "invoices", invoice, comments="April")
    await town.run(A_WHILE)

    assert town.qbo_proxy.told == 1
    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "April"}
    await town.agrees()


@pytest.mark.parametrize("lie", [Lie(408), Lie(404, PAGE), Lie(400, PAGE)], ids=str)
async def test_of_an_invoice_that_is_edited_meanwhile(town, lie):
    await open_shop(town)
    town.qbo_proxy.lie(lie, "/invoice", times=3)
    invoice = await an_invoice(town, await a_customer(town), ("1", "100"))
    await town.run(1)
    line = {"quantity": "1", "amount": "120", "product_id": "101", "description": "No. 1"}
    await edit(town, "invoices", invoice, line_items=[line])
    await town.run(A_WHILE)

    [crossed] = town.in_qbo("Invoice")
    assert crossed["TotalAmt"] == Decimal("120.00")
    await town.agrees()


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410, 500, 502])
async def test_of_the_reading_before_a_create(town, status):
    await open_shop(town)
    customer = await a_customer(town)
    await town.run()
    town.qbo_proxy.lie(Lie(status, PAGE), "/query", times=2)
    invoice = await an_invoice(town, customer)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run(A_WHILE)

    assert town.qbo_proxy.told == 2
    assert (len(town.in_qbo("Invoice")), len(town.in_qbo("Payment"))) == (1, 1)
    await town.agrees()


@pytest.mark.parametrize("killed", [False, True], ids=["alive", "killed"])
async def test_what_was_answered_with_its_id_is_not_posted_again_for_want_of_its_reading(
    town, killed
):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo_proxy.lie(Lie(408), "/payment")
    town.qbo_proxy.lie(Lie(503), "/payment", method="GET", times=3)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run(15)
    if killed:
        await town.worker()
    await town.run(A_WHILE)

    posted = [r for r in town.qbo.requests if r["method"] == "POST" and "/payment" in r["path"]]
    assert len(posted) == 2, "the lost one and its repeat"
    await town.agrees()


REFUSAL = Lie(
    400,
    b'{"Fault":{"Error":[{"Message":"A business validation error has occurred","Detail":'
    b'"Business Validation Error: try something else","code":"6000"}],"type":"ValidationFault"}}',
    "application/json",
)


async def test_what_bears_our_marker_is_ours_whatever_was_answered(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo_proxy.lie(REFUSAL, "/payment")
    payment = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run(A_WHILE)

    document = town.document(customer, f"mediaos/payment/{payment}")
    assert document.agreed is not None
    assert (len(town.in_qbo("Payment")), len(town.in_mediaos("payments"))) == (1, 1)
    await edit(town, "payments", payment, notes="by cheque")
    await town.run()
    assert town.in_qbo("Payment")[0]["PrivateNote"].startswith("by cheque")
    await town.agrees()


async def test_an_update_that_is_answered_with_another_record_is_no_success(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    await an_invoice(town, customer)
    await town.run()
    [asked, other] = sorted(town.in_qbo("Invoice"), key=lambda each: int(each["Id"]))
    shown = await town.qbo_as_told("invoice", other["Id"])
    town.qbo_proxy.lie(Lie(200, shown, "application/json"), "/invoice")
    town.qbo.webhooks.misbehave("drop", times=9)
    await edit(town, "invoices", invoice, comments="April")
    await town.run()

    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park is not None
    assert asked["Id"] in park.detail
    assert other["Id"] in park.detail


async def test_what_quickbooks_had_no_room_for_is_no_change_of_a_person_there(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "60"))
    # A credit that MediaOS does not have.
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    memo = with_a_credit(town, "25")
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    town.qbo_proxy.lie(REFUSAL, "/payment")
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run(A_WHILE)

    [taken] = town.in_mediaos("payments")
    assert [line["amount"] for line in taken["lines"]] == ["60"]
    assert park_of(town, customer, "payment", payment).reason is ParkReason.ON_ACCOUNT
    credit = next(each for each in town.in_qbo("Payment") if not each["TotalAmt"])
    town.qbo.person.delete("Payment", credit["Id"])
    await town.run()
    assert park_of(town, customer, "payment", payment) is None
    assert (await town.report()).findings == ()


async def test_a_query_whose_answer_is_cut_off_is_asked_again_and_its_notice_is_not_lost(town):
    await a_customer_with_an_invoice(town, ("1", "100"))
    town.qbo_proxy.lie(LIES["200 cut off"], "/query", method="POST")
    [invoice] = town.in_qbo("Invoice")
    # Of two at once one query tells.
    for amount in ("40", "10"):
        paid_in_qbo(town, amount, {invoice["Id"]: amount})
    await town.run(60)

    assert town.qbo_proxy.told == 1
    assert town.letters() == []
    assert town.in_mediaos("invoices")[0]["balance"] == "50"
    await town.agrees()
