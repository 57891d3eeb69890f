"""Credit memos where the two sides, or people, are at odds: what waits, for whom, and what goes."""

from decimal import Decimal

import pytest

from agents.rules.documents.removal_guard import LEAST
from schemas.state import ParkReason
from schemas.values import Side
from tests.scenarios.both.people import (
    a_customer,
    an_invoice,
    delete,
    edit,
    lines_of,
    open_shop,
    sold_in_qbo,
)
from tests.scenarios.both.test_credit_applications import applies
from tests.scenarios.both.test_credit_memos import (
    FIFTY,
    a_credit_memo,
    a_customer_with_a_credit,
    credited_in_qbo,
    park_of,
)
from tests.scenarios.both.test_many_removed import confirm
from tests.scenarios.both.test_pushes import push

pytestmark = pytest.mark.few_rows


# What both changed.


async def test_lines_that_both_sides_changed_wait_for_a_person_with_both_totals(town):
    customer, memo = await a_customer_with_a_credit(town)
    [there] = town.in_qbo("CreditMemo")
    [line] = [line for line in there["Line"] if "LineNum" in line]
    line |= {"Amount": Decimal(60)}
    line["SalesItemLineDetail"] |= {"UnitPrice": Decimal(60)}
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit("CreditMemo", there["Id"], {"Line": [line]})
    await edit(town, "creditMemos", memo, line_items=lines_of(("1", "40")))
    await town.run(600)

    assert park_of(town, customer, memo) is not None
    assert town.in_qbo("CreditMemo")[0]["TotalAmt"] == 60
    await town.agrees(parked=1)


async def test_lines_that_somebody_changes_in_quickbooks_are_told_with_both_totals(town):
    customer, memo = await a_customer_with_a_credit(town)
    [there] = town.in_qbo("CreditMemo")
    [line] = [line for line in there["Line"] if "LineNum" in line]
    line |= {"Amount": Decimal(60)}
    line["SalesItemLineDetail"] |= {"UnitPrice": Decimal(60)}
    town.qbo.person.edit("CreditMemo", there["Id"], {"Line": [line]})
    await town.run()

    park = park_of(town, customer, memo)
    assert park.reason is ParkReason.DIFFERS
    assert "50.00" in park.detail
    assert "60.00" in park.detail
    assert town.in_mediaos("creditMemos")[0]["total"] == "50"


async def test_one_that_is_made_anew_after_a_void_is_weighed_by_what_stands(town):
    customer, memo = await a_customer_with_a_credit(town)
    town.qbo.person.void("CreditMemo", town.in_qbo("CreditMemo")[0]["Id"])
    await edit(town, "creditMemos", memo, comments="Still owed")
    await town.run()
    await town.retries(customer, f"mediaos/credit-memo/{memo}")
    await town.run(300)
    _, anew = town.in_qbo("CreditMemo")
    [line] = [line for line in anew["Line"] if "LineNum" in line]
    line |= {"Amount": Decimal(60)}
    line["SalesItemLineDetail"] |= {"UnitPrice": Decimal(60)}
    town.qbo.person.edit("CreditMemo", anew["Id"], {"Line": [line]})
    await town.run()

    await town.agrees(parked=1)
    [waits] = (await town.report()).waiting
    assert (waits.mediaos, waits.qbo, waits.amount) == (Decimal(50), Decimal(60), Decimal(10))


async def test_one_deleted_here_and_edited_there_is_a_conflict_for_a_person(town):
    customer, memo = await a_customer_with_a_credit(town)
    [there] = town.in_qbo("CreditMemo")
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit("CreditMemo", there["Id"], {"CustomerMemo": {"value": "Keep it"}})
    await delete(town, "creditMemos", memo)
    await town.run(600)

    assert park_of(town, customer, memo) is not None
    assert len(town.in_qbo("CreditMemo")) == 1


# What cannot be said.


@pytest.mark.parametrize(
    ("lines", "fields", "told"),
    [
        (
            [FIFTY],
            {"discount_amount": "80", "tax_rate": "40"},
            "its discount of 80.00 is more than its lines",
        ),
        ([], {"line_items": []}, "QuickBooks takes no credit memo without one"),
    ],
)
async def test_what_quickbooks_cannot_be_told_waits_with_its_reason(town, lines, fields, told):
    await open_shop(town)
    customer = await a_customer(town)
    memo = await a_credit_memo(town, customer, *lines, **fields)
    await town.run()

    park = park_of(town, customer, memo)
    assert park.reason is ParkReason.UNSAYABLE
    assert told in park.detail
    assert town.in_qbo("CreditMemo") == []


async def test_a_number_that_is_taken_waits_until_it_is_free(town):
    await open_shop(town)
    customer = await a_customer(town)
    first = await a_credit_memo(town, customer, FIFTY)
    await town.run()
    taken = f"MediaOS-CM-{int(first) + 1}"
    credited_in_qbo(town, "25", DocNumber=taken)
    second = await a_credit_memo(town, customer, ("1", "30"))
    await town.run()

    park = park_of(town, customer, second)
    assert park.reason is ParkReason.NUMBER_TAKEN
    assert taken in park.detail
    await town.settings(number_prefix="Ad-")
    await town.run()
    assert park_of(town, customer, second) is None
    assert f"Ad-CM-{second}" in {each["DocNumber"] for each in town.in_qbo("CreditMemo")}


