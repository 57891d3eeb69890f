"""How does a read of QuickBooks become a public event, and a change again?

The event carries the record word for word as QuickBooks showed it, so nothing that a later reader
may want is lost; its Kafka key names the customer, so that a customer's records stay in order.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from schemas.catalog import NotUnderstoodError, decoded
from schemas.changes import Change
from schemas.identity import event_id, lane_key, tenant_lane
from schemas.kinds import KINDS, Anchor
from schemas.limits import RecordId, Tenant
from schemas.values import Kind, RecordRef, Side
from streams.remotes.quickbooks.wire_replies import ParsedRecord, shown

_TYPE = re.compile(r"com\.intuit\.quickbooks\.([a-z-]+)\.(changed|deleted)\.v1")
_encode = msgspec.json.Encoder(decimal_format="number").encode


class ChangeEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The CloudEvent on quickbooks-changes; `readbegan` is when the read of its data began.

    `mergedinto` is the record of which it is a part now.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    tenant: Tenant
    sequence: str
    readbegan: datetime
    customer: RecordId | None = None
    mergedinto: RecordId | None = None
    data: msgspec.Raw


_event = msgspec.json.Decoder(ChangeEvent)


def change_event(
    tenant: str,
    kind: Kind,
    entity: bytes | Mapping[str, Any],
    began: datetime,
    *,
    realm: str,
    customer: str | None = None,
    merged_into: str | None = None,
) -> tuple[str, bytes]:
    """Return the key and the value of a record as it was read at `began`.

    A deleted record ({"Id": "7", "status": "Deleted"}) does not say whose it was: name its
    `customer`; of the loser of a merge nobody but its notice tells whose part it is.
    NotUnderstoodError names what is wrong in the record, or that nobody knows whose
    it is.
    """
    read = shown(kind, entity)
    owner = read.customer or customer
    record = RecordRef(Side.QBO, kind, read.id)
    event = ChangeEvent(
        specversion="1.0",
        id=event_id(tenant, record, read.revision),
        source=f"/quickbooks/{realm}",
        type=f"com.intuit.quickbooks.{kind}.{_happened(read)}.v1",
        subject=f"{kind}/{read.id}",
        time=read.at or began,
        datacontenttype="application/json",
        tenant=tenant,
        sequence=str(read.revision.number),
        readbegan=began,
        customer=owner,
        mergedinto=merged_into,
        data=msgspec.Raw(entity if isinstance(entity, bytes) else _encode(entity)),
    )
    return _key(tenant, kind, owner), _encode(event)


def change_from_event(value: bytes) -> Change:
    """Read an event of quickbooks-changes; NotUnderstoodError names the field that is wrong."""
    event = decoded(_event, value)
    if None in {event.time.tzinfo, event.readbegan.tzinfo}:
        raise NotUnderstoodError("time: expected a time with its offset, got one without")
    kind = _kind(event)
    read = shown(kind, bytes(event.data))
    record = RecordRef(Side.QBO, kind, read.id)
    change = Change(
        event=event_id(event.tenant, record, read.revision),
        tenant=event.tenant,
        side=Side.QBO,
        kind=kind,
        id=read.id,
        customer=read.customer or event.customer,
        revision=read.revision,
        at=event.time.astimezone(UTC),
        record=read.record,
        read_at=event.readbegan.astimezone(UTC),
        merged_into=event.mergedinto,
    )
    _check(event, change)
    return change


def _check(event: ChangeEvent, change: Change) -> None:
    expected = {
        "specversion": "1.0",
        "type": f"com.intuit.quickbooks.{change.kind}.{_happened(change)}.v1",
        "subject": f"{change.kind}/{change.id}",
        "sequence": str(change.revision.number),
        "id": change.event,
    }
    for name, wanted in expected.items():
        given = getattr(event, name)
        if given != wanted:
            raise NotUnderstoodError(
                f"{name}: expected {wanted!r}, as the data says, got {given!r:.200}"
            )
    _key(change.tenant, change.kind, change.customer)


def _happened(read: ParsedRecord | Change) -> str:
    return "deleted" if read.revision.deleted else "changed"


def _kind(event: ChangeEvent) -> Kind:
    found = _TYPE.fullmatch(event.type)
    if found is None or found[1] not in set(Kind):
        wanted = f"com.intuit.quickbooks.<{'|'.join(Kind)}>.<changed|deleted>.v1"
        raise NotUnderstoodError(f"type: expected {wanted}, got {event.type!r:.200}")
    return Kind(found[1])


def _key(tenant: str, kind: Kind, customer: str | None) -> str:
    if KINDS[kind].anchor is Anchor.TENANT:
        return tenant_lane(tenant)
    if customer is None:
        raise NotUnderstoodError(f"customer: expected whose {kind} it is, got nothing")
    return lane_key(tenant, Side.QBO, customer)
