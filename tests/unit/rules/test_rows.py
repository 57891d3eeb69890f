"""Which rows a fact changes besides its lane, and how."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.rules.fold.rows import evolve, routes
from schemas.commands import Write
from schemas.envelope import JournalRecord
from schemas.facts import (
    Decided,
    DecisionInput,
    Linked,
    LockedOut,
    LockoutEnded,
    Parked,
    ProductMapped,
    ProductSeen,
    Refused,
    RequestTaken,
    SettingsChanged,
)
from schemas.outcomes import Fault, Verdict
from schemas.state import (
    CatalogEntry,
    Creating,
    Document,
    Lane,
    Lockout,
    Park,
    ParkReason,
    Tenant,
    TenantSettings,
)
from schemas.values import Kind, RecordRef, Revision, Side
from tests.unit.rules.records import AT, CUSTOMER

LANE = "t1/mediaos/42"
LOCKED = LockedOut(lockout="l1", lane=LANE, until=AT + timedelta(minutes=20), reason="locked")
LOCKOUT = Lockout(id="l1", lane=LANE, until=AT + timedelta(minutes=20), reason="locked")


def changed(fact, lane: str = LANE) -> list[str]:
    record = JournalRecord(term="t", lane=lane, at=AT, facts=(fact,))
    return [row for row, _ in routes(3, record)]


def decided(kind: Kind, target: str | None = None, number: int = 1) -> Decided:
    command = Write(
        id=f"e#{number}/0",
        request_id="r",
        side=Side.QBO,
        kind=kind,
        about=RecordRef(Side.MEDIAOS, kind, "42"),
        target=target,
        record=CUSTOMER,
        fields=(),
    )
    given = DecisionInput(tenant="t1", document=Document(kind=kind))
    return Decided(
        decision=f"e#{number}", document="d", given=given, rules="r", command=command, at=AT
    )


def test_only_the_create_of_a_customer_is_a_sign_to_others():
    assert changed(decided(Kind.CUSTOMER)) == ["creating:t1:3", f"lane:{LANE}"]
    assert changed(decided(Kind.CUSTOMER, target="58")) == [f"lane:{LANE}"]
    assert changed(decided(Kind.INVOICE)) == [f"lane:{LANE}"]


def test_a_link_says_where_both_records_stand_and_a_customers_where_its_home_is():
    link = Linked(kind=Kind.CUSTOMER, document="d", mediaos="42", qbo="58", home=LANE)
    where = ["where:t1/qbo/customer/58", "where:t1/mediaos/customer/42"]
    assert changed(link) == [*where, "home:t1/qbo/58", f"lane:{LANE}"]

    invoice = replace(link, kind=Kind.INVOICE, mediaos="136", qbo="266")
    where = ["where:t1/qbo/invoice/266", "where:t1/mediaos/invoice/136"]
    assert changed(invoice) == [*where, f"lane:{LANE}"]


def test_what_is_no_lanes_changes_no_lane():
    assert changed(LOCKED) == ["lockout:3"]
    assert changed(replace(LOCKED, at=AT)) == ["lockout:3", f"lane:{LANE}"]
    assert changed(LockoutEnded(lockout="l1", why="w")) == ["lockout:3"]
    assert changed(ProductMapped(request="r", product="7", item="19"), "t1") == ["tenant:t1"]
    assert changed(RequestTaken(request="r", done=True, detail="d")) == []


def refused(command: str) -> Refused:
    fault = Fault(side=Side.QBO, status=400)
    return Refused(command=command, fault=fault, verdict=Verdict.PARK)


def parked(event: str) -> Parked:
    park = Park(reason=ParkReason.REFUSED, detail="no")
    return Parked(document="d", event=event, park=park, at=AT)


@pytest.mark.parametrize(
    ("fact", "left"),
    [
        (refused("e#1/0"), ("e#2/0",)),
        (refused("x"), ("e#1/0", "e#2/0")),
        (parked("e"), None),
        (parked("x"), ("e#1/0", "e#2/0")),
    ],
)
def test_each_creation_is_open_until_its_own_answer(fact, left):
    row = "creating:t1:3"
    state = evolve(row, evolve(row, None, decided(Kind.CUSTOMER)), decided(Kind.CUSTOMER, number=2))
    assert state == Creating(commands=("e#1/0", "e#2/0"))

    expected = None if left is None else Creating(commands=left)
    assert evolve(row, state, fact) == expected


def test_a_lockout_stands_until_the_end_of_just_that_one():
    assert evolve("lockout:3", None, LOCKED) == LOCKOUT
    assert evolve("lockout:3", LOCKOUT, LockoutEnded(lockout="l1", why="w")) is None
    assert evolve("lockout:3", LOCKOUT, LockoutEnded(lockout="l2", why="w")) == LOCKOUT
    assert evolve("lockout:3", None, LockoutEnded(lockout="l1", why="w")) is None


def test_mappings_come_change_and_go_and_leave_the_others():
    state = None
    for product, item in (("7", "19"), ("8", "20"), ("7", "21")):
        state = evolve("tenant:t1", state, ProductMapped(request="r", product=product, item=item))
    assert state.items == {"7": "21", "8": "20"}

    gone = ProductMapped(request="r", product="7", item=None)
    assert evolve("tenant:t1", state, gone).items == {"8": "20"}


def test_settings_and_products_leave_the_mappings_alone():
    state = Tenant(items={"7": "19"})
    state = evolve(
        "tenant:t1", state, SettingsChanged(request="r", settings=TenantSettings(observe=True))
    )
    seen = ProductSeen(product="7", name="Print", revision=Revision(False, 1))
    state = evolve("tenant:t1", state, seen)

    assert state == Tenant(
        settings=TenantSettings(observe=True),
        items={"7": "19"},
        mediaos_products={"7": CatalogEntry(name="Print", revision=Revision(False, 1))},
    )


def test_a_row_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no row is called"):
        evolve("unknown:1", None, LOCKED)
    assert evolve(f"lane:{LANE}", None, parked("e")) == Lane(key=LANE)
