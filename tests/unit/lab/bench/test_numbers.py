import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.lab.bench.numbers import percentile

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=300)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)]
)
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile([*range(100, 0, -1)], share) == expected


def test_the_p99_of_ten_values_is_the_largest():
    assert percentile([3, 1, 2, 9, 4, 5, 6, 7, 8, 0], 0.99) == 9


@given(values, st.floats(0, 1))
def test_at_least_that_share_does_not_exceed_it(values, share):
    found = percentile(values, share)

    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert found in values


def test_of_nothing_there_is_no_percentile():
    with pytest.raises(ValueError, match="at least one"):
        percentile([], 0.5)
