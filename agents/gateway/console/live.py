"""How does a page that is open learn of news?  By server-sent events: that there is some, no more.

The page then asks for itself once more, so that what it shows is made in one place.  A stream is a
connection that somebody else cannot have: beyond some of them a page is refreshed by hand.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

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

    @property
    def is_full(self) -> bool:
        """Tell whether no more pages can be told."""
        return self._ended or len(self._streams) >= MOST_STREAMS

    def changed(self, tenants: frozenset[str]) -> None:
        """Say, from any thread, that something of these tenants changed."""
        if self._loop is not None and self._streams:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._tell, tenants)

    def end(self) -> None:
        """End all streams: the gateway stops."""
        self._ended = True
        for stream in self._streams:
            stream.set()

    async def stream(self, tenant: str, holds: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Yield what a page is told while its session `holds`; nothing where no more can be."""
        if self.is_full:
            # Of many that were let in at one moment.
            return
        self._loop = asyncio.get_running_loop()
        news = asyncio.Event()
        self._streams[news] = tenant
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
