"""What did MediaOS answer?  A reply becomes a record, a refusal, or not known, without any I/O.

A write that MediaOS's servers failed on is Unknown, not refused: it may have been done.  Its repeat
is safe, since MediaOS keeps the reply to each Idempotency-Key for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

import msgspec
from msgspec.structs import replace

from schemas.catalog import NotUnderstoodError, decoded
from schemas.outcomes import Done, Fault, No, Unknown
from schemas.values import Kind, Revision
from streams.ports import Reading
from streams.remotes.mediaos.faults import fault_of
from streams.remotes.mediaos.kinds.table import ENTITIES
from streams.remotes.mediaos.shapes import ParsedRecord, shown, shown_as

T = TypeVar("T")

#: What is not there has no row version.
GONE = Revision(deleted=True, number=0)
#: What only MediaOS says: that it refuses what a record holds or stands at, or has not begun.
ITS_OWN = frozenset({409, 412, 422, 428, 503})
NOT_FOUND, SERVER_ERROR = 404, 500
#: What asks by its status alone for a login, or for patience.
ASKED_TO_WAIT = frozenset({401, 403, 429})
#: What a gateway says when MediaOS is away or slow, whatever it was asked.
OUTAGE = frozenset({502, 504})

_page = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])
#: mediaos-openapi-facts.yaml, Count: number or text is not known.
_count = msgspec.json.Decoder(int, strict=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: What must not be repeated from it.
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, and how many records match in all."""

    found: tuple[T, ...]
    count: int


def outcome(kind: Kind, reply: Reply, now: datetime, record_id: str = "") -> Done | No | Unknown:
    """Return how a write ended, of a record by its id where it was there before."""
    fault = _fault(reply)
    if fault is not None:
        return No(fault=fault) if _definite(fault) else _not_known(fault)
    try:
        after = shown_as(kind, record_id, reply.body)
    except NotUnderstoodError as wrong:
        return replace(_not_understood(reply, wrong), failed=True)
    return Done(id=after.id, revision=after.revision, record=after.record, at=now)


def reading(kind: Kind, record_id: str, reply: Reply, began: datetime) -> Reading | No | Unknown:
    """Return what a read by id showed; deleted or unknown is a reading without record."""
    fault = _fault(reply)
    if fault is not None:
        return gone(kind, record_id, began) if _is_absent(fault) else No(fault=fault)
    try:
        return as_reading(shown_as(kind, record_id, reply.body), began)
    except NotUnderstoodError as wrong:
        return _not_understood(reply, wrong)


def page_of(kind: Kind, reply: Reply) -> Page[ParsedRecord] | No | Unknown:
    """Return what one page of a list of records showed."""
    return page_listed(ENTITIES[kind].path, partial(shown, kind), reply)


def page_listed(
    name: str, read: Callable[[msgspec.Raw, str], T], reply: Reply
) -> Page[T] | No | Unknown:
    """Return what one page of a list showed, of which `read` reads each entry, by its path."""
    fault = _fault(reply)
    if fault is not None:
        return No(fault=fault)
    try:
        listed = decoded(_page, reply.body)
        raws = decoded(_items, listed[name])
        found = tuple(read(raw, f"{name}[{i}].") for i, raw in enumerate(raws))
        return Page(found=found, count=decoded(_count, listed["count"]))
    except KeyError as absent:
        return _not_understood(reply, NotUnderstoodError(f"{absent.args[0]}: expected, got none"))
    except NotUnderstoodError as wrong:
        return _not_understood(reply, wrong)


def as_reading(found: ParsedRecord, began: datetime) -> Reading:
    """Return a record that was read at that time."""
    return Reading(
        kind=found.kind,
        id=found.id,
        revision=found.revision,
        customer=found.customer,
        record=found.record,
        at=found.at or began,
        began=began,
    )


def gone(kind: Kind, record_id: str, began: datetime) -> Reading:
    """Return the reading of a record that is not there."""
    return Reading(
        kind=kind, id=record_id, revision=GONE, customer=None, record=None, at=began, began=began
    )


def _fault(reply: Reply) -> Fault | None:
    if 200 <= reply.status < 300:  # noqa: PLR2004 - what HTTP calls successful
        return None
    return fault_of(reply.status, reply.body, reply.headers, reply.secrets)


def _definite(fault: Fault) -> bool:
    """Tell whether MediaOS itself refused; what stands before it may answer anything."""
    return fault.status in ITS_OWN or (bool(fault.code) and fault.status < SERVER_ERROR)


def _not_known(fault: Fault) -> Unknown:
    if fault.status in ASKED_TO_WAIT:
        return Unknown(detail=str(fault), fault=fault)
    return Unknown(detail=str(fault), failed=fault.status not in OUTAGE)


def _is_absent(fault: Fault) -> bool:
    # A 404 without our code comes from a wrong base URL: no record is gone for that.
    return fault.status == NOT_FOUND and fault.code == "not_found"


def _not_understood(reply: Reply, wrong: NotUnderstoodError) -> Unknown:
    return Unknown(detail=f"MediaOS answered {reply.status}, and it is not understood: {wrong}")
