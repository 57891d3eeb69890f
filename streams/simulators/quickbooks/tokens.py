"""Who may speak for which company, and for how long?

A refresh hands out a new refresh token; whether the old one still works afterwards is what Intuit's
own pages disagree about, so it is a switch (quickbooks-online.md 0, 1.2).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from streams.simulators.quickbooks.clock import Now
from streams.simulators.quickbooks.settings import SimulatorSettings

_GRACE = timedelta(hours=24)
#: Invented: Intuit does not say how long an authorization code lives (10).
_CODE_LIFE = timedelta(minutes=5)


class GrantRefused(Exception):
    """The token endpoint's `error` and, where Intuit gives one, its description (1.3)."""

    def __init__(self, error: str, description: str | None = None) -> None:
        super().__init__(error)
        self.body = {"error": error}
        if description:
            self.body["error_description"] = description


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refresh:
    realm: str
    connected_at: datetime
    value_since: datetime
    expires_at: datetime
    superseded_at: datetime | None = None


class Tokens:
    """Every token handed out, on the simulator's clock."""

    def __init__(
        self, now: Now, settings: Callable[[], SimulatorSettings], new_token: Callable[[], str]
    ) -> None:
        self._now = now
        self._settings = settings
        self._new_token = new_token
        self._access: dict[str, tuple[str, datetime]] = {}
        self._refresh: dict[str, _Refresh] = {}
        self._codes: dict[str, tuple[str, str, datetime]] = {}

    def grant(self, realm: str) -> dict[str, Any]:
        """Connect an app to a realm without asking anybody; return the token response (1.1)."""
        now = self._now()
        return self._answer(realm, self._issue(realm, connected_at=now))

    def authorize(self, realm: str, redirect_uri: str) -> str:
        """Return a code for one exchange, as the consent page would (1.1)."""
        code = self._new_token()
        self._codes[code] = (realm, redirect_uri, self._now() + _CODE_LIFE)
        return code

    def exchange(self, code: str, redirect_uri: str) -> dict[str, Any]:
        """Exchange a code once (1.1). GrantRefused `invalid_grant` otherwise (1.3)."""
        realm, expected, until = self._codes.pop(code, ("", "", self._now()))
        if not realm or redirect_uri != expected or self._now() >= until:
            raise GrantRefused("invalid_grant", "Invalid authorization code")
        return self.grant(realm)

    def refresh(self, token: str) -> dict[str, Any]:
        """Refresh by the rotation mode in force (0, 1.2). GrantRefused `invalid_grant`."""
        now = self._now()
        known = self._refresh.get(token)
        if known is None or now >= known.expires_at or self._is_spent(known):
            self._punish_reuse(known)
            raise GrantRefused("invalid_grant", "Incorrect or invalid refresh token")
        if not self._is_due(known):
            rolled = replace(known, expires_at=self._expiry(known.connected_at))
            self._refresh[token] = rolled
            return self._answer(known.realm, token)
        self._refresh[token] = replace(known, superseded_at=known.superseded_at or now)
        return self._answer(known.realm, self._issue(known.realm, connected_at=known.connected_at))

    def revoke(self, token: str) -> bool:
        """Disconnect the realm of a token (1.1); return False where nobody knows it."""
        access = self._access.get(token)
        refresh = self._refresh.get(token)
        realm = access[0] if access else refresh.realm if refresh else None
        if realm is None:
            return False
        self.revoke_realm(realm)
        return True

    def revoke_realm(self, realm: str) -> None:
        """Make every token of a realm worthless, as removing the administrator does (1.2)."""
        self._access = {token: one for token, one in self._access.items() if one[0] != realm}
        self._refresh = {token: one for token, one in self._refresh.items() if one.realm != realm}

    def expire_access(self) -> None:
        """Let every access token expire at once, in the middle of somebody's run."""
        self._access.clear()

    def realm_of(self, access_token: str) -> str | None:
        """Return the realm an access token is good for now, else None."""
        realm, until = self._access.get(access_token, (None, self._now()))
        return realm if self._now() < until else None

    def hard_seconds(self, refresh_token: str) -> int:
        """Return what is left of the five years (1.2)."""
        left = self._hard_end(self._refresh[refresh_token].connected_at) - self._now()
        return int(left.total_seconds())

    def _is_spent(self, known: _Refresh) -> bool:
        if known.superseded_at is None or self._settings().rotation == "keep":
            return False
        if self._settings().rotation == "grace24h":
            return self._now() >= known.superseded_at + _GRACE
        return True

    def _is_due(self, known: _Refresh) -> bool:
        age = self._now() - known.value_since
        return age >= timedelta(seconds=self._settings().rotate_after_seconds)

    def _punish_reuse(self, known: _Refresh | None) -> None:
        if known and self._settings().reuse_revokes_family:
            self.revoke_realm(known.realm)

    def _issue(self, realm: str, *, connected_at: datetime) -> str:
        token = self._new_token()
        self._refresh[token] = _Refresh(
            realm=realm,
            connected_at=connected_at,
            value_since=self._now(),
            expires_at=self._expiry(connected_at),
        )
        return token

    def _expiry(self, connected_at: datetime) -> datetime:
        rolling = self._now() + timedelta(seconds=self._settings().refresh_token_seconds)
        return min(rolling, self._hard_end(connected_at))

    def _hard_end(self, connected_at: datetime) -> datetime:
        return connected_at + timedelta(seconds=self._settings().refresh_hard_seconds)

    def _answer(self, realm: str, refresh_token: str) -> dict[str, Any]:
        seconds = self._settings().access_token_seconds
        access = self._new_token()
        self._access[access] = (realm, self._now() + timedelta(seconds=seconds))
        left = self._refresh[refresh_token].expires_at - self._now()
        return {
            "token_type": "bearer",
            "access_token": access,
            "refresh_token": refresh_token,
            "expires_in": seconds,
            "x_refresh_token_expires_in": int(left.total_seconds()),
        }
