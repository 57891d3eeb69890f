"""Lines that sell no product: fees and discounts of MediaOS are items of QuickBooks, by mapping."""

from decimal import Decimal

import pytest

from schemas.requests import ReadTargets, SetMapping
from schemas.state import ParkReason
from schemas.values import MappingKind
from tests.scenarios.both.people import (
    FULL_PAGE,
    a_credit_memo,
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    an_item,
    delete,
    edit,
    keeps,
    line_in_qbo,
    lines_of,
    open_shop,
    paid_in_qbo,
    sold_in_qbo,
)
from tests.scenarios.both.town import TENANT

#: Many alike.
pytestmark = pytest.mark.few_rows

TYPE = MappingKind.LINE_TYPE
PRODUCT = MappingKind.PRODUCT


async def a_type(town, name="Late fee", kind="fee", **fields):
    made = await town.mediaos.people.create(
        "invoiceLineItemTypes", {"name": name, "kind": kind, **fields}
    )
    return made["id"]


def typed(line_type, amount, text="Late"):
    return {"invoice_line_item_type_id": line_type, "amount": amount, "description": text}


async def maps(town, line_type, item, *, default=False, write_off=None):
    wish = SetMapping(
        id=f"{line_type}-{item}-{default}-{write_off}",
        tenant=TENANT,
        kind=TYPE,
        source=line_type,
        target=item,
        default=default,
        write_off=write_off,
    )
    await town.ask(TENANT, wish)
    await town.run(1)


async def a_mapped_type(town, name="Late fee", kind="fee"):
    line_type, item = await a_type(town, name, kind), an_item(town, name)
    await maps(town, line_type, item)
    return line_type, item


def tenant(town):
    return town.workers[-1].engine.journal.state(f"tenant:{TENANT}")


def sold(invoice):
    """The items and amounts of its lines, in order."""
    return [
        (line["SalesItemLineDetail"]["ItemRef"]["value"], line["Amount"])
        for line in invoice["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
    ]


def named(line):
    return line["product_id"], line["invoice_line_item_type_id"]


async def test_a_fee_crosses_as_its_item_beside_what_is_sold(town):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    customer = await a_customer(town)
    await an_invoice(town, customer, line_items=[*lines_of(("1", "300")), typed(fee, "25")])
    await town.run()
    [there] = town.in_qbo("Invoice")
    page = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    assert sold(there) == [(page, 300), (item, 25)]
    assert there["TotalAmt"] == 325
    await town.agrees()


async def test_an_unmapped_type_parks_by_name_and_its_mapping_lets_all_go_in_order(town):
    await open_shop(town)
    fee = await a_type(town)
    customer = await a_customer(town)
    first = await an_invoice(town, customer, line_items=[typed(fee, "25")])
    second = await an_invoice(town, customer, line_items=[typed(fee, "35")])
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{first}").park
    assert (park.reason, park.waits_for) == (ParkReason.UNMAPPED_LINE_TYPE, (f"line-type:{fee}",))
    assert f"line item type {fee} of MediaOS is not mapped to any item" in park.detail
    assert "(isthmus map line-types add)" in park.detail
    assert town.in_qbo("Invoice") == []
    await town.agrees(parked=2)

    await maps(town, fee, an_item(town, "Late fee"))
    await town.run()
    numbers = [each["DocNumber"] for each in town.in_qbo("Invoice")]
    assert numbers == [f"MediaOS-{first}", f"MediaOS-{second}"]
    await town.agrees()


async def test_a_product_of_the_same_id_lets_no_line_type_go(town):
    await open_shop(town)
    fee = await a_type(town)
    customer = await a_customer(town)
    await an_invoice(town, customer, line_items=[typed(fee, "25")])
    await town.run()
    await town.maps(fee, an_item(town, "Another"))
    await town.run()
    assert town.in_qbo("Invoice") == []
    await town.agrees(parked=1)


async def test_a_discount_lowers_the_invoice_literally_and_can_be_raised_and_taken_back(town):
    _, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    away, item = await a_mapped_type(town, "Write off", "discount")
    page = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    for amount in ("-100", "-300"):
        lines = [*lines_of(("1", "300")), typed(away, amount, "Bad debt")]
        await edit(town, "invoices", invoice, line_items=lines)
        await town.run()
        [there] = town.in_qbo("Invoice")
        assert sold(there) == [(page, 300), (item, Decimal(amount))]
        assert there["TotalAmt"] == 300 + Decimal(amount)
        await town.agrees()
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "300")))
    await town.run()
    assert sold(town.in_qbo("Invoice")[0]) == [(page, 300)]
    await town.agrees()


