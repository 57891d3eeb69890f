"""Is what is seldom done in either system as people do it?  Against both simulators."""

import asyncio
from decimal import Decimal

import pytest

from agents.lab.demo.by_hand import SOLD
from agents.lab.demo.deeds import Receive
from agents.lab.demo.names import PRODUCTS
from agents.lab.demo.rare_deeds import (
    BillBelowZero,
    BillInQuickbooks,
    Bounce,
    DeletePayment,
    Disagree,
    WriteOff,
)
from agents.lab.demo.rare_work import RareWork
from agents.lab.demo.sold_lines import SoldLine
from agents.lab.demo.wording import item_name
from schemas.envelope import JournalRecord
from schemas.facts import Parked, Released
from schemas.state import Park, ParkReason
from schemas.values import Kind, Side
from tests.unit.lab.demo.one_bill import LINE, NOW, crossed

LANE = "demo/mediaos/1"


class Words:
    """An operator who writes down what is decided."""

    def __init__(self):
        self.said = []

    async def decide(self, lane, document, keep, by):
        self.said.append((lane, document, keep, by))


@pytest.fixture
def words():
    return Words()


@pytest.fixture
async def rare(people, counters, words):
    made = await counters.mediaos("invoiceLineItemTypes", {"name": "Bad debt", "kind": "discount"})
    return RareWork(people, words, made["id"])


@pytest.fixture
async def paid(people, watch, qbo, mediaos, billed):
    """All of the invoice is paid, on both sides; the payment's id in QuickBooks."""
    whole = (("i000", LINE.amount),)
    check = {"side": Side.MEDIAOS, "payment": "c000", "advertiser": "a000", "parts": whole}
    await people.do(Receive(**check, reference="4711", method="Check"))
    shown = qbo.book.get("Invoice", billed)
    linked = [{"TxnId": billed, "TxnType": "Invoice"}]
    fields = {
        "CustomerRef": shown["CustomerRef"],
        "TotalAmt": LINE.amount,
        "Line": [{"Amount": LINE.amount, "LinkedTxn": linked}],
    }
    payment = await people.known.get("c000")
    return crossed(watch, qbo, Kind.PAYMENT, payment, fields)["Id"]


def line(price):
    return SoldLine(product=0, description="Booth", quantity=Decimal(1), price=Decimal(price))


async def parked(people, watch, reason, until):
    """Say in the journal that the invoice waits, once somebody has done what makes it wait."""
    async with asyncio.timeout(5):
        while not until():  # noqa: ASYNC110 - a simulator sets no event
            await asyncio.sleep(0)
    name = f"mediaos/invoice/{await people.known.get('i000')}"
    fact = Parked(document=name, event="e", park=Park(reason=reason, detail=""), at=NOW)
    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, facts=(fact,)))
    await watch.read_some()
    return name


async def bill(people, mediaos):
    return mediaos.book.records["invoices"][await people.known.get("i000")]


async def test_an_invoice_below_zero_takes_off_another_one(rare, people, mediaos, billed):
    deed = BillBelowZero(invoice="n000", advertiser="a000", line=line("-80"), against="i000")
    await rare.do(deed)
    below = mediaos.book.records["invoices"][await people.known.get("n000")]
    assert (below["total"], below["balance"]) == ("-80", "0")
    assert (await bill(people, mediaos))["balance"] == "1781.08"


async def test_a_write_off_is_a_line_until_it_waits_and_then_a_credit(
    rare, people, watch, mediaos, billed
):
    deed = WriteOff(
        invoice="i000", advertiser="a000", lines=(LINE,), amount=Decimal("50.00"), credit="w000"
    )
    writing = asyncio.create_task(rare.do(deed))
    shown = await bill(people, mediaos)
    records = mediaos.book.records["invoices"]
    await parked(
        people, watch, ParkReason.WRITE_OFF, lambda: len(records[shown["id"]]["line_items"]) == 2
    )
    assert records[shown["id"]]["total"] == "1811.08"
    await writing

    after = await bill(people, mediaos)
    assert (after["total"], after["balance"]) == ("1861.08", "1811.08")
    memo = mediaos.book.records["creditMemos"][await people.known.get("w000")]
    [away] = memo["line_items"]
    assert (memo["total"], away["invoice_line_item_type_id"]) == ("50", rare.bad_debt)


