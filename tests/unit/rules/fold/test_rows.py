"""Which rows a fact changes besides its lane, and how."""

from datetime import timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from agents.rules.fold.routes import ROUTES
from agents.rules.fold.rows import evolve, routes
from schemas.changes import Change
from schemas.command_facts import Attempted, CommandApplied, Decided, Refused
from schemas.decision_input import DecisionInput
from schemas.facts import Fact, Linked, Parked, RequestTaken, Seen
from schemas.lane_facts import HomeChanged, LockedOut, LockoutEnded
from schemas.outcomes import Fault, Verdict
from schemas.rows import (
    AnswersRow,
    BearersRow,
    DocumentRow,
    LaneRow,
    LockoutRow,
    OwnerRow,
    PendingCreatesRow,
    RecordOwnerRow,
    SeenRow,
    TenantRow,
    WaitingRow,
    parsed,
    record_of,
)
from schemas.state import Bearers, Creating, Document, Lane, Lockout, Owner, Park, ParkReason
from schemas.tenant_facts import Mapped, SettingsChanged, SourceSeen
from schemas.tenant_state import CatalogEntry, Tenant, TenantSettings
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side
from tests.testing.commands import write
from tests.testing.lanes import Rows
from tests.unit.rules.records import AT, CUSTOMER

LANE = "t1/mediaos/42"
LOCKED = LockedOut(lockout="l1", lane=LANE, until=AT + timedelta(minutes=20), reason="locked")
LOCKOUT = Lockout(id="l1", lane=LANE, until=AT + timedelta(minutes=20), reason="locked")


def changed(fact, lane: str = LANE) -> list[str]:
    return [row for row, _ in routes(3, lane, (fact,), Rows(key=lane).state)]


