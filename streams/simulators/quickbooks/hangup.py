"""How does a server go silent in the middle of a request?

Starlette cannot: it always answers. So the connection under it is cut, which a client in another
process sees as a reset; one in this process gets the error that its own transport would raise.
"""

import asyncio
from functools import partial

import httpx
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_KEY = "qbo.hang_up"


class SilentReply(Response):
    """A response that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Cut the connection instead of answering."""
        await scope[_KEY]()


def with_hang_up(app: ASGIApp) -> ASGIApp:
    """Let the responses of an app cut their connection."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, _KEY: partial(_hang_up, send)}, receive, send)

    return wrapped


async def _hang_up(send: Send) -> None:
    # uvicorn's `send` is a method of the object that holds the connection.
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.BaseTransport):
        raise httpx.ReadError("The simulated server dropped the connection.")
    transport.abort() if isinstance(transport, asyncio.WriteTransport) else transport.close()
    # Two turns of the loop, so that uvicorn knows the client is gone and sends no 500.
    await asyncio.sleep(0)
    await asyncio.sleep(0)
