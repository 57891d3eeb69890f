"""A refund is on both sides, once, to the cent, and paid out of the account that is mapped."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.requests import SetMapping
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Kind, MappingKind
from tests.scenarios.both.people import (
    FULL_PAGE,
    a_customer,
    a_refund,
    account_called,
    an_item,
    delete,
    edit,
    keeps,
    line_in_qbo,
    lines_of,
    open_shop,
)
from tests.scenarios.both.town import TENANT
from tests.testing.simulated.lying_proxy import LIES

#: Many alike.
pytestmark = pytest.mark.few_rows

FIFTY = ("1", "50")
SETTLED = 130.0


async def a_shop(town, **settings: Any) -> str:
    """A shop whose checks are drawn on the checking account, and its customer."""
    await open_shop(town, **settings)
    await keeps(town, "Check", account_called(town, "Checking"))
    return await a_customer(town)


async def a_customer_with_a_refund(town, *lines: tuple[str, str]) -> tuple[str, str]:
    """Both have crossed; the ids are MediaOS's."""
    customer = await a_shop(town)
    refund = await a_refund(town, customer, *(lines or (FIFTY,)))
    await town.run()
    return customer, refund


def refunded_in_qbo(town, amount: str, **fields: Any) -> Any:
    """A refund receipt that somebody makes in QuickBooks itself, for its first customer."""
    (customer, *_) = town.in_qbo("Customer")
    made = {
        "CustomerRef": {"value": customer["Id"]},
        "Line": [line_in_qbo(amount)],
        "DepositToAccountRef": {"value": account_called(town, "Savings")},
        **fields,
    }
    return town.qbo.person.create("RefundReceipt", made)


def waiting_refunds(town, customer: str):
    documents = town.workers[-1].lane(f"{TENANT}/mediaos/{customer}").documents
    return (name for name, each in documents.items() if each.kind is Kind.REFUND and each.park)


def park_of(town, customer: str, refund: str):
    return town.document(customer, f"mediaos/refund/{refund}").park


async def test_one_of_mediaos_is_paid_out_of_its_account_numbered_and_marked(town):
    _, refund = await a_customer_with_a_refund(town, ("14.5", "128.35"), FIFTY)

    [there] = town.in_qbo("RefundReceipt")
    assert there["DocNumber"] == f"MediaOS-RF-{refund}"
    assert there["PrivateNote"] == f"MediaOS t1 refund {refund}"
    assert there["TotalAmt"] == Decimal("1911.08")
    assert there["DepositToAccountRef"]["name"] == "Checking"
    assert there["EmailStatus"] == "NotSet"
    [here] = town.in_mediaos("refunds")
    assert here["external_number"] == f"MediaOS-RF-{refund}"
    assert here["external_reference"] == there["Id"]
    await town.agrees()


async def test_it_moves_no_receivable_on_either_side(town):
    await a_customer_with_a_refund(town)

    assert [each["Balance"] for each in town.in_qbo("Customer")] == [0]
    assert (await town.report()).totals[0].differs is False
    await town.agrees()


async def test_it_says_its_payment_method_where_that_is_mapped(town):
    customer = await a_shop(town)
    [check] = [each["Id"] for each in town.in_qbo("PaymentMethod") if each["Name"] == "Check"]
    wish = SetMapping(
        id="method", tenant=TENANT, kind=MappingKind.PAYMENT_TYPE, source="Check", target=check
    )
    await town.ask(TENANT, wish)
    await town.run(1)
    await a_refund(town, customer, FIFTY)
    await town.run()

    assert town.in_qbo("RefundReceipt")[0]["PaymentMethodRef"]["value"] == check
    await town.agrees()


async def test_the_tax_that_quickbooks_works_out_returns_with_the_total(town):
    customer = await a_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    lines = [{**each, "taxable": n == 0} for n, each in enumerate(lines_of(("1", "100"), FIFTY))]
    refund = await a_refund(town, customer, line_items=lines)
    await town.run()
    assert [each["tax_total"] for each in town.in_mediaos("refunds")] == ["8.25"]
    assert [each["total"] for each in town.in_mediaos("refunds")] == ["158.25"]
    await town.agrees()

    more = [{**each, "taxable": True} for each in lines_of(("2", "100"))]
    await edit(town, "refunds", refund, line_items=more)
    await town.run()
    assert [each["total"] for each in town.in_mediaos("refunds")] == ["216.5"]
    await town.agrees()


