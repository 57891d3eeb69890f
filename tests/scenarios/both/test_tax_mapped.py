"""Taxes of MediaOS that are mapped to tax codes of QuickBooks: by hand, by line, as printed."""

from decimal import Decimal

import pytest

from schemas.requests import ReadTargets, SetMapping
from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import (
    FULL_PAGE,
    HALF_PAGE,
    a_credit_memo,
    a_customer,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of
from tests.scenarios.both.test_tax_by_line import FIFTY, HUNDRED, codes, recode, ticked
from tests.scenarios.both.test_tax_returned import sums
from tests.scenarios.both.town import TENANT

#: Many alike.
pytestmark = pytest.mark.few_rows

TAX = MappingKind.TAX_CODE


def rate(percent):
    return {"tax_rate": percent, "tax_percent_based": "1"}


async def a_shop(town, model, percent="8.25", **settings):
    """A shop whose company reckons tax so, from the beginning."""
    town.qbo.person.set_sales_tax(model, percent)
    await open_shop(town, **settings)


def code_called(town, name):
    return next(each["Id"] for each in town.qbo.book.all("TaxCode") if each["Name"] == name)


async def maps(town, tax, name):
    wish = SetMapping(
        id=f"{tax}-{name}", tenant=TENANT, kind=TAX, source=tax, target=code_called(town, name)
    )
    await town.ask(TENANT, wish)
    await town.run(1)


async def in_canada(town, **settings):
    await a_shop(town, "per_line", "5", **settings)
    for tax, name in (("5%", "GST"), ("13%", "HST ON"), ("untaxed", "Zero-rated")):
        await maps(town, tax, name)
    return await a_customer(town)


def total(town):
    there = invoice_in_qbo(town)
    return there["TxnTaxDetail"]["TotalTax"], there["TotalAmt"]


# A company in the US that reckons by hand.


@pytest.mark.parametrize("tax", ["quickbooks", "mediaos"])
async def test_by_hand_a_tax_waits_by_name_until_it_is_mapped_and_goes_under_it(town, tax):
    await a_shop(town, "manual", tax=tax)
    customer = await a_customer(town)
    lines = ticked(HUNDRED, FIFTY, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("8.25"))
    plain = await an_invoice(town, customer, HUNDRED)
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.UNMAPPED_TAX
    assert "tax 8.25% of MediaOS is not mapped to any tax code of QuickBooks" in park.detail
    assert "(isthmus map tax-codes add)" in park.detail
    assert park_of(town, customer, "invoice", plain) is None
    await town.agrees(parked=1)

    await maps(town, "8.25%", "California")
    await town.run()
    there = next(each for each in town.in_qbo("Invoice") if each["TotalAmt"] != 100)
    assert there["TxnTaxDetail"]["TxnTaxCodeRef"]["value"] == code_called(town, "California")
    assert (codes(there), there["TotalAmt"]) == (["TAX", "NON"], Decimal("158.25"))
    await town.agrees()


async def test_a_tax_that_mediaos_has_not_is_reckoned_by_hand_under_its_code_and_returns(town):
    await a_shop(town, "manual")
    await maps(town, "taxed", "California")
    await an_invoice(town, await a_customer(town), line_items=ticked(HUNDRED, FIFTY, taxed={0}))
    await town.run()
    assert sums(town) == ("8.25", "158.25")
    await town.agrees()


async def test_a_credit_memo_goes_under_its_tax_too(town):
    await a_shop(town, "manual")
    await maps(town, "8.25%", "California")
    lines = ticked(HUNDRED, FIFTY, taxed={0})
    await a_credit_memo(town, await a_customer(town), line_items=lines, **rate("8.25"))
    await town.run()
    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == Decimal("158.25")
    await town.agrees()


async def test_lines_that_go_under_two_taxes_are_not_tried(town):
    town.qbo.person.set_sales_tax("per_line")
    await a_shop(town, "manual")
    await maps(town, f"product-{HALF_PAGE}", "GST")
    await maps(town, "taxed", "California")
    full = [{**each, "taxable": True} for each in lines_of(HUNDRED)]
    half = [{**each, "taxable": True} for each in lines_of(FIFTY, product=HALF_PAGE)]
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, line_items=[*full, *half])
    await town.run()
    told = (code_called(town, "California"), code_called(town, "GST"))
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.UNSAYABLE
    assert f"its lines go under tax codes {', '.join(told)}" in park.detail

    await maps(town, f"product-{HALF_PAGE}", "California")
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run()
    assert total(town) == (Decimal("12.38"), Decimal("162.38"))
    await town.agrees()


# As MediaOS has printed it.


