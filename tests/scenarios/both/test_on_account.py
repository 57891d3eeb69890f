"""QuickBooks has settled an invoice by a credit of its own, and MediaOS is paid for all of it.

The tenant has what is born in QuickBooks listed, so that the credit stays there.  What the invoice
still owes is applied, the rest is on account there and told; once the credit is taken off, the rest
goes to the invoice by itself.
"""

from decimal import Decimal
from typing import Any

import pytest

from agents.audit.findings import How
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Kind
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    an_invoice,
    edit,
    open_shop,
    paid_in_qbo,
    parts_in_qbo,
    sold_in_qbo,
)
from tests.scenarios.both.test_money import invoice_in_qbo, park_of, with_a_credit

pytestmark = pytest.mark.few_rows

SIXTY = ("1", "60")
#: A credit that QuickBooks alone has: MediaOS does not know it.
LISTED = {"born_in_quickbooks": BornInQuickbooks.LIST}


def reads_of(town, path: str) -> int:
    return sum(r["method"] == "GET" and f"/{path}/" in r["path"] for r in town.qbo.requests)


def ours(town) -> Any:
    """The payment that MediaOS received, in QuickBooks."""
    return next(each for each in town.in_qbo("Payment") if "MediaOS" in each.get("PrivateNote", ""))


def applied(paid: Any) -> Decimal:
    return sum((line["Amount"] for line in paid["Line"]), Decimal(0))


async def paid_beside_a_credit(town) -> tuple[str, str]:
    """An old credit of 25.00 goes to our new invoice of 60.00, which MediaOS receives whole."""
    await open_shop(town, **LISTED)
    customer = await a_customer(town)
    await town.run()
    with_a_credit(town, "25")
    town.qbo.person.set_auto_apply(credits=True)
    invoice = await an_invoice(town, customer, SIXTY)
    await town.run()
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    return customer, payment


async def test_what_the_invoice_owes_is_applied_and_the_rest_is_on_account_and_told(town):
    customer, payment = await paid_beside_a_credit(town)

    paid = ours(town)
    assert (paid["TotalAmt"], applied(paid), paid["UnappliedAmt"]) == (60, 35, 25)
    park = park_of(town, customer, "payment", payment)
    assert park.reason is ParkReason.ON_ACCOUNT
    for words in ("60.00 for invoice MediaOS-20001", "35.00 is applied", "25.00 is on account"):
        assert words in park.detail
    assert invoice_in_qbo(town)["Balance"] == 0
    assert town.answers(400) == 0


async def test_the_ledger_check_tells_what_is_on_account_with_its_amount(town):
    await paid_beside_a_credit(town)
    report = await town.report()

    assert report.findings == ()
    [told] = [each for each in report.waiting if each.how is How.PARKED]
    assert (told.reason, told.amount) == (ParkReason.ON_ACCOUNT, 25)


async def test_mediaos_keeps_what_it_received_and_nothing_goes_to_and_fro(town):
    customer, payment = await paid_beside_a_credit(town)
    writes = town.writes()
    await town.run(900)

    assert town.writes() == writes
    [taken] = town.in_mediaos("payments")
    assert [Decimal(line["amount"]) for line in taken["lines"]] == [60]
    await edit(town, "payments", payment, notes="by cheque")
    await town.run()
    assert applied(ours(town)) == 35
    assert town.in_mediaos("payments")[0]["notes"] == "by cheque"
    assert park_of(town, customer, "payment", payment).reason is ParkReason.ON_ACCOUNT


@pytest.mark.parametrize("told", [True, False], ids=["invoice told", "invoice not told"])
@pytest.mark.parametrize("how", ["delete", "void", "edit"])
async def test_once_the_credit_is_taken_off_the_rest_goes_to_the_invoice(town, how, told):
    town.qbo.change_settings({"unapplying_reports_invoice": told})
    customer, payment = await paid_beside_a_credit(town)
    town.qbo.person.set_auto_apply(credits=False)
    credit = next(each for each in town.in_qbo("Payment") if not each["TotalAmt"])
    if how == "edit":
        town.qbo.person.edit("Payment", credit["Id"], {"Line": []})
    else:
        getattr(town.qbo.person, how)("Payment", credit["Id"])
    await town.run()

    assert applied(ours(town)) == 60
    assert park_of(town, customer, "payment", payment) is None
    assert invoice_in_qbo(town)["Balance"] == 0
    [taken] = town.in_mediaos("payments")
    assert taken["lines"][0]["amount"] == "60"
    unplaced = [each for each in (await town.report()).waiting if each.how is How.UNPLACED]
    assert [each.document.split("/")[1] for each in unplaced] == ["credit-memo"], "it is listed"


async def test_what_the_bookkeeper_applies_of_the_rest_is_on_account_no_more(town):
    customer, payment = await paid_beside_a_credit(town)
    name = f"mediaos/payment/{payment}"
    [credit] = [each for each in town.in_qbo("Payment") if not each["TotalAmt"]]
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.delete("Payment", credit["Id"])
    whole = parts_in_qbo({invoice_in_qbo(town)["Id"]: "60"})
    town.qbo.person.edit("Payment", ours(town)["Id"], {"Line": whole})
    await town.run(1)
    await town.hears(Kind.PAYMENT, ours(town)["Id"])
    await town.run()

    assert town.document(customer, name).agreed.qbo.on_account == ()
    assert town.document(customer, name).park is None
    fewer = parts_in_qbo({invoice_in_qbo(town)["Id"]: "35"})
    town.qbo.person.edit("Payment", ours(town)["Id"], {"Line": fewer})
    await town.run()
    [taken] = town.in_mediaos("payments")
    assert [Decimal(line["amount"]) for line in taken["lines"]] == [35]
    assert applied(ours(town)) == 35


async def test_a_credit_that_nobody_has_heard_of_shows_in_the_refusal(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY, **LISTED)
    town.qbo.webhooks.misbehave("drop")
    memo = with_a_credit(town, "25")
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    before = reads_of(town, "invoice")
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()

    assert applied(ours(town)) == 35
    assert park_of(town, customer, "payment", payment).reason is ParkReason.ON_ACCOUNT
    assert reads_of(town, "invoice") == before + 1


async def test_a_payment_of_an_open_invoice_reads_nothing_more(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    await a_payment(town, customer, "20", {invoice: "20"})
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    before = reads_of(town, "invoice")
    await a_payment(town, customer, "40", {invoice: "40"})
    await town.run()

    assert reads_of(town, "invoice") == before
    assert invoice_in_qbo(town)["Balance"] == 0


async def test_money_that_comes_for_another_invoice_reads_nothing_of_what_is_on_account(town):
    customer, payment = await paid_beside_a_credit(town)
    whole = invoice_in_qbo(town)["Id"]
    other = await an_invoice(town, customer, ("1", "10"))
    await town.run()
    there = next(each for each in town.in_qbo("Invoice") if each["DocNumber"].endswith(other))
    asked = len(town.qbo.requests)
    paid_in_qbo(town, "10", {there["Id"]: "10"})
    await town.run()

    assert len(town.in_mediaos("payments")) == 2
    paths = [request["path"] for request in town.qbo.requests[asked:]]
    assert not [path for path in paths if path.endswith(f"/invoice/{whole}")]
    assert park_of(town, customer, "payment", payment).reason is ParkReason.ON_ACCOUNT


async def test_an_invoice_that_owes_more_than_was_known_is_settled_whole(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY, **LISTED)
    memo = with_a_credit(town, "25")
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.delete("Payment", town.in_qbo("Payment")[0]["Id"])
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()

    assert applied(ours(town)) == 60
    assert park_of(town, customer, "payment", payment) is None


async def test_an_invoice_that_owes_nothing_at_all_has_all_of_it_on_account(town):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY, **LISTED)
    memo = with_a_credit(town, "60")
    town.qbo.person.apply_credit(memo["Id"], invoice_in_qbo(town)["Id"])
    await town.run()
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()

    assert (ours(town)["Line"], ours(town)["UnappliedAmt"]) == ([], 60)
    assert park_of(town, customer, "payment", payment).reason is ParkReason.ON_ACCOUNT


async def test_a_smaller_part_of_mediaos_finds_its_room_beside_the_credit(town):
    customer, payment = await paid_beside_a_credit(town)
    [invoice] = town.in_mediaos("invoices")
    lines = [{"invoice_id": invoice["id"], "amount": "30"}]
    await edit(town, "payments", payment, lines=lines)
    await town.run()

    assert applied(ours(town)) == 30
    assert park_of(town, customer, "payment", payment) is None


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
@pytest.mark.parametrize("asked", [None, "10"], ids=["nothing asked", "less asked"])
async def test_what_quickbooks_applies_by_itself_of_a_new_payment_comes_to_mediaos(
    town, asked, lost
):
    customer, invoice = await a_customer_with_an_invoice(town, SIXTY)
    town.qbo.person.set_auto_apply(payments=True)
    if lost:
        town.qbo.faults.time_out_next("after")
    await a_payment(town, customer, "20", {invoice: asked} if asked else {})
    await town.run(600)

    assert (applied(ours(town)), ours(town)["UnappliedAmt"]) == (20, 0)
    [taken] = town.in_mediaos("payments")
    assert sum(Decimal(line["amount"]) for line in taken["lines"]) == 20
    assert invoice_in_qbo(town)["Balance"] == 40
    await town.agrees()


async def test_what_quickbooks_applies_by_itself_to_an_invoice_of_its_own_is_told(town):
    customer, _ = await a_customer_with_an_invoice(town, ("1", "5"))
    town.qbo.person.set_auto_apply(payments=True)
    sold_in_qbo(town, town.in_qbo("Customer")[0]["Id"], "12")
    await a_payment(town, customer, "20", {})
    await town.run()
    writes = town.writes()
    await town.run(900)

    assert (town.writes(), applied(ours(town))) == (writes, 17)
    report = await town.report()
    assert report.findings == ()
