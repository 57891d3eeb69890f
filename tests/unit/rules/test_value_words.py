"""How long something has been so is told in the largest of its units alone."""

from datetime import timedelta

import pytest

from agents.rules.value_words import age_words


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
