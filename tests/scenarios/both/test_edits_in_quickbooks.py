"""What people change in QuickBooks comes to MediaOS, or is listed where MediaOS cannot take it."""

from decimal import Decimal

import pytest

from schemas.tenant_state import BornInQuickbooks
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    edit,
    line_in_qbo,
    open_shop,
    sold_in_qbo,
)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"CustomerMemo": {"value": "Thank you"}}, ("comments", "Thank you")),
        ({"DueDate": "2026-06-01"}, ("date_due", "2026-06-01 00:00:00")),
        ({"DocNumber": "X-9"}, ("external_number", "X-9")),
    ],
    ids=["memo", "due", "number"],
)
async def test_a_header_field_changed_in_quickbooks_comes_to_mediaos(town, changes, shown):
    await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], changes)
    await town.run()

    assert town.in_mediaos("invoices")[0][shown[0]] == shown[1]
    await town.agrees()


async def test_the_email_of_an_invoice_changed_in_quickbooks_comes_to_mediaos(town):
    await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"BillEmail": {"Address": "b@harbour.example"}})
    await town.run()

    assert town.in_mediaos("invoices")[0]["billing_email"]["value"] == "b@harbour.example"
    await town.agrees()


async def test_lines_changed_in_quickbooks_park_with_both_totals_and_are_not_written_over(town):
    await a_customer_with_an_invoice(town)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"Line": [line_in_qbo("5")]})
    await town.run()

    assert town.in_qbo("Invoice")[0]["TotalAmt"] == 5
    assert town.in_mediaos("invoices")[0]["total"] == "1861.08"
    await town.agrees(parked=1)


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"PrimaryPhone": {"FreeFormNumber": "555-0199"}}, "phone", "555-0199"),
        ({"DisplayName": "Harbour & Sons"}, "name", "Harbour & Sons"),
    ],
    ids=["phone", "name"],
)
async def test_a_customer_changed_in_quickbooks_changes_in_mediaos(town, changes, name, value):
    await a_customer_with_an_invoice(town)
    town.qbo.person.edit("Customer", town.in_qbo("Customer")[0]["Id"], changes)
    await town.run()

    assert town.in_mediaos("advertisers")[0][name] == value
    await town.agrees()


async def test_a_phone_changed_there_and_an_email_changed_here_at_once_both_survive(town):
    customer, _ = await a_customer_with_an_invoice(town)
    [known] = town.in_qbo("Customer")
    town.qbo.person.edit("Customer", known["Id"], {"PrimaryPhone": {"FreeFormNumber": "555-0199"}})
    await edit(town, "advertisers", customer, email={"value": "new@harbour.example"})
    await town.run()

    [known], [here] = town.in_qbo("Customer"), town.in_mediaos("advertisers")
    assert known["PrimaryEmailAddr"]["Address"] == "new@harbour.example"
    assert here["phone"] == "555-0199"
    await town.agrees()


async def test_the_same_phone_changed_on_both_sides_goes_to_its_owner(town):
    customer, _ = await a_customer_with_an_invoice(town)
    [known] = town.in_qbo("Customer")
    town.qbo.person.edit("Customer", known["Id"], {"PrimaryPhone": {"FreeFormNumber": "555-0199"}})
    await edit(town, "advertisers", customer, phone="555-0111")
    await town.run()

    assert town.in_qbo("Customer")[0]["PrimaryPhone"]["FreeFormNumber"] == "555-0111"
    assert town.in_mediaos("advertisers")[0]["phone"] == "555-0111"
    await town.agrees()


async def test_the_name_changed_on_both_sides_is_a_persons_choice_until_they_are_equal(town):
    customer, _ = await a_customer_with_an_invoice(town)
    [known] = town.in_qbo("Customer")
    town.qbo.person.edit("Customer", known["Id"], {"DisplayName": "Harbour & Sons"})
    await edit(town, "advertisers", customer, name="Harbour & Daughters")
    await town.run()
    park = town.document(customer, f"mediaos/customer/{customer}").park
    assert park is not None
    assert "name" in park.detail
    await town.agrees(parked=1)

    await edit(town, "advertisers", customer, name="Harbour & Sons")
    await town.run()
    assert town.in_qbo("Customer")[0]["DisplayName"] == "Harbour & Sons"
    await town.agrees()


@pytest.fixture
async def walk_in(town):
    """A customer of QuickBooks, of a tenant that has what is born there listed."""
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    return town.qbo.person.create("Customer", {"DisplayName": "Walk-in"})["Id"]


async def test_a_customer_and_an_invoice_born_in_quickbooks_are_listed_if_so_set(town, walk_in):
    invoice = sold_in_qbo(town, walk_in, "5", DocNumber="Q-1")
    await town.run()

    assert town.in_mediaos("advertisers") == []
    for name in (f"qbo/customer/{walk_in}", f"qbo/invoice/{invoice['Id']}"):
        assert town.document(walk_in, name, side="qbo").unplaced
    await town.agrees(unplaced=2)


async def test_a_payment_in_quickbooks_of_a_customer_that_is_listed_is_listed(town, walk_in):
    paid = {"CustomerRef": {"value": walk_in}, "TotalAmt": Decimal(5)}
    town.qbo.person.create("Payment", paid)
    await town.run()

    assert town.in_mediaos("payments") == []
    await town.agrees(unplaced=2)
