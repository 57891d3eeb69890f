"""What MediaOS' person decides of a tax counts; what QuickBooks worked out is nobody's word there.

That returns to MediaOS as an amount, which stands there whatever becomes of the lines' ticks.
"""

from decimal import Decimal

import pytest

from schemas.facts import Parked
from schemas.state import ParkReason
from schemas.values import cents
from streams.remotes.quickbooks.kinds.invoice_lines import SOLD
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    a_refund,
    an_invoice,
    edit,
    keeps,
    paid_in_qbo,
)
from tests.scenarios.both.people import account_called as account
from tests.scenarios.both.test_tax_by_line import FIFTY, HUNDRED, ticked
from tests.scenarios.both.test_tax_mapped import a_shop, maps

#: Many alike.
pytestmark = pytest.mark.few_rows

#: Of each way to reckon: the names of tax codes by what MediaOS says, and the percentage.
MODELS = {
    "automated": ({}, "8.25"),
    "manual": ({"taxed": "California"}, "8.25"),
    "per_line": ({"taxed": "GST", "untaxed": "Zero-rated"}, "5"),
}
MAKES = {"invoices": an_invoice, "creditMemos": a_credit_memo, "refunds": a_refund}
NAMES = {"invoices": "Invoice", "creditMemos": "CreditMemo", "refunds": "RefundReceipt"}
EACH = pytest.mark.parametrize("kind", MAKES)
HOW = pytest.mark.parametrize("model", MODELS)


async def a_taxed(town, kind, model, *, taxed=(0, 1), **fields):
    """A sale of 100.00 and 50.00 whose tax QuickBooks has worked out."""
    mapped, percent = MODELS[model]
    await a_shop(town, model, percent, tax="quickbooks")
    for said, name in mapped.items():
        await maps(town, said, name)
    await keeps(town, "Check", account(town, "Checking"))
    lines = ticked(HUNDRED, FIFTY, taxed=set(taxed))
    made = await MAKES[kind](town, await a_customer(town), line_items=lines, **fields)
    await town.run()
    return made


def tax_of(amount, model):
    return cents(Decimal(amount) * Decimal(MODELS[model][1]) / 100)


async def comes_to(town, kind, amount, tax):
    """Both sides show this tax and the amount with it, and nothing waits."""
    [here], [there] = town.in_mediaos(kind), town.in_qbo(NAMES[kind])
    shown = Decimal(here["tax_total"]), Decimal(here["total"])
    assert shown == (there["TxnTaxDetail"]["TotalTax"], there["TotalAmt"])
    assert shown == (tax, Decimal(amount) + tax)
    await town.agrees()


@EACH
@HOW
async def test_a_tax_goes_on_both_sides_when_no_line_is_ticked_any_more(town, kind, model):
    sale = await a_taxed(town, kind, model)
    await comes_to(town, kind, "150", tax_of("150", model))
    await edit(town, kind, sale, line_items=ticked(HUNDRED, FIFTY, taxed=()))
    await town.run()
    await comes_to(town, kind, "150", Decimal(0))
    calls = town.writes()
    await town.run(300)
    assert town.writes() == calls


@EACH
@HOW
async def test_and_comes_again_with_the_tick(town, kind, model):
    sale = await a_taxed(town, kind, model)
    await edit(town, kind, sale, line_items=ticked(HUNDRED, FIFTY, taxed=()))
    await town.run()
    await edit(town, kind, sale, line_items=ticked(HUNDRED, FIFTY, taxed={1}))
    await town.run()
    await comes_to(town, kind, "150", tax_of("50", model))


@EACH
@HOW
async def test_the_tax_of_a_line_goes_with_its_tick_and_with_the_line(town, kind, model):
    sale = await a_taxed(town, kind, model)
    await edit(town, kind, sale, line_items=ticked(HUNDRED, FIFTY, taxed={0}))
    await town.run()
    await comes_to(town, kind, "150", tax_of("100", model))
    await edit(town, kind, sale, line_items=ticked(FIFTY, taxed=()))
    await town.run()
    await comes_to(town, kind, "50", Decimal(0))


