"""What does a webhook tell?  Which records changed, never what is in them.

Intuit sends two formats during its migration; the shape of the body tells them apart
(quickbooks-online.md 5).  One delivery may speak of several companies, and of a record twice.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from schemas.catalog import NotUnderstoodError, decoded
from schemas.kinds import KINDS
from schemas.limits import RecordId, Tenant
from schemas.values import Kind, MappingKind
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.name_lists import NAME_LISTS

#: The header that carries the signature.
SIGNATURE = "intuit-signature"

#: A company's id at Intuit.
Realm = Annotated[str, Meta(pattern=r"^[0-9]{1,30}$(?!\n)")]
_KINDS = {ENTITIES[kind].name.lower(): kind for kind in ENTITIES if not KINDS[kind].within}
_PREFERENCES = "preferences"
#: Those that are no records of ours.
_LISTS = {
    each.lower(): kind.listed_as for kind, each in NAME_LISTS.items() if each.lower() not in _KINDS
}
_TYPE = re.compile(r"qbo\.([a-z]+)\.([a-z]+)\.v\d+", re.IGNORECASE)
_OPERATIONS = {
    "create": "create",
    "created": "create",
    "update": "update",
    "updated": "update",
    "delete": "delete",
    "deleted": "delete",
    "merge": "merge",
    "merged": "merge",
    "void": "void",
    "voided": "void",
    "emailed": "emailed",
}


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record of one company changed; `deleted_id` is the loser of a merge.

    `operation` is create, update, delete, merge, void or emailed.
    """

    realm: Realm
    kind: Kind
    id: RecordId
    operation: str
    at: Annotated[datetime, Meta(tz=True)]
    deleted_id: RecordId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferred:
    """Somebody changed what a company is set to: closed its books, say."""

    realm: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Relisted:
    """Somebody changed a name of a list that things of MediaOS are mapped to: an account, say."""

    realm: str
    kind: MappingKind
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one webhook told; `skipped` names, once each, the kinds that are not kept in step."""

    notices: tuple[Notice, ...]
    skipped: tuple[str, ...]
    preferred: tuple[Preferred, ...] = ()
    relisted: tuple[Relisted, ...] = ()


class NoticeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The CloudEvent on quickbooks-notices."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    tenant: Tenant
    data: Notice


class _Entity(msgspec.Struct, kw_only=True, rename="camel"):
    id: RecordId
    operation: str
    name: str
    last_updated: datetime
    deleted_id: RecordId | None = None


class _DataChange(msgspec.Struct):
    entities: tuple[_Entity, ...]


class _Notification(msgspec.Struct, kw_only=True, rename="camel"):
    realm_id: Realm
    data_change_event: _DataChange


class _Legacy(msgspec.Struct, rename="camel"):
    event_notifications: tuple[_Notification, ...]


class _CloudEvent(msgspec.Struct, kw_only=True):
    type: str
    time: datetime
    intuitentityid: RecordId
    intuitaccountid: Realm
    data: dict[str, Any] | None = None


_NOTICE_TYPE = "com.intuit.quickbooks.notice.v1"
_encode = msgspec.json.Encoder().encode
_notice_event = msgspec.json.Decoder(NoticeEvent)
_cloud_events = msgspec.json.Decoder(list[_CloudEvent])
_legacy = msgspec.json.Decoder(_Legacy)
_deleted_id = msgspec.json.Decoder(RecordId)


def verify(body: bytes, signature: str, verifier_tokens: str) -> bool:
    """Tell whether Intuit signed these bytes, in a time that does not depend on the answer.

    Of several tokens, separated by commas, each counts: one is replaced while it is in use.
    """
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        given = b""
    tokens = [token.strip() for token in verifier_tokens.split(",") if token.strip()]
    wanted = [hmac.new(token.encode(), body, hashlib.sha256).digest() for token in tokens]
    fits = [hmac.compare_digest(given, each) for each in wanted]
    return any(fits)


def parse(body: bytes) -> Delivery:
    """Read a webhook of either format; NotUnderstoodError names the field that is wrong."""
    if body.lstrip().startswith(b"["):
        told = [_of_cloud_event(each) for each in decoded(_cloud_events, body)]
    else:
        told = [
            _of_entity(each.realm_id, entity)
            for each in decoded(_legacy, body).event_notifications
            for entity in each.data_change_event.entities
        ]
    return Delivery(
        notices=tuple(each for each in told if isinstance(each, Notice)),
        skipped=tuple(dict.fromkeys(each for each in told if isinstance(each, str))),
        preferred=tuple(each for each in told if isinstance(each, Preferred)),
        # A list is read whole, however many of its names have changed.
        relisted=tuple(
            {(each.realm, each.kind): each for each in told if isinstance(each, Relisted)}.values()
        ),
    )


def notice_event(tenant: str, notice: Notice) -> tuple[str, bytes]:
    """Return the key and the value of a notice; the same notice has the same event id."""
    subject = f"{notice.kind}/{notice.id}"
    key = f"{tenant}/qbo-notice/{subject}"
    event = NoticeEvent(
        specversion="1.0",
        id=f"{key}/{notice.operation}@{notice.at.isoformat()}",
        source=f"/quickbooks/{notice.realm}",
        type=_NOTICE_TYPE,
        subject=subject,
        time=notice.at,
        tenant=tenant,
        data=notice,
    )
    return key, _encode(event)


def notice_from_event(value: bytes) -> tuple[str, Notice]:
    """Read an event of quickbooks-notices: the tenant and its notice, or NotUnderstoodError."""
    event = decoded(_notice_event, value)
    if event.type != _NOTICE_TYPE:
        raise NotUnderstoodError(f"type: expected {_NOTICE_TYPE}, got {event.type!r:.200}")
    return event.tenant, event.data


def _of_entity(realm: str, entity: _Entity) -> Notice | Preferred | Relisted | str:
    return _notice(
        realm, entity.name, entity.operation, entity.id, entity.last_updated, entity.deleted_id
    )


def _of_cloud_event(event: _CloudEvent) -> Notice | Preferred | Relisted | str:
    found = _TYPE.fullmatch(event.type)
    if found is None:
        raise NotUnderstoodError(
            f"type: expected qbo.<entity>.<operation>.v1, got {event.type!r:.200}"
        )
    data = {name.lower(): value for name, value in (event.data or {}).items()}
    loser = data.get("deletedid")
    return _notice(
        event.intuitaccountid,
        found[1],
        found[2],
        event.intuitentityid,
        event.time,
        None
        if loser is None
        else decoded(_deleted_id, msgspec.json.encode(str(loser)), "deletedId"),
    )


def _notice(
    realm: str, name: str, operation: str, record_id: str, at: datetime, deleted_id: str | None
) -> Notice | Preferred | Relisted | str:
    kind = _KINDS.get(name.lower())
    listed = _LISTS.get(name.lower())
    if kind is None and listed is None and name.lower() != _PREFERENCES:
        return name
    if operation.lower() not in _OPERATIONS:
        wanted = ", ".join(sorted(set(_OPERATIONS.values())))
        raise NotUnderstoodError(f"operation: expected one of {wanted}, got {operation!r:.200}")
    if at.tzinfo is None:
        raise NotUnderstoodError(f"time: expected one with its offset, got {at.isoformat()}")
    if listed is not None:
        return Relisted(realm=realm, kind=listed, at=at.astimezone(UTC))
    if kind is None:
        return Preferred(realm=realm, at=at.astimezone(UTC))
    return Notice(
        realm=realm,
        kind=kind,
        id=record_id,
        operation=_OPERATIONS[operation.lower()],
        at=at.astimezone(UTC),
        deleted_id=deleted_id,
    )
