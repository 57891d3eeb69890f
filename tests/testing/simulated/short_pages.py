"""A QuickBooks that shows fewer records at once than it is asked for, as stand-ins for it do."""

import re
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from streams.remotes.quickbooks.calls import FIRST_BYTE

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


class ShortPages(httpx.AsyncBaseTransport):
    """Stands before a simulator and leaves `longest` of each page; `asked` are the statements.

    One that `repeats` knows no positions, and shows the first page again and again.
    """

    def __init__(
        self, behind: httpx.AsyncBaseTransport, longest: int, *, repeats: bool = False
    ) -> None:
        self._behind = behind
        self._longest = longest
        self._first: dict[str, dict[str, Any]] | None = {} if repeats else None
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._behind.handle_async_request(request)
        if not request.url.path.endswith("/query"):
            return answer
        if (trace := request.extensions.get("trace")) is not None:
            await trace(FIRST_BYTE, {})
        statement = request.url.params.get("query") or request.content.decode()
        self.asked.append(statement)
        body = _decode(await answer.aread())
        page = {name: self._cut(each) for name, each in body.get("QueryResponse", {}).items()}
        if self._first is not None:
            kind = re.findall(r"FROM (\w+)", statement)[0]
            page = self._first.setdefault(kind, page)
        return httpx.Response(
            answer.status_code,
            content=_encode({**body, "QueryResponse": page}),
            headers={"Content-Type": "application/json"},
        )

    def _cut(self, shown: Any) -> Any:
        return shown[: self._longest] if isinstance(shown, list) else shown
