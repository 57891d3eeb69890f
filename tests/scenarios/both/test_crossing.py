"""What MediaOS makes and changes reaches QuickBooks once, to the cent, and comes back numbered."""

from decimal import Decimal

import pytest

from tests.scenarios.both.people import (
    BADLY,
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    edit,
    lines_of,
    open_shop,
)

ROUNDED = ("14.5", "128.35"), ("3", "33.335"), ("0.5", "0.01"), ("1", "0.005"), ("7", "1.115")


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
async def test_an_invoice_crosses_with_every_line_and_its_number_comes_back(town, count):
    await open_shop(town)
    customer = await a_customer(town, email={"value": "ap@harbour.example"}, phone="555-0100")
    invoice = await an_invoice(town, customer, *(BADLY,) * count)
    await town.run()

    [crossed] = town.in_qbo("Invoice")
    assert crossed["TotalAmt"] == Decimal("1861.08") * count
    assert crossed["DocNumber"] == f"MediaOS-{invoice}"
    [back] = town.in_mediaos("invoices")
    assert back["external_number"] == f"MediaOS-{invoice}"
    assert back["external_reference"] == crossed["Id"]
    [known] = town.in_qbo("Customer")
    assert known["PrimaryEmailAddr"]["Address"] == "ap@harbour.example"
    await town.agrees()


async def test_amounts_that_round_badly_agree_line_by_line(town):
    await a_customer_with_an_invoice(town, *ROUNDED)

    [crossed] = town.in_qbo("Invoice")
    amounts = [line["Amount"] for line in crossed["Line"] if "SalesItemLineDetail" in line]
    assert amounts == [Decimal(a) for a in ("1861.08", "100.01", "0.01", "0.01", "7.81")]
    await town.agrees()


@pytest.mark.parametrize("custom", [True, False])
async def test_quickbooks_numbers_an_invoice_when_the_setting_is_off(town, custom):
    await open_shop(town, assign_invoice_id=False)
    town.qbo.person.set_custom_numbers(custom)
    await an_invoice(town, await a_customer(town))
    await town.run()

    [crossed] = town.in_qbo("Invoice")
    [back] = town.in_mediaos("invoices")
    assert crossed["DocNumber"] == back["external_number"] == "1001"
    await town.agrees()


async def test_a_changed_prefix_renumbers_nothing_that_has_crossed(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    await town.settings(number_prefix="00-")
    await edit(town, "invoices", invoice, comments="April")
    second = await an_invoice(town, customer)
    await town.run()

    numbers = [crossed["DocNumber"] for crossed in town.in_qbo("Invoice")]
    assert numbers == [f"MediaOS-{invoice}", f"00-{second}"]
    await town.agrees()


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"comments": "Thank you"}, ("CustomerMemo", {"value": "Thank you"})),
        ({"date_due": "2026-06-01 00:00:00"}, ("DueDate", "2026-06-01")),
        (
            {"billing_email": {"value": "books@harbour.example"}},
            ("BillEmail", {"Address": "books@harbour.example"}),
        ),
        ({"line_items": lines_of(("2", "10.005"), ("1", "5"))}, ("TotalAmt", Decimal("25.01"))),
    ],
    ids=["memo", "due", "email", "lines"],
)
async def test_what_is_edited_in_mediaos_follows(town, changes, shown):
    _, invoice = await a_customer_with_an_invoice(town)
    await edit(town, "invoices", invoice, **changes)
    await town.run()

    [crossed] = town.in_qbo("Invoice")
    assert crossed[shown[0]] == shown[1]
    await town.agrees()


async def test_the_echo_of_our_own_writes_costs_no_write(town):
    _, invoice = await a_customer_with_an_invoice(town)
    # The customer, the invoice, and the number that goes back.
    assert town.writes() == 3
    await edit(town, "invoices", invoice, comments="April")
    await town.run(120)

    assert town.writes() == 4
    await town.agrees()


async def test_an_edit_there_and_back_right_after_our_write_survives(town):
    _, invoice = await a_customer_with_an_invoice(town)
    await edit(town, "invoices", invoice, comments="A")
    await town.run()
    [crossed] = town.in_qbo("Invoice")
    for memo in ("B", "A", "B", "A"):
        town.qbo.person.edit("Invoice", crossed["Id"], {"CustomerMemo": {"value": memo}})
        await town.run(0.2)
    await town.run()

    assert town.in_mediaos("invoices")[0]["comments"] == "A"
    await town.agrees()


async def test_an_edit_there_and_back_in_mediaos_survives(town):
    _, invoice = await a_customer_with_an_invoice(town)
    for memo in ("A", "B", "A"):
        await edit(town, "invoices", invoice, comments=memo)
    await town.run()

    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "A"}
    await town.agrees()


async def test_customers_and_invoices_of_one_moment_cross_once_each(town):
    await open_shop(town)
    for name in ("Harbour Books", "North Light", "Amy's Birds", "Söhne & O'Hara"):
        customer = await a_customer(town, name)
        for _ in range(3):
            await an_invoice(town, customer)
    await town.run(60)

    assert len(town.in_qbo("Customer")) == 4
    assert len(town.in_qbo("Invoice")) == 12
    await town.agrees()


async def test_a_worker_killed_in_the_middle_leaves_the_rest_to_the_next(town):
    await open_shop(town)
    customer = await a_customer(town)
    for _ in range(3):
        await an_invoice(town, customer)
    await town.run(0.3)
    await town.worker()
    await town.run(60)

    assert len(town.in_qbo("Customer")) == 1
    assert len(town.in_qbo("Invoice")) == 3
    await town.agrees()
