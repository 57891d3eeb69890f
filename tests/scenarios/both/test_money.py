"""What QuickBooks does with what it accepted: totals, voids, deposits, credits, a person's own.

Either every total agrees to the cent, or the document is parked with both figures.
"""

import json
from decimal import Decimal
from typing import Any

import pytest

from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Kind
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    lines_of,
    open_shop,
    paid_in_qbo,
    sold_in_qbo,
)
from tests.testing.simulated.lying_proxy import LIES, Lie

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
TAXED = {"tax_rate": "8", "tax_percent_based": "1"}


def taxable(*lines: tuple[str, str]) -> list[Any]:
    return [{**each, "taxable": True} for each in lines_of(*lines)]


def invoice_in_qbo(town) -> Any:
    return town.in_qbo("Invoice")[0]


def park_of(town, customer, kind, record_id):
    return town.document(customer, f"mediaos/{kind}/{record_id}").park


def sold_lines(invoice) -> list[Any]:
    return [each for each in invoice["Line"] if each["DetailType"] == "SalesItemLineDetail"]


# What a person typed stays.


async def typed_upon(town) -> None:
    """The bookkeeper puts a class, a date and a code on the line, and a line of text below."""
    shown = invoice_in_qbo(town)
    [line] = sold_lines(shown)
    detail = {**line["SalesItemLineDetail"], "ServiceDate": "2026-03-01"}
    detail |= {"ClassRef": {"value": town.qbo.person.create("Class", {"Name": "Print"})["Id"]}}
    text = {"Description": "PO 4411", "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}}
    changed = [{**line, "SalesItemLineDetail": detail}, text]
    town.qbo.person.edit("Invoice", shown["Id"], {"Line": changed})
    await town.run()


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"line_items": lines_of(("2", "128.35"))}, "256.70"),
        ({"discount_amount": "8.35"}, "120.00"),
        ({"comments": "April"}, "128.35"),
    ],
    ids=["quantity", "discount", "memo"],
)
async def test_an_edit_of_mediaos_keeps_what_a_bookkeeper_typed_on_the_lines(town, changes, total):
    _, invoice = await a_customer_with_an_invoice(town, ("1", "128.35"))
    await typed_upon(town)
    before = sold_lines(invoice_in_qbo(town))[0]
    await edit(town, "invoices", invoice, **changes)
    await town.run()

    shown = invoice_in_qbo(town)
    [line] = sold_lines(shown)
    assert shown["TotalAmt"] == Decimal(total)
    assert line["Id"] == before["Id"]
    for name in ("ClassRef", "ServiceDate", "TaxCodeRef"):
        assert line["SalesItemLineDetail"][name] == before["SalesItemLineDetail"][name], name
    assert [e["Description"] for e in shown["Line"] if e["DetailType"] == "DescriptionOnly"] == [
        "PO 4411"
    ]
    await town.agrees()


async def test_a_line_that_both_sides_changed_is_a_conflict_of_that_line(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, ("1", "50"))
    shown = invoice_in_qbo(town)
    lines = [dict(each) for each in sold_lines(shown)]
    lines[0] |= {"Amount": Decimal(70), "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    town.mediaos_unheard = False
    town.qbo.person.edit("Invoice", shown["Id"], {"Line": lines})
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "80"), ("1", "50")))
    await town.run()

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.CONFLICT
    assert "line 1" in park.detail
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(120)


# Accepted is not applied.


async def test_a_tax_that_quickbooks_works_out_otherwise_parks_before_any_payment(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, line_items=taxable(HUNDRED), **TAXED)
    await a_payment(town, customer, "108", {invoice: "108"})
    await town.run(120)

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.DIFFERS
    assert ("108.00" in park.detail, "108.25" in park.detail) == (True, True)
    assert town.in_qbo("Payment") == []
    waits = town.document(customer, f"mediaos/payment/{town.in_mediaos('payments')[0]['id']}").park
    assert "108.25" in waits.detail


