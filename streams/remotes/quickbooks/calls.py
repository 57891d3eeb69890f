"""How does one call reach QuickBooks, and what is known when no answer comes?

What was surely not sent is a refusal (weather, status 0); what may have been sent and has no answer
is Unknown.  The budget's gate and the age of an attempt come right before the first byte: a
token, a connection or a place may have kept many calls waiting, which must not leave all at once,
or longer than their attempts are good for.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from schemas.outcomes import Fault, No, TooLate, Unknown
from streams.budgets import Budget, Departure, Places
from streams.ports import Clock
from streams.remotes.answers import ACCEPTED, TooLargeError, answered
from streams.remotes.quickbooks.faults import (
    FORBIDDEN,
    TOO_MANY,
    UNAUTHORISED,
    not_accepted,
    over_budget,
    throttled,
    unreachable,
)
from streams.remotes.quickbooks.tokens import Tokens
from streams.remotes.quickbooks.wire import Request
from streams.remotes.quickbooks.wire_replies import SERVER_ERROR, Reply
from streams.secrets.connection import Connection
from streams.tracing import span

log = logging.getLogger(__name__)

#: Calls under way at once per company, the older of Intuit's two statements (4); a worker has the
#: same part of them as of the budget.
AT_ONCE = 10
#: How long a call waits after a 429 that does not say (4).
WAIT_SECONDS = 60.0
#: Where HTTP's refusals begin; QuickBooks also answers 200 with a fault (3.1), which is short.
REFUSED, LONGEST_REFUSAL = 400, 2_000
#: Renewals without one accepted call; after them nobody renews because of a 401.
RENEWALS = 2
#: What the second sending after a renewed token may wait for its place, and any at the gate.
PATIENCE_SECONDS = 5.0
#: httpcore's events right before the first byte of a request, and right after the last.
FIRST_BYTE, LAST_BYTE = "http11.send_request_headers.started", "http11.send_request_body.complete"
#: Intuit's id of a call, by which its support finds it.
TID = "intuit_tid"

#: Reads do not grow too old.
FOR_EVER = datetime.max.replace(tzinfo=UTC)
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _OverdueError(Exception):
    """The first byte is due later than it may be."""


class _KeptBackError(Exception):
    """The gate was closed after the call had its place, for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Calls:
    """Calls of every tenant, each within its budget and with its token."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        tokens: Tokens,
        new_budget: Callable[[], Budget],
        clock: Clock,
        timeout: httpx.Timeout,
    ) -> None:
        self._http = http
        self._timeout = timeout
        self._tokens = tokens
        self._clock = clock
        self._budgets: defaultdict[str, Budget] = defaultdict(new_budget)
        #: By tenant the versions whose token was refused, since the last call that was accepted.
        self._dead: defaultdict[str, set[int]] = defaultdict(set)
        self._places: dict[str, Places] = {}

    def budget(self, tenant: str) -> Budget:
        """Return what a tenant may spend."""
        return self._budgets[tenant]

    def budgets(self) -> Mapping[str, Budget]:
        """Return what each tenant may spend of whom it was asked yet."""
        return self._budgets

    async def send(self, tenant: str, request: Request) -> Reply | No | Unknown:
        """Send a request whose age does not matter: a read."""
        answer = await self.send_before(tenant, request, FOR_EVER)
        return Unknown(detail="never sent") if isinstance(answer, TooLate) else answer

    async def send_before(
        self, tenant: str, request: Request, not_after: datetime
    ) -> Reply | No | Unknown | TooLate:
        """Send a request that has its place in the budget, and again when its token is spent."""
        connection = await self._present(tenant)
        if isinstance(connection, Fault):
            return No(fault=connection)
        answer = await self._send(connection, request, not_after)
        if not isinstance(answer, Reply) or answer.status != UNAUTHORISED:
            return answer
        renewed = await self._tokens.renewed(tenant, connection.version)
        if isinstance(renewed, Fault):
            return No(fault=renewed)
        wait = await self.budget(tenant).acquire(PATIENCE_SECONDS)
        if wait:
            return No(fault=over_budget(wait))
        return await self._send(renewed, request, not_after)

    async def _present(self, tenant: str) -> Connection | Fault:
        """Return the connection to call with: never one whose token is known to be dead.

        Unless renewing has not helped: then the call is what finds out that it is accepted again.
        """
        found = await self._tokens.current(tenant)
        if isinstance(found, Fault) or found.version not in self._dead[tenant]:
            return found
        if self._renewed_in_vain(tenant):
            return found
        return await self._tokens.renewed(tenant, found.version)

    def _renewed_in_vain(self, tenant: str) -> bool:
        return len(self._dead[tenant]) > RENEWALS

    async def _send(
        self, connection: Connection, request: Request, not_after: datetime
    ) -> Reply | No | Unknown | TooLate:
        try:
            with span("call quickbooks", **_called(connection, request)) as at:
                async with self._place(connection.tenant):
                    response = await self._exchanged(connection, request, not_after)
                at.note(status=response.status_code, tid=response.headers.get(TID))
        except _OverdueError:
            return TooLate()
        except _KeptBackError as kept_back:
            return No(fault=over_budget(kept_back.seconds))
        except NOTHING_SENT as fault:
            log.debug("quickbooks not reached", extra=_called(connection, request))
            return No(fault=unreachable(f"QuickBooks: {type(fault).__name__}"))
        except TooLargeError as fault:
            log.debug("quickbooks' answer cut off", extra=_called(connection, request))
            return Unknown(detail=f"QuickBooks: {fault}")
        except httpx.RequestError as fault:
            log.debug("quickbooks did not answer", extra=_called(connection, request))
            return Unknown(detail=f"no answer from QuickBooks: {type(fault).__name__}")
        return self._noted(connection, request, response)

    def _place(self, tenant: str) -> Places:
        if tenant not in self._places:
            budget = self.budget(tenant)
            self._places[tenant] = Places(lambda: max(1, int(AT_ONCE * budget.share)))
        return self._places[tenant]

    async def _exchanged(
        self, connection: Connection, request: Request, not_after: datetime
    ) -> httpx.Response:
        departure = Departure()

        async def trace(event: str, _: object) -> None:
            if event == FIRST_BYTE:
                await self._depart(connection.tenant, departure)
                self._check(not_after)
            elif event == LAST_BYTE:
                self.budget(connection.tenant).sent(departure)

        # Once before as well: a transport without a socket has no such event.
        self._check(not_after)
        made = self._http.build_request(
            request.method,
            f"/v3/company/{connection.realm}{request.path}",
            params=dict(request.params),
            content=request.body,
            headers=_headers(connection, request),
            timeout=self._timeout,
            extensions={"trace": trace},
        )
        response = await answered(self._http, made)
        self.budget(connection.tenant).answered(departure)
        return response

    async def _depart(self, tenant: str, departure: Departure) -> None:
        if wait := await self.budget(tenant).pass_gate(PATIENCE_SECONDS, departure):
            raise _KeptBackError(wait)

    def _check(self, not_after: datetime) -> None:
        if self._clock.now() > not_after:
            raise _OverdueError

    def _note_token(self, connection: Connection, status: int) -> None:
        if status == UNAUTHORISED:
            self._dead[connection.tenant].add(connection.version)
        elif status not in {FORBIDDEN, TOO_MANY} and status < SERVER_ERROR:
            self._dead[connection.tenant].clear()

    def _noted(
        self, connection: Connection, request: Request, response: httpx.Response
    ) -> Reply | No:
        answer = {"status": response.status_code, "tid": response.headers.get(TID)}
        said: dict[str, Any] = {**_called(connection, request), **answer}
        log.debug("quickbooks answered", extra=said)
        reply = Reply(
            status=response.status_code,
            body=response.content,
            headers=dict(response.headers),
            realm=connection.realm,
            version=connection.journaled,
        )
        fault = reply.fault if _is_short(reply) else None
        if fault is not None and throttled(fault):
            asked = fault.retry_after_seconds
            self.budget(connection.tenant).back_off(WAIT_SECONDS if asked is None else asked)
            log.warning("quickbooks says too many calls", extra={**said, "waits": asked})
        self._note_token(connection, reply.status)
        if reply.status == UNAUTHORISED and self._renewed_in_vain(connection.tenant):
            return No(fault=not_accepted(connection.journaled))
        return reply


def _called(connection: Connection, request: Request) -> dict[str, Any]:
    """Return which call it is, for the log: no query and no body, which hold names."""
    call = f"{request.method} {request.path}"
    return {"tenant": connection.tenant, "call": call, "request": request.params.get("requestid")}


def _is_short(reply: Reply) -> bool:
    """Tell whether an answer may be a refusal: only a success is ever long."""
    return reply.status >= REFUSED or len(reply.body) < LONGEST_REFUSAL


def _headers(connection: Connection, request: Request) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {connection.access_token}",
        # Without it QuickBooks answers in XML (2.1).
        "Accept": "application/json",
        **ACCEPTED,
    }
    return headers | {"Content-Type": request.content_type} if request.body else headers
