"""How does a simulated MediaOS stand as one thing?

    simulator = MediaosSimulator(tenant="t1", ..., publish=publisher.publish)
    invoice = await simulator.people.create("invoices", {...})

``simulator.app`` is the ASGI application; what its admin side does is open to Python as
``people``, ``faults``, ``tampering``, ``book`` and ``requests``.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from streams.simulators.mediaos.account import Account, RequestSeen
from streams.simulators.mediaos.admin import Admin
from streams.simulators.mediaos.api import refused, routes
from streams.simulators.mediaos.book import Book
from streams.simulators.mediaos.faults import Faults
from streams.simulators.mediaos.gate import Gate
from streams.simulators.mediaos.outbox import Outbox, Publish, Sleep
from streams.simulators.mediaos.people import People
from streams.simulators.mediaos.refusals import Refusal
from streams.simulators.mediaos.settings import SimulatorSettings
from streams.simulators.mediaos.tampering import Tampering


class MediaosSimulator:
    """One MediaOS account over HTTP, with its people and its faults."""

    def __init__(
        self,
        *,
        tenant: str,
        now: Callable[[], datetime],
        settings: SimulatorSettings,
        api_key: str,
        api_password: str,
        admin_token: str,
        publish: Publish,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        gate = Gate(
            key=api_key,
            password=api_password,
            limit=settings.requests_per_window,
            window=timedelta(hours=settings.window_hours),
            now=now,
        )
        self._outbox = Outbox(
            publish,
            sleep=sleep,
            patience=settings.publish_patience_seconds,
            retry=settings.publish_retry_seconds,
        )
        account = Account(tenant=tenant, now=now, settings=settings, gate=gate, outbox=self._outbox)
        self._account = account
        self.people = People(account)
        self.tampering = Tampering(account.book)
        admin = Admin(
            account=account, people=self.people, tampering=self.tampering, token=admin_token
        )
        self.app = Starlette(
            routes=[*admin.routes(), *routes(account)],
            exception_handlers={HTTPException: _no_such_way},
        )
        # A redirect would answer a write without a body that says why.
        self.app.router.redirect_slashes = False

    @property
    def book(self) -> Book:
        """The book, to look into."""
        return self._account.book

    @property
    def faults(self) -> Faults:
        """The faults, to arm."""
        return self._account.faults

    @property
    def requests(self) -> list[RequestSeen]:
        """Every request to the API so far, in the order of the answers."""
        return self._account.requests

    @property
    def unpublished(self) -> int:
        """How many changes Kafka does not have yet."""
        return len(self._outbox)

    async def close(self) -> None:
        """Stop publishing."""
        await self._outbox.close()


async def _no_such_way(request: Request, fault: Exception) -> Response:
    if isinstance(fault, HTTPException) and fault.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        refusal = Refusal(405, "method_not_allowed", "This path does not take this method.")
        refusal.headers["allow"] = _methods(request)
        return refused(refusal)
    # Another code than that of a record that is not there: who looks one up must not take this
    # for an answer.
    message = "There is no such path; collections end in a slash, as in /invoices/."
    return refused(Refusal(404, "no_such_path", message))


def _methods(request: Request) -> str:
    # Each method of a path is a route of its own, and knows of no other.
    found = (
        route.methods or ()
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
    )
    return ", ".join(sorted({method for methods in found for method in methods}))
