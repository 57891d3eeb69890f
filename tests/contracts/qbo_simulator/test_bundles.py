"""What is a bundle on a line? quickbooks-money.md 5.4."""

import pytest


@pytest.fixture
def pack(simulator):
    """Make a bundle of one display ad at 100 and two banners at 20."""
    income = {"IncomeAccountRef": {"value": "1"}}
    simulator.person.edit("Item", "1", {"UnitPrice": 100})
    banner = simulator.person.create("Item", {"Name": "Banner", "UnitPrice": 20, **income})
    parts = [{"ItemRef": {"value": "1"}}, {"ItemRef": {"value": banner["Id"]}, "Qty": 2}]
    detail = {"ItemGroupDetail": {"ItemGroupLine": parts}}
    return simulator.person.create("Item", {"Name": "Launch pack", "Type": "Group", **detail})


def bundled(pack, **more):
    detail = {"GroupItemRef": {"value": pack["Id"]}, "Quantity": 2, **more}
    return {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}


async def test_a_bundle_brings_its_parts_with_ids_and_amounts(api, invoice, line, pack):
    made = await api.ok("Invoice", invoice(Line=[bundled(pack), line("5")]))

    shown = made["Line"][0]
    parts = shown["GroupLineDetail"]["Line"]
    assert (shown["Amount"], shown["GroupLineDetail"]["GroupItemRef"]["name"]) == (0, "Launch pack")
    assert [(part["Amount"], part["Id"]) for part in parts] == [(200, "2"), (80, "3")]
    assert [part["SalesItemLineDetail"]["Qty"] for part in parts] == [2, 4]
    assert (made["Line"][1]["Id"], made["TotalAmt"]) == ("4", 285)


async def test_a_bundle_that_is_there_is_sent_with_its_parts(api, invoice, pack):
    made = await api.ok("Invoice", invoice(Line=[bundled(pack)]))
    known = {"Id": "1", "SyncToken": "0", "sparse": True}
    first, second = made["Line"][0]["GroupLineDetail"]["Line"]
    kept = {**bundled(pack, Line=[first]), "Id": "1"}

    changed = await api.ok("Invoice", {**known, "Line": [kept]})
    emptied = await api.ok(
        "Invoice", {**known, "SyncToken": "1", "Line": [{**bundled(pack), "Id": "1"}]}
    )

    assert (changed["TotalAmt"], emptied["TotalAmt"]) == (200, 0)
    assert changed["Line"][0]["GroupLineDetail"]["Line"] == [first]
    assert second["Amount"] == 80


async def test_the_parts_of_a_bundle_bear_tax_and_are_voided(api, simulator, invoice, pack):
    simulator.person.set_sales_tax("automated", rate="10")

    made = await api.ok("Invoice", invoice(Line=[bundled(pack)]))
    left = await api.ok("Invoice", {"Id": "1", "SyncToken": "0"}, operation="void")

    assert (made["TotalAmt"], made["TxnTaxDetail"]["TotalTax"]) == (308, 28)
    parts = left["Line"][0]["GroupLineDetail"]["Line"]
    assert [part["Amount"] for part in parts] == [0, 0]


async def test_a_bundle_is_no_product_and_a_product_no_bundle(api, invoice, line, pack):
    as_product = line("1", ItemRef={"value": pack["Id"]})
    as_bundle = bundled({"Id": "1"})

    for wrong in (as_product, as_bundle):
        assert (await api.refused("Invoice", invoice(Line=[wrong])))[0] == "6000"
    nameless = {"DetailType": "GroupLineDetail", "GroupLineDetail": {}}
    assert (await api.refused("Invoice", invoice(Line=[nameless])))[0] == "2020"
