"""With two-way sync off nothing flows by itself, and what is pushed goes with all it needs."""

import pytest

from schemas.catalog import encode
from schemas.requests import Push
from schemas.state import ParkReason
from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    an_item,
    edit,
    open_shop,
)
from tests.scenarios.both.town import TENANT


async def push(town, customer, document, **more):
    lane = f"{TENANT}/mediaos/{customer}"
    await town.ask(lane, Push(id=f"push-{document}-{more}", lane=lane, document=document, **more))
    await town.run()


async def push_as_a_service(town, customer, document):
    lane = f"{TENANT}/mediaos/{customer}"
    asked = Push(id=f"push-{document}", lane=lane, document=document)
    await town.kafka.send("isthmus-pushes", lane.encode(), encode(asked))
    await town.run()


async def edited_on_both_sides(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    await town.settings(manual_push=True)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"CustomerMemo": {"value": "Theirs"}})
    await edit(town, "invoices", invoice, comments="Ours")
    await town.run()
    return customer, f"mediaos/invoice/{invoice}"


def memo(town):
    return town.in_qbo("Invoice")[0]["CustomerMemo"]["value"]


@pytest.mark.parametrize("pushed_by", [push_as_a_service, push])
async def test_an_invoice_that_is_pushed_takes_its_new_customer_along(town, pushed_by):
    await open_shop(town, manual_push=True)
    customer = await a_customer(town)
    pushed = await an_invoice(town, customer)
    await an_invoice(town, customer)
    await town.run()
    assert town.writes() == 0
    await town.agrees(parked=3)

    await pushed_by(town, customer, f"mediaos/invoice/{pushed}")
    assert [each["DocNumber"] for each in town.in_qbo("Invoice")] == [f"MediaOS-{pushed}"]
    assert len(town.in_qbo("Customer")) == 1
    await town.agrees(parked=1)


async def test_a_push_is_remembered_while_its_product_is_not_mapped(town):
    await open_shop(town, manual_push=True)
    product = (await town.mediaos.people.create("products", {"name": "Back cover"}))["id"]
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, product=product)
    await push(town, customer, f"mediaos/invoice/{invoice}")
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert (park.reason, park.pushed) == (ParkReason.UNMAPPED_PRODUCT, True)

    await town.maps(product, an_item(town, "Back cover"))
    await town.run()
    assert len(town.in_qbo("Invoice")) == 1
    await town.agrees()


async def test_a_push_over_an_edit_made_in_quickbooks_is_not_sent(town):
    customer, name = await edited_on_both_sides(town)
    await push(town, customer, name)
    assert memo(town) == "Theirs"
    assert town.document(customer, name).park.reason is ParkReason.MANUAL

    await push(town, customer, name, overwrite=True)
    assert memo(town) == "Ours"
    await town.agrees()


async def test_an_edit_made_in_quickbooks_alone_is_pushed_from_there(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    await town.settings(manual_push=True)
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"CustomerMemo": {"value": "Theirs"}})
    await town.run()
    await town.agrees(parked=1)
    await push(town, customer, f"mediaos/invoice/{invoice}")
    await town.agrees(parked=1)

    await push(town, customer, f"mediaos/invoice/{invoice}", side=Side.QBO)
    assert town.in_mediaos("invoices")[0]["comments"] == "Theirs"
    await town.agrees()


async def test_an_edit_that_only_the_write_meets_keeps_the_push_back(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    await town.settings(manual_push=True)
    await edit(town, "invoices", invoice, comments="Ours")
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    [crossed] = town.in_qbo("Invoice")
    town.qbo.person.edit("Invoice", crossed["Id"], {"CustomerMemo": {"value": "Theirs"}})
    await town.run(1)
    await push(town, customer, f"mediaos/invoice/{invoice}")

    assert memo(town) == "Theirs"
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert "memo was changed in QuickBooks" in park.detail
    await town.agrees(parked=1)


async def test_switched_on_again_all_that_was_held_flows_in_order(town):
    await open_shop(town, manual_push=True)
    customer = await a_customer(town)
    first = await an_invoice(town, customer)
    await a_payment(town, customer, "100", {first: "100"})
    await edit(town, "invoices", first, comments="April")
    await an_invoice(town, customer)
    await town.run()
    await town.agrees(parked=4)

    await town.settings(manual_push=False)
    await town.run()
    assert (len(town.in_qbo("Invoice")), len(town.in_qbo("Payment"))) == (2, 1)
    assert memo(town) == "April"
    await town.agrees()
