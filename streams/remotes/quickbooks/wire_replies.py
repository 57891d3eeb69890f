"""What did QuickBooks answer?  A reply becomes a record, a refusal, or not known, without any I/O.

A write that QuickBooks' servers failed on (5xx, code 10000), or that was answered without a Fault
of theirs, is Unknown, not refused: it may have been done.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec.structs import asdict, replace

from schemas.catalog import NotUnderstoodError, decoded
from schemas.kinds import KINDS
from schemas.outcomes import Done, Fault, No, Unknown
from schemas.records import Record
from schemas.values import Kind, Revision
from streams.ports import Reading, Target
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.faults import (
    FORBIDDEN,
    SYSTEM_FAILURE,
    TOO_MANY,
    UNAUTHORISED,
    fault_of,
)
from streams.remotes.quickbooks.kinds.product import PRODUCT
from streams.remotes.quickbooks.kinds.table import ENTITIES

_NUMBER = re.compile(r"[0-9]{1,18}")

NOT_FOUND = "610"
REFUSED = 400
SERVER_ERROR = 500
#: What a gateway says when QuickBooks is away or slow, whatever it was asked.
OUTAGE = frozenset({502, 503, 504})
#: What asks by its status alone for a token, or for patience.
ASKED_TO_WAIT = frozenset({UNAUTHORISED, FORBIDDEN, TOO_MANY})

#: The types of account in which money lies that comes or goes (quickbooks-money.md 0).
FUNDS = frozenset({"Bank", "Other Current Asset"})

#: The revision of what is not there: QuickBooks tells no number of it.
GONE = Revision(deleted=True, number=0)

_MODELS: tuple[type[Any], ...] = (
    raw.Entity,
    raw.Named,
    *(entity.wire for entity in ENTITIES.values()),
)
_encode = msgspec.json.Encoder(decimal_format="number").encode
_decoders: Mapping[type[Any], msgspec.json.Decoder[Any]] = {
    model: msgspec.json.Decoder(model) for model in _MODELS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer, of which company, and by which version of its connection."""

    status: int
    body: bytes = field(repr=False)
    realm: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    version: int = 0

    @property
    def fault(self) -> Fault | None:
        """Return the fault that it is, if it is one."""
        fault = fault_of(self.status, self.body, self.headers)
        return fault and replace(fault, version=self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRecord:
    """One record as QuickBooks shows it, read; `record` is None when it is deleted."""

    id: str
    revision: Revision
    customer: str | None
    at: datetime | None
    record: Record | None


def shown(kind: Kind, entity: bytes | Mapping[str, Any]) -> ParsedRecord:
    """Read one record as QuickBooks shows it; NotUnderstoodError names the field that is wrong."""
    wire = ENTITIES[kind]
    trace = _convert(entity, raw.Entity)
    if trace.deleted:
        return ParsedRecord(id=trace.id, revision=GONE, customer=None, at=_at(trace), record=None)
    full = _convert(entity, wire.wire)
    record = wire.read(full)
    return ParsedRecord(
        id=full.id,
        revision=_revision(full),
        customer=KINDS[kind].owner(full.id, record),
        at=_at(full),
        record=record,
    )


def entity_of(kind: Kind, body: bytes) -> msgspec.Raw | None:
    """Return the bytes of the record in an answer, or None when it holds none."""
    return _entity(ENTITIES[kind].name, body)


def _entity(name: str, body: bytes) -> msgspec.Raw | None:
    try:
        return msgspec.json.decode(body, type=dict[str, msgspec.Raw]).get(name)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def outcome(kind: Kind, reply: Reply, now: datetime) -> Done | No | Unknown:
    """Return how a write ended."""
    fault = reply.fault
    if fault is not None:
        return No(fault=fault) if _definite(fault) else _not_known(fault, reply)
    entity = entity_of(kind, reply.body)
    if entity is None:
        told = f"QuickBooks answered {reply.status} without a {ENTITIES[kind].name}"
        return _unknown(told, reply)
    try:
        after = shown(kind, bytes(entity))
    except NotUnderstoodError as wrong:
        return _unknown(f"QuickBooks' answer is not understood: {wrong}", reply)
    return Done(id=after.id, revision=after.revision, record=after.record, at=after.at or now)


def name_shown(entity: bytes) -> Target:
    """Read one name of a list that things are mapped to; NotUnderstoodError names what is wrong."""
    trace = _convert(entity, raw.Entity)
    if trace.deleted:
        return Target(id=trace.id, name="", active=False, revision=GONE)
    full = _convert(entity, raw.Named)
    shown = asdict(PRODUCT.read(full))
    sort, revision = full.type or full.account_type, _revision(full)
    if full.account_type and full.account_type not in FUNDS:
        shown["unsold"] = f"ledger account ({full.account_type})"
    return Target(id=full.id, revision=revision, sort=sort, **shown)


def day_of_deposit(body: bytes) -> date:
    """Read when a bank deposit was made; msgspec.MsgspecError where an answer shows none."""
    return msgspec.json.decode(body, type=raw.DepositShown).deposit.txn_date


def entity_read(kind: Kind, record_id: str, reply: Reply) -> bytes | No | Unknown:
    """Return the record's bytes; of one that is not there the trace that CDC shows of it (2.5)."""
    return entity_called(ENTITIES[kind].name, record_id, reply)


def entity_called(name: str, record_id: str, reply: Reply) -> bytes | No | Unknown:
    """Return the same of a record that QuickBooks calls so."""
    fault = reply.fault
    if fault is not None and fault.code == NOT_FOUND:
        return msgspec.json.encode({"Id": record_id, "domain": "QBO", "status": "Deleted"})
    if fault is not None and (fault.code or fault.status >= REFUSED):
        return No(fault=fault)
    entity = _entity(name, reply.body)
    if entity is None:
        return Unknown(detail=f"QuickBooks answered {reply.status} without a {name}")
    return bytes(entity)


def reading(kind: Kind, entity: bytes, began: datetime) -> Reading | Unknown:
    """Return what a record's bytes show."""
    try:
        return as_reading(kind, shown(kind, entity), began)
    except NotUnderstoodError as wrong:
        return Unknown(detail=f"QuickBooks' answer is not understood: {wrong}")


def as_reading(kind: Kind, found: ParsedRecord, began: datetime) -> Reading:
    """Return a record that was read at that time."""
    return Reading(
        kind=kind,
        id=found.id,
        revision=found.revision,
        customer=found.customer,
        record=found.record,
        at=found.at or began,
        began=began,
    )


def _unknown(detail: str, reply: Reply) -> Unknown:
    return Unknown(detail=detail, failed=reply.status not in OUTAGE)


def _not_known(fault: Fault, reply: Reply) -> Unknown:
    if fault.status in ASKED_TO_WAIT:
        return Unknown(detail=str(fault), fault=fault)
    return _unknown(str(fault), reply)


def _definite(fault: Fault) -> bool:
    """Tell whether QuickBooks itself refused: with a code of its own, in any form of its Fault.

    What stands before it may answer anything to what went through.
    """
    return bool(fault.code) and fault.code != SYSTEM_FAILURE


def _convert(entity: bytes | Mapping[str, Any], model: type[Any]) -> Any:
    if isinstance(entity, bytes):
        return decoded(_decoders[model], entity)
    return decoded(_decoders[model], _encode(entity))


def _revision(entity: raw.Entity) -> Revision:
    if not _NUMBER.fullmatch(entity.sync_token):
        raise NotUnderstoodError(
            f"SyncToken: expected a whole number, got {entity.sync_token!r:.40}"
        )
    return Revision(deleted=False, number=int(entity.sync_token))


def _at(entity: raw.Entity) -> datetime | None:
    at = entity.meta_data.last_updated_time
    return None if at is None or at.tzinfo is None else at.astimezone(UTC)
