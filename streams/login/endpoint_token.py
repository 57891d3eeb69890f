"""How does an endpoint of OAuth give the token of a login?  For a client's id and secret."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

from streams.login.tokens import NoTokenError, TokenProvider

ANSWER_SECONDS = 10.0
#: A token is renewed once so much of its life is over.
RENEWED_AFTER = 0.8
#: OAuth need not say how long a token lives.
UNSAID_SECONDS = 300.0


class EndpointToken(TokenProvider):
    """What a token endpoint gives for a client's id and secret (grant client_credentials)."""

    def __init__(
        self,
        *,
        url: str,
        client_id: str,
        client_secret: str,
        scope: str,
        extensions: Mapping[str, str],
    ) -> None:
        super().__init__(extensions)
        self._url = url
        self._client = httpx.BasicAuth(client_id, client_secret)
        self._asked = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._token, self._until = "", 0.0

    async def token(self) -> str:
        """Return the token that we have, or a new one when its time is nearly over; NoTokenError.

        Two logins at once may both ask: each has a token of its own then.
        """
        if time.monotonic() >= self._until:
            given = await self._ask()
            try:
                self._token = str(given["access_token"])
                seconds = float(given.get("expires_in", UNSAID_SECONDS))
            except (KeyError, TypeError, ValueError, AttributeError) as fault:
                raise NoTokenError(f"{self._url} answered without an access_token") from fault
            self._until = time.monotonic() + RENEWED_AFTER * seconds
        return self._token

    async def _ask(self) -> Any:
        try:
            async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
                reply = await client.post(self._url, data=self._asked, auth=self._client)
                reply.raise_for_status()
                return reply.json()
        except httpx.HTTPStatusError as fault:
            status = fault.response.status_code
            raise NoTokenError(f"{self._url} gives no token ({status})") from fault
        except (httpx.HTTPError, ValueError) as fault:
            raise NoTokenError(f"{self._url} gives no token ({type(fault).__name__})") from fault
