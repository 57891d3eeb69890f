"""Where does a token for OAUTHBEARER come from?  A file that somebody renews, or an endpoint.

Clients run in more than one loop (Faust's consumer has its own), so nothing here belongs to one.
Whatever goes wrong is told as a KafkaError: the client takes that for a login that failed, and
tries again, while anything else would end the task that connects.
"""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaError

ANSWER_SECONDS = 10.0
#: A token is renewed once so much of its life is over.
RENEWED_AFTER = 0.8
#: OAuth need not say how long a token lives.
UNSAID_SECONDS = 300.0


class NoTokenError(KafkaError):  # type: ignore[misc] # aiokafka has no types here
    """There is no token to log in with; the text says why, and what to do."""


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]
    """Gives a token at each login."""

    def __init__(self, extensions: Mapping[str, str]) -> None:
        self._extensions = dict(extensions)

    async def token(self) -> str:
        """Return a token that has not run out; NoTokenError."""
        raise NotImplementedError

    def extensions(self) -> dict[str, str]:
        """Return what is told beside the token, as some managed Kafkas want it."""
        return self._extensions


class FileToken(TokenProvider):
    """What stands in a file, read at each login: whoever issues tokens renews it there."""

    def __init__(self, path: str, extensions: Mapping[str, str]) -> None:
        super().__init__(extensions)
        self._path = Path(path)

    async def token(self) -> str:
        """Return what the file holds; NoTokenError."""
        try:
            token = (await asyncio.to_thread(self._path.read_text, encoding="utf-8")).strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise NoTokenError(f"no token can be read from {self._path}") from fault
        if not token:
            raise NoTokenError(f"the file {self._path} is empty")
        return token


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
