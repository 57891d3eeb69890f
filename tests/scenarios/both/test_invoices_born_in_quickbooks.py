"""An invoice that somebody makes in QuickBooks is one of MediaOS, once, to the cent, by setting."""

from decimal import Decimal

import pytest

from schemas.requests import Push, SetMapping
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Side
from tests.scenarios.both.people import (
    FULL_PAGE,
    HALF_PAGE,
    a_customer_with_an_invoice,
    a_payment,
    an_item,
    edit,
    lines_of,
    open_shop,
    parts_in_qbo,
)
from tests.scenarios.both.town import Row, Town, opened


def item_of(town: Town, name: str = "Full page") -> str:
    [item] = [each for each in town.in_qbo("Item") if each["Name"] == name]
    return str(item["Id"])


def line(item: str, amount: str, quantity: str = "1", **more: object) -> Row:
    sold = {"ItemRef": {"value": item}, "Qty": Decimal(quantity), "UnitPrice": Decimal(amount)}
    total = (Decimal(quantity) * Decimal(amount)).quantize(Decimal("0.01"))
    return {
        "Amount": total,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {**sold, **more},
        "Description": "Spring issue",
    }


def sold(town: Town, customer: str, *lines: Row, **fields: object) -> str:
    body = {
        "CustomerRef": {"value": customer},
        "Line": list(lines) or [line(item_of(town), "128.35", "2")],
        "DocNumber": "Q-7",
        "TxnDate": "2026-03-02",
        "DueDate": "2026-04-15",
        "CustomerMemo": {"value": "Thank you"},
        **fields,
    }
    return str(town.qbo.person.create("Invoice", body)["Id"])


def a_firm(town: Town, name: str = "Tide Press") -> str:
    return str(town.qbo.person.create("Customer", {"DisplayName": name})["Id"])


def document(town: Town, customer: str, invoice: str):
    return town.document(customer, f"qbo/invoice/{invoice}", side="qbo")


async def pushes(town: Town, customer: str, name: str) -> None:
    lane = f"{town.tenant}/qbo/{customer}"
    await town.ask(lane, Push(id=f"push-{name}", lane=lane, document=name, side=Side.QBO))
    await town.run()


async def maps_by_default(town: Town, product: str, item: str) -> None:
    wish = SetMapping(
        id=f"default-{product}", tenant=town.tenant, source=product, target=item, default=True
    )
    await town.ask(town.tenant, wish)
    await town.run()


async def test_it_is_made_with_its_lines_number_dates_and_memo_and_its_customer_first(town):
    await open_shop(town)
    there = sold(town, a_firm(town))
    await town.run()

    [made] = town.in_mediaos("invoices")
    [customer] = town.in_mediaos("advertisers")
    assert made["advertiser_id"] == customer["id"]
    assert (made["external_reference"], made["external_number"]) == (there, "Q-7")
    assert (made["date_created"][:10], made["date_due"][:10]) == ("2026-03-02", "2026-04-15")
    assert made["comments"] == "Thank you"
    [sold_line] = made["line_items"]
    assert (sold_line["product_id"], sold_line["description"]) == (FULL_PAGE, "Spring issue")
    assert (sold_line["quantity"], sold_line["amount"], made["total"]) == ("2", "128.35", "256.7")
    assert town.writes() == 2, "the customer and the invoice, and their echoes cost none"
    await town.agrees()


async def test_one_of_a_customer_that_came_from_mediaos_is_made_too(town):
    await a_customer_with_an_invoice(town)
    [known] = town.in_qbo("Customer")
    there = sold(town, known["Id"])
    await town.run()

    assert [each["external_reference"] for each in town.in_mediaos("invoices")][-1] == there
    assert len(town.in_qbo("Invoice")) == 2
    await town.agrees()


async def test_its_payments_follow_it_from_either_side(town):
    await open_shop(town)
    firm = a_firm(town)
    there = sold(town, firm)
    paid = {"CustomerRef": {"value": firm}, "TotalAmt": Decimal(56)}
    town.qbo.person.create("Payment", {**paid, "Line": parts_in_qbo({there: "56"})})
    await town.run()
    [made] = town.in_mediaos("invoices")
    assert made["balance"] == "200.7"
    await town.agrees()

    await a_payment(town, made["advertiser_id"], "200.70", {made["id"]: "200.70"})
    await town.run()
    assert town.in_qbo("Invoice")[0]["Balance"] == 0
    await town.agrees()


async def test_edits_of_its_header_go_both_ways(town):
    await open_shop(town)
    there = sold(town, a_firm(town))
    await town.run()
    [made] = town.in_mediaos("invoices")
    town.qbo.person.edit("Invoice", there, {"DueDate": "2026-05-01", "DocNumber": "Q-8"})
    await edit(town, "invoices", made["id"], comments="Hello")
    await town.run()

    [here], [now] = town.in_mediaos("invoices"), town.in_qbo("Invoice")
    assert (here["date_due"][:10], here["external_number"]) == ("2026-05-01", "Q-8")
    assert now["CustomerMemo"] == {"value": "Hello"}
    await town.agrees()


