"""Which server of this process has which name?"""

from collections.abc import Mapping

import httpx
from starlette.types import ASGIApp


class Hosts(httpx.AsyncBaseTransport):
    """Several servers behind one client, told apart by the host of the address."""

    def __init__(self, servers: Mapping[str, ASGIApp]) -> None:
        self._servers: dict[str, httpx.ASGITransport] = {}
        for host, app in servers.items():
            self.add(host, app)

    def add(self, host: str, app: ASGIApp) -> None:
        self._servers[host] = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._servers[request.url.host].handle_async_request(request)
