"""How is the console put together?  From the settings; off where nobody has a token."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter

from agents.gateway.console.access import Access
from agents.gateway.console.asking import ANSWER_SECONDS, Asking, Send
from agents.gateway.console.book.following import Covered, Follower, InThread, Journal
from agents.gateway.console.book.reading import Book
from agents.gateway.console.book.tables import VERSION
from agents.gateway.console.calls import CallsHeard
from agents.gateway.console.connecting import ConnectionChanges
from agents.gateway.console.doors import routes, routes_off
from agents.gateway.console.entrance import Entrance
from agents.gateway.console.letters import (
    DiscardLetter,
    Letters,
    ReadLetters,
    RetryLetter,
    no_letters,
    none_discarded,
    none_retried,
)
from agents.gateway.console.live import Live
from agents.gateway.console.login_limit import LoginLimit
from agents.gateway.console.page_table import PAGES
from agents.gateway.console.people import People
from agents.gateway.console.places import ReadPlaces
from agents.gateway.console.preflights import Judge, Preflights, Store
from agents.gateway.console.rendering import Rendering
from agents.gateway.console.rooms import Rooms
from agents.gateway.console.sessions import Seal, Sessions
from agents.rules.tenant.headline import late_after
from agents.view.kept_file import KeptFile
from schemas.facts import RequestTaken
from schemas.values import Side
from streams.ports import Clock
from streams.settings import ProcessSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the console meets: a journal to follow and look up, how far sides are, who is asked.

    `calls` is what workers say of theirs, `letters` reads the dead letters, `retry_letter` gives
    one to its readers again, and `discard_letter` gives one up.
    """

    journal: Callable[[], Journal]
    view: Callable[[], Awaitable[Covered]]
    places: ReadPlaces
    send: Send
    #: None where nobody says them.
    calls: Callable[[], Journal] | None = None
    letters: ReadLetters = no_letters
    retry_letter: RetryLetter = none_retried
    discard_letter: DiscardLetter = none_discarded
    #: Judges a tenant before it goes live, and where that is kept; None where nothing can.
    judge: Judge | None = None
    preflights: Store | None = None
    connecting: ConnectionChanges = field(default_factory=ConnectionChanges)
    #: How long somebody who asks for something waits for the answer.
    patience_seconds: float = ANSWER_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The console: its routes, its follower (None where it is off), and what runs it.

    `ending` is to be told first when the gateway stops, which waits for what is open; `asking`
    hears what became of a request, as long as there is a follower.
    """

    router: APIRouter
    follower: Follower | None
    asking: Asking | None
    ending: Callable[[], None]
    running: Callable[[], AbstractAsyncContextManager[None]]


def console_of(settings: ProcessSettings, clock: Clock, outside: Outside) -> Console:
    """Return the console of a gateway."""
    rendering = Rendering(secure=settings.gateway_address.startswith("https:"))
    if not settings.console_token:
        off = routes_off(rendering)
        return Console(router=off, follower=None, asking=None, ending=_nothing, running=nullcontext)
    asking, live = Asking(outside.send, outside.patience_seconds), Live()

    def on_kept(tenants: frozenset[str], answers: Sequence[RequestTaken]) -> None:
        asking.heard(answers)
        live.changed(tenants)

    file = KeptFile(Path(settings.state_folder), settings.cluster, f"console{VERSION}")
    letters = Letters(outside.letters, outside.retry_letter, outside.discard_letter, live.changed)
    calls = CallsHeard(outside.calls, clock, live.changed)
    follower = Follower(
        outside.journal, outside.view, file, clock, on_kept, letters.look, calls.run
    )
    entrance = _entrance(settings, clock, rendering)
    rooms = Rooms(
        entrance=entrance,
        pages=PAGES,
        book=Book(file.path, lambda: follower.freshness),
        covered=lambda: follower.covered,
        caught_up=follower.caught_up,
        calls=calls,
        places=outside.places,
        asking=asking,
        clock=clock,
        live=live,
        late=late_after(
            {Side.QBO: settings.qbo_sweep_minutes, Side.MEDIAOS: settings.mediaos_sweep_minutes}
        ),
        letters=letters,
        preflights=Preflights(outside.judge, outside.preflights, clock, live.changed),
        connecting=outside.connecting,
    )
    router = routes(entrance, rooms)
    return Console(
        router=router,
        follower=follower,
        asking=asking,
        ending=live.end,
        running=lambda: _running(follower),
    )


@asynccontextmanager
async def _running(follower: Follower) -> AsyncIterator[None]:
    thread = InThread(follower)
    thread.start()
    try:
        yield
    finally:
        await thread.stop()


def _entrance(settings: ProcessSettings, clock: Clock, rendering: Rendering) -> Entrance:
    seal = Seal(settings.token_key)
    access = Access(
        people=People(settings.console_token),
        sessions=Sessions(seal, clock.now, _new_secret),
        seal=seal,
        limit=LoginLimit(clock.monotonic),
        secure=rendering.secure,
    )
    return Entrance(access=access, rendering=rendering, new_secret=_new_secret)


def _nothing() -> None:
    """Nothing of a console that is off is open."""


def _new_secret() -> str:
    return secrets.token_urlsafe(24)
