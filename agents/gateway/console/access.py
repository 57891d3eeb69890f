"""Who asks for a page?  Known by the cookie, let in by a token, let out again.

A wrong token, an unknown one and one that was taken away get one answer, after one comparison.
"""

import logging
from dataclasses import dataclass

from fastapi import Request, Response
from msgspec.structs import replace

from agents.gateway.console.forms import Form
from agents.gateway.console.login_limit import LoginLimit
from agents.gateway.console.people import People, Person
from agents.gateway.console.rendering import visible
from agents.gateway.console.sessions import Knock, Seal, Session, Sessions, Told, is_same
from schemas.identity import who_mark

log = logging.getLogger("isthmus.console")

PATH = "/console"
SESSION, KNOCK = "isthmus_console", "isthmus_console_login"
TOLD = "isthmus_console_told"
#: Bytes of what is told: a browser drops a cookie of more than 4096, and then nothing is told.
MOST_TOLD = 1_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has logged in."""

    person: Person
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may come in, and who is in; `secure` where browsers reach us by https."""

    people: People
    sessions: Sessions
    seal: Seal
    limit: LoginLimit
    secure: bool

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks; None for who has not logged in, or no longer has that token."""
        session = self.sessions.known(request.cookies.get(SESSION, ""))
        person = self.people.by_mark(session.mark) if session is not None else None
        return Visitor(person, session) if person is not None and session is not None else None

    def may_knock(self, request: Request, form: Form) -> bool:
        """Tell whether a login comes from the form that this browser was shown."""
        knock = self.seal.open(request.cookies.get(KNOCK, ""), Knock)
        return knock is not None and is_same(form.one("secret"), knock.secret)

    def let_in(self, request: Request, token: str) -> Session | None:
        """Begin a session for whose token it is; None when it is nobody's, which is counted."""
        address = request.client.host if request.client else ""
        person = self.people.by_token(token)
        if person is None:
            self.limit.failed(address)
            log.warning("console login refused", extra={"address": address})
            return None
        log.info("console login", extra={"who": who_mark(person.name), "address": address})
        return self.sessions.begin(person.mark)

    def wait_seconds(self, request: Request) -> int:
        """Return after how many seconds whoever asks may try a token; 0 when it may now."""
        return self.limit.wait_seconds(request.client.host if request.client else "")

    def remember(self, answer: Response, name: str, value: str) -> None:
        """Have the browser keep something until it is closed, and show it to nobody but us."""
        answer.set_cookie(name, value, path=PATH, secure=self.secure, httponly=True, samesite="lax")

    def tell(self, answer: Response, told: Told) -> None:
        """Have the next page say what became of what somebody did."""
        self.remember(answer, TOLD, self.seal.seal(_fitting(told)))

    def forget(self, answer: Response, name: str) -> None:
        """Have the browser forget it."""
        answer.delete_cookie(name, path=PATH, secure=self.secure, httponly=True, samesite="lax")


def _fitting(told: Told) -> Told:
    # What nobody sees takes six bytes in a cookie, and so it does where it is written out.
    whole = visible(told.text).encode()
    text = whole[:MOST_TOLD].decode(errors="ignore")
    return replace(told, text=text if len(whole) <= MOST_TOLD else f"{text}...")
