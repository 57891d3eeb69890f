"""Do the deeds do in either system what they say?  Against both simulators, in this process."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from agents.lab.demo.by_hand import SOLD
from agents.lab.demo.deeds import (
    UNTOLD,
    BothChangeCustomer,
    ChangeCustomer,
    ChangeInvoice,
    ChangeLines,
    ChangeReference,
    EditUntold,
    GiveCredit,
    GiveRefund,
    LockInvoice,
    Receive,
    TypeClass,
    VoidInvoice,
)
from agents.lab.demo.faults import DemoFault
from agents.lab.demo.sold_lines import SoldLine
from schemas.changes import Change
from schemas.envelope import JournalRecord
from schemas.facts import Seen
from schemas.lane_facts import LockedOut
from schemas.records import Invoice
from schemas.values import Kind, Revision, Side
from streams.simulators.quickbooks.refusals import Fault
from tests.unit.lab.demo.one_bill import ADD, BILL, LINE, NOW


async def test_a_bill_comes_to_its_total_in_mediaos(people, mediaos):
    await people.do(ADD)
    await people.do(BILL)
    invoice = mediaos.book.records["invoices"][await people.known.get("i000")]
    assert (invoice["total"], invoice["comments"]) == ("1861.08", "Spring")
    assert invoice["date_due"] == "2026-04-01 00:00:00"


async def test_changed_lines_take_the_place_of_all_lines(people, mediaos):
    await people.do(ADD)
    await people.do(BILL)
    await people.do(ChangeLines(invoice="i000", lines=(LINE, LINE)))
    invoice = mediaos.book.records["invoices"][await people.known.get("i000")]
    assert invoice["total"] == "3722.16"


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("memo", "New", ("CustomerMemo", {"value": "New"})),
        ("due", "2026-05-01", ("DueDate", "2026-05-01")),
        ("email", "a@example.com", ("BillEmail", {"Address": "a@example.com"})),
    ],
)
async def test_a_header_is_corrected_in_quickbooks(people, qbo, billed, field, text, shown):
    await people.do(ChangeInvoice(side=Side.QBO, invoice="i000", field=field, text=text))
    name, value = shown
    found = qbo.book.get("Invoice", billed)[name]
    assert found == value or value.items() <= found.items()


@pytest.mark.parametrize(
    ("field", "text", "name", "value"),
    [
        ("memo", "New", "comments", "New"),
        ("due", "2026-05-01", "date_due", "2026-05-01 00:00:00"),
    ],
)
async def test_a_header_is_corrected_in_mediaos(people, mediaos, billed, field, text, name, value):
    await people.do(ChangeInvoice(side=Side.MEDIAOS, invoice="i000", field=field, text=text))
    assert mediaos.book.records["invoices"][await people.known.get("i000")][name] == value


async def test_both_change_one_customer_each_in_their_own_system(people, qbo, mediaos, billed):
    await people.do(BothChangeCustomer(advertiser="a000", email="new@example.com", phone="555"))
    advertiser = mediaos.book.records["advertisers"][await people.known.get("a000")]
    assert (advertiser["email"]["value"], advertiser["phone"]) == ("new@example.com", ADD.phone)
    customer = qbo.book.all("Customer")[0]
    assert customer["PrimaryPhone"]["FreeFormNumber"] == "555"
    assert "PrimaryEmailAddr" not in customer


async def test_an_email_is_changed_in_quickbooks(people, qbo, billed):
    change = ChangeCustomer(side=Side.QBO, advertiser="a000", field="email", text="x@example.com")
    await people.do(change)
    assert qbo.book.all("Customer")[0]["PrimaryEmailAddr"]["Address"] == "x@example.com"


async def test_a_class_is_typed_on_the_first_line_and_the_rest_stays(people, qbo, billed):
    before = qbo.book.get("Invoice", billed)
    await people.do(TypeClass(invoice="i000", name="Print"))
    after = qbo.book.get("Invoice", billed)
    [made] = qbo.book.all("Class")
    assert after["Line"][0][SOLD] == {
        **before["Line"][0][SOLD],
        "ClassRef": {"value": made["Id"], "name": "Print"},
    }
    assert after["TotalAmt"] == before["TotalAmt"]


async def test_lines_that_bear_a_class_change_once_it_is_typed(people, qbo, mediaos, billed):
    more = ChangeLines(invoice="i000", lines=(LINE, LINE), after="Print")
    changing = asyncio.create_task(people.do(more))
    await asyncio.sleep(0.05)
    records, invoice = mediaos.book.records["invoices"], await people.known.get("i000")
    assert (changing.done(), records[invoice]["total"]) == (False, "1861.08")

    await people.do(TypeClass(invoice="i000", name="Print"))
    async with asyncio.timeout(5):
        await changing
    assert records[invoice]["total"] == "3722.16"


async def test_an_invoice_is_voided_in_quickbooks(people, qbo, billed):
    await people.do(VoidInvoice(invoice="i000"))
    assert qbo.book.get("Invoice", billed)["TotalAmt"] == 0


async def test_a_credit_is_given_and_applied(people, qbo, billed):
    await people.do(GiveCredit(invoice="i000", amount=Decimal("25.00")))
    assert qbo.book.get("Invoice", billed)["Balance"] == Decimal("1836.08")
    [memo], [link] = qbo.book.all("CreditMemo"), qbo.book.all("Payment")
    assert (memo["TotalAmt"], memo["RemainingCredit"], link["TotalAmt"]) == (25, 0, 0)


async def test_money_is_paid_back_in_mediaos(people, mediaos, billed):
    line = SoldLine(product=0, description="", quantity=Decimal(2), price=Decimal("20.00"))
    await people.do(GiveRefund(refund="r000", advertiser="a000", line=line, method="Check"))
    refund = mediaos.book.records["refunds"][await people.known.get("r000")]
    assert (refund["total"], refund["type"]) == ("40", "Check")


async def test_what_is_not_made_yet_has_no_id(people):
    assert people.known.made("i007") is None
    people.known.put("i007", "7")
    assert people.known.made("i007") == "7"


def received(side):
    parts = (("i000", Decimal("61.08")),)
    return Receive(
        side=side,
        payment="p000",
        advertiser="a000",
        parts=parts,
        reference="4711",
        method="Check",
    )


async def test_a_payment_in_mediaos_lowers_the_balance(people, mediaos, billed):
    await people.do(received(Side.MEDIAOS))
    invoice = mediaos.book.records["invoices"][await people.known.get("i000")]
    assert invoice["balance"] == "1800"


async def test_a_payment_in_quickbooks_lowers_the_balance_and_can_be_corrected(people, qbo, billed):
    await people.do(received(Side.QBO))
    await people.do(ChangeReference(payment="p000", text="4712"))
    assert qbo.book.get("Invoice", billed)["Balance"] == Decimal("1800.00")
    [payment] = qbo.book.all("Payment")
    assert (payment["PaymentRefNum"], payment["TotalAmt"]) == ("4712", Decimal("61.08"))


async def test_an_invoice_stays_locked_until_the_engine_has_run_into_it(
    people, watch, qbo, mediaos, billed
):
    locking = asyncio.create_task(people.do(LockInvoice(invoice="i000", text="Now")))
    invoices, name = mediaos.book.records["invoices"], await people.known.get("i000")
    async with asyncio.timeout(5):
        while invoices[name]["comments"] != "Now":  # noqa: ASYNC110 - a simulator sets no event
            await asyncio.sleep(0)
    with pytest.raises(Fault):
        qbo.faults.check_write("Invoice", billed)

    locked = LockedOut(lockout="l", lane="demo/mediaos/1", until=NOW, reason="locked")
    watch.take_step(0, JournalRecord(term="t", lane="demo/mediaos/1", at=NOW, facts=(locked,)))
    await watch.read_some()
    await locking

    qbo.faults.check_write("Invoice", billed)


async def test_an_edit_without_a_webhook_is_awaited_until_a_sweep_found_it(
    people, watch, qbo, billed
):
    editing = asyncio.create_task(people.do(EditUntold(invoice="i000")))
    async with asyncio.timeout(5):
        while "CustomerMemo" not in qbo.book.get("Invoice", billed):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
    assert not editing.done()

    change = Change(
        event="e",
        tenant="demo",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id=billed,
        customer="1",
        revision=Revision(deleted=False, number=1),
        at=NOW,
        record=Invoice(customer="1", issued=date(2026, 3, 2), memo=UNTOLD),
    )
    seen = Seen(document="d", change=change)
    watch.take_step(0, JournalRecord(term="t", lane="demo/mediaos/1", at=NOW, facts=(seen,)))
    await watch.read_some()
    await editing


async def test_a_refused_deed_ends_the_demo_with_a_sentence(people, billed):
    too_much = received(Side.MEDIAOS).parts[0][0], Decimal(10_000)
    deed = Receive(
        side=Side.MEDIAOS,
        payment="p001",
        advertiser="a000",
        parts=(too_much,),
        reference="1",
        method="Check",
    )
    with pytest.raises(DemoFault, match=r"MediaOS' payments was refused \(422\)"):
        await people.do(deed)
