"""How does a service without a Kafka client say what changed?  `POST /v1/changes`, one or a batch.

What is for a tenant that is not connected is refused: nobody would ever do anything with it.

Accepted means kept: the answer is given once Kafka has the event on all in-sync replicas.  An event
that is not kept takes those behind it of the same customer with it, so that order holds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal

import msgspec
from aiokafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from agents.rules.lane_keys import key_of
from streams.ports import Outbox
from streams.remotes.mediaos.event_faults import EventError
from streams.remotes.mediaos.events import change_from_event
from streams.remotes.mediaos.field_faults import FieldFault
from streams.setting_values import Grants
from streams.topics import MEDIAOS_CHANGES

log = logging.getLogger("isthmus.publishing")

KEPT: Final = 202
REFUSED, FORBIDDEN, NOT_KEPT = 422, 403, 503
MIXED = 207

#: A service retries sooner than this; an idempotent producer never gives up by itself.
PATIENCE_SECONDS = 10.0
HEADERS = (("content-type", b"application/cloudevents+json"),)
AGAIN = "not known to be kept: send it again, which is harmless"
BEHIND = "not tried, since one before it of the same customer was not kept: send both again"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One event that Kafka has on all in-sync replicas."""

    status: Literal[202] = KEPT
    id: str


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why one event, or a request as a whole, is not kept: the one shape of every refusal.

    `status` as HTTP has it, `detail` a sentence, `reasons` each field that is wrong, and `id` the
    event's where it could be read.
    """

    status: int
    detail: str
    reasons: tuple[FieldFault, ...] = ()
    id: str | None = None


Item = Kept | Refusal


@dataclass(frozen=True, slots=True)
class Checked:
    """An event that can be kept: its id, its Kafka key, its bytes, and whose it is."""

    id: str
    tenant: str
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Grant:
    """What a caller may do: publish for one tenant, or for all where that is None."""

    tenant: str | None


@dataclass(frozen=True, slots=True)
class Publishing:
    """Checks events and gives them to Kafka; `known` says whether a tenant is connected."""

    outbox: Outbox
    grants: Grants = field(repr=False)
    known: Callable[[str], Awaitable[bool]]
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
        read: list[Checked | Item] = []
        for event in events:
            read.append(check(event, grant))
            # A large event takes a tenth of a second to read, and others are served beside.
            await asyncio.sleep(0)
        checked = await self._of_known(read)
        lanes: dict[bytes, list[int]] = {}
        for number, each in enumerate(checked):
            if isinstance(each, Checked):
                lanes.setdefault(each.key, []).append(number)
        items = {n: each for n, each in enumerate(checked) if isinstance(each, Kept | Refusal)}
        work = (self._keep({n: checked[n] for n in numbers}) for numbers in lanes.values())
        for kept in await asyncio.gather(*work):
            items |= kept
        return [items[number] for number in range(len(events))]

    async def _of_known(self, checked: list[Checked | Item]) -> list[Checked | Item]:
        """Refuse what is for a tenant that is not connected, or cannot be asked for now."""
        tenants = dict.fromkeys(each.tenant for each in checked if isinstance(each, Checked))
        try:
            unknown = {tenant for tenant in tenants if not await self.known(tenant)}
        except SQLAlchemyError as fault:
            log.warning("connections not reached", extra={"reason": type(fault).__name__})
            return [_not_kept(e, AGAIN) if isinstance(e, Checked) else e for e in checked]
        return [
            _unknown(each) if isinstance(each, Checked) and each.tenant in unknown else each
            for each in checked
        ]

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
            return _refused(event.id, path="", expected=expected, got=f"{len(event.value)} bytes")
        except (KafkaError, OSError, TimeoutError) as fault:
            log.warning("change not kept", extra={"reason": type(fault).__name__})
            return _not_kept(event, AGAIN)
        return Kept(id=event.id)


def check(event: bytes, grant: Grant) -> Checked | Refusal:
    """Read one event as intake will, and make its key; a Refusal says why it cannot be kept."""
    try:
        change = change_from_event(event, None)
    except EventError as fault:
        return Refusal(status=REFUSED, detail=str(fault), reasons=fault.faults)
    # The publisher's own id: ours of a deletion says that it is one.
    public = f"{change.tenant}/{change.name}@{change.revision.number}"
    if grant.tenant not in {None, change.tenant}:
        reason = FieldFault(path="tenant", expected=str(grant.tenant), got=change.tenant)
        detail = "the token is for another tenant"
        return Refusal(status=FORBIDDEN, id=public, reasons=(reason,), detail=detail)
    return Checked(id=public, tenant=change.tenant, key=key_of(change).encode(), value=event)


def _unknown(event: Checked) -> Refusal:
    expected = "one that is connected (`isthmus connect`)"
    return _refused(event.id, path="tenant", expected=expected, got=event.tenant)


def _refused(event_id: str, *, path: str, expected: str, got: str) -> Refusal:
    reason = FieldFault(path=path, expected=expected, got=got)
    return Refusal(status=REFUSED, id=event_id, detail=str(reason), reasons=(reason,))


def overall(items: Sequence[Item]) -> int:
    """Return the status of a batch: that of all its items, or 207 when they differ."""
    statuses = {item.status for item in items}
    return statuses.pop() if len(statuses) == 1 else MIXED


def _not_kept(event: Checked, detail: str) -> Refusal:
    return Refusal(status=NOT_KEPT, id=event.id, detail=detail)
