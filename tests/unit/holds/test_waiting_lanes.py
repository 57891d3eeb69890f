"""Which lanes does a fact wake?  Those that it can concern, and many of them a slice at a time."""

import asyncio
import itertools
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from agents.holds.waiting_lanes import SLICE, WaitingLanes
from schemas.changes import Change
from schemas.envelope import JournalRecord
from schemas.facts import Linked, OnOneSide, Released, Seen
from schemas.lane_conditions import CustomerActive, CustomerTaxed
from schemas.records import Customer
from schemas.state import Lane, WaitReason, Waits
from schemas.tenant_facts import (
    Mapped,
    Resumed,
    SettingsChanged,
    Suspended,
    Swept,
    TargetSeen,
    TokenRefreshed,
    WentLive,
)
from schemas.tenant_state import Connected, Live, Suspension, Tenant, TenantSettings
from schemas.values import Kind, MappingKind, Revision, Side
from schemas.waiting import Waiting, WaitingPart
from tests.testing.soonest import soonest

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CONNECTED = Connected(version=1, realm="r", environment="sandbox")
SUSPENSION = Suspension(
    id="s", version=1, side=Side.QBO, reason="x", detail="x", lane="t1/mediaos/held", since=AT
)
BEFORE = Tenant(
    connection=CONNECTED,
    write_offs=("12", "13"),
    mappings={MappingKind.PRODUCT: {"7": "19", "8": "20"}},
)


def lacks(*conditions):
    part = WaitingPart(conditions={condition: {"a": 1} for condition in conditions})
    return Waiting(parts={"0": part})


class Fold:
    """The rows as the fold has them, and the lanes that were woken."""

    def __init__(self):
        self.rows, self.woken = {"tenant:t1": BEFORE}, []
        self.waiting = WaitingLanes(self.rows.get, self._wake, lambda _key: 0)
        self.waiting.learn([("tenant:t1", BEFORE)])

    def _wake(self, _partition, key):
        self.woken.append(key.rpartition("/")[2])

    def has(self, **lanes):
        for name, state in lanes.items():
            what = "lane" if isinstance(state, Lane) else "waiting"
            self.changes({f"{what}:t1/mediaos/{name}": state})

    def changes(self, rows, *facts, lane="t1"):
        self.rows.update(rows)
        record = JournalRecord(term="t", lane=lane, at=AT, facts=facts)
        self.waiting.folded(0, record, tuple(rows))

    def woken_by(self, tenant, *facts):
        self.woken.clear()
        self.changes({"tenant:t1": tenant}, *facts)
        return sorted(self.woken)


@pytest.fixture
def fold():
    made = Fold()
    made.has(
        seven=lacks("product:7"),
        eight=lacks("product:8"),
        number=lacks("number:136:MediaOS-136"),
        pushed=lacks("push"),
        live=lacks("go-live"),
        held=Lane(
            key="t1/mediaos/held",
            waits=Waits(reason=WaitReason.TIME, why="later", until=AT),
        ),
    )
    return made


def test_a_mapping_wakes_those_that_wait_for_its_product(fold):
    fact = Mapped(request="r", source="7", target="21")

    assert fold.woken_by(replace(BEFORE, mappings={MappingKind.PRODUCT: {"7": "21"}}), fact) == [
        "seven"
    ]


def test_a_mapping_that_is_taken_away_wakes_nobody(fold):
    assert fold.woken_by(BEFORE, Mapped(request="r", source="7", target=None)) == []


def test_an_item_wakes_those_that_wait_for_what_is_sold_as_it(fold):
    fact = TargetSeen(target="20", name="x", revision=Revision(deleted=False, number=1))

    assert fold.woken_by(BEFORE, fact) == ["eight"]


def test_settings_wake_those_that_wait_for_a_number_or_a_push(fold):
    settings = TenantSettings(number_prefix="00-")
    fact = SettingsChanged(request="r", settings=settings)

    assert fold.woken_by(replace(BEFORE, settings=settings), fact) == ["number", "pushed"]


def test_going_live_wakes_those_that_only_observed(fold):
    live = Live(realm="r", by="me")

    woken = fold.woken_by(replace(BEFORE, live=live), WentLive(request="r", live=live))

    assert woken == ["live"]


