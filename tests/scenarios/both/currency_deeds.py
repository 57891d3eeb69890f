"""What may be done in a company of several currencies?  Sold, paid and valued at any rate."""

from typing import Any

from tests.scenarios.both.deeds import Deed
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    an_invoice,
    edit,
    line_in_qbo,
)
from tests.scenarios.both.town import Row, Town

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


def _rating(kind: str, field: str = "exchange_rate") -> Deed:
    async def deed(town: Town, n: int) -> None:
        row = _alive(town.in_mediaos(kind), n)
        changed: dict[str, Any] = {field: RATES[n % len(RATES)]}
        await edit(town, kind, row["id"], **changed)

    return deed


async def _rate_in_qbo(town: Town, n: int) -> None:
    kind = ("Invoice", "Payment", "CreditMemo")[n % 3]
    row = town.in_qbo(kind)[n % len(town.in_qbo(kind))]
    town.qbo.person.edit(kind, row["Id"], {"ExchangeRate": RATES[n % len(RATES)]})


MONEY: dict[str, Deed] = {
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
