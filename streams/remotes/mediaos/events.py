"""How does a public event of MediaOS become a change?

The envelope must say what the data says: a service that counts its revisions or names its tenant
wrongly is told so, by field, before anything of it can reach a lane.
"""

import re

import msgspec

from schemas.catalog import NotUnderstoodError, decoded
from schemas.changes import Change
from schemas.identity import event_id, tenant_of
from schemas.limits import LARGEST_RECORD
from schemas.published import Announcement
from schemas.values import Kind, RecordRef, Side
from streams.remotes.mediaos.shapes import ParsedRecord, shown

_TYPE = re.compile(r"com\.mediaos\.([a-z-]+)\.(changed|deleted)\.v1")
_announcement = msgspec.json.Decoder(Announcement)


def change_from_event(value: bytes, key: bytes | None) -> Change:
    """Read an event of mediaos-changes; NotUnderstoodError names the field that is wrong.

    `key` is None for an event that has no Kafka key yet.
    """
    event: Announcement = decoded(_announcement, value)
    if (size := len(bytes(event.data))) > LARGEST_RECORD:
        told = f"expected a record of at most {LARGEST_RECORD} bytes, got {size}: divide it"
        raise NotUnderstoodError(f"data: {told}")
    kind, verb = _type(event.type)
    found = shown(kind, event.data, "data.")
    record = RecordRef(Side.MEDIAOS, kind, found.id)
    _check(event, key, found, verb)
    return Change(
        event=event_id(event.tenant, record, found.revision),
        tenant=event.tenant,
        side=Side.MEDIAOS,
        kind=kind,
        id=found.id,
        customer=found.customer,
        revision=found.revision,
        at=event.time,
        record=found.record,
    )


def _check(event: Announcement, key: bytes | None, found: ParsedRecord, verb: str) -> None:
    number, subject = found.revision.number, f"{found.kind}/{found.id}"
    keyed = event.tenant if key is None else key.decode(errors="replace")
    given = {
        "tenant": (event.tenant, tenant_of(keyed), "as in the Kafka key"),
        "subject": (event.subject, subject, "kind and id of the data"),
        "sequence": (event.sequence, str(number), "the data's row_version"),
        "id": (event.id, f"{event.tenant}/mediaos/{subject}@{number}", "tenant, record, version"),
        "type": (verb, "deleted" if found.revision.deleted else "changed", "as date_deleted says"),
    }
    for name, (got, expected, why) in given.items():
        if got != expected:
            raise NotUnderstoodError(f"{name}: expected {expected!r} ({why}), got {got!r:.200}")


def _type(text: str) -> tuple[Kind, str]:
    found = _TYPE.fullmatch(text)
    if found is None or found[1] not in set(Kind):
        wanted = f"com.mediaos.<{'|'.join(Kind)}>.<changed|deleted>.v1"
        raise NotUnderstoodError(f"type: expected {wanted}, got {text!r:.200}")
    return Kind(found[1]), found[2]
