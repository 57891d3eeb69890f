"""Amounts are written in one way for people, and in one for programs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.money_words import money_text, money_words, sums_words


@pytest.mark.parametrize(
    ("amount", "people", "program"),
    [
        ("0", "0.00", "0.00"),
        ("-0.00", "0.00", "-0.00"),
        ("5", "5.00", "5.00"),
        ("999.9", "999.90", "999.90"),
        ("1234567.5", "1,234,567.50", "1234567.50"),
        ("-1234.50", "-1,234.50", "-1234.50"),
        ("1.5000", "1.50", "1.50"),
        ("-0.125", "-0.125", "-0.125"),
        ("1000.00001", "1,000.00001", "1000.00001"),
        ("1E+3", "1,000.00", "1000.00"),
    ],
)
def test_an_amount_is_written_to_the_cent_and_further_only_where_it_goes_further(
    amount, people, program
):
    assert money_words(Decimal(amount)) == people
    assert money_text(Decimal(amount)) == program


def test_an_amount_stands_with_its_currency_and_sums_stand_by_currency():
    assert money_words(Decimal(1200), "EUR") == "1,200.00 EUR"
    assert sums_words([(Decimal(1200), "EUR"), (Decimal(3), "")]) == "1,200.00 EUR and 3.00"
    assert sums_words([]) == ""


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_sum_is_shown_as_it_is(odd):
    assert money_words(Decimal(odd)) == odd


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**12)))
def test_nothing_of_an_amount_is_lost_in_words(amount):
    assert Decimal(money_words(amount).replace(",", "")) == amount
