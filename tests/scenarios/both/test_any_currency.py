"""Whatever happens in a company of several currencies, nothing of one becomes another's.

In the end the books agree per currency, to the cent of each, or a difference is parked by name.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from schemas.state import ParkReason
from streams.simulators.mediaos.refusals import Refusal
from streams.simulators.quickbooks.refusals import Fault
from tests.scenarios.both.deeds import DEEDS, do, end_faults
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    an_invoice,
    edit,
    line_in_qbo,
    open_shop,
)
from tests.scenarios.both.town import Row, Town, opened

SEED = int(os.environ["DAYS"])
CODES = ("USD", "EUR", "GBP", "JPY")
#: By what MediaOS multiplies, and what a unit is worth in QuickBooks.
RATES = ("0.8", "0.5", "0.862068965517", "1", "1.25")


def _alive(rows: list[Row], n: int) -> Row:
    alive = [row for row in rows if row.get("date_deleted") is None]
    return alive[n % len(alive)]


async def _customer(town: Town, n: int) -> None:
    named = f"House {len(town.in_mediaos('advertisers')) + 1}"
    await a_customer(town, named, currency_code=CODES[n % len(CODES)])


async def _customer_in_qbo(town: Town, n: int) -> None:
    named = f"Client {len(town.in_qbo('Customer')) + 1}"
    currency = {"CurrencyRef": {"value": CODES[n % 3]}}
    town.qbo.person.create("Customer", {"DisplayName": named, **currency})


async def _sale(town: Town, n: int) -> None:
    customer = _alive(town.in_mediaos("advertisers"), n)["id"]
    made = (an_invoice, a_credit_memo)[n % 2]
    await made(town, customer, (str(1 + n % 3), "33.33"), exchange_rate=RATES[n % len(RATES)])


async def _sale_in_qbo(town: Town, n: int) -> None:
    customer = {"CustomerRef": {"value": _alive(town.in_qbo("Customer"), n)["Id"]}}
    kind = ("Invoice", "CreditMemo")[n % 2]
    number = f"S-{kind}-{len(town.in_qbo(kind)) + 1}"
    sold = {**customer, "Line": [line_in_qbo("19.99")], "DocNumber": number}
    town.qbo.person.create(kind, {**sold, "ExchangeRate": RATES[n % len(RATES)]})


async def _payment(town: Town, n: int) -> None:
    invoice = _alive(town.in_mediaos("invoices"), n)
    applied = {invoice["id"]: invoice["balance"]}
    rate = {"currency_exchange_rate": RATES[n % len(RATES)]}
    await a_payment(town, invoice["advertiser_id"], invoice["balance"], applied, **rate)


def _rating(kind: str, field: str = "exchange_rate") -> Callable[[Town, int], Awaitable[None]]:
    async def deed(town: Town, n: int) -> None:
        row = _alive(town.in_mediaos(kind), n)
        changed: dict[str, Any] = {field: RATES[n % len(RATES)]}
        await edit(town, kind, row["id"], **changed)

    return deed


async def _rate_in_qbo(town: Town, n: int) -> None:
    kind = ("Invoice", "Payment", "CreditMemo")[n % 3]
    row = town.in_qbo(kind)[n % len(town.in_qbo(kind))]
    town.qbo.person.edit(kind, row["Id"], {"ExchangeRate": RATES[n % len(RATES)]})


MONEY: dict[str, Callable[[Town, int], Awaitable[None]]] = {
    "customer of a currency": _customer,
    "qbo customer of a currency": _customer_in_qbo,
    "sale": _sale,
    "qbo sale": _sale_in_qbo,
    "paid at a rate": _payment,
    "rate": _rating("invoices"),
    "credit's rate": _rating("creditMemos"),
    "payment's rate": _rating("payments", "currency_exchange_rate"),
    "qbo rate": _rate_in_qbo,
}
deeds = st.tuples(
    st.sampled_from(sorted(MONEY)) | st.sampled_from(sorted(DEEDS)),
    st.integers(min_value=0, max_value=59),
)


async def _done(town: Town, name: str, n: int) -> None:
    """Do one deed, unless there is nothing to do it to, or the side refuses it."""
    if name not in MONEY:
        await do(town, name, n)
        return
    with suppress(Refusal, Fault, ZeroDivisionError):
        await MONEY[name](town, n)


@pytest.mark.slow
@pytest.mark.few_rows
@seed(SEED)
@settings(
    max_examples=15,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(story=st.lists(deeds, min_size=5, max_size=20))
async def test_after_any_story_in_several_currencies_each_agrees_or_is_parked_by_name(story):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        await open_shop(town)
        town.qbo.person.set_currencies(several=True)
        for name, code in (("Harbour Books", "USD"), ("Lumière", "EUR")):
            await an_invoice(town, await a_customer(town, name, currency_code=code))
        await town.run(60)
        for name, n in story:
            await _done(town, name, n)
        end_faults(town)
        await town.run(1200)

        assert town.letters() == []
        report = await town.report()
        assert report.findings == ()
        assert ParkReason.BUG not in {one.reason for one in report.waiting}
        stands_in_its_currency(town)


def stands_in_its_currency(town: Town) -> None:
    """Hold each document of QuickBooks against its customer, and against MediaOS', by itself."""
    own = {each["Id"]: each["CurrencyRef"] for each in town.in_qbo("Customer")}
    names = {each["external_reference"]: each for each in town.in_mediaos("invoices")}
    for kind in ("Invoice", "CreditMemo", "Payment", "RefundReceipt"):
        for document in town.in_qbo(kind):
            assert document["CurrencyRef"] == own[document["CustomerRef"]["value"]]
    for document in town.in_qbo("Invoice"):
        there = names.get(document["Id"])
        if there is not None and there["exchange_rate"] is None:
            assert document["CurrencyRef"]["value"] == "USD"
