"""Which parked documents are judged again, and when: by their condition, not by looking at all."""

from datetime import UTC, date, timedelta
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.readiness import met, ready
from schemas.asked_conditions import ASKED, OVERWRITE, PUSHED
from schemas.command_facts import Decided
from schemas.company import PREFERENCES, Classes, Company
from schemas.conditions import condition_of
from schemas.decision_input import DecisionInput
from schemas.facts import Asked, Linked, OnOneSide, Parked, Released, Settled
from schemas.lane_conditions import (
    CustomerActive,
    CustomerCrossed,
    CustomerLinked,
    CustomerTaxed,
    RecordLinked,
)
from schemas.lane_facts import HomeChanged
from schemas.limits import RecordId
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.parts import part_of
from schemas.state import Document, Lane, Park, ParkReason
from schemas.tenant_conditions import (
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_state import CatalogEntry, Connected, TaxBy, Tenant, TenantSettings
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side
from schemas.waiting import Waiting, WaitingPart
from tests.testing.commands import write
from tests.testing.lanes import KEY, Rows
from tests.unit.rules.records import AT, INVOICE, PAYMENT, QBO_INVOICE

INACTIVE = CatalogEntry(name="Print", active=False, revision=Revision(False, 2))
TOO_LONG = Tenant(settings=TenantSettings(number_prefix="M" * 19))
MAPPED = Tenant(mappings={MappingKind.PRODUCT: {"7": "19"}})
INACTIVE_ITEM = replace(MAPPED, targets={MappingKind.PRODUCT: {"19": INACTIVE}})
COMPANY = Company(realm="9130", closed=date(2026, 2, 28))
HOUR = timedelta(hours=1)
CLOSED = Tenant(connection=Connected(version=1, realm="9130", environment="sandbox"), seen=COMPANY)
OPEN = replace(CLOSED, seen=replace(COMPANY, closed=None))
DOUBTED = replace(CLOSED, seen=replace(COMPANY, unread=(PREFERENCES,)))
#: Nothing of its company was read yet: it has another one now.
ELSEWHERE = replace(CLOSED, connection=replace(CLOSED.connection, realm="9131"))
#: In the place of a day of closed books: each condition that asks for one.
OF_BOOKS = (
    "books-open:2026-02-15",
    "books-open:2026-03-15",
    "books-open:2026-02-15:2026-01-31",
    "books-open:2026-02-15:2026-02-28",
    "books-read:",
    "books-read:2026-02-01T00:00:00+00:00",
    "closed-otherwise:",
    "closed-otherwise:2026-01-31",
)
BY_HAND = Tenant(settings=TenantSettings(manual_push=True))
OBSERVES = Tenant(settings=TenantSettings(observe=True))
LINKED = Lane(key=KEY, linked=True)
LANE = Lane(key=KEY)


@pytest.mark.parametrize(
    ("condition", "lane", "tenant", "is_met"),
    [
        ("product:7", LANE, MAPPED, True),
        (
            "product:7",
            LANE,
            INACTIVE_ITEM,
            False,
        ),
        ("product:8", LANE, MAPPED, False),
        ("customer", LINKED, Tenant(), True),
        ("customer", LANE, Tenant(), False),
        ("customer-crossed:44", LINKED, Tenant(), False),
        ("customer-active:58", LANE, Tenant(), True),
        ("customer-active:58", replace(LANE, inactive=("58",)), Tenant(), False),
        ("number:136:136", LANE, Tenant(settings=TenantSettings(number_prefix="M-")), True),
        ("number:136:136", LANE, Tenant(), False),
        ("number:136:M-136", LANE, Tenant(settings=TenantSettings(number_prefix="M-")), False),
        ("number:136:M-136", LANE, TOO_LONG, False),
        ("number:136:M-136", LANE, Tenant(settings=TenantSettings(assign_invoice_id=False)), True),
        ("push", LANE, Tenant(), True),
        ("push", LANE, BY_HAND, False),
        ("go-live", LANE, Tenant(), True),
        ("go-live", LANE, OBSERVES, False),
        ("books-open:2026-02-15", LANE, CLOSED, True),
        ("books-open:2026-02-15", LANE, OPEN, True),
        ("books-open:2026-02-15:2026-01-31", LANE, CLOSED, True),
        ("books-open:2026-02-15:2026-02-28", LANE, CLOSED, False),
        ("books-open:2026-03-01:2026-02-28", LANE, CLOSED, True),
        ("books-read:", LANE, CLOSED, False),
        ("books-read:", LANE, replace(CLOSED, heard=AT), True),
        (f"books-read:{AT.isoformat()}", LANE, replace(CLOSED, heard=AT), False),
        (f"books-read:{AT.isoformat()}", LANE, replace(OPEN, heard=AT), False),
        (f"books-read:{AT.isoformat()}", LANE, replace(OPEN, heard=AT + HOUR), True),
        ("closed-otherwise:", LANE, CLOSED, True),
        ("closed-otherwise:", LANE, replace(OPEN, heard=AT), False),
        ("closed-otherwise:2026-02-28", LANE, replace(CLOSED, heard=AT), False),
        ("closed-otherwise:2026-02-28", LANE, OPEN, True),
        ("books-read:soon", LANE, replace(OPEN, heard=AT), False),
        ("closed-otherwise:soon", LANE, OPEN, False),
        ("another", LANE, Tenant(), False),
        ("no-write-off:12", LANE, Tenant(), True),
        ("no-write-off:12", LANE, Tenant(write_offs=("12",)), False),
    ],
)
def test_a_condition_is_met_when_what_it_names_is_there(condition, lane, tenant, is_met):
    assert met(condition, lane, tenant, Waiting()) is is_met


@pytest.mark.parametrize("condition", OF_BOOKS)
@pytest.mark.parametrize("tenant", [Tenant(), DOUBTED, ELSEWHERE], ids=["none", "doubt", "other"])
def test_books_of_which_nothing_was_read_are_neither_open_nor_closed(condition, tenant):
    assert not met(condition, LANE, replace(tenant, heard=AT), Waiting())


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (MappingUsable(MappingKind.PRODUCT, "7:8"), "product:7:8"),
        (TargetClear(MappingKind.PRODUCT, "19:8"), "product-of:19:8"),
        (NoWriteOff("12"), "no-write-off:12"),
        (CustomerLinked(), "customer"),
        (CustomerCrossed("44"), "customer-crossed:44"),
        (CustomerActive("58"), "customer-active:58"),
        (CustomerTaxed("58"), "customer-taxed:58"),
        (RecordLinked(RecordRef(Side.QBO, Kind.INVOICE, "266")), "qbo-invoice:266"),
        (NumberFree("136", "M:136"), "number:136:M:136"),
        (NumberFree("eu:1%", "M-1"), "number:eu%3A1%25:M-1"),
        (ZoneKnown(), "time-zone"),
        (BooksOpen(date(2026, 2, 28)), "books-open:2026-02-28"),
        (BooksOpen(date(2026, 2, 28), date(2026, 3, 31)), "books-open:2026-02-28:2026-03-31"),
        (BooksRead(AT), f"books-read:{AT.isoformat()}"),
        (BooksRead(), "books-read:"),
        (ClosedOtherwise(date(2026, 3, 31)), "closed-otherwise:2026-03-31"),
        (ClosedOtherwise(), "closed-otherwise:"),
        (TaxReckoned(TaxBy.QUICKBOOKS), "tax-by-other-than:quickbooks"),
        (TrackedOtherwise(Classes.BY_LINE, locations=True), "tracked-otherwise:line:locations"),
        (TrackedOtherwise(Classes.BY_SALE, locations=False), "tracked-otherwise:sale:"),
        (SyncOn(), "push"),
        (TenantLive(), "go-live"),
        (ASKED, "asked"),
        (PUSHED, "pushed"),
        (OVERWRITE, "overwrite"),
    ],
)
def test_a_condition_is_spelled_and_read_alike(condition, text):
    assert str(condition) == text
    assert condition_of(text) == condition


