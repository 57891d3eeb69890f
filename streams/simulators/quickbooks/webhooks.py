"""How does the receiver hear that something changed?

Only ids are told, and nothing is certain: a notice may come late, twice, in another order or never
(5). Told to misbehave, the simulator does each of these on purpose.
"""

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any, Literal

import httpx

from streams.simulators.quickbooks.amounts import dump
from streams.simulators.quickbooks.book import Change, Record
from streams.simulators.quickbooks.clock import Now
from streams.simulators.quickbooks.settings import SimulatorSettings

Misbehaviour = Literal["drop", "duplicate", "reorder"]
Lookup = Callable[[Change], Record | None]

#: Of one delivery, which has some kilobytes at Intuit.
MOST_CHANGES = 200
#: Kinds that are never told of (5).
_SILENT = frozenset(
    {"CompanyInfo", "CompanyCurrency", "ExchangeRate", "Attachable", "TaxCode", "TaxRate"}
)
_PAST = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "voided",
    "Emailed": "emailed",
    "Merge": "merged",
}


class Webhooks:
    """Collects changes for a moment and tells the receiver of them."""

    def __init__(
        self,
        *,
        url: str | None,
        verifier_token: str,
        settings: Callable[[], SimulatorSettings],
        now: Now,
        new_token: Callable[[], str],
        sleep: Callable[[float], Awaitable[None]],
        lookup: Lookup,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = url
        self._verifier_token = verifier_token
        self._settings = settings
        self._now = now
        self._new_token = new_token
        self._sleep = sleep
        self._lookup = lookup
        self._transport = transport
        self._pending: list[Change] = []
        self._misbehaves: Counter[Misbehaviour] = Counter()
        self._wake = asyncio.Event()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def add(self, change: Change) -> None:
        """Take a change for the next delivery; without a receiver it is forgotten."""
        if self.url is not None and change.kind not in _SILENT:
            self._pending.append(change)
            self._wake.set()

    def misbehave(self, how: Misbehaviour, times: int = 1) -> None:
        """Drop, double or reorder the next deliveries (5)."""
        self._misbehaves[how] += times

    async def start(self) -> None:
        """Begin to deliver in the background."""
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Give up what is not delivered, retries included."""
        tasks = [task for task in (self._loop, *self._deliveries) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None

    async def flush(self) -> None:
        """Deliver what is pending now, one attempt each, and wait for the answers."""
        await asyncio.gather(*(self._post(body) for body in self._bodies()))

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            await self._sleep(self._settings().webhook_debounce_seconds)
            self._wake.clear()
            for body in self._bodies():
                task = asyncio.create_task(self._deliver(body))
                self._deliveries.add(task)
                task.add_done_callback(self._deliveries.discard)

    async def _deliver(self, body: bytes) -> None:
        """Post until the receiver answers 200, with the same bytes each time (5)."""
        for wait in (*self._settings().webhook_retry_seconds, None):
            if await self._post(body) or wait is None:
                return
            await self._sleep(wait)

    async def _post(self, body: bytes) -> bool:
        timeout = self._settings().webhook_answer_seconds
        async with httpx.AsyncClient(transport=self._transport, timeout=timeout) as client:
            try:
                answer = await client.post(str(self.url), content=body, headers=self._headers(body))
            except httpx.TransportError:
                return False
        return answer.status_code == httpx.codes.OK

    def _headers(self, body: bytes) -> dict[str, str]:
        cloud = self._settings().webhook_form == "cloudevents"
        return {
            "content-type": "application/cloudevents+json" if cloud else "application/json",
            "intuit-signature": sign(self._verifier_token, body),
            "intuit-created-time": self._now().astimezone(UTC).isoformat(),
            "intuit-t-id": self._new_token(),
            "intuit-notification-schema-version": "1.0",
            "user-agent": "intuit_notification_server/0.1",
        }

    def _bodies(self) -> list[bytes]:
        """Return what to post for the pending changes, misbehaviour included."""
        # The same thing said twice in one moment is said once.
        latest = {
            (one.realm, one.kind, one.id, one.operation, one.deleted_id): one
            for one in self._pending
        }
        self._pending = []
        changes = list(latest.values())
        if not changes or self._must("drop"):
            return []
        starts = range(0, len(changes), MOST_CHANGES)
        deliveries = [changes[start : start + MOST_CHANGES] for start in starts]
        if self._must("reorder"):
            deliveries = [[change] for change in reversed(changes)]
        if self._must("duplicate"):
            deliveries = [*deliveries, *deliveries]
        # Encoded once per delivery: a double carries the same event ids (5).
        encoded = {id(delivery): self._encode(delivery) for delivery in deliveries}
        return [encoded[id(delivery)] for delivery in deliveries]

    def _must(self, how: Misbehaviour) -> bool:
        if not self._misbehaves[how]:
            return False
        self._misbehaves[how] -= 1
        return True

    def _encode(self, changes: list[Change]) -> bytes:
        if self._settings().webhook_form == "legacy":
            return dump(_legacy(changes))
        return dump([self._cloud_event(change) for change in changes])

    def _cloud_event(self, change: Change) -> dict[str, Any]:
        data = self._lookup(change) if self._settings().webhook_fills_data else None
        at = change.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
        past = _PAST | {"Void": self._settings().webhook_void}
        return {
            "specversion": "1.0",
            "id": self._new_token(),
            "source": "intuit.c2ltdWxhdG9y",
            "datacontenttype": "application/json",
            # Nanoseconds, which not every parser of ISO times takes (5).
            "time": f"{at}000Z",
            "type": f"qbo.{change.kind.lower()}.{past[change.operation]}.v1",
            "intuitentityid": change.id,
            "intuitaccountid": change.realm,
            "data": (data or {}) | ({"deletedid": change.deleted_id} if change.deleted_id else {}),
        }


def sign(verifier_token: str, body: bytes) -> str:
    """Return the signature header's value for the exact bytes of a body (5)."""
    digest = hmac.new(verifier_token.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _legacy(changes: list[Change]) -> dict[str, Any]:
    realms: dict[str, list[dict[str, str]]] = {}
    for change in changes:
        realms.setdefault(change.realm, []).append(
            {
                "id": change.id,
                "operation": change.operation,
                "name": change.kind,
                "lastUpdated": change.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000"),
                **({"deletedId": change.deleted_id} if change.deleted_id else {}),
            }
        )
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}}
        for realm, entities in realms.items()
    ]
    return {"eventNotifications": notifications}