async def test_what_waited_for_an_invoice_that_differed_goes_by_itself_once_it_is_right(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, line_items=taxable(HUNDRED), **TAXED)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run(120)
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.DIFFERS
    await edit(town, "invoices", invoice, tax_rate="8.25")
    await town.run(120)

    assert park_of(town, customer, "invoice", invoice) is None
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_what_waits_for_an_invoice_in_another_customers_lane_goes_once_it_is_right(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    first = await a_customer(town)
    second = await a_customer(town, "Harbour Books Ltd.")
    invoice = await an_invoice(town, first, line_items=taxable(HUNDRED), **TAXED)
    await town.run(120)
    await edit(town, "invoices", invoice, advertiser_id=second)
    await town.run(120)
    payment = await a_payment(town, second, "100", {invoice: "100"})
    await town.run(120)
    assert park_of(town, first, "invoice", invoice).reason is ParkReason.DIFFERS
    assert park_of(town, second, "payment", payment).reason is ParkReason.INVOICE_UNKNOWN

    await edit(town, "invoices", invoice, tax_rate="8.25")
    await town.run(120)
    assert park_of(town, second, "payment", payment) is None
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_where_mediaos_has_no_tax_none_is_worked_out(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    await an_invoice(town, await a_customer(town), HUNDRED)
    await town.run()

    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(100)
    await town.agrees()


# A void is never undone.


@pytest.mark.parametrize("keeps", [False, True], ids=["empties", "keeps"])
@pytest.mark.parametrize(
    "changes",
    [{"comments": "April"}, {"line_items": lines_of(("1", "110"))}],
    ids=["memo", "lines"],
)
async def test_an_edit_of_what_was_voided_in_quickbooks_parks(town, changes, keeps):
    town.qbo.change_settings({"void_keeps_lines": keeps})
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.person.void("Invoice", invoice_in_qbo(town)["Id"])
    before = invoice_in_qbo(town)
    await edit(town, "invoices", invoice, **changes)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.VOIDED
    assert "voided in QuickBooks on" in park.detail
    assert invoice_in_qbo(town) == before
    assert town.in_qbo("Payment") == []


# Payments: cash, credits, deposits.


def with_a_credit(town, amount: str = "20") -> Any:
    """A credit memo of the one customer."""
    line = {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail"}
    line |= {"SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    customer = town.in_qbo("Customer")[0]["Id"]
    fields = {"CustomerRef": {"value": customer}, "Line": [line]}
    return town.qbo.person.create("CreditMemo", fields)


@pytest.mark.parametrize(
    ("changes", "cash"),
    [({"notes": "by cheque"}, "80"), ({"amount": "70", "lines": "70"}, "70")],
    ids=["memo", "amount and link"],
)
async def test_a_credit_that_a_bookkeeper_links_to_our_payment_stays(town, changes, cash):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run()
    [paid] = town.in_qbo("Payment")
    memo = with_a_credit(town)
    there = invoice_in_qbo(town)["Id"]
    links = [
        {"Amount": Decimal(100), "LinkedTxn": [{"TxnId": there, "TxnType": "Invoice"}]},
        {"Amount": Decimal(20), "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]},
    ]
    town.qbo.person.edit("Payment", paid["Id"], {"TotalAmt": Decimal(80), "Line": links})
    await town.run()
    if "lines" in changes:
        lines = [{"invoice_id": invoice, "amount": changes["lines"]}]
        changes = {**changes, "lines": lines}
    await edit(town, "payments", payment, **changes)
    await town.run()

    [paid] = town.in_qbo("Payment")
    kinds = [link["TxnType"] for line in paid["Line"] for link in line["LinkedTxn"]]
    assert "CreditMemo" in kinds
    park = park_of(town, customer, "payment", payment)
    assert paid["TotalAmt"] == Decimal(cash) or park is not None


async def test_a_credit_applied_by_a_payment_of_nothing_is_no_money(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.person.apply_credit(with_a_credit(town)["Id"], invoice_in_qbo(town)["Id"])
    await town.run()

    assert town.in_mediaos("payments") == []
    [applied] = town.in_mediaos("creditApplications")
    assert [line["amount"] for line in applied["lines"]] == ["20"]


async def test_cash_and_credit_in_one_payment_are_taken_apart(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    memo, there = with_a_credit(town), invoice_in_qbo(town)["Id"]
    links = [
        {"Amount": Decimal(70), "LinkedTxn": [{"TxnId": there, "TxnType": "Invoice"}]},
        {"Amount": Decimal(20), "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]},
    ]
    paid_in_qbo(town, "50", {}, Line=links)
    await town.run()

    [paid] = town.in_mediaos("payments")
    assert Decimal(paid["amount"]) == Decimal(50)
    assert sum(Decimal(line["amount"]) for line in paid["lines"]) == Decimal(50)


async def test_a_link_that_mediaos_takes_away_goes_in_quickbooks_too(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run()
    await edit(town, "payments", payment, lines=[])
    await town.run()

    assert town.in_qbo("Payment")[0]["Line"] == []
    await town.agrees()


async def test_a_payment_in_a_bank_deposit_is_not_written(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run()
    [paid] = town.in_qbo("Payment")
    town.qbo.person.deposit([paid["Id"]])
    await town.run(400)
    await edit(town, "payments", payment, amount="90")
    await town.run()

    park = park_of(town, customer, "payment", payment)
    [deposit] = town.in_qbo("Deposit")
    assert f"the bank deposit of {deposit['TxnDate']}" in park.detail
    assert town.in_qbo("Payment")[0]["TotalAmt"] == Decimal(80)


async def test_a_deposit_that_cannot_be_read_is_named_by_its_id(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"})
    await town.run()
    town.qbo.person.deposit([town.in_qbo("Payment")[0]["Id"]])
    await town.run(400)
    town.qbo_proxy.lie(LIES["500"], "/deposit", method="GET", times=9)
    await edit(town, "payments", payment, amount="90")
    await town.run()

    [deposit] = town.in_qbo("Deposit")
    park = park_of(town, customer, "payment", payment)
    assert f"bank deposit {deposit['Id']} in QuickBooks" in park.detail
    assert town.qbo_proxy.told == 1


async def test_a_cheque_over_ours_and_an_invoice_of_quickbooks_crosses_by_our_part(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run(1)
    own = sold_in_qbo(town, town.in_qbo("Customer")[0]["Id"], "30")
    await town.run()
    ours = next(each for each in town.in_qbo("Invoice") if each["Id"] != own["Id"])
    paid_in_qbo(town, "80", {ours["Id"]: "50", own["Id"]: "30"})
    await town.run()

    [paid] = town.in_mediaos("payments")
    assert [(e["invoice_id"], Decimal(e["amount"])) for e in paid["lines"]] == [(invoice, 50)]
    assert Decimal(paid["amount"]) == Decimal(80)
    name = f"qbo/payment/{town.in_qbo('Payment')[0]['Id']}"
    told = town.document(customer, name)
    text = told.unplaced or (told.park.detail if told.park else "")
    assert "30.00" in text
    assert "has not crossed yet" not in text


async def test_a_payment_with_our_marker_that_the_journal_does_not_know_is_not_made_again(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"}, reference_number="9")
    await town.run()
    [paid] = town.in_qbo("Payment")
    again = {n: v for n, v in paid.items() if n in {"CustomerRef", "TotalAmt", "PrivateNote"}}
    town.qbo.person.create("Payment", again)
    await town.run()

    assert len(town.in_mediaos("payments")) == 1
    assert payment == town.in_mediaos("payments")[0]["id"]


# What QuickBooks would assume, and what it is not told.


async def test_no_invoice_of_ours_can_be_paid_online_and_a_persons_choice_stays(town):
    await open_shop(town)
    town.qbo.person.set_online_payment(True)
    invoice = await an_invoice(town, await a_customer(town), HUNDRED)
    await town.run()
    shown = invoice_in_qbo(town)
    assert not any(shown[name] for name in shown if name.startswith("AllowOnline"))

    town.qbo.person.edit("Invoice", shown["Id"], {"AllowOnlineACHPayment": True})
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert invoice_in_qbo(town)["AllowOnlineACHPayment"] is True
    assert invoice_in_qbo(town)["EmailStatus"] == "NotSet"


async def test_a_payment_in_another_currency_is_parked_by_its_name(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    foreign = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": Decimal("1.1")}
    paid = paid_in_qbo(town, "50", {})
    town.qbo.tamper.rewrite("Payment", paid["Id"], foreign)
    await town.run()

    assert town.in_mediaos("payments") == []
    customer = town.in_mediaos("advertisers")[0]["id"]
    park = town.document(customer, f"qbo/payment/{paid['Id']}").park
    assert "EUR" in park.detail


# One revision, shown in two ways.


async def test_a_reply_without_its_lines_does_not_stay_for_good(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    there = invoice_in_qbo(town)
    town.qbo.webhooks.misbehave("drop")
    whole = await town.qbo_as_told("payment", paid_in_qbo(town, "80", {there["Id"]: "80"})["Id"])
    torn = {name: v for name, v in json.loads(whole)["Payment"].items() if name != "Line"}
    lie = Lie(200, json.dumps({"Payment": torn}).encode(), "application/json")
    town.qbo_proxy.lie(lie, "/payment", method="GET")
    await town.hears(Kind.PAYMENT, torn["Id"])
    await town.run()
    assert town.qbo_proxy.told == 1
    assert town.in_mediaos("payments")[0]["lines"] == []

    await town.hears(Kind.PAYMENT, torn["Id"])
    await town.run()
    assert len(town.in_mediaos("payments")[0]["lines"]) == 1
    await town.agrees()
