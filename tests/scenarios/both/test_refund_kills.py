"""A kill at each call of a refund's life on both sides: afterwards it is there once, and agreed."""

import pytest

from tests.scenarios.both.ends import Story, each_end
from tests.scenarios.both.people import (
    a_customer,
    a_refund,
    account_called,
    delete,
    edit,
    keeps,
    lines_of,
    open_shop,
)
from tests.scenarios.both.town import Row, Town

pytestmark = [pytest.mark.slow, pytest.mark.few_rows]

FIFTY = ("1", "50")


def the_one(rows: list[Row]) -> Row:
    [row] = rows
    return row


async def a_customer_alone(town: Town) -> None:
    await open_shop(town)
    await keeps(town, "Check", account_called(town, "Checking"))
    await a_customer(town)
    await town.run()


async def a_refund_too(town: Town) -> None:
    await a_customer_alone(town)
    await it_is_made(town)
    await town.run()


# What people do, on either side.


async def it_is_made(town: Town) -> None:
    await a_refund(town, the_one(town.in_mediaos("advertisers"))["id"], FIFTY)


async def its_lines_change(town: Town) -> None:
    refund = the_one(town.in_mediaos("refunds"))
    await edit(town, "refunds", refund["id"], line_items=lines_of(("1", "30")))


async def its_memo_changes(town: Town) -> None:
    await edit(town, "refunds", the_one(town.in_mediaos("refunds"))["id"], comments="late")


async def it_goes(town: Town) -> None:
    await delete(town, "refunds", the_one(town.in_mediaos("refunds"))["id"])


async def a_refund_that_went(town: Town) -> None:
    await a_refund_too(town)
    await it_goes(town)
    await town.run()


async def it_is_brought_back(town: Town) -> None:
    await town.mediaos.people.restore("refunds", the_one(town.in_mediaos("refunds"))["id"])


async def it_is_made_there(town: Town) -> None:
    line = {
        "Amount": "50",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "Qty": "1", "UnitPrice": "50"},
    }
    made = {
        "CustomerRef": {"value": the_one(town.in_qbo("Customer"))["Id"]},
        "DepositToAccountRef": {"value": account_called(town, "Savings")},
        "Line": [line],
    }
    town.qbo.person.create("RefundReceipt", made)


async def its_memo_changes_there(town: Town) -> None:
    receipt = the_one(town.in_qbo("RefundReceipt"))
    changes = {"CustomerMemo": {"value": "late"}}
    town.qbo.person.edit("RefundReceipt", receipt["Id"], changes)


async def it_is_voided_there(town: Town) -> None:
    town.qbo.person.void("RefundReceipt", the_one(town.in_qbo("RefundReceipt"))["Id"])


#: What is given, what is done, and what it comes to on both sides then.
LIVES: dict[str, tuple[Story, Story, str]] = {
    "it is made": (a_customer_alone, it_is_made, "50"),
    "its lines change": (a_refund_too, its_lines_change, "30"),
    "its memo changes": (a_refund_too, its_memo_changes, "50"),
    "it goes": (a_refund_too, it_goes, "0"),
    "it is brought back": (a_refund_that_went, it_is_brought_back, "50"),
    "QuickBooks: it is made": (a_customer_alone, it_is_made_there, "50"),
    "QuickBooks: its memo changes": (a_refund_too, its_memo_changes_there, "50"),
    "QuickBooks: it is voided": (a_refund_too, it_is_voided_there, "0"),
}


# A process that ends after a call has not begun the next one: of both one will do.
@pytest.mark.parametrize(("how", "when"), [("dies", "after"), ("freezes", "before")])
@pytest.mark.parametrize("life", LIVES)
async def test_a_kill_at_each_call_of_a_refund_leaves_one(life, how, when):
    given, deed, comes_to = LIVES[life]

    async def story(town: Town) -> None:
        await deed(town)
        await town.run(1)

    async for town, where in each_end(how, when, story, time_goes_by, given=given):
        try:
            await it_is_there_once(town, comes_to)
        except AssertionError as fault:
            raise AssertionError(where) from fault


async def time_goes_by(town: Town) -> None:
    await town.run(310)


async def it_is_there_once(town: Town, comes_to: str) -> None:
    await town.agrees()
    alive = [row for row in town.in_mediaos("refunds") if row["date_deleted"] is None]
    there = [row for row in town.in_qbo("RefundReceipt") if row["TotalAmt"]]
    assert len(alive) == len(there) == bool(int(comes_to))
    assert [row["total"] for row in alive] == [f"{row['TotalAmt']:.0f}" for row in there]
    assert all(row["total"] == comes_to for row in alive)
