"""What is billed to a customer that is inactive in QuickBooks waits by name, and goes by itself."""

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    lines_of,
)

pytestmark = pytest.mark.few_rows


def deactivates(town):
    [known] = town.in_qbo("Customer")
    town.qbo.person.deactivate("Customer", known["Id"])
    return known["Id"]


def parks(town, customer, name):
    return town.document(customer, f"mediaos/{name}").park


async def test_what_is_billed_to_an_inactive_customer_waits_by_name_until_it_is_active(town):
    customer, first = await a_customer_with_an_invoice(town)
    known = deactivates(town)
    await town.run()
    waiting = await an_invoice(town, customer)
    paid = await a_payment(town, customer, "10", {first: "10"})
    await edit(town, "invoices", first, line_items=lines_of(("2", "10")))
    await town.run()

    for name in (f"invoice/{waiting}", f"payment/{paid}", f"invoice/{first}"):
        park = parks(town, customer, name)
        kind = name.partition("/")[0]
        assert park.reason is ParkReason.CUSTOMER_INACTIVE
        assert park.detail == (
            "customer Harbour Books is inactive in QuickBooks: make it active there, and this "
            f"{kind} goes by itself"
        )
    assert town.answers(400) == 0, "QuickBooks was not asked for what it would refuse"
    await town.agrees(parked=3)

    town.qbo.person.edit("Customer", known, {"Active": True})
    await town.run()
    assert len(town.in_qbo("Invoice")) == 2
    for name in (f"invoice/{waiting}", f"payment/{paid}", f"invoice/{first}"):
        assert parks(town, customer, name) is None


@pytest.mark.parametrize("code", ["610", "2500"])
@pytest.mark.parametrize("linked", [False, True])
async def test_an_inactive_customer_that_nobody_told_of_is_found_by_the_refusal(town, code, linked):
    customer, invoice = await a_customer_with_an_invoice(town)
    town.qbo.change_settings({"inactive_reference": code})
    town.qbo.webhooks.misbehave("drop")
    known = deactivates(town)
    await town.run(1)
    if linked:
        await edit(town, "invoices", invoice, comments="April")
    else:
        invoice = await an_invoice(town, customer)
    await town.run()

    park = parks(town, customer, f"invoice/{invoice}")
    assert park.reason is ParkReason.CUSTOMER_INACTIVE
    assert "customer Harbour Books is inactive in QuickBooks" in park.detail
    asked = town.writes()
    await edit(town, "advertisers", customer, phone="555-0111")
    await town.run()
    assert parks(town, customer, f"invoice/{invoice}").reason is ParkReason.CUSTOMER_INACTIVE
    assert town.writes() <= asked + 3, "the invoice was not sent again"

    town.qbo.person.edit("Customer", known, {"Active": True})
    await town.run()
    assert parks(town, customer, f"invoice/{invoice}") is None
