"""How is the console put together?  From the settings; off where nobody has a token."""

import secrets

from fastapi import APIRouter

from agents.gateway.console.access import Access
from agents.gateway.console.doors import Console, routes, routes_off
from agents.gateway.console.login_limit import LoginLimit
from agents.gateway.console.people import People
from agents.gateway.console.rendering import Rendering
from agents.gateway.console.sessions import Seal, Sessions
from streams.ports import Clock
from streams.settings import ProcessSettings


def console_routes(settings: ProcessSettings, clock: Clock) -> APIRouter:
    """Return the console's routes, to be included in the gateway."""
    rendering = Rendering(secure=settings.gateway_address.startswith("https:"))
    if not settings.console_token:
        return routes_off(rendering)
    seal = Seal(settings.token_key)
    access = Access(
        people=People(settings.console_token),
        sessions=Sessions(seal, clock.now, _new_secret),
        seal=seal,
        limit=LoginLimit(clock.monotonic),
        secure=rendering.secure,
    )
    return routes(Console(access=access, rendering=rendering, new_secret=_new_secret))


def _new_secret() -> str:
    return secrets.token_urlsafe(24)