async def test_a_line_that_becomes_a_fee_changes_its_item_alone(town):
    _, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    fee, item = await a_mapped_type(town)
    lines = [{**typed(fee, "300", "No. 1"), "quantity": "1"}]
    await edit(town, "invoices", invoice, line_items=lines)
    await town.run()
    [there] = town.in_qbo("Invoice")
    assert sold(there) == [(item, 300)]
    await town.agrees()


async def test_a_credit_memo_may_be_of_a_line_item_type(town):
    await open_shop(town)
    away, item = await a_mapped_type(town, "Write off", "discount")
    customer = await a_customer(town)
    await a_credit_memo(town, customer, line_items=[typed(away, "75", "Bad debt")])
    await town.run()
    [there] = town.in_qbo("CreditMemo")
    assert sold(there) == [(item, 75)]
    await town.agrees()


async def test_an_inactive_item_parks_the_fee_by_name_until_it_is_active(town):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    town.qbo.person.edit("Item", item, {"Active": False})
    await town.run()
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, line_items=[typed(fee, "25")])
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.ITEM_INACTIVE
    assert f"item {item}, which line item type {fee} is sold as, is inactive" in park.detail
    assert town.answers(400) == 0
    town.qbo.person.edit("Item", item, {"Active": True})
    await town.run()
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


async def test_an_inactive_item_that_nobody_told_of_is_found_out(town):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit("Item", item, {"Active": False})
    await town.run(1)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, line_items=[typed(fee, "25")])
    await town.run(60)
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.ITEM_INACTIVE
    assert f"line item type {fee}" in park.detail
    assert not tenant(town).targets_of(TYPE)[item].active
    await town.agrees(parked=1)


@pytest.mark.parametrize("refused", ["999", "inactive", "Category"])
async def test_a_mapping_to_what_no_line_can_name_is_refused(town, refused):
    await open_shop(town)
    fee = await a_type(town)
    if refused == "inactive":
        refused = an_item(town, "Old fee")
        town.qbo.person.edit("Item", refused, {"Active": False})
    elif refused == "Category":
        made = town.qbo.person.create("Item", {"Name": "Fees", "Type": "Category"})
        refused = str(made["Id"])
    await maps(town, fee, refused)
    assert tenant(town).mapped(TYPE) == {}


# Born in QuickBooks.


def with_item(item, amount):
    line = line_in_qbo(amount)
    return {**line, "SalesItemLineDetail": {"ItemRef": {"value": item}}}


async def customer_there(town):
    await a_customer(town)
    await town.run()
    return town.in_qbo("Customer")[0]["Id"]


async def test_an_item_of_a_fee_comes_back_as_its_line_type(town):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    customer = await customer_there(town)
    page = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    lines = [with_item(page, "300"), with_item(item, "25")]
    sold_in_qbo(town, customer, "0", Line=lines)
    await town.run()
    [made] = town.in_mediaos("invoices")
    assert [named(line) for line in made["line_items"]] == [(FULL_PAGE, None), (None, fee)]
    assert made["total"] == "325"
    await town.agrees()


async def test_an_item_of_a_product_and_a_fee_asks_for_a_default_whichever_it_is(town):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    await town.maps(FULL_PAGE, item)
    await town.run(1)
    customer = await customer_there(town)
    there = sold_in_qbo(town, customer, "0", Line=[with_item(item, "25")])
    await town.run()
    assert town.in_mediaos("invoices") == []
    name = f"qbo/invoice/{there['Id']}"
    [advertiser] = town.in_mediaos("advertisers")
    park = town.document(advertiser["id"], name).park
    assert (park.reason, park.waits_for) == (ParkReason.UNMAPPED_PRODUCT, (f"product-of:{item}",))
    assert f"product {FULL_PAGE} and line item type {fee} of MediaOS are sold as item" in (
        park.detail
    )
    await town.agrees(parked=1)

    await maps(town, fee, item, default=True)
    await town.run()
    [made] = town.in_mediaos("invoices")
    assert [named(line) for line in made["line_items"]] == [(None, fee)]
    await town.agrees()

    wish = SetMapping(id="page", tenant=TENANT, source=FULL_PAGE, target=item, default=True)
    await town.ask(TENANT, wish)
    sold_in_qbo(town, customer, "0", Line=[with_item(item, "30")])
    await town.run()
    assert named(town.in_mediaos("invoices")[1]["line_items"][0]) == (FULL_PAGE, None)
    await town.agrees()