@HOW
@pytest.mark.parametrize("payer", ["MediaOS", "QuickBooks"])
async def test_the_tax_of_what_is_paid_goes_too_and_what_waits_for_that_is_said(town, model, payer):
    sale = await a_taxed(town, "invoices", model)
    [invoice], [there] = town.in_mediaos("invoices"), town.in_qbo("Invoice")
    if payer == "MediaOS":
        advertiser = town.in_mediaos("advertisers")[0]["id"]
        await a_payment(town, advertiser, invoice["total"], {sale: invoice["total"]})
    else:
        paid_in_qbo(town, invoice["total"], {there["Id"]: invoice["total"]})
    await town.run()
    await edit(town, "invoices", sale, line_items=ticked(HUNDRED, FIFTY, taxed=()))
    await town.run()

    await comes_to(town, "invoices", "150", Decimal(0))
    parks = [fact.park for fact in town.told() if isinstance(fact, Parked)]
    assert {park.reason for park in parks} <= {ParkReason.ON_ACCOUNT}
    for park in parks:
        assert f"comes to 150.00, and {150 + tax_of('150', model)} of it is settled" in park.detail


@HOW
async def test_a_tax_that_a_person_typed_is_his_word_though_no_line_is_ticked(town, model):
    typed = {"tax_rate": str(tax_of("150", model)), "tax_percent_based": False}
    sale = await a_taxed(town, "invoices", model, taxed=(), **typed)
    await comes_to(town, "invoices", "150", tax_of("150", model))
    await edit(town, "invoices", sale, comments="April")
    await town.run()
    await comes_to(town, "invoices", "150", tax_of("150", model))


@HOW
async def test_a_rate_that_a_person_gives_counts_and_is_compared(town, model):
    sale = await a_taxed(town, "invoices", model)
    await edit(town, "invoices", sale, tax_rate="3.37", tax_percent_based=False)
    await town.run()
    [here], [there] = town.in_mediaos("invoices"), town.in_qbo("Invoice")
    [customer] = town.in_mediaos("advertisers")
    park = town.document(customer["id"], f"mediaos/invoice/{sale}").park
    assert park.reason is ParkReason.DIFFERS
    assert "153.37" in park.detail
    assert f"{there['TotalAmt']:,.2f}" in park.detail
    # Nor does QuickBooks' come over it when the lines change.
    await edit(town, "invoices", sale, line_items=ticked(HUNDRED, taxed={0}))
    await town.run()
    assert here["tax_total"] == town.in_mediaos("invoices")[0]["tax_total"] == "3.37"


@pytest.mark.parametrize("tax", ["quickbooks", "mediaos"])
async def test_the_tax_of_what_was_made_in_quickbooks_goes_with_the_ticks_too(town, tax):
    await a_shop(town, "automated", "8.25", tax=tax)
    await maps(town, "taxed", "California")
    await a_customer(town)
    await town.run()
    [customer], item = town.in_qbo("Customer"), town.in_qbo("Item")[0]
    detail = {"ItemRef": {"value": item["Id"]}, "TaxCodeRef": {"value": "TAX"}}
    line = {"Amount": Decimal(100), "DetailType": SOLD, SOLD: detail}
    sold = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    town.qbo.person.create("Invoice", sold)
    await town.run()
    await comes_to(town, "invoices", "100", tax_of("100", "automated"))
    [here] = town.in_mediaos("invoices")
    lines = [{"id": each["id"], "amount": "100", "taxable": False} for each in here["line_items"]]
    await edit(town, "invoices", here["id"], line_items=lines)
    await town.run()
    await comes_to(town, "invoices", "100", Decimal(0))


async def test_a_tax_whose_return_nobody_heard_is_known_as_such(town):
    await a_shop(town, "automated", "8.25", tax="quickbooks")
    customer = await a_customer(town)
    await town.run()
    sale = await an_invoice(town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0, 1}))
    town.mediaos.faults.arm("time_out_after_commit")
    await town.run(1)
    assert town.in_mediaos("invoices")[0]["tax_total"] == "12.38"
    await edit(town, "invoices", sale, line_items=ticked(HUNDRED, FIFTY, taxed=()))
    await town.run(1200)
    await comes_to(town, "invoices", "150", Decimal(0))