#: What `schemas.limits` lets an id hold.
ids = st.from_regex(get_args(RecordId)[1].pattern, fullmatch=True)
conditions = st.one_of(
    st.builds(MappingUsable, st.sampled_from(MappingKind), ids),
    st.builds(TargetClear, st.sampled_from(MappingKind), ids),
    st.builds(
        RecordLinked,
        st.builds(RecordRef, st.sampled_from(Side), st.sampled_from(Kind), ids),
    ),
    st.builds(NumberFree, ids, st.text()),
    st.builds(CustomerCrossed, ids),
    st.builds(CustomerActive, ids),
    st.builds(CustomerTaxed, ids),
    st.builds(NoWriteOff, ids),
    st.builds(BooksOpen, st.dates(), st.none() | st.dates()),
    st.builds(BooksRead, st.none() | st.datetimes(timezones=st.just(UTC))),
    st.builds(ClosedOtherwise, st.none() | st.dates()),
    st.sampled_from(
        [CustomerLinked(), ZoneKnown(), SyncOn(), TenantLive(), ASKED, PUSHED, OVERWRITE]
    ),
)


@given(conditions)
@example(NumberFree("eu:136", "MediaOS-136"))
@example(NumberFree("%3A", ":"))
def test_every_condition_is_read_as_it_was_written_whatever_an_id_may_hold(condition):
    assert condition_of(str(condition)) == condition


def parked(name, *waits_for, order=1, reason=ParkReason.INVOICE_UNKNOWN):
    park = Park(reason=reason, detail="d", waits_for=waits_for)
    return Parked(document=name, event="e", park=park, at=AT, order=order)


def rows(*names):
    return Rows.of(**{name: Document(kind=Kind.PAYMENT) for name in names})


def link(invoice="136", document="mediaos/invoice/136"):
    return Linked(kind=Kind.INVOICE, document=document, mediaos=invoice, qbo="266", home=KEY)


