from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.fold.rows import evolve
from agents.rules.tenant.coverage import (
    LAG,
    LOOK_BACK,
    begin_at,
    evolve_covered,
    goes_on_from,
    is_due,
    is_journaled,
    may_be_viewed,
    tells_more,
    within_horizon,
)
from schemas.tenant_facts import SettingsChanged, Swept
from schemas.tenant_state import Tenant, TenantSettings
from schemas.values import Revision, Side
from streams.settings import ProcessSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
times = st.datetimes(min_value=datetime(2020, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
swept = st.builds(Swept, side=st.sampled_from(Side), until=times)


def test_a_tenant_that_never_was_swept_is_asked_about_one_day():
    assert begin_at(None, NOW) == NOW - DAY
    assert begin_at(NOW - 40 * DAY, NOW) == NOW - 40 * DAY


def test_a_question_goes_back_behind_a_whole_lockout_and_the_lag_of_an_answer():
    lockout = timedelta(minutes=ProcessSettings().lockout_minutes)
    assert lockout + LAG < LOOK_BACK


@pytest.mark.parametrize(("days", "told"), [(0, True), (29, True), (30, False)])
def test_what_changed_a_month_ago_is_not_told_any_more(days, told):
    assert within_horizon(NOW - days * DAY, NOW) is told


@pytest.mark.parametrize(
    ("covered", "due"), [(None, True), (NOW - HOUR, True), (NOW - HOUR / 2, False)]
)
def test_a_side_is_due_when_its_watermark_is_old(covered, due):
    assert is_due(covered, NOW, HOUR) is due


@pytest.mark.parametrize(
    ("until", "journaled", "found", "told"),
    [
        (NOW, None, False, True),
        (NOW, NOW - HOUR, True, True),
        (NOW, NOW - HOUR, False, False),
        (NOW, NOW - DAY + timedelta(seconds=1), False, False),
        (NOW, NOW - DAY, False, True),
        (NOW, NOW, True, False),
        (NOW, NOW + HOUR, True, False),
    ],
    ids=["first", "found", "idle", "not-yet-a-day", "a-day", "the-same", "older"],
)
def test_a_sweep_is_journaled_when_it_is_the_first_found_something_or_a_day_went_by(
    until, journaled, found, told
):
    assert is_journaled(until, journaled, found=found) is told


@given(sweeps=st.lists(st.tuples(st.timedeltas(HOUR / 12, 2 * DAY), st.booleans()), max_size=50))
def test_the_journal_lies_behind_by_less_than_a_day_and_never_ahead(sweeps):
    until, journaled, facts = NOW, None, 0
    for step, found in sweeps:
        until += step
        if is_journaled(until, journaled, found=found):
            journaled, facts = until, facts + 1
        assert timedelta(0) <= until - journaled < DAY
    idle_days = (until - NOW) // DAY
    assert facts <= 1 + idle_days + sum(found for _, found in sweeps)


def test_a_watermark_of_what_is_yet_to_come_is_not_believed():
    assert may_be_viewed(NOW, NOW)
    assert not may_be_viewed(NOW + timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("journaled", "live", "expected"),
    [
        (NOW, None, NOW),
        (NOW - HOUR, NOW, NOW),
        (NOW, NOW - HOUR, NOW),
        (None, NOW, None),
        (None, None, None),
    ],
)
def test_the_newest_watermark_counts_of_a_side_that_the_journal_knows(journaled, live, expected):
    assert goes_on_from(journaled, live) == expected


@pytest.mark.parametrize(
    ("revision", "more"),
    [
        (Revision(deleted=False, number=2), False),
        (Revision(deleted=False, number=3), False),
        (Revision(deleted=False, number=4), True),
        (Revision(deleted=True, number=0), True),
    ],
)
def test_only_what_is_newer_than_what_was_shown_tells_more(revision, more):
    assert tells_more(Side.QBO, revision, Revision(deleted=False, number=3)) is more
    assert tells_more(Side.QBO, revision, None)


@given(facts=st.lists(swept, max_size=8))
def test_a_watermark_is_the_latest_that_was_reached_and_never_goes_back(facts):
    tenant, covered = Tenant(), {}
    for fact in facts:
        before = covered
        tenant = evolve_covered(tenant, fact)
        covered = tenant.covered
        assert all(covered[side] >= before[side] for side in before)
    for side in Side:
        reached = [fact.until for fact in facts if fact.side is side]
        assert covered.get(side) == (max(reached) if reached else None)


def test_the_watermarks_stand_in_the_row_of_the_tenant_beside_what_it_set():
    row = evolve("tenant:t1", None, Swept(side=Side.QBO, until=NOW))
    row = evolve("tenant:t1", row, SettingsChanged(request="r1", settings=TenantSettings()))
    assert row == Tenant(covered={Side.QBO: NOW})
