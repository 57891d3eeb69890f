"""A value and an age are told in the words of whoever keeps books."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agents.rules.value_words import age_words, in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (2 * 86_400 - 1, "1 day"),
        (2 * 86_400, "2 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds, words):
    assert age_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "yes"), (False, "no"), (Decimal("5.1"), "5.10"), (None, "nothing"), ((), "nothing")],
)
def test_a_value_is_told_in_words(value, words):
    assert in_words(value) == words
