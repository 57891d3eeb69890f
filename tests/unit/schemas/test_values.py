"""Is money rounded as QuickBooks rounds it?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.values import CENT, cents

HALF = CENT / 2
amounts = st.decimals(
    min_value=-1_000_000, max_value=1_000_000, places=5, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("2.345", "2.35"),
        ("0.0249999", "0.02"),
        ("-0.025", "-0.03"),
        ("1861.075", "1861.08"),
    ],
)
def test_half_a_cent_goes_up_away_from_nothing(amount, rounded):
    assert cents(Decimal(amount)) == Decimal(rounded)


@given(amounts)
def test_an_amount_is_rounded_to_the_nearest_cent_and_the_same_on_both_sides_of_nothing(amount):
    rounded = cents(amount)

    assert rounded == rounded.quantize(CENT)
    assert abs(rounded - amount) <= HALF
    assert cents(-amount) == -rounded


@given(st.integers(-100_000_000, 100_000_000))
def test_every_half_cent_goes_the_same_way(number):
    half = number * CENT + (HALF if number >= 0 else -HALF)

    assert abs(cents(half)) == abs(number * CENT) + CENT
