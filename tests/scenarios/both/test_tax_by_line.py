"""A document of which some lines are taxed and some are not, and what people change of that."""

from decimal import Decimal

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of, sold_lines

#: Many alike.
pytestmark = pytest.mark.few_rows

HUNDRED, FIFTY = ("1", "100"), ("1", "50")
RATE = {"tax_rate": "8.25", "tax_percent_based": "1"}


def ticked(*lines, taxed):
    """The lines, of which those at these places are ticked taxable."""
    return [{**each, "taxable": place in taxed} for place, each in enumerate(lines_of(*lines))]


def codes(record):
    return [each["SalesItemLineDetail"]["TaxCodeRef"]["value"] for each in sold_lines(record)]


async def an_invoice_of_both(town, *, taxed=(0,)):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    customer = await a_customer(town)
    lines = ticked(HUNDRED, FIFTY, taxed=taxed)
    invoice = await an_invoice(town, customer, line_items=lines, **RATE)
    await town.run()
    return customer, invoice


def recode(town, place, code):
    """The bookkeeper gives a line another tax code."""
    shown = invoice_in_qbo(town)
    lines = sold_lines(shown)
    detail = {**lines[place]["SalesItemLineDetail"], "TaxCodeRef": {"value": code}}
    lines[place] = {**lines[place], "SalesItemLineDetail": detail}
    town.qbo.person.edit("Invoice", shown["Id"], {"Line": lines})


async def test_each_line_says_whether_it_is_taxed(town):
    await an_invoice_of_both(town)
    there = invoice_in_qbo(town)
    assert codes(there) == ["TAX", "NON"]
    assert (there["TxnTaxDetail"]["TotalTax"], there["TotalAmt"]) == (
        Decimal("8.25"),
        Decimal("158.25"),
    )
    await town.agrees()


async def test_a_credit_memo_says_it_too(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    lines = ticked(HUNDRED, FIFTY, taxed={1})
    await a_credit_memo(town, await a_customer(town), line_items=lines, **RATE)
    await town.run()
    [there] = town.in_qbo("CreditMemo")
    assert codes(there) == ["NON", "TAX"]
    assert there["TotalAmt"] == Decimal("154.13")
    await town.agrees()


async def test_a_line_that_is_ticked_later_is_taxed_there_too(town):
    _, invoice = await an_invoice_of_both(town)
    await edit(town, "invoices", invoice, line_items=ticked(HUNDRED, FIFTY, taxed={0, 1}))
    await town.run()
    assert codes(invoice_in_qbo(town)) == ["TAX", "TAX"]
    await edit(town, "invoices", invoice, line_items=ticked(HUNDRED, FIFTY, taxed={1}))
    await town.run()
    assert codes(invoice_in_qbo(town)) == ["NON", "TAX"]
    await town.agrees()


@pytest.mark.parametrize("change", ["comments", "quantity", "another"])
async def test_a_code_that_a_bookkeeper_gives_a_line_stays(town, change):
    customer, invoice = await an_invoice_of_both(town)
    recode(town, 1, "TAX")
    await town.run()
    # MediaOS reckons its tax itself, by a rate: it is compared, and none returns.
    assert "158.25" in (park := park_of(town, customer, "invoice", invoice)).detail
    assert "162.38" in park.detail
    changed = {
        "comments": {"comments": "April"},
        "quantity": {"line_items": ticked(HUNDRED, ("2", "50"), taxed={0})},
        "another": {"line_items": ticked(HUNDRED, FIFTY, ("1", "10"), taxed={0})},
    }
    await edit(town, "invoices", invoice, **changed[change])
    await town.run()
    assert codes(invoice_in_qbo(town))[:2] == ["TAX", "TAX"]


async def test_the_code_of_each_line_is_its_own_whatever_else_changes(town):
    customer, invoice = await an_invoice_of_both(town, taxed=())
    recode(town, 0, "TAX")
    recode(town, 1, "TAX")
    await town.run()
    await edit(town, "invoices", invoice, line_items=ticked(HUNDRED, FIFTY, taxed={0}))
    await town.run()
    # Both say TAX of the first; of the second only the bookkeeper has said anything.
    assert codes(invoice_in_qbo(town)) == ["TAX", "TAX"]
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.DIFFERS


async def test_the_ticks_of_an_invoice_of_quickbooks_come_to_mediaos(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    await a_customer(town)
    await town.run()
    [customer] = town.in_qbo("Customer")
    [item] = [each["Id"] for each in town.in_qbo("Item") if each["Name"] == "Full page"]
    lines = [
        {
            "Amount": Decimal(amount),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item}, "TaxCodeRef": {"value": code}},
        }
        for amount, code in (("100", "TAX"), ("50", "NON"))
    ]
    sold = {"CustomerRef": {"value": customer["Id"]}, "Line": lines}
    town.qbo.person.create("Invoice", sold)
    await town.run()
    [made] = town.in_mediaos("invoices")
    assert [each["taxable"] for each in made["line_items"]] == [True, False]
    assert (made["tax_total"], made["total"]) == ("8.25", "158.25")
    await town.agrees()


async def test_a_cent_of_tax_that_a_company_without_sales_tax_lacks_is_a_variance(town):
    await open_shop(town, tax="quickbooks")
    town.qbo.person.set_sales_tax("off")
    lines = ticked(("1", "0.07"), taxed={0})
    await an_invoice(
        town, await a_customer(town), line_items=lines, tax_rate="8.25", tax_percent_based="1"
    )
    await town.run()
    report = await town.report()
    assert report.findings == ()
    [told] = report.waiting
    assert (told.mediaos, told.qbo) == (Decimal("0.08"), Decimal("0.07"))
