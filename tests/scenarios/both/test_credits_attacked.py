"""Credits that somebody applies in an odd way: both sides owe the same, or it waits by name."""

from decimal import Decimal

import pytest

from schemas.facts import Parked
from schemas.state import ParkReason
from schemas.values import Kind
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    delete,
    edit,
    paid_in_qbo,
)
from tests.scenarios.both.test_credit_applications import (
    SIXTY,
    a_credit_applied,
    a_memo,
    applies,
    both_agree,
    lines_for,
    open_in_mediaos,
)
from tests.scenarios.both.test_money import invoice_in_qbo, with_a_credit

pytestmark = pytest.mark.few_rows


async def test_a_payment_that_links_a_credit_with_nothing_is_listed_as_nothing(town):
    await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    links = (("Invoice", invoice_in_qbo(town)["Id"]), ("CreditMemo", memo["Id"]))
    lines = [
        {"Amount": Decimal(0), "LinkedTxn": [{"TxnId": each, "TxnType": kind}]}
        for kind, each in links
    ]
    paid_in_qbo(town, "0", {}, Line=lines)
    await town.run()

    await both_agree(town, "60", "25", unplaced=1)


async def test_a_credit_of_one_advertiser_that_settles_anothers_waits_in_words(town):
    """Two advertisers are one customer in QuickBooks, where their credits settle each other's."""
    keeps, invoice = await a_customer_with_an_invoice(town, SIXTY)
    loses = await a_customer(town, "Tide Press")
    memo = await a_memo(town, loses, "25")
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    town.qbo.person.merge(keep=there["Harbour Books"], lose=there["Tide Press"])
    await town.run()
    [credit] = town.in_qbo("CreditMemo")
    paid = town.qbo.person.apply_credit(credit["Id"], invoice_in_qbo(town)["Id"])
    await town.run()

    park = town.document(keeps, f"qbo/credit-application/{paid['Id']}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert f"MediaOS-CM-{memo} is of another advertiser in MediaOS" in park.detail
    assert open_in_mediaos(town) == (60, 25)
    await town.agrees(parked=2)
    told = len(town.told())
    for n in range(25):
        await edit(town, "invoices", invoice, comments=f"No. {n}")
        await town.run(5)
    assert town.document(keeps, f"qbo/credit-application/{paid['Id']}").park == park
    again = [f for f in town.told()[told:] if isinstance(f, Parked)]
    assert again == [], "it waits for nothing new"
    town.qbo.person.delete("Payment", paid["Id"])
    await town.run()
    await both_agree(town, "60", "25", parked=1)


async def test_a_credit_that_moved_to_another_advertiser_settles_again_once_it_is_back(town):
    customer, _ = await a_customer_with_an_invoice(town, SIXTY)
    other = await a_customer(town, "Tide Press")
    memo = await a_memo(town, customer, "25")
    await town.run()
    town.qbo.webhooks.misbehave("drop", 9)
    [credit] = town.in_qbo("CreditMemo")
    paid = town.qbo.person.apply_credit(credit["Id"], invoice_in_qbo(town)["Id"])
    await edit(town, "creditMemos", memo, advertiser_id=other)
    await town.run(1500)
    park = town.document(customer, f"qbo/credit-application/{paid['Id']}").park
    assert park.reason is ParkReason.UNSAYABLE

    await edit(town, "creditMemos", memo, advertiser_id=customer)
    await town.run(300)
    await both_agree(town, "35", "0")


async def test_a_credit_that_is_brought_back_is_applied_again(town):
    _, invoice, memo, application = await a_credit_applied(town)
    await delete(town, "creditApplications", application)
    await delete(town, "creditMemos", memo)
    await town.run(300)
    await town.mediaos.people.restore("creditMemos", memo)
    await town.mediaos.people.restore("creditApplications", application)
    again = lines_for((memo, invoice, "25"))
    await edit(town, "creditApplications", application, lines=again)
    await town.run(900)

    await both_agree(town, "35", "0")


@pytest.mark.parametrize("dropped", [0, 9], ids=["told of", "unheard"])
async def test_money_that_is_put_on_a_credit_stays_when_the_credit_is_taken_off(town, dropped):
    *_, application = await a_credit_applied(town)
    town.qbo.webhooks.misbehave("drop", dropped)
    [paid] = town.in_qbo("Payment")
    lines = [
        {**line, "Amount": line["Amount"] + 10 * (line["LinkedTxn"][0]["TxnType"] == "Invoice")}
        for line in paid["Line"]
    ]
    town.qbo.person.edit("Payment", paid["Id"], {"TotalAmt": Decimal(10), "Line": lines})
    await delete(town, "creditApplications", application)
    await town.run(1500)

    [payment] = town.in_mediaos("payments")
    assert payment["amount"] == "10"
    await both_agree(town, "50", "25")


# All of it moves at once.


async def test_an_invoice_and_its_payment_that_move_together_stand_with_the_other_customer(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    other = await a_customer(town, "Tide Press")
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    await edit(town, "payments", payment, lines=[])
    await edit(town, "invoices", invoice, advertiser_id=other)
    lines = [{"invoice_id": invoice, "amount": "60"}]
    await edit(town, "payments", payment, advertiser_id=other, lines=lines)
    await town.run(600)

    [there] = town.in_qbo("Invoice")
    assert there["CustomerRef"]["name"] == "Tide Press"
    await both_agree(town, "0", "0")


async def test_a_credit_that_moves_with_its_invoice_settles_it_for_the_other_customer(town):
    _, invoice, memo, application = await a_credit_applied(town)
    other = await a_customer(town, "Tide Press")
    await town.run()
    await delete(town, "creditApplications", application)
    await edit(town, "invoices", invoice, advertiser_id=other)
    await edit(town, "creditMemos", memo, advertiser_id=other)
    await applies(town, other, (memo, invoice, "25"))
    await town.run(600)

    await both_agree(town, "35", "0")


async def test_a_payment_waits_in_words_for_an_invoice_that_cannot_move_yet(town):
    _, invoice = await a_customer_with_an_invoice(town, SIXTY)
    other = await a_customer(town, "Tide Press")
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    paid = paid_in_qbo(town, "10", {invoice_in_qbo(town)["Id"]: "10"})
    await edit(town, "invoices", invoice, advertiser_id=other)
    payment = await a_payment(town, other, "50", {invoice: "50"})
    await town.run()
    park = town.document(other, f"mediaos/payment/{payment}").park
    assert park.reason is ParkReason.INVOICE_UNKNOWN
    assert "it is another customer's in QuickBooks; the payment follows" in park.detail

    town.qbo.person.edit("Payment", paid["Id"], {"Line": []})
    await town.run(900)
    await both_agree(town, "10", "0")


async def test_a_payment_that_moves_between_two_that_were_merged_goes_round_in_no_circle(town):
    keeps, invoice = await a_customer_with_an_invoice(town, SIXTY)
    loses = await a_customer(town, "Tide Press")
    payment = await a_payment(town, keeps, "25", {invoice: "25"})
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    town.qbo.person.merge(keep=there["Harbour Books"], lose=there["Tide Press"])
    await edit(town, "payments", payment, advertiser_id=loses, lines=[])
    await town.run(300)
    # Somebody looks at the voided one again, and QuickBooks tells of it.
    await town.hears(Kind.PAYMENT, town.in_qbo("Payment")[0]["Id"])
    await town.run(300)

    heard = len(town.kafka.values("isthmus-intake"))
    await town.run(60)
    assert len(town.kafka.values("isthmus-intake")) == heard
    report = await town.report()
    assert report.findings == ()
    assert f"mediaos/payment/{payment}" in {each.document for each in report.waiting}
