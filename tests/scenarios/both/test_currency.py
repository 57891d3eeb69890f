"""A record crosses in the currency of its customer, with its rate, or is parked by name.

quickbooks-money.md 6, mediaos-api.md 3.2 and 8; no amount is ever converted.
"""

from decimal import Decimal

import pytest

from schemas.values import Side
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    edit,
    keeps,
    line_in_qbo,
    open_shop,
    parts_in_qbo,
)

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
EURO = {"value": "EUR", "name": "Euro"}
MINUTE = 60.0


async def opens(town, *, several=True, **settings):
    """A shop whose company of QuickBooks keeps several currencies, or dollars alone."""
    await open_shop(town, **settings)
    town.qbo.person.set_currencies(several=several)
    await town.run(MINUTE)


async def a_french(town, name="Lumière", code="EUR"):
    return await a_customer(town, name, currency_code=code)


def only(town, kind):
    [found] = town.in_qbo(kind)
    return found


def shows(town, kind, record_id, **shown):
    """Let a record of MediaOS show something else, as another publisher would."""
    rows = town.mediaos.book.records[kind]
    rows[record_id] = rows[record_id] | shown


def parks(town, customer, side="mediaos"):
    lane = town.workers[-1].lane(f"{town.tenant}/{side}/{customer}")
    return {name: each.park.detail for name, each in lane.documents.items() if each.park}


def worth(record):
    return [str(record[name]) for name in ("TotalAmt", "ExchangeRate", "HomeTotalAmt")]


# Made in MediaOS.


async def test_an_invoice_crosses_in_its_customers_currency_with_the_reciprocal_rate(town):
    await opens(town)
    customer = await a_french(town)
    await an_invoice(town, customer, ("3", "33.33"), exchange_rate="0.8")
    await town.run()

    assert only(town, "Customer")["CurrencyRef"] == EURO
    made = only(town, "Invoice")
    assert made["CurrencyRef"] == EURO
    assert worth(made) == ["99.99", "1.25", "124.99"]
    await town.agrees()


async def test_a_rate_is_inverted_to_its_last_digit(town):
    await opens(town)
    customer = await a_french(town)
    await an_invoice(town, customer, HUNDRED, exchange_rate="0.862068965517")
    await town.run()

    # Turned over to twelve decimals, and turned back.
    assert worth(only(town, "Invoice")) == ["100.00", "1.16", "116.00"]
    await town.agrees()


async def test_payment_credit_and_refund_cross_in_their_currency_at_their_own_rates(town):
    await opens(town)
    await keeps(town, "Check", account_called(town, "Savings"))
    customer = await a_french(town)
    invoice = await an_invoice(town, customer, HUNDRED, exchange_rate="0.8")
    memo = await a_credit_memo(town, customer, ("1", "30"), exchange_rate="0.5")
    await a_refund(town, customer, ("1", "10"), exchange_rate="0.4")
    await a_payment(town, customer, "70", {invoice: "70"}, currency_exchange_rate="0.625")
    line = {"credit_memo_id": memo, "invoice_id": invoice, "amount": "30"}
    made = {"advertiser_id": customer, "lines": [line]}
    await town.mediaos.people.create("creditApplications", made)
    await town.run()

    assert only(town, "Invoice")["Balance"] == 0
    assert worth(only(town, "CreditMemo")) == ["30.00", "2", "60.00"]
    assert worth(only(town, "RefundReceipt")) == ["10.00", "2.5", "25.00"]
    payments = town.in_qbo("Payment")
    rates = {str(each["TotalAmt"]): str(each["ExchangeRate"]) for each in payments}
    assert rates == {"70.00": "1.6", "0": "2"}
    assert {each["CurrencyRef"]["value"] for each in payments} == {"EUR"}
    await town.agrees()