async def test_what_waits_for_an_item_goes_once_a_line_type_is_mapped_to_it(town):
    await open_shop(town)
    fee, item = await a_type(town), an_item(town, "Late fee")
    customer = await customer_there(town)
    sold_in_qbo(town, customer, "0", Line=[with_item(item, "25")])
    await town.run()
    await town.agrees(parked=1)
    await maps(town, fee, item)
    await town.run()
    [made] = town.in_mediaos("invoices")
    assert [named(line) for line in made["line_items"]] == [(None, fee)]
    await town.agrees()


# The list.


async def test_the_line_types_of_mediaos_are_read_when_somebody_asks(town):
    await open_shop(town)
    fee = await a_type(town, gl_item_code="LF-1")
    old = await a_type(town, "Old fee", active=False)
    item = town.qbo.person.create(
        "Item", {"Name": "Fees", "Sku": "LF-1", "IncomeAccountRef": {"value": "1"}}
    )["Id"]
    assert tenant(town).sources_of(TYPE) == {}
    await town.ask(TENANT, ReadTargets(id="types", tenant=TENANT, kind=TYPE))
    await town.run(1)
    shown = tenant(town).sources_of(TYPE)
    assert (shown[fee].name, shown[fee].sort, shown[fee].code) == ("Late fee", "fee", "LF-1")
    assert not shown[old].active
    assert tenant(town).targets_of(TYPE)[item].code == "LF-1"
    [answer] = [f.detail for f in town.told() if getattr(f, "request", "") == "types"]
    assert answer.endswith("; 2 line item types of MediaOS were read, 2 are news")


async def test_a_list_that_cannot_be_read_says_why(town):
    await open_shop(town)
    town.mediaos.faults.answer_next(503, times=1)
    await town.ask(TENANT, ReadTargets(id="types", tenant=TENANT, kind=TYPE))
    await town.run(1)
    [answer] = [f for f in town.told() if getattr(f, "request", "") == "types"]
    assert not answer.done
    assert "MediaOS' line item types could not be read: " in answer.detail


# Barter.


async def test_barter_settles_its_line_and_never_becomes_cash(town):
    await open_shop(town)
    barter, item = await a_mapped_type(town, "Barter", "discount")
    customer = await a_customer(town)
    lines = [*lines_of(("1", "300")), typed(barter, "-120", "Hotel nights")]
    await an_invoice(town, customer, line_items=lines)
    got = await a_payment(town, customer, "120", {}, type="Barter")
    await town.run()
    [there] = town.in_qbo("Invoice")
    assert (there["TotalAmt"], there["Balance"]) == (180, 180)
    assert sold(there)[1] == (item, -120)
    assert town.in_qbo("Payment") == []
    reason = town.document(customer, f"mediaos/payment/{got}").unplaced
    assert "it is a payment by Barter, which brings no money" in reason
    assert f"`isthmus push payment {got}` has it made in QuickBooks" in reason
    await town.agrees(unplaced=1)

    await a_payment(town, customer, "180", {}, type="Check")
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Payment")] == [180]
    await town.agrees(unplaced=1)


