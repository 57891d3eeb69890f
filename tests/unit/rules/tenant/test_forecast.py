"""When a backlog will be cleared."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.rules.tenant.forecast import Waiting, clears_at

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


def waiting(events, minutes=0):
    return Waiting(events=events, begins=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("backlog", "minutes"),
    [
        ([], None),
        ([waiting(0, 20)], None),
        ([waiting(2000)], 7),
        ([waiting(2000, -60)], 7),
        ([waiting(2000, 20)], 27),
        ([waiting(2000), waiting(2000, 1)], 14),
        ([waiting(4000, 20), waiting(2000)], 34),
        ([waiting(10_000), waiting(2000, 20)], 42),
    ],
    ids=str,
)
def test_a_backlog_goes_at_the_budgets_pace_and_a_locked_part_of_it_later(backlog, minutes):
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)
    assert clears_at(backlog, NOW) == expected