# What people change, on either side.


async def test_what_mediaos_changes_of_its_lines_changes_there_and_a_class_stays(town):
    _, refund = await a_customer_with_a_refund(town, FIFTY, ("1", "30"))
    [there] = town.in_qbo("RefundReceipt")
    typed = town.qbo.person.create("Class", {"Name": "Print"})["Id"]
    lines = [line for line in there["Line"] if "LineNum" in line]
    lines[1]["SalesItemLineDetail"]["ClassRef"] = {"value": typed}
    town.qbo.person.edit("RefundReceipt", there["Id"], {"Line": lines})
    await town.run()
    await edit(town, "refunds", refund, line_items=lines_of(("1", "40"), ("1", "30")))
    await town.run()

    [there] = town.in_qbo("RefundReceipt")
    assert there["TotalAmt"] == 70
    kept = [line["SalesItemLineDetail"].get("ClassRef") for line in there["Line"][:2]]
    assert [each and each["value"] for each in kept] == [None, typed]
    await town.agrees()


async def test_a_memo_typed_on_either_side_is_on_both(town):
    _, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.qbo.person.edit("RefundReceipt", there["Id"], {"CustomerMemo": {"value": "Sorry"}})
    await town.run()
    assert town.in_mediaos("refunds")[0]["comments"] == "Sorry"
    await edit(town, "refunds", refund, comments="We are sorry")
    await town.run()

    assert town.in_qbo("RefundReceipt")[0]["CustomerMemo"]["value"] == "We are sorry"
    await town.agrees()


async def test_lines_that_a_bookkeeper_changes_wait_with_both_totals(town):
    customer, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.qbo.person.edit("RefundReceipt", there["Id"], {"Line": [line_in_qbo("60")]})
    await town.run()
    park = park_of(town, customer, refund)
    assert park.reason is ParkReason.DIFFERS
    assert "a total of 50.00 and QuickBooks one of 60.00" in park.detail
    await town.agrees(parked=1)

    town.qbo.person.edit("RefundReceipt", there["Id"], {"Line": there["Line"]})
    await town.run()
    assert park_of(town, customer, refund) is None
    await town.agrees()


async def test_one_that_moves_to_another_customer_moves_there_too(town):
    _, refund = await a_customer_with_a_refund(town)
    other = await a_customer(town, "Tide Press")
    await town.run()
    await edit(town, "refunds", refund, advertiser_id=other)
    await town.run()

    [there] = town.in_qbo("RefundReceipt")
    assert there["CustomerRef"]["name"] == "Tide Press"
    await town.agrees()


async def test_an_account_that_a_bookkeeper_chose_stays(town):
    _, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    savings = {"value": account_called(town, "Savings")}
    town.qbo.person.edit("RefundReceipt", there["Id"], {"DepositToAccountRef": savings})
    await town.run()
    await edit(town, "refunds", refund, comments="twice", type="Wire")
    await town.run()

    [there] = town.in_qbo("RefundReceipt")
    assert there["DepositToAccountRef"]["name"] == "Savings"
    assert there["CustomerMemo"]["value"] == "twice"
    await town.agrees()


async def test_one_that_a_bookkeeper_makes_is_in_mediaos_once_with_its_number(town):
    customer, _ = await a_customer_with_a_refund(town)
    made = refunded_in_qbo(town, "25", DocNumber="R-7")
    await town.run()

    [here] = [one for one in town.in_mediaos("refunds") if one["total"] == "25"]
    assert (here["external_reference"], here["external_number"]) == (made["Id"], "R-7")
    assert here["advertiser_id"] == customer
    assert here["line_items"][0]["product_id"] == FULL_PAGE
    await town.agrees()


async def test_one_of_quickbooks_is_edited_by_both_afterwards(town):
    await a_customer_with_a_refund(town)
    made = refunded_in_qbo(town, "25")
    await town.run()
    town.qbo.person.edit("RefundReceipt", made["Id"], {"CustomerMemo": {"value": "late"}})
    await town.run()
    [here] = [one for one in town.in_mediaos("refunds") if one["total"] == "25"]
    assert here["comments"] == "late"
    await edit(town, "refunds", here["id"], line_items=lines_of(("1", "20")))
    await town.run()

    [there] = [one for one in town.in_qbo("RefundReceipt") if one["Id"] == made["Id"]]
    assert there["TotalAmt"] == 20
    assert there["DepositToAccountRef"]["name"] == "Savings"
    await town.agrees()