async def test_the_home_currency_is_said_too_where_there_are_several(town):
    await opens(town)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, HUNDRED)
    await a_payment(town, customer, "100", {invoice: "100"})
    await town.run()

    # QuickBooks refuses a document that leaves its currency out (`missing_currency`).
    assert worth(only(town, "Invoice")) == ["100.00", "1", "100.00"]
    assert only(town, "Payment")["ExchangeRate"] == 1
    assert only(town, "Customer")["CurrencyRef"]["value"] == "USD"
    await town.agrees()


async def test_what_is_said_once_is_no_edit_and_no_rate_of_a_day_is_ever_set(town):
    await opens(town)
    customer = await a_french(town)
    invoice = await an_invoice(town, customer, HUNDRED)
    await town.run()
    written = town.writes()
    for kind, name in (("Customer", "Notes"), ("Invoice", "PrivateNote")):
        note = only(town, kind).get(name) or ""
        town.qbo.person.edit(kind, only(town, kind)["Id"], {name: f"seen\n{note}"})
    await town.run()
    assert town.writes() == written

    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    assert town.writes() == written + 1
    asked = {(each["method"], each["path"].rsplit("/", 1)[-1]) for each in town.qbo.requests}
    assert "exchangerate" not in {path for _, path in asked}
    await town.agrees()


async def test_another_rate_of_mediaos_follows(town):
    await opens(town)
    customer = await a_french(town)
    invoice = await an_invoice(town, customer, HUNDRED, exchange_rate="0.8")
    await town.run()
    await edit(town, "invoices", invoice, exchange_rate="0.5")
    await town.run()

    assert worth(only(town, "Invoice")) == ["100.00", "2", "200.00"]
    await town.agrees()


async def test_another_rate_of_quickbooks_parks_with_both_figures(town):
    await opens(town)
    customer = await a_french(town)
    invoice = await an_invoice(town, customer, HUNDRED, exchange_rate="0.8")
    await town.run()
    town.qbo.person.edit("Invoice", only(town, "Invoice")["Id"], {"ExchangeRate": "1.3"})
    await town.run()

    [told] = parks(town, customer).values()
    assert "worth 125.00 in the home currency, at 1.25, and QuickBooks 130.00, at 1.3" in told
    await edit(town, "invoices", invoice, exchange_rate="0.769230769231")
    await town.run()
    assert parks(town, customer) == {}
    await town.agrees()


async def test_a_rounding_of_the_rate_is_no_difference(town):
    await opens(town)
    customer = await a_french(town)
    await an_invoice(town, customer, ("1", "1000000"), exchange_rate="0.862069")
    await town.run()
    made = only(town, "Invoice")
    town.qbo.person.edit("Invoice", made["Id"], {"ExchangeRate": "1.16"})
    await town.run()

    assert made["HomeTotalAmt"] != only(town, "Invoice")["HomeTotalAmt"]
    assert parks(town, customer) == {}


# Made in QuickBooks.


async def made_in_qbo(town, code="EUR", rate="1.25", amount="99.99"):
    currency = {"CurrencyRef": {"value": code}}
    customer = town.qbo.person.create("Customer", {"DisplayName": "Lumière", **currency})
    own = {"CustomerRef": {"value": customer["Id"]}, "ExchangeRate": rate}
    sold = {**own, "Line": [line_in_qbo(amount)], "DocNumber": "Q-1"}
    return own, town.qbo.person.create("Invoice", sold)


