"""QuickBooks takes an invoice and makes something else of its lines: another item, another code."""

from typing import Any

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.test_money import HUNDRED, invoice_in_qbo, park_of, sold_lines

pytestmark = pytest.mark.few_rows

ITEM = b'"ItemRef":{"value":"1"}', b'"ItemRef":{"value":"2"}'
CODE = b'"TaxCodeRef":{"value":"NON"}', b'"TaxCodeRef":{"value":"TAX"}'


def detail_in_qbo(town) -> Any:
    [line] = sold_lines(invoice_in_qbo(town))
    return line["SalesItemLineDetail"]


def corrected(town, **changes: Any) -> None:
    """The bookkeeper puts the line right."""
    shown = invoice_in_qbo(town)
    [line] = sold_lines(shown)
    detail = {**line["SalesItemLineDetail"], **changes}
    lines = [{**line, "SalesItemLineDetail": detail}]
    town.qbo.person.edit("Invoice", shown["Id"], {"Line": lines})


async def an_invoice_misheard(town, said: bytes, heard: bytes) -> tuple[str, str]:
    await open_shop(town)
    customer = await a_customer(town)
    town.qbo_proxy.mishear("/invoice", said, heard)
    invoice = await an_invoice(town, customer, HUNDRED)
    await town.run()
    return customer, invoice


@pytest.mark.parametrize(
    ("misheard", "words", "right"),
    [
        (ITEM, ("item 1 was asked for", "Half page, item 2"), {"ItemRef": {"value": "1"}}),
        (CODE, ("tax code NON was asked for", "it has TAX"), {"TaxCodeRef": {"value": "NON"}}),
    ],
    ids=["item", "tax code"],
)
async def test_another_item_or_code_than_was_asked_differs_until_it_is_put_right(
    town, misheard, words, right
):
    customer, invoice = await an_invoice_misheard(town, *misheard)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()

    park = park_of(town, customer, "invoice", invoice)
    assert park.reason is ParkReason.DIFFERS
    for each in ("line 1 (No. 1)", *words):
        assert each in park.detail
    crossed = town.document(customer, f"mediaos/invoice/{invoice}")
    assert crossed.mediaos.record.number == f"MediaOS-{invoice}"
    assert town.in_qbo("Payment") == []

    corrected(town, **right)
    await town.run()
    assert park_of(town, customer, "invoice", invoice) is None
    assert town.document(customer, f"mediaos/invoice/{invoice}").unplaced is None
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_a_change_of_the_line_in_mediaos_asks_for_its_item_once_more(town):
    customer, invoice = await an_invoice_misheard(town, *ITEM)
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "100")))
    await town.run()

    assert detail_in_qbo(town)["ItemRef"]["value"] == "1"
    assert park_of(town, customer, "invoice", invoice) is None
    await town.agrees()


async def test_another_field_of_it_leaves_it_as_it_differs(town):
    customer, invoice = await an_invoice_misheard(town, *ITEM)
    await edit(town, "invoices", invoice, comments="April")
    await town.run()

    assert invoice_in_qbo(town)["CustomerMemo"] == {"value": "April"}
    assert park_of(town, customer, "invoice", invoice).reason is ParkReason.DIFFERS


async def test_a_code_that_a_bookkeeper_gives_later_is_his(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    corrected(town, TaxCodeRef={"value": "TAX"})
    await town.run()
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "100")))
    await town.run()

    assert detail_in_qbo(town)["TaxCodeRef"]["value"] == "TAX"
    assert park_of(town, customer, "invoice", invoice) is None


async def test_an_invoice_that_a_payment_was_not_applied_to_is_named_by_its_number(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.change_settings({"bad_links": "dropped"})
    town.qbo_proxy.mishear("/payment", b'"TxnType":"Invoice"', b'"TxnType":"Estimate"')
    payment = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()

    park = park_of(town, customer, "payment", payment)
    assert park.reason is ParkReason.DIFFERS
    assert f"MediaOS applies 100.00 to invoice MediaOS-{invoice}, " in park.detail
