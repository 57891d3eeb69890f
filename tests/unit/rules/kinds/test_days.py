"""On which day a payment is that has a time, in every zone and over every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.conversion import across
from agents.rules.documents.decide import decide
from agents.rules.documents.dependencies import missing
from agents.rules.kinds.days import zone_named
from schemas.company import Company
from schemas.decisions import InStep, Send
from schemas.state import Agreed, Document, ParkReason
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Side
from streams.remotes.mediaos.wire_reading import needed_day, read_time
from tests.unit.rules.records import INVOICE, PAYMENT, given, linked_customer, shown

#: But that of this machine, which is none by name.
ZONES = sorted(available_timezones() - {"localtime"})
#: Where no day comes twice, as it did once at the date line.
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001
    lambda time: time.replace(tzinfo=UTC, microsecond=0)
)


def at(time, **changes):
    """A payment as MediaOS's wire tells it."""
    told = time.strftime("%Y-%m-%d %H:%M:%S")
    day, clock = needed_day(told, "date_created"), read_time(told, "date_created")
    return replace(PAYMENT, received=day, received_at=clock, **changes)


def in_zone(document, zone, own=""):
    settings = TenantSettings(time_zone=own)
    known = given(document, customer=linked_customer(), settings=settings)
    return replace(known, company=Company(realm="9130", zone=zone))


def crossed(payment, zone):
    """The payment on both sides, as it was made across."""
    new = Document(kind=Kind.PAYMENT, mediaos=shown(payment, "5"))
    there = replace(across(payment, Side.QBO, in_zone(new, zone)), marker="MediaOS t1 payment 5")
    here = replace(payment, marker="77")
    return replace(
        new,
        mediaos=shown(here, "5"),
        qbo=shown(there, "77"),
        agreed=Agreed(mediaos=here, qbo=there),
    )


@for_all(TIMES, st.sampled_from(ZONES))
def test_it_is_the_day_that_the_clocks_on_the_wall_show(time, zone):
    assume(at(time).received_at is not None)
    new = Document(kind=Kind.PAYMENT, mediaos=shown(at(time), "5"))
    there = across(at(time), Side.QBO, in_zone(new, zone))

    assert there.received == datetime.fromtimestamp(time.timestamp(), ZoneInfo(zone)).date()
    assert abs(there.received - time.date()) <= timedelta(days=1)
    assert there.received_at is None


@for_all(TIMES, st.sampled_from(ZONES), st.integers(1, 10**6))
def test_what_comes_later_is_on_no_earlier_day(time, zone, seconds):
    later = time + timedelta(seconds=seconds)
    assume(at(time).received_at is not None)
    assume(at(later).received_at is not None)
    new = Document(kind=Kind.PAYMENT, mediaos=shown(PAYMENT, "5"))
    first, second = (
        across(at(each), Side.QBO, in_zone(new, zone)).received for each in (time, later)
    )

    assert first <= second


@for_all(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(ZONES))
def test_a_day_without_a_time_is_the_same_everywhere(day, zone):
    payment = at(datetime(day.year, day.month, day.day, tzinfo=UTC))
    new = Document(kind=Kind.PAYMENT, mediaos=shown(payment, "5"))

    assert payment.received_at is None
    assert across(payment, Side.QBO, in_zone(new, zone)).received == day


@for_all(TIMES, st.sampled_from(ZONES), st.sampled_from(["", *ZONES]))
def test_what_is_across_is_in_step_in_whatever_zone_it_is_looked_at(time, zone, later):
    document = crossed(at(time), zone)

    assert isinstance(decide(in_zone(document, zone), "d"), InStep)
    assert isinstance(decide(in_zone(document, zone, own=later), "d"), InStep)


@for_all(TIMES, TIMES, st.sampled_from(ZONES))
def test_another_time_is_written_where_it_is_on_another_day_and_only_there(before, after, zone):
    document = crossed(at(before), zone)
    moved = replace(at(after), marker="77")
    answer = decide(in_zone(replace(document, mediaos=shown(moved, "5", 2)), zone), "d")

    day = across(moved, Side.QBO, in_zone(document, zone)).received
    if day == document.qbo.record.received:
        assert isinstance(answer, InStep)
    else:
        assert isinstance(answer, Send)
        assert (answer.command.fields, answer.command.record.received) == (("received",), day)


def test_a_day_of_an_earlier_release_that_has_a_time_now_is_no_edit():
    late = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    known = crossed(at(late), "UTC")
    halves = replace(known.agreed, mediaos=replace(known.agreed.mediaos, received_at=None))
    document = replace(known, agreed=halves)

    assert isinstance(decide(in_zone(document, "America/New_York"), "d"), InStep)


def test_a_time_that_somebody_takes_away_is_an_edit_of_the_day():
    document = crossed(at(datetime(2026, 3, 1, 2, 30, tzinfo=UTC)), "America/New_York")
    bare = replace(at(datetime(2026, 3, 1, tzinfo=UTC)), marker="77")
    edited = replace(document, mediaos=shown(bare, "5", 2))
    answer = decide(in_zone(edited, "America/New_York"), "d")

    assert isinstance(answer, Send)
    assert answer.command.record.received == date(2026, 3, 1)


def test_what_is_applied_otherwise_waits_for_no_zone_where_the_day_stays():
    known = crossed(at(datetime(2026, 3, 1, 2, 30, tzinfo=UTC)), "America/New_York")
    changed = replace(known.mediaos.record, applied=())
    edited = replace(known, mediaos=shown(changed, "5", 2))
    answer = decide(in_zone(edited, ""), "d")

    assert isinstance(answer, Send)
    assert answer.command.fields == ("applied",)


@pytest.mark.parametrize(
    "name",
    [
        "localtime",
        "posixrules",
        "",
        "Mars/Olympus",
        "../etc/passwd",
        "/etc/passwd",
        "America",
        "x" * 5000,
        "\0",
        "Eastern Time",
    ],
)
def test_what_is_no_zone_is_none(name):
    assert zone_named(name) is None


@pytest.mark.parametrize("record", [PAYMENT, INVOICE])
@pytest.mark.parametrize(
    ("company", "told"),
    [
        (Company(), "was not read yet; it goes by itself"),
        (Company(realm="9130", unread=("particulars",)), "was not read yet; it goes by itself"),
        (Company(realm="9130"), "shows no time zone in QuickBooks; isthmus settings set"),
        (Company(realm="9130", zone="Mars"), "'Mars' is no time zone; isthmus settings set"),
    ],
)
def test_a_time_without_a_zone_parks_and_a_day_does_not(record, company, told):
    late = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    field = "received_at" if record is PAYMENT else "issued_at"
    timed = replace(record, **{field: late})
    new = Document(kind=Kind.PAYMENT, mediaos=shown(timed, "5"))
    known = replace(given(new, customer=linked_customer()), company=company)
    park = missing(timed, Side.MEDIAOS, known)

    assert park is not None
    assert (park.reason, park.waits_for) == (ParkReason.DAY_UNKNOWN, ("time-zone",))
    assert told in park.detail
    assert missing(record, Side.MEDIAOS, known) is None
