from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.fold.rows import evolve
from agents.rules.tenant.coverage import (
    begin_at,
    evolve_covered,
    is_due,
    tells_more,
    within_horizon,
)
from schemas.facts import SettingsChanged, Swept
from schemas.state import Tenant, TenantSettings
from schemas.values import Revision, Side

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
times = st.datetimes(min_value=datetime(2020, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
swept = st.builds(Swept, side=st.sampled_from(Side), until=times)


def test_a_tenant_that_never_was_swept_is_asked_about_one_day():
    assert begin_at(None, NOW) == NOW - DAY
    assert begin_at(NOW - 40 * DAY, NOW) == NOW - 40 * DAY


@pytest.mark.parametrize(("days", "told"), [(0, True), (29, True), (30, False)])
def test_what_changed_a_month_ago_is_not_told_any_more(days, told):
    assert within_horizon(NOW - days * DAY, NOW) is told


@pytest.mark.parametrize(
    ("covered", "due"), [(None, True), (NOW - HOUR, True), (NOW - HOUR / 2, False)]
)
def test_a_side_is_due_when_its_watermark_is_old(covered, due):
    assert is_due(covered, NOW, HOUR) is due


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
    assert tells_more(revision, Revision(deleted=False, number=3)) is more
    assert tells_more(revision, None)


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