@pytest.mark.parametrize("model", ["automated", "manual"])
async def test_a_printed_tax_is_kept_whatever_quickbooks_would_reckon(town, model):
    await a_shop(town, model, tax="mediaos")
    await maps(town, "9%", "California")
    customer = await a_customer(town)
    lines = ticked(HUNDRED, FIFTY, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("9"))
    await town.run()
    assert total(town) == (Decimal(9), Decimal(159))

    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert total(town) == (Decimal(9), Decimal(159))
    await edit(town, "invoices", invoice, line_items=ticked(("2", "100"), FIFTY, taxed={0}))
    await town.run()
    assert total(town) == (Decimal(18), Decimal(268))
    await edit(town, "invoices", invoice, tax_rate="10")
    await maps(town, "10%", "California")
    await town.run()
    assert total(town) == (Decimal(20), Decimal(270))
    await town.agrees()


@pytest.mark.parametrize("model", ["automated", "manual"])
async def test_one_that_quickbooks_does_not_keep_parks_with_both_figures_to_the_cent(town, model):
    town.qbo.change_settings({"tax_override": "never"})
    await a_shop(town, model, tax="mediaos")
    await maps(town, "8.26%", "California")
    customer = await a_customer(town)
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("8.26"))
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.DIFFERS
    assert ("108.26" in park.detail, "108.25" in park.detail) == (True, True)
    assert sums(town) == ("8.26", "108.26")

    await town.settings(tax="quickbooks")
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run()
    assert park_of(town, customer, "invoice", invoice) is None


async def test_the_tax_that_a_bookkeeper_puts_a_sale_under_stays_with_what_is_printed(town):
    await a_shop(town, "manual", tax="mediaos")
    await maps(town, "9%", "California")
    customer = await a_customer(town)
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("9"))
    await town.run()
    town.qbo.person.set_sales_tax("per_line")
    town.qbo.person.set_sales_tax("manual")
    chosen = {"TxnTaxCodeRef": {"value": code_called(town, "GST")}, "TotalTax": Decimal(9)}
    town.qbo.person.edit("Invoice", invoice_in_qbo(town)["Id"], {"TxnTaxDetail": chosen})
    await town.run()
    await edit(town, "invoices", invoice, line_items=ticked(("2", "100"), taxed={0}))
    await town.run()
    shown = invoice_in_qbo(town)["TxnTaxDetail"]
    assert shown["TxnTaxCodeRef"]["value"] == code_called(town, "GST")
    assert total(town) == (Decimal(18), Decimal(218))
    await town.agrees()


# Where each line carries a code.


@pytest.mark.parametrize("tax", ["quickbooks", "mediaos"])
async def test_each_line_carries_the_code_of_its_tax(town, tax):
    customer = await in_canada(town, tax=tax)
    await an_invoice(town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0}), **rate("5"))
    await town.run()
    there = invoice_in_qbo(town)
    assert codes(there) == [code_called(town, "GST"), code_called(town, "Zero-rated")]
    assert there["GlobalTaxCalculation"] == "TaxExcluded"
    assert total(town) == (Decimal(5), Decimal(155))
    await town.agrees()


async def test_a_line_whose_tax_is_not_mapped_waits_and_a_product_may_have_a_code_of_its_own(town):
    await a_shop(town, "per_line", "5")
    customer = await a_customer(town)
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("13"))
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.UNMAPPED_TAX
    await maps(town, f"product-{FULL_PAGE}", "HST ON")
    await town.run()
    assert codes(invoice_in_qbo(town)) == [code_called(town, "HST ON")]
    assert total(town) == (Decimal(13), Decimal(113))
    await town.agrees()


async def test_what_quickbooks_works_out_by_line_returns_by_setting(town):
    await in_canada(town, tax="quickbooks")
    await maps(town, "taxed", "HST ON")
    [customer] = [each["id"] for each in town.in_mediaos("advertisers")]
    invoice = await an_invoice(town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0}))
    await town.run()
    assert sums(town) == ("13", "163")
    await edit(town, "invoices", invoice, line_items=ticked(HUNDRED, FIFTY, taxed={0, 1}))
    await town.run()
    assert sums(town) == ("19.5", "169.5")
    await town.agrees()


async def test_as_printed_another_tax_by_line_parks_with_both_figures(town):
    customer = await in_canada(town)
    await maps(town, "6%", "GST")
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("6"))
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.DIFFERS
    assert ("106.00" in park.detail, "105.00" in park.detail) == (True, True)
    assert sums(town) == ("6", "106")
    await edit(town, "invoices", invoice, tax_rate="5")
    await town.run()
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


async def test_the_code_that_a_bookkeeper_gives_a_line_by_line_stays_or_is_a_conflict(town):
    customer = await in_canada(town)
    lines = ticked(HUNDRED, FIFTY, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("5"))
    await town.run()
    recode(town, 1, code_called(town, "HST ON"))
    await town.run()
    await edit(town, "invoices", invoice, line_items=ticked(("2", "100"), FIFTY, taxed={0}))
    await town.run()
    kept = [code_called(town, "GST"), code_called(town, "HST ON")]
    assert codes(invoice_in_qbo(town)) == kept
    await edit(town, "invoices", invoice, line_items=ticked(("2", "100"), FIFTY, taxed={0, 1}))
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.CONFLICT
    assert "line 2" in park.detail
    assert codes(invoice_in_qbo(town)) == kept


