"""Facts of what waits in the console's tests, of tenant t1 unless another is named."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from schemas.changes import Change
from schemas.facts import Linked, OnOneSide, Parked, Seen, Settled
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.records import Customer
from schemas.state import Park, ParkReason, WaitReason
from schemas.tenant_facts import Suspended, TenantConnected, WentLive
from schemas.tenant_state import Connected, Live, Suspension
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.simulated.clock import START
from tests.unit.rules.records import INVOICE, QBO_INVOICE

LANE = "t1/mediaos/42"
UNMAPPED = Park(
    reason=ParkReason.UNMAPPED_PRODUCT,
    detail="product 7 (Print) of MediaOS is not mapped",
    waits_for=("product:7",),
)
REFUSED = Park(reason=ParkReason.REFUSED, detail="QuickBooks says no")
AGO = timedelta(minutes=1)


def of(lane):
    tenant, side, customer = lane.split("/")
    return tenant, Side(side), customer


def seen(record, kind, record_id, *, lane=LANE, side=Side.MEDIAOS, document=None, revision=1):
    tenant, _, customer = of(lane)
    name = RecordRef(side, kind, record_id)
    change = Change(
        event=f"{tenant}/{name}@{revision}",
        tenant=tenant,
        side=side,
        kind=kind,
        id=record_id,
        customer=customer,
        revision=Revision(record is None, revision),
        at=START,
        record=record,
    )
    return Seen(document=document or str(name), change=change)


def customer(name="Harbour Books", *, lane=LANE):
    return seen(Customer(name=name), Kind.CUSTOMER, of(lane)[2], lane=lane)


def invoice(record_id="136", *, lane=LANE, **changed):
    record = replace(INVOICE, customer=of(lane)[2], **changed)
    return seen(record, Kind.INVOICE, record_id, lane=lane)


def parked(record_id="136", park=UNMAPPED, *, kind=Kind.INVOICE, lane=LANE):
    document = f"mediaos/{kind}/{record_id}"
    event = f"{of(lane)[0]}/{document}@1"
    return Parked(document=document, event=event, park=park, at=START)


def one_sided(record_id="200", *, lane=LANE):
    document = f"mediaos/invoice/{record_id}"
    return OnOneSide(document=document, reason="it comes to zero, and those are only listed")


def across(record_id="136", qbo="266", *, lane=LANE):
    """Return that an invoice is on both sides, and agreed."""
    document = f"mediaos/invoice/{record_id}"
    return (
        invoice(record_id, lane=lane),
        seen(QBO_INVOICE, Kind.INVOICE, qbo, lane=lane, side=Side.QBO, document=document),
        Linked(kind=Kind.INVOICE, document=document, mediaos=record_id, qbo=qbo, home=lane),
        Settled(document=document, fields=("memo", "total"), mediaos=INVOICE, qbo=QBO_INVOICE),
    )


def in_conflict(record_id="136", qbo="266"):
    """Return that both sides changed the memo of an invoice since."""
    document = f"mediaos/invoice/{record_id}"
    park = Park(reason=ParkReason.CONFLICT, detail="both sides changed the memo", fields=("memo",))
    theirs, ours = replace(QBO_INVOICE, memo="April"), replace(INVOICE, memo="May")
    return (
        seen(theirs, Kind.INVOICE, qbo, side=Side.QBO, document=document, revision=2),
        seen(ours, Kind.INVOICE, record_id, revision=2),
        parked(record_id, park),
    )


def connected():
    made = Connected(version=1, realm="9130355", environment="production")
    return TenantConnected(request="r1", connection=made)


def live():
    return WentLive(request="r2", live=Live(realm="9130355", by="ada", since=START))


def suspended(until=None):
    held = Suspension(
        id="s1",
        version=1,
        side=Side.QBO,
        reason="the subscription has lapsed",
        detail="renew it in QuickBooks",
        lane=LANE,
        since=START,
        until=until,
    )
    return Suspended(request="r3", suspension=held)


def locked(until, *, lane=LANE):
    return LockedOut(lockout="lock-1", lane=lane, until=until, reason="the invoice is open there")


def lane_locked(until):
    return LaneWaited(
        reason=WaitReason.LOCKED, why="locked: the invoice is open", until=until, lockout="lock-2"
    )


MONEY = Decimal("1861.08")
