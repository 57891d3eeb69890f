"""A QuickBooks that books something else than it is asked for, and answers 200."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import msgspec

Alter = Callable[[dict[str, Any]], None]

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


class AlteredWrites(httpx.AsyncBaseTransport):
    """Stands before a simulator and alters each new document of one kind, as `alter` does."""

    def __init__(self, behind: httpx.AsyncBaseTransport, kind: str, alter: Alter) -> None:
        self._behind = behind
        self._path = f"/{kind.lower()}"
        self._alter = alter
        #: How many it has altered.
        self.altered = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith(self._path):
            body = _decode(request.content)
            if "Id" not in body:
                self._alter(body)
                self.altered += 1
                headers = [(k, v) for k, v in request.headers.items() if k != "content-length"]
                request = httpx.Request(
                    request.method,
                    request.url,
                    headers=headers,
                    content=_encode(body),
                    extensions=request.extensions,
                )
        return await self._behind.handle_async_request(request)
