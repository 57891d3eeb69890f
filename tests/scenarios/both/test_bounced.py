"""Money that came back: a bookkeeper records it in QuickBooks, and MediaOS' invoice is owed again.

By a journal entry, or by an expense, on receivables, with which the payment is linked in the place
of its invoice (quickbooks-money.md 2.2).
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
    open_shop,
    paid_in_qbo,
    parts_in_qbo,
)
from tests.scenarios.both.returns import by_a_check, by_an_entry, by_an_expense, comes_back

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
WAYS = [by_an_entry, by_an_expense, by_a_check]
each_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


async def a_cheque(town, amount: str = "80") -> tuple[str, str, str]:
    """A cheque of MediaOS has paid 80.00 of an invoice of 100.00, on both sides."""
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(
        town, customer, amount, {invoice: amount}, type="Check", reference_number="4711"
    )
    await town.run()
    await town.agrees()
    return customer, invoice, payment


def in_mediaos(town) -> tuple[Any, Any]:
    [invoice], [payment] = town.in_mediaos("invoices"), town.in_mediaos("payments")
    return invoice, payment


def owed(report) -> list[tuple[Decimal, Decimal]]:
    return [(row.mediaos.receivable, row.qbo.receivable) for row in report.rows]


@each_way
async def test_a_bounced_cheque_leaves_the_invoice_owed_on_both_sides(town, way):
    await a_cheque(town)
    [paid], before = town.in_qbo("Payment"), town.writes()
    returned = comes_back(town, paid, way, "80", {})
    await town.run()

    invoice, payment = in_mediaos(town)
    assert (invoice["balance"], invoice["status"]) == ("100", "Unpaid")
    assert (payment["amount"], payment["lines"], payment["date_deleted"]) == ("0", [], None)
    assert town.in_qbo("Invoice")[0]["Balance"] == 100
    [shown] = town.in_qbo("Payment")
    assert (shown["Line"], shown["TotalAmt"]) == (returned["Line"], 80)
    assert town.writes() == before + 1, "MediaOS was told, and nothing in QuickBooks was touched"
    await town.run(3600)
    assert town.writes() == before + 1


@each_way
async def test_the_ledger_check_says_what_came_back_and_that_both_are_owed_the_same(town, way):
    customer, _, payment = await a_cheque(town)
    comes_back(town, town.in_qbo("Payment")[0], way, "80", {})
    await town.run()

    report = await town.report()
    assert report.findings == ()
    assert owed(report) == [(100, 100)]
    told = town.document(customer, f"mediaos/payment/{payment}").unplaced
    assert told.startswith("80.00 of it was returned in QuickBooks")
    assert told in [each.detail or each.reason for each in report.waiting]


@each_way
async def test_one_in_another_currency_is_owed_again_in_that_one(town, way):
    await open_shop(town)
    town.qbo.person.set_currencies(several=True)
    customer = await a_customer(town, currency_code="EUR")
    invoice = await an_invoice(town, customer, HUNDRED, exchange_rate="0.8")
    paid = {"currency_exchange_rate": "0.8"}
    await a_payment(town, customer, "80", {invoice: "80"}, **paid)
    await town.run()
    await town.agrees()
    comes_back(town, town.in_qbo("Payment")[0], way, "80", {})
    await town.run()

    assert in_mediaos(town)[0]["balance"] == "100"
    report = await town.report()
    assert (report.findings, owed(report)[-1]) == ((), (100, 100))
    assert {each.currency for each in report.waiting} == {"EUR"}


async def test_a_part_that_came_back_leaves_the_rest_applied(town):
    _, _, _ = await a_cheque(town)
    [paid], [invoice] = town.in_qbo("Payment"), town.in_qbo("Invoice")
    comes_back(town, paid, by_an_entry, "30", {invoice["Id"]: "50"})
    await town.run()

    invoice, payment = in_mediaos(town)
    assert (invoice["balance"], payment["amount"]) == ("50", "50")
    assert [line["amount"] for line in payment["lines"]] == ["50"]
    report = await town.report()
    assert (report.findings, owed(report)) == ((), [(50, 50)])


async def test_a_deposited_cheque_that_bounced_is_understood_all_the_same(town):
    await a_cheque(town)
    [paid] = town.in_qbo("Payment")
    town.qbo.person.deposit([paid["Id"]])
    await town.run()
    comes_back(town, paid, by_an_entry, "80", {})
    await town.run()

    invoice, payment = in_mediaos(town)
    assert (invoice["balance"], payment["amount"]) == ("100", "0")


@each_way
async def test_a_return_that_the_bookkeeper_takes_back_pays_the_invoice_again(town, way):
    await a_cheque(town)
    [paid], [invoice] = town.in_qbo("Payment"), town.in_qbo("Invoice")
    comes_back(town, paid, way, "80", {})
    await town.run()
    town.qbo.person.edit("Payment", paid["Id"], {"Line": parts_in_qbo({invoice["Id"]: "80"})})
    for kind in ("JournalEntry", "Purchase"):
        for each in town.in_qbo(kind):
            town.qbo.person.delete(kind, each["Id"])
    await town.run()

    invoice, payment = in_mediaos(town)
    assert (invoice["balance"], payment["amount"]) == ("20", "80")
    await town.agrees()


async def test_the_money_that_comes_for_it_after_all_is_a_payment_of_its_own(town):
    customer, invoice, _ = await a_cheque(town)
    comes_back(town, town.in_qbo("Payment")[0], by_an_entry, "80", {})
    await town.run()
    await a_payment(town, customer, "80", {invoice: "80"}, type="Cash")
    await town.run()

    assert [each["Balance"] for each in town.in_qbo("Invoice")] == [20]
    report = await town.report()
    assert (report.findings, owed(report)) == ((), [(20, 20)])


@each_way
@pytest.mark.parametrize(
    "changes",
    [{"amount": "5"}, {"amount": "5", "lines": "5"}],
    ids=["amount", "applied"],
)
async def test_money_that_mediaos_puts_on_a_returned_cheque_is_not_written(town, way, changes):
    """Case 9b: the person's link stays."""
    customer, invoice, payment = await a_cheque(town)
    returned = comes_back(town, town.in_qbo("Payment")[0], way, "80", {})
    await town.run()
    if "lines" in changes:
        changes = {**changes, "lines": [{"invoice_id": invoice, "amount": changes["lines"]}]}
    await edit(town, "payments", payment, **changes)
    await town.run()

    assert town.in_qbo("Payment")[0]["Line"] == returned["Line"]
    park = town.document(customer, f"mediaos/payment/{payment}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert "80.00 of it was returned in QuickBooks" in park.detail
    assert "a payment of its own" in park.detail
    assert town.answers(400) == 0
    await edit(town, "payments", payment, amount="0", lines=[])
    await town.run()
    assert town.document(customer, f"mediaos/payment/{payment}").park is None


@each_way
async def test_a_note_on_a_returned_cheque_reaches_quickbooks_and_the_link_stays(town, way):
    _, _, payment = await a_cheque(town)
    returned = comes_back(town, town.in_qbo("Payment")[0], way, "80", {})
    await town.run()
    await edit(town, "payments", payment, notes="Called them")
    await town.run()

    [shown] = town.in_qbo("Payment")
    assert shown["PrivateNote"].startswith("Called them")
    assert (shown["Line"], shown["TotalAmt"]) == (returned["Line"], 80)


async def test_a_returned_cheque_that_mediaos_deletes_is_not_voided(town):
    customer, _, payment = await a_cheque(town)
    returned = comes_back(town, town.in_qbo("Payment")[0], by_an_entry, "80", {})
    await town.run()
    await town.mediaos.people.delete("payments", payment)
    await town.run()

    assert town.in_qbo("Payment")[0]["Line"] == returned["Line"]
    park = town.document(customer, f"mediaos/payment/{payment}").park
    assert "80.00 against a journal entry" in park.detail
    assert "leave both there as they are" in park.detail
    assert "void it" not in park.detail
    report = await town.report()
    assert (report.findings, owed(report)) == ((), [(100, 100)])

    await town.mediaos.people.restore("payments", payment)
    await town.run()
    assert town.document(customer, f"mediaos/payment/{payment}").park is None
    assert town.in_qbo("Payment")[0]["Line"] == returned["Line"]


async def test_a_payment_of_quickbooks_that_bounced_before_it_crossed_is_listed(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    [invoice] = town.in_qbo("Invoice")
    paid = paid_in_qbo(town, "80", {invoice["Id"]: "80"})
    comes_back(town, paid, by_an_entry, "80", {})
    await town.run()

    assert town.in_mediaos("payments") == []
    report = await town.report()
    assert (report.findings, owed(report)) == ((), [(100, 100)])


@each_way
async def test_a_payment_of_quickbooks_that_bounced_is_so_in_mediaos(town, way):
    await a_customer_with_an_invoice(town, HUNDRED)
    [invoice] = town.in_qbo("Invoice")
    paid = paid_in_qbo(town, "80", {invoice["Id"]: "80"})
    await town.run()
    comes_back(town, paid, way, "80", {})
    await town.run()

    invoice, payment = in_mediaos(town)
    assert (invoice["balance"], payment["amount"], payment["lines"]) == ("100", "0", [])
    report = await town.report()
    assert (report.findings, owed(report)) == ((), [(100, 100)])


async def test_an_opening_balance_that_a_payment_pays_is_none_of_its_amount_in_mediaos(town):
    """What a journal entry says is owed MediaOS does not know, nor the money that came for it."""
    customer, _ = await a_customer_with_an_invoice(town, HUNDRED)
    [invoice] = town.in_qbo("Invoice")
    entry = by_an_entry(town, town.in_qbo("Customer")[0]["Id"], "60")
    lines = [*parts_in_qbo({invoice["Id"]: "40"}), {"Amount": Decimal(60), "LinkedTxn": [entry]}]
    made = paid_in_qbo(town, "100", {}, Line=lines)
    await town.run()

    invoice, payment = in_mediaos(town)
    assert (invoice["balance"], payment["amount"]) == ("60", "40")
    told = town.document(customer, f"qbo/payment/{made['Id']}").unplaced
    assert told.startswith("60.00 of it stands against a journal entry")
    report = await town.report()
    assert (report.findings, owed(report)) == ((), [(60, 60)])
