"""A credit memo is on both sides, once, to the cent; what it is applied to is another story."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from tests.scenarios.both.people import (
    FULL_PAGE,
    a_credit_memo,
    a_customer,
    an_invoice,
    an_item,
    delete,
    edit,
    line_in_qbo,
    lines_of,
    open_shop,
)
from tests.testing.simulated.lying_proxy import LIES

FIFTY = ("1", "50")
SETTLED = 130.0


def credited_in_qbo(town, amount: str, **fields: Any) -> Any:
    """A credit memo that somebody makes in QuickBooks itself, for its first customer."""
    (customer, *_) = town.in_qbo("Customer")
    made = {"CustomerRef": {"value": customer["Id"]}, "Line": [line_in_qbo(amount)], **fields}
    return town.qbo.person.create("CreditMemo", made)


async def a_customer_with_a_credit(town, *lines: tuple[str, str]) -> tuple[str, str]:
    """Both have crossed; the ids are MediaOS's."""
    await open_shop(town)
    customer = await a_customer(town)
    memo = await a_credit_memo(town, customer, *(lines or (FIFTY,)))
    await town.run()
    return customer, memo


def park_of(town, customer: str, memo: str):
    return town.document(customer, f"mediaos/credit-memo/{memo}").park


async def test_one_of_mediaos_is_made_in_quickbooks_numbered_marked_and_sold_as_an_item(town):
    _, memo = await a_customer_with_a_credit(town, ("14.5", "128.35"), FIFTY)

    [there] = town.in_qbo("CreditMemo")
    assert there["DocNumber"] == f"MediaOS-CM-{memo}"
    assert there["PrivateNote"] == f"MediaOS t1 credit-memo {memo}"
    assert (there["TotalAmt"], there["RemainingCredit"]) == (Decimal("1911.08"),) * 2
    sold = [each["SalesItemLineDetail"] for each in there["Line"] if "LineNum" in each]
    assert [each["TaxCodeRef"]["value"] for each in sold] == ["NON", "NON"]
    [here] = town.in_mediaos("creditMemos")
    assert here["external_number"] == f"MediaOS-CM-{memo}"
    assert here["external_reference"] == there["Id"]
    await town.agrees()


# What people change, on either side.


async def test_what_mediaos_changes_of_its_lines_changes_there_and_a_class_stays(town):
    _, memo = await a_customer_with_a_credit(town, FIFTY, ("1", "30"))
    [there] = town.in_qbo("CreditMemo")
    typed = town.qbo.person.create("Class", {"Name": "Print"})["Id"]
    lines = [line for line in there["Line"] if "LineNum" in line]
    lines[1]["SalesItemLineDetail"]["ClassRef"] = {"value": typed}
    town.qbo.person.edit("CreditMemo", there["Id"], {"Line": lines})
    await town.run()
    await edit(town, "creditMemos", memo, line_items=lines_of(("1", "40"), ("1", "30")))
    await town.run()

    [there] = town.in_qbo("CreditMemo")
    assert there["TotalAmt"] == 70
    kept = [line["SalesItemLineDetail"].get("ClassRef") for line in there["Line"][:2]]
    assert [each and each["value"] for each in kept] == [None, typed]
    await town.agrees()


async def test_a_memo_typed_on_either_side_is_on_both(town):
    _, memo = await a_customer_with_a_credit(town)
    [there] = town.in_qbo("CreditMemo")
    town.qbo.person.edit("CreditMemo", there["Id"], {"CustomerMemo": {"value": "Sorry"}})
    await town.run()
    assert town.in_mediaos("creditMemos")[0]["comments"] == "Sorry"
    await edit(town, "creditMemos", memo, comments="We are sorry")
    await town.run()

    assert town.in_qbo("CreditMemo")[0]["CustomerMemo"]["value"] == "We are sorry"
    await town.agrees()


async def test_one_that_a_bookkeeper_makes_is_in_mediaos_once_with_its_number(town):
    customer, _ = await a_customer_with_a_credit(town)
    made = credited_in_qbo(town, "25", DocNumber="CR-7")
    await town.run()

    [here] = [one for one in town.in_mediaos("creditMemos") if one["total"] == "25"]
    assert (here["external_reference"], here["external_number"]) == (made["Id"], "CR-7")
    assert (here["advertiser_id"], here["balance"]) == (customer, "25")
    assert here["line_items"][0]["product_id"] == FULL_PAGE
    await town.agrees()


