"""Products and items change under open invoices: what crosses, what waits, and what lets it go."""

import pytest

from agents.rules.mappings.catalog_entries import whole_names
from schemas.requests import ReadTargets
from schemas.state import ParkReason
from schemas.values import MappingKind
from streams.remotes.quickbooks.kinds.product import UNSOLD
from tests.scenarios.both.people import (
    FULL_PAGE,
    HALF_PAGE,
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    an_item,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.town import TENANT

PRODUCT = MappingKind.PRODUCT


def tenant(town):
    return town.workers[-1].engine.journal.state(f"tenant:{TENANT}")


def item_in(invoice):
    return invoice["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"]


async def test_a_product_whose_item_was_made_inactive_waits_by_name_until_it_is_active(town):
    customer, _ = await a_customer_with_an_invoice(town)
    item = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    town.qbo.person.edit("Item", item, {"Active": False})
    await town.run()
    waiting = await an_invoice(town, customer)
    await a_payment(town, customer, "100", {waiting: "100"})
    going = await an_invoice(town, customer, product=HALF_PAGE)
    await town.run()

    park = town.document(customer, f"mediaos/invoice/{waiting}").park
    assert park.reason is ParkReason.ITEM_INACTIVE
    assert f"item {item}, which product {FULL_PAGE} (Full page) is sold as, is inactive" in (
        park.detail
    )
    assert town.in_qbo("Invoice")[-1]["DocNumber"] == f"MediaOS-{going}"
    assert town.answers(400) == 0, "QuickBooks was not asked for what it would refuse"
    await town.agrees(parked=2)

    town.qbo.person.edit("Item", item, {"Active": True})
    await town.run()
    assert town.in_qbo("Invoice")[-1]["DocNumber"] == f"MediaOS-{waiting}"
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees()


async def test_another_mapping_frees_what_waits_for_an_inactive_item(town):
    await open_shop(town)
    town.qbo.person.edit("Item", tenant(town).mapped(PRODUCT)[FULL_PAGE], {"Active": False})
    customer = await a_customer(town)
    await an_invoice(town, customer)
    await town.run()
    await town.agrees(parked=1)

    another = an_item(town, "Advertising")
    await town.maps(FULL_PAGE, another)
    await town.run()
    assert item_in(town.in_qbo("Invoice")[0]) == another
    await town.agrees()


@pytest.mark.parametrize("linked", [False, True])
async def test_an_inactive_item_that_nobody_told_of_parks_its_invoice_and_locks_nothing(
    town, linked
):
    customer, invoice = await a_customer_with_an_invoice(town)
    item = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit("Item", item, {"Active": False})
    await town.run(1)
    if linked:
        await edit(town, "invoices", invoice, comments="April")
    else:
        invoice = await an_invoice(town, customer)
    await town.run(60)

    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.ITEM_INACTIVE
    assert f"product {FULL_PAGE}" in park.detail
    assert not tenant(town).targets_of(PRODUCT)[item].active, "the tenant has learnt of it"
    await town.agrees(parked=1)

    going = await an_invoice(town, customer, product=HALF_PAGE)
    town.qbo.person.edit("Item", item, {"Active": True})
    await town.run(60)
    assert {f"MediaOS-{invoice}", f"MediaOS-{going}"} <= {
        each["DocNumber"] for each in town.in_qbo("Invoice")
    }
    await town.agrees()


async def test_a_new_name_on_either_side_changes_the_list_and_no_invoice(town):
    customer, _ = await a_customer_with_an_invoice(town)
    item = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    asked = town.writes()
    town.qbo.person.edit("Item", item, {"Name": "Whole page"})
    await edit(town, "products", FULL_PAGE, name="One page")
    await town.run()

    assert tenant(town).targets_of(PRODUCT)[item].name == "Whole page"
    assert tenant(town).sources_of(PRODUCT)[FULL_PAGE].name == "One page"
    assert town.writes() == asked
    await an_invoice(town, customer)
    await town.run()
    assert item_in(town.in_qbo("Invoice")[1]) == item
    await town.agrees()


async def test_a_product_that_mediaos_does_not_sell_any_more_keeps_its_mapping(town):
    customer, _ = await a_customer_with_an_invoice(town)
    await edit(town, "products", FULL_PAGE, active=False)
    await an_invoice(town, customer)
    await town.run()

    assert not tenant(town).sources_of(PRODUCT)[FULL_PAGE].active
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_another_mapping_leaves_what_is_across_until_its_lines_change(town):
    _, invoice = await a_customer_with_an_invoice(town)
    before = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    another = an_item(town, "Advertising")
    await town.maps(FULL_PAGE, another)
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert item_in(town.in_qbo("Invoice")[0]) == before

    await edit(town, "invoices", invoice, line_items=lines_of(("2", "10")))
    await town.run()
    assert item_in(town.in_qbo("Invoice")[0]) == another
    await town.agrees()


async def test_a_mapping_taken_away_leaves_what_is_across_and_parks_new_lines(town):
    customer, invoice = await a_customer_with_an_invoice(town)
    item = tenant(town).mapped(PRODUCT)[FULL_PAGE]
    await town.maps(FULL_PAGE, None)
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": "April"}

    await edit(town, "invoices", invoice, line_items=lines_of(("2", "10")))
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.UNMAPPED_PRODUCT
    assert f"product {FULL_PAGE} (Full page) of MediaOS is not mapped" in park.detail
    await town.agrees(parked=1)

    await town.maps(FULL_PAGE, item)
    await town.run()
    assert town.in_qbo("Invoice")[0]["TotalAmt"] == 20
    await town.agrees()


@pytest.mark.parametrize("item", ["999", "inactive"])
async def test_a_mapping_to_an_item_that_cannot_be_sold_is_refused(town, item):
    await open_shop(town)
    before = tenant(town).mapped(PRODUCT)
    if item == "inactive":
        item = an_item(town, "Old page")
        town.qbo.person.edit("Item", item, {"Active": False})
    await town.maps(FULL_PAGE, item)
    await town.run(1)
    assert tenant(town).mapped(PRODUCT) == before


@pytest.mark.parametrize("sort", ["Category", "Group"])
@pytest.mark.parametrize("heard", [True, False])
async def test_what_no_line_can_name_is_not_mapped(town, sort, heard):
    await open_shop(town)
    before = tenant(town).mapped(PRODUCT)
    if not heard:
        town.qbo.webhooks.misbehave("drop")
    fields = {"Name": "Launch pack", "Type": sort, "IncomeAccountRef": {"value": "1"}}
    made = str(town.qbo.person.create("Item", fields)["Id"])
    await town.run(1)
    await town.maps(FULL_PAGE, made)
    await town.run(1)
    assert tenant(town).mapped(PRODUCT) == before
    assert tenant(town).targets_of(PRODUCT)[made].unsold == UNSOLD[sort]


async def test_items_of_one_name_in_two_categories_are_known_by_their_whole_names(town):
    await open_shop(town)
    made = {}
    for above in ("Print", "Web"):
        category = town.qbo.person.create("Item", {"Name": above, "Type": "Category"})
        inside = {"ParentRef": {"value": category["Id"]}, "SubItem": True}
        fields = {"Name": "Banner", "IncomeAccountRef": {"value": "1"}, **inside}
        made[above] = str(town.qbo.person.create("Item", fields)["Id"])
    await town.run(5)
    called = whole_names(tenant(town).targets_of(PRODUCT))
    assert [called[item] for item in made.values()] == ["Print:Banner", "Web:Banner"]


async def test_a_mapping_is_taken_while_quickbooks_is_out(town):
    await open_shop(town)
    town.qbo.faults.refuse_company("150", seconds=60)
    await town.maps(FULL_PAGE, "999")
    await town.run(1)
    assert tenant(town).mapped(PRODUCT)[FULL_PAGE] == "999"


async def test_all_items_are_read_when_somebody_asks(town):
    await open_shop(town)
    town.qbo.webhooks.misbehave("drop")
    new = an_item(town, "Back cover")
    await town.run(1)
    assert new not in tenant(town).targets_of(PRODUCT)
    await town.ask(TENANT, ReadTargets(id="r", tenant=TENANT))
    await town.run(1)
    assert tenant(town).targets_of(PRODUCT)[new].name == "Back cover"
