"""What is behind the entrance?  Each tenant's pages: shown to who may see them, done as they ask.

A page is made in a thread, since it reads the book; what is done goes to a worker, and the browser
comes back to the page with what became of it.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import msgspec
from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from agents.gateway.bodies import RefusedError
from agents.gateway.console.access import PATH, TOLD, Access, Visitor
from agents.gateway.console.asking import Asking
from agents.gateway.console.book.following import Covered
from agents.gateway.console.book.freshness import BEHIND, FORM_SECONDS, PAGE_SECONDS, READING
from agents.gateway.console.book.reading import Book
from agents.gateway.console.calls import CallsHeard
from agents.gateway.console.connecting import ConnectionChanges
from agents.gateway.console.entrance import STALE, Entrance, known
from agents.gateway.console.form_ids import request_id, showing_of
from agents.gateway.console.forms import Form, read_form
from agents.gateway.console.letters import Letters
from agents.gateway.console.live import Live
from agents.gateway.console.page import Act, Download, NotPossible, NotThereError, Page, Visit
from agents.gateway.console.places import ReadPlaces, read_places
from agents.gateway.console.preflights import Preflights
from agents.gateway.console.rendering import Rendering
from agents.gateway.console.sent_forms import AGAIN, SentForms
from agents.gateway.console.sessions import Told
from schemas.answers import RequestAnswer
from schemas.identity import tenant_lane, tenant_of, who_mark
from schemas.values import Side
from streams.journal.tables import StoreUnusableError
from streams.ports import Clock

log = logging.getLogger("isthmus.console")

#: To a proxy in front: hand on each piece of news as it comes.
UNBUFFERED = {"X-Accel-Buffering": "no"}
NOT_YOURS = "Your role lets you look at this and not do it. Nothing was done."
NO_ACT = "The form asks for something that this page does not do. Nothing was done."

#: So many pages are made at once, in threads of their own: a webhook waits for none of them.
THREADS = 8

T = TypeVar("T")


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="console-page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Answers for each page of the table; `covered` is how far each side is known.

    `caught_up` waits until the book has all that the journal has, for so many seconds at most.
    """

    entrance: Entrance
    pages: Sequence[Page]
    book: Book
    covered: Callable[[], Covered]
    caught_up: Callable[[float], Awaitable[bool]]
    calls: CallsHeard
    places: ReadPlaces
    asking: Asking
    clock: Clock
    live: Live
    late: Mapping[Side, timedelta]
    letters: Letters
    preflights: Preflights
    connecting: ConnectionChanges
    sent: SentForms = field(default_factory=SentForms)
    threads: ThreadPoolExecutor = field(default_factory=_threads)

    async def home(self, _request: Request, visitor: Visitor) -> Response:
        """Return whose pages one may look at; of one tenant alone its first page."""
        try:
            names = await self._in_thread(partial(self._tenants, visitor))
        except _NOT_READ:
            return self._reading(visitor)
        if len(names) == 1:
            return self._rendering.sent_to(address_of(names[0]))
        tenants = [(name, address_of(name), visitor.person.role(name)) for name in names]
        more = visitor.person.may_connect_besides(names)
        given = known(visitor) | {"tenants": tenants, "may_connect": more}
        return self._rendering.page("home.html", "Tenants", given)

    async def shown(self, page: Page, request: Request, visitor: Visitor) -> Response:
        """Return a page."""
        visit = self._visit(request, visitor)
        is_behind = not await self.caught_up(PAGE_SECONDS)
        try:
            given = await self._in_thread(partial(self._made, page, visit))
        except _NOT_READ:
            return self._reading(visitor)
        except NotThereError:
            given = None
        if given is None:
            return await self.entrance.nowhere(request, visitor)
        if isinstance(given, Download):
            return self._rendering.file(given.name, given.type, given.text)
        told = self._access.seal.open(request.cookies.get(TOLD, ""), Told)
        given |= known(visitor, told.open if told is not None else "")
        given |= {"told": told, "behind": is_behind}
        answer = self._rendering.page(page.template, page.title, given)
        if told is not None:
            self._access.forget(answer, TOLD)
        return answer

    async def events(self, request: Request, visitor: Visitor) -> Response:
        """Tell an open page of a tenant that there is news, as long as somebody is logged in."""
        tenant = request.path_params["tenant"]
        if visitor.person.role(tenant) is None:
            return await self.entrance.nowhere(request, visitor)
        if self.live.is_full:
            # A browser asks again after any answer but this one.
            return Response(status_code=204, headers=self._rendering.headers)
        seen = request.query_params.get("seen", "")
        told = self.live.stream(tenant, lambda: self._access.visitor(request) is not None, seen)
        headers = self._rendering.headers | UNBUFFERED
        return StreamingResponse(told, media_type="text/event-stream", headers=headers)

    async def done(self, page: Page, request: Request, visitor: Visitor) -> Response:
        """Do what a form of the page asks for, and lead back to it."""
        visit = self._visit(request, visitor)
        if not visit.may(page.least):
            return await self.entrance.nowhere(request, visitor)
        return await self.answered(page, request, visitor, lambda _form: visit)

    async def answered(
        self, page: Page, request: Request, visitor: Visitor, visit: Callable[[Form], Visit]
    ) -> Response:
        """Do it, and lead back to where the form was; `visit` says whose tenant it is about."""
        back = ""
        try:
            form = await read_form(request)
            back = form.one("back")
            told = await self._told(page, visit(form), visitor, form)
        except RefusedError as refused:
            told = Told(text=f"{refused}.", done=False)
        except NotPossible as fault:
            told = Told(text=str(fault), done=False)
        except _NOT_READ:
            told = Told(text=READING, done=False)
        answer = self._rendering.sent_to(request.url.path + (f"?{back}" if back else ""))
        self._access.tell(answer, told)
        return answer

    async def _told(self, page: Page, visit: Visit, visitor: Visitor, form: Form) -> Told:
        showing = showing_of(form.one("secret"), visitor.session.secret)
        if showing is None:
            raise NotPossible(STALE)
        act = page.acts.get(form.one("do"))
        if act is None:
            raise NotPossible(NO_ACT)
        if not visit.may(act.least):
            raise NotPossible(NOT_YOURS)
        request = request_id(showing, visit.address, form.fields)
        doing = partial(self._do, act, replace(visit, request=request), form)
        told = await self.sent.once(request, doing)
        return msgspec.structs.replace(told, open=showing) if told.open else told

    async def _do(self, act: Act, visit: Visit, form: Form) -> Told:
        self._must_be_read()
        is_behind = not await self.caught_up(FORM_SECONDS)
        before = await self._in_thread(partial(self._answered, visit, form))
        if before is not None:
            told = "It was done." if before.done else "It was not done."
            return Told(text=f"{AGAIN}{told}", done=before.done)
        try:
            asked = await self._in_thread(partial(act.request, visit, form))
        except NotPossible:
            if is_behind:
                # By what is not read yet it may be possible.
                raise NotPossible(BEHIND) from None
            raise
        by = visit.person.name
        about = {"tenant": visit.tenant, "what": form.one("do"), "request": visit.request}
        role = visit.person.role(visit.tenant)
        who = {"who": who_mark(by), "role": role.called if role is not None else ""}
        log.info("asked in the console", extra={**who, **about})
        if callable(asked):
            became = await asked()
            return became if isinstance(became, Told) else await self.asking.ask(became, by)
        if isinstance(asked, Sequence):
            return await self.asking.ask_all(asked, by)
        return await self.asking.ask(asked, by)

    def _answered(self, visit: Visit, form: Form) -> RequestAnswer | None:
        """Return what was answered to this form, in whichever gateway it came in first."""
        lanes = {tenant_lane(visit.tenant), form.one("lane")}
        own = [lane for lane in lanes if tenant_of(lane) == visit.tenant]
        return self.book.answered(own, visit.request)

    async def _in_thread(self, made: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, made)

    def _tenants(self, visitor: Visitor) -> list[str]:
        self._must_be_read()
        return [name for name in self.book.tenants() if visitor.person.role(name) is not None]

    def _made(self, page: Page, visit: Visit) -> dict[str, Any] | Download | None:
        """Return what a page tells; None where it is not for this person, or nobody's."""
        if not visit.may(page.least):
            return None
        self._must_be_read()
        if visit.tenant not in self.book.tenants():
            return None
        seen = self.live.last(visit.tenant)
        shown = page.show(visit)
        if isinstance(shown, Download):
            return shown
        given = {
            "tenant": visit.tenant,
            "menu": [
                {
                    "title": each.title,
                    "address": visit.pages[each.name],
                    "current": each.name == page.name,
                    "count": each.count(visit) if each.count is not None else 0,
                }
                for each in self.pages
                if each.in_menu and visit.may(each.least)
            ],
            "freshness": self.book.freshness(),
            "here": visit.address,
            "live": f"{address_of(visit.tenant)}/events?seen={seen}",
            "visit": visit,
        }
        return given | dict(shown)

    def _visit(self, request: Request, visitor: Visitor) -> Visit:
        return self.visit(request, visitor, request.path_params["tenant"])

    def visit(self, request: Request, visitor: Visitor, tenant: str) -> Visit:
        """Return that somebody is there about this tenant."""
        parts = {key: each for key, each in request.path_params.items() if key != "tenant"}
        return Visit(
            tenant=tenant,
            person=visitor.person,
            now=self.clock.now(),
            book=self.book,
            covered=self.covered(),
            calls=self.calls,
            journal=partial(read_places, asyncio.get_running_loop(), self.places),
            address=request.url.path,
            query=dict(request.query_params),
            parts=parts,
            late=self.late,
            letters=self.letters,
            preflights=self.preflights,
            connecting=self.connecting,
            pages={each.name: address_of(tenant, each) for each in self.pages},
        )

    def _must_be_read(self) -> None:
        if not self.book.freshness().is_whole:
            raise NotReadError

    def _reading(self, visitor: Visitor) -> Response:
        given = known(visitor) | {"freshness": self.book.freshness()}
        answer = self._rendering.page("reading.html", "Reading the journal", given, status=503)
        answer.headers["Refresh"] = "3"
        return answer

    @property
    def _rendering(self) -> Rendering:
        return self.entrance.rendering

    @property
    def _access(self) -> Access:
        return self.entrance.access


class NotReadError(Exception):
    """The book is not read to where the journal ended."""


#: While the book is made anew its file comes and goes.
_NOT_READ = (NotReadError, sqlite3.OperationalError, StoreUnusableError)


def address_of(tenant: str, page: Page | None = None) -> str:
    """Return where a page of a tenant is, without what its address names besides."""
    path = page.path.partition("/{")[0] if page is not None else ""
    return f"{PATH}/t/{tenant}/{path}".rstrip("/")
