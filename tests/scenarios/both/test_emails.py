"""A list of e-mail addresses crosses by whole addresses, and what stays behind is named."""

import pytest

from tests.scenarios.both.people import a_customer, an_invoice, edit, open_shop

pytestmark = pytest.mark.few_rows

LAST = "accounts@harbour.com"
#: 101 characters.
LONG = f"{'x' * 28}@harbour.example; {'y' * 18}@harbour.example;{LAST}"
HELD = LONG.removesuffix(f";{LAST}").replace(";", ",")


async def test_no_address_is_cut_and_what_does_not_fit_is_listed_until_it_does(town):
    await open_shop(town)
    customer = await a_customer(town, email={"value": LONG})
    invoice = await an_invoice(town, customer, billing_email={"value": LONG})
    await town.run()

    assert town.in_qbo("Customer")[0]["PrimaryEmailAddr"]["Address"] == HELD
    assert town.in_qbo("Invoice")[0]["BillEmail"]["Address"] == HELD
    for name in (f"mediaos/customer/{customer}", f"mediaos/invoice/{invoice}"):
        assert LAST in town.document(customer, name).unplaced
    assert town.in_mediaos("advertisers")[0]["email"]["value"] == LONG
    await town.agrees(unplaced=2)

    asked = town.writes()
    await town.run(3600)
    assert town.writes() == asked, "what came back is what was agreed"

    await edit(town, "advertisers", customer, email={"value": LAST})
    await edit(town, "invoices", invoice, billing_email={"value": LAST})
    await town.run()
    assert town.in_qbo("Customer")[0]["PrimaryEmailAddr"]["Address"] == LAST
    await town.agrees()


async def test_an_address_changed_in_quickbooks_leaves_those_that_it_never_held(town):
    await open_shop(town)
    customer = await a_customer(town, email={"value": LONG})
    await town.run()
    [known] = town.in_qbo("Customer")
    changed = {"PrimaryEmailAddr": {"Address": "new@harbour.example"}}
    town.qbo.person.edit("Customer", known["Id"], changed)
    await town.run()

    assert town.in_mediaos("advertisers")[0]["email"]["value"] == f"new@harbour.example, {LAST}"
    assert town.in_qbo("Customer")[0]["PrimaryEmailAddr"]["Address"] == "new@harbour.example"
    await town.run(3600)
    assert town.document(customer, f"mediaos/customer/{customer}").agreed.qbo.email == (
        "new@harbour.example"
    )
