"""How does a person connect a tenant?  An operator's link, Intuit's consent, and back.

The company is known only when the browser comes back, so that is where another company, a company
of somebody else, or a foreign browser is turned away: before the code is spent, so that Intuit
gives no tokens for what is refused.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import SQLAlchemyError

from agents.gateway.pages import HEADERS, page
from agents.rules.tenant.connections import refusal
from agents.rules.waiting_words import capital
from schemas.catalog import encode
from schemas.facts import RequestTaken
from schemas.identity import tenant_lane
from schemas.requests import ConnectTenant
from streams.ports import Clock, Outbox
from streams.remotes.quickbooks.oauth import Declined, Exchange, Granted, NotKnown, NotSent
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections, RealmTakenError
from streams.secrets.invitations import LIFE, Invitations, Terms
from streams.topics import REQUESTS

log = logging.getLogger("isthmus.gateway")

#: One for each link that was started, since one person may connect several companies at once.
COOKIE = "isthmus_connect_{state}"
CALLBACK = "/oauth/callback"
ANEW = "Ask for a new link: isthmus connect TENANT."

#: Listens, from before it is sent, for what becomes of a request.
Awaited = Callable[[str], AbstractContextManager[Awaitable[RequestTaken]]]
#: How long a browser waits for it.
ANSWER_SECONDS = 5.0

_REALM = re.compile(r"[0-9]{1,30}")
_WORD = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPages:
    """The pages of connecting; `address` is where browsers reach this gateway.

    `awaited` listens for what a worker answers; None where nothing here follows the journal.
    """

    invitations: Invitations
    connections: Connections
    exchange: Exchange
    outbox: Outbox
    clock: Clock
    address: str
    awaited: Awaited | None = None

    async def shown(self, link: str) -> Response:
        """Say what a link is for; it is not used by looking, as programs of mail and chat do."""
        terms = await self.invitations.look(link)
        if terms is None:
            return _void()
        return page(
            f"Connect {terms.tenant} to QuickBooks",
            f"Isthmus will keep MediaOS at {terms.mediaos_base_url} and one QuickBooks company of "
            f"the {terms.environment} environment in step.",
            "Sign in as the company's Master Administrator on the page that follows.",
            button="Go on to QuickBooks",
        )

    async def started(self, link: str) -> Response:
        """Use a link, and send the browser to Intuit's page of consent."""
        started = await self.invitations.start(link)
        if started is None:
            return _void()
        where = await self.exchange.consent(started.state, self._callback)
        if isinstance(where, NotSent):
            return page("QuickBooks is not reached", where.detail, ANEW, status=502)
        answer = RedirectResponse(where, status_code=303, headers=HEADERS)
        answer.set_cookie(
            _cookie(started.state),
            started.browser,
            max_age=int(LIFE.total_seconds()),
            path=CALLBACK,
            secure=self.address.startswith("https:"),
            httponly=True,
            # It comes back from Intuit's site, as a navigation: "strict" would lose it.
            samesite="lax",
        )
        return answer

    async def returned(self, given: dict[str, str], browser: str) -> Response:
        """Take what Intuit sent back."""
        state = given.get("state", "")
        terms = await self.invitations.end(state, browser)
        if terms is None:
            return _void()
        try:
            return await self._judged(terms, given)
        finally:
            # What stays is of no use to anybody, and changes nothing of what was done.
            with suppress(SQLAlchemyError):
                await self.invitations.forget(state)

    async def _judged(self, terms: Terms, given: dict[str, str]) -> Response:
        if "error" in given:
            return _not_consented(given["error"])
        realm, code = given.get("realmId", ""), given.get("code", "")
        if not _REALM.fullmatch(realm) or not code:
            return page(
                "Not connected", "Intuit sent back no company or no code.", ANEW, status=400
            )
        reason = refusal(
            terms.tenants,
            terms.tenant,
            realm,
            another=terms.another,
            installation=terms.installation,
        )
        if reason is not None:
            return _refused(terms, reason)
        return await self._redeemed(terms, given["state"], realm, code)

    async def _redeemed(self, terms: Terms, state: str, realm: str, code: str) -> Response:
        began = self.clock.now()
        match await self.exchange.redeem(code, self._callback):
            case Granted() as granted:
                ends = began + timedelta(seconds=granted.expires_in_seconds)
                connection = _connection(terms, realm, granted, ends)
                return await self._kept(terms, state, connection)
            case Declined(reason=reason, detail=detail):
                why = f"Intuit gave no tokens: {detail or reason or 'without a reason'}."
                return page("Not connected", why, ANEW, status=502)
            case NotSent(detail=detail) | NotKnown(detail=detail):
                return page("Not connected", f"{detail}.", ANEW, status=502)

    async def _kept(self, terms: Terms, state: str, connection: Connection) -> Response:
        try:
            kept = await self.connections.keep(connection, state)
        except RealmTakenError as another:
            return _refused(terms, str(another))
        if kept is None:
            # Intuit is slow now and then; these tokens are kept nowhere.
            return _void()
        told = kept.told
        request = ConnectTenant(
            id=terms.request,
            tenant=terms.tenant,
            connection=told,
            another=terms.another,
            by=terms.by,
        )
        try:
            taken = await self._taken(request)
        except (KafkaError, OSError, TimeoutError) as fault:
            why = {"tenant": terms.tenant, "reason": type(fault).__name__}
            log.warning("connection not told to the engine", extra=why)
            return page("Not connected", "Isthmus' Kafka does not answer.", ANEW, status=503)
        if taken is not None and not taken.done:
            # Another admin's link came first, of which this one knew nothing when it was made.
            return _refused(terms, taken.detail)
        log.info("tenant connects", extra={"tenant": terms.tenant, "realm": told.realm})
        return _connected(terms.tenant, told.realm, is_taken=taken is not None)

    async def _taken(self, request: ConnectTenant) -> RequestTaken | None:
        """Return what a worker answered; None where none did yet, or nobody listens here."""
        key = tenant_lane(request.tenant).encode()
        listening = nullcontext() if self.awaited is None else self.awaited(request.id)
        with listening as answer:
            await self.outbox.send(REQUESTS.name, key, encode(request))
            if answer is None:
                return None
            with suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await answer
        return None

    @property
    def _callback(self) -> str:
        return f"{self.address}{CALLBACK}"


