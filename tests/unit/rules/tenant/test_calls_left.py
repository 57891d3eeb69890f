"""What is left of both sides' calls, by what each worker says of its part."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from agents.rules.tenant.calls_left import (
    AHEAD,
    SILENT,
    CallsLeft,
    DayLeft,
    NotTold,
    calls_left,
    is_news,
)
from schemas.calls import DayCalls, TenantCalls, WorkerCalls

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def told(*partitions, ago=5, of=4, whole=True, **tenants):
    each = {n: TenantCalls(used=u, left=left, waiting=w) for n, (u, left, w) in tenants.items()}
    places = 500 * len(partitions) // of
    return WorkerCalls(
        at=NOW - ago * SECOND,
        partitions=partitions,
        of=of,
        places=places,
        tenants=each,
        whole=whole,
    )


def test_what_all_workers_say_is_one_figure_as_old_as_the_oldest_of_it():
    found = calls_left(
        [told(0, 1, ago=9, t1=(100, 150, 2)), told(2, 3, ago=3, t1=(20, 230, 1))], "t1", NOW
    )

    assert found == CallsLeft(at=NOW - 9 * SECOND, used=120, left=380, waiting=3)


def test_whom_no_worker_names_made_no_call_and_has_all_of_them():
    found = calls_left([told(0, 1), told(2, 3, t2=(20, 230, 1))], "t1", NOW)

    assert (found.used, found.left, found.waiting) == (0, 500, 0)


@pytest.mark.parametrize(
    ("given", "since"),
    [
        pytest.param([], None, id="nobody has said anything"),
        pytest.param([told(0, 1, 2)], None, id="a part was never told"),
        pytest.param([told(0, 1, ago=80), told(2, 3)], 80, id="a worker is silent"),
        pytest.param(
            [told(0, 1, 2, 3, ago=20), told(0, 1)], 20, id="one of two has not said its share anew"
        ),
        pytest.param([told(0, 1, 2, 3, whole=False, t2=(9, 9, 9))], 5, id="not all are named"),
        pytest.param([told(0, of=1), told(1, 2, 3)], 5, id="one says that there are fewer parts"),
        pytest.param(
            [told(0, 1, 2, 3, ago=-3_600)], 0, id="it was told later than now: a clock was set back"
        ),
    ],
)
def test_where_a_part_is_missing_there_is_no_figure_and_it_says_since_when(given, since):
    expected = None if since is None else NOW - since * SECOND

    assert calls_left(given, "t1", NOW) == NotTold(since=expected)


def test_a_worker_that_lost_its_partitions_counts_no_more():
    gone, here = told(0, 1, ago=40, t1=(200, 50, 0)), told(0, 1, 2, 3, ago=2, t1=(210, 290, 0))

    assert calls_left([gone, here], "t1", NOW).used == 210


def test_a_figure_ends_once_its_worker_is_silent_for_too_long():
    [only] = given = [told(0, 1, 2, 3, ago=0, t1=(1, 499, 0))]

    assert calls_left(given, "t1", only.at + SILENT) == CallsLeft(
        at=only.at, used=1, left=499, waiting=0
    )
    assert calls_left(given, "t1", only.at + SILENT + SECOND) == NotTold(since=only.at)


def of_day(given, **tenants):
    """Return what a worker says, and beside it of MediaOS' calls."""
    named = {name: DayCalls(used=used, left=left) for name, (used, left) in tenants.items()}
    return replace(given, mediaos=named, day_places=5_000 * len(given.partitions) // given.of)


def test_of_mediaos_day_what_all_say_is_added_and_who_is_not_named_made_no_call():
    parts = [of_day(told(0, 1), t1=(40, 2_460)), of_day(told(2, 3), t1=(5, 2_495))]

    assert calls_left(parts, "t1", NOW).mediaos == DayLeft(used=45, left=4_955)
    assert calls_left(parts, "t2", NOW).mediaos == DayLeft(used=0, left=5_000)


def test_what_was_called_before_a_worker_gave_partitions_away_is_not_left_once_more():
    parts = [of_day(told(0, 1), t1=(3_000, 0)), of_day(told(2, 3), t1=(0, 2_500))]

    assert calls_left(parts, "t1", NOW).mediaos == DayLeft(used=3_000, left=2_000)
    spent = [of_day(told(0, 1), t1=(5_100, 0)), of_day(told(2, 3), t1=(0, 2_500))]
    assert calls_left(spent, "t1", NOW).mediaos == DayLeft(used=5_100, left=0)


def test_while_one_worker_says_nothing_of_mediaos_it_is_not_known():
    found = calls_left([of_day(told(0, 1), t1=(40, 2_460)), told(2, 3)], "t1", NOW)

    assert (found.left, found.mediaos) == (500, None)


def test_where_not_all_are_named_only_those_are_known():
    parts = [of_day(told(0, 1, 2, 3, whole=False, t1=(1, 499, 0), t2=(1, 499, 0)), t1=(1, 4_999))]

    assert calls_left(parts, "t1", NOW).mediaos == DayLeft(used=1, left=4_999)
    assert calls_left(parts, "t2", NOW).mediaos is None


def test_what_is_older_or_of_a_time_to_come_is_no_news():
    first = told(0, ago=5)
    assert is_news(first, None, NOW)
    assert is_news(told(0, ago=4), first, NOW)
    assert not is_news(told(0, ago=5), first, NOW)
    assert not is_news(told(0, ago=-AHEAD.total_seconds() - 1), first, NOW)


def test_what_was_said_later_than_now_gives_way_to_what_is_said_since_a_clock_was_set_back():
    before, since = told(0, ago=-3_600), told(0, ago=1)

    assert is_news(since, before, NOW)
    assert not is_news(before, since, NOW)


def test_a_worker_that_is_gone_and_spoke_later_than_now_keeps_nobody_s_figure_away():
    gone, here = told(2, 3, ago=-3_600, t1=(9, 241, 0)), told(0, 1, 2, 3, ago=2, t1=(7, 493, 0))

    assert calls_left([gone, here], "t1", NOW).used == 7


def test_of_mediaos_day_a_worker_that_is_silent_by_now_says_nothing():
    gone = of_day(told(6, 7, of=8, ago=400, t1=(0, 125, 0)), t1=(700, 550))
    here = of_day(told(0, 1, 2, 3, t1=(9, 491, 0)), t1=(40, 4_960))

    assert calls_left([gone, here], "t1", NOW).mediaos == DayLeft(used=40, left=4_960)
