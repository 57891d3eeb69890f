"""What stands between us and a remote, and answers in its place: a proxy, a gateway, a cut line.

What was asked reaches the remote all the same, so that its answer is all that is lost.
"""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from streams.remotes.quickbooks.calls import FIRST_BYTE


class Lie(NamedTuple):
    """What is answered in place of what the remote said; `cut` leaves half of what it said."""

    status: int
    body: bytes = b""
    content_type: str = "text/html"
    cut: bool = False


PAGE = b"<html><head><title>Error</title></head><body>Something is wrong</body></html>"
#: A Fault of Intuit's that says nothing of how it ended (quickbooks-online.md 3.2).
SYSTEM_FAILURE = (
    b'{"Fault":{"Error":[{"Message":"An application error has occurred while processing your '
    b'request","Detail":"System Failure Error: null","code":"10000"}],"type":"SystemFault"}}'
)
LIES: dict[str, Lie] = {
    "200 HTML": Lie(200, PAGE),
    "200 nothing": Lie(200),
    "200 {}": Lie(200, b"{}", "application/json"),
    "200 Fault 10000": Lie(200, SYSTEM_FAILURE, "application/json"),
    "200 cut off": Lie(200, content_type="application/json", cut=True),
    **{
        str(status): Lie(status, b"" if status == 408 else PAGE)
        for status in (302, 400, 401, 404, 408, 429, 500, 502, 504)
    },
}


@dataclass
class _Waiting:
    lie: Lie
    method: str
    part: str


class LyingProxy(httpx.AsyncBaseTransport):
    """Passes everything on, and lies about what it was told to lie about."""

    def __init__(self, behind: httpx.AsyncBaseTransport) -> None:
        self.behind = behind
        self._waiting: deque[_Waiting] = deque()
        self._misheard: deque[tuple[str, bytes, bytes]] = deque()
        #: How often it has lied.
        self.told = 0

    def lie(self, lie: Lie, part: str, *, method: str = "POST", times: int = 1) -> None:
        """Answer the next calls of this method, in whose address stands `part`, with a lie."""
        self._waiting.extend([_Waiting(lie, method, part)] * times)

    def mishear(self, part: str, said: bytes, heard: bytes) -> None:
        """Have the remote hear something else of the next write, which it takes without a word."""
        self._misheard.append((part, said, heard))

    def tell_the_truth(self) -> None:
        """Lie about nothing any more."""
        self._waiting.clear()
        self._misheard.clear()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (trace := request.extensions.get("trace")) is not None:
            # What is in process has no socket that would tell of it.
            await trace(FIRST_BYTE, {})
        answer = await self.behind.handle_async_request(self._as_heard(request))
        for each in self._waiting:
            if each.method == request.method and each.part in request.url.path:
                self._waiting.remove(each)
                self.told += 1
                return await _lied(each.lie, answer)
        return answer

    def _as_heard(self, request: httpx.Request) -> httpx.Request:
        for each in self._misheard:
            part, said, heard = each
            if request.method == "POST" and part in request.url.path and said in request.content:
                self._misheard.remove(each)
                headers = {n: v for n, v in request.headers.items() if n != "content-length"}
                content = request.content.replace(said, heard)
                return httpx.Request("POST", request.url, headers=headers, content=content)
        return request


async def _lied(lie: Lie, answer: httpx.Response) -> httpx.Response:
    body = await answer.aread()
    return httpx.Response(
        lie.status,
        content=body[: len(body) // 2] if lie.cut else lie.body,
        headers={"Content-Type": lie.content_type},
    )