def test_a_token_and_a_sweep_wake_nobody(fold):
    renewed = replace(BEFORE, connection=replace(CONNECTED, version=2))

    assert fold.woken_by(renewed, TokenRefreshed(request="r", version=2)) == []
    assert fold.woken_by(renewed, Swept(side=Side.QBO, until=AT)) == []


def test_a_suspension_wakes_the_lane_that_tries_and_its_end_all_of_the_tenant(fold):
    suspended = replace(BEFORE, suspended=SUSPENSION)

    told = fold.woken_by(suspended, Suspended(request="r", suspension=SUSPENSION))
    assert told == ["held"]

    assert fold.woken_by(BEFORE, Resumed(request="r", suspension="s")) == [
        "eight",
        "held",
        "live",
        "number",
        "pushed",
        "seven",
    ]


def test_a_token_that_ends_a_suspension_wakes_all_of_the_tenant(fold):
    fold.woken_by(replace(BEFORE, suspended=SUSPENSION))
    renewed = replace(BEFORE, connection=replace(CONNECTED, version=2))

    woken = fold.woken_by(renewed, TokenRefreshed(request="r", version=2))

    assert len(woken) == 6


def test_a_customer_whose_creation_is_answered_wakes_the_lanes_that_wait_for_it(fold):
    waits = Waits(reason=WaitReason.CREATING, why="x", until=None)
    fold.has(founded=Lane(key="t1/mediaos/founded", waits=waits))

    fold.changes({"creating:t1\x1f0": None}, lane="t1/mediaos/1")

    assert fold.woken == ["founded"]


def test_a_document_that_stands_right_wakes_who_waits_for_it_in_other_lanes(fold):
    fold.has(payer=lacks("right:mediaos/invoice/136"), other=lacks("right:mediaos/invoice/137"))
    fold.woken.clear()
    fact = Released(document="mediaos/invoice/136", why="the sides agree")
    fold.changes({"waiting:t1/mediaos/owner": Waiting()}, fact, lane="t1/mediaos/owner")

    assert fold.woken == ["payer"]


def test_a_document_that_never_waited_wakes_who_waits_for_what_comes_of_it(fold):
    fold.has(other=lacks("right:mediaos/invoice/136"))
    fold.woken.clear()
    fact = OnOneSide(document="mediaos/invoice/136", reason="it was refused")
    fold.changes({"document:t1/mediaos/owner/mediaos/invoice/136": None}, fact, lane="t1/mediaos/1")

    assert fold.woken == ["other"]


@pytest.mark.parametrize("name", ["mediaos/invoice/136", "mediaos/credit-memo/invoice-136"])
def test_what_another_lane_comes_to_have_wakes_who_waits_for_it_as_moved(fold, name):
    part = WaitingPart(moved={"mediaos/invoice/136": 1})
    fold.has(moved=Waiting(parts={"0": part}), seven=lacks("product:7"))
    fold.woken.clear()
    fold.changes({}, Released(document=name, why="the sides agree"), lane="t1/mediaos/1")

    assert fold.woken == ["moved"]


def test_who_comes_to_wait_for_a_document_of_another_lane_looks_once_more(fold):
    fold.woken.clear()
    fold.has(payer=lacks("right:mediaos/invoice/136"))
    fold.has(payer=lacks("right:mediaos/invoice/136"))

    assert fold.woken == ["payer"], "it may have come to stand right just before"


def test_a_document_that_stands_right_wakes_nobody_of_another_tenant(fold):
    fold.has(payer=lacks("right:mediaos/invoice/136"))
    fold.woken.clear()
    fact = Released(document="mediaos/invoice/136", why="the sides agree")
    fold.changes({"waiting:t2/mediaos/owner": Waiting()}, fact, lane="t2/mediaos/owner")

    assert fold.woken == []


def test_a_lane_that_waits_no_more_is_not_woken(fold):
    fold.changes({"waiting:t1/mediaos/seven": None})

    assert "t1/mediaos/seven" not in fold.waiting.of(0)
    assert fold.woken_by(BEFORE, Mapped(request="r", source="7", target="19")) == []


def test_a_lane_is_listed_once_however_much_waits_in_it(fold):
    fold.has(held=lacks("product:7"))

    assert fold.waiting.of(0).count("t1/mediaos/held") == 1