async def test_one_of_quickbooks_that_names_no_customer_is_nobodys_until_it_does(town):
    await a_customer_with_a_refund(town)
    account = {"value": account_called(town, "Savings")}
    walk_in = {"Line": [line_in_qbo("25")], "DepositToAccountRef": account}
    made = town.qbo.person.create("RefundReceipt", walk_in)
    await town.run(600)
    assert len(town.in_mediaos("refunds")) == 1
    assert town.letters() == []
    report = await town.report()
    assert report.findings == ()
    [waits] = report.waiting
    assert (waits.reason, waits.qbo) == ("it names no customer in QuickBooks", 25)

    customer = {"CustomerRef": {"value": town.in_qbo("Customer")[0]["Id"]}}
    town.qbo.person.edit("RefundReceipt", made["Id"], customer)
    await town.run()
    assert len(town.in_mediaos("refunds")) == 2
    await town.agrees()


async def test_one_whose_customer_a_bookkeeper_takes_off_waits_by_name(town):
    customer, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.qbo.person.edit("RefundReceipt", there["Id"], {"CustomerRef": None})
    await town.run(600)
    await edit(town, "refunds", refund, comments="whose?")
    await town.run()
    park = park_of(town, customer, refund)
    assert park.reason is ParkReason.DIFFERS
    assert "it is for no customer in QuickBooks" in park.detail
    assert town.in_qbo("RefundReceipt")[0]["CustomerMemo"]["value"] == "whose?"
    assert "CustomerRef" not in town.in_qbo("RefundReceipt")[0]
    await town.agrees(parked=1)


async def test_one_of_quickbooks_is_listed_where_the_tenant_wants_that(town):
    await a_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    await town.run()
    refunded_in_qbo(town, "25")
    await town.run()

    assert town.in_mediaos("refunds") == []
    await town.agrees(unplaced=1)


# What waits, and is not tried.


async def test_one_without_an_account_waits_by_name_and_goes_once_it_is_mapped(town):
    await open_shop(town)
    customer = await a_customer(town)
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    park = park_of(town, customer, refund)
    assert park.reason is ParkReason.UNMAPPED_ACCOUNT
    assert "payment type Check of MediaOS is not mapped to any account" in park.detail
    assert "(isthmus map accounts add)" in park.detail
    assert town.answers(400) == 0
    await town.agrees(parked=1)

    await keeps(town, "Check", account_called(town, "Checking"))
    await town.run()
    assert len(town.in_qbo("RefundReceipt")) == 1
    await town.agrees()


async def test_one_whose_account_was_made_inactive_waits_for_another(town):
    customer = await a_shop(town)
    checking = account_called(town, "Checking")
    town.qbo.person.edit("Account", checking, {"Active": False})
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    park = park_of(town, customer, refund)
    assert park.reason is ParkReason.ACCOUNT_INACTIVE
    assert f"account {checking}" in park.detail

    await keeps(town, "Check", account_called(town, "Savings"))
    await town.run()
    assert town.in_qbo("RefundReceipt")[0]["DepositToAccountRef"]["name"] == "Savings"
    await town.agrees()


async def test_it_goes_by_itself_once_its_account_is_active_again(town):
    customer = await a_shop(town)
    checking = account_called(town, "Checking")
    town.qbo.person.edit("Account", checking, {"Active": False})
    await town.run()
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    assert park_of(town, customer, refund).reason is ParkReason.ACCOUNT_INACTIVE
    assert town.answers(400) == 0, "somebody told of it"

    town.qbo.person.edit("Account", checking, {"Active": True})
    await town.run()
    assert len(town.in_qbo("RefundReceipt")) == 1
    await town.agrees()


async def test_a_list_to_which_nothing_is_mapped_is_not_read(town):
    await open_shop(town)
    calls = len(town.qbo.requests)
    town.qbo.person.edit("Account", account_called(town, "Checking"), {"Name": "Main"})
    await town.run()
    assert len(town.qbo.requests) == calls


async def test_no_income_account_is_taken_for_one_where_money_lies(town):
    await open_shop(town)
    await keeps(town, "Check", account_called(town, "Advertising Income"))
    customer = await a_customer(town)
    refund = await a_refund(town, customer, FIFTY)
    await town.run()

    assert park_of(town, customer, refund).reason is ParkReason.UNMAPPED_ACCOUNT


