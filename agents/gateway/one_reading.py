"""Does whoever stands before us read a request as we do?

One that may end in two places is refused.  A proxy that goes by its length would take for the end
of the body what we, by its chunks, take for the next request: somebody else's, with somebody
else's token.
"""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})


class OneReading:
    """Lets a request on that says in one way where it ends; another ends its connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand it on, or refuse it."""
        if scope["type"] != "http" or not {name for name, _ in scope["headers"]} >= _LENGTHS:
            return await self._app(scope, receive, send)
        told = "expected content-length or transfer-encoding, got both"
        refused = PlainTextResponse(told, 400, {"connection": "close"})
        return await refused(scope, receive, send)
