"""Where MediaOS has no tax of its own, the tax that QuickBooks works out returns with the total."""

from decimal import Decimal

import pytest

from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    an_invoice,
    delete,
    edit,
    open_shop,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of
from tests.scenarios.both.test_tax_by_line import FIFTY, HUNDRED, recode, ticked

#: Many alike.
pytestmark = pytest.mark.few_rows


async def an_invoice_without_a_tax(town, *, rate="8.25"):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", rate)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0}))
    await town.run()
    return customer, invoice


def sums(town, kind="invoices"):
    [shown] = town.in_mediaos(kind)
    return shown["tax_total"], shown["total"]


async def test_the_tax_of_quickbooks_and_its_total_return_and_what_pays_it_is_paid(town):
    customer, invoice = await an_invoice_without_a_tax(town)
    assert sums(town) == ("8.25", "158.25")
    await a_payment(town, customer, "158.25", {invoice: "158.25"})
    await town.run()
    assert invoice_in_qbo(town)["Balance"] == 0
    await town.agrees()


async def test_that_of_a_credit_memo_returns_too(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    lines = ticked(HUNDRED, FIFTY, taxed={0, 1})
    await a_credit_memo(town, await a_customer(town), line_items=lines)
    await town.run()
    assert sums(town, "creditMemos") == ("12.38", "162.38")
    await town.agrees()


async def test_it_is_written_once_and_an_idle_town_asks_for_nothing_more(town):
    _, invoice = await an_invoice_without_a_tax(town)
    [shown] = town.in_mediaos("invoices")
    calls = town.writes()
    await edit(town, "invoices", invoice, comments=None)
    await town.run(300)
    assert town.writes() == calls
    assert town.in_mediaos("invoices")[0]["tax_total"] == shown["tax_total"]


@pytest.mark.parametrize(
    ("lines", "tax", "total"),
    [
        (ticked(("2", "100"), FIFTY, taxed={0}), "16.5", "266.5"),
        (ticked(HUNDRED, FIFTY, taxed={0, 1}), "12.38", "162.38"),
        (ticked(FIFTY, taxed={0}), "4.13", "54.13"),
    ],
    ids=["quantity", "tick", "line gone"],
)
async def test_it_returns_again_when_the_lines_of_mediaos_change(town, lines, tax, total):
    _, invoice = await an_invoice_without_a_tax(town)
    await edit(town, "invoices", invoice, line_items=lines)
    await town.run()
    assert sums(town) == (tax, total)
    await town.agrees()


async def test_a_tax_that_goes_with_the_ticks_of_mediaos_before_it_returned_is_nobodys_loss(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    customer = await a_customer(town)
    await town.run()
    invoice = await an_invoice(town, customer, line_items=ticked(HUNDRED, taxed={0}))
    await edit(town, "invoices", invoice, line_items=ticked(("2", "100"), taxed=set()))
    await town.run()
    assert sums(town) == ("0", "200")
    await town.agrees()


async def test_it_returns_again_when_the_bookkeeper_taxes_a_line_otherwise(town):
    await an_invoice_without_a_tax(town)
    recode(town, 1, "TAX")
    await town.run()
    assert sums(town) == ("12.38", "162.38")
    recode(town, 0, "NON")
    await town.run()
    assert sums(town) == ("4.13", "154.13")
    await town.agrees()


async def test_of_lines_that_quickbooks_alone_has_no_tax_returns(town):
    customer, invoice = await an_invoice_without_a_tax(town)
    there = invoice_in_qbo(town)
    lines = [each for each in there["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    more = {name: value for name, value in lines[0].items() if name not in {"Id", "LineNum"}}
    town.qbo.person.edit("Invoice", there["Id"], {"Line": [*lines, more]})
    await town.run()
    assert sums(town) == ("8.25", "158.25")
    assert "266.50" in park_of(town, customer, "invoice", invoice).detail


async def test_a_tax_that_mediaos_reckons_itself_is_no_business_of_quickbooks(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    customer = await a_customer(town)
    taxed = {"tax_rate": "8.26", "tax_percent_based": "1"}
    invoice = await an_invoice(
        town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0}), **taxed
    )
    await town.run()
    assert sums(town) == ("8.26", "158.26")
    assert park_of(town, customer, "invoice", invoice) is None
    told = town.document(customer, f"mediaos/invoice/{invoice}").unplaced
    assert "a variance of -0.01" in told
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal("158.25")


async def test_an_invoice_whose_tax_returned_is_voided_like_any_other(town):
    _, invoice = await an_invoice_without_a_tax(town)
    await delete(town, "invoices", invoice)
    await town.run()
    assert invoice_in_qbo(town)["TotalAmt"] == 0
    await town.agrees()
