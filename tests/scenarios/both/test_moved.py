"""What moves to another advertiser in MediaOS belongs to that customer in QuickBooks, once.

Whose a document is, MediaOS says: what moves in QuickBooks alone is listed.
"""

from decimal import Decimal

import pytest

from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    edit,
    keeps,
    open_shop,
    paid_in_qbo,
)
from tests.testing.simulated.lying_proxy import Lie

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
#: Until it is proved that no attempt of an earlier create may still arrive.
SETTLED = 130.0


async def a_payment_of_the_wrong_advertiser(town) -> tuple[str, str, str]:
    """Return whose it is, whose it ought to be, and the payment; all has crossed."""
    wrong, first = await a_customer_with_an_invoice(town, HUNDRED)
    right = await a_customer(town, "Tide Press")
    await an_invoice(town, right, HUNDRED)
    payment = await a_payment(town, wrong, "100", {first: "100"}, reference_number="CHK-7")
    await town.run()
    await town.agrees()
    return wrong, right, payment


async def moves(town, payment: str, right: str) -> None:
    [invoice] = [i for i in town.in_mediaos("invoices") if i["advertiser_id"] == right]
    lines = [{"invoice_id": invoice["id"], "amount": "100"}]
    await edit(town, "payments", payment, advertiser_id=right, lines=lines)


def customer_in_qbo(town, name: str) -> str:
    return next(c["Id"] for c in town.in_qbo("Customer") if c["DisplayName"] == name)


def standing(town) -> list:
    return [one for one in town.in_qbo("Payment") if one["TotalAmt"]]


async def it_stands_once_with_the_right_customer(town) -> None:
    [paid] = standing(town)
    assert paid["CustomerRef"]["value"] == customer_in_qbo(town, "Tide Press")
    assert (paid["TotalAmt"], paid["PaymentRefNum"]) == (Decimal(100), "CHK-7")
    assert [i["Balance"] for i in town.in_qbo("Invoice")] == [100, 0]
    await town.agrees()


async def test_a_payment_that_moved_is_voided_and_made_anew_for_the_right_customer(town):
    _, right, payment = await a_payment_of_the_wrong_advertiser(town)
    await moves(town, payment, right)
    await town.run(SETTLED)

    assert len(town.in_qbo("Payment")) == 2
    await it_stands_once_with_the_right_customer(town)


async def test_what_is_edited_after_the_move_reaches_the_new_one(town):
    _, right, payment = await a_payment_of_the_wrong_advertiser(town)
    await moves(town, payment, right)
    await edit(town, "payments", payment, notes="It was theirs")
    await town.run(SETTLED)

    assert standing(town)[0]["PrivateNote"].startswith("It was theirs")
    await it_stands_once_with_the_right_customer(town)


@pytest.mark.parametrize("answers", [1, 2], ids=["of the void", "of both"])
async def test_a_lost_reply_in_the_middle_of_a_move_leaves_it_once(town, answers):
    _, right, payment = await a_payment_of_the_wrong_advertiser(town)
    town.qbo_proxy.lie(Lie(504), "/payment", times=answers)
    await moves(town, payment, right)
    await town.run(2 * SETTLED)

    assert town.qbo_proxy.told == answers
    await it_stands_once_with_the_right_customer(town)


async def test_a_lost_reply_of_the_new_one_leaves_it_once(town):
    _, right, payment = await a_payment_of_the_wrong_advertiser(town)
    await moves(town, payment, right)
    for _ in range(200):
        await town.run(0.01)
        if len(standing(town)) == 0:
            break
    town.qbo_proxy.lie(Lie(504), "/payment")
    await town.run(2 * SETTLED)

    assert town.qbo_proxy.told == 1
    await it_stands_once_with_the_right_customer(town)


async def test_a_worker_that_starts_in_the_middle_of_a_move_ends_it(town):
    _, right, payment = await a_payment_of_the_wrong_advertiser(town)
    await moves(town, payment, right)
    await town.run(1)
    await town.worker()
    await town.run(SETTLED)

    await it_stands_once_with_the_right_customer(town)