def decided(kind: Kind, target: str | None = None, number: int = 1) -> Decided:
    command = write(
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


OWN, DOCUMENT, WAITING = f"lane:{LANE}", str(DocumentRow(LANE, "d")), f"waiting:{LANE}"
CREATING = str(PendingCreatesRow("t1", 3))
BEARERS = str(BearersRow("t1", "mediaos/invoice/136", 3))


def test_only_the_create_of_a_customer_is_a_sign_to_others():
    assert changed(decided(Kind.CUSTOMER)) == [DOCUMENT, WAITING, OWN, CREATING]
    assert changed(decided(Kind.CUSTOMER, target="58")) == [DOCUMENT, WAITING, OWN]
    assert changed(decided(Kind.INVOICE)) == [DOCUMENT, WAITING, OWN]


def linked(kind: Kind, mediaos: str, qbo: str) -> set[str]:
    link = Linked(kind=kind, document="d", mediaos=mediaos, qbo=qbo, home=LANE)
    return set(changed(link)) - {DOCUMENT, WAITING}


def test_a_link_says_where_both_records_stand_and_a_customers_where_its_home_is():
    names = {"mediaos/customer/42", "qbo/customer/58"}
    twins = {str(DocumentRow(LANE, name)) for name in names}
    where = {f"where:t1/{name}" for name in names}
    seen = str(SeenRow("t1", "qbo/customer/58", 3))
    assert linked(Kind.CUSTOMER, "42", "58") == {*where, *twins, seen, "home:t1/qbo/58", OWN}

    names = {"mediaos/invoice/136", "qbo/invoice/266"}
    twins = {str(DocumentRow(LANE, name)) for name in names}
    where = {f"where:t1/{name}" for name in names}
    assert linked(Kind.INVOICE, "136", "266") == {
        *where,
        *twins,
        str(SeenRow("t1", "qbo/invoice/266", 3)),
        BEARERS,
    }


def seen_as(name: str, lane: str = LANE) -> Seen:
    record = record_of(name)
    change = Change(
        event="e",
        tenant="t1",
        side=record.side,
        kind=record.kind,
        id=record.id,
        customer=lane.rpartition("/")[2],
        revision=Revision(False, 1),
        at=AT,
        record=None,
    )
    return Seen(document=name, change=change, order=1)


def test_an_invoice_that_is_not_linked_is_known_by_every_lane_that_has_it_under_either_name():
    first, second = (
        Owner(lane=LANE, document=name)
        for name in ("mediaos/invoice/136", "mediaos/credit-memo/invoice-136")
    )
    rows = Rows().fold(seen_as(first.document), seen_as(second.document))
    assert rows.state(BEARERS) == Bearers(lanes=(first, second))

    handed = HomeChanged(home="t1/qbo/58", event="e", documents=(second.document,), more=True)
    rows = rows.fold(handed)
    assert rows.state(BEARERS) == Bearers(lanes=(first,))
    crossed = Linked(
        kind=Kind.INVOICE, document=first.document, mediaos="136", qbo="266", home=LANE
    )
    assert rows.fold(crossed).state(BEARERS) is None


def test_a_credit_memo_of_mediaos_and_what_quickbooks_shows_are_no_invoice_of_it():
    for name in ("mediaos/credit-memo/9", "qbo/invoice/266"):
        assert not [row for row in changed(seen_as(name)) if row.startswith("bearers:")]


def test_an_edit_changes_the_rows_of_its_document_and_its_lane_and_no_others():
    assert set(changed(Attempted(command="c", document="d", number=2, at=AT))) == {DOCUMENT}
    answer = CommandApplied(
        command="c",
        document="d",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id="266",
        revision=Revision(False, 1),
        record=None,
        at=AT,
    )
    assert set(changed(answer)) == {DOCUMENT, OWN}


def test_each_fact_has_its_place_and_one_that_is_unknown_is_refused():
    assert set(ROUTES) == set(get_args(Fact))
    with pytest.raises(KeyError):
        changed(object())


def test_each_key_is_read_as_it_is_written():
    for row in (
        LaneRow(LANE),
        DocumentRow(LANE, "mediaos/invoice/136"),
        WaitingRow(LANE),
        TenantRow("t1"),
        OwnerRow(LANE),
        RecordOwnerRow("t1", "qbo/invoice/26:6/a#b"),
        SeenRow("t1", "qbo/invoice/26:6/a#b", 3),
        PendingCreatesRow("t1", 3),
        LockoutRow(3),
        AnswersRow(LANE),
    ):
        assert parsed(str(row)) == row


def test_what_is_no_lanes_changes_no_lane():
    assert changed(LOCKED) == ["lockout:3"]
    assert changed(replace(LOCKED, at=AT)) == ["lockout:3", OWN]
    assert changed(LockoutEnded(lockout="l1", why="w")) == ["lockout:3"]
    assert changed(Mapped(request="r", source="7", target="19"), "t1") == ["tenant:t1"]
    assert changed(RequestTaken(request="r", done=True, detail="d")) == []
    by_ada = RequestTaken(request="r", done=True, detail="d", by="ada")
    assert changed(by_ada, "t1") == ["answers:t1"]


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
    row = CREATING
    state = evolve(row, evolve(row, None, decided(Kind.CUSTOMER)), decided(Kind.CUSTOMER, number=2))
    assert state == Creating(commands=("e#1/0", "e#2/0"))

    expected = None if left is None else Creating(commands=left)
    assert evolve(row, state, fact) == expected


def test_every_end_of_a_decision_is_told_to_who_waits_for_a_customers_creation():
    answered = CommandApplied(
        command="e#1/0",
        document="d",
        side=Side.QBO,
        kind=Kind.CUSTOMER,
        id="58",
        revision=Revision(False, 0),
        record=CUSTOMER,
        at=AT,
    )
    for fact in (answered, refused("e#1/0"), parked("e")):
        assert CREATING in changed(fact)


def test_a_lockout_stands_until_the_end_of_just_that_one():
    assert evolve("lockout:3", None, LOCKED) == LOCKOUT
    assert evolve("lockout:3", LOCKOUT, LockoutEnded(lockout="l1", why="w")) is None
    assert evolve("lockout:3", LOCKOUT, LockoutEnded(lockout="l2", why="w")) == LOCKOUT
    assert evolve("lockout:3", None, LockoutEnded(lockout="l1", why="w")) is None


def test_mappings_come_change_and_go_and_leave_the_others():
    state = None
    for product, item in (("7", "19"), ("8", "20"), ("7", "21")):
        state = evolve("tenant:t1", state, Mapped(request="r", source=product, target=item))
    assert state.mapped(MappingKind.PRODUCT) == {"7": "21", "8": "20"}

    gone = Mapped(request="r", source="7", target=None)
    assert evolve("tenant:t1", state, gone).mapped(MappingKind.PRODUCT) == {"8": "20"}


def test_settings_and_products_leave_the_mappings_alone():
    state = Tenant(mappings={MappingKind.PRODUCT: {"7": "19"}})
    state = evolve(
        "tenant:t1", state, SettingsChanged(request="r", settings=TenantSettings(observe=True))
    )
    seen = SourceSeen(source="7", name="Print", revision=Revision(False, 1))
    state = evolve("tenant:t1", state, seen)

    assert state == Tenant(
        settings=TenantSettings(observe=True),
        mappings={MappingKind.PRODUCT: {"7": "19"}},
        sources={
            MappingKind.PRODUCT: {"7": CatalogEntry(name="Print", revision=Revision(False, 1))}
        },
    )


def test_a_row_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="no row is called"):
        evolve("unknown:1", None, LOCKED)
    assert evolve(OWN, None, parked("e")) == Lane(key=LANE)


@pytest.mark.parametrize(
    ("before", "fact", "after"),
    [
        ((), {"source": "12", "write_off": True}, ("12",)),
        (("12",), {"source": "12"}, ("12",)),
        (("12", "13"), {"source": "12", "write_off": False}, ("13",)),
        (("12",), {"source": "12", "target": None}, ()),
        (("12",), {"source": "13", "write_off": True}, ("12", "13")),
        (("12",), {"source": "12", "kind": MappingKind.PRODUCT, "write_off": False}, ("12",)),
    ],
    ids=["marked", "kept", "taken-away", "mapped-no-longer", "another", "a-product"],
)
def test_a_line_item_type_stays_marked_until_somebody_says_otherwise(before, fact, after):
    fields = {"kind": MappingKind.LINE_TYPE, "target": "25", **fact}
    tenant = evolve("tenant:t1", Tenant(write_offs=before), Mapped(request="r", **fields))
    assert tenant.write_offs == after


def test_the_default_of_an_item_is_one_thing_whatever_its_kind():
    tenant = Tenant()
    for kind, source in ((MappingKind.PRODUCT, "7"), (MappingKind.LINE_TYPE, "3")):
        fact = Mapped(request="r", kind=kind, source=source, target="19", default=True)
        tenant = evolve("tenant:t1", tenant, fact)
        found = {kind: of for kind, of in tenant.defaults.items() if of}
        assert found == {kind: {"19": source}}
