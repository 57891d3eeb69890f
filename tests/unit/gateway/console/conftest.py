"""The console over a gateway of its own, and browsers that keep cookies."""

import re

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI

from agents.gateway.console.compose import console_routes
from streams.console_grants import ConsoleGrant
from streams.settings import ProcessSettings
from tests.testing.simulated.clock import SimulatedClock

ANNA, OTTO, VERA = "a" * 32, "o" * 32, "v" * 32
GRANTS = (
    ConsoleGrant("anna", "admin", None, ANNA),
    ConsoleGrant("otto", "operator", "t1", OTTO),
    ConsoleGrant("vera", "viewer", "t1", VERA),
)
KEY = Fernet.generate_key().decode()


class Browser(httpx.AsyncClient):
    """Somebody's browser: follows no redirect unasked, keeps cookies as one does."""

    async def log_in(self, token, to="/console"):
        page = await self.get("/console/login", params={"to": to})
        form = {"secret": secret_of(page), "to": to, "token": token}
        return await self.post("/console/login", data=form)

    async def send(self, request, **options):
        answer = await super().send(request, **options)
        self.last = answer
        return answer


def secret_of(page):
    return re.search(r'name="secret" value="([^"]+)"', page.text)[1]


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def settings():
    def settings(**options):
        given = {"console_token": GRANTS, "token_key": (KEY,), **options}
        return ProcessSettings(**given)

    return settings


@pytest.fixture
def browser(settings, clock):
    def browser(app=None, *, address="127.0.0.1", **options):
        if app is None:
            app = FastAPI(redirect_slashes=False)
            app.include_router(console_routes(settings(**options), clock))
        transport = httpx.ASGITransport(app=app, client=(address, 1234))
        base = options.get("gateway_url", "http://gateway")
        return Browser(transport=transport, base_url=base)

    return browser