@pytest.mark.parametrize("when", ["time_out_before_commit", "time_out_after_commit"])
@pytest.mark.parametrize("killed", [False, True])
async def test_a_lost_reply_of_mediaos_makes_one(town, when, killed):
    await a_customer_with_an_invoice(town)
    town.mediaos.faults.arm(when, times=2)
    sold(town, town.in_qbo("Customer")[0]["Id"])
    if killed:
        await town.run(0.3)
        await town.worker()
    await town.run(60)

    assert (len(town.in_mediaos("invoices")), len(town.in_qbo("Invoice"))) == (2, 2)
    await town.agrees()


async def test_text_subtotal_and_discount_lines_add_up_to_the_same_total(town):
    await open_shop(town)
    lines = [
        line(item_of(town), "100"),
        {"DetailType": "DescriptionOnly", "Description": "As agreed", "Amount": 0},
        line(item_of(town, "Half page"), "60"),
        {"DetailType": "SubTotalLineDetail", "Amount": 160, "SubTotalLineDetail": {}},
        {
            "DetailType": "DiscountLineDetail",
            "Amount": 16,
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        },
    ]
    sold(town, a_firm(town), *lines)
    await town.run()

    [made] = town.in_mediaos("invoices")
    assert [each["product_id"] for each in made["line_items"]] == [FULL_PAGE, HALF_PAGE]
    assert (made["sub_total"], made["discount_total"], made["total"]) == ("160", "16", "144")
    await town.agrees()


async def test_its_tax_is_what_quickbooks_reckoned(town):
    town.qbo.person.set_sales_tax("automated", "8.25")
    await open_shop(town)
    sold(town, a_firm(town), line(item_of(town), "100", TaxCodeRef={"value": "TAX"}))
    await town.run()

    [there], [made] = town.in_qbo("Invoice"), town.in_mediaos("invoices")
    assert there["TxnTaxDetail"]["TotalTax"] == Decimal("8.25")
    assert (made["tax_total"], made["total"]) == ("8.25", "108.25")
    await town.agrees()


