"""How does a client get its tokens over HTTP?

Client credentials come by HTTP Basic only, and a refused grant is 400 with a body that says little
(1.1, 1.3).
"""

import base64
import json
import secrets
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from streams.simulators.quickbooks.settings import SimulatorSettings
from streams.simulators.quickbooks.tokens import GrantRefused, Tokens

#: The only one of the accounting API (1.1).
SCOPE = "com.intuit.quickbooks.accounting"

_HARD_EXPIRY = "x-include-refresh-token-hard-expires-in"
_DISCOVERY = ("openid_sandbox_configuration", "openid_configuration")


class OAuthPages:
    """The token, revoke, authorize and discovery addresses."""

    def __init__(
        self,
        *,
        tokens: Tokens,
        client_id: str,
        client_secret: str,
        realm: str,
        settings: Callable[[], SimulatorSettings],
    ) -> None:
        self._tokens = tokens
        self._settings = settings
        self._client = f"{client_id}:{client_secret}".encode()
        self._client_id = client_id
        self._realm = realm

    def routes(self) -> list[Route]:
        """Return the addresses to serve (1.1)."""
        return [
            Route("/oauth2/v1/tokens/bearer", self.token, methods=["POST"]),
            Route("/v2/oauth2/tokens/revoke", self.revoke, methods=["POST"]),
            Route("/connect/oauth2", self.authorize),
            *(Route(f"/.well-known/{name}/", self.discovery) for name in _DISCOVERY),
            *(Route(f"/.well-known/{name}", self.discovery) for name in _DISCOVERY),
        ]

    async def token(self, request: Request) -> Response:
        """Exchange a code or refresh a token (1.1)."""
        if not self._knows(request):
            return JSONResponse({"error": "invalid_client"}, 401)
        try:
            body = self._granted(_form(await request.body()))
        except GrantRefused as refused:
            return JSONResponse(refused.body, 400)
        if request.headers.get(_HARD_EXPIRY) == "true":
            left = self._tokens.hard_seconds(body["refresh_token"])
            body["x_refresh_token_hard_expires_in"] = left
        return JSONResponse(body, headers={"cache-control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        """Disconnect (1.1), asked by JSON as documented or by a form as node-quickbooks does."""
        if not self._knows(request):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = _token(await request.body())
        if token is None:
            return JSONResponse({"error": "invalid_request"}, 400)
        return Response(status_code=200 if self._tokens.revoke(token) else 400)

    async def authorize(self, request: Request) -> Response:
        """Ask for consent, or answer as the setting says, and send the browser back (1.1).

        A `consent` in the query is the person's answer on the page; `realm` names the company
        that they are signed in to.
        """
        asked = request.query_params
        if asked.get("client_id") != self._client_id or not asked.get("redirect_uri"):
            return JSONResponse({"error": "invalid_request"}, 400)
        back, state = asked["redirect_uri"], {"state": asked.get("state", "")}
        if asked.get("response_type") != "code" or asked.get("scope") != SCOPE:
            return _sent_back(back, {"error": "invalid_scope"} | state)
        consent = asked.get("consent") or self._settings().consent
        if consent == "asked":
            return _consent_page(str(request.url))
        if consent == "refused":
            return _sent_back(back, {"error": "access_denied"} | state)
        realm = asked.get("realm", self._realm)
        code = self._tokens.authorize(realm, back)
        return _sent_back(back, {"code": code, "realmId": realm} | state)

    async def discovery(self, request: Request) -> Response:
        """Name the addresses, as intuit-oauth's AuthClient reads them at construction (1.4)."""
        root = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "issuer": f"{root}/op/v1",
                "authorization_endpoint": f"{root}/connect/oauth2",
                "token_endpoint": f"{root}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{root}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{root}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{root}/op/v1/jwks",
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone"],
            }
        )

    def _granted(self, form: dict[str, str]) -> dict[str, Any]:
        match form.get("grant_type"):
            case "refresh_token":
                return self._tokens.refresh(form.get("refresh_token", ""))
            case "authorization_code":
                return self._tokens.exchange(form.get("code", ""), form.get("redirect_uri", ""))
            case _:
                raise GrantRefused("unsupported_grant_type")

    def _knows(self, request: Request) -> bool:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        try:
            sent = base64.b64decode(text, validate=True)
        except ValueError:
            return False
        return scheme.lower() == "basic" and secrets.compare_digest(sent, self._client)


def _form(body: bytes) -> dict[str, str]:
    text = body.decode(errors="replace")
    return {name: values[0] for name, values in parse_qs(text).items()}


def _token(body: bytes) -> str | None:
    """Return the token that a body names, whichever form it has."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = _form(body)
    token = told.get("token") if isinstance(told, dict) else None
    return str(token) if token else None


def _sent_back(address: str, answer: dict[str, str]) -> Response:
    return RedirectResponse(f"{address}?{urlencode(answer)}", 302)


def _consent_page(address: str) -> Response:
    links = "".join(
        f'<p><a href="{escape(address)}&amp;consent={answer}">{word}</a></p>'
        for answer, word in (("given", "Connect"), ("refused", "No, thanks"))
    )
    title = "Connect this app to the simulated QuickBooks?"
    return HTMLResponse(f"<!doctype html><title>{title}</title><h1>{title}</h1>{links}")