async def test_a_barter_payment_that_is_applied_to_an_invoice_is_an_explained_difference(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    await a_payment(town, customer, "120", {invoice: "120"}, type="barter")
    await town.run()
    assert town.in_qbo("Payment") == []
    assert town.in_qbo("Invoice")[0]["Balance"] == 300
    await town.agrees(unplaced=1)


async def test_a_barter_payment_goes_once_somebody_pushes_it_or_gives_it_another_type(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    one = await a_payment(town, customer, "120", {invoice: "120"}, type="Barter")
    other = await a_payment(town, customer, "80", {invoice: "80"}, type="Trade")
    await town.run()
    await town.agrees(unplaced=2)
    await town.pushes(customer, f"mediaos/payment/{one}")
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Payment")] == [120]
    await town.agrees(unplaced=1)
    await edit(town, "payments", other, type="Check")
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Payment")] == [120, 80]
    await town.agrees()


async def test_what_brings_no_money_is_a_setting(town):
    customer, invoice = await a_customer_with_an_invoice(
        town, ("1", "300"), alternative_payments=("Contra",)
    )
    await a_payment(town, customer, "120", {invoice: "120"}, type="Barter")
    await a_payment(town, customer, "80", {invoice: "80"}, type="Contra")
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Payment")] == [120]
    await town.agrees(unplaced=1)


async def test_a_barter_payment_that_is_deleted_leaves_nothing_to_list(town):
    customer, _ = await a_customer_with_an_invoice(town, ("1", "300"))
    got = await a_payment(town, customer, "120", {}, type="Barter")
    await town.run()
    await town.agrees(unplaced=1)
    await delete(town, "payments", got)
    await town.run()
    assert town.in_qbo("Payment") == []
    await town.agrees()


# Invoices that come to nothing.


async def test_an_invoice_of_zero_crosses_unless_it_is_set_to_be_skipped(town):
    customer, _ = await a_customer_with_an_invoice(town, ("1", "0"))
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [0]
    await town.settings(skip_zero_invoices=True)
    skipped = await an_invoice(town, customer, ("1", "0"))
    await town.run()
    assert len(town.in_qbo("Invoice")) == 1
    reason = town.document(customer, f"mediaos/invoice/{skipped}").unplaced
    assert "its total is zero, and such invoices are set not to be sent" in reason
    await town.agrees(unplaced=1)

    await edit(town, "invoices", skipped, line_items=lines_of(("1", "50")))
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [0, 50]
    await town.agrees()
    await edit(town, "invoices", skipped, line_items=lines_of(("1", "0")))
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [0, 0], "it stays in step"
    await town.agrees()


# Write-offs.


async def an_invoice_written_off(town, amount="-100"):
    """A customer, its invoice of 300, the type and its item; the write-off waits."""
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    away, item = await a_mapped_type(town, "Write off", "discount")
    await maps(town, away, item, write_off=True)
    lines = [*lines_of(("1", "300")), typed(away, amount, "Bad debt")]
    await edit(town, "invoices", invoice, line_items=lines)
    await town.run()
    return customer, invoice, away, item


def park_of(town, customer, invoice):
    return town.document(customer, f"mediaos/invoice/{invoice}").park


async def test_a_write_off_waits_by_name_and_the_invoice_stays_as_it_was(town):
    customer, invoice, away, item = await an_invoice_written_off(town)
    park = park_of(town, customer, invoice)
    assert (park.reason, park.waits_for) == (ParkReason.WRITE_OFF, (f"no-write-off:{away}",))
    assert f"100.00 of it is written off by a line of line item type {away}" in park.detail
    assert f"isthmus map line-types add {away} {item} --no-write-off" in park.detail
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [300]
    await town.agrees(parked=1)


async def test_made_as_a_credit_memo_and_applied_a_write_off_is_one_of_its_day_there(town):
    customer, invoice, away, item = await an_invoice_written_off(town)
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "300")))
    memo = await a_credit_memo(town, customer, line_items=[typed(away, "100", "Bad debt")])
    part = {"credit_memo_id": memo, "invoice_id": invoice, "amount": "100"}
    applied = {"advertiser_id": customer, "lines": [part]}
    await town.mediaos.people.create("creditApplications", applied)
    await town.run()
    [there], [credit] = town.in_qbo("Invoice"), town.in_qbo("CreditMemo")
    assert (there["TotalAmt"], there["Balance"]) == (300, 200)
    assert sold(credit) == [(item, 100)]
    assert credit["TxnDate"] == town.clock.now().date().isoformat()
    assert town.in_mediaos("invoices")[0]["balance"] == "200"
    await town.agrees()


async def test_without_the_mark_the_write_off_stands_on_the_invoice(town):
    customer, invoice, away, item = await an_invoice_written_off(town)
    await maps(town, away, item, write_off=False)
    await town.run()
    assert park_of(town, customer, invoice) is None
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [200]
    await town.agrees()