async def test_a_payment_that_moves_there_and_back_ends_where_it_is(town):
    wrong, right, payment = await a_payment_of_the_wrong_advertiser(town)
    await moves(town, payment, right)
    await town.run(SETTLED)
    await edit(town, "payments", payment, advertiser_id=wrong, lines=[])
    await town.run(SETTLED)

    [paid] = standing(town)
    assert paid["CustomerRef"]["value"] == customer_in_qbo(town, "Harbour Books")
    assert paid["UnappliedAmt"] == 100
    await town.agrees()


@pytest.mark.parametrize("heard", [True, False], ids=["heard", "unheard"])
async def test_what_a_bookkeeper_types_in_the_minute_of_the_move_is_on_the_new_one(town, heard):
    _, right, payment = await a_payment_of_the_wrong_advertiser(town)
    if not heard:
        town.qbo.webhooks.misbehave("drop")
    typed = {"PaymentRefNum": "CHK-7 of May", "PrivateNote": f"By post\n{note_of(town)}"}
    town.qbo.person.edit("Payment", standing(town)[0]["Id"], typed)
    await moves(town, payment, right)
    await town.run(2 * SETTLED)

    [paid] = standing(town)
    assert paid["CustomerRef"]["value"] == customer_in_qbo(town, "Tide Press")
    assert paid["PaymentRefNum"] == "CHK-7 of May"
    assert paid["PrivateNote"].startswith("By post")
    [there] = town.in_mediaos("payments")
    assert (there["reference_number"], there["notes"]) == ("CHK-7 of May", "By post")
    await town.agrees()


def note_of(town) -> str:
    """Our marker, which stays below what a bookkeeper types."""
    return str(standing(town)[0]["PrivateNote"])


async def test_a_payment_in_a_bank_deposit_does_not_move(town):
    wrong, right, payment = await a_payment_of_the_wrong_advertiser(town)
    town.qbo.person.deposit([standing(town)[0]["Id"]])
    await town.run()
    await moves(town, payment, right)
    await town.run(SETTLED)

    park = town.document(wrong, f"mediaos/payment/{payment}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert "part of the bank deposit" in park.detail
    assert len(town.in_qbo("Payment")) == 1


async def test_an_invoice_moves_once_nothing_is_applied_to_it_in_quickbooks(town):
    wrong, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    right = await a_customer(town, "Tide Press")
    await town.run()
    [there] = town.in_qbo("Invoice")
    town.qbo.webhooks.misbehave("drop")
    paid = paid_in_qbo(town, "40", {there["Id"]: "40"})
    await edit(town, "invoices", invoice, advertiser_id=right)
    await town.run()

    park = town.document(wrong, f"mediaos/invoice/{invoice}").park
    assert park.reason is ParkReason.CUSTOMER_CHANGED
    assert "in QuickBooks it has 40.00 settled by payments or credits: take that" in park.detail

    town.qbo.person.edit("Payment", paid["Id"], {"Line": []})
    await town.run(900)
    [moved] = town.in_qbo("Invoice")
    assert moved["CustomerRef"]["value"] == customer_in_qbo(town, "Tide Press")


KINDS = {
    "Invoice": lambda town, customer: an_invoice(town, customer, HUNDRED),
    "Payment": lambda town, customer: a_payment(town, customer, "40", {}),
    "CreditMemo": lambda town, customer: a_credit_memo(town, customer, HUNDRED),
    "RefundReceipt": lambda town, customer: a_refund(town, customer, HUNDRED),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_bookkeeper_moves_in_quickbooks_is_listed_and_nobody_moves_it_back(town, kind):
    await open_shop(town)
    await keeps(town, "Check", account_called(town, "Checking"))
    customer, _ = await a_customer(town), await a_customer(town, "Tide Press")
    await KINDS[kind](town, customer)
    await town.run()
    await town.agrees()
    [there] = town.in_qbo(kind)
    other, writes = customer_in_qbo(town, "Tide Press"), town.writes()
    town.qbo.person.edit(kind, there["Id"], {"CustomerRef": {"value": other}})
    await town.run(300)

    assert town.writes() == writes
    [waits] = (await town.report()).waiting
    assert waits.reason.startswith("changed in QuickBooks only: customer")
    await town.agrees(unplaced=1)
