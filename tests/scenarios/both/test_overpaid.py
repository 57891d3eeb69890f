"""More is paid than an invoice owes: what it owes is applied, the rest is on account, and told.

In whichever form it comes: a payment that is raised, an invoice that is lowered, two payments.
"""

from typing import Any

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    a_payment,
    edit,
    line_in_qbo,
    lines_of,
    paid_in_qbo,
    parts_in_qbo,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of, with_a_credit
from tests.scenarios.both.test_on_account import LISTED, applied

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")


def ours_of(town, payment: str) -> Any:
    """The payment of MediaOS with this id, in QuickBooks."""
    marks = (each for each in town.in_qbo("Payment") if each.get("PrivateNote"))
    return next(each for each in marks if each["PrivateNote"].endswith(f"payment {payment}"))


async def credited(town, amount: str = "40") -> tuple[str, str]:
    """QuickBooks alone has applied a credit to an invoice of 100.00."""
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, **LISTED)
    memo = with_a_credit(town, amount)
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    return customer, invoice


def lines(invoice: str, amount: str) -> list[Any]:
    return [{"invoice_id": invoice, "amount": amount}]


async def test_a_payment_that_is_raised_above_what_is_owed_has_the_rest_on_account(town):
    customer, invoice = await credited(town)
    payment = await a_payment(town, customer, "20", {invoice: "20"})
    await town.run()
    await edit(town, "payments", payment, amount="100", lines=lines(invoice, "100"))
    await town.run()

    paid = ours_of(town, payment)
    assert (paid["TotalAmt"], applied(paid), paid["UnappliedAmt"]) == (100, 60, 40)
    park = park_of(town, customer, "payment", payment)
    assert park.reason is ParkReason.ON_ACCOUNT
    assert "of 100.00 for invoice MediaOS-20001 60.00 is applied" in park.detail
    assert "40.00 is on account" in park.detail
    assert (await town.report()).findings == ()


async def test_of_two_payments_the_second_has_what_the_first_left(town):
    customer, invoice = await credited(town)
    first = await a_payment(town, customer, "40", {invoice: "40"})
    second = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()

    assert [applied(ours_of(town, each)) for each in (first, second)] == [40, 20]
    assert ours_of(town, second)["UnappliedAmt"] == 40
    assert park_of(town, customer, "payment", first) is None
    assert "40.00 is on account" in park_of(town, customer, "payment", second).detail
    assert invoice_in_qbo(town)["Balance"] == 0
    assert (await town.report()).findings == ()

    # The first is taken back: what was on account goes to the invoice by itself.
    await town.mediaos.people.delete("payments", first)
    await town.run(900)
    assert applied(ours_of(town, second)) == 60
    assert park_of(town, customer, "payment", second) is None


async def test_an_invoice_that_mediaos_lowers_below_what_was_paid_leaves_the_rest(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()
    await edit(town, "payments", payment, lines=lines(invoice, "60"))
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "60")))
    await town.run()

    [paid], there = town.in_qbo("Payment"), invoice_in_qbo(town)
    assert (there["TotalAmt"], there["Balance"]) == (60, 0)
    assert (paid["TotalAmt"], applied(paid), paid["UnappliedAmt"]) == (100, 60, 40)
    await town.agrees()


async def test_an_invoice_that_quickbooks_lowers_below_what_was_paid_frees_the_rest_there(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()
    changed = {"Line": [line_in_qbo("60")]}
    town.qbo.person.edit("Invoice", invoice_in_qbo(town)["Id"], changed)
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert (applied(paid), paid["UnappliedAmt"]) == (60, 40)
    [there] = town.in_mediaos("payments")
    assert (there["amount"], there["lines"][0]["amount"]) == ("100", "60")
    assert "60.00" in park_of(town, customer, "invoice", invoice).detail
    assert park_of(town, customer, "payment", payment) is None
    assert (await town.report()).findings == ()


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "unheard"])
async def test_money_that_came_on_both_sides_for_one_invoice_settles_it_once(town, heard):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    if not heard:
        town.qbo.webhooks.misbehave("drop")
    made = paid_in_qbo(town, "80", {invoice_in_qbo(town)["Id"]: "80"})
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run(2400)

    assert invoice_in_qbo(town)["Balance"] == 0
    paid = ours_of(town, payment)
    assert (applied(paid), paid["UnappliedAmt"]) == (20, 60)
    assert "60.00 is on account" in park_of(town, customer, "payment", payment).detail
    park = town.document(customer, f"qbo/payment/{made['Id']}").park
    assert park.reason is ParkReason.ON_ACCOUNT
    assert "of 80.00 for invoice MediaOS-20001 MediaOS has 20.00 open" in park.detail
    assert "the same money, delete one of the two" in park.detail
    assert refused_by_mediaos(town) == 0
    report = await town.report()
    assert report.findings == ()
    assert [(row.mediaos.receivable, row.qbo.receivable) for row in report.rows] == [(20, -60)]


@pytest.mark.parametrize("gone", ["mediaos", "qbo"])
async def test_money_that_was_entered_twice_is_right_once_one_of_the_two_is_deleted(town, gone):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    made = paid_in_qbo(town, "80", {invoice_in_qbo(town)["Id"]: "80"})
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run(60)
    if gone == "mediaos":
        await town.mediaos.people.delete("payments", payment)
    else:
        town.qbo.person.delete("Payment", made["Id"])
    await town.run(2400)

    assert invoice_in_qbo(town)["Balance"] == 20
    assert town.in_mediaos("invoices")[0]["balance"] == "20"
    assert refused_by_mediaos(town) == 0
    await town.agrees()


async def test_a_raised_payment_of_quickbooks_keeps_to_what_mediaos_has_open(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    there = invoice_in_qbo(town)["Id"]
    made = paid_in_qbo(town, "30", {there: "30"})
    await town.run()
    town.qbo.faults.answer_next(503, times=40)
    await a_payment(town, customer, "60", {invoice: "60"})
    town.qbo.person.edit(
        "Payment", made["Id"], {"TotalAmt": 50, "Line": parts_in_qbo({there: "50"})}
    )
    await town.run()
    town.qbo.faults.clear()
    await town.run(900)

    [ours_there] = [each for each in town.in_qbo("Payment") if each["Id"] != made["Id"]]
    assert (applied(ours_there), ours_there["UnappliedAmt"]) == (50, 10)
    park = town.document(customer, f"qbo/payment/{made['Id']}").park
    assert "of 50.00 for invoice MediaOS-20001 MediaOS has 40.00 open" in park.detail
    assert refused_by_mediaos(town) == 0
    assert (await town.report()).findings == ()


def refused_by_mediaos(town) -> int:
    return sum(each.status in {409, 422} for each in town.mediaos.requests)