async def test_an_account_of_another_type_is_refused_with_what_helps(town):
    customer = await a_shop(town)
    town.qbo.tamper.rewrite("Account", account_called(town, "Checking"), {"AccountType": "Income"})
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    park = park_of(town, customer, refund)
    assert park.reason is ParkReason.REFUSED
    assert "isthmus map accounts" in park.detail

    await keeps(town, "Check", account_called(town, "Savings"))
    await town.retries(customer, f"mediaos/refund/{refund}")
    await town.run()
    assert town.in_qbo("RefundReceipt")[0]["DepositToAccountRef"]["name"] == "Savings"
    await town.agrees()


async def test_one_with_a_product_that_is_not_mapped_waits_for_the_mapping(town):
    customer = await a_shop(town)
    other = await town.mediaos.people.create("products", {"name": "Goodwill"})
    refund = await a_refund(town, customer, FIFTY, product=other["id"])
    await town.run()
    assert park_of(town, customer, refund).reason is ParkReason.UNMAPPED_PRODUCT
    assert town.in_qbo("RefundReceipt") == []

    await town.maps(other["id"], an_item(town, "Goodwill"))
    await town.run()
    assert len(town.in_qbo("RefundReceipt")) == 1
    await town.agrees()


async def test_one_in_closed_books_waits_until_they_are_open(town):
    customer = await a_shop(town)
    town.qbo.person.close_books(town.clock.now().date())
    await town.run(1000)
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    assert park_of(town, customer, refund).reason is ParkReason.BOOKS_CLOSED

    town.qbo.person.close_books(None)
    await town.run(1000)
    assert len(town.in_qbo("RefundReceipt")) == 1
    await town.agrees()


async def test_one_in_a_bank_deposit_is_not_written(town):
    customer, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    link = {"TxnId": there["Id"], "TxnType": "RefundReceipt", "TxnLineId": "0"}
    lines = [{"Amount": there["TotalAmt"], "LinkedTxn": [link]}]
    into = {"value": account_called(town, "Savings")}
    town.qbo.person.create("Deposit", {"DepositToAccountRef": into, "Line": lines})
    await town.run(600)
    await edit(town, "refunds", refund, comments="twice")
    await town.run()

    park = park_of(town, customer, refund)
    assert park.reason is ParkReason.UNSAYABLE
    assert "bank deposit" in park.detail

    await delete(town, "refunds", refund)
    await town.run()
    assert "bank deposit" in park_of(town, customer, refund).detail
    assert town.answers(400) == 0


async def test_one_whose_number_is_taken_waits_until_that_is_free(town):
    customer = await a_shop(town)
    await town.run()
    own = refunded_in_qbo(town, "5", DocNumber="MediaOS-RF-57002")
    await town.run()
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    assert refund == "57002"
    assert park_of(town, customer, refund).reason is ParkReason.NUMBER_TAKEN

    town.qbo.person.edit("RefundReceipt", own["Id"], {"DocNumber": "R-1"})
    await town.retries(customer, f"mediaos/refund/{refund}")
    await town.run()
    assert len(town.in_qbo("RefundReceipt")) == 2
    await town.agrees()


async def test_with_two_way_sync_off_one_goes_when_somebody_pushes_it(town):
    customer = await a_shop(town, manual_push=True)
    refund = await a_refund(town, customer, FIFTY)
    await town.run()
    assert park_of(town, customer, refund).reason is ParkReason.MANUAL

    await town.pushes(customer, f"mediaos/refund/{refund}")
    await town.run()
    assert len(town.in_qbo("RefundReceipt")) == 1


# Answers that are lost.


@pytest.mark.parametrize("lie", LIES)
async def test_a_lost_answer_leaves_one(town, lie):
    town.qbo_proxy.lie(LIES[lie], "/refundreceipt")
    await a_customer_with_a_refund(town)
    await town.run(2 * SETTLED)

    assert town.qbo_proxy.told == 1
    assert len(town.in_qbo("RefundReceipt")) == 1
    await town.agrees()


@pytest.mark.parametrize("lie", LIES)
async def test_a_lost_answer_of_mediaos_leaves_one(town, lie):
    await a_customer_with_a_refund(town)
    town.mediaos_proxy.lie(LIES[lie], "/refunds/")
    refunded_in_qbo(town, "25")
    await town.run(2 * SETTLED)

    assert town.mediaos_proxy.told == 1
    assert len(town.in_mediaos("refunds")) == 2
    await town.agrees()


