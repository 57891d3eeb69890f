"""Is money rounded as QuickBooks rounds it?"""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.tenant_state import BornInQuickbooks, TenantSettings
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


def test_settings_that_nobody_has_made_take_no_room_in_each_decision():
    settings = TenantSettings(number_prefix="MediaOS-", manual_push=True)
    written = msgspec.json.encode(settings)
    assert written == b'{"manual_push":true,"number_prefix":"MediaOS-"}'
    assert msgspec.json.decode(written, type=TenantSettings) == settings


def test_what_is_not_written_of_settings_is_what_it_has_always_been():
    """Journals of years ago are read by it: a new setting joins the end, and none changes."""
    assert msgspec.structs.asdict(TenantSettings()) == {
        "assign_invoice_id": True,
        "manual_push": False,
        "number_prefix": "",
        "born_in_quickbooks": BornInQuickbooks.MIRROR,
        "observe": False,
        "unapply_first": False,
        "time_zone": "",
        "require": (),
        "locked_as_of": None,
        "owners": {},
        "tax": None,
        "alternative_payments": ("Barter", "Trade"),
        "skip_zero_invoices": False,
    }