class Counted(dict):
    """Conditions that count how often they are gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_of_thousands_that_wait_only_the_part_that_changed_is_noted_anew():
    fold = Fold()
    parts = {str(n): WaitingPart(conditions=Counted({f"product:{n}": {"a": 1}})) for n in range(64)}
    fold.has(many=Waiting(parts=parts))
    fold.has(many=Waiting(parts={**parts, "7": lacks("product:8").parts["0"]}))

    assert [part.conditions.times for part in parts.values()] == [1] * 64
    fact = Mapped(request="r", source="7", target="21")
    for source, woken in (("7", []), ("8", ["many"]), ("9", ["many"])):
        mapped = replace(BEFORE, mappings={MappingKind.PRODUCT: {source: "21"}})
        assert fold.woken_by(mapped, replace(fact, source=source)) == woken
    fold.has(many=None)
    assert fold.waiting.of(0) == ()


async def test_many_lanes_are_woken_in_slices_and_others_run_between():
    fold = Fold()
    fold.has(**{f"c{number}": lacks("go-live") for number in range(5 * SLICE)})
    live = Live(realm="r", by="me")

    fold.woken_by(replace(BEFORE, live=live), WentLive(request="r", live=live))
    assert len(fold.woken) == SLICE

    for _ in range(10):
        await asyncio.sleep(0)
    assert len(fold.woken) == 5 * SLICE


def test_a_fact_that_concerns_nobody_does_not_look_at_those_who_wait():
    fold = Fold()
    for number in range(100_000):
        fold.rows[f"waiting:t1/mediaos/{number}"] = lacks("go-live")
        fold.waiting._note(f"waiting:t1/mediaos/{number}", f"t1/mediaos/{number}", lacks("go-live"))
    items = itertools.count(21)

    def mapped():
        item = str(next(items))
        fact = Mapped(request="r", source="7", target=item)
        fold.woken_by(replace(BEFORE, mappings={MappingKind.PRODUCT: {"7": item}}), fact)

    assert soonest(mapped) < 0.05


@pytest.mark.parametrize(
    ("condition", "not_so"),
    [(CustomerActive, {"active": False}), (CustomerTaxed, {"exempt": True})],
    ids=["active", "taxed"],
)
def test_a_customer_that_is_shown_so_wakes_those_that_wait_for_it_whatever_their_lane(
    fold, condition, not_so
):
    fold.has(loser=lacks(str(condition("5"))), other=lacks(str(condition("6"))))
    for said, woken in ((not_so, []), ({}, ["loser"])):
        fold.woken.clear()
        record = Customer(name="Harbour Books", **said)
        shown = Change(
            event="e",
            tenant="t1",
            side=Side.QBO,
            kind=Kind.CUSTOMER,
            id="5",
            customer="5",
            revision=Revision(False, 1),
            at=AT,
            record=record,
        )
        seen = Seen(document="qbo/customer/5", change=shown)
        fold.changes({}, seen, lane="t1/mediaos/survivor")
        assert fold.woken == woken


def test_a_customer_that_has_crossed_wakes_those_that_have_what_moved_to_it(fold):
    fold.has(loser=lacks("customer-crossed:44"), other=lacks("customer-crossed:45"))
    for kind, woken in ((Kind.INVOICE, []), (Kind.CUSTOMER, ["loser"])):
        fold.woken.clear()
        linked = Linked(kind=kind, document="d", mediaos="44", qbo="7", home="t1/mediaos/44")
        fold.changes({}, linked, lane="t1/mediaos/44")
        assert fold.woken == woken


def test_what_comes_to_wait_for_a_customer_looks_once_more_whether_it_has_crossed(fold):
    fold.woken.clear()
    fold.has(one=lacks("customer-crossed:44"))
    fold.has(one=lacks("customer-crossed:44"))
    assert fold.woken == ["one"], "it may have crossed just before"


def test_a_type_that_is_no_write_off_any_more_wakes_those_that_wait_for_that(fold):
    fold.has(one=lacks("no-write-off:12"), other=lacks("no-write-off:13"))
    fact = Mapped(request="r", kind=MappingKind.LINE_TYPE, source="12", target="25")
    assert fold.woken_by(replace(BEFORE, write_offs=("12", "13")), fact) == []
    assert fold.woken_by(replace(BEFORE, write_offs=("13",)), fact) == ["one"]
