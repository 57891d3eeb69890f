"""One digest a day and address, by the tenant's own days, also where its clocks are changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.digest.letter import letter
from agents.digest.sending import Ways, noted, recipients
from agents.rules.tenant.digesting import answer, evolve_digested
from schemas.kept_requests import BeginDigest, KeepDigest
from schemas.tenant_state import Tenant
from tests.unit.digest.test_forms import IN_STEP

ANN, BOB = "ann@example.com", "bob@example.com"
WAYS = Ways(to=(ANN, BOB))
#: Where clocks change by half an hour, at midnight, backwards over midnight, or by none.
SPECIAL = (
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Asuncion",
    "America/Santiago",
    "America/Scoresbysund",
    "America/St_Johns",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "UTC",
)
ZONES = st.sampled_from(SPECIAL) | st.sampled_from(sorted(available_timezones()))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MINUTES_OF_A_YEAR = 366 * 24 * 60


@cache
def changes(zone, year=2026):
    """Return when clocks are changed in a zone in a year, to the minute."""
    found = []
    at = datetime(year, 1, 1, tzinfo=UTC)
    while at.year == year:
        if at.astimezone(zone).utcoffset() != (at + HOUR).astimezone(zone).utcoffset():
            minutes = (at + timedelta(minutes=each) for each in range(61))
            before = at.astimezone(zone).utcoffset()
            found.append(next(m for m in minutes if m.astimezone(zone).utcoffset() != before))
        at += HOUR
    return found


class Runs:
    """A tenant whose digest is run at some moments; who got it, and of which day."""

    def __init__(self, zone):
        self.zone = zone
        self.tenant = Tenant()
        self.got = []

    def run(self, at, *, refused=()):
        """Run it once: `refused` do not take it."""
        digest = replace(IN_STEP, at=at, zone=self.zone)
        to = recipients(digest, WAYS, self.tenant.digested).now
        if not to:
            return digest
        of = {"id": "d", "tenant": digest.tenant, "day": digest.day}
        sent = [each for each in to if each not in refused]
        names, others = ([noted("t1", e) for e in each] for each in (sent, refused))
        for asked in (
            BeginDigest(**of, to=tuple(noted("t1", each) for each in to)),
            KeepDigest(**of, to=tuple(names), refused=tuple(others)),
        ):
            _, _, facts = answer(self.tenant, asked)
            for fact in facts:
                self.tenant = evolve_digested(self.tenant, fact)
        self.got += [(digest.day, each) for each in sent]
        return digest


@st.composite
def moments(draw, zone):
    """Moments around changed clocks, midnights, and anywhere."""
    around = [*changes(zone), datetime(2026, 6, 30, tzinfo=UTC)]
    near = st.builds(
        lambda at, minutes: at + timedelta(minutes=minutes),
        st.sampled_from(around),
        st.integers(-26 * 60, 26 * 60),
    )
    anywhere = st.integers(0, MINUTES_OF_A_YEAR).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    )
    return draw(st.lists(near | anywhere, min_size=1, max_size=12))


@given(st.data())
def test_each_day_of_the_tenant_on_which_it_runs_has_one_for_each(data):
    zone = ZoneInfo(data.draw(ZONES))
    runs = Runs(zone)
    ran = [runs.run(at).day for at in sorted(data.draw(moments(zone)))]

    assert ran == sorted(ran), "no day comes back"
    assert sorted(runs.got) == sorted((day, each) for day in {*ran} for each in (ANN, BOB))


@given(st.data())
def test_whatever_a_clock_says_nobody_gets_one_twice(data):
    """Clocks of machines are set back by hours, and somebody is refused now and then."""
    zone = ZoneInfo(data.draw(ZONES))
    runs = Runs(zone)
    for at in sorted(data.draw(moments(zone))):
        back = timedelta(hours=data.draw(st.integers(0, 22)))
        runs.run(at - back, refused=data.draw(st.sampled_from([(), (BOB,)])))

    assert len(runs.got) == len(set(runs.got))


def test_a_clock_that_was_years_ahead_once_silences_nobody():
    runs = Runs(ZoneInfo("UTC"))
    for year in (2099, 2026):
        runs.run(datetime(year, 3, 2, 11, tzinfo=UTC))
    assert [day.year for day, _ in runs.got] == [2099, 2099, 2026, 2026]


@given(zone=ZONES, minutes=st.integers(0, 24 * 60 - 1), year=st.integers(2024, 2036))
@example(zone="America/New_York", minutes=11 * 60, year=2026)
@example(zone="America/Havana", minutes=11 * 60, year=2026)
def test_a_job_of_each_day_that_keeps_off_midnight_leaves_none_out(zone, minutes, year):
    """Schedules mostly run by UTC, whose time of the tenant's day then moves by an hour or two."""
    own = ZoneInfo(zone)
    starts = datetime(year, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
    at = [starts + number * DAY for number in range(360)]
    clocks = [each.astimezone(own) for each in at]
    if not all(2 <= each.hour < 22 for each in clocks):
        return
    runs = Runs(own)
    for each in at:
        runs.run(each)

    first, last = clocks[0].date(), clocks[-1].date()
    days = {first + number * DAY for number in range((last - first).days + 1)}
    assert {day for day, _ in runs.got} == days


@pytest.mark.parametrize("zone", SPECIAL)
def test_on_the_days_of_change_the_day_is_the_one_that_people_see(zone):
    own = ZoneInfo(zone)
    for change in changes(own):
        for minutes in (-1, 0, 1):
            at = change + timedelta(minutes=minutes)
            digest = replace(IN_STEP, at=at, zone=own)
            assert digest.day == at.astimezone(own).date()


def test_an_hour_that_comes_twice_has_one_and_one_that_is_left_out_harms_nobody():
    new_york = ZoneInfo("America/New_York")
    runs = Runs(new_york)
    for hour in (5, 6):  # 01:00, once in summer time and once without
        runs.run(datetime(2026, 11, 1, hour, tzinfo=UTC))
    havana = Runs(ZoneInfo("America/Havana"))
    for minute in (59, 60):  # the last minute of Saturday, and 01:00 of Sunday
        havana.run(datetime(2026, 3, 8, 4, tzinfo=UTC) + timedelta(minutes=minute))

    assert runs.got == [(date(2026, 11, 1), ANN), (date(2026, 11, 1), BOB)]
    assert [day for day, _ in havana.got] == [date(2026, 3, 7)] * 2 + [date(2026, 3, 8)] * 2


@given(st.data())
def test_a_mail_of_one_day_has_one_id_and_of_another_another(data):
    zone = ZoneInfo(data.draw(ZONES))
    ids = {}
    for at in data.draw(moments(zone)):
        digest = replace(IN_STEP, at=at, zone=zone)
        made = letter(digest, "isthmus@example.com", [ANN], "here")["Message-ID"]
        assert ids.setdefault(digest.day, made) == made
    assert len(set(ids.values())) == len(ids)