async def test_an_invoice_and_a_credit_memo_of_one_id_have_numbers_of_their_own(town):
    _, memo = await a_customer_with_a_credit(town)
    [there] = town.in_qbo("Customer")
    sold_in_qbo(town, there["Id"], "10", DocNumber=f"MediaOS-{memo}")
    await town.run()

    assert len(town.in_mediaos("invoices")) == 1
    assert town.in_qbo("CreditMemo")[0]["DocNumber"] == f"MediaOS-CM-{memo}"
    await town.agrees()


# Of a customer.


async def test_what_quickbooks_balances_an_inactive_customer_with_comes_to_mediaos(town):
    await open_shop(town)
    await a_customer(town)
    await town.run()
    [there] = town.in_qbo("Customer")
    sold_in_qbo(town, there["Id"], "80")
    await town.run()
    town.qbo.person.deactivate("Customer", there["Id"])
    await town.run(600)

    [balancing] = town.in_qbo("CreditMemo")
    assert balancing["TotalAmt"] == 80
    [here] = town.in_mediaos("creditMemos")
    assert (here["total"], here["external_reference"]) == ("80", balancing["Id"])


async def test_the_losers_credits_are_kept_in_step_after_a_merge(town, merged):
    _, loses, _, survivor = merged
    memo = await a_credit_memo(town, loses, FIFTY)
    await town.run()
    [there] = town.in_qbo("CreditMemo")
    assert there["CustomerRef"]["value"] == survivor
    await edit(town, "creditMemos", memo, comments="Sorry")
    await town.run()

    assert town.in_qbo("CreditMemo")[0]["CustomerMemo"]["value"] == "Sorry"
    await town.agrees(parked=1)


async def test_the_losers_credits_of_before_a_merge_follow_both_ways_with_what_they_settle(town):
    await open_shop(town)
    await a_customer(town)
    loses = await a_customer(town, "Tide Press")
    invoice = await an_invoice(town, loses, ("1", "60"))
    memo = await a_credit_memo(town, loses, FIFTY)
    await town.run()
    applied = await applies(town, loses, (memo, invoice, "20"))
    await town.run()
    ids = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    survivor = ids["Harbour Books"]
    town.qbo.person.merge(keep=survivor, lose=ids["Tide Press"])
    await town.run()

    [there] = town.in_qbo("CreditMemo")
    assert there["CustomerRef"]["value"] == survivor
    await edit(town, "creditMemos", memo, line_items=lines_of(("1", "45")))
    await town.run(60)
    town.qbo.person.edit("CreditMemo", there["Id"], {"CustomerMemo": {"value": "Sorry"}})
    await delete(town, "creditApplications", applied)
    await town.run(300)
    [there], [here] = town.in_qbo("CreditMemo"), town.in_mediaos("creditMemos")
    assert (there["TotalAmt"], there["RemainingCredit"]) == (45, 45)
    assert (here["comments"], here["balance"]) == ("Sorry", "45")
    await town.agrees(parked=1)


async def test_one_of_an_inactive_customer_waits_by_name(town):
    await open_shop(town)
    customer = await a_customer(town)
    await town.run()
    [there] = town.in_qbo("Customer")
    town.qbo.person.deactivate("Customer", there["Id"])
    await town.run()
    memo = await a_credit_memo(town, customer, FIFTY)
    await town.run()

    park = park_of(town, customer, memo)
    assert park.reason is ParkReason.CUSTOMER_INACTIVE
    assert park.detail.endswith("and this credit memo goes by itself")


# Many, and by hand.


@pytest.mark.parametrize("side", list(Side))
async def test_many_that_one_side_takes_away_at_once_stop_until_it_is_confirmed(town, side):
    await open_shop(town)
    made = []
    for n in range(4):
        customer = await a_customer(town, f"House {n}")
        made += [await a_credit_memo(town, customer, FIFTY) for _ in range(3)]
    await town.run(60)
    for memo in made if side is Side.MEDIAOS else ():
        await delete(town, "creditMemos", memo)
    for each in town.in_qbo("CreditMemo") if side is Side.QBO else ():
        town.qbo.person.delete("CreditMemo", each["Id"])
    await town.run(60)

    def standing():
        if side is Side.MEDIAOS:
            return len(town.in_qbo("CreditMemo"))
        return sum(each["date_deleted"] is None for each in town.in_mediaos("creditMemos"))

    assert standing() == len(made) - LEAST
    await confirm(town, side)
    assert standing() == 0
    await town.agrees()


async def test_one_is_pushed_with_its_customer(town):
    await open_shop(town, manual_push=True)
    customer = await a_customer(town)
    memo = await a_credit_memo(town, customer, FIFTY)
    await town.run()
    assert town.writes() == 0
    await push(town, customer, f"mediaos/credit-memo/{memo}")

    assert len(town.in_qbo("CreditMemo")) == 1
    assert len(town.in_qbo("Customer")) == 1
