"""Is money exact, rounded half up, and written without trailing zeros?"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.simulators.mediaos.lines import line_total, totals
from streams.simulators.mediaos.writing import read_number, show_number, to_cents

quantities = st.decimals("0", "999999999", places=5)
prices = st.decimals("-999999999", "999999999", places=5)


@pytest.mark.parametrize(
    ("quantity", "amount", "total"),
    [
        ("1", "1861.08", "1861.08"),
        ("3", "33.335", "100.01"),
        ("0.5", "0.01", "0.01"),
        ("0.5", "-0.01", "-0.01"),
        ("7", "1.005", "7.04"),
        ("0.1", "0.04", "0"),
        ("4", "25", "100"),
    ],
)
def test_a_line_is_rounded_half_up_to_cents(quantity, amount, total):
    assert line_total(quantity, amount) == total


@given(quantity=quantities, price=prices)
def test_a_line_is_never_more_than_half_a_cent_from_the_exact_product(quantity, price):
    shown = line_total(show_number(quantity), show_number(price))
    exact = Fraction(quantity) * Fraction(price)

    assert abs(Fraction(shown) - exact) <= Fraction(1, 200)
    if abs(Fraction(shown) - exact) == Fraction(1, 200):
        assert abs(Fraction(shown)) > abs(exact)


@given(value=prices)
def test_a_number_reads_back_as_it_was_written_without_trailing_zeros(value):
    text = show_number(value)

    assert read_number(text) == value
    assert text == "0" or "." not in text or text[-1] not in "0."
    assert text != "-0"
    assert not text.startswith("0") or text == "0" or text.startswith("0.")


@given(amounts=st.lists(prices, max_size=6), discount=st.decimals("0", "99", places=2))
def test_an_invoice_is_the_sum_of_its_rounded_lines(amounts, discount):
    lines = [{"total": line_total("1", show_number(a)), "taxable": True} for a in amounts]
    found = totals(
        {
            "line_items": lines,
            "discount_amount": show_number(discount),
            "tax_rate": "8.25",
            "tax_percent_based": "1",
            "tax_after_discount": False,
        }
    )

    rounded = sum((to_cents(a) for a in amounts), Decimal(0))
    tax = (rounded * Decimal("0.0825")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(found["sub_total"]) == rounded
    assert Decimal(found["tax_total"]) == tax
    assert Decimal(found["total"]) == rounded - discount + tax


@pytest.mark.parametrize(
    ("after_discount", "percent_based", "tax"),
    [(False, "1", "8.25"), (True, "1", "7.43"), (False, "0", "8.25")],
)
def test_tax_is_a_percentage_or_an_amount(after_discount, percent_based, tax):
    found = totals(
        {
            "line_items": [{"total": "100", "taxable": True}, {"total": "50", "taxable": False}],
            "discount_amount": "10",
            "tax_rate": "8.25",
            "tax_percent_based": percent_based,
            "tax_after_discount": after_discount,
        }
    )

    assert (found["sub_total"], found["discount_total"], found["tax_total"]) == ("150", "10", tax)


@pytest.mark.parametrize(
    "text", ["", "1.", ".5", "+1", "1e2", "1,5", "٣", "1.000001", "1234567890"]
)
def test_anything_but_a_plain_number_is_refused(text):
    with pytest.raises(ValueError, match="digits"):
        read_number(text)