def names_ready(folded, tenant=None):
    found = ready(folded.waiting, folded.lane, tenant or Tenant())
    return sorted(found, key=found.get)


def test_a_link_wakes_what_waits_for_that_invoice_by_either_sides_id():
    lane = rows("p1", "p2", "p3", "p4").fold(
        parked("p1", "mediaos-invoice:136", order=3),
        parked("p2", "qbo-invoice:266", order=2),
        parked("p3", "mediaos-invoice:137"),
        parked("p4", "mediaos-invoice:136", "mediaos-invoice:137"),
    )
    assert names_ready(lane) == []

    lane = lane.fold(link())
    assert names_ready(lane) == ["p2", "p1"]
    assert names_ready(lane.fold(link("137", "mediaos/invoice/137"))) == ["p3", "p4", "p2", "p1"]


def test_all_conditions_must_be_met_whoever_meets_them():
    lane = rows("p1").fold(parked("p1", "product:7", "mediaos-invoice:136"))

    assert names_ready(lane, MAPPED) == []
    assert names_ready(lane.fold(link())) == []
    assert names_ready(lane.fold(link()), MAPPED) == ["p1"]


def test_a_person_wakes_what_is_parked_and_nothing_else():
    lane = rows("p1", "p2").fold(parked("p1"))
    asked = [Asked(document=name, request="r", pushed=False) for name in ("p1", "p2", "p3")]

    assert names_ready(lane) == []
    assert names_ready(lane.fold(*asked)) == ["p1"]


def decided(name):
    given = DecisionInput(tenant="t1", document=Document(kind=Kind.PAYMENT))
    command = write(
        id="c",
        request_id="r",
        side=Side.QBO,
        kind=Kind.PAYMENT,
        about=RecordRef(Side.MEDIAOS, Kind.PAYMENT, "9"),
        record=PAYMENT,
        fields=(),
    )
    return Decided(decision="d", document=name, given=given, rules="r", command=command, at=AT)


@pytest.mark.parametrize(
    "left",
    [
        decided("p1"),
        Released(document="p1", why="w"),
        Settled(document="p1", fields=(), mediaos=INVOICE, qbo=QBO_INVOICE),
        HomeChanged(home="t1/mediaos/7", event="e", documents=("p1",)),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_what_is_parked_no_more_leaves_nothing_behind(left):
    waits = (
        parked("p1", "product:7", "mediaos-invoice:1", reason=ParkReason.CUSTOMER_CHANGED),
        Asked(document="p1", request="r", pushed=False),
    )
    assert rows("p1").fold(*waits, left).waiting == Waiting()
    assert rows("p1").fold(OnOneSide(document="p1", reason="r"), left).waiting == Waiting()


MANY = tuple(f"mediaos/payment/{number}" for number in range(20))


def waiting_for_a_product(*names):
    assert len({part_of(name) for name in names}) > 1, "in several parts"
    return rows(*names).fold(*(parked(name, "product:7") for name in names))


def test_a_record_that_was_parked_under_its_own_name_waits_no_more_once_it_is_linked_to_another():
    twin = "qbo/invoice/266"
    lane = waiting_for_a_product(twin, "mediaos/invoice/136", "p1")
    left = lane.fold(link())

    assert twin not in left.waiting.parked
    assert set(left.waiting.parked) == {"mediaos/invoice/136", "p1"}


def test_a_new_home_takes_what_waits_in_every_part_of_the_index():
    lane = waiting_for_a_product(*MANY)
    home = HomeChanged(home="t1/mediaos/7", event="e", documents=MANY)
    part = HomeChanged(home="t1/mediaos/7", event="e", documents=MANY[1:], more=True)

    assert lane.fold(home).waiting == Waiting()
    assert set(lane.fold(part).waiting.parked) == {MANY[0]}


def test_a_new_park_takes_the_place_of_the_one_before():
    lane = rows("p1").fold(
        parked("p1", "mediaos-invoice:136", reason=ParkReason.CUSTOMER_CHANGED),
        parked("p1", "product:7"),
    )

    assert lane.waiting == rows("p1").fold(parked("p1", "product:7")).waiting
    assert names_ready(lane.fold(link())) == []
    assert names_ready(lane, MAPPED) == ["p1"]


def test_what_has_no_home_is_listed_until_it_has_one_and_is_parked_no_more():
    lane = rows("p1").fold(parked("p1", "product:7"), OnOneSide(document="p1", reason="r"))

    assert list(lane.waiting.parts.values()) == [WaitingPart(one_sided={"p1": 0})]


def test_an_edit_of_what_is_linked_leaves_the_index_as_it_is():
    lane = rows("p1", "p2").fold(parked("p1", "product:7"))
    settled = Settled(document="p2", fields=(), mediaos=INVOICE, qbo=QBO_INVOICE)

    assert lane.fold(decided("p2"), settled).waiting is lane.waiting
