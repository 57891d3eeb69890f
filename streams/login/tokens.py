"""Where does a token for OAUTHBEARER come from?  A file that somebody renews.

Or an endpoint: `endpoint_token.py`, imported only where one is named.

Clients run in more than one loop (Faust's consumer has its own), so nothing here belongs to one.
Whatever goes wrong is told as a KafkaError: the client takes that for a login that failed, and
tries again, while anything else would end the task that connects.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaError


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
