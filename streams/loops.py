"""On which event loops do our processes run?  On such as do not wait long for a goodbye.

Over TLS whoever closes a connection waits until the other side has taken leave as well, 30 s unless
the loop says otherwise, and aiokafka waits for one connection after the other.  A broker that is
busy with a fetch takes leave late or never, so a worker would outlive its orchestrator's patience.
"""

import asyncio
from typing import Any

import uvloop

#: What another host on one network needs for its goodbye, many times over.
GOODBYE_SECONDS = 1.0


class _ShortGoodbye:
    """What both sorts of loop have in common."""

    async def create_connection(self, *args: Any, ssl: Any = None, **kwargs: Any) -> Any:
        """Connect as the loop does, and over TLS close in time."""
        if ssl:
            kwargs.setdefault("ssl_shutdown_timeout", GOODBYE_SECONDS)
        return await super().create_connection(*args, ssl=ssl, **kwargs)  # type: ignore[misc]


class Loop(_ShortGoodbye, uvloop.Loop):  # type: ignore[misc] # the two stubs do not agree
    """The fast one, of workers and the gateway."""


class PlainLoop(_ShortGoodbye, asyncio.SelectorEventLoop):
    """Python's own, of commands and of Faust's consumer."""


class Policy(asyncio.DefaultEventLoopPolicy):
    """What `asyncio.run` and other threads take their loop from."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Return a new loop."""
        return PlainLoop()


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a new loop of the fast sort."""
    return Loop()
