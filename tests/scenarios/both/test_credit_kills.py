"""A kill at each call of a credit memo's life, and of its application's, on both sides.

Afterwards each is there once, both sides owe the same to the cent, and nothing waits.
"""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from tests.scenarios.both.ends import each_end
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    delete,
    edit,
    lines_of,
)
from tests.scenarios.both.test_credit_applications import (
    SIXTY,
    a_memo,
    applications,
    applies,
    both_agree,
    lines_for,
    paid_with_both,
)
from tests.scenarios.both.test_money import invoice_in_qbo, with_a_credit
from tests.scenarios.both.town import Row, Town

pytestmark = [pytest.mark.slow, pytest.mark.few_rows]

Deed = Callable[[Town], Awaitable[object]]


def alive(town: Town, kind: str) -> Row:
    [row] = [row for row in town.in_mediaos(kind) if row["date_deleted"] is None]
    return row


async def an_invoice_alone(town: Town) -> None:
    await a_customer_with_an_invoice(town, SIXTY)


async def a_memo_too(town: Town) -> None:
    customer, _ = await a_customer_with_an_invoice(town, SIXTY)
    await a_memo(town, customer, "25")
    await town.run()


async def a_memo_of_quickbooks_too(town: Town) -> None:
    await a_customer_with_an_invoice(town, SIXTY)
    with_a_credit(town, "25")
    await town.run()


async def it_is_applied(town: Town) -> None:
    memo, invoice = alive(town, "creditMemos"), alive(town, "invoices")
    await applies(town, memo["advertiser_id"], (memo["id"], invoice["id"], "20"))


async def a_memo_applied(town: Town) -> None:
    await a_memo_too(town)
    await it_is_applied(town)
    await town.run()


# What people do in MediaOS.


async def a_memo_is_made(town: Town) -> None:
    await a_memo(town, alive(town, "advertisers")["id"], "25")


async def its_lines_change(town: Town) -> None:
    changed = lines_of(("1", "30"))
    await edit(town, "creditMemos", alive(town, "creditMemos")["id"], line_items=changed)


async def it_is_deleted(town: Town) -> None:
    await delete(town, "creditMemos", alive(town, "creditMemos")["id"])


async def less_is_applied(town: Town) -> None:
    memo, invoice = alive(town, "creditMemos"), alive(town, "invoices")
    lines = lines_for((memo["id"], invoice["id"], "10"))
    await edit(town, "creditApplications", applications(town)[0]["id"], lines=lines)


async def it_is_taken_off(town: Town) -> None:
    await delete(town, "creditApplications", applications(town)[0]["id"])


async def all_of_it_goes(town: Town) -> None:
    await it_is_taken_off(town)
    await it_is_deleted(town)


# What the bookkeeper does in QuickBooks.


async def a_memo_is_made_there(town: Town) -> None:
    with_a_credit(town, "25")


async def its_memo_changes_there(town: Town) -> None:
    said = {"CustomerMemo": {"value": "Sorry"}}
    town.qbo.person.edit("CreditMemo", town.in_qbo("CreditMemo")[0]["Id"], said)


async def it_is_deleted_there(town: Town) -> None:
    town.qbo.person.delete("CreditMemo", town.in_qbo("CreditMemo")[0]["Id"])


async def it_is_applied_there(town: Town) -> None:
    memo, invoice = town.in_qbo("CreditMemo")[0], invoice_in_qbo(town)
    town.qbo.person.apply_credit(memo["Id"], invoice["Id"], "20")


async def less_is_applied_there(town: Town) -> None:
    [paid] = town.in_qbo("Payment")
    lines = [{**line, "Amount": Decimal(10)} for line in paid["Line"]]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": lines})


async def it_is_taken_off_there(town: Town) -> None:
    town.qbo.person.delete("Payment", town.in_qbo("Payment")[0]["Id"])


async def cash_and_credit(town: Town) -> None:
    await paid_with_both(town)


async def the_credit_of_both_goes(town: Town) -> None:
    [paid] = town.in_qbo("Payment")
    cash = [{**paid["Line"][0], "Amount": Decimal(15)}]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": cash})


#: What is given, what is done, and what both sides owe and have left of credits at the end.
LIVES: dict[str, tuple[Deed, Deed, str, str]] = {
    "a memo is made": (an_invoice_alone, a_memo_is_made, "60", "25"),
    "a memo's lines change": (a_memo_too, its_lines_change, "60", "30"),
    "a memo is deleted": (a_memo_too, it_is_deleted, "60", "0"),
    "it is applied": (a_memo_too, it_is_applied, "40", "5"),
    "less is applied": (a_memo_applied, less_is_applied, "50", "15"),
    "it is taken off": (a_memo_applied, it_is_taken_off, "60", "25"),
    "all of it goes": (a_memo_applied, all_of_it_goes, "60", "0"),
    "QuickBooks: a memo is made": (an_invoice_alone, a_memo_is_made_there, "60", "25"),
    "QuickBooks: its memo changes": (a_memo_too, its_memo_changes_there, "60", "25"),
    "QuickBooks: a memo is deleted": (a_memo_too, it_is_deleted_there, "60", "0"),
    "QuickBooks: it is applied": (a_memo_of_quickbooks_too, it_is_applied_there, "40", "5"),
    "QuickBooks: less is applied": (a_memo_applied, less_is_applied_there, "50", "15"),
    "QuickBooks: it is taken off": (a_memo_applied, it_is_taken_off_there, "60", "25"),
    "QuickBooks: the credit of both goes": (cash_and_credit, the_credit_of_both_goes, "45", "25"),
}
#: Of these at every call; of the others what is only carried on within Kafka is left out.
WHOLLY = {"it is applied", "QuickBooks: it is applied"}
CARRIED_ON = ("commit", "send isthmus-intake", "send quickbooks-changes")


# A process that ends after a call has not begun the next one: of both one will do.
@pytest.mark.parametrize(("how", "when"), [("dies", "after"), ("freezes", "before")])
@pytest.mark.parametrize("life", LIVES)
async def test_a_kill_at_each_call_of_a_credit_leaves_one_of_each(life, how, when):
    given, deed, owed, left = LIVES[life]
    passed_over = () if life in WHOLLY else CARRIED_ON

    async def story(town: Town) -> None:
        await deed(town)
        # What may move with others is read a moment later (agents/hydrate/echoes.py).
        await town.run(2)

    ends = each_end(how, when, story, time_goes_by, given=given, but=passed_over)
    async for town, where in ends:
        try:
            await each_is_there_once(town, owed, left)
        except AssertionError as fault:
            raise AssertionError(where) from fault


async def time_goes_by(town: Town) -> None:
    await town.run(310)


async def each_is_there_once(town: Town, owed: str, left: str) -> None:
    for kind, there in (("creditMemos", "CreditMemo"), ("creditApplications", "Payment")):
        here = [row for row in town.in_mediaos(kind) if row["date_deleted"] is None]
        stands = [row for row in town.in_qbo(there) if row["Line"]]
        assert len(here) == len(stands) or (kind, len(here)) == ("creditApplications", 0)
        assert len(stands) <= 1
    await both_agree(town, owed, left)
    writes = town.writes()
    await town.run(60)
    assert town.writes() == writes
