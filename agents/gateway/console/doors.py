"""Where does a browser come in?  The routes of the console: login, logout, files, pages.

Without a token for anybody there is no console: each address answers 404 and says how to turn it
on.  Every page but the login is for who has logged in, and every form carries its session's secret.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter, Request, Response

from agents.gateway.bodies import RefusedError
from agents.gateway.console.access import PATH
from agents.gateway.console.entrance import Answer, Entrance, own_page
from agents.gateway.console.forms import Form, read_form
from agents.gateway.console.newcomers import Newcomers
from agents.gateway.console.rendering import Rendering
from agents.gateway.console.rooms import Rooms

Endpoint = Callable[[Request], Awaitable[Response]]


def routes(entrance: Entrance, rooms: Rooms) -> APIRouter:
    """Return the routes, to be included in the gateway."""
    router = APIRouter(prefix=PATH, include_in_schema=False)
    _doors(router, entrance)
    _add(router, "/t/{tenant}/events", _entered(entrance, rooms.events))
    for page in rooms.pages:
        address = f"/t/{{tenant}}/{page.path}".rstrip("/")
        _add(router, address, _entered(entrance, partial(rooms.shown, page)))
        if page.acts:
            _add(router, address, _entered(entrance, partial(rooms.done, page)), "POST")
    newcomers = Newcomers(rooms)
    _add(router, "/connect", _entered(entrance, newcomers.shown))
    _add(router, "/connect", _entered(entrance, newcomers.done), "POST")
    for address in ("", "/"):
        _add(router, address, _entered(entrance, rooms.home))
    _add(router, "/{path:path}", _entered(entrance, entrance.nowhere))
    return router


def routes_off(rendering: Rendering) -> APIRouter:
    """Return the routes of a console that is off."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    async def static(request: Request) -> Response:
        found = rendering.static.served(request.path_params["name"])
        return found or Response(status_code=404)

    async def off(_request: Request) -> Response:
        return rendering.page("off.html", "The console is off", {}, status=404)

    _add(router, "/static/{name}", static)
    _add(router, "", off)
    _add(router, "/{path:path}", off)
    return router


def _doors(router: APIRouter, entrance: Entrance) -> None:
    async def login(request: Request) -> Response:
        return entrance.login(to=own_page(request.query_params.get("to", PATH)))

    async def logged_in(request: Request) -> Response:
        try:
            return entrance.logged_in(request, await read_form(request))
        except RefusedError as refused:
            return entrance.login(to=PATH, fault=f"{refused}.", status=refused.status)

    async def logged_out(request: Request) -> Response:
        try:
            return entrance.logged_out(request, await read_form(request))
        except RefusedError:
            return entrance.logged_out(request, Form({}))

    async def static(request: Request) -> Response:
        found = entrance.rendering.static.served(request.path_params["name"])
        return found or await entrance.for_visitor(request, entrance.nowhere)

    _add(router, "/login", login)
    _add(router, "/login", logged_in, "POST")
    _add(router, "/logout", logged_out, "POST")
    _add(router, "/static/{name}", static)


def _entered(entrance: Entrance, answer: Answer) -> Endpoint:
    async def entered(request: Request) -> Response:
        return await entrance.for_visitor(request, answer)

    return entered


def _add(router: APIRouter, address: str, endpoint: Endpoint, method: str = "GET") -> None:
    # What the address names is read from the request, and not by the framework.
    async def answered(request: Request) -> Response:
        return await endpoint(request)

    router.add_api_route(address, answered, methods=[method])
