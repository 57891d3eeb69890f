"""What stories over both sides broke: a bookkeeper's own lines, words and classes stay."""

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
    lines_of,
    open_shop,
    paid_in_qbo,
    parts_in_qbo,
)
from tests.scenarios.both.test_money import with_a_credit

pytestmark = pytest.mark.few_rows

HUNDRED, FIFTY = ("1", "100"), ("1", "50")
A_WHILE = 300.0
FREE = {
    "Amount": Decimal(0),
    "Description": "Free copy",
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": Decimal(1), "UnitPrice": Decimal(0)},
}


def invoice_in_qbo(town) -> Any:
    return town.in_qbo("Invoice")[0]


def sold_lines(town) -> list[Any]:
    lines = invoice_in_qbo(town)["Line"]
    return [dict(each) for each in lines if each["DetailType"] == "SalesItemLineDetail"]


def line_called(town, text: str) -> Any:
    return next(each for each in sold_lines(town) if each["Description"] == text)


def class_on(town, text: str) -> Any:
    return line_called(town, text)["SalesItemLineDetail"].get("ClassRef", {}).get("value")


async def types_lines(town, *lines: Any) -> None:
    town.qbo.person.edit("Invoice", invoice_in_qbo(town)["Id"], {"Line": list(lines)})
    await town.run(A_WHILE)


async def classed(town, text: str) -> str:
    """The bookkeeper puts a class on one line."""
    name = str(town.qbo.person.create("Class", {"Name": "Print"})["Id"])
    lines = sold_lines(town)
    for each in lines:
        if each["Description"] == text:
            detail = {**each["SalesItemLineDetail"], "ClassRef": {"value": name}}
            each["SalesItemLineDetail"] = detail
    await types_lines(town, *lines)
    return name


@pytest.mark.parametrize("on_top", [False, True], ids=["last", "first"])
async def test_a_bookkeepers_own_line_outlives_every_edit_of_mediaos(town, on_top):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    ours = sold_lines(town)
    await types_lines(town, *([FREE, *ours] if on_top else [*ours, FREE]))
    typed = line_called(town, "Free copy")
    for quantity in ("2", "3", "4"):
        await edit(town, "invoices", invoice, line_items=lines_of((quantity, "100")))
        await town.run(A_WHILE)

    assert {**line_called(town, "Free copy"), "LineNum": 0} == {**typed, "LineNum": 0}
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(400)


async def test_a_line_that_mediaos_only_moves_keeps_its_class(town):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED, FIFTY)
    name, before = await classed(town, "No. 1"), line_called(town, "No. 1")["Id"]
    await edit(town, "invoices", invoice, line_items=lines_of(HUNDRED, FIFTY)[::-1])
    await town.run(A_WHILE)

    assert (line_called(town, "No. 1")["Id"], class_on(town, "No. 1")) == (before, name)
    await town.agrees()


async def test_a_line_put_before_one_that_changes_takes_no_class_from_it(town):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED, FIFTY)
    name = await classed(town, "No. 1")
    new = {**lines_of(("1", "3"))[0], "description": "New"}
    changed = lines_of(("2", "100"), FIFTY)
    await edit(town, "invoices", invoice, line_items=[new, *changed])
    await town.run(A_WHILE)

    assert (class_on(town, "No. 1"), class_on(town, "New")) == (name, None)
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(253)
    await town.agrees()


async def test_a_price_of_the_bookkeeper_stays_his_after_an_edit_of_another_line(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, FIFTY)
    first, second = sold_lines(town)
    detail = {**first["SalesItemLineDetail"], "UnitPrice": Decimal(44)}
    priced = {**first, "Amount": Decimal(44), "SalesItemLineDetail": detail}
    await types_lines(town, priced, second)
    await edit(town, "invoices", invoice, line_items=lines_of(HUNDRED, ("1", "60")))
    await town.run(A_WHILE)
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "100"), ("1", "60")))
    await town.run(A_WHILE)

    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park is not None
    assert (park.reason, "line 1" in park.detail) == (ParkReason.CONFLICT, True)
    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(104)


