"""How much of a request's body is taken in?  No more than its door allows, however much is sent."""

from fastapi import Request
from starlette.requests import ClientDisconnect


class RefusedError(Exception):
    """The request as a whole is refused, by a status and a sentence."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


async def read_body(request: Request, most_bytes: int) -> bytes:
    """Return the whole body, byte for byte; RefusedError when it is longer, or has no end."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > most_bytes:
                raise RefusedError(413, f"expected at most {most_bytes} bytes: send less at once")
    except ClientDisconnect as gone:
        raise RefusedError(400, "the body did not come to its end") from gone
    return bytes(body)
