"""How does a public event of MediaOS become a change?

The envelope must say what the data says: a service that counts its revisions or names its tenant
wrongly is told so, by field, before anything of it can reach a lane.
"""

import msgspec

from schemas.catalog import NotUnderstoodError, decoded
from schemas.changes import Change
from schemas.identity import event_id
from schemas.limits import LARGEST_RECORD
from schemas.published import Announcement
from schemas.values import RecordRef, Side
from streams.remotes.mediaos.contradictions import Told, contradictions
from streams.remotes.mediaos.event_faults import event_error, kind_of, refused, too_large
from streams.remotes.mediaos.shapes import ParsedRecord, shown

_announcement = msgspec.json.Decoder(Announcement)


def change_from_event(value: bytes, key: bytes | None) -> Change:
    """Read an event of mediaos-changes; EventError names all fields that are wrong.

    `key` is None for an event that has no Kafka key yet.
    """
    try:
        return _change(value, key)
    except NotUnderstoodError as first:
        raise event_error(value, key, str(first)) from first


def _change(value: bytes, key: bytes | None) -> Change:
    event: Announcement = decoded(_announcement, value)
    if (size := len(bytes(event.data))) > LARGEST_RECORD:
        raise refused((too_large(size),))
    found = shown(kind_of(event.type), event.data, "data.")
    _check(event, key, found)
    record = RecordRef(Side.MEDIAOS, found.kind, found.id)
    return Change(
        event=event_id(event.tenant, record, found.revision),
        tenant=event.tenant,
        side=Side.MEDIAOS,
        kind=found.kind,
        id=found.id,
        customer=found.customer,
        revision=found.revision,
        at=event.time,
        record=found.record,
    )


def _check(event: Announcement, key: bytes | None, found: ParsedRecord) -> None:
    revision = found.revision
    told = Told(event.tenant, found.kind, found.id, revision.number, revision.deleted)
    envelope = {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "tenant": event.tenant,
        "sequence": event.sequence,
    }
    if faults := tuple(contradictions(envelope, told, key)):
        raise refused(faults)
