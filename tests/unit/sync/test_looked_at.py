"""What waits in a lane is found as if all of it were looked at, and little of it is."""

from datetime import date
from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.readiness import ready
from agents.sync import looked_at
from agents.sync.looked_at import LookedAt
from schemas.company import Classes, Company
from schemas.conditions import Condition, condition_of
from schemas.facts import Parked, Released
from schemas.mapping_conditions import TargetClear
from schemas.parts import PARTS, part_of
from schemas.removal_state import RemovalPassed, Removals
from schemas.state import Lane, Park, ParkReason
from schemas.tenant_conditions import TrackedOtherwise
from schemas.tenant_state import Connected, Live, TaxBy, Tenant, TenantSettings
from schemas.values import MappingKind, Side
from schemas.waiting import Waiting
from tests.testing.lanes import KEY, Rows
from tests.unit.rules.records import AT

TENANT = Tenant(mappings={MappingKind.PRODUCT: {"7": "19"}})
LET_GO = Removals(
    passed=(RemovalPassed(record="qbo/invoice/2", at=AT, amount=Decimal(1)),), confirmed=("g1",)
)
CONNECTED = Connected(version=1, realm="9130", environment="sandbox")
#: Each meets something that the one before it did not, and so does each lane.
TENANTS = (
    Tenant(settings=TenantSettings(manual_push=True)),
    Tenant(connection=CONNECTED, seen=Company(realm="9130")),
    Tenant(connection=CONNECTED, seen=Company(realm="9130"), heard=AT),
    Tenant(connection=CONNECTED, seen=Company(realm="9130", closed=date(2026, 3, 31))),
    Tenant(seen=Company(home="USD", several=True, currencies=("EUR",))),
    Tenant(seen=Company(classes=Classes.BY_LINE, locations=True)),
    Tenant(
        write_offs=("3",), settings=TenantSettings(observe=True, locked_as_of=date(2026, 3, 31))
    ),
    TENANT,
    replace(
        TENANT,
        settings=TenantSettings(number_prefix="M-", time_zone="America/New_York"),
        live=Live(realm="r", by="me"),
    ),
    replace(TENANT, removals={Side.MEDIAOS: LET_GO}),
    replace(TENANT, settings=TenantSettings(tax=TaxBy.MEDIAOS)),
)
LANES = (
    Lane(key=KEY, inactive=("58",), exempt=("58",)),
    Lane(key=KEY),
    Lane(key=KEY, linked=True),
)
STANDS = (
    *((tenant, lane) for lane in LANES for tenant in TENANTS),
    *((tenant, lane) for tenant in TENANTS for lane in LANES),
)
CONDITIONS = (
    "product:7",
    "product:8",
    "customer",
    "customer-crossed:44",
    "customer-active:58",
    "customer-taxed:58",
    "number:136:136",
    "push",
    "go-live",
    "right:d1",
    "mediaos-invoice:d2",
    "asked",
    "owes:266",
    "time-zone",
    "books-open:2026-03-02",
    "books-read:",
    "closed-otherwise:",
    "accounting-unlocked:2026-03-02:2026-03-31",
    "currency-kept:EUR",
    "tax-by-other-than:quickbooks",
    str(TrackedOtherwise(Classes.BY_LINE, locations=True)),
    "no-write-off:3",
    str(TargetClear(MappingKind.PRODUCT, "19")),
    "news:payments",
    "counted:qbo/invoice/2",
    "confirmed:g1",
)
NAMES = tuple(f"d{number}" for number in range(6))

names = st.sampled_from(NAMES)
lacks = st.sampled_from(CONDITIONS).map(lambda one: {one}) | st.sets(st.sampled_from(CONDITIONS))
reasons = st.sampled_from((ParkReason.DIFFERS, ParkReason.UNMAPPED_PRODUCT))


