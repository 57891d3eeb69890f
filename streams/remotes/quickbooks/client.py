"""How does Isthmus talk to QuickBooks?  The `Remote` over HTTP, one company per tenant.

The surprise: of all writes to a name list (customers, items) one is under way per company, since
QuickBooks refuses a second ("one name at a time", quickbooks-online.md 6).  Waiting for that turn
makes an attempt older, so it may come back as too late.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, TypeVar
from urllib.parse import quote

import httpx
import msgspec
from msgspec.structs import replace

from schemas.commands import Command, Create, Remove
from schemas.kinds import marker_of
from schemas.outcomes import Answer, Done, No, Unknown
from schemas.values import Kind, MappingKind
from streams.budgets import Budget
from streams.ports import Clock, Reading, Target
from streams.remotes.quickbooks.as_asked import unlike
from streams.remotes.quickbooks.calls import PATIENCE_SECONDS, Calls
from streams.remotes.quickbooks.faults import over_budget, unsendable
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.name_lists import name_read, name_request, names_read, names_request
from streams.remotes.quickbooks.number_check import Numbering
from streams.remotes.quickbooks.queries import (
    Captured,
    Listed,
    Row,
    by_ids,
    captured,
    cdc_request,
    changed_since,
    entities_of,
    first,
    listed,
    only,
    page_listed,
    query_request,
    rows_of,
)
from streams.remotes.quickbooks.tokens import Tokens
from streams.remotes.quickbooks.wire import Request, build, get_request, read_request
from streams.remotes.quickbooks.wire_fields import UnsendableError
from streams.remotes.quickbooks.wire_replies import (
    REFUSED,
    Reply,
    as_reading,
    day_of_deposit,
    entity_of,
    entity_read,
    outcome,
    reading,
    shown,
)

T = TypeVar("T")
#: What a question may bring: its answer, a refusal, or nothing that is known.
Answered: TypeAlias = T | No | Unknown

#: What goes wrong with an answer of another form than was asked for.
NOT_READ = (
    msgspec.MsgspecError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
#: Of each step of a call; Intuit itself gives up after 120 s (2.9), and a repeat is safe.
TIMEOUT = httpx.Timeout(30.0, connect=5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A record word for word, of which company, and when its read began."""

    realm: str
    entity: bytes
    began: datetime


