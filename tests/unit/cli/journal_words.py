"""Facts of one small story: invoice 136 of customer 42, parked, mapped, across."""

from datetime import timedelta

from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided
from schemas.commands import Create
from schemas.decision_input import DecisionInput
from schemas.facts import Linked, Parked, Released, Seen, Settled
from schemas.lane_facts import Held, Taken
from schemas.records import Customer, Invoice
from schemas.state import Document, Park, ParkReason
from schemas.tenant_facts import SourceSeen
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.simulated.clock import START
from tests.unit.rules.records import ADVERTISER, INVOICE, QBO_INVOICE

LANE = "t1/mediaos/42"
INVOICE_136 = "mediaos/invoice/136"
COMMAND = "t1/mediaos/invoice/136@1#1/0"
LATER = START + timedelta(minutes=7)

UNMAPPED = Park(
    reason=ParkReason.UNMAPPED_PRODUCT,
    detail="product 7 of MediaOS is not mapped",
    waits_for=("product:7",),
)
BY_HAND = Park(reason=ParkReason.MANUAL, detail="two-way sync is off", waits_for=("push",))


def change(
    record: Customer | Invoice | None = INVOICE,
    *,
    side: Side = Side.MEDIAOS,
    kind: Kind = Kind.INVOICE,
    record_id: str = "136",
    revision: int = 1,
) -> Change:
    name = RecordRef(side, kind, record_id)
    return Change(
        event=f"t1/{name}@{revision}",
        tenant="t1",
        side=side,
        kind=kind,
        id=record_id,
        customer="42",
        revision=Revision(record is None, revision),
        at=START,
        record=record,
    )


def seen(record_id: str = "136") -> Seen:
    return Seen(document=f"mediaos/invoice/{record_id}", change=change(record_id=record_id))


def parked(park: Park = UNMAPPED, record_id: str = "136") -> Parked:
    document = f"mediaos/invoice/{record_id}"
    return Parked(document=document, event=f"t1/{document}@1", park=park, at=START)


def decided() -> Decided:
    command = Create(
        id=COMMAND,
        request_id="r" * 32,
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        record=QBO_INVOICE,
        fields=("number", "total"),
    )
    return Decided(
        decision="t1/mediaos/invoice/136@1#1",
        document=INVOICE_136,
        given=DecisionInput(tenant="t1", document=Document(kind=Kind.INVOICE)),
        rules="1",
        command=command,
        at=START,
    )


def crossed() -> tuple[CommandApplied, Linked, Settled]:
    return (
        CommandApplied(
            command=COMMAND,
            side=Side.QBO,
            kind=Kind.INVOICE,
            id="266",
            revision=Revision(False, 0),
            record=QBO_INVOICE,
            at=START,
        ),
        Linked(kind=Kind.INVOICE, document=INVOICE_136, mediaos="136", qbo="266", home=LANE),
        Settled(document=INVOICE_136, fields=("total",), mediaos=INVOICE, qbo=QBO_INVOICE),
    )


def released() -> Released:
    return Released(document=INVOICE_136, why="product:7")


def echo() -> Change:
    """Return QuickBooks' own word of what we wrote, which is held for a while."""
    return change(QBO_INVOICE, side=Side.QBO, record_id="266", revision=0)


def held(held_change: Change) -> Held:
    return Held(change=held_change, why="too many are queued")


def taken(held_change: Change) -> Taken:
    return Taken(event=held_change.event)


def customer_seen() -> Seen:
    about = change(ADVERTISER, kind=Kind.CUSTOMER, record_id="42")
    return Seen(document="mediaos/customer/42", change=about)


def product_seen(product: str = "7", name: str = "Print insertion") -> SourceSeen:
    return SourceSeen(source=product, name=name, revision=Revision(False, 1))
