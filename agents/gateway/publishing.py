"""How does a service without a Kafka client say what changed?  `POST /v1/changes`, one or a batch.

Accepted means kept: the answer is given once Kafka has the event on all in-sync replicas.  An event
that is not kept takes those behind it of the same customer with it, so that order holds.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

import msgspec
from aiokafka.errors import KafkaError

from agents.gateway.field_errors import FieldError, reason_of
from agents.rules.lane_keys import key_of
from schemas.catalog import NotUnderstoodError
from streams.ports import Outbox
from streams.remotes.mediaos.events import change_from_event
from streams.setting_values import Grants
from streams.topics import MEDIAOS_CHANGES

log = logging.getLogger("isthmus.publishing")

KEPT, REFUSED, FORBIDDEN, NOT_KEPT = 202, 422, 403, 503
MIXED = 207

#: A service retries sooner than this; an idempotent producer never gives up by itself.
PATIENCE_SECONDS = 10.0
HEADERS = (("content-type", b"application/cloudevents+json"),)
AGAIN = "not known to be kept: send it again, which is harmless"
BEHIND = "not tried, since one before it of the same customer was not kept: send both again"


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one event: `status` as HTTP has it, `detail` what to do about it."""

    status: int
    id: str | None = None
    reasons: tuple[FieldError, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """An event that can be kept: its id, its Kafka key, its bytes."""

    id: str
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Grant:
    """What a caller may do: publish for one tenant, or for all where that is None."""

    tenant: str | None


@dataclass(frozen=True, slots=True)
class Publishing:
    """Checks events and gives them to Kafka."""

    outbox: Outbox
    grants: Grants
    patience_seconds: float = PATIENCE_SECONDS
    topic: str = MEDIAOS_CHANGES.name

    def grant(self, token: str) -> Grant | None:
        """Return what a bearer token allows; it takes as long whichever token is compared."""
        given = sha256(token.encode(errors="replace")).digest()
        found = None
        for tenant, ours in self.grants:
            if compare_digest(given, sha256(ours.encode()).digest()):
                found = Grant(tenant)
        return found

    async def take(self, events: Sequence[bytes], grant: Grant) -> list[Item]:
        """Return, in the same order, what became of each event."""
        checked = [check(event, grant) for event in events]
        lanes: dict[bytes, list[int]] = {}
        for number, each in enumerate(checked):
            if isinstance(each, Checked):
                lanes.setdefault(each.key, []).append(number)
        items = {n: each for n, each in enumerate(checked) if isinstance(each, Item)}
        work = (self._keep({n: checked[n] for n in numbers}) for numbers in lanes.values())
        for kept in await asyncio.gather(*work):
            items |= kept
        return [items[number] for number in range(len(events))]

    async def _keep(self, lane: dict[int, Checked | Item]) -> dict[int, Item]:
        items: dict[int, Item] = {}
        failed = False
        for number, each in lane.items():
            if isinstance(each, Checked):
                items[number] = _not_kept(each, BEHIND) if failed else await self._send(each)
                failed = failed or items[number].status == NOT_KEPT
        return items

    async def _send(self, event: Checked) -> Item:
        try:
            async with asyncio.timeout(self.patience_seconds):
                await self.outbox.send(self.topic, event.key, event.value, HEADERS)
        except ValueError:
            expected = "an event that Kafka takes (1 MB)"
            reason = FieldError(path="", expected=expected, got=f"{len(event.value)} bytes")
            return Item(status=REFUSED, id=event.id, reasons=(reason,))
        except (KafkaError, OSError, TimeoutError) as fault:
            log.warning("change not kept", extra={"reason": type(fault).__name__})
            return _not_kept(event, AGAIN)
        return Item(status=KEPT, id=event.id)


def check(event: bytes, grant: Grant) -> Checked | Item:
    """Read one event as intake will, and make its key; an Item says why it cannot be kept."""
    try:
        change = change_from_event(event, None)
        key = key_of(change).encode()
    except NotUnderstoodError as fault:
        return Item(status=REFUSED, reasons=(reason_of(str(fault), event),))
    # The publisher's own id: ours of a deletion says that it is one.
    public = f"{change.tenant}/{change.name}@{change.revision.number}"
    if grant.tenant not in {None, change.tenant}:
        reason = FieldError(path="tenant", expected=str(grant.tenant), got=change.tenant)
        detail = "the token is for another tenant"
        return Item(status=FORBIDDEN, id=public, reasons=(reason,), detail=detail)
    return Checked(id=public, key=key, value=event)


def overall(items: Sequence[Item]) -> int:
    """Return the status of a batch: that of all its items, or 207 when they differ."""
    statuses = {item.status for item in items}
    return statuses.pop() if len(statuses) == 1 else MIXED


def _not_kept(event: Checked, detail: str) -> Item:
    return Item(status=NOT_KEPT, id=event.id, detail=detail)
