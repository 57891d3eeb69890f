"""What does a record of MediaOS say, whatever its kind?

What only one kind has is read in that kind's own file (kinds/), field by field (`wire_reading`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from schemas import published
from schemas.below_zero import credit_id, invoice_of, turned
from schemas.catalog import NotUnderstoodError, decoded
from schemas.kinds import KINDS
from schemas.limits import LimitError
from schemas.records import Invoice, Record
from schemas.values import Kind, Revision
from streams.remotes.mediaos.kinds.table import ENTITIES
from streams.remotes.mediaos.wire_reading import read_moment

_decoders: Mapping[Kind, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(each.public) for kind, each in KINDS.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedRecord:
    """One record as MediaOS shows it, read; `record` is None when it is deleted."""

    kind: Kind
    id: str
    revision: Revision
    customer: str | None
    at: datetime | None
    record: Record | None


def shown(kind: Kind, raw: bytes | msgspec.Raw, path: str = "") -> ParsedRecord:
    """Read one record; NotUnderstoodError names the field that is wrong, `path` before it."""
    record = decoded(_decoders[kind], raw, path)
    try:
        return _shown(kind, record)
    except (LimitError, NotUnderstoodError) as wrong:
        raise NotUnderstoodError(f"{path}{wrong}") from wrong


def shown_as(kind: Kind, record_id: str, raw: bytes) -> ParsedRecord:
    """Read one record that was asked for by its id, which tells of an invoice that is a credit."""
    if kind is not Kind.CREDIT_MEMO or invoice_of(record_id) is None:
        return shown(kind, raw)
    found = shown(Kind.INVOICE, raw)
    record = turned(found.record) if isinstance(found.record, Invoice) else None
    return replace(found, kind=kind, id=credit_id(found.id), record=record)


def _shown(kind: Kind, raw: published.Published) -> ParsedRecord:
    deleted = read_moment(raw.date_deleted, "date_deleted")
    changed = read_moment(raw.date_modified, "date_modified")
    record_id, record = str(raw.id), ENTITIES[kind].read(raw)
    return ParsedRecord(
        kind=kind,
        id=record_id,
        revision=Revision(deleted=deleted is not None, number=int(raw.row_version)),
        customer=KINDS[kind].owner(record_id, record),
        at=deleted or changed or read_moment(raw.date_created, "date_created"),
        record=None if deleted else record,
    )