async def test_set_to_list_it_is_listed_and_a_push_takes_its_customer_along(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    firm = a_firm(town)
    there = sold(town, firm)
    await town.run()
    assert town.in_mediaos("invoices") == []
    await town.agrees(unplaced=2)

    await pushes(town, firm, f"qbo/invoice/{there}")
    assert len(town.in_mediaos("invoices")) == len(town.in_mediaos("advertisers")) == 1
    await town.agrees()


async def test_one_of_a_customer_from_before_go_live_is_listed_until_it_is_pushed():
    async with opened(live=False) as town:
        await open_shop(town)
        town.qbo.webhooks.misbehave("drop")
        firm = a_firm(town)
        old = sold(town, firm, DocNumber="Q-1")
        await town.run()
        await town.goes_live()
        await town.run(5)
        new = sold(town, firm)
        await town.run()
        assert town.in_mediaos("invoices") == []
        assert "customer" in (document(town, firm, new).unplaced or "")

        await pushes(town, firm, f"qbo/invoice/{new}")
        assert [each["external_reference"] for each in town.in_mediaos("invoices")] == [new]
        town.qbo.person.edit("Invoice", old, {"CustomerMemo": {"value": "old"}})
        await town.run()
        assert "before the tenant went live" in (document(town, firm, old).unplaced or "")
        await town.agrees(unplaced=1)


async def test_an_item_that_nothing_is_sold_as_waits_by_name_and_its_mapping_lets_it_go(town):
    await open_shop(town)
    firm, item = a_firm(town), an_item(town, "Cover")
    await town.run(5)
    there = sold(town, firm, line(item, "5"))
    paid = {"CustomerRef": {"value": firm}, "TotalAmt": Decimal(5)}
    town.qbo.person.create("Payment", {**paid, "Line": parts_in_qbo({there: "5"})})
    await town.run()
    park = document(town, firm, there).park
    assert park.reason is ParkReason.UNMAPPED_PRODUCT
    assert f"sold as item {item} (Cover) of QuickBooks" in park.detail
    assert f"isthmus map products add PRODUCT {item}" in park.detail
    await town.agrees(parked=2)

    product = await town.mediaos.people.create("products", {"name": "Cover"})
    await town.maps(product["id"], item)
    await town.run()
    [made] = town.in_mediaos("invoices")
    assert (made["line_items"][0]["product_id"], made["status"]) == (product["id"], "Paid")
    await town.agrees()


async def test_an_item_that_several_are_sold_as_asks_for_its_default(town):
    await open_shop(town)
    item = item_of(town)
    await town.maps(HALF_PAGE, item)
    firm = a_firm(town)
    there = sold(town, firm)
    await town.run()
    park = document(town, firm, there).park
    assert f"products {FULL_PAGE}, {HALF_PAGE} of MediaOS are sold as" in park.detail
    assert f"isthmus map products add {FULL_PAGE} {item} --default" in park.detail
    await town.agrees(parked=1)

    await maps_by_default(town, HALF_PAGE, item)
    [made] = town.in_mediaos("invoices")
    assert made["line_items"][0]["product_id"] == HALF_PAGE
    await town.agrees()


async def test_an_item_that_one_product_less_is_sold_as_is_clear(town):
    await open_shop(town)
    await town.maps(HALF_PAGE, item_of(town))
    sold(town, a_firm(town))
    await town.run()
    await town.maps(HALF_PAGE, None)
    await town.run()

    [made] = town.in_mediaos("invoices")
    assert made["line_items"][0]["product_id"] == FULL_PAGE
    await town.agrees()


async def test_one_that_is_voided_before_it_crossed_is_not_made(town):
    await open_shop(town)
    firm = a_firm(town)
    there = sold(town, firm, line(an_item(town, "Cover"), "5"))
    await town.run()
    town.qbo.person.void("Invoice", there)
    await town.run()

    assert town.in_mediaos("invoices") == []
    assert "voided" in (document(town, firm, there).unplaced or "")
    await town.agrees(unplaced=1)


async def test_one_that_is_deleted_before_it_crossed_is_not_made(town):
    await open_shop(town)
    there = sold(town, a_firm(town), line(an_item(town, "Cover"), "5"))
    await town.run()
    town.qbo.person.delete("Invoice", there)
    await town.run()

    assert town.in_mediaos("invoices") == []
    await town.agrees()


async def test_what_mediaos_would_reckon_otherwise_parks_before_the_call(town):
    await open_shop(town)
    firm = a_firm(town)
    await town.run()
    before = town.writes()
    there = sold(town, firm, line(item_of(town), "0.1234567", "3"))
    await town.run()

    park = document(town, firm, there).park
    assert (park.reason, "0.1234567" in park.detail) == (ParkReason.UNSAYABLE, True)
    assert town.writes() == before
    await town.agrees(parked=1)


async def test_it_waits_for_a_customer_whose_name_is_taken_and_follows_it(town):
    await open_shop(town)
    await town.mediaos.people.create("advertisers", {"name": "Tide Press"})
    firm = a_firm(town)
    there = sold(town, firm)
    await town.run(60)
    assert document(town, firm, there).park.reason is ParkReason.CUSTOMER_UNKNOWN

    town.qbo.person.edit("Customer", firm, {"DisplayName": "Tide Press Ltd."})
    await town.run(60)
    assert [each["external_reference"] for each in town.in_mediaos("invoices")] == [there]


async def test_what_a_create_that_was_given_up_has_made_late_is_found_and_not_doubled(town):
    """MediaOS fails on it each time, and has done it all the same."""
    await a_customer_with_an_invoice(town)
    [known] = town.in_qbo("Customer")
    customer = town.in_mediaos("advertisers")[0]["id"]
    there = sold(town, known["Id"], line(an_item(town, "Cover"), "5"))
    await town.run()
    town.mediaos_unheard = True
    body = {"line_items": lines_of(("1", "5")), "advertiser_id": customer}
    late = await town.mediaos.people.create("invoices", {**body, "external_reference": there})
    town.mediaos_unheard = False
    await edit(town, "invoices", late["id"], comments="late")
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{late['id']}").park
    assert park.reason is ParkReason.NOT_LINKED
    assert f"isthmus retry invoice {there} --side qbo" in park.detail
    assert len(town.in_qbo("Invoice")) == 2


async def test_nothing_of_it_is_mailed_or_paid_online(town):
    await open_shop(town)
    sold(town, a_firm(town))
    await town.run()
    lane = [each for each in town.qbo.requests if each["method"] == "POST" and each["requestid"]]
    assert lane == [], "QuickBooks is written nothing"


async def test_the_ledger_check_knows_what_stood_there_before_go_live_and_nobody_told_of():
    async with opened(live=False) as town:
        await open_shop(town)
        town.qbo.webhooks.misbehave("drop", times=10**6)
        firm = a_firm(town)
        old = sold(town, firm, DocNumber="Q-1")
        paid = {"CustomerRef": {"value": firm}, "TotalAmt": Decimal(56)}
        town.qbo.person.create("Payment", {**paid, "Line": parts_in_qbo({old: "56"})})
        await town.run(5)
        await town.goes_live()
        await town.run(5)

        await town.agrees(unplaced=2)
        report = await town.report()
        assert {each.reason for each in report.waiting} == {
            "it stood in QuickBooks before the tenant went live"
        }
        new = sold(town, firm, DocNumber="Q-2")
        missing = [each.where for each in (await town.report()).findings]
        assert missing == [f"qbo/invoice/{new}"], "made since, and not in MediaOS"


async def test_the_ledger_check_finds_a_line_that_was_made_as_another_product(town):
    await open_shop(town)
    sold(town, a_firm(town))
    await town.run()
    [made] = town.in_mediaos("invoices")
    made["line_items"][0]["product_id"] = HALF_PAGE

    [found] = (await town.report()).findings
    assert (found.expected, found.found, found.field) == (FULL_PAGE, HALF_PAGE, "line 1 product")
