"""Where does a browser come in?  The routes of the console: login, logout, files, pages.

Without a token for anybody there is no console: each address answers 404 and says how to turn it
on.  Every page but the login is for who has logged in, and every form carries its session's secret.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from agents.gateway.bodies import RefusedError
from agents.gateway.console.access import KNOCK, PATH, SESSION, Access, Visitor
from agents.gateway.console.forms import Form, read_form
from agents.gateway.console.rendering import Rendering
from agents.gateway.console.sessions import Knock, is_same

WRONG = "No login has this token. Ask whoever runs Isthmus for yours."
TOO_OFTEN = "Too many wrong tokens. Try again in {seconds} seconds."
STALE = "This form was open for too long, or comes from elsewhere. Nothing was done: try again."

Answer = Callable[[Request, Visitor], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The console's answers; `new_secret` makes what nobody guesses."""

    access: Access
    rendering: Rendering
    new_secret: Callable[[], str]

    def login(self, _request: Request, *, to: str, fault: str = "", status: int = 200) -> Response:
        """Return the form by which one logs in, to go on to a page afterwards."""
        secret = self.new_secret()
        given = {"secret": secret, "to": to, "fault": fault}
        answer = self.rendering.page("login.html", "Log in", given, status=status)
        self.access.remember(answer, KNOCK, self.access.seal.seal(Knock(secret=secret)))
        return answer

    def logged_in(self, request: Request, form: Form) -> Response:
        """Take a token, and begin a session."""
        to = own_page(form.one("to"))
        if not self.access.may_knock(request, form):
            return self.login(request, to=to, fault=STALE, status=400)
        if seconds := self.access.wait_seconds(request):
            fault = TOO_OFTEN.format(seconds=seconds)
            answer = self.login(request, to=to, fault=fault, status=429)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        session = self.access.let_in(request, form.one("token"))
        if session is None:
            return self.login(request, to=to, fault=WRONG, status=403)
        answer = self.rendering.sent_to(to)
        self.access.remember(answer, SESSION, self.access.sessions.sealed(session))
        self.access.forget(answer, KNOCK)
        return answer

    def logged_out(self, visitor: Visitor | None, form: Form) -> Response:
        """End a session."""
        answer = self.rendering.sent_to(f"{PATH}/login")
        if visitor is not None and is_same(form.one("secret"), visitor.session.secret):
            self.access.sessions.end(visitor.session)
            self.access.forget(answer, SESSION)
        return answer

    async def for_visitor(self, request: Request, answered: Answer) -> Response:
        """Return a page for who has logged in, with its session renewed; else the way in."""
        visitor = self.access.visitor(request)
        if visitor is None:
            return self.rendering.sent_to(f"{PATH}/login?to={_asked(request)}")
        answer = await answered(request, visitor)
        if (renewed := self.access.sessions.renewed(visitor.session)) is not None:
            self.access.remember(answer, SESSION, self.access.sessions.sealed(renewed))
        return answer

    async def home(self, _request: Request, visitor: Visitor) -> Response:
        """Return what one may look at."""
        return self.rendering.page("home.html", "Tenants", self.of(visitor))

    async def nowhere(self, _request: Request, visitor: Visitor) -> Response:
        """Say that there is no such page, or none for this person."""
        return self.rendering.page("nowhere.html", "No such page", self.of(visitor), status=404)

    def of(self, visitor: Visitor) -> dict[str, object]:
        """Return what the layout tells of who has logged in."""
        return {"person": visitor.person, "secret": visitor.session.secret}


def routes(console: Console) -> APIRouter:
    """Return the routes, to be included in the gateway."""
    router = APIRouter(prefix=PATH, include_in_schema=False)
    _doors(router, console)

    @router.get("")
    @router.get("/")
    async def home(request: Request) -> Response:
        return await console.for_visitor(request, console.home)

    @router.get("/{_path:path}")
    async def nowhere(request: Request, _path: str) -> Response:
        return await console.for_visitor(request, console.nowhere)

    return router


def _doors(router: APIRouter, console: Console) -> None:
    @router.get("/login")
    async def login(request: Request, to: str = PATH) -> Response:
        return console.login(request, to=own_page(to))

    @router.post("/login")
    async def logged_in(request: Request) -> Response:
        try:
            return console.logged_in(request, await read_form(request))
        except RefusedError as refused:
            return console.login(request, to=PATH, fault=f"{refused}.", status=refused.status)

    @router.post("/logout")
    async def logged_out(request: Request) -> Response:
        form = await _form(request)
        return console.logged_out(console.access.visitor(request), form)

    @router.get("/static/{name}")
    async def static(request: Request, name: str) -> Response:
        found = console.rendering.static.served(name)
        return found or await console.for_visitor(request, console.nowhere)


async def _form(request: Request) -> Form:
    try:
        return await read_form(request)
    except RefusedError:
        return Form({})


def routes_off(rendering: Rendering) -> APIRouter:
    """Return the routes of a console that is off."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        return rendering.static.served(name) or Response(status_code=404)

    @router.get("")
    @router.get("/{_path:path}")
    async def off() -> Response:
        return rendering.page("off.html", "The console is off", {}, status=404)

    return router


def _asked(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}", safe="/")


def own_page(address: str) -> str:
    """Return a page of the console to go on to; the first one for any other address."""
    fine = address == PATH or address.startswith(f"{PATH}/")
    clear = address.isprintable() and "\\" not in address and "//" not in address
    return address if fine and clear and not address.startswith(f"{PATH}/login") else PATH
