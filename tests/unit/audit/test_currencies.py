"""The ledger check reads words for a currency by a table of its own, and knows what crosses."""

import pytest

from agents.audit.currencies import code_of, foreign
from streams.remotes.mediaos.currencies import _CODES, read_currency


@pytest.mark.parametrize("words", sorted(_CODES))
def test_whatever_crosses_is_known_to_the_check_in_each_way_of_writing_it(words):
    ways = (words, words.upper(), f" {words}s ", words.replace("us ", "U.S. "), _CODES[words])
    assert {code_of(each) for each in ways} == {read_currency(words)}


@pytest.mark.parametrize("words", [None, "", "dollar", "Groat", "EURO DOLLAR", "eur"])
def test_what_nobody_knows_is_not_guessed(words):
    assert code_of(words) is None


def test_the_home_currency_is_blank():
    assert (foreign("USD", "USD"), foreign("EUR", "USD"), foreign("", "USD")) == ("", "EUR", "")
