"""Who keeps the book?  A thread of the gateway's, so that a webhook waits for no fold.

Whatever goes wrong there, a Kafka that is away or a file that is no book, is said on the pages and
tried again; the gateway goes on.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import Thread
from typing import Protocol

from aiokafka.errors import KafkaError

from agents.gateway.console.book.freshness import Freshness
from agents.gateway.console.book.keeping import BookKeeper, OnKept, open_book
from agents.view.kept_file import KeptFile
from schemas.catalog import NotUnderstoodError
from schemas.facts import RequestTaken
from schemas.values import Side
from streams.journal.same_journal import JournalLostError
from streams.journal.tables import StoreUnusableError
from streams.kafka.topic_faults import TopicsWrongError
from streams.ports import Clock, Log

log = logging.getLogger("isthmus.console")

#: Before it is tried again.
AGAIN_SECONDS = 5.0
#: How often Kafka is asked whether it is there, since who reads it is not told; and how long.
LOOK_SECONDS, LOOK_PATIENCE_SECONDS = 15.0, 10.0
#: How often the view of how far each side is known is read.
VIEW_SECONDS = 30.0
#: How often the dead letters are read, and for how much of the time at most (a twentieth).
LOOKS_SECONDS, LOOKS_SPARING = 60.0, 20.0

#: What says that the file is of another journal, or no book at all.
_UNFIT = (JournalLostError, StoreUnusableError, sqlite3.DatabaseError, NotUnderstoodError)

#: Up to when each side of each tenant is known.
Covered = Mapping[tuple[str, Side], datetime]


class Journal(Log, Protocol):
    """A log that has to be connected."""

    async def start(self) -> None:
        """Connect."""
        ...

    async def stop(self) -> None:
        """Disconnect."""
        ...


class Follower:
    """Follows the journal; `covered` and `freshness` may be read from any thread."""

    def __init__(
        self,
        journal: Callable[[], Journal],
        view: Callable[[], Awaitable[Covered]],
        kept: KeptFile,
        clock: Clock,
        on_kept: OnKept,
        look: Callable[[], Awaitable[None]],
        beside: Callable[[], Awaitable[None]],
    ) -> None:
        self.kept = kept
        self.freshness = Freshness()
        self.covered: Covered = {}
        self._journal = journal
        self._view = view
        self._clock = clock
        self._on_kept = on_kept
        self._look = look
        self._beside = beside
        self._keeper: BookKeeper | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def caught_up(self, seconds: float) -> bool:
        """Wait until the book has all that the journal has now; False where it took too long.

        Asked from any loop: who presses a button may have read in the journal what is not here yet,
        on a page of another gateway or by the command line.
        """
        keeper, loop = self._keeper, self._loop
        if keeper is None or loop is None or self.freshness.away:
            return False
        try:
            asked = asyncio.run_coroutine_threadsafe(keeper.caught_up(), loop)
            async with asyncio.timeout(seconds):
                await asyncio.wrap_future(asked)
        except (KafkaError, OSError, TimeoutError):
            return False
        return True

    def read_to(self) -> dict[int, int]:
        """Return up to where each partition is in the book."""
        return self._keeper.kept if self._keeper is not None else {}

    async def run(self) -> None:
        """Follow until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        work = (self._follow_view(), self._keep_looking(), self._follow_beside())
        views = [asyncio.create_task(each) for each in work]
        try:
            while True:
                try:
                    await self._follow()
                except Exception as fault:  # noqa: BLE001 - whatever it was, the pages say it
                    why = str(fault) or type(fault).__name__
                    log.warning("console does not follow the journal", extra={"reason": why})
                    self.freshness = replace(self.freshness, away=_told(fault))
                await self._clock.sleep(AGAIN_SECONDS)
        finally:
            for view in views:
                view.cancel()
            await asyncio.gather(*views, return_exceptions=True)

    async def _follow(self) -> None:
        journal = self._journal()
        try:
            await journal.start()
            self._keeper = keeper = await self._opened(journal)
            looked = self._clock.monotonic()
            while True:
                self._note(keeper)
                await keeper.step()
                if self._clock.monotonic() - looked >= LOOK_SECONDS:
                    async with asyncio.timeout(LOOK_PATIENCE_SECONDS):
                        await journal.ends()
                    looked = self._clock.monotonic()
        finally:
            if self._keeper is not None:
                self._keeper.close()
                self._keeper = None
            await journal.stop()

    async def _opened(self, journal: Journal) -> BookKeeper:
        """Open the book; one that is not of this journal is made anew."""
        self.kept.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return await open_book(journal, self.kept.path, self._clock, self._written)
        except _UNFIT as fault:
            log.warning("console's file is made anew", extra={"reason": str(fault)})
            self.kept.forget()
            self.freshness = replace(self.freshness, edition=self.freshness.edition + 1)
            return await open_book(journal, self.kept.path, self._clock, self._written)

    def _note(self, keeper: BookKeeper) -> None:
        done, of = keeper.progress
        self.freshness = Freshness(
            edition=self.freshness.edition or 1,
            version=self.freshness.version,
            done=done,
            of=of,
            is_whole=keeper.is_whole,
            stopped=keeper.stopped,
        )

    def _written(self, tenants: frozenset[str], answers: Sequence[RequestTaken]) -> None:
        # Before anybody hears of it: who does asks again, and is not to hear what was known before.
        self.freshness = replace(self.freshness, version=self.freshness.version + 1)
        self._on_kept(tenants, answers)

    async def _follow_beside(self) -> None:
        """Follow what is no journal, and never ends by itself."""
        await self._beside()

    async def _follow_view(self) -> None:
        while True:
            with suppress(Exception):
                self.covered = await self._view()
            await self._clock.sleep(VIEW_SECONDS)

    async def _keep_looking(self) -> None:
        """Look at what is read whole each time, the seldomer the longer that takes."""
        while True:
            began = self._clock.monotonic()
            with suppress(Exception):
                await self._look()
            took = self._clock.monotonic() - began
            await self._clock.sleep(max(LOOKS_SECONDS, LOOKS_SPARING * took))


def _told(fault: Exception) -> str:
    """Return why nothing is read, for anybody: its own words may name others' records."""
    if isinstance(fault, TopicsWrongError):
        # Of the journal, while somebody is erased from it: whose command it is is not in there.
        return str(fault)
    if isinstance(fault, KafkaError | OSError):
        return "Kafka does not answer, or the disk does not take it. The gateway's log says more."
    return f"the gateway's log says why ({type(fault).__name__})."


class InThread:
    """Runs a follower in a thread with a loop of its own."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._thread = Thread(target=self._run, name="console", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def stop(self) -> None:
        """End, and return once it has."""
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._task.cancel)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        await self._follower.run()
