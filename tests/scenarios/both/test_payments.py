"""Money that either side receives, changes or takes back stands on both to the cent."""

from decimal import Decimal

import pytest

from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    lines_of,
    paid_in_qbo,
    parts_in_qbo,
)


@pytest.mark.parametrize(("amount", "left"), [("1861.08", "0"), ("100.10", "1760.98")])
async def test_a_payment_in_mediaos_pays_the_invoice_in_quickbooks(town, amount, left):
    customer, invoice = await a_customer_with_an_invoice(town)
    await a_payment(town, customer, amount, {invoice: amount}, reference_number="CHK-7")
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert (paid["TotalAmt"], paid["PaymentRefNum"]) == (Decimal(amount), "CHK-7")
    assert town.in_qbo("Invoice")[0]["Balance"] == Decimal(left)
    await town.agrees()


async def test_one_payment_split_over_three_invoices_and_a_rest_on_account(town):
    customer, first = await a_customer_with_an_invoice(town)
    others = [await an_invoice(town, customer, ("1", "33.335")) for _ in range(2)]
    parts = {first: "1861.08", others[0]: "33.34", others[1]: "0.01"}
    await a_payment(town, customer, "2000", parts)
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert paid["UnappliedAmt"] == Decimal(2000) - Decimal("1894.43")
    assert [i["Balance"] for i in town.in_qbo("Invoice")] == [0, 0, Decimal("33.33")]
    await town.agrees()


async def test_a_payment_of_an_invoice_that_is_on_its_way_waits_for_it(town):
    customer, _ = await a_customer_with_an_invoice(town)
    second = await an_invoice(town, customer)
    await a_payment(town, customer, "50", {second: "50"})
    await town.run()

    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_a_payment_made_in_quickbooks_reaches_mediaos(town):
    await a_customer_with_an_invoice(town)
    [invoice] = town.in_qbo("Invoice")
    made = paid_in_qbo(town, "61.08", {invoice["Id"]: "61.08"}, PaymentRefNum="W-1")
    await town.run()

    [taken] = town.in_mediaos("payments")
    assert (taken["amount"], taken["reference_number"]) == ("61.08", "W-1")
    assert taken["external_reference"] == made["Id"]
    assert town.in_mediaos("invoices")[0]["balance"] == "1800"
    await town.agrees()


async def test_a_payment_changed_in_quickbooks_changes_in_mediaos(town):
    await a_customer_with_an_invoice(town)
    [invoice] = town.in_qbo("Invoice")
    made = paid_in_qbo(town, "61.08", {invoice["Id"]: "61.08"})
    await town.run()
    less = {"TotalAmt": Decimal("60.07"), "Line": parts_in_qbo({invoice["Id"]: "60.07"})}
    town.qbo.person.edit("Payment", made["Id"], less)
    await town.run()

    assert town.in_mediaos("payments")[0]["amount"] == "60.07"
    await town.agrees()


@pytest.mark.parametrize("told", [True, False])
async def test_a_payment_unapplied_in_quickbooks_is_unapplied_in_mediaos(town, told):
    town.qbo.change_settings({"unapplying_reports_invoice": told})
    await a_customer_with_an_invoice(town)
    [invoice] = town.in_qbo("Invoice")
    made = paid_in_qbo(town, "61.08", {invoice["Id"]: "61.08"})
    await town.run()
    town.qbo.person.edit("Payment", made["Id"], {"Line": []})
    await town.run()

    assert town.in_mediaos("payments")[0]["lines"] == []
    assert town.in_mediaos("invoices")[0]["balance"] == "1861.08"
    await town.agrees()


async def test_a_payment_of_mediaos_moved_to_another_invoice_in_quickbooks_moves_back_home(town):
    customer, first = await a_customer_with_an_invoice(town)
    second = await an_invoice(town, customer)
    await a_payment(town, customer, "100", {first: "100"})
    await town.run()
    [paid] = town.in_qbo("Payment")
    moved = parts_in_qbo({town.in_qbo("Invoice")[1]["Id"]: "100"})
    town.qbo.person.edit("Payment", paid["Id"], {"Line": moved})
    await town.run()

    [taken] = town.in_mediaos("payments")
    assert [line["invoice_id"] for line in taken["lines"]] == [second]
    await town.agrees()


async def test_a_payment_edited_in_mediaos_changes_in_quickbooks(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    payment = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()
    lines = [{"invoice_id": invoice, "amount": "80"}]
    await edit(town, "payments", payment, amount="90", lines=lines, notes="corrected")
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert (paid["TotalAmt"], paid["UnappliedAmt"]) == (90, 10)
    await town.agrees()


async def test_an_invoice_is_edited_after_a_payment_moved_its_sync_token(town):
    _, invoice = await a_customer_with_an_invoice(town)
    paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    await edit(town, "invoices", invoice, comments="April", line_items=lines_of(("2", "1000")))
    await town.run()

    [crossed] = town.in_qbo("Invoice")
    assert crossed["CustomerMemo"] == {"value": "April"}
    assert crossed["Balance"] == Decimal("1938.92")
    assert town.answers(400) == 1, "the token that was known had moved on: 5010"
    await town.agrees()


async def test_a_payment_on_account_crosses_both_ways(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await a_payment(town, customer, "12.34", {})
    paid_in_qbo(town, "43.21", {})
    await town.run()

    assert {p["TotalAmt"] for p in town.in_qbo("Payment")} == {Decimal("12.34"), Decimal("43.21")}
    assert {p["amount"] for p in town.in_mediaos("payments")} == {"12.34", "43.21"}
    await town.agrees()


async def test_a_payment_voided_in_quickbooks_pays_nothing_in_mediaos(town):
    await a_customer_with_an_invoice(town)
    made = paid_in_qbo(town, "61.08", {town.in_qbo("Invoice")[0]["Id"]: "61.08"})
    await town.run()
    town.qbo.person.void("Payment", made["Id"])
    await town.run()

    assert town.in_mediaos("payments")[0]["date_deleted"] is not None
    assert town.in_mediaos("invoices")[0]["balance"] == "1861.08"
    await town.agrees()
