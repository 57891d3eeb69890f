"""How is a refresh token spent at Intuit?  By intuit-oauth, in a thread, with bounded patience.

Whether a token was spent decides what may follow, so the answer says which it is: a discovery that
fails has spent nothing, a token request without an answer may have (quickbooks-online.md 1.2, 1.4).
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema
from urllib3.exceptions import MaxRetryError, NewConnectionError

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
#: A day; Intuit's live an hour (1.2).
LONGEST_LIFE = 86_400.0
REDIRECT, BAD_REQUEST, SERVER_ERROR = 300, 400, 500

#: Intuit's access tokens have up to 4,096 characters, all of them seen (RFC 6749).
_TOKEN = re.compile(r"[!-~]{1,8192}")
#: Of what Intuit says when it says no.
LONGEST = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """New tokens; the access token lives that many seconds from the request's start."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """Intuit said no.  `reason` is OAuth's word: invalid_grant ends the connection (1.3)."""

    status: int
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """Intuit was not reached; nothing was spent."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKnown:
    """No definite answer came; the token may be spent."""

    detail: str


Exchanged = Granted | Declined | NotSent | NotKnown


class _Error(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""


class _BoundedClient(AuthClient):  # type: ignore[misc]  # the library has no types
    """intuit-oauth's client, which by itself waits for ever and follows whoever sends it on."""

    def request(self, method: str, *args: Any, **kwargs: Any) -> requests.Response:
        """Send with time-outs; what carries a token goes to the address that was named alone."""
        kwargs["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        kwargs["allow_redirects"] = method == "GET"
        return super().request(method, *args, **kwargs)  # type: ignore[no-any-return]  # as above

    def get_adapter(self, url: str) -> HTTPAdapter:
        """Return the way to an address; RequestException where one by TLS was left for it."""
        # The library keeps the address of the discovery document under this name.
        if _by_tls(self.environment) and not _by_tls(url):
            raise InvalidSchema("without TLS")
        return super().get_adapter(url)  # type: ignore[no-any-return]  # as above


class Exchange:
    """Intuit's token endpoint, which the document at `discovery_url` names."""

    def __init__(self, *, client_id: str, client_secret: str, discovery_url: str) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._discovery_url = discovery_url

    async def consent(self, state: str, redirect_uri: str) -> str | NotSent:
        """Return where the administrator consents, for the one scope that there is (1.1)."""

        def made() -> str | NotSent:
            client = self._client(redirect_uri)
            if isinstance(client, NotSent):
                return client
            with client:
                return str(client.get_authorization_url([Scopes.ACCOUNTING], state))

        return await asyncio.to_thread(made)

    async def revoke(self, token: str) -> Declined | NotSent | NotKnown | None:
        """Make all tokens of a connection worthless (1.1); None once they are.

        A token that Intuit does not know is worthless already.
        """

        def done() -> Declined | NotSent | NotKnown | None:
            client = self._client("")
            if isinstance(client, NotSent):
                return client
            with client:
                answer = _spent(client, lambda c: c.revoke(token), lambda _: None)
            unknown = isinstance(answer, Declined) and answer.status == BAD_REQUEST
            return None if unknown else answer

        return await asyncio.to_thread(done)

    async def refresh(self, refresh_token: str) -> Exchanged:
        """Spend a refresh token for new tokens."""
        return await asyncio.to_thread(self._exchange, "", lambda c: c.refresh(refresh_token))

    async def redeem(self, code: str, redirect_uri: str) -> Exchanged:
        """Spend the code that Intuit's consent page sent back for the first tokens."""
        return await asyncio.to_thread(
            self._exchange, redirect_uri, lambda c: c.get_bearer_token(code)
        )

    def _exchange(self, redirect_uri: str, spend: Callable[[AuthClient], None]) -> Exchanged:
        client = self._client(redirect_uri)
        if isinstance(client, NotSent):
            return client
        with client:
            return _spent(client, spend, _granted)

    def _client(self, redirect_uri: str) -> AuthClient | NotSent:
        try:
            # Any text that is not the name of an environment is taken for the address itself.
            client = _BoundedClient(
                self._client_id, self._client_secret, redirect_uri, self._discovery_url
            )
        except (AuthClientError, requests.RequestException, KeyError, ValueError) as fault:
            return NotSent(detail=f"Intuit's discovery document: {type(fault).__name__}")
        where = (client.auth_endpoint, client.token_endpoint, client.revoke_endpoint)
        # A document that came by TLS has no business to send our secret elsewhere without.
        if _by_tls(self._discovery_url) and not all(map(_by_tls, where)):
            return NotSent(detail="Intuit's discovery document names an address without TLS")
        return client


def _by_tls(address: object) -> bool:
    return str(address).lower().startswith("https:")


def _spent(
    client: AuthClient, spend: Callable[[AuthClient], object], read: Callable[[AuthClient], T]
) -> T | Declined | NotSent | NotKnown:
    try:
        spend(client)
        return read(client)
    except AuthClientError as refusal:
        return _declined(refusal)
    except requests.RequestException as fault:
        if _never_left(fault):
            return NotSent(detail=f"Intuit's token endpoint: {type(fault).__name__}")
        return NotKnown(detail=f"Intuit's token endpoint: {type(fault).__name__}")
    except (TypeError, ValueError) as fault:
        return NotKnown(detail=f"Intuit's answer is not understood: {type(fault).__name__}")


def _granted(client: AuthClient) -> Granted:
    # The library sets what the answer has and leaves None what it lacks.
    if not (_is_token(client.access_token) and _is_token(client.refresh_token)):
        raise TypeError("an answer without tokens")
    return Granted(
        access_token=client.access_token,
        refresh_token=client.refresh_token,
        expires_in_seconds=_lifetime(float(client.expires_in)),
    )


def _is_token(given: object) -> bool:
    """Tell whether this can be sent: kept, what no header carries fails at each call for ever."""
    return isinstance(given, str) and _TOKEN.fullmatch(given) is not None


def _lifetime(seconds: float) -> float:
    if not seconds > 0:
        raise ValueError("an access token that lives no time")
    return min(seconds, LONGEST_LIFE)


def _declined(refusal: AuthClientError) -> Declined | NotSent | NotKnown:
    status = int(refusal.status_code)
    if REDIRECT <= status < BAD_REQUEST:
        return NotSent(detail=f"Intuit's token endpoint answered {status}, which is not followed")
    if status >= SERVER_ERROR:
        return NotKnown(detail=f"Intuit's token endpoint answered {status}")
    try:
        said = msgspec.json.decode(refusal.content, type=_Error)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        said = _Error()
    return Declined(
        status=status, reason=said.error[:LONGEST], detail=said.error_description[:LONGEST]
    )


def _never_left(fault: requests.RequestException) -> bool:
    cause = fault.args[0] if fault.args else None
    refused = isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
    return refused or isinstance(fault, requests.ConnectTimeout)
