"""One payment for what is of several customers: a parent's in QuickBooks, an agency's in MediaOS.

Neither side takes what the other one can say of it, so it waits by name until it is divided.
"""

from decimal import Decimal
from typing import Any

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    parts_in_qbo,
)

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")


async def a_group(town) -> tuple[str, str, str]:
    """Harbour Books and, below it in QuickBooks, Tide Press: each with an invoice of 100.00.

    Return the two advertisers, and QuickBooks' customer on top.
    """
    one, _ = await a_customer_with_an_invoice(town, HUNDRED)
    other = await a_customer(town, "Tide Press")
    await an_invoice(town, other, HUNDRED)
    await town.run()
    top, below = (each["Id"] for each in town.in_qbo("Customer"))
    town.qbo.person.edit("Customer", below, {"Job": True, "ParentRef": {"value": top}})
    await town.run()
    await town.agrees()
    return one, other, top


def pays(town, top: str, amount: str, *parts: str) -> Any:
    """The customer on top pays so much of each invoice, in their order."""
    invoices = (each["Id"] for each in town.in_qbo("Invoice"))
    applied = {each: part for each, part in zip(invoices, parts, strict=True) if part}
    fields = {"CustomerRef": {"value": top}, "TotalAmt": Decimal(amount)}
    fields |= {"Line": parts_in_qbo(applied), "PaymentRefNum": "W-77"}
    return town.qbo.person.create("Payment", fields)


async def test_a_parents_payment_waits_with_customers_numbers_and_amounts(town):
    one, _, top = await a_group(town)
    made = pays(town, top, "150", "100", "50")
    await town.run()

    assert town.in_mediaos("payments") == []
    park = town.document(one, f"qbo/payment/{made['Id']}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert "100.00 for invoice MediaOS-20001 of customer Harbour Books" in park.detail
    assert "50.00 for invoice MediaOS-20002 of customer Tide Press" in park.detail
    assert "divide it in QuickBooks into one for each customer, with one reference" in park.detail
    assert not [r for r in town.mediaos.requests if r.status in {409, 422}]
    report = await town.report()
    assert report.findings == ()
    assert [each.amount for each in report.waiting] == [150]


async def test_what_a_parent_has_paid_and_moves_says_that_payments_settle_it(town):
    _, other, top = await a_group(town)
    pays(town, top, "150", "100", "50")
    third = await a_customer(town, "Quay Radio")
    await town.run()
    moved = next(i["id"] for i in town.in_mediaos("invoices") if i["advertiser_id"] == other)
    await edit(town, "invoices", moved, advertiser_id=third)
    await town.run()

    park = town.document(other, f"mediaos/invoice/{moved}").park
    assert "in QuickBooks it has 50.00 settled by payments or credits: take that" in park.detail


async def test_once_it_is_divided_each_crosses_with_the_one_reference(town):
    one, other, top = await a_group(town)
    made = pays(town, top, "150", "100", "50")
    await town.run()
    first, second = town.in_qbo("Invoice")
    whole = {"TotalAmt": Decimal(100), "Line": parts_in_qbo({first["Id"]: "100"})}
    town.qbo.person.edit("Payment", made["Id"], whole)
    below = second["CustomerRef"]
    town.qbo.person.create(
        "Payment",
        {
            "CustomerRef": below,
            "TotalAmt": Decimal(50),
            "PaymentRefNum": "W-77",
            "Line": parts_in_qbo({second["Id"]: "50"}),
        },
    )
    await town.run()

    paid = {each["advertiser_id"]: each for each in town.in_mediaos("payments")}
    assert {each: row["amount"] for each, row in paid.items()} == {one: "100", other: "50"}
    assert {row["reference_number"] for row in paid.values()} == {"W-77"}
    await town.agrees()


async def test_what_is_put_on_a_payment_of_both_sides_waits_and_what_was_there_stays(town):
    one, _, top = await a_group(town)
    made = pays(town, top, "100", "100", "")
    await town.run()
    await town.agrees()
    first, second = (each["Id"] for each in town.in_qbo("Invoice"))
    more = {"TotalAmt": Decimal(120), "Line": parts_in_qbo({first: "100", second: "20"})}
    town.qbo.person.edit("Payment", made["Id"], more)
    await town.run()

    [paid] = town.in_mediaos("payments")
    assert [line["amount"] for line in paid["lines"]] == ["100"]
    [invoice] = [each for each in town.in_mediaos("invoices") if each["id"] == "20001"]
    assert invoice["balance"] == "0"
    park = town.document(one, f"qbo/payment/{made['Id']}").park
    assert "20.00 for invoice MediaOS-20002 of customer Tide Press" in park.detail
    town.qbo.person.edit("Payment", made["Id"], {"Line": parts_in_qbo({first: "100"})})
    await town.run()
    [paid] = town.in_mediaos("payments")
    assert paid["amount"] == "120"
    await town.agrees()


async def put_on(town, payment: str, applied: dict[str, str]) -> None:
    """A service of MediaOS tells a payment with lines that no API of it takes."""
    [there] = [each for each in town.in_mediaos("payments") if each["id"] == payment]
    blank = {"payment_id": payment, "currency_variance": "0"}
    blank |= {"date_applied": there["date_created"]}
    lines = [
        {**blank, "id": str(n), "invoice_id": invoice, "amount": amount}
        for n, (invoice, amount) in enumerate(applied.items(), start=90)
    ]
    account = town.mediaos._account
    account.book.change("payments", payment, {"lines": lines, "line": lines[0]})
    await account.outbox.wait_for(account.say())


async def test_a_payment_of_mediaos_over_several_advertisers_waits_before_any_call(town):
    one, other, _ = await a_group(town)
    mine, theirs = (each["id"] for each in town.in_mediaos("invoices"))
    payment = await a_payment(town, one, "150", {})
    await put_on(town, payment, {mine: "100", theirs: "50"})
    await town.run()

    park = town.document(one, f"mediaos/payment/{payment}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert f"100.00 for invoice MediaOS-{mine} of customer Harbour Books" in park.detail
    assert f"50.00 for invoice MediaOS-{theirs} of customer Tide Press" in park.detail
    assert "one for each advertiser, with one reference" in park.detail
    assert town.answers(400) == 0
    assert [each["Balance"] for each in town.in_qbo("Invoice")] == [100, 100]

    # Divided, as it helps.
    await put_on(town, payment, {mine: "100"})
    await edit(town, "payments", payment, amount="100", reference_number="W-77")
    await a_payment(town, other, "50", {theirs: "50"}, reference_number="W-77")
    await town.run()
    assert [each["Balance"] for each in town.in_qbo("Invoice")] == [0, 50]
    assert {each["PaymentRefNum"] for each in town.in_qbo("Payment")} == {"W-77"}


async def test_one_for_another_customer_alone_crosses_once_it_is_that_customers(town):
    one, other, top = await a_group(town)
    made = pays(town, top, "50", "", "50")
    await town.run()
    park = town.document(one, f"qbo/payment/{made['Id']}").park
    assert "50.00 for invoice MediaOS-20002 of customer Tide Press" in park.detail
    assert "have it be that customer's in QuickBooks" in park.detail

    below = town.in_qbo("Invoice")[1]["CustomerRef"]
    town.qbo.person.edit("Payment", made["Id"], {"CustomerRef": below, "Line": made["Line"]})
    await town.run()
    [paid] = town.in_mediaos("payments")
    assert (paid["advertiser_id"], paid["amount"]) == (other, "50")
    # The lane that had it hears of it with whatever comes next there.
    await edit(town, "advertisers", one, phone="555-0100")
    await town.run()
    await town.agrees()