def routes(connecting: ConsentPages) -> APIRouter:
    """Return the addresses to serve."""
    router = APIRouter(include_in_schema=False)

    @router.get("/connect/{link}")
    async def shown(link: str) -> Response:
        return await _answered(connecting.shown(link))

    @router.post("/connect/{link}")
    async def started(link: str) -> Response:
        return await _answered(connecting.started(link))

    @router.get(CALLBACK)
    async def returned(request: Request) -> Response:
        given = dict(request.query_params)
        cookie = _cookie(given.get("state", ""))
        browser = request.cookies.get(cookie, "")
        answer = await _answered(connecting.returned(given, browser))
        answer.delete_cookie(cookie, path=CALLBACK)
        return answer

    return router


def _connection(terms: Terms, realm: str, granted: Granted, ends: datetime) -> Connection:
    return Connection(
        tenant=terms.tenant,
        realm=realm,
        environment=terms.environment,
        access_token=granted.access_token,
        refresh_token=granted.refresh_token,
        access_expires_at=ends,
        mediaos_base_url=terms.mediaos_base_url,
        mediaos_api_key=terms.mediaos_api_key,
        mediaos_api_password=terms.mediaos_api_password,
        version=terms.version,
        installation=terms.installation,
    )


async def _answered(work: Awaitable[Response]) -> Response:
    try:
        return await work
    except SQLAlchemyError as fault:
        log.warning("connections not reached", extra={"reason": type(fault).__name__})
        return page("Not now", "The store of connections does not answer.", ANEW, status=503)


def _cookie(state: str) -> str:
    told = hashlib.sha256(state.encode(errors="replace")).hexdigest()
    return COOKIE.format(state=told[:12])


def _void() -> Response:
    return page(
        "This link does not work",
        "It was used already, its quarter of an hour is over, a newer one was made, the tenant was "
        "disconnected, or this is another browser than the one that started.",
        ANEW,
        status=410,
    )


def _connected(tenant: str, realm: str, *, is_taken: bool) -> Response:
    soon = "" if is_taken else "A worker takes it up within seconds; "
    close = capital(f"{soon}you can close this page.")
    return page(f"{tenant} is connected", f"Company {realm} of QuickBooks. {close}")


def _refused(terms: Terms, reason: str) -> Response:
    log.warning("connection refused", extra={"tenant": terms.tenant})
    return page("Not connected", f"{terms.tenant}: {reason}.", ANEW, status=409)


def _not_consented(error: str) -> Response:
    if error == "access_denied":
        why = "QuickBooks was not allowed to connect: the consent was refused."
    else:
        word = error if _WORD.fullmatch(error) else "an error without a name"
        why = f"Intuit reports {word}."
    remedy = "Nothing was changed. Only the company's Master Administrator can consent."
    return page("Not connected", why, remedy, ANEW, status=403)