class QboClient:
    """The QBO side of every tenant; each call needs a place in the budget, taken by `acquire`."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        tokens: Tokens,
        budget: Callable[[], Budget],
        clock: Clock,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self._calls = Calls(http, tokens, budget, clock, timeout)
        self._clock = clock
        self._numbering = Numbering(self, clock)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def budget(self, tenant: str) -> Budget:
        """Return what a tenant may spend."""
        return self._calls.budget(tenant)

    def budgets(self) -> Mapping[str, Budget]:
        """Return what each tenant may spend of whom it was asked yet."""
        return self._calls.budgets()

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place for one call: see streams.ports.Remote."""
        return await self.budget(tenant).acquire(patience_seconds)

    async def carry_out(self, tenant: str, command: Command, not_after: datetime) -> Answer:
        """Send a command once, unless its first byte is due later than `not_after`."""
        try:
            request = build(command)
        except UnsendableError as wrong:
            return No(fault=unsendable(str(wrong)))
        if (refused := await self._numbering.refused(tenant, command)) is not None:
            return refused
        async with self._turn(tenant, command.kind):
            reply = await self._calls.send_before(tenant, request, not_after)
        if not isinstance(reply, Reply):
            return reply
        answer = outcome(command.kind, reply, self._clock.now())
        entity = entity_of(command.kind, reply.body)
        if not isinstance(answer, Done) or entity is None or isinstance(command, Remove):
            return answer
        return replace(answer, unlike=unlike(request.body, bytes(entity)))

    async def read(self, tenant: str, kind: Kind, record_id: str) -> Reading | No | Unknown:
        """Read one record by its id; a deleted or unknown one is a Reading without record."""
        fetched = await self.fetch(tenant, kind, record_id)
        if isinstance(fetched, No | Unknown):
            return fetched
        return reading(kind, fetched.entity, fetched.began)

    async def fetch(self, tenant: str, kind: Kind, record_id: str) -> Fetched | No | Unknown:
        """Read one record as QuickBooks words it; of a deleted one, its trace."""
        began = self._clock.now()
        reply = await self._calls.send(tenant, read_request(kind, record_id))
        if not isinstance(reply, Reply):
            return reply
        entity = entity_read(kind, record_id, reply)
        if isinstance(entity, No | Unknown):
            return entity
        return Fetched(realm=reply.realm, entity=entity, began=began)

    async def fetch_many(
        self, tenant: str, kind: Kind, ids: Collection[str]
    ) -> Answered[Mapping[str, Fetched]]:
        """Read by one query those of these records that it shows, by id; at most a page of them.

        A query may lag behind a read by id (2.3).
        """
        began = self._clock.now()
        reply = await self._calls.send(tenant, query_request(by_ids(kind, ids)))
        if not isinstance(reply, Reply):
            return reply
        realm = reply.realm

        def read(body: bytes) -> Mapping[str, Fetched]:
            return {
                each: Fetched(realm=realm, entity=entity, began=began)
                for each, entity in entities_of(kind, body).items()
            }

        return _understood(reply, read)

    async def look(self, tenant: str, command: Create) -> tuple[Reading, ...] | No | Unknown:
        """Find what a create may have made: whatever has its number or name, or its marker.

        The first call is the caller's in the budget, a second one takes its own place.
        """
        found: dict[str, Reading] = {}
        entity, marker = ENTITIES[command.kind], marker_of(command.record)
        for place, look in enumerate(entity.looks(entity, command)):
            if place and (wait := await self.acquire(tenant, PATIENCE_SECONDS)):
                return No(fault=over_budget(wait))
            answer = await self._listed(tenant, command.kind, look.statement)
            if isinstance(answer, No | Unknown):
                return answer
            ours = {each.id: each for each in answer if marker and marker_of(each.record) == marker}
            found |= ours if look.by_marker else {each.id: each for each in answer}
            if ours:
                break
        return tuple(found.values())

    async def target(self, tenant: str, kind: MappingKind, target_id: str) -> Target | No | Unknown:
        """Read one thing by its id that others are mapped to: see streams.ports.TargetLists."""
        reply = await self._calls.send(tenant, name_request(kind, target_id))
        return name_read(kind, target_id, reply) if isinstance(reply, Reply) else reply

    async def targets(self, tenant: str, kind: MappingKind) -> tuple[Target, ...] | No | Unknown:
        """Read all that things can be mapped to: see streams.ports.TargetLists."""
        found: dict[str, Target] = {}
        start = 1
        while True:
            if found and (wait := await self.acquire(tenant, PATIENCE_SECONDS)):
                return No(fault=over_budget(wait))
            request = names_request(kind, start)
            page = await self._asked(tenant, request, lambda body: names_read(kind, body))
            if isinstance(page, No | Unknown):
                return page
            if not page:
                return tuple(found.values())
            if all(each.id in found for each in page):
                return Unknown(detail=f"QuickBooks shows the same {kind}s again from {start} on")
            found |= {each.id: each for each in page}
            start += len(page)

    async def deposited_on(self, tenant: str, deposit: str) -> date | No | Unknown:
        """Read when a bank deposit was made: see streams.ports.TargetLists."""
        request = get_request(f"/deposit/{quote(deposit, safe='')}")
        return await self._asked(tenant, request, day_of_deposit)

    async def query(self, tenant: str, kind: Kind, statement: str) -> Answered[tuple[Row, ...]]:
        """Return the records that a statement of QuickBooks' query language selects, one page."""
        return await self._asked(tenant, query_request(statement), lambda body: rows_of(kind, body))

    async def cdc(self, tenant: str, kinds: Sequence[Kind], since: datetime) -> Answered[Captured]:
        """Return what changed since then; 30 days back and 1,000 records at most."""
        reply = await self._calls.send(tenant, cdc_request(kinds, since))
        realm = reply.realm if isinstance(reply, Reply) else ""
        return _understood(reply, lambda body: captured(kinds, body, realm))

    async def changed(
        self, tenant: str, kind: Kind, since: datetime, start: int
    ) -> Answered[Listed]:
        """Return a page of what changed since then, however long ago; deletions do not show."""
        statement = changed_since(kind, since, start)
        reply = await self._calls.send(tenant, query_request(statement))
        realm = reply.realm if isinstance(reply, Reply) else ""
        return _understood(reply, lambda body: page_listed(kind, body, realm))

    async def preferences(self, tenant: str) -> Answered[Row]:
        """Return the company's preferences."""
        request = get_request("/preferences")
        return await self._asked(tenant, request, lambda body: only("Preferences", body))

    async def particulars(self, tenant: str) -> Answered[Row]:
        """Return what the company says of itself: its country, its time zone."""
        request = query_request("SELECT * FROM CompanyInfo")
        return await self._asked(tenant, request, lambda body: first("CompanyInfo", body))

    async def currencies(self, tenant: str) -> Answered[Row]:
        """Return the company's list of currencies, which is shorter than a page."""
        request = query_request("SELECT * FROM CompanyCurrency MAXRESULTS 1000")
        return await self._asked(tenant, request, lambda body: listed("CompanyCurrency", body))

    async def _listed(
        self, tenant: str, kind: Kind, statement: str
    ) -> tuple[Reading, ...] | No | Unknown:
        began = self._clock.now()

        def read(body: bytes) -> tuple[Reading, ...]:
            return tuple(as_reading(kind, shown(kind, row), began) for row in rows_of(kind, body))

        return await self._asked(tenant, query_request(statement), read)

    async def _asked(
        self, tenant: str, request: Request, read: Callable[[bytes], T]
    ) -> T | No | Unknown:
        return _understood(await self._calls.send(tenant, request), read)

    @asynccontextmanager
    async def _turn(self, tenant: str, kind: Kind) -> AsyncIterator[None]:
        if not ENTITIES[kind].name_list:
            yield
            return
        async with self._turns[tenant]:
            yield


def _understood(reply: Reply | No | Unknown, read: Callable[[bytes], T]) -> T | No | Unknown:
    if not isinstance(reply, Reply):
        return reply
    fault = reply.fault
    if fault is not None and (fault.code or fault.status >= REFUSED):
        return No(fault=fault)
    try:
        return read(reply.body)
    except NOT_READ as wrong:
        return Unknown(detail=f"QuickBooks' answer is not understood: {wrong!s:.200}")