@pytest.mark.parametrize("lie", ["504", "200 nothing"])
async def test_a_lost_answer_to_an_edit_leaves_it_edited_once(town, lie):
    _, refund = await a_customer_with_a_refund(town)
    town.qbo_proxy.lie(LIES[lie], "/refundreceipt")
    await edit(town, "refunds", refund, line_items=lines_of(("1", "40")))
    await town.run(2 * SETTLED)

    assert town.qbo_proxy.told == 1
    assert [each["TotalAmt"] for each in town.in_qbo("RefundReceipt")] == [40]
    await town.agrees()


@pytest.mark.parametrize("lie", ["504", "200 nothing"])
async def test_a_lost_answer_to_a_deletion_leaves_none(town, lie):
    _, refund = await a_customer_with_a_refund(town)
    town.qbo_proxy.lie(LIES[lie], "/refundreceipt")
    await delete(town, "refunds", refund)
    await town.run(2 * SETTLED)

    assert town.qbo_proxy.told == 1
    assert town.in_qbo("RefundReceipt") == []
    await town.agrees()


@pytest.mark.parametrize("lie", ["504", "200 nothing"])
async def test_a_lost_answer_of_mediaos_to_an_edit_leaves_it_edited_once(town, lie):
    await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.mediaos_proxy.lie(LIES[lie], "/refunds/", method="PATCH")
    town.qbo.person.edit("RefundReceipt", there["Id"], {"CustomerMemo": {"value": "Sorry"}})
    await town.run(2 * SETTLED)

    assert town.mediaos_proxy.told == 1
    assert [each["comments"] for each in town.in_mediaos("refunds")] == ["Sorry"]
    await town.agrees()


@pytest.mark.parametrize("lie", ["504", "200 nothing"])
async def test_a_lost_answer_of_mediaos_to_a_deletion_leaves_none(town, lie):
    await a_customer_with_a_refund(town)
    town.mediaos_proxy.lie(LIES[lie], "/refunds/", method="DELETE")
    town.qbo.person.delete("RefundReceipt", town.in_qbo("RefundReceipt")[0]["Id"])
    await town.run(2 * SETTLED)

    assert town.mediaos_proxy.told == 1
    assert [bool(each["date_deleted"]) for each in town.in_mediaos("refunds")] == [True]
    await town.agrees()


# What is taken away, and brought back.


async def test_one_deleted_in_mediaos_is_deleted_in_quickbooks(town):
    customer, refund = await a_customer_with_a_refund(town)
    await delete(town, "refunds", refund)
    await town.run()

    assert town.in_qbo("RefundReceipt") == []
    assert park_of(town, customer, refund) is None
    await town.agrees()


@pytest.mark.parametrize("way", ["void", "delete"])
async def test_one_voided_or_deleted_in_quickbooks_is_deleted_in_mediaos(town, way):
    await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    getattr(town.qbo.person, way)("RefundReceipt", there["Id"])
    await town.run()

    assert town.in_mediaos("refunds")[0]["date_deleted"] is not None
    await town.agrees()


async def test_one_that_stands_voided_is_not_written_again(town):
    customer, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.void("RefundReceipt", there["Id"])
    await edit(town, "refunds", refund, comments="still due")
    await town.run(600)

    [there] = town.in_qbo("RefundReceipt")
    assert there["TotalAmt"] == 0
    assert "CustomerMemo" not in there
    assert park_of(town, customer, refund) is not None


async def test_one_that_mediaos_brings_back_is_made_anew(town):
    _, refund = await a_customer_with_a_refund(town)
    [before] = town.in_qbo("RefundReceipt")
    await delete(town, "refunds", refund)
    await town.run()
    await town.mediaos.people.restore("refunds", refund)
    await town.run(SETTLED)

    [there] = town.in_qbo("RefundReceipt")
    assert there["Id"] != before["Id"]
    assert there["TotalAmt"] == 50
    await town.agrees()


