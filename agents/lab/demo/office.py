"""How does an operator speak to the engine?  By requests, as the command line sends them.

A request names all settings, so the office remembers what it set last.
"""

from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer
from msgspec.structs import replace

from schemas.catalog import encode
from schemas.identity import tenant_lane
from schemas.requests import ChangeSettings, GoLive, Request, ResolveConflict, SetMapping
from schemas.tenant_state import TenantSettings
from schemas.values import MappingKind, Side
from streams.topics import REQUESTS

#: The publisher's first prefix, and the one that it changes to.
PREFIX, NEXT_PREFIX = "MediaOS-", "MOS-"


@dataclass(slots=True)
class Office:
    """One tenant's operator; `late` is the mapping that nobody has thought of yet."""

    brokers: str
    tenant: str
    late: tuple[str, str] | None = None
    settings: TenantSettings = field(default_factory=lambda: TenantSettings(number_prefix=PREFIX))
    _asked: int = 0

    async def open(
        self, mapped: list[tuple[str, str]], kept: tuple[str, str], lost: tuple[str, str]
    ) -> None:
        """Map products to items, all but the last, set the prefix, and go live.

        `kept` is a payment type and the account in which its money lies, `lost` the line item type
        and the item by which invoices are written off.
        """
        *others, self.late = mapped
        mappings = (self._mapping(*pair) for pair in others)
        account = self._mapping(*kept, kind=MappingKind.REFUND_ACCOUNT)
        away = replace(self._mapping(*lost, kind=MappingKind.LINE_TYPE), write_off=True)
        live = GoLive(id=self._id(), tenant=self.tenant, by="the demo")
        await self._ask(*mappings, account, away, self._settings(), live)

    async def map_late(self) -> None:
        """Map the product that was forgotten."""
        if self.late is not None:
            await self._ask(self._mapping(*self.late))

    async def set(self, **changes: object) -> None:
        """Change settings, and leave the others."""
        self.settings = replace(self.settings, **changes)
        await self._ask(self._settings())

    async def decide(self, lane: str, document: str, keep: Side, by: str) -> None:
        """Say whose stands of what both sides changed."""
        word = ResolveConflict(id=self._id(), lane=lane, document=document, keep=keep, by=by)
        await self._send(lane, word)

    def _mapping(
        self, source: str, target: str, kind: MappingKind = MappingKind.PRODUCT
    ) -> SetMapping:
        return SetMapping(
            id=self._id(), tenant=self.tenant, kind=kind, source=source, target=target
        )

    def _settings(self) -> ChangeSettings:
        return ChangeSettings(id=self._id(), tenant=self.tenant, settings=self.settings)

    def _id(self) -> str:
        self._asked += 1
        return f"demo-{self._asked}"

    async def _ask(self, *requests: Request) -> None:
        await self._send(tenant_lane(self.tenant), *requests)

    async def _send(self, lane: str, *requests: Request) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.brokers, acks="all") as producer:
            for request in requests:
                value, key = encode(request), lane.encode()
                await producer.send_and_wait(REQUESTS.name, value=value, key=key)
