"""A process's way to the sides by HTTP: each call of it may be the last."""

import httpx

from tests.testing.simulated.kafka import Mortal


class MortalTransport(httpx.AsyncBaseTransport):
    """Passes on what a process asks, as long as it lives."""

    def __init__(self, behind: httpx.AsyncBaseTransport, mortal: Mortal) -> None:
        self._behind = behind
        self._mortal = mortal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        named = f"{request.method} {request.url.host}{request.url.path}"

        async def asked() -> httpx.Response:
            return await self._behind.handle_async_request(request)

        answer: httpx.Response = await self._mortal.call(named, asked)
        return answer
