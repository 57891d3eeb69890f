"""Books in which everything is long: names, numbers, ids, amounts, in several currencies."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided
from schemas.commands import Create
from schemas.company import Company
from schemas.decision_input import DecisionInput
from schemas.facts import Linked, OnOneSide, Parked, RemovalCounted, Seen, Settled
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.records import Record
from schemas.state import Document, Park, ParkReason
from schemas.tenant_facts import (
    CompanySeen,
    Mapped,
    SourceSeen,
    Suspended,
    TargetSeen,
    TenantConnected,
)
from schemas.tenant_state import Connected, Suspension
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.simulated.clock import START
from tests.unit.rules.records import ADVERTISER, INVOICE, QBO_INVOICE

#: So far ahead that a wait until then is one whenever the test runs.
FAR = START.replace(year=2999)
LONG = "Portland Regional Harbour Books, Coffee Roasters & Stationers Association, Incorporated"
WIDE = "日本書籍出版販売協会連合会 北海道支部 "
HUGE = Decimal("123456789012.34")
#: A customer's id in both systems, a document's, and the number that it has.
NAMES = {"4200000000000042": LONG, "4200000000000043": WIDE * 3}
INVOICES = {"4200000000000042": "1360000000000136", "4200000000000043": "1360000000000137"}
ACROSS, OURS = "5800000000000058", "2660000000000266"
TENANTS = tuple(f"harbour-publishing-of-{city}" for city in ("astoria", "hokkaido", "malmoe"))
GUARD = "mediaos-20260302T090000"
GONE, GONE_THERE = "1360000000000999", "2660000000000999"

UNMAPPED = Park(
    reason=ParkReason.UNMAPPED_PRODUCT,
    detail=f"product 7000000000000007 of MediaOS, {WIDE}, is mapped to nothing",
    waits_for=("product:7000000000000007",),
)
APART = Park(reason=ParkReason.CONFLICT, detail="both sides changed memo", fields=("memo",))
WOULD = Park(
    reason=ParkReason.OBSERVE,
    detail="would create this invoice in QuickBooks as MediaOS-1360000000000137; but its product",
    waits_for=("go-live",),
)
TAKEN_AWAY = Park(
    reason=ParkReason.REMOVALS, detail="more was taken away", waits_for=(f"confirmed:{GUARD}",)
)


def number(invoice):
    return f"MediaOS-{invoice}"


def lane_of(tenant, customer):
    return f"{tenant}/mediaos/{customer}"


def name_of(invoice):
    return f"mediaos/invoice/{invoice}"


def told(tenant, record: Record | None, record_id, customer, *, side=Side.MEDIAOS, revision=1):
    kind = Kind.CUSTOMER if record_id in NAMES else Kind.INVOICE
    ref = RecordRef(side, kind, record_id)
    change = Change(
        event=f"{tenant}/{ref}@{revision}",
        tenant=tenant,
        side=side,
        kind=kind,
        id=record_id,
        customer=customer,
        revision=Revision(record is None, revision),
        at=START,
        record=record,
    )
    return Seen(document=f"mediaos/{kind}/{record_id}", change=change)


def invoice(customer, **more):
    currency = {"currency": "EUR", "rate": Decimal("1.25")} if customer.endswith("43") else {}
    return replace(INVOICE, customer=customer, total=HUGE, balance=HUGE, **currency, **more)


def across(tenant, customer, invoice_id):
    """Yield how an invoice crosses."""
    name, lane = name_of(invoice_id), lane_of(tenant, customer)
    decision, qbo = f"{tenant}/{name}@1#1", GONE_THERE if invoice_id == GONE else OURS
    there = replace(
        QBO_INVOICE, customer=ACROSS, number=number(invoice_id), total=HUGE, memo="March"
    )
    command = Create(
        id=f"{decision}/0",
        request_id="r" * 32,
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, invoice_id),
        record=there,
        fields=("number", "total", "memo"),
    )
    yield Decided(
        decision=decision,
        document=name,
        given=DecisionInput(tenant=tenant, document=Document(kind=Kind.INVOICE)),
        rules="1",
        command=command,
        at=START,
    )
    yield CommandApplied(
        command=command.id,
        document=name,
        side=Side.QBO,
        kind=Kind.INVOICE,
        id=qbo,
        revision=Revision(False, 0),
        record=there,
        at=START,
    )
    yield Linked(kind=Kind.INVOICE, document=name, mediaos=invoice_id, qbo=qbo, home=lane)
    yield Settled(
        document=name, fields=("total", "memo"), mediaos=invoice(customer, memo="March"), qbo=there
    )


def parked(tenant, invoice_id, park):
    name = name_of(invoice_id)
    return Parked(document=name, event=f"{tenant}/{name}@1", park=park, at=START)


def tell_rich_books(world):
    """Have each tenant's journal say all that a table of a command shows."""
    for tenant in TENANTS:
        _tell_tenant(world, tenant)
        for customer, invoice_id in INVOICES.items():
            _tell_lane(world, tenant, customer, invoice_id)
    first = TENANTS[0]
    suspension = Suspension(
        id="s1",
        version=1,
        side=Side.QBO,
        reason="invalid_grant",
        detail="reconnect: connect QuickBooks again (isthmus connect)",
        lane=lane_of(first, "4200000000000042"),
        since=START,
    )
    world.tell(TENANTS[2], Suspended(request="r2", suspension=suspension))


