"""How much of a request's body is taken in?  No more than its door allows, however much is sent.

Nor is it waited for longer than a slow line needs.
"""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

#: For the whole body: 4 MiB over a line of 2 Mbit/s.
BODY_SECONDS = 20.0
#: So much of a header that is wrong is shown to who sent it.
SHOWN = 100
#: More digits than any body has bytes, and few enough to be read as a number.
DIGITS = 20


class RefusedError(Exception):
    """The request as a whole is refused, by a status and a sentence."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


async def read_body(request: Request, most_bytes: int, *, seconds: float = BODY_SECONDS) -> bytes:
    """Return the whole body, byte for byte; RefusedError when it is longer, late, or has no end.

    One that says at once how long it is, is not waited for where that is too long; nor is one that
    is packed unpacked, since who sends it says how large it becomes.
    """
    packed = request.headers.get("content-encoding", "").strip().lower()
    if packed not in {"", "identity"}:
        raise RefusedError(415, f"content-encoding: expected none, got {packed[:SHOWN]}")
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:DIGITS]) > most_bytes:
        raise _too_long(most_bytes)
    try:
        async with asyncio.timeout(seconds):
            return await _read(request, most_bytes)
    except TimeoutError as late:
        raise RefusedError(408, f"the body did not come within {seconds:.0f} s") from late
    except ClientDisconnect as gone:
        raise RefusedError(400, "the body did not come to its end") from gone


async def _read(request: Request, most_bytes: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise _too_long(most_bytes)
    return bytes(body)


def _too_long(most_bytes: int) -> RefusedError:
    return RefusedError(413, f"expected at most {most_bytes} bytes: send less at once")
