"""Where amounts of QuickBooks include their tax, as a company outside the US may have them."""

from decimal import Decimal

import pytest

from schemas.state import ParkReason
from streams.remotes.quickbooks.kinds.invoice_lines import SOLD
from tests.scenarios.both.people import an_invoice, edit
from tests.scenarios.both.test_money import invoice_in_qbo, park_of
from tests.scenarios.both.test_tax_by_line import FIFTY, HUNDRED, ticked
from tests.scenarios.both.test_tax_mapped import code_called, in_canada, rate, total
from tests.scenarios.both.test_tax_returned import sums

#: Many alike.
pytestmark = pytest.mark.few_rows

INCLUSIVE = {"GlobalTaxCalculation": "TaxInclusive"}


def a_line(town, gross, quantity=None):
    detail = {
        "ItemRef": {"value": town.in_qbo("Item")[0]["Id"]},
        "TaxCodeRef": {"value": code_called(town, "GST")},
    }
    if quantity is not None:
        detail |= {"Qty": Decimal(quantity), "UnitPrice": Decimal(gross) / Decimal(quantity)}
    return {"Amount": Decimal(gross), "DetailType": SOLD, SOLD: detail}


@pytest.mark.parametrize(
    ("kind", "name"), [("Invoice", "invoices"), ("CreditMemo", "creditMemos")], ids=str
)
@pytest.mark.parametrize(
    ("gross", "quantity", "price"),
    [("105", None, "100"), ("105", "1", "100"), ("105", "3", "33.33333"), ("99.99", "2", "47.615")],
    ids=str,
)
async def test_one_that_is_made_there_has_its_net_its_tax_and_its_total_in_mediaos(
    town, kind, name, gross, quantity, price
):
    await in_canada(town)
    await town.run()
    [customer] = town.in_qbo("Customer")
    lines = [a_line(town, gross, quantity)]
    sold = {"CustomerRef": {"value": customer["Id"]}, "Line": lines, **INCLUSIVE}
    town.qbo.person.create(kind, sold)
    await town.run()
    [here] = town.in_mediaos(name)
    [there] = town.in_qbo(kind)
    net = there["Line"][0]["Amount"]
    assert Decimal(here["line_items"][0]["amount"]) == Decimal(price)
    assert Decimal(here["line_items"][0]["total"]) == net
    assert Decimal(here["tax_total"]) == there["TxnTaxDetail"]["TotalTax"]
    assert Decimal(here["total"]) == there["TotalAmt"] == Decimal(gross)
    await town.agrees()


async def test_lines_of_one_whose_amounts_include_tax_are_not_written_and_its_memo_is(town):
    customer = await in_canada(town)
    invoice = await an_invoice(
        town, customer, line_items=ticked(HUNDRED, FIFTY, taxed={0}), **rate("5")
    )
    await town.run()
    there = invoice_in_qbo(town)
    town.qbo.person.edit("Invoice", there["Id"], {"Line": there["Line"], **INCLUSIVE})
    await town.run()
    assert total(town)[1] == Decimal(150)
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.DIFFERS

    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert invoice_in_qbo(town)["CustomerMemo"] == {"value": "April"}
    calls = town.writes()
    await edit(town, "invoices", invoice, line_items=ticked(HUNDRED, ("2", "50"), taxed={0}))
    await town.run()
    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.UNSAYABLE
    for words in ("include their tax", "205.00", "150.00"):
        assert words in park.detail
    assert town.writes() == calls
    assert sums(town) == ("5", "205")

    shown = invoice_in_qbo(town)
    plain = [each for each in shown["Line"] if SOLD in each]
    for each, amount in zip(plain, ("100", "50"), strict=True):
        each |= {"Amount": Decimal(amount)}
        each[SOLD] = {n: v for n, v in each[SOLD].items() if n != "TaxInclusiveAmt"}
    town.qbo.person.edit(
        "Invoice", shown["Id"], {"Line": plain, "GlobalTaxCalculation": "TaxExcluded"}
    )
    await town.run()
    assert total(town) == (Decimal(5), Decimal(205))
    await town.agrees()
