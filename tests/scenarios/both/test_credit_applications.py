"""Credits are applied on either side, and both sides owe the same afterwards, to the cent.

QuickBooks has one record for the money and the credit that settle an invoice, a payment, and shows
no pairs; MediaOS has two, and pairs.
"""

from decimal import Decimal
from typing import Any

import pytest

from schemas.facts import Parked
from schemas.state import ParkReason
from tests.scenarios.both.people import (
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    delete,
    edit,
    lines_of,
    paid_in_qbo,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of, with_a_credit
from tests.testing.simulated.lying_proxy import LIES

pytestmark = pytest.mark.few_rows

SIXTY = ("1", "60")


async def a_memo(town, customer: str, amount: str) -> str:
    fields = {"advertiser_id": customer, "line_items": lines_of(("1", amount))}
    made = await town.mediaos.people.create("creditMemos", fields)
    return str(made["id"])


async def applies(town, customer: str, *parts: tuple[str, str, str]) -> str:
    """Each part is a credit memo, an invoice and an amount, all of MediaOS."""
    fields = {"advertiser_id": customer, "lines": lines_for(*parts)}
    made = await town.mediaos.people.create("creditApplications", fields)
    return str(made["id"])


def lines_for(*parts: tuple[str, str, str]) -> list[Any]:
    return [{"credit_memo_id": m, "invoice_id": i, "amount": a} for m, i, a in parts]


async def a_credit_applied(town) -> tuple[str, str, str, str]:
    """An invoice of 60.00 and a credit of 25.00, all of it applied in MediaOS."""
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = await a_memo(town, customer, "25")
    await town.run()
    application = await applies(town, customer, (memo, invoice, "25"))
    await town.run()
    return customer, invoice, memo, application


def parts_of(paid: Any) -> dict[tuple[str, str], Decimal]:
    """What a payment of QuickBooks says of each invoice and credit memo."""
    found: dict[tuple[str, str], Decimal] = {}
    for line in paid["Line"]:
        [link] = line["LinkedTxn"]
        found[link["TxnType"], link["TxnId"]] = line["Amount"]
    return found


def of_customer(row: Any) -> bool:
    return row["date_deleted"] is None


def open_in_mediaos(town) -> tuple[Decimal, Decimal]:
    """What all invoices owe in MediaOS, and what is left of all credits."""
    return tuple(
        sum(
            (Decimal(row["balance"]) for row in town.in_mediaos(kind) if of_customer(row)),
            Decimal(0),
        )
        for kind in ("invoices", "creditMemos")
    )


def open_in_qbo(town) -> tuple[Decimal, Decimal]:
    owed = sum((row["Balance"] for row in town.in_qbo("Invoice")), Decimal(0))
    return owed, sum((row["RemainingCredit"] for row in town.in_qbo("CreditMemo")), Decimal(0))


def applications(town) -> list[Any]:
    return [row for row in town.in_mediaos("creditApplications") if row["date_deleted"] is None]


async def both_agree(town, owed: str, left: str, *, parked: int = 0, unplaced: int = 0) -> None:
    """Both sides owe so much, and have so much left of credits; the ledger check agrees."""
    assert open_in_mediaos(town) == open_in_qbo(town) == (Decimal(owed), Decimal(left))
    await town.agrees(parked=parked, unplaced=unplaced)
    assert town.letters() == []


# Made in MediaOS.


async def test_one_of_mediaos_is_a_payment_of_nothing_that_links_both(town):
    await a_credit_applied(town)

    [paid] = town.in_qbo("Payment")
    [memo] = town.in_qbo("CreditMemo")
    assert (paid["TotalAmt"], paid["UnappliedAmt"]) == (0, 0)
    assert parts_of(paid) == {
        ("Invoice", invoice_in_qbo(town)["Id"]): 25,
        ("CreditMemo", memo["Id"]): 25,
    }
    await both_agree(town, "35", "0")
    writes = town.writes()
    await town.run(900)
    assert town.writes() == writes


async def test_it_waits_for_its_credit_memo_and_its_invoices(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    await town.maps("102", None)
    memo = str(
        (
            await town.mediaos.people.create(
                "creditMemos",
                {"advertiser_id": customer, "line_items": lines_of(("1", "25"), product="102")},
            )
        )["id"]
    )
    application = await applies(town, customer, (memo, invoice, "25"))
    await town.run()
    park = park_of(town, customer, "credit-application", application)
    assert park.reason is ParkReason.INVOICE_UNKNOWN
    assert park.detail.startswith(
        f"credit memo {memo} of MediaOS has not crossed yet; the credit application"
    )

    await town.maps("102", "2")
    await town.run()
    await both_agree(town, "35", "0")


async def test_a_lost_answer_makes_no_second_one(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = await a_memo(town, customer, "25")
    await town.run()
    town.qbo.faults.time_out_next("after")
    await applies(town, customer, (memo, invoice, "10"))
    await town.run(600)

    assert len(town.in_qbo("Payment")) == 1
    await both_agree(town, "50", "15")


@pytest.mark.parametrize("unread", ["creditmemo", "invoice"])
@pytest.mark.parametrize("lie", ["404", "502", "200 {}"])
async def test_a_credit_that_cannot_be_read_parks_nothing_and_goes_once_it_can(town, unread, lie):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = await a_memo(town, customer, "25")
    await town.run(60)
    parked = sum(isinstance(fact, Parked) for fact in town.told())
    town.qbo_proxy.lie(LIES[lie], f"/{unread}/", method="GET", times=6)
    await applies(town, customer, (memo, invoice, "25"))
    await town.run(100)

    waits = town.workers[-1].lane(f"{town.tenant}/mediaos/{customer}").lane.waits
    assert waits.why.startswith("reading what is left of a credit: ")
    assert [row for row in applications(town) if row["external_reference"]] == []
    await town.run(600)
    assert town.qbo_proxy.told == 6
    assert sum(isinstance(fact, Parked) for fact in town.told()) == parked
    await both_agree(town, "35", "0")


async def test_an_edit_that_was_refused_as_stale_waits_for_its_credit_to_be_read(town):
    customer, invoice, memo, application = await a_credit_applied(town)
    [paid] = town.in_qbo("Payment")
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit("Payment", paid["Id"], {"PrivateNote": f"by hand\n{paid['PrivateNote']}"})
    await town.run(1)
    proxy, passes = town.qbo_proxy, town.qbo_proxy.handle_async_request

    async def then_unread(request):
        # The credit is read for the write that is refused, and not for the next one.
        if request.method == "POST" and request.url.path.endswith("/payment") and not proxy.told:
            proxy.lie(LIES["502"], "/creditmemo/", method="GET", times=3)
        return await passes(request)

    proxy.handle_async_request = then_unread
    await edit(town, "creditApplications", application, lines=lines_for((memo, invoice, "20")))
    await town.run(5)
    assert town.answers(400) == 1
    park = park_of(town, customer, "credit-application", application)
    assert park.detail.startswith("reading what is left of a credit: ")
    await town.run(900)

    [there] = town.in_qbo("Payment")
    assert set(parts_of(there).values()) == {20}
    await both_agree(town, "40", "5")


async def test_an_edit_of_mediaos_changes_the_lines(town):
    _, invoice, memo, application = await a_credit_applied(town)
    await edit(town, "creditApplications", application, lines=lines_for((memo, invoice, "10")))
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert set(parts_of(paid).values()) == {10}
    await both_agree(town, "50", "15")


@pytest.mark.parametrize("how", ["deleted", "emptied"])
async def test_what_is_taken_off_in_mediaos_is_taken_off_in_quickbooks(town, how):
    *_, application = await a_credit_applied(town)
    if how == "deleted":
        await delete(town, "creditApplications", application)
    else:
        await edit(town, "creditApplications", application, lines=[])
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert (paid["Line"], paid["PrivateNote"].startswith("Voided")) == ([], True)
    await both_agree(town, "60", "25")
    writes = town.writes()
    await town.run(900)
    assert town.writes() == writes


async def test_one_that_mediaos_brings_back_is_made_anew_once_it_applies_something(town):
    _, invoice, memo, application = await a_credit_applied(town)
    await delete(town, "creditApplications", application)
    await town.run()
    await town.mediaos.people.restore("creditApplications", application)
    await edit(town, "creditApplications", application, lines=lines_for((memo, invoice, "20")))
    await town.run(300)

    assert len([paid for paid in town.in_qbo("Payment") if paid["Line"]]) == 1
    await both_agree(town, "40", "5")


# QuickBooks applies by itself.


async def test_what_quickbooks_applied_by_itself_to_the_same_invoice_is_taken_for_ours(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    town.qbo.person.set_auto_apply(credits=True)
    memo = await a_memo(town, customer, "25")
    await applies(town, customer, (memo, invoice, "25"))
    await town.run()

    assert len(town.in_qbo("Payment")) == len(applications(town)) == 1
    await both_agree(town, "35", "0")
    writes = town.writes()
    await town.run(900)
    assert town.writes() == writes


async def test_what_quickbooks_applied_by_itself_first_comes_to_mediaos(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    town.qbo.person.set_auto_apply(credits=True)
    memo = await a_memo(town, customer, "25")
    await town.run()

    [application] = applications(town)
    assert application["lines"] == lines_for((memo, invoice, "25"))
    await both_agree(town, "35", "0")


async def test_a_credit_that_quickbooks_used_on_another_invoice_is_named_with_it(town):
    customer, _ = await a_customer_with_an_invoice(town, SIXTY)
    other = await an_invoice(town, customer, ("1", "80"))
    await town.run()
    town.qbo.person.set_auto_apply(credits=True)
    memo = await a_memo(town, customer, "25")
    application = await applies(town, customer, (memo, other, "25"))
    await town.run()

    park = park_of(town, customer, "credit-application", application)
    assert park.reason is ParkReason.CREDIT_USED
    for words in (
        "25.00 is to be applied",
        "has 0.00 left in QuickBooks",
        "already used in QuickBooks on invoice MediaOS-20001 with 25.00",
        "Apply it there to invoice MediaOS-20002, or switch off",
    ):
        assert words in park.detail
    assert len(town.in_qbo("Payment")) == 1


async def test_a_credit_that_quickbooks_used_on_the_same_invoice_is_named_so(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    town.qbo.person.set_auto_apply(credits=True)
    memo = await a_memo(town, customer, "25")
    application = await applies(town, customer, (memo, invoice, "10"))
    await town.run()

    park = park_of(town, customer, "credit-application", application)
    assert "already used in QuickBooks on invoice MediaOS-20001 with 25.00" in park.detail
    assert "Have both sides apply the same of it to that invoice" in park.detail
    assert "Apply it there" not in park.detail


async def test_once_it_is_taken_off_there_the_credit_goes_where_mediaos_has_it(town):
    customer, _ = await a_customer_with_an_invoice(town, SIXTY)
    other = await an_invoice(town, customer, ("1", "80"))
    await town.run()
    town.qbo.person.set_auto_apply(credits=True)
    memo = await a_memo(town, customer, "25")
    await applies(town, customer, (memo, other, "25"))
    await town.run()
    town.qbo.person.set_auto_apply(credits=False)
    town.qbo.person.delete("Payment", town.in_qbo("Payment")[0]["Id"])
    await town.run()

    [application] = applications(town)
    assert {row["DocNumber"]: row["Balance"] for row in town.in_qbo("Invoice")} == {
        "MediaOS-20001": 60,
        "MediaOS-20002": 55,
    }
    assert application["lines"][0]["invoice_id"] == other
    await both_agree(town, "115", "0")


# Made in QuickBooks.


async def applied_in_qbo(town, amount: str = "25") -> tuple[str, str, Any]:
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    paid = town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"], amount)
    await town.run()
    return customer, invoice, paid


async def test_one_that_the_bookkeeper_makes_comes_to_mediaos_and_no_payment_does(town):
    _customer, invoice, _ = await applied_in_qbo(town)

    [application] = applications(town)
    [memo] = town.in_mediaos("creditMemos")
    assert application["lines"] == lines_for((memo["id"], invoice, "25"))
    assert town.in_mediaos("payments") == []
    await both_agree(town, "35", "0")


@pytest.mark.parametrize("how", ["delete", "void", "edit"])
async def test_what_the_bookkeeper_takes_off_is_taken_off_in_mediaos(town, how):
    _, _, paid = await applied_in_qbo(town)
    if how == "edit":
        town.qbo.person.edit("Payment", paid["Id"], {"Line": []})
    else:
        getattr(town.qbo.person, how)("Payment", paid["Id"])
    await town.run()

    assert applications(town) == []
    await both_agree(town, "60", "25")
    writes = town.writes()
    await town.run(900)
    assert town.writes() == writes


async def test_what_is_applied_again_in_the_same_payment_comes_to_mediaos_again(town):
    _, _, paid = await applied_in_qbo(town)
    lines = paid["Line"]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": []})
    await town.run()
    less = [{**line, "Amount": Decimal(10)} for line in lines]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": less})
    await town.run(300)

    assert [row["lines"][0]["amount"] for row in applications(town)] == ["10"]
    await both_agree(town, "50", "15")


async def test_an_edit_of_the_bookkeeper_comes_to_mediaos(town):
    _, _, paid = await applied_in_qbo(town)
    less = [{**line, "Amount": Decimal(10)} for line in paid["Line"]]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": less})
    await town.run()

    [application] = applications(town)
    assert application["lines"][0]["amount"] == "10"
    await both_agree(town, "50", "15")


# Cash and credit in one payment.


async def paid_with_both(town) -> tuple[str, str, Any]:
    """40.00 settle an invoice of 60.00: 15.00 in cash, and a credit of 25.00."""
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    lines = [
        {
            "Amount": Decimal(40),
            "LinkedTxn": [{"TxnId": invoice_in_qbo(town)["Id"], "TxnType": "Invoice"}],
        },
        {"Amount": Decimal(25), "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]},
    ]
    paid = paid_in_qbo(town, "15", {}, Line=lines)
    await town.run()
    return customer, invoice, paid


async def test_cash_and_credit_in_one_payment_are_taken_apart(town):
    _, _invoice, _ = await paid_with_both(town)

    [payment] = town.in_mediaos("payments")
    [application] = applications(town)
    assert (payment["amount"], payment["lines"][0]["amount"]) == ("15", "15")
    assert application["lines"][0]["amount"] == "25"
    await both_agree(town, "20", "0")
    writes = town.writes()
    await town.run(900)
    assert town.writes() == writes


async def test_of_both_mediaos_takes_off_the_credit_alone(town):
    await paid_with_both(town)
    await delete(town, "creditApplications", applications(town)[0]["id"])
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert (paid["TotalAmt"], list(parts_of(paid).values())) == (15, [15])
    await both_agree(town, "45", "25")


async def test_of_both_the_bookkeeper_takes_off_the_credit_alone(town):
    _, _, paid = await paid_with_both(town)
    less = [{**paid["Line"][0], "Amount": Decimal(15)}]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": less})
    await town.run()

    assert applications(town) == []
    [payment] = town.in_mediaos("payments")
    assert payment["lines"][0]["amount"] == "15"
    await both_agree(town, "45", "25")


async def test_a_note_on_the_payment_keeps_its_credit(town):
    await paid_with_both(town)
    await edit(town, "payments", town.in_mediaos("payments")[0]["id"], notes="by cheque")
    await town.run()

    [paid] = town.in_qbo("Payment")
    assert paid["PrivateNote"] == "by cheque"
    assert sorted(parts_of(paid).values()) == [25, 40]
    await both_agree(town, "20", "0")


async def test_one_in_a_bank_deposit_is_not_written(town):
    customer, _, paid = await paid_with_both(town)
    town.qbo.person.deposit([paid["Id"]])
    [application] = applications(town)
    await delete(town, "creditApplications", application["id"])
    await town.run()

    park = town.document(customer, f"qbo/credit-application/{paid['Id']}").park
    assert park.reason is ParkReason.UNSAYABLE
    assert "bank deposit" in park.detail
    assert len(town.in_qbo("Payment")[0]["Line"]) == 2


# What QuickBooks does with what it accepts.


async def misheard(town, said: bytes, heard: bytes) -> tuple[str, str]:
    """QuickBooks takes something else of an application of 25.00 than it was asked."""
    town.qbo.change_settings({"bad_links": "dropped"})
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = await a_memo(town, customer, "25")
    await town.run()
    town.qbo_proxy.mishear("/payment", said, heard)
    application = await applies(town, customer, (memo, invoice, "25"))
    await town.run()
    return customer, application


@pytest.mark.parametrize(
    ("said", "heard", "there"),
    [(b"25", b"20", "20.00"), (b'"TxnId":"', b'"TxnId":"9', "0.00")],
    ids=["less", "nothing"],
)
async def test_what_quickbooks_made_otherwise_without_a_word_differs(town, said, heard, there):
    customer, application = await misheard(town, said, heard)
    writes = town.writes()
    await town.run(900)

    park = park_of(town, customer, "credit-application", application)
    assert park.reason is ParkReason.DIFFERS
    for words in ("MediaOS applies 25.00 to invoice MediaOS-20001", f"QuickBooks has {there} app"):
        assert words in park.detail
    assert (len(applications(town)), town.writes()) == (1, writes)


async def test_what_an_invoice_does_not_owe_is_never_sent(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = await a_memo(town, customer, "25")
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    paid_in_qbo(town, "50", {invoice_in_qbo(town)["Id"]: "50"})
    application = await applies(town, customer, (memo, invoice, "25"))
    await town.run()

    park = park_of(town, customer, "credit-application", application)
    assert park.reason is ParkReason.CREDIT_USED
    assert "invoice MediaOS-20001 owes 10.00 in QuickBooks" in park.detail
    assert len(town.in_qbo("Payment")) == 1


# What is told late, or not at all.


async def test_what_no_webhook_tells_the_sweep_finds(town):
    _customer, _invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    paid = town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run(4000)
    await both_agree(town, "35", "0")
    town.qbo.person.delete("Payment", paid["Id"])
    await town.run(4000)
    await both_agree(town, "60", "25")


async def test_a_worker_that_is_killed_between_the_two_records_of_a_payment_takes_both(town):
    _customer, _invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    there = invoice_in_qbo(town)["Id"]
    lines = [
        {"Amount": Decimal(40), "LinkedTxn": [{"TxnId": there, "TxnType": "Invoice"}]},
        {"Amount": Decimal(25), "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}]},
    ]
    paid_in_qbo(town, "15", {}, Line=lines)
    for _ in range(4):
        await town.run(0.3)
        await town.worker()
    await town.run(300)

    assert (len(town.in_mediaos("payments")), len(applications(town))) == (1, 1)
    await both_agree(town, "20", "0")


async def test_the_bookkeepers_before_both_documents_crossed_waits_for_them(town):
    customer, _ = await a_customer_with_an_invoice(town, SIXTY)
    await town.maps("101", None)
    memo = with_a_credit(town, "25")
    paid = town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    park = town.document(customer, f"qbo/credit-application/{paid['Id']}").park
    assert park.reason is ParkReason.INVOICE_UNKNOWN

    await town.maps("101", "1")
    await town.run()
    await both_agree(town, "35", "0")


# Something that it names is taken away.


async def test_an_invoice_that_is_voided_while_a_credit_settles_it(town):
    await a_credit_applied(town)
    town.qbo.person.void("Invoice", invoice_in_qbo(town)["Id"])
    await town.run(300)

    assert applications(town) == []
    await both_agree(town, "0", "25")


async def test_a_credit_memo_that_is_deleted_while_it_is_applied(town):
    await a_credit_applied(town)
    town.qbo.person.delete("CreditMemo", town.in_qbo("CreditMemo")[0]["Id"])
    await town.run(300)

    assert applications(town) == []
    await both_agree(town, "60", "0")


@pytest.mark.parametrize("which", ["invoices", "creditMemos"])
async def test_what_is_taken_off_and_deleted_at_once_in_mediaos_goes(town, which):
    _, invoice, memo, application = await a_credit_applied(town)
    await delete(town, "creditApplications", application)
    await delete(town, which, invoice if which == "invoices" else memo)
    await town.run(300)

    await both_agree(town, *(("0", "25") if which == "invoices" else ("60", "0")))


async def test_with_unapply_first_a_credit_of_the_bookkeeper_is_taken_off_what_goes(town):
    _, invoice = await a_customer_with_an_invoice(town, SIXTY)
    await town.settings(unapply_first=True)
    memo = with_a_credit(town, "25")
    await town.run()
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await delete(town, "invoices", invoice)
    await town.run(300)

    await both_agree(town, "0", "25")


# A payment that was clipped.


async def test_a_clipped_payment_and_the_credit_agree_once_mediaos_makes_room(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    memo = with_a_credit(town, "25")
    await town.run()
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    paid = town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    park = park_of(town, customer, "payment", payment)
    assert park.reason is ParkReason.ON_ACCOUNT
    park = town.document(customer, f"qbo/credit-application/{paid['Id']}").park
    assert park.reason is ParkReason.CREDIT_USED
    for words in ("25.00 is to be applied", "invoice MediaOS-20001 owes 0.00 in MediaOS"):
        assert words in park.detail
    assert open_in_qbo(town) == (0, 0)

    await edit(town, "payments", payment, lines=[{"invoice_id": invoice, "amount": "35"}])
    await town.run()
    assert park_of(town, customer, "payment", payment) is None
    await both_agree(town, "0", "0")
