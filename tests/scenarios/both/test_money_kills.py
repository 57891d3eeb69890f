"""A kill at each call of what is written for money's sake alone, and of what a person decides.

The tax that returns, a rate that changes, a write-off, a conflict that is closed: afterwards both
sides show it, each document is there once, and nothing more is written.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from schemas.requests import ResolveConflict
from schemas.tenant_state import FieldOwner
from schemas.values import Side
from tests.scenarios.both.company_deeds import in_conflict
from tests.scenarios.both.ends import Story, each_end
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    an_invoice,
    delete,
    edit,
    lines_of,
    open_shop,
)
from tests.scenarios.both.test_credit_applications import applies
from tests.scenarios.both.test_line_types import a_mapped_type, maps, typed
from tests.scenarios.both.test_tax_by_line import ticked
from tests.scenarios.both.town import Row, Town

pytestmark = [pytest.mark.slow, pytest.mark.few_rows]

HUNDRED, THREE_HUNDRED = ("1", "100"), ("1", "300")


def the_one(rows: list[Row]) -> Row:
    [row] = [row for row in rows if row.get("date_deleted") is None]
    return row


# A tax that QuickBooks works out returns.


async def a_taxing_shop(town: Town) -> None:
    await open_shop(town)
    town.qbo.person.set_sales_tax("automated", "8.25")
    await a_customer(town)
    await town.run()


async def taxed(town: Town) -> None:
    await a_taxing_shop(town)
    await an_invoice_is_made(town)
    await town.run()


async def an_invoice_is_made(town: Town) -> None:
    lines = ticked(HUNDRED, taxed={0})
    await an_invoice(town, the_one(town.in_mediaos("advertisers"))["id"], line_items=lines)


async def a_credit_memo_is_made(town: Town) -> None:
    lines = ticked(HUNDRED, taxed={0})
    await a_credit_memo(town, the_one(town.in_mediaos("advertisers"))["id"], line_items=lines)


async def more_is_sold(town: Town) -> None:
    lines = ticked(("2", "100"), taxed={0})
    await edit(town, "invoices", the_one(town.in_mediaos("invoices"))["id"], line_items=lines)


def total(kind: str, entity: str) -> Callable[[Town], tuple[str, Decimal]]:
    def shown(town: Town) -> tuple[str, Decimal]:
        return the_one(town.in_mediaos(kind))["total"], the_one(town.in_qbo(entity))["TotalAmt"]

    return shown


# A rate changes.


async def a_french_invoice_and_payment(town: Town) -> None:
    await open_shop(town)
    town.qbo.person.set_currencies(several=True)
    await town.run(60)
    customer = await a_customer(town, "Lumière", currency_code="EUR")
    invoice = await an_invoice(town, customer, HUNDRED, exchange_rate="0.8")
    await a_payment(town, customer, "40", {invoice: "40"}, currency_exchange_rate="0.8")
    await town.run()


async def the_rate_of_the_invoice_changes(town: Town) -> None:
    await edit(town, "invoices", the_one(town.in_mediaos("invoices"))["id"], exchange_rate="0.5")


async def the_rate_of_the_payment_changes(town: Town) -> None:
    payment = the_one(town.in_mediaos("payments"))["id"]
    await edit(town, "payments", payment, currency_exchange_rate="0.5")


async def the_rate_of_the_payment_changes_there(town: Town) -> None:
    town.qbo.person.edit("Payment", the_one(town.in_qbo("Payment"))["Id"], {"ExchangeRate": "2"})


def rate_of_invoice(town: Town) -> tuple[str, str]:
    here, there = the_one(town.in_mediaos("invoices")), the_one(town.in_qbo("Invoice"))
    return here["exchange_rate"], str(there["ExchangeRate"])


def rate_of_payment(town: Town) -> tuple[str, str]:
    here, there = the_one(town.in_mediaos("payments")), the_one(town.in_qbo("Payment"))
    return here["currency_exchange_rate"], str(there["ExchangeRate"])


# A person decides.


async def a_memo_that_both_changed(town: Town) -> None:
    await open_shop(town, owners={"invoice.memo": FieldOwner.PERSON})
    invoice = await an_invoice(town, await a_customer(town), HUNDRED)
    await town.run()
    there = the_one(town.in_qbo("Invoice"))["Id"]
    town.qbo.person.edit("Invoice", there, {"CustomerMemo": {"value": "Theirs"}})
    await edit(town, "invoices", invoice, comments="Mine")
    await town.run(60)


async def one_gone_here_and_changed_there(town: Town) -> None:
    await open_shop(town)
    invoice = await an_invoice(town, await a_customer(town), HUNDRED)
    await town.run()
    there = the_one(town.in_qbo("Invoice"))["Id"]
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.edit("Invoice", there, {"CustomerMemo": {"value": "Theirs"}})
    await delete(town, "invoices", invoice)
    await town.run(600)


def somebody_keeps(side: Side) -> Story:
    async def decides(town: Town) -> None:
        [(lane, document)] = in_conflict(town)
        wish = ResolveConflict(id="word", lane=lane, document=document, keep=side, by="ann")
        await town.ask(lane, wish)

    return decides


def memo(town: Town) -> tuple[Any, Any]:
    here, there = the_one(town.in_mediaos("invoices")), the_one(town.in_qbo("Invoice"))
    return here["comments"], there["CustomerMemo"]["value"]


def what_stands(town: Town) -> tuple[int, Decimal]:
    here = [row for row in town.in_mediaos("invoices") if row["date_deleted"] is None]
    return len(here), the_one(town.in_qbo("Invoice"))["TotalAmt"]


# What nobody will pay is written off, as a credit memo of its type that is applied.


async def an_invoice_and_a_type_that_writes_off(town: Town) -> None:
    await open_shop(town)
    await an_invoice(town, await a_customer(town), THREE_HUNDRED)
    away, item = await a_mapped_type(town, "Write off", "discount")
    await maps(town, away, item, write_off=True)
    await town.run()


async def part_of_it_is_written_off(town: Town) -> None:
    invoice = the_one(town.in_mediaos("invoices"))
    away = the_one(town.in_mediaos("invoiceLineItemTypes"))["id"]
    off = [typed(away, "100", "Bad debt")]
    made = await a_credit_memo(town, invoice["advertiser_id"], line_items=off)
    await applies(town, invoice["advertiser_id"], (made, invoice["id"], "100"))


async def a_line_that_writes_off(town: Town) -> None:
    await an_invoice_and_a_type_that_writes_off(town)
    away = the_one(town.in_mediaos("invoiceLineItemTypes"))["id"]
    lines = [*lines_of(THREE_HUNDRED), typed(away, "-100", "Bad debt")]
    await edit(town, "invoices", the_one(town.in_mediaos("invoices"))["id"], line_items=lines)
    await town.run()


async def it_is_meant_literally(town: Town) -> None:
    away = the_one(town.in_mediaos("invoiceLineItemTypes"))["id"]
    [item] = [each["Id"] for each in town.in_qbo("Item") if each["Name"] == "Write off"]
    await maps(town, away, item, write_off=False)


def owed(town: Town) -> tuple[str, Decimal]:
    here, there = the_one(town.in_mediaos("invoices")), the_one(town.in_qbo("Invoice"))
    return here["balance"], there["Balance"]


class Life(NamedTuple):
    """What is given, what is done, and what both sides show at the end."""

    given: Story
    deed: Story
    shown: Callable[[Town], tuple[Any, Any]]
    at_the_end: tuple[Any, Any]


LIVES = {
    "the tax of an invoice returns": Life(
        a_taxing_shop,
        an_invoice_is_made,
        total("invoices", "Invoice"),
        ("108.25", Decimal("108.25")),
    ),
    "the tax of a credit memo returns": Life(
        a_taxing_shop,
        a_credit_memo_is_made,
        total("creditMemos", "CreditMemo"),
        ("108.25", Decimal("108.25")),
    ),
    "the tax returns again": Life(
        taxed, more_is_sold, total("invoices", "Invoice"), ("216.5", Decimal("216.50"))
    ),
    "the rate of an invoice changes": Life(
        a_french_invoice_and_payment, the_rate_of_the_invoice_changes, rate_of_invoice, ("0.5", "2")
    ),
    "the rate of a payment changes": Life(
        a_french_invoice_and_payment, the_rate_of_the_payment_changes, rate_of_payment, ("0.5", "2")
    ),
    "QuickBooks: the rate of a payment changes": Life(
        a_french_invoice_and_payment,
        the_rate_of_the_payment_changes_there,
        rate_of_payment,
        ("0.5", "2"),
    ),
    "MediaOS' memo is kept": Life(
        a_memo_that_both_changed, somebody_keeps(Side.MEDIAOS), memo, ("Mine", "Mine")
    ),
    "QuickBooks' memo is kept": Life(
        a_memo_that_both_changed, somebody_keeps(Side.QBO), memo, ("Theirs", "Theirs")
    ),
    "what MediaOS took away goes": Life(
        one_gone_here_and_changed_there, somebody_keeps(Side.MEDIAOS), what_stands, (0, 0)
    ),
    "what is bad is written off": Life(
        an_invoice_and_a_type_that_writes_off, part_of_it_is_written_off, owed, ("200", 200)
    ),
    "a write-off is meant literally": Life(
        a_line_that_writes_off, it_is_meant_literally, owed, ("200", 200)
    ),
}
#: What is only carried on within Kafka: tests of the credits' lives end there too.
CARRIED_ON = ("commit", "send isthmus-intake", "send quickbooks-changes")


# A process that ends after a call has not begun the next one: of both one will do.
@pytest.mark.parametrize(("how", "when"), [("dies", "after"), ("freezes", "before")])
@pytest.mark.parametrize("life", LIVES)
async def test_a_kill_at_each_call_of_it_leaves_both_sides_alike_and_each_once(life, how, when):
    given, deed, shown, at_the_end = LIVES[life]

    async def story(town: Town) -> None:
        await deed(town)
        await town.run(2)

    ends = each_end(how, when, story, time_goes_by, given=given, but=CARRIED_ON)
    async for town, where in ends:
        try:
            assert shown(town) == at_the_end
            await town.agrees()
            writes = town.writes()
            await town.run(60)
            assert town.writes() == writes
        except AssertionError as fault:
            raise AssertionError(where) from fault


async def time_goes_by(town: Town) -> None:
    await town.run(310)