async def test_one_of_quickbooks_is_listed_where_the_tenant_wants_that(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    await a_customer(town)
    await town.run()
    credited_in_qbo(town, "25")
    await town.run()

    assert town.in_mediaos("creditMemos") == []
    await town.agrees(unplaced=1)


# What cannot be said, or waits.


async def test_one_with_a_product_that_is_not_mapped_waits_for_the_mapping(town):
    await open_shop(town)
    customer = await a_customer(town)
    other = await town.mediaos.people.create("products", {"name": "Goodwill"})
    memo = await a_credit_memo(town, customer, FIFTY, product=other["id"])
    await town.run()
    assert park_of(town, customer, memo).reason is ParkReason.UNMAPPED_PRODUCT
    assert town.in_qbo("CreditMemo") == []

    await town.maps(other["id"], an_item(town, "Goodwill"))
    await town.run()
    assert len(town.in_qbo("CreditMemo")) == 1
    await town.agrees()


async def test_a_company_that_mails_mails_no_credit_memo_of_ours(town):
    town.qbo.person.set_mailing(True)
    await open_shop(town)
    customer = await a_customer(town)
    await a_credit_memo(town, customer, FIFTY, billing_email={"value": "ap@example.com"})
    await town.run()

    [there] = town.in_qbo("CreditMemo")
    assert "BillEmail" not in there


@pytest.mark.parametrize("lie", ["504", "200 nothing", "200 cut off", "408"])
async def test_a_lost_answer_leaves_one(town, lie):
    town.qbo_proxy.lie(LIES[lie], "/creditmemo")
    await a_customer_with_a_credit(town)
    await town.run(2 * SETTLED)

    assert town.qbo_proxy.told == 1
    assert len(town.in_qbo("CreditMemo")) == 1
    await town.agrees()


@pytest.mark.parametrize("lie", ["504", "200 nothing"])
async def test_a_lost_answer_of_mediaos_leaves_one(town, lie):
    await a_customer_with_a_credit(town)
    town.mediaos_proxy.lie(LIES[lie], "/creditMemos/")
    credited_in_qbo(town, "25")
    await town.run(2 * SETTLED)

    assert len(town.in_mediaos("creditMemos")) == 2
    await town.agrees()


# What is taken away.


async def test_one_deleted_in_mediaos_is_deleted_in_quickbooks(town):
    customer, memo = await a_customer_with_a_credit(town)
    await delete(town, "creditMemos", memo)
    await town.run()

    assert town.in_qbo("CreditMemo") == []
    assert park_of(town, customer, memo) is None
    await town.agrees()


@pytest.mark.parametrize("way", ["void", "delete"])
async def test_one_voided_or_deleted_in_quickbooks_is_deleted_in_mediaos(town, way):
    await a_customer_with_a_credit(town)
    [there] = town.in_qbo("CreditMemo")
    getattr(town.qbo.person, way)("CreditMemo", there["Id"])
    await town.run()

    assert town.in_mediaos("creditMemos")[0]["date_deleted"] is not None
    await town.agrees()


async def test_one_that_mediaos_brings_back_is_made_anew(town):
    _, memo = await a_customer_with_a_credit(town)
    [before] = town.in_qbo("CreditMemo")
    await delete(town, "creditMemos", memo)
    await town.run()
    await town.mediaos.people.restore("creditMemos", memo)
    await town.run(SETTLED)

    [there] = town.in_qbo("CreditMemo")
    assert there["Id"] != before["Id"]
    assert there["TotalAmt"] == 50
    await town.agrees()


async def test_one_that_is_applied_in_quickbooks_stays_with_what_it_is_applied_to(town):
    customer, memo = await a_customer_with_a_credit(town)
    await an_invoice(town, customer, ("1", "80"))
    await town.run()
    [there], [invoice] = town.in_qbo("CreditMemo"), town.in_qbo("Invoice")
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.apply_credit(there["Id"], invoice["Id"], "20")
    await delete(town, "creditMemos", memo)
    await town.run()

    park = park_of(town, customer, memo)
    assert park.reason is ParkReason.DELETED
    assert "20.00" in park.detail
    assert len(town.in_qbo("CreditMemo")) == 1


async def test_one_that_moves_to_another_customer_moves_there_too(town):
    _, memo = await a_customer_with_a_credit(town)
    other = await a_customer(town, "Tide Press")
    await town.run()
    await edit(town, "creditMemos", memo, advertiser_id=other)
    await town.run()

    [there] = town.in_qbo("CreditMemo")
    named = next(c for c in town.in_qbo("Customer") if c["DisplayName"] == "Tide Press")
    assert there["CustomerRef"]["value"] == named["Id"]
    await town.agrees()


async def test_one_that_nobody_told_of_is_found_by_the_sweep(town):
    await a_customer_with_a_credit(town)
    town.qbo.webhooks.misbehave("drop")
    credited_in_qbo(town, "25")
    await town.run(600)

    assert len(town.in_mediaos("creditMemos")) == 2
    await town.agrees()


async def test_one_in_closed_books_waits_until_they_are_open(town):
    await open_shop(town)
    town.qbo.person.close_books(town.clock.now().date())
    await town.run(1000)
    customer = await a_customer(town)
    memo = await a_credit_memo(town, customer, FIFTY)
    await town.run()
    assert park_of(town, customer, memo).reason is ParkReason.BOOKS_CLOSED

    town.qbo.person.close_books(None)
    await town.run(1000)
    assert len(town.in_qbo("CreditMemo")) == 1
    await town.agrees()
