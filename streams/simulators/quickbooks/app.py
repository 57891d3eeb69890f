"""How is the simulated QuickBooks Online put together and served?

`QboSimulator.app` is the whole server; the attributes beside it reach the same state from the same
process, so a test needs no socket.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Self

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from streams.simulators.quickbooks.admin import (
    FAULT_ACTIONS,
    PERSON_ACTIONS,
    TAMPER_ACTIONS,
    Action,
    AdminPages,
)
from streams.simulators.quickbooks.api import answer
from streams.simulators.quickbooks.book import Book, Change, Record
from streams.simulators.quickbooks.clock import Now, VirtualClock, second_stamp, wall_clock
from streams.simulators.quickbooks.company import Company
from streams.simulators.quickbooks.faults import Faults
from streams.simulators.quickbooks.gateway import unauthenticated, unauthorised
from streams.simulators.quickbooks.hangup import SilentReply, with_hang_up
from streams.simulators.quickbooks.oauth import OAuthPages
from streams.simulators.quickbooks.person import Person
from streams.simulators.quickbooks.reply import Call, HungUp, Reply
from streams.simulators.quickbooks.sample import lay_out
from streams.simulators.quickbooks.settings import SimulatorSettings
from streams.simulators.quickbooks.tamper import Tamper
from streams.simulators.quickbooks.tokens import Tokens
from streams.simulators.quickbooks.webhooks import Webhooks


class QboSimulator:
    """A QuickBooks Online with one or more companies; the first is the default of every method."""

    def __init__(
        self,
        *,
        admin_token: str,
        client_id: str,
        client_secret: str,
        verifier_token: str,
        realm: str = "9130350000000001",
        now: Now = wall_clock,
        settings: SimulatorSettings | None = None,
        webhook_url: str | None = None,
        webhook_transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        new_token: Callable[[], str] = lambda: secrets.token_urlsafe(24),
    ) -> None:
        self.realm = realm
        self.now = now
        self.settings = settings or SimulatorSettings()
        #: Every request received, oldest first: method, path, params, requestid, status, at.
        self.requests: list[dict[str, Any]] = []
        self._sleep = sleep
        self._new_token = new_token
        self._companies: dict[str, Company] = {}
        self.tokens = Tokens(now, self._current, new_token)
        self.webhooks = Webhooks(
            url=webhook_url,
            verifier_token=verifier_token,
            settings=self._current,
            now=now,
            new_token=new_token,
            sleep=sleep,
            lookup=self._lookup,
            transport=webhook_transport,
        )
        self.add_company(realm)
        self.app = self._assemble(admin_token, client_id, client_secret)

    @property
    def person(self) -> Person:
        """Somebody at work in the first company."""
        return self.company().person

    @property
    def faults(self) -> Faults:
        """What goes wrong next in the first company."""
        return self.company().faults

    @property
    def tamper(self) -> Tamper:
        """Silent damage to the first company's book."""
        return self.company().tamper

    @property
    def book(self) -> Book:
        """The first company's book."""
        return self.company().book

    def company(self, realm: str | None = None) -> Company:
        """Return a company. KeyError where there is none."""
        return self._companies[realm or self.realm]

    def add_company(self, name: str) -> None:
        """Open the empty books of one more company, whose realm is called so."""
        if name in self._companies:
            raise ValueError(f"realm {name} exists already; choose another")
        self._companies[name] = Company(
            name, now=self.now, settings=self._current, report=self.webhooks.add
        )

    def grant(self, realm: str | None = None) -> dict[str, Any]:
        """Return a token response for a realm, as if its administrator had consented (1.1)."""
        return self.tokens.grant(self.company(realm).realm)

    def change_settings(self, changes: dict[str, Any]) -> None:
        """Turn switches of :class:`SimulatorSettings`. ValueError for a bad one."""
        unknown = changes.keys() - asdict(self.settings).keys()
        if unknown:
            raise ValueError(f"no setting {', '.join(sorted(unknown))}")
        self.settings = msgspec.convert(
            asdict(self.settings) | changes, SimulatorSettings, strict=False
        )

    async def start(self) -> None:
        """Begin to send webhooks in the background."""
        await self.webhooks.start()

    async def stop(self) -> None:
        """Stop sending webhooks."""
        await self.webhooks.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _current(self) -> SimulatorSettings:
        return self.settings

    def _lookup(self, change: Change) -> Record | None:
        return self.company(change.realm).book.find(change.kind, change.id)

    def _assemble(self, admin_token: str, client_id: str, client_secret: str) -> ASGIApp:
        oauth = OAuthPages(
            tokens=self.tokens,
            client_id=client_id,
            client_secret=client_secret,
            realm=self.realm,
            settings=self._current,
        )
        admin = AdminPages(
            admin_token=admin_token,
            actions=self._actions,
            views={
                "book": lambda realm: self.company(realm).book.everything(),
                "requests": lambda realm: [
                    one for one in self.requests if realm is None or f"/{realm}/" in one["path"]
                ],
            },
        )
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        accounting = Route("/v3/company/{realm}/{path:path}", self._accounting, methods=methods)
        return with_hang_up(Starlette(routes=[*oauth.routes(), *admin.routes(), accounting]))

    async def _accounting(self, request: Request) -> Response:
        call = await _call(request)
        entry = self._noted(call, request.url.path)
        try:
            reply = await self._answered(call)
        except HungUp:
            return SilentReply()
        entry["status"] = reply.status
        headers = {
            **reply.headers,
            "intuit_tid": self._new_token(),
            "qbo-version": "1944.190",
            "service-time": "total=1, db=1",
        }
        return Response(reply.body, reply.status, headers)

    async def _answered(self, call: Call) -> Reply:
        realm = self.tokens.realm_of(call.bearer)
        if realm is None:
            return unauthenticated(call, self.now())
        if realm != call.realm:
            return unauthorised(self.now())
        return await answer(call, self.company(realm), self._sleep)

    def _noted(self, call: Call, path: str) -> dict[str, Any]:
        entry = {
            "method": call.method,
            "path": path,
            "params": dict(call.params),
            "requestid": call.params.get("requestid"),
            "status": None,
            "at": second_stamp(self.now()),
        }
        self.requests.append(entry)
        return entry

    def _actions(self, realm: str | None) -> dict[str, Action]:
        company = self.company(realm)
        groups: dict[str, tuple[object, tuple[str, ...]]] = {
            "person": (company.person, PERSON_ACTIONS),
            "tamper": (company.tamper, TAMPER_ACTIONS),
            "faults": (company.faults, FAULT_ACTIONS),
            "tokens": (self.tokens, ("expire_access",)),
            "webhooks": (self.webhooks, ("misbehave",)),
        }
        actions = {
            f"{group}/{name}": getattr(owner, name)
            for group, (owner, names) in groups.items()
            for name in names
        }
        if isinstance(self.now, VirtualClock):
            actions["clock/advance"] = self.now.advance
        return actions | {
            "grant": lambda: self.grant(realm),
            "tokens/revoke": lambda: self.tokens.revoke_realm(company.realm),
            "companies/add": self.add_company,
            "companies/fill": lambda: lay_out(company.book, company.person),
            "settings": self.change_settings,
        }


async def _call(request: Request) -> Call:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return Call(
        method=request.method,
        realm=request.path_params["realm"],
        path=request.path_params["path"].lower(),
        params=dict(request.query_params),
        body=await request.body(),
        bearer=bearer if scheme.lower() == "bearer" else "",
        content_type=request.headers.get("content-type", ""),
        accept=request.headers.get("accept", "*/*"),
    )