async def test_a_write_off_that_stood_there_before_the_mark_stays_in_step(town):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "300"))
    away, item = await a_mapped_type(town, "Write off", "discount")
    off = typed(away, "-100", "Bad debt")
    await edit(town, "invoices", invoice, line_items=[*lines_of(("1", "300")), off])
    await town.run()
    await maps(town, away, item, write_off=True)
    lines = [*lines_of(("1", "300"), ("1", "50")), off]
    await edit(town, "invoices", invoice, line_items=lines, comments="April")
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [250]
    await town.agrees()

    raised = typed(away, "-120", "Bad debt")
    await edit(town, "invoices", invoice, line_items=[*lines_of(("1", "300")), raised])
    await town.run()
    assert park_of(town, customer, invoice).reason is ParkReason.WRITE_OFF
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [250]
    await town.agrees(parked=1)

    await edit(town, "invoices", invoice, line_items=lines_of(("1", "300")))
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [300], "taken back"
    await town.agrees()


async def test_what_is_paid_meanwhile_crosses(town):
    customer, invoice, _, _ = await an_invoice_written_off(town)
    await a_payment(town, customer, "200", {invoice: "200"})
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Payment")] == [200]
    assert town.in_qbo("Invoice")[0]["Balance"] == 100
    await town.agrees(parked=1)


async def test_an_invoice_that_is_deleted_while_its_write_off_waits_is_voided(town):
    _, invoice, _, _ = await an_invoice_written_off(town, "-300")
    await delete(town, "invoices", invoice)
    await town.run()
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [0]
    await town.agrees()


async def test_another_mapping_keeps_the_mark_and_none_takes_it_away(town):
    await open_shop(town)
    away, item = await a_mapped_type(town, "Write off", "discount")
    await maps(town, away, item, write_off=True)
    await maps(town, away, an_item(town, "Bad debts"))
    assert tenant(town).write_offs == (away,)
    await maps(town, away, None)
    assert tenant(town).write_offs == ()
    await maps(town, away, item)
    assert tenant(town).write_offs == ()


async def test_a_credit_memo_of_quickbooks_on_the_bad_debt_item_is_one_of_that_type_here(town):
    customer, invoice, away, item = await an_invoice_written_off(town)
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "300")))
    await town.run()
    there = town.in_qbo("Customer")[0]["Id"]
    lines = [with_item(item, "100")]
    town.qbo.person.create("CreditMemo", {"CustomerRef": {"value": there}, "Line": lines})
    await town.run()
    [made] = town.in_mediaos("creditMemos")
    assert [named(line) for line in made["line_items"]] == [(None, away)]
    assert (made["advertiser_id"], made["total"]) == (customer, "100")
    await town.agrees()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_fee_whose_answer_is_lost_is_made_once(town, when):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    customer = await a_customer(town)
    await town.run()
    town.qbo.faults.time_out_next(when)
    invoice = await an_invoice(town, customer, line_items=[typed(fee, "25")])
    await town.run(120)
    assert [sold(each) for each in town.in_qbo("Invoice")] == [[(item, 25)]]
    town.qbo.faults.time_out_next(when)
    lines = [*lines_of(("1", "300")), typed(fee, "35")]
    await edit(town, "invoices", invoice, line_items=lines)
    await town.worker()
    await town.run(120)
    page = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    [there] = town.in_qbo("Invoice")
    assert sorted(sold(there)) == sorted([(page, 300), (item, 35)])
    await town.agrees()


async def test_a_fee_may_be_given_back(town):
    await open_shop(town)
    fee, item = await a_mapped_type(town)
    customer = await a_customer(town)
    await keeps(town, "Check", account_called(town, "Checking"))
    await a_refund(town, customer, line_items=[typed(fee, "25")])
    await town.run()
    [there] = town.in_qbo("RefundReceipt")
    assert sold(there) == [(item, 25)]
    await town.agrees()


async def test_a_payment_of_what_mediaos_has_written_off_waits_with_both_figures(town):
    customer, invoice, _, _ = await an_invoice_written_off(town)
    [there] = town.in_qbo("Invoice")
    paid = paid_in_qbo(town, "300", {there["Id"]: "300"})
    await town.run()
    park = town.document(customer, f"qbo/payment/{paid['Id']}").park
    assert park.reason is ParkReason.ON_ACCOUNT
    assert "of 300.00 for invoice MediaOS-20001 MediaOS has 200.00 open" in park.detail
    assert "422" not in park.detail
    assert town.answers(422) == 0
    await town.agrees(parked=2)

    await edit(town, "invoices", invoice, line_items=lines_of(("1", "300")))
    await town.run()
    assert [each["amount"] for each in town.in_mediaos("payments")] == ["300"]
    await town.agrees()
