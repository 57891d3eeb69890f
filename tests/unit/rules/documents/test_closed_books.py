"""What is dated in closed books is not tried, and goes on the day on which it may."""

from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.closed_books import reading_awaited
from agents.rules.documents.decide import decide
from agents.rules.documents.readiness import met
from schemas.company import PREFERENCES, Company
from schemas.decisions import Send
from schemas.state import Agreed, Document, Lane, Park, ParkReason
from schemas.tenant_state import Connected, Tenant
from schemas.values import Kind
from schemas.waiting import Waiting
from tests.unit.rules.records import AT, INVOICE, QBO_INVOICE, given, linked_customer, shown

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
CLOSED = st.none() | DAYS


def closed_on(known, until):
    return replace(known, company=Company(realm="9130", closed=until))


def made(day):
    new = replace(INVOICE, issued=day)
    return given(Document(kind=Kind.INVOICE, mediaos=shown(new, "136")), customer=linked_customer())


def moved(old, new):
    """An invoice across, dated there as it was here, with another memo and day since."""
    before, there = replace(INVOICE, issued=old, marker="266"), replace(QBO_INVOICE, issued=old)
    after = replace(before, issued=new, memo="April")
    return given(
        Document(
            kind=Kind.INVOICE,
            mediaos=shown(after, "136", 2),
            qbo=shown(there, "266"),
            agreed=Agreed(mediaos=before, qbo=there),
        )
    )


def is_met(park, until):
    company = Company(realm="9130", closed=until)
    connection = Connected(version=1, realm="9130", environment="sandbox")
    tenant = Tenant(connection=connection, seen=company)
    return all(met(each, Lane(key="t1/mediaos/42"), tenant, Waiting()) for each in park.waits_for)


@for_all(DAYS, CLOSED, CLOSED)
def test_a_create_waits_for_its_own_day(day, until, later):
    check(made(day), day, until, later)


@for_all(DAYS, DAYS, CLOSED, CLOSED)
def test_a_change_waits_for_the_earlier_of_both_days(old, new, until, later):
    check(moved(old, new), min(old, new), until, later)


def check(known, first, until, later):
    """Closed until then it waits; it is judged again exactly where something else is said of it."""
    answer = decide(closed_on(known, until), "d")
    if until is None or first > until:
        assert isinstance(answer, Send)
        return
    assert isinstance(answer, Park)
    awaited = (f"books-open:{first}:{until}",)
    assert (answer.reason, answer.waits_for) == (ParkReason.BOOKS_CLOSED, awaited)
    assert f"books are closed until {until}" in answer.detail
    then = decide(closed_on(known, later), "d")
    assert is_met(answer, later) == (isinstance(then, Send) or then != answer)


def locked(known, day):
    return replace(known, settings=replace(known.settings, locked_as_of=day))


def changed_there(day):
    """An invoice across, with another memo in QuickBooks since."""
    here, before = replace(INVOICE, issued=day, marker="266"), replace(QBO_INVOICE, issued=day)
    return given(
        Document(
            kind=Kind.INVOICE,
            mediaos=shown(here, "136"),
            qbo=shown(replace(before, memo="April"), "266", 2),
            agreed=Agreed(mediaos=here, qbo=before),
        )
    )


@for_all(DAYS, CLOSED, CLOSED)
def test_a_change_of_what_mediaos_has_locked_waits_until_it_is_unlocked(day, until, later):
    known = changed_there(day)
    answer = decide(locked(known, until), "d")
    if until is None or day > until:
        assert isinstance(answer, Send)
        return
    assert isinstance(answer, Park)
    assert answer.waits_for == (f"accounting-unlocked:{day}:{until}",)
    assert f"accounting is locked as of {until} in MediaOS" in answer.detail
    again = locked(known, later)
    tenant = Tenant(settings=again.settings)
    then = decide(again, "d")
    is_now_met = met(answer.waits_for[0], Lane(key="t1/qbo/58"), tenant, Waiting())
    assert is_now_met == (isinstance(then, Send) or then != answer)


@for_all(DAYS)
def test_a_lock_of_mediaos_keeps_nothing_out_of_quickbooks(day):
    assert isinstance(decide(locked(made(day), date(2026, 3, 31)), "d"), Send)


@for_all(DAYS)
def test_what_only_names_a_record_crosses_a_lock(day):
    here, there = replace(INVOICE, issued=day), replace(QBO_INVOICE, issued=day)
    before = replace(there, marker=None)
    known = given(
        Document(
            kind=Kind.INVOICE,
            mediaos=shown(here, "136"),
            qbo=shown(there, "266"),
            agreed=Agreed(mediaos=here, qbo=before),
        )
    )

    answer = decide(locked(known, date(2026, 3, 31)), "d")

    assert isinstance(answer, Send)
    assert set(answer.command.fields) <= {"number", "marker"}


def test_what_nobody_has_read_closes_nothing():
    assert isinstance(decide(made(date(2026, 1, 1)), "d"), Send)


def test_another_companys_closing_date_says_nothing_of_this_one():
    park = decide(closed_on(made(date(2026, 1, 1)), date(2026, 1, 1)), "d")
    other = Company(realm="9131", closed=date(2026, 1, 1) + timedelta(days=9))
    tenant = Tenant(
        connection=Connected(version=1, realm="9130", environment="sandbox"), seen=other
    )

    assert isinstance(park, Park)
    assert not met(park.waits_for[0], Lane(key="t1/mediaos/42"), tenant, Waiting())
    read = replace(tenant, seen=Company(realm="9130"))
    assert met(park.waits_for[0], Lane(key="t1/mediaos/42"), read, Waiting())


@pytest.mark.parametrize(
    ("seen", "heard", "awaited"),
    [
        (Company(realm="9130"), None, "books-read:"),
        (Company(realm="9130", closed=date(2026, 1, 31)), None, "books-read:"),
        (Company(realm="9130"), AT - timedelta(minutes=9), "books-read:2026-03-02T08:51:00+00:00"),
        (Company(realm="9130"), AT - timedelta(minutes=4), "closed-otherwise:"),
        (Company(realm="9130", closed=date(2026, 1, 31)), AT, "closed-otherwise:2026-01-31"),
        # Nothing is known, or it is known by now: whatever is read counts.
        (Company(realm="9131"), AT, "books-open:2026-02-15"),
        (Company(realm="9130", unread=(PREFERENCES,)), AT, "books-open:2026-02-15"),
        (Company(realm="9130", closed=date(2026, 2, 28)), AT, "books-open:2026-02-15"),
    ],
)
def test_what_is_refused_unheard_waits_for_a_reading_and_after_that_for_another_date(
    seen, heard, awaited
):
    connected = Connected(version=1, realm="9130", environment="sandbox")
    tenant = Tenant(connection=connected, seen=seen, heard=heard)

    assert str(reading_awaited(tenant, date(2026, 2, 15), AT)) == awaited
