"""A customer that one side deletes is inactive on the other, and active again once it is back."""

import pytest

from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    delete,
    edit,
    open_shop,
)
from tests.scenarios.both.test_many_removed import confirm

pytestmark = pytest.mark.few_rows


async def given_a_customer(town) -> str:
    await open_shop(town)
    customer = await a_customer(town)
    await town.run()
    return customer


def there(town):
    [customer] = town.in_qbo("Customer")
    return customer


def here(town):
    [customer] = town.in_mediaos("advertisers")
    return customer


def park_of(town, customer):
    return town.document(customer, f"mediaos/customer/{customer}").park


async def test_a_customer_deleted_in_mediaos_is_inactive_in_quickbooks_until_it_is_back(town):
    customer = await given_a_customer(town)
    await delete(town, "advertisers", customer)
    await town.run()
    assert (there(town)["Active"], park_of(town, customer)) == (False, None)
    await town.agrees()

    await town.mediaos.people.restore("advertisers", customer)
    await town.run()
    assert (there(town)["Active"], there(town)["DisplayName"]) == (True, "Harbour Books")
    assert park_of(town, customer) is None
    await town.agrees()


async def test_a_customer_made_inactive_in_quickbooks_is_so_in_mediaos_until_it_is_active(town):
    await given_a_customer(town)
    town.qbo.person.deactivate("Customer", there(town)["Id"])
    await town.run()
    assert (here(town)["active"], here(town)["name"]) == (False, "Harbour Books")
    await town.agrees()

    town.qbo.person.edit("Customer", there(town)["Id"], {"Active": True})
    await town.run()
    assert here(town)["active"] is True
    await town.agrees()


async def test_whoever_makes_it_active_again_in_mediaos_has_it_so_in_quickbooks(town):
    customer = await given_a_customer(town)
    town.qbo.person.deactivate("Customer", there(town)["Id"])
    await town.run()
    await edit(town, "advertisers", customer, active=True)
    await town.run()

    assert (there(town)["Active"], here(town)["active"]) == (True, True)
    await town.agrees()


async def test_one_that_mediaos_makes_inactive_and_keeps_stays_as_it_is_in_quickbooks(town):
    customer = await given_a_customer(town)
    await edit(town, "advertisers", customer, active=False)
    asked = town.writes()
    await town.run()

    assert (there(town)["Active"], town.writes()) == (True, asked)
    await town.agrees()


async def test_a_customer_with_an_open_balance_there_parks_in_an_accountants_words(town):
    customer = await given_a_customer(town)
    await town.settings(born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run(1)
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail"}
    line |= {"SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    sold = {"CustomerRef": {"value": there(town)["Id"]}, "Line": [line]}
    town.qbo.person.create("Invoice", sold)
    await town.run()
    await delete(town, "advertisers", customer)
    await town.run()

    assert "open balance" in park_of(town, customer).detail
    assert there(town)["Active"] is True
    town.qbo.person.edit(
        "Invoice", town.in_qbo("Invoice")[0]["Id"], {"Line": [{**line, "Amount": 0}]}
    )
    await town.run()
    assert there(town)["Active"] is False


async def test_a_deletion_that_meets_an_edit_of_the_customer_is_a_conflict(town):
    customer = await given_a_customer(town)
    town.mediaos.faults.arm("wrong_412", times=50)
    changes = {"PrimaryPhone": {"FreeFormNumber": "555-0100"}}
    town.qbo.person.edit("Customer", there(town)["Id"], changes)
    await delete(town, "advertisers", customer)
    await town.run(300)

    park = park_of(town, customer)
    assert park.reason is ParkReason.CONFLICT
    assert "phone changed in QuickBooks" in park.detail
    assert there(town)["Active"] is True


async def test_an_observing_tenant_makes_nobody_inactive(town):
    customer = await given_a_customer(town)
    await town.settings(observe=True)
    await town.run()
    await delete(town, "advertisers", customer)
    asked = town.writes()
    await town.run()

    assert park_of(town, customer).reason is ParkReason.OBSERVE
    assert town.writes() == asked


async def deleted_with_invoices(town, many):
    customer, invoice = await a_customer_with_an_invoice(town, ("1", "100"))
    others = [await an_invoice(town, customer, ("1", "100")) for _ in range(many - 1)]
    await town.run()
    for each in (invoice, *others):
        await delete(town, "invoices", each)
    await delete(town, "advertisers", customer)
    await town.run(60)


async def test_one_whose_invoices_wait_since_so_many_go_follows_once_they_are_confirmed(town):
    many = 7
    await deleted_with_invoices(town, many)
    assert there(town)["Active"] is True
    await confirm(town, Side.MEDIAOS)

    assert there(town)["Active"] is False
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [0] * many
    assert town.answers(400) <= 1
    await town.agrees()


@pytest.mark.parametrize("many", [1, 3])
async def test_a_customer_goes_after_all_that_it_had_and_is_not_tried_after_each(town, many):
    await deleted_with_invoices(town, many)

    assert there(town)["Active"] is False
    assert [each["TotalAmt"] for each in town.in_qbo("Invoice")] == [0] * many
    assert town.answers(400) <= 1
    await town.agrees()