async def test_a_line_that_the_bookkeeper_took_out_is_not_put_back_in_anothers_place(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, FIFTY)
    name = await classed(town, "No. 2")
    await types_lines(town, line_called(town, "No. 2"))
    await edit(town, "invoices", invoice, line_items=lines_of(HUNDRED, ("1", "60")))
    await town.run(A_WHILE)
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "100"), ("1", "60")))
    await town.run(A_WHILE)

    assert [each["Description"] for each in sold_lines(town)] == ["No. 2"]
    assert class_on(town, "No. 2") == name
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park is not None
    assert park.reason is ParkReason.CONFLICT


async def test_the_class_of_a_discount_stays(town):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    name = str(town.qbo.person.create("Class", {"Name": "Print"})["Id"])
    detail = {"PercentBased": True, "DiscountPercent": Decimal(10), "ClassRef": {"value": name}}
    discount = {"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}
    await types_lines(town, *sold_lines(town), discount)
    await edit(town, "invoices", invoice, line_items=lines_of(("2", "100")))
    await town.run(A_WHILE)

    shown = invoice_in_qbo(town)
    [kept] = [each for each in shown["Line"] if each["DetailType"] == "DiscountLineDetail"]
    assert kept["DiscountLineDetail"]["ClassRef"]["value"] == name
    assert shown["TotalAmt"] == Decimal(180)


async def test_a_memo_that_begins_with_voided_is_a_persons_words(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await a_payment(town, customer, "80", {invoice: "80"}, notes="Voided cheque 7, replaced")
    await town.run()
    [paid] = town.in_qbo("Payment")
    marker = paid["PrivateNote"].rpartition("\n")[2]
    note = f"Voided cheque 8, replaced\n{marker}"
    town.qbo.person.edit("Payment", paid["Id"], {"PrivateNote": note})
    await town.run(A_WHILE)

    assert town.in_mediaos("payments")[0]["notes"] == "Voided cheque 8, replaced"
    assert town.in_qbo("Payment")[0]["PrivateNote"] == note
    await town.agrees()


async def test_the_tax_code_that_a_bookkeeper_chose_stays_when_mediaos_changes_its_rate(town):
    await open_shop(town)
    town.qbo.person.set_sales_tax("manual", "8.25")
    customer = await a_customer(town)
    lines = [{**each, "taxable": True} for each in lines_of(HUNDRED)]
    taxed = {"tax_rate": "8.25", "tax_percent_based": "1"}
    invoice = await an_invoice(town, customer, line_items=lines, **taxed)
    await town.run(A_WHILE)
    chosen = {"TxnTaxCodeRef": {"value": town.qbo.book.all("TaxCode")[-1]["Id"]}}
    there = invoice_in_qbo(town)["Id"]
    town.qbo.person.edit("Invoice", there, {"TxnTaxDetail": chosen})
    await town.run(A_WHILE)
    await town.agrees()
    await edit(town, "invoices", invoice, tax_rate="9")
    await town.run(A_WHILE)

    shown = invoice_in_qbo(town)
    assert shown["TxnTaxDetail"]["TxnTaxCodeRef"] == chosen["TxnTaxCodeRef"]
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park is not None
    assert ("109.00" in park.detail, "108.25" in park.detail) == (True, True)


async def test_what_a_person_writes_below_our_marker_is_theirs_and_the_marker_ours(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    payment = await a_payment(town, customer, "80", {invoice: "80"}, notes="by cheque")
    await town.run()
    [paid] = town.in_qbo("Payment")
    marker = paid["PrivateNote"].rpartition("\n")[2]
    note = f"{paid['PrivateNote']}\nbounced once"
    town.qbo.person.edit("Payment", paid["Id"], {"PrivateNote": note})
    await town.run(A_WHILE)
    assert town.in_mediaos("payments")[0]["notes"] == "by cheque\nbounced once"
    await town.agrees()

    await edit(town, "payments", payment, notes="by card")
    await town.run(A_WHILE)
    assert town.in_qbo("Payment")[0]["PrivateNote"] == f"by card\n{marker}"
    await town.agrees()


async def test_two_lines_of_a_payment_on_one_invoice_are_one_part_of_it(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    there = invoice_in_qbo(town)["Id"]
    paid_in_qbo(town, "11", {}, Line=[*parts_in_qbo({there: "7"}), *parts_in_qbo({there: "4"})])
    await town.run(A_WHILE)

    [paid] = town.in_mediaos("payments")
    assert [Decimal(each["amount"]) for each in paid["lines"]] == [Decimal(11)]
    await town.agrees()


async def test_a_payment_over_invoices_of_two_merged_advertisers_says_what_can_be_done(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    await an_invoice(town, await a_customer(town, "North Light"), HUNDRED)
    await town.run()
    lose, keep = (each["Id"] for each in town.in_qbo("Customer"))
    town.qbo.person.merge(keep, lose)
    await town.run(A_WHILE)
    parts = parts_in_qbo({each["Id"]: "50" for each in town.in_qbo("Invoice")})
    fields = {"CustomerRef": {"value": keep}, "TotalAmt": Decimal(100), "Line": parts}
    paid = town.qbo.person.create("Payment", fields)
    await town.run(A_WHILE)

    waiting = (await town.report()).waiting
    [told] = [each.detail for each in waiting if each.document == f"qbo/payment/{paid['Id']}"]
    assert "divide it in QuickBooks into one for each customer" in told


async def test_two_payments_of_one_invoice_at_once_each_say_what_can_be_done(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.webhooks.misbehave("drop", times=3)
    there = paid_in_qbo(town, "100", {invoice_in_qbo(town)["Id"]: "100"})
    here = await a_payment(town, customer, "100", {invoice: "100"})
    await town.run(4000)

    # Money that came twice is twice in QuickBooks; what the invoice does not owe is on account.
    wants = {
        f"mediaos/payment/{here}": "100.00 is on account in QuickBooks",
        f"qbo/payment/{there['Id']}": "delete one of the two",
    }
    for name, told in wants.items():
        park = town.document(customer, name).park
        assert park is not None
        assert told in park.detail
    await town.agrees(parked=2)


# The ledger check, over the same stories: it cries about nothing that is right, or told already.


async def finds_nothing(town) -> None:
    assert (await town.report()).findings == ()


async def test_a_credit_that_is_applied_in_quickbooks_is_no_wrong_amount(town):
    await a_customer_with_an_invoice(town, HUNDRED)
    town.qbo.person.apply_credit(with_a_credit(town)["Id"], invoice_in_qbo(town)["Id"])
    await town.run(A_WHILE)

    await finds_nothing(town)


async def types_a_bundle(town, price: int) -> None:
    """The bookkeeper sells a bundle of one item, at this price, on the first invoice."""
    town.qbo.person.edit("Item", "1", {"UnitPrice": Decimal(price)})
    parts = {"ItemGroupLine": [{"ItemRef": {"value": "1"}, "Qty": Decimal(1)}]}
    pack = {"Name": "Pack", "Type": "Group", "ItemGroupDetail": parts}
    group = {"GroupItemRef": {"value": town.qbo.person.create("Item", pack)["Id"]}}
    bundle = {"DetailType": "GroupLineDetail", "GroupLineDetail": {**group, "Quantity": Decimal(1)}}
    await types_lines(town, *sold_lines(town), bundle)


@pytest.mark.parametrize("edited", [0, 1, 2])
async def test_a_bundle_that_costs_nothing_is_no_difference_of_money(town, edited):
    _, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await types_a_bundle(town, 0)
    for quantity in ("2", "3")[:edited]:
        await edit(town, "invoices", invoice, line_items=lines_of((quantity, "100")))
        await town.run(A_WHILE)

    assert invoice_in_qbo(town)["TotalAmt"] == Decimal((1 + edited) * 100)
    await finds_nothing(town)


async def test_the_lines_of_a_bundle_are_lines(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await types_a_bundle(town, 7)
    for quantity in ("2", "3"):
        await edit(town, "invoices", invoice, line_items=lines_of((quantity, "100")))
        await town.run(A_WHILE)

    assert invoice_in_qbo(town)["TotalAmt"] == Decimal(307)
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park is not None
    assert ("300.00" in park.detail, "307.00" in park.detail) == (True, True)
    await finds_nothing(town)


@pytest.mark.parametrize("note", ["", "by cheque"])
async def test_a_payment_born_and_voided_in_quickbooks_says_the_same_on_both_sides(town, note):
    await a_customer_with_an_invoice(town, HUNDRED)
    paid = paid_in_qbo(town, "50", {invoice_in_qbo(town)["Id"]: "50"}, PrivateNote=note)
    await town.run()
    town.qbo.person.void("Payment", paid["Id"])
    await town.run(A_WHILE)

    await town.agrees()