async def test_what_is_born_in_quickbooks_is_made_in_its_currency_with_the_reciprocal_rate(town):
    await opens(town)
    own, invoice = await made_in_qbo(town)
    sold = {**own, "ExchangeRate": "2", "Line": [line_in_qbo("20")], "DocNumber": "Q-2"}
    memo = town.qbo.person.create("CreditMemo", sold)
    paid = {**own, "ExchangeRate": "1.6", "TotalAmt": "50"}
    paid["Line"] = parts_in_qbo({invoice["Id"]: "50"})
    town.qbo.person.create("Payment", paid)
    town.qbo.person.apply_credit(memo["Id"], invoice["Id"])
    await town.run()

    [advertiser] = town.in_mediaos("advertisers")
    assert advertiser["currency"] == {"id": "2", "name": "Euro"}
    [made] = town.in_mediaos("invoices")
    assert (made["currency"]["name"], made["exchange_rate"]) == ("Euro", "0.8")
    assert (made["total"], made["balance"]) == ("99.99", "29.99")
    [credit] = town.in_mediaos("creditMemos")
    assert (credit["exchange_rate"], credit["balance"]) == ("0.5", "0")
    [payment] = town.in_mediaos("payments")
    assert (payment["currency"], payment["currency_exchange_rate"]) == ("Euro", "0.625")
    # MediaOS reckons its own gain: 50 at 1.6 less 50 at 1.25.
    assert payment["lines"][0]["currency_variance"] == "17.5"
    await town.agrees()


async def test_the_rate_of_a_payment_goes_both_ways(town):
    await opens(town)
    own, _ = await made_in_qbo(town)
    paid = town.qbo.person.create("Payment", {**own, "TotalAmt": "50"})
    await town.run()
    town.qbo.person.edit("Payment", paid["Id"], {"ExchangeRate": "2"})
    await town.run()
    [payment] = town.in_mediaos("payments")
    assert payment["currency_exchange_rate"] == "0.5"

    await edit(town, "payments", payment["id"], currency_exchange_rate="0.4")
    await town.run()
    assert str(only(town, "Payment")["ExchangeRate"]) == "2.5"
    await town.agrees()


# What does not cross.


async def test_currencies_that_were_turned_on_unheard_are_read_once_quickbooks_asks_for_them(town):
    await opens(town, several=False)
    customer = await a_customer(town)
    await town.run()
    town.qbo.webhooks.misbehave("drop")
    town.qbo.person.set_currencies(several=True)
    invoice = await an_invoice(town, customer, HUNDRED)
    await town.run(MINUTE)

    assert parks(town, customer) == {}
    assert worth(only(town, "Invoice")) == ["100.00", "1", "100.00"]
    assert invoice in {each["id"] for each in town.in_mediaos("invoices")}
    await town.agrees()


async def test_a_company_of_one_currency_parks_another_until_it_keeps_it(town):
    await opens(town, several=False)
    customer = await a_french(town)
    await an_invoice(town, customer, HUNDRED, exchange_rate="0.8")
    await town.run()

    told = parks(town, customer)[f"mediaos/customer/{customer}"]
    assert "it is in EUR, and in QuickBooks its company keeps USD alone" in told
    assert "Multicurrency" in told
    assert town.in_qbo("Customer") == []

    town.qbo.person.set_currencies(several=True)
    await town.run(20 * MINUTE)
    assert parks(town, customer) == {}
    assert only(town, "Invoice")["CurrencyRef"] == EURO
    await town.agrees()


async def test_a_currency_that_is_not_on_the_list_is_never_added_by_us(town):
    await opens(town)
    customer = await a_french(town, "Tanaka", "JPY")
    await town.run()
    [told] = parks(town, customer).values()
    assert "the list of currencies there has no active JPY: add it" in told

    listed = town.qbo.person.create("CompanyCurrency", {"Code": "JPY", "Active": False})
    await town.run(20 * MINUTE)
    assert town.in_qbo("Customer") == []

    town.qbo.person.edit("CompanyCurrency", listed["Id"], {"Active": True})
    await town.run(20 * MINUTE)
    assert only(town, "Customer")["CurrencyRef"]["value"] == "JPY"
    await town.agrees()


async def test_a_currency_without_cents_goes_in_whole_units(town):
    town.qbo.person.create("CompanyCurrency", {"Code": "JPY"})
    await opens(town)
    customer = await a_french(town, "Tanaka", "JPY")
    await an_invoice(town, customer, ("2", "15000"), exchange_rate="150")
    odd = await an_invoice(town, customer, ("1", "99.5"), exchange_rate="150")
    await town.run()

    assert worth(only(town, "Invoice")) == ["30000.00", "0.006666666667", "200.00"]
    told = parks(town, customer)[f"mediaos/invoice/{odd}"]
    assert told == "JPY has no cents, and it has an amount of 99.50"