async def test_a_check_comes_back_by_an_entry_in_the_place_of_its_invoice(
    rare, people, qbo, billed, paid
):
    assert qbo.book.get("Invoice", billed)["Balance"] == 0
    await rare.do(Bounce(payment="c000", entry="j000"))
    [entry] = qbo.book.all("JournalEntry")
    assert people.known.made("j000") == entry["Id"]
    assert {line["JournalEntryLineDetail"]["PostingType"] for line in entry["Line"]} == {
        "Debit",
        "Credit",
    }
    payment, invoice = qbo.book.get("Payment", paid), qbo.book.get("Invoice", billed)
    assert [line["LinkedTxn"][0]["TxnId"] for line in payment["Line"]] == [entry["Id"]]
    assert (payment["TotalAmt"], invoice["Balance"]) == (LINE.amount, LINE.amount)


async def test_a_payment_is_deleted_once_it_has_crossed(rare, people, mediaos, paid):
    await rare.do(DeletePayment(payment="c000"))
    payment = mediaos.book.records["payments"][await people.known.get("c000")]
    assert payment["date_deleted"] is not None
    assert (await bill(people, mediaos))["balance"] == "1861.08"


async def test_two_prices_wait_for_a_word_that_keeps_mediaos(
    rare, people, watch, qbo, mediaos, billed, words
):
    deed = Disagree(invoice="i000", lines=(line("1700"),), price=Decimal("1800.00"), by="Mira")
    disagreeing = asyncio.create_task(rare.do(deed))
    name = (await bill(people, mediaos))["id"]
    records = mediaos.book.records["invoices"]
    document = await parked(
        people, watch, ParkReason.CONFLICT, lambda: records[name]["total"] == "1700"
    )
    await disagreeing

    assert qbo.book.get("Invoice", billed)["TotalAmt"] == 1800
    assert words.said == [(LANE, document, Side.MEDIAOS, "Mira")]


async def test_a_word_is_given_on_what_waits_when_it_is_given(
    rare, people, watch, mediaos, billed, words
):
    deed = Disagree(invoice="i000", lines=(line("1700"),), price=Decimal("1800.00"), by="Mira")
    disagreeing = asyncio.create_task(rare.do(deed))
    name = (await bill(people, mediaos))["id"]
    records, document = mediaos.book.records["invoices"], f"mediaos/invoice/{name}"
    waits = Parked(
        document=document, event="e", park=Park(reason=ParkReason.CONFLICT, detail=""), at=NOW
    )
    again = Released(document=document, why="a newer revision")
    # Both are read in one piece: who looks then finds that it waits no more.
    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, facts=(waits, again)))
    await parked(people, watch, ParkReason.UNMAPPED_PRODUCT, lambda: _is_typed(records, name))
    assert (words.said, disagreeing.done()) == ([], False)

    watch.take_step(0, JournalRecord(term="t", lane=LANE, at=NOW, facts=(waits,)))
    await watch.read_some()
    async with asyncio.timeout(5):
        await disagreeing
    assert words.said == [(LANE, document, Side.MEDIAOS, "Mira")]


def _is_typed(records, name):
    return records[name]["total"] == "1700"


async def test_a_customer_is_taken_on_and_billed_in_quickbooks(rare, people, qbo):
    item = {"Name": item_name(PRODUCTS[7]), "IncomeAccountRef": {"value": "1"}}
    sold = qbo.person.create("Item", item)
    one = SoldLine(product=7, description="Issue", quantity=Decimal(1), price=Decimal("449.95"))
    await rare.do(BillInQuickbooks(invoice="k000", title="Ferry", number="QB-1", line=one))
    [made] = qbo.book.all("Invoice")
    assert people.known.made("k000") == made["Id"]
    assert (made["DocNumber"], made["TotalAmt"]) == ("QB-1", Decimal("449.95"))
    assert made["CustomerRef"]["name"] == "Ferry"
    assert made["Line"][0][SOLD]["ItemRef"]["value"] == sold["Id"]