def parked(name, waits_for, reason=ParkReason.UNMAPPED_PRODUCT, order=1):
    park = Park(reason=reason, detail="", waits_for=tuple(sorted(waits_for)))
    return Parked(document=name, park=park, event="e", order=order, at=AT)


facts = st.builds(parked, names, lacks, reasons) | st.builds(Released, document=names, why=names)


def test_every_condition_is_among_those_tried():
    told = "add it above, and a tenant or a lane that meets it: what it hangs on must be looked at"
    assert {type(condition_of(text)) for text in CONDITIONS} == set(get_args(Condition)), told


@given(st.lists(facts, max_size=8))
def test_the_same_is_found_as_if_all_were_looked_at(steps):
    rows, looks = Rows(), LookedAt()
    for fact in steps:
        rows = rows.fold(fact)
        for tenant, lane in STANDS:
            expected = ready(rows.waiting, lane, tenant)
            assert looks.ready(rows.waiting, lane, tenant) == expected
            assert looks.ready(rows.waiting, lane, tenant) == expected, "at a second look"
            there = ready(rows.waiting, lane, tenant, ("product:8",))
            assert looks.ready(rows.waiting, lane, tenant, ("product:8",)) == there


class Counted(dict):
    """Conditions that count how often they are gone through."""

    def __init__(self, *given):
        super().__init__(*given)
        self.times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def waiting_for_many():
    """Return what waits in every part of a lane's index, each for something else."""
    rows = Rows().fold(*(parked(f"d{n}", (f"product:{n}",)) for n in range(1000, 1000 + 5 * PARTS)))
    parts = rows.waiting.parts
    counted = {k: replace(part, conditions=Counted(part.conditions)) for k, part in parts.items()}
    return Waiting(parts=counted)


def times(waiting: Waiting):
    return {key: part.conditions.times for key, part in waiting.parts.items()}


def test_what_was_looked_at_in_vain_is_not_gone_through_until_it_has_changed():
    waiting, looks, lane = waiting_for_many(), LookedAt(), Lane(key=KEY)
    assert looks.ready(waiting, lane, TENANT) == {}
    before = times(waiting)
    changed = part_of("d1000")
    part = waiting.parts[changed]
    after = Waiting(parts={**waiting.parts, changed: replace(part, woken={"d1000": 1})})

    assert looks.ready(waiting, replace(lane, order=7), TENANT) == {}
    assert times(waiting) == before
    assert looks.ready(after, lane, TENANT) == {"d1000": 1}
    assert [key for key, n in times(waiting).items() if n > before[key]] == [changed]


def test_another_tenant_is_looked_at_anew():
    waiting, looks, lane = waiting_for_many(), LookedAt(), Lane(key=KEY)
    looks.ready(waiting, lane, TENANT)
    mapped = replace(TENANT, mappings={MappingKind.PRODUCT: {"1007": "19"}})

    assert looks.ready(waiting, lane, mapped) == {"d1007": 1}


def test_so_many_lanes_are_remembered_and_no_more(monkeypatch):
    monkeypatch.setattr(looked_at, "MOST_LANES", 2)
    waiting, looks = waiting_for_many(), LookedAt()
    for number in range(5):
        looks.ready(waiting, Lane(key=f"t1/mediaos/{number}"), TENANT)

    assert list(looks._looks) == ["t1/mediaos/3", "t1/mediaos/4"]
    assert looks.ready(Waiting(), Lane(key="t1/mediaos/4"), TENANT) == {}
    assert list(looks._looks) == ["t1/mediaos/3"]


def test_a_part_that_waits_for_another_part_is_always_looked_at():
    looks, lane = LookedAt(), Lane(key=KEY)
    rows = Rows().fold(parked("d1", (), ParkReason.DIFFERS), parked("p", ("right:d1",), order=2))

    assert looks.ready(rows.waiting, lane, TENANT) == {}
    assert looks.ready(rows.fold(Released(document="d1", why="w")).waiting, lane, TENANT) == {
        "p": 2
    }