async def test_one_of_quickbooks_is_made_anew_out_of_the_account_of_its_type(town):
    customer = await a_shop(town)
    await town.run()
    refunded_in_qbo(town, "25")
    await town.run()
    [here] = town.in_mediaos("refunds")
    await delete(town, "refunds", here["id"])
    await town.run()
    assert town.in_qbo("RefundReceipt") == []
    await town.mediaos.people.restore("refunds", here["id"])
    await town.run(SETTLED)
    document = town.document(customer, next(iter(waiting_refunds(town, customer))))
    assert document.park.reason is ParkReason.UNMAPPED_ACCOUNT
    assert "payment type Other" in document.park.detail

    await keeps(town, "Other", account_called(town, "Checking"))
    await town.run()
    [there] = town.in_qbo("RefundReceipt")
    assert (there["TotalAmt"], there["DepositToAccountRef"]["name"]) == (25, "Checking")
    await town.agrees()


async def test_one_voided_there_and_brought_back_has_a_number_of_its_own(town):
    _, refund = await a_customer_with_a_refund(town)
    [before] = town.in_qbo("RefundReceipt")
    town.qbo.person.void("RefundReceipt", before["Id"])
    await town.run()
    await town.mediaos.people.restore("refunds", refund)
    await town.run(SETTLED)

    numbers = {each["Id"]: each["DocNumber"] for each in town.in_qbo("RefundReceipt")}
    assert len(numbers) == len(set(numbers.values())) == 2
    await town.agrees()


async def test_many_taken_away_at_once_wait_for_a_word(town):
    customer = await a_shop(town)
    refunds = [await a_refund(town, customer, FIFTY) for _ in range(12)]
    await town.run(60)
    assert len(town.in_qbo("RefundReceipt")) == 12
    for each in refunds:
        await delete(town, "refunds", each)
    await town.run(60)

    parks = [park_of(town, customer, each) for each in refunds]
    waiting = [each for each in parks if each is not None]
    assert {each.reason for each in waiting} == {ParkReason.REMOVALS}
    assert len(town.in_qbo("RefundReceipt")) == len(waiting) > 0


async def test_one_that_nobody_told_of_is_found_by_the_sweep(town):
    await a_customer_with_a_refund(town)
    town.qbo.webhooks.misbehave("drop")
    refunded_in_qbo(town, "25")
    await town.run(600)

    assert len(town.in_mediaos("refunds")) == 2
    await town.agrees()


async def test_one_follows_a_customer_that_is_merged(town):
    await a_shop(town)
    other = await a_customer(town, "Tide Press")
    await town.run()
    refund = await a_refund(town, other, FIFTY)
    await town.run()
    ids = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    town.qbo.person.merge(keep=ids["Harbour Books"], lose=ids["Tide Press"])
    await town.run()
    await edit(town, "refunds", refund, comments="merged")
    await town.run(60)

    [there] = town.in_qbo("RefundReceipt")
    assert there["CustomerRef"]["value"] == ids["Harbour Books"]
    assert there["CustomerMemo"]["value"] == "merged"
    await town.agrees(parked=1)


# What the ledger check sees by itself.


def told(report):
    return {(str(each.what), each.field) for each in report.findings}


async def test_a_cent_that_is_moved_behind_our_back_is_found(town):
    _, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.qbo.tamper.rewrite("RefundReceipt", there["Id"], {"TotalAmt": Decimal("50.01")})

    found = (await town.report()).findings
    assert [(each.where, each.field, each.amount) for each in found] == [
        (f"mediaos/refund/{refund}", "total", Decimal("0.01"))
    ]


async def test_a_second_receipt_with_our_marker_is_found(town):
    _, refund = await a_customer_with_a_refund(town)
    [there] = town.in_qbo("RefundReceipt")
    town.qbo.tamper.rewrite("RefundReceipt", there["Id"], {"PrivateNote": ""})
    refunded_in_qbo(town, "50", PrivateNote=f"MediaOS t1 refund {refund}")
    assert ("twice in QuickBooks", "") in told(await town.report())


async def test_a_receipt_that_is_gone_unheard_is_missing(town):
    await a_customer_with_a_refund(town)
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.delete("RefundReceipt", town.in_qbo("RefundReceipt")[0]["Id"])
    assert ("missing in QuickBooks", "") in told(await town.report())


async def test_one_that_waits_is_told_with_its_money_and_nobody_owes_it(town):
    await open_shop(town)
    await a_refund(town, await a_customer(town), FIFTY)
    await town.run()

    report = await town.report()
    [waits] = report.waiting
    assert (waits.mediaos, waits.qbo, waits.amount) == (50, None, 50)
    [total] = report.totals
    assert (total.mediaos.refunds, total.qbo.refunds) == (50, 0)
    assert total.mediaos.receivable == total.qbo.receivable == 0