def _tell_tenant(world, tenant):
    connected = Connected(version=1, realm="9130000000000001", environment="sandbox")
    company = Company(realm=connected.realm, home="USD")
    seen = Revision(False, 1)
    world.tell(
        tenant,
        TenantConnected(request="r1", connection=connected),
        CompanySeen(company=company),
        SourceSeen(source="7000000000000007", name=LONG, revision=seen),
        SourceSeen(source="7000000000000008", name=WIDE * 3, revision=seen),
        TargetSeen(target="1900000000000019", name=f"{LONG} (print)", revision=seen),
        TargetSeen(target="1900000000000020", name=WIDE * 3, revision=seen),
        Mapped(request="m", source="7000000000000008", target="1900000000000020"),
        _counted("qbo/invoice/2650000000000265"),
        _counted(f"qbo/invoice/{GONE_THERE}", GUARD),
    )


def _counted(record, guard=""):
    at = START + timedelta(seconds=5 if guard else 0)
    return RemovalCounted(
        request=f"r-{record}", side=Side.MEDIAOS, record=record, amount=HUGE, at=at, guard=guard
    )


def _tell_lane(world, tenant, customer, invoice_id):
    lane = lane_of(tenant, customer)
    world.tell(lane, told(tenant, replace(ADVERTISER, name=NAMES[customer]), customer, customer))
    if customer.endswith("42"):
        _tell_parks(world, tenant, customer, invoice_id)
    else:
        _tell_waits(world, tenant, customer, invoice_id)


def _tell_parks(world, tenant, customer, invoice_id):
    """One is unmapped, one in conflict, one was taken away, one is only on one side."""
    lane = lane_of(tenant, customer)
    unmapped, gone, alone = f"{invoice_id}1", GONE, f"{invoice_id}3"
    world.tell(lane, told(tenant, invoice(customer), unmapped, customer))
    world.tell(lane, parked(tenant, unmapped, UNMAPPED))
    world.tell(lane, told(tenant, invoice(customer), invoice_id, customer))
    world.tell(lane, *across(tenant, customer, invoice_id))
    mine = invoice(customer, memo=WIDE * 4)
    theirs = replace(
        QBO_INVOICE, customer=ACROSS, number=number(invoice_id), total=HUGE, memo=LONG * 2
    )
    world.tell(lane, told(tenant, mine, invoice_id, customer, revision=2))
    edit = told(tenant, theirs, OURS, customer, side=Side.QBO)
    world.tell(lane, replace(edit, document=name_of(invoice_id)))
    world.tell(lane, parked(tenant, invoice_id, APART))
    world.tell(lane, told(tenant, invoice(customer), gone, customer))
    world.tell(lane, *across(tenant, customer, gone))
    world.tell(lane, told(tenant, None, gone, customer, revision=2))
    world.tell(lane, parked(tenant, gone, TAKEN_AWAY))
    world.tell(lane, told(tenant, invoice(customer), alone, customer))
    world.tell(lane, OnOneSide(document=name_of(alone), reason=f"only listed, {LONG}"))


def _tell_waits(world, tenant, customer, invoice_id):
    """One would be written, one is in work; the lane waits, and its partition."""
    lane = lane_of(tenant, customer)
    would, works = f"{invoice_id}1", invoice_id
    world.tell(lane, told(tenant, invoice(customer), would, customer))
    world.tell(lane, parked(tenant, would, WOULD))
    world.tell(lane, told(tenant, invoice(customer), works, customer))
    world.tell(lane, next(across(tenant, customer, works)))
    world.tell(lane, LaneWaited(why="locked: somebody works on it", until=FAR, lockout="lock-2"))
    locked = LockedOut(lockout=f"3-{lane}-1", lane=lane, until=FAR, reason="QuickBooks says locked")
    world.tell(lane, locked)