async def test_a_rate_that_changes_in_mediaos_changes_the_codes_of_its_lines(town):
    customer = await in_canada(town)
    lines = ticked(HUNDRED, FIFTY, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("5"))
    await town.run()
    await edit(town, "invoices", invoice, tax_rate="13")
    await town.run()
    assert codes(invoice_in_qbo(town)) == [
        code_called(town, "HST ON"),
        code_called(town, "Zero-rated"),
    ]
    assert total(town) == (Decimal(13), Decimal(163))
    await town.agrees()


async def test_the_codes_of_quickbooks_are_read_as_what_taxes_are_mapped_to(town):
    await a_shop(town, "manual")
    await town.ask(TENANT, ReadTargets(id="codes", tenant=TENANT, kind=TAX))
    await town.run(1)
    state = town.workers[-1].engine.journal.state(f"tenant:{TENANT}")
    assert [each.name for each in state.targets_of(TAX).values()] == ["California"]


# Discounts, and customers that are exempt.


@pytest.mark.parametrize(("after", "tax"), [(False, "8.25"), (True, "7.43")])
async def test_a_discount_is_before_or_after_tax_as_mediaos_says(town, after, tax):
    await a_shop(town, "automated")
    lines = ticked(HUNDRED, taxed={0})
    fields = {"discount_amount": "10", "tax_after_discount": after, **rate("8.25")}
    await an_invoice(town, await a_customer(town), line_items=lines, **fields)
    await town.run()
    assert invoice_in_qbo(town)["TxnTaxDetail"]["TotalTax"] == Decimal(tax)
    assert sums(town)[0] == tax
    await town.agrees()


async def test_by_line_a_discount_over_lines_of_two_codes_is_not_tried(town):
    customer = await in_canada(town)
    fields = {"discount_amount": "10", "tax_after_discount": True, **rate("5")}
    both = await an_invoice(town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0}), **fields)
    await town.run()
    park = park_of(town, customer, "invoice", both)
    assert park.reason is ParkReason.UNSAYABLE
    assert "its discount of 10.00 is on lines of tax codes" in park.detail
    assert town.in_qbo("Invoice") == []
    await edit(town, "invoices", both, line_items=ticked(HUNDRED, FIFTY, taxed={0, 1}))
    await town.run()
    assert total(town) == (Decimal(7), Decimal(147))
    await town.agrees()


async def test_a_taxed_invoice_of_an_exempt_customer_is_not_tried(town):
    await a_shop(town, "automated")
    customer = await a_customer(town)
    await town.run()
    [there] = town.in_qbo("Customer")
    town.qbo.person.edit("Customer", there["Id"], {"Taxable": False})
    await town.run()
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("8.25"))
    open_tax = await an_invoice(town, customer, line_items=lines)
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.UNSAYABLE
    assert "customer Harbour Books is exempt from tax in QuickBooks" in park.detail
    assert "a tax of 8.25" in park.detail
    assert park_of(town, customer, "invoice", open_tax) is None
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [Decimal(100)]
    await edit(town, "invoices", invoice, tax_rate=None)
    await town.run()
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_what_waits_for_an_exempt_customer_goes_once_quickbooks_taxes_him(town):
    await a_shop(town, "automated")
    customer = await a_customer(town)
    await town.run()
    [there] = town.in_qbo("Customer")
    town.qbo.person.edit("Customer", there["Id"], {"Taxable": False})
    await town.run()
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("8.25"))
    credit = await a_credit_memo(town, customer, line_items=lines, **rate("8.25"))
    await town.run()
    assert "it goes by itself" in park_of(town, customer, "invoice", invoice).detail
    town.qbo.person.edit("Customer", there["Id"], {"Notes": "still exempt"})
    await town.run()
    assert park_of(town, customer, "credit-memo", credit) is not None
    town.qbo.person.edit("Customer", there["Id"], {"Taxable": True})
    await town.run()
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal("108.25")
    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == Decimal("108.25")
    await town.agrees()


@pytest.mark.parametrize("heard", [True, False])
async def test_of_an_exempt_customer_a_write_of_lines_took_nobodys_tax_away(town, heard):
    """QuickBooks reckons none for him any more: the ledger check blames no write of ours."""
    await a_shop(town, "automated", tax="quickbooks")
    customer = await a_customer(town)
    below = await an_invoice(town, customer, line_items=ticked(("1", "-100"), taxed={0}))
    await town.run()
    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == Decimal("108.25")
    exempt = {"Taxable": False, "TaxExemptionReasonId": "9"}
    town.qbo.person.edit("Customer", town.in_qbo("Customer")[0]["Id"], exempt)
    await town.run(30 if heard else 0)
    await edit(town, "invoices", below, line_items=ticked(("2", "-100"), taxed={0}))
    await town.run()

    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == 200
    await town.agrees()
