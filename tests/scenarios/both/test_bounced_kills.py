"""A kill at each call of what an invoice below zero, a bounced payment and a moved one write.

Afterwards each is there once, both sides owe the same to the cent, and a person's link stands.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.scenarios.both.ends import each_end
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
)
from tests.scenarios.both.returns import by_an_entry, by_an_expense, comes_back
from tests.scenarios.both.town import Town

pytestmark = [pytest.mark.slow, pytest.mark.few_rows]

HUNDRED = ("1", "100")

Deed = Callable[[Town], Awaitable[object]]


async def an_invoice_alone(town: Town) -> None:
    await a_customer_with_an_invoice(town, HUNDRED)


async def a_cheque_too(town: Town) -> None:
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    await a_customer(town, "Tide Press")
    await a_payment(town, customer, "80", {invoice: "80"}, reference_number="4711")
    await town.run()


# What people do.


async def one_is_made_below_zero(town: Town) -> None:
    await an_invoice(town, town.in_mediaos("advertisers")[0]["id"], ("1", "-30"))


async def it_comes_back_by_an_entry(town: Town) -> None:
    comes_back(town, town.in_qbo("Payment")[0], by_an_entry, "80", {})


async def it_comes_back_by_an_expense(town: Town) -> None:
    comes_back(town, town.in_qbo("Payment")[0], by_an_expense, "80", {})


async def it_moves_while_somebody_types(town: Town) -> None:
    [paid], [payment] = town.in_qbo("Payment"), town.in_mediaos("payments")
    town.qbo.person.edit("Payment", paid["Id"], {"PaymentRefNum": "4711 of May"})
    right = town.in_mediaos("advertisers")[1]["id"]
    await edit(town, "payments", payment["id"], advertiser_id=right, lines=[])


# What is so afterwards.


def one_credit_memo(town: Town) -> None:
    [memo] = town.in_qbo("CreditMemo")
    assert (memo["DocNumber"], memo["TotalAmt"]) == ("MediaOS-20002", 30)


def it_is_owed_again(town: Town) -> None:
    [paid], [payment] = town.in_qbo("Payment"), town.in_mediaos("payments")
    [invoice] = town.in_mediaos("invoices")
    assert [link["TxnType"] for line in paid["Line"] for link in line["LinkedTxn"]] != ["Invoice"]
    assert (paid["TotalAmt"], len(paid["Line"])) == (80, 1)
    assert (payment["amount"], payment["lines"], invoice["balance"]) == ("0", [], "100")


def it_stands_once_as_typed(town: Town) -> None:
    [paid] = [each for each in town.in_qbo("Payment") if each["TotalAmt"]]
    assert (paid["PaymentRefNum"], paid["TotalAmt"]) == ("4711 of May", 80)
    assert paid["CustomerRef"]["name"] == "Tide Press"
    assert town.in_mediaos("payments")[0]["reference_number"] == "4711 of May"


#: What is given, what is done, for how long a worker may end in it, and what is so at the end.
LIVES: dict[str, tuple[Deed, Deed, float, Callable[[Town], None]]] = {
    "below zero": (an_invoice_alone, one_is_made_below_zero, 2, one_credit_memo),
    "an entry": (a_cheque_too, it_comes_back_by_an_entry, 5, it_is_owed_again),
    "an expense": (a_cheque_too, it_comes_back_by_an_expense, 5, it_is_owed_again),
    "moved": (a_cheque_too, it_moves_while_somebody_types, 135, it_stands_once_as_typed),
}
#: What is only carried on within Kafka.
CARRIED_ON = ("commit", "send isthmus-intake", "send quickbooks-changes")


@pytest.mark.parametrize(("how", "when"), [("dies", "after"), ("freezes", "before")])
@pytest.mark.parametrize("life", LIVES)
async def test_a_kill_at_each_call_leaves_one_of_each_and_the_same_owed(life, how, when):
    given, deed, seconds, right = LIVES[life]

    async def story(town: Town) -> None:
        await deed(town)
        await town.run(seconds)

    ends = each_end(how, when, story, time_goes_by, given=given, but=CARRIED_ON)
    async for town, where in ends:
        try:
            right(town)
            await the_same_is_owed(town)
        except AssertionError as fault:
            raise AssertionError(where) from fault


async def time_goes_by(town: Town) -> None:
    await town.run(310)


async def the_same_is_owed(town: Town) -> None:
    report = await town.report()
    assert report.findings == ()
    owed = [(row.mediaos.receivable, row.qbo.receivable) for row in report.rows]
    assert all(mine == theirs for mine, theirs in owed)
    writes = town.writes()
    await town.run(60)
    assert town.writes() == writes
