"""What is left of QuickBooks' calls, by what each worker says of its part."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.rules.tenant.calls_left import SILENT, CallsLeft, NotTold, calls_left
from schemas.calls import TenantCalls, WorkerCalls

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
