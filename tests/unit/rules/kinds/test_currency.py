"""What is a record worth at home?  quickbooks-money.md 6; no amount is ever converted."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.kinds.currency import (
    broken_units,
    currency_gap,
    is_code,
    reciprocal,
    same_rate,
    worth_gap,
)
from schemas.records import Allocation, Customer, Invoice, Line, Payment

DAY = date(2026, 3, 1)


def sold(total: str, rate: str | None, **more) -> Invoice:
    held = None if rate is None else Decimal(rate)
    shown = {"currency": "EUR", "rate": held, **more}
    return Invoice(customer="1", issued=DAY, total=Decimal(total), **shown)


@pytest.mark.parametrize(
    ("rate", "turned"),
    [
        ("0.8", "1.25"),
        ("150", "0.006666666667"),
        ("0.00001", "100000"),
        ("1.0", "1"),
        ("0", None),
        ("-2", None),
        ("100000000000000", None),
        (None, None),
    ],
)
def test_a_rate_is_turned_over_to_twelve_decimals_in_plain_digits(rate, turned):
    found = reciprocal(None if rate is None else Decimal(rate))
    assert (None if found is None else str(found)) == turned


@given(st.decimals("0.0001", "10000", places=6))
def test_a_rate_that_was_turned_twice_is_the_same(rate):
    once = reciprocal(rate)
    assert once is not None
    assert same_rate(reciprocal(once), rate)


def test_no_rate_is_one():
    assert same_rate(None, Decimal(1))
    assert same_rate(Decimal("1.0"), None)
    assert not same_rate(None, Decimal("1.25"))


@pytest.mark.parametrize(
    ("home", "says"),
    [
        ("124.99", None),
        ("125.00", None),
        ("124.97", "at 1.25, and QuickBooks 124.97, at 1.25, a difference of -0.02"),
    ],
)
def test_a_cent_between_home_totals_is_rounding_and_more_is_told_with_both_figures(home, says):
    found = worth_gap(sold("99.99", "1.25"), sold("99.99", "1.25", home_total=Decimal(home)))
    assert (found or "").endswith(says or "")
    assert (found is None) is (says is None)


def test_what_a_payment_is_worth_follows_from_its_rate():
    paid = Payment(customer="1", amount=Decimal(50), received=DAY, rate=Decimal("1.6"))
    other = Payment(customer="1", amount=Decimal(50), received=DAY, rate=Decimal(1))
    assert worth_gap(paid, paid) is None
    assert "worth 80.00 in the home currency" in str(worth_gap(paid, other))
    unsaid = Payment(customer="1", amount=Decimal(50), received=DAY)
    assert worth_gap(unsaid, other) is None


def test_two_codes_are_two_currencies_and_an_unsaid_one_is_none():
    euro, dollar = Customer(name="A", currency="EUR"), Customer(name="A", currency="USD")
    assert "in EUR in MediaOS and in USD in QuickBooks" in str(currency_gap(euro, dollar))
    assert currency_gap(euro, Customer(name="A")) is None


@pytest.mark.parametrize("part", ["total", "tax", "lines", "applied"])
def test_a_currency_without_cents_has_none_anywhere(part):
    half = Decimal("9.50")
    line = Line(product="7", unit_price=half, amount=half)
    yen = {"currency": "JPY", "customer": "1"}
    records = {
        "total": Invoice(issued=DAY, total=half, **yen),
        "tax": Invoice(issued=DAY, tax=half, **yen),
        "lines": Invoice(issued=DAY, lines=(line,), **yen),
        "applied": Payment(
            received=DAY,
            amount=Decimal(20),
            applied=(Allocation(invoice="1", amount=half),),
            **yen,
        ),
    }
    assert broken_units(records[part]) == "JPY has no cents, and it has an amount of 9.50"


def test_whole_units_and_other_currencies_are_no_broken_ones():
    assert broken_units(sold("9.50", "1")) is None
    assert broken_units(sold("9.00", "1", currency="JPY")) is None


@pytest.mark.parametrize(("text", "told"), [("EUR", True), ("eur", False), ("Euro", False)])
def test_a_code_is_three_capital_letters(text, told):
    assert is_code(text) is told
