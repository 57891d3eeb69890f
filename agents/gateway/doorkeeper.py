"""Who may stand at the door, and for how long?  So many at once, and nobody who says nothing.

Anybody may knock.  A connection whose request has no end of its headers in time is closed, and so
is one too many; how long a body may take is in `bodies`.
"""

import asyncio
import logging

from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger("isthmus.gateway")

#: At once, of everybody: a webhook's body for each is 50 MB.
MOST_CONNECTIONS = 200
#: From the first moment of a connection, or of its next request, to the end of the headers.
HEADER_SECONDS = 10.0


class Doorkeeper(H11Protocol):
    """Uvicorn's protocol with these bounds; it has neither of its own."""

    most_connections = MOST_CONNECTIONS
    header_seconds = HEADER_SECONDS
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let it in, unless too many are in."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            log.warning("too many connections", extra={"most": self.most_connections})
            transport.abort()
            return
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Read on; once a request has all its headers, its deadline is over."""
        super().data_received(data)
        if self._is_busy():
            self._end()
        elif self._deadline is None:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._overdue)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _overdue(self) -> None:
        self._deadline = None
        if not self._is_busy():
            self.transport.abort()

    def _is_busy(self) -> bool:
        # Uvicorn declares no None, and begins with one.
        cycle = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete
