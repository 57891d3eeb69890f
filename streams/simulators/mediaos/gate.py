"""Who may ask, and how often?

HTTP Basic with the key as user name; 5,000 requests of the account in 24 hours, then 429 without
Retry-After, since none is documented (mediaos-api.md section 1). The documented alternative, the
key in the query string, is left out: it would stand in every access log.
"""

import base64
import hmac
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from streams.simulators.mediaos.refusals import Refusal


class Gate:
    """The door of one account."""

    def __init__(
        self, *, key: str, password: str, limit: int, window: timedelta, now: Callable[[], datetime]
    ) -> None:
        self._expected = base64.b64encode(f"{key}:{password}".encode())
        self._limit = limit
        self._window = window
        self._now = now
        self._admitted: deque[datetime] = deque()

    def admit(self, authorization: str) -> None:
        """Let one request in; raises the 401, or the 429 that counts nothing."""
        scheme, _, given = authorization.partition(" ")
        known = hmac.compare_digest(given.strip().encode(), self._expected)
        if scheme.lower() != "basic" or not known:
            message = "Give the API key as user name and the API password as password."
            refusal = Refusal(401, "bad_credentials", message)
            refusal.headers["www-authenticate"] = 'Basic realm="MediaOS"'
            raise refusal
        now = self._now()
        while self._admitted and self._admitted[0] <= now - self._window:
            self._admitted.popleft()
        if len(self._admitted) >= self._limit:
            hours = self._window / timedelta(hours=1)
            message = f"Over {self._limit} requests of this account in {hours:g} hours; wait."
            raise Refusal(429, "too_many_requests", message)
        self._admitted.append(now)
