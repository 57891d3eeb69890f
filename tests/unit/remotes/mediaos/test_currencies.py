"""Which code has a currency that MediaOS names in words?"""

from decimal import Decimal

import pytest

from streams.remotes.mediaos.currencies import read_currency, read_exchange_rate


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("U.S. Dollar", "USD"),
        (" us  dollars ", "USD"),
        ("Euro", "EUR"),
        ("EURO", "EUR"),
        ("Pound Sterling", "GBP"),
        ("EUR", "EUR"),
        (None, ""),
        ("", ""),
        # Whose is not said: it keeps its words, and is parked by them.
        ("Dollar", "Dollar"),
        ("Groat", "Groat"),
        ("XYZ", "XYZ"),
    ],
)
def test_a_name_is_read_by_its_words(name, code):
    assert read_currency(name) == code


@pytest.mark.parametrize(("shown", "rate"), [(None, None), ("0", None), ("0.8", "0.8")])
def test_no_rate_and_nought_are_none(shown, rate):
    found = read_exchange_rate(None if shown is None else Decimal(shown))
    assert found == (None if rate is None else Decimal(rate))