async def test_a_customer_that_is_kept_in_another_currency_gets_nothing_of_this_one(town):
    await opens(town)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, HUNDRED)
    await town.run()
    shows(town, "invoices", invoice, currency={"id": "2", "name": "Euro"}, exchange_rate="0.8")
    await edit(town, "invoices", invoice, comments="in euros")
    await town.run()

    told = parks(town, customer)[f"mediaos/invoice/{invoice}"]
    assert "it is in EUR, and its customer is kept in USD in QuickBooks" in told


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        ({"currency": {"id": "9", "name": "Groat"}}, "its currency is called 'Groat'"),
        ({"exchange_rate": None}, "it is in EUR, and MediaOS has no exchange rate of it"),
    ],
)
async def test_what_nobody_can_tell_the_worth_of_is_parked_by_name(town, shown, says):
    await opens(town)
    customer = await a_french(town)
    await town.run()
    town.mediaos_unheard = True
    invoice = await an_invoice(town, customer, HUNDRED)
    town.mediaos_unheard = False
    shows(town, "invoices", invoice, **shown)
    await edit(town, "invoices", invoice, comments="told")
    await town.run()

    assert says in parks(town, customer)[f"mediaos/invoice/{invoice}"]
    assert town.in_qbo("Invoice") == []


@pytest.mark.parametrize("several", [True, False])
async def test_the_home_currency_may_have_any_name_where_there_is_no_rate(town, several):
    await opens(town, several=several)
    customer = await a_customer(town)
    town.mediaos_unheard = True
    invoice = await an_invoice(town, customer, HUNDRED)
    town.mediaos_unheard = False
    shows(town, "invoices", invoice, currency={"id": "1", "name": "Bucks"})
    await edit(town, "invoices", invoice, comments="told")
    await town.run()

    assert only(town, "Invoice")["CurrencyRef"]["value"] == "USD"
    await town.agrees()


async def test_a_customer_of_quickbooks_in_another_currency_is_not_taken_for_the_same(town):
    await opens(town)
    town.qbo.person.create("Customer", {"DisplayName": "Lumière"})
    customer = await a_french(town)
    await town.run()

    assert customer in {each["id"] for each in town.in_mediaos("advertisers")}
    assert [each["CurrencyRef"]["value"] for each in town.in_qbo("Customer")] == ["USD"]
    assert parks(town, customer)
    assert Side.QBO.called in str(parks(town, customer))


@pytest.mark.parametrize("position", ["refused", "customers"])
async def test_both_sides_agree_per_currency(town, position):
    town.qbo.change_settings({"missing_currency": position})
    await opens(town)
    for name, code in (("Harbour Books", "USD"), ("Lumière", "EUR"), ("Tower Press", "GBP")):
        customer = await a_french(town, name, code)
        invoice = await an_invoice(town, customer, HUNDRED)
        await a_payment(town, customer, "40", {invoice: "40"})
    await town.run()

    await town.agrees()
    report = await town.report()
    owed = {row.currency: row.qbo.receivable for row in report.totals}
    assert owed == dict.fromkeys(("", "EUR", "GBP"), Decimal(60))
    assert all(row.mediaos.receivable == row.qbo.receivable for row in report.totals)


async def test_a_credit_memo_that_waits_is_a_difference_in_its_own_currency(town):
    await opens(town)
    customer = await a_french(town)
    unmapped = await town.mediaos.people.create("products", {"name": "Map"})
    await a_credit_memo(town, customer, HUNDRED, product=unmapped["id"], exchange_rate="0.8")
    await town.run()

    [told] = parks(town, customer).values()
    assert told.endswith("this credit memo follows by itself")
    await town.agrees(parked=1)
    [waits] = (await town.report()).waiting
    assert (waits.amount, waits.currency) == (Decimal(100), "EUR")
