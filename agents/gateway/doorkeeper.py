"""Who may stand at the door, and for how long?  So many at once, and nobody in silence.

Anybody may knock.  A connection whose request has no end of its headers in time is closed, and so
is one whose answer is not read; how long a body may take is in `bodies`.  When all places are
taken, whoever has been waited for longest goes for who comes next: so no number of slow visitors
keeps out those who say at once what they have to say.  That needs nobody's address, which behind a
proxy is the proxy's; who has shown a token is sent away after all who have not.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import cast

from fastapi import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger("isthmus.gateway")

#: At once, of everybody: a webhook's body for each is 50 MB.
MOST_CONNECTIONS = 200
#: From the first moment of a connection, or of its next request, to the end of the headers.
HEADER_SECONDS = 10.0
#: For as much of an answer as lies before a reader who takes none of it.
READING_SECONDS = 30.0
#: Once in so many seconds the log says that all places are taken.
SAID_SECONDS = 60.0

_SPARED = "spared"


def spared(request: Request) -> None:
    """Have who sends this request sent away last: it has shown who it is."""
    setattr(request.state, _SPARED, True)


class Doorkeeper(H11Protocol):
    """Uvicorn's protocol with these bounds; it has none of its own."""

    most_connections = MOST_CONNECTIONS
    header_seconds = HEADER_SECONDS
    reading_seconds = READING_SECONDS
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    #: Since when its present request is waited for, by the loop's clock.
    _since = 0.0
    _said = float("-inf")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let it in, in the place of the slowest where too many are in."""
        super().connection_made(transport)
        self._since = self.loop.time()
        here = [each for each in self._all() if not each.transport.is_closing()]
        if len(here) > self.most_connections:
            self._slowest(here).transport.abort()
        if not transport.is_closing():
            self._begin()

    def data_received(self, data: bytes) -> None:
        """Read on; once a request has all its headers, its deadline is over."""
        super().data_received(data)
        if self._is_busy():
            self._end()
        elif self._deadline is None:
            self._begin()

    def on_response_complete(self) -> None:
        """Wait for the next request from now on."""
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for who does not read, and not for ever."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.reading_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it reads."""
        super().resume_writing()
        self._forget_unread()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._end()
        self._forget_unread()
        super().connection_lost(exc)

    def _all(self) -> Iterable["Doorkeeper"]:
        return cast("Iterable[Doorkeeper]", self.connections)

    def _slowest(self, here: list["Doorkeeper"]) -> "Doorkeeper":
        """Return who has been waited for longest; the newcomer where nobody is waited for."""
        now = self.loop.time()
        if now - Doorkeeper._said >= SAID_SECONDS:
            Doorkeeper._said = now
            log.warning("too many connections", extra={"most": self.most_connections})
        waited_for = (each for each in here if each is not self and each.is_waited_for())
        return min(waited_for, key=Doorkeeper.stays_for, default=self)

    def is_waited_for(self) -> bool:
        """Tell whether it is the visitor's turn: to ask, to send the body, to read the answer."""
        return not self._is_busy() or self.cycle.more_body or self._unread is not None

    def stays_for(self) -> tuple[bool, float]:
        """Return what is to be more of another's, for that one to stay longer."""
        return self._is_busy() and _SPARED in self.scope["state"], self._since

    def _begin(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._overdue)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _overdue(self) -> None:
        self._deadline = None
        if not self._is_busy():
            self.transport.abort()

    def _is_busy(self) -> bool:
        # Uvicorn declares no None, and begins with one.
        cycle = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete
