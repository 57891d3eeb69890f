"""How does Isthmus talk to MediaOS?  The `Remote` over HTTP, one account per tenant.

What was surely not sent is a refusal (weather, status 0); what may have been sent and has no answer
is Unknown.  The age of an attempt is looked at once more right before its first byte: waiting for a
connection may have taken longer than the attempt is good for.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import httpx

from schemas.commands import Command, Create
from schemas.kinds import marker_of
from schemas.outcomes import Answer, No, TooLate, Unknown
from schemas.values import Kind, MappingKind
from streams.ports import Clock, Reading, Source
from streams.remotes.answers import ACCEPTED, TooLargeError, answered, retry_after
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.catalogs import CATALOGS, source_shown
from streams.remotes.mediaos.faults import own_fault
from streams.remotes.mediaos.replies import (
    Page,
    Reply,
    as_reading,
    outcome,
    page_listed,
    page_of,
    reading,
)
from streams.remotes.mediaos.wire import (
    Request,
    build,
    list_request,
    page_request,
    read_request,
)
from streams.remotes.mediaos.wire_writing import UnsendableError
from streams.tracing import span

log = logging.getLogger(__name__)

T = TypeVar("T")

#: Base URL, API key and API password of a tenant; LookupError when it is not connected.
AccountOf = Callable[[str], Awaitable[tuple[str, str, str]]]

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
TOO_MANY = 429
#: httpcore's event right before the first byte of a request.
FIRST_BYTE = "http11.send_request_headers.started"


class _OverdueError(Exception):
    """The first byte is due later than it may be."""


class MediaosClient:
    """The MediaOS side of every tenant."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        account: AccountOf,
        clock: Clock,
        budget: Callable[[], DailyBudget],
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        """Take the connections, who a tenant is there, the time, and what makes a budget."""
        self._http = http
        self._account = account
        self._clock = clock
        self._new_budget = budget
        self._timeout = timeout
        self._budgets: dict[str, DailyBudget] = {}

    def budget(self, tenant: str) -> DailyBudget:
        """Return what a tenant's account may still spend."""
        if tenant not in self._budgets:
            self._budgets[tenant] = self._new_budget()
        return self._budgets[tenant]

    def budgets(self) -> Mapping[str, DailyBudget]:
        """Return what each tenant may spend of whom it was asked yet."""
        return self._budgets

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place for one call of a lane: see streams.ports.Remote."""
        return await self.budget(tenant).acquire(patience_seconds)

    async def carry_out(self, tenant: str, command: Command, not_after: datetime) -> Answer:
        """Send a command once, unless its first byte is due later than `not_after`."""
        try:
            request = build(command)
        except UnsendableError as wrong:
            # 422 is what MediaOS itself would say to it.
            return No(fault=own_fault(422, "not_writable", str(wrong), field=wrong.field))
        try:
            reply = await self._send(tenant, request, not_after)
        except _OverdueError:
            return TooLate()
        if not isinstance(reply, Reply):
            return reply
        target = "" if isinstance(command, Create) else command.target
        return outcome(command.kind, reply, self._clock.now(), target)

    async def read(self, tenant: str, kind: Kind, record_id: str) -> Reading | No | Unknown:
        """Read one record by its id; a deleted or unknown one is a Reading without record."""
        began = self._clock.now()
        reply = await self._send(tenant, read_request(kind, record_id))
        return reading(kind, record_id, reply, began) if isinstance(reply, Reply) else reply

    async def look(self, tenant: str, command: Create) -> tuple[Reading, ...] | No | Unknown:
        """Find what a create may have made: the live records that carry its reference."""
        reference = marker_of(command.record)
        if not reference:
            why = "only a create that carries an external reference can be looked for"
            return No(fault=own_fault(422, "nothing_to_look_for", why, field="marker"))
        # A place is noted and not waited for: the caller waited for that of the write.
        filters = {"external_reference": reference}
        return await self._records(tenant, command.kind, filters, self._noted, deleted=False)

    async def list_all(
        self, tenant: str, kind: Kind, *, deleted: bool = False, **filters: str
    ) -> tuple[Reading, ...] | No | Unknown:
        """Read every record of a kind that the contract's filters let through.

        Leaves the budget's reserve alone: when only that is left, the answer is a No of code
        `budget_spent` that says when to come back.
        """
        return await self._records(tenant, kind, filters, self._admitted, deleted=deleted)

    async def sources(self, tenant: str, kind: MappingKind) -> tuple[Source, ...] | No | Unknown:
        """Read all of a list that is mapped: see streams.ports.SourceLists."""
        name = CATALOGS[kind]
        return await self._pages(
            tenant,
            lambda page: page_request(name, {}, page),
            lambda reply, _: page_listed(name, source_shown, reply),
            self._admitted,
        )

    async def first_page(
        self, tenant: str, kind: Kind
    ) -> tuple[tuple[Reading, ...], int] | No | Unknown:
        """Return a list's first page, deleted records too, and how many there are in all."""
        if (refused := await self._admitted(tenant)) is not None:
            return refused
        began = self._clock.now()
        reply = await self._send(tenant, list_request(kind, {}, 1))
        page = _readings(kind, reply, began) if isinstance(reply, Reply) else reply
        return page if isinstance(page, No | Unknown) else (page.found, page.count)

    async def _records(
        self,
        tenant: str,
        kind: Kind,
        filters: Mapping[str, str],
        place: Callable[[str], Awaitable[No | None]],
        *,
        deleted: bool,
    ) -> tuple[Reading, ...] | No | Unknown:
        readings = await self._pages(
            tenant,
            lambda page: list_request(kind, filters, page),
            partial(_readings, kind),
            place,
        )
        if isinstance(readings, No | Unknown):
            return readings
        return tuple(each for each in readings if deleted or each.record is not None)

    async def _pages(
        self,
        tenant: str,
        asked: Callable[[int], Request],
        read: Callable[[Reply, datetime], Page[T] | No | Unknown],
        place: Callable[[str], Awaitable[No | None]],
    ) -> tuple[T, ...] | No | Unknown:
        """Return all that a list holds, of pages that are `asked` for by number."""
        found: list[T] = []
        count = 1
        number = 0
        while len(found) < count:
            number += 1
            if (refused := await place(tenant)) is not None:
                return refused
            began = self._clock.now()
            reply = await self._send(tenant, asked(number))
            page = read(reply, began) if isinstance(reply, Reply) else reply
            if isinstance(page, No | Unknown):
                return page
            if not page.found:
                break
            count = page.count
            found += page.found
        return tuple(found)

    async def _noted(self, tenant: str) -> No | None:
        self.budget(tenant).spend()
        return None

    async def _admitted(self, tenant: str) -> No | None:
        seconds = await self.budget(tenant).acquire(0.0, listing=True)
        if seconds == 0:
            return None
        why = f"the account's calls of this day are spent; the next in {seconds:.0f} s"
        return No(fault=own_fault(TOO_MANY, "budget_spent", why, retry_after_seconds=seconds))

    async def _send(
        self, tenant: str, request: Request, not_after: datetime | None = None
    ) -> Reply | No | Unknown:
        """Send once; raises _OverdueError before the first byte when that is due too late."""
        try:
            base_url, key, password = await self._account(tenant)
        except LookupError:
            why = f"tenant {tenant} has no MediaOS account: connect it first"
            return No(fault=own_fault(401, "not_connected", why))
        in_time = self._in_time(not_after)
        await in_time(FIRST_BYTE, None)
        try:
            made = self._http.build_request(
                request.method,
                base_url.rstrip("/") + request.path,
                params=request.params or None,
                headers={**ACCEPTED, **request.headers},
                content=request.body,
                timeout=self._timeout,
                extensions={"trace": in_time},
            )
            with span("call mediaos", **_called(tenant, request)) as at:
                answer = await answered(self._http, made, auth=httpx.BasicAuth(key, password))
                at.note(status=answer.status_code)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            log.debug("mediaos not reached", extra=_called(tenant, request))
            return No(fault=own_fault(0, "unreachable", type(fault).__name__))
        except (httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as fault:
            why = f"the MediaOS base URL of tenant {tenant} is none: {type(fault).__name__}"
            return No(fault=own_fault(0, "bad_base_url", why, field="base_url"))
        except TooLargeError as fault:
            log.debug("mediaos' answer cut off", extra=_called(tenant, request))
            return Unknown(detail=f"MediaOS: {fault}")
        except httpx.RequestError as fault:
            log.debug("mediaos did not answer", extra=_called(tenant, request))
            return Unknown(detail=f"MediaOS did not answer: {type(fault).__name__}")
        log.debug(
            "mediaos answered", extra={**_called(tenant, request), "status": answer.status_code}
        )
        return self._noticed(tenant, answer, (key, password))

    def _noticed(self, tenant: str, answer: httpx.Response, secrets: tuple[str, str]) -> Reply:
        reply = Reply(
            status=answer.status_code,
            body=answer.content,
            headers=answer.headers,
            secrets=secrets,
        )
        if answer.status_code == TOO_MANY:
            self.budget(tenant).refused(retry_after(reply.headers))
        else:
            self.budget(tenant).answered()
        return reply

    def _in_time(self, not_after: datetime | None) -> Callable[[str, Any], Awaitable[None]]:
        async def trace(event: str, _: Any) -> None:
            if event == FIRST_BYTE and not_after is not None and self._clock.now() > not_after:
                raise _OverdueError

        return trace


def _called(tenant: str, request: Request) -> dict[str, Any]:
    """Return which call it is, for the log: no query and no body, which hold names."""
    call = f"{request.method} {request.path}"
    return {"tenant": tenant, "call": call, "request": request.headers.get("idempotency-key")}


def _readings(kind: Kind, reply: Reply, began: datetime) -> Page[Reading] | No | Unknown:
    """Return what one page of a list of records showed, as it was read at that time."""
    page = page_of(kind, reply)
    if isinstance(page, No | Unknown):
        return page
    return Page(found=tuple(as_reading(each, began) for each in page.found), count=page.count)
