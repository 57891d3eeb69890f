"""How does somebody come in, and go?  The login and its answers; what is for who has logged in."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request, Response

from agents.gateway.console.access import KNOCK, PATH, SESSION, Access, Visitor
from agents.gateway.console.form_ids import marked, new_showing, showing_of
from agents.gateway.console.forms import Form
from agents.gateway.console.rendering import Rendering
from agents.gateway.console.sessions import Knock, Told

log = logging.getLogger("isthmus.console")

WRONG = "No login has this token. Ask whoever runs Isthmus for yours."
TOO_OFTEN = "Too many wrong tokens. Try again in {seconds} seconds."
STALE = "This form was open for too long, or comes from elsewhere. Nothing was done: try again."
TOO_LATE = "Your login had ended before this came in. Nothing was done: do it again."

#: Says that a page refreshes itself.
LIVE = "x-isthmus-live"

Answer = Callable[[Request, Visitor], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Lets people in; `new_secret` makes what nobody guesses."""

    access: Access
    rendering: Rendering
    new_secret: Callable[[], str]

    def login(self, *, to: str, fault: str = "", status: int = 200) -> Response:
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
            return self.login(to=to, fault=STALE, status=400)
        if seconds := self.access.wait_seconds(request):
            answer = self.login(to=to, fault=TOO_OFTEN.format(seconds=seconds), status=429)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        session = self.access.let_in(request, form.one("token"))
        if session is None:
            return self.login(to=to, fault=WRONG, status=403)
        answer = self.rendering.sent_to(to)
        self.access.remember(answer, SESSION, self.access.sessions.sealed(session))
        self.access.forget(answer, KNOCK)
        return answer

    def logged_out(self, request: Request, form: Form) -> Response:
        """End a session."""
        visitor = self.access.visitor(request)
        answer = self.rendering.sent_to(f"{PATH}/login")
        secret = visitor.session.secret if visitor is not None else ""
        if visitor is not None and showing_of(form.one("secret"), secret) is not None:
            self.access.sessions.end(visitor.session)
            self.access.forget(answer, SESSION)
        return answer

    async def for_visitor(self, request: Request, answered: Answer) -> Response:
        """Return a page for who has logged in, with its session renewed; else the way in."""
        visitor = self.access.visitor(request)
        if visitor is None:
            answer = self.rendering.sent_to(f"{PATH}/login?to={_asked(request)}")
            if request.method == "POST":
                self.access.tell(answer, Told(text=TOO_LATE, done=False))
            return answer
        answer = await self._answered(answered, request, visitor)
        # What a page asks for by itself says nothing of whether somebody is there.
        if LIVE in request.headers or answer.media_type == "text/event-stream":
            return answer
        if (renewed := self.access.sessions.renewed(visitor.session)) is not None:
            self.access.remember(answer, SESSION, self.access.sessions.sealed(renewed))
        return answer

    async def _answered(self, answered: Answer, request: Request, visitor: Visitor) -> Response:
        try:
            return await answered(request, visitor)
        except Exception:
            fault = self.new_secret()[:8]
            log.exception("console page not made", extra={"fault": fault})
            given = known(visitor) | {"fault": fault}
            return self.rendering.page("fault.html", "This cannot be shown", given, status=500)

    async def nowhere(self, _request: Request, visitor: Visitor) -> Response:
        """Say that there is no such page, or none for this person."""
        given = known(visitor)
        return self.rendering.page("nowhere.html", "No such page", given, status=404)


def known(visitor: Visitor, showing: str = "") -> dict[str, object]:
    """Return what the layout tells of who has logged in; the page is a showing of its own."""
    secret = marked(visitor.session.secret, showing or new_showing())
    return {"person": visitor.person, "secret": secret}


def own_page(address: str) -> str:
    """Return a page of the console to go on to; the first one for any other address."""
    fine = address == PATH or address.startswith(f"{PATH}/")
    clear = address.isprintable() and "\\" not in address and "//" not in address
    return address if fine and clear and not address.startswith(f"{PATH}/login") else PATH


def _asked(request: Request) -> str:
    # What a form was sent to is no page to come back to by looking.
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}", safe="/")
