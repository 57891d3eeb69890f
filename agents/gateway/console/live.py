"""How does a page that is open learn of news?  By server-sent events: that there is some, no more.

The page then asks for itself once more, so that what it shows is made in one place.  It says what
was the last that it had, so that what came before its stream was open, or while none was, is told
as well.  A stream is a connection that somebody else cannot have: beyond some of them a page is
refreshed by hand.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count

#: Open at once; a gateway lets in 200 connections in all.
MOST_STREAMS = 60
#: Between two pieces of news, and before a stream without any shows that it is still there.
LEAST_SECONDS, QUIET_SECONDS = 1.0, 20.0
#: A stream ends by itself, and its page opens another: who logged out meanwhile opens none.
LONGEST_SECONDS = 300.0

NEWS, QUIET = b"event: news\ndata:\n\n", b": still here\n\n"


class Live:
    """Tells open pages of a tenant that something changed."""

    def __init__(self, *, least_seconds: float = LEAST_SECONDS) -> None:
        self._least = least_seconds
        self._streams: dict[asyncio.Event, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False
        #: What was the last change of a tenant; another gateway, or a new one, has other words.
        self._own, self._changes, self._last = secrets.token_hex(4), count(1), dict[str, int]()

    @property
    def is_full(self) -> bool:
        """Tell whether no more pages can be told."""
        return self._ended or len(self._streams) >= MOST_STREAMS

    def changed(self, tenants: frozenset[str]) -> None:
        """Say, from any thread, that something of these tenants changed, which the book has."""
        for tenant in tenants:
            self._last[tenant] = next(self._changes)
        if self._loop is not None and self._streams:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._tell, tenants)

    def last(self, tenant: str) -> str:
        """Return what was the last change of a tenant: a page made from now on has it."""
        return f"{self._own}-{self._last.get(tenant, 0)}"

    def end(self) -> None:
        """End all streams: the gateway stops."""
        self._ended = True
        for stream in self._streams:
            stream.set()

    async def stream(
        self, tenant: str, holds: Callable[[], bool], seen: str = ""
    ) -> AsyncIterator[bytes]:
        """Yield what a page is told while its session `holds`; nothing where no more can be.

        `seen` is the last change that the page has, "" where that is not known.
        """
        if self.is_full:
            # Of many that were let in at one moment.
            return
        self._loop = asyncio.get_running_loop()
        news = asyncio.Event()
        self._streams[news] = tenant
        if seen and seen != self.last(tenant):
            news.set()
        until = self._loop.time() + LONGEST_SECONDS
        try:
            yield QUIET
            while not self._ended and holds() and self._loop.time() < until:
                try:
                    async with asyncio.timeout(QUIET_SECONDS):
                        await news.wait()
                except TimeoutError:
                    yield QUIET
                    continue
                if not self._ended:
                    news.clear()
                    yield NEWS
                    await asyncio.sleep(self._least)
        finally:
            del self._streams[news]

    def _tell(self, tenants: frozenset[str]) -> None:
        for stream, tenant in self._streams.items():
            if tenant in tenants:
                stream.set()
