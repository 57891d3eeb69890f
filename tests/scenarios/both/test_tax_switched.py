"""A tenant says anew whose tax counts, while documents wait or are on their way.

What is across and the same on both sides keeps the tax that was printed; what differed is judged by
the rule that counts now, and what was not said under it is said.
"""

from decimal import Decimal

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import a_credit_memo, a_customer, an_invoice, edit
from tests.scenarios.both.test_money import invoice_in_qbo, park_of
from tests.scenarios.both.test_tax_by_line import HUNDRED, ticked
from tests.scenarios.both.test_tax_mapped import a_shop, in_canada, maps, rate
from tests.scenarios.both.test_tax_returned import sums

#: Many alike.
pytestmark = pytest.mark.few_rows

US = pytest.mark.parametrize("model", ["automated", "manual"])


def total(record):
    return record["TxnTaxDetail"]["TotalTax"], record["TotalAmt"]


async def a_taxed(town, model, percent="9", **settings):
    await a_shop(town, model, **settings)
    await maps(town, f"{percent}%", "California")
    customer = await a_customer(town)
    await town.run()
    lines = ticked(HUNDRED, taxed={0})
    return customer, await an_invoice(town, customer, line_items=lines, **rate(percent))


@US
async def test_what_differed_is_said_as_it_is_printed_once_that_counts(town, model):
    customer, invoice = await a_taxed(town, model, tax="quickbooks")
    memo = await a_credit_memo(town, customer, line_items=ticked(HUNDRED, taxed={0}), **rate("9"))
    await town.run()
    for kind, each in (("invoice", invoice), ("credit-memo", memo)):
        park = park_of(town, customer, kind, each)
        assert (park.reason, "109.00" in park.detail) == (ParkReason.DIFFERS, True)
    await town.settings(tax="mediaos")
    await town.run()
    assert total(invoice_in_qbo(town)) == total(town.in_qbo("CreditMemo")[0]) == (9, 109)
    await town.agrees()


@US
async def test_what_was_on_its_way_when_the_printed_tax_began_to_count_is_said_so(town, model):
    await a_shop(town, model, tax="quickbooks")
    await maps(town, "9%", "California")
    customer = await a_customer(town)
    await town.run()
    town.qbo.faults.answer_next(503, times=8)
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("9"))
    await town.run(1)
    assert town.document(customer, f"mediaos/invoice/{invoice}").in_flight is not None
    await town.settings(tax="mediaos")
    await town.run(300)
    assert total(invoice_in_qbo(town)) == (9, 109)
    await town.agrees()


@US
async def test_what_quickbooks_does_not_keep_is_said_once_and_waits_with_both_figures(town, model):
    town.qbo.change_settings({"tax_override": "never"})
    customer, invoice = await a_taxed(town, model, tax="quickbooks")
    await town.run()
    await town.settings(tax="mediaos")
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.DIFFERS
    assert ("109.00" in park.detail, "108.25" in park.detail) == (True, True)
    calls = town.writes()
    await town.retries(customer, f"mediaos/invoice/{invoice}")
    await town.run(300)
    assert town.writes() == calls


@US
async def test_a_cent_that_is_none_by_quickbooks_rule_is_one_no_more(town, model):
    town.qbo.change_settings({"tax_override": "never"})
    customer, invoice = await a_taxed(town, model, "8.26", tax="mediaos")
    await town.run()
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.DIFFERS
    await town.settings(tax="quickbooks")
    await town.run()
    assert park_of(town, customer, "invoice", invoice) is None
    assert total(invoice_in_qbo(town)) == (Decimal("8.25"), Decimal("108.25"))


@US
async def test_what_was_said_as_printed_stays_until_its_lines_change(town, model):
    customer, invoice = await a_taxed(town, model, tax="mediaos")
    await town.run()
    await town.settings(tax="quickbooks")
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert total(invoice_in_qbo(town)) == (9, 109)
    await town.agrees()
    await edit(town, "invoices", invoice, line_items=ticked(("2", "100"), taxed={0}))
    await town.run()
    # MediaOS reckons by its rate, QuickBooks by its own: both are told.
    park = park_of(town, customer, "invoice", invoice)
    assert ("218.00" in park.detail, "216.50" in park.detail) == (True, True)
    assert sums(town) == ("18", "218")


async def test_by_line_nothing_is_said_that_quickbooks_does_not_take(town):
    customer = await in_canada(town, tax="quickbooks")
    await maps(town, "6%", "GST")
    await town.run()
    lines = ticked(HUNDRED, taxed={0})
    invoice = await an_invoice(town, customer, line_items=lines, **rate("6"))
    await town.run()
    calls = town.writes()
    await town.settings(tax="mediaos")
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert ("106.00" in park.detail, "105.00" in park.detail) == (True, True)
    assert town.writes() == calls
