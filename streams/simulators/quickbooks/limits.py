"""How many requests may a realm make, and what does it get instead of an answer?

The windows slide, the strictest reading of section 4, and what was refused does not count
(invented). The body of a 429 comes in three forms, by turns unless one is set, since nobody knows
which is right (0).
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle

from streams.simulators.quickbooks.amounts import dump
from streams.simulators.quickbooks.refusals import gateway_fault
from streams.simulators.quickbooks.reply import Reply
from streams.simulators.quickbooks.settings import SimulatorSettings

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_MESSAGE = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
_DETAIL = "The request limit was reached.  Try again later"


class Limits:
    """The budget of one realm, counted on the simulator's clock."""

    def __init__(self, settings: Callable[[], SimulatorSettings]) -> None:
        self._settings = settings
        self._requests: deque[datetime] = deque()
        self._batches: deque[datetime] = deque()
        self._forms = cycle(("xml", "json", "empty"))
        #: Requests under way, which the older concurrency cap counts (0).
        self.under_way = 0

    def admit(self, at: datetime, *, batch: bool) -> bool:
        """Count a request, or return False where the budget of section 4 is spent."""
        settings = self._settings()
        if not settings.limits:
            return True
        _forget(self._requests, at)
        _forget(self._batches, at)
        spent = (
            sum(1 for one in self._requests if one > at - _SECOND) >= settings.requests_per_second
            or len(self._requests) >= settings.requests_per_minute
            or (batch and len(self._batches) >= settings.batches_per_minute)
            or self.under_way >= settings.requests_at_once
        )
        if not spent:
            self._requests.append(at)
            self._batches.extend([at] if batch else [])
        return not spent

    def refusal(self, at: datetime) -> Reply:
        """Return a 429 in the form that is set, or whose turn it is (3.1 C, 0)."""
        form: str = self._settings().throttle_form
        if form == "by_turns":
            form = next(self._forms)
        if form == "xml":
            text = (
                f'<Fault type="SERVICE"><Error code="3001"><Message>{_MESSAGE}</Message>'
                f"<Detail>{_DETAIL}</Detail></Error></Fault>"
            )
            return Reply(429, text.encode(), {"content-type": "application/xml"})
        if form == "json":
            body = gateway_fault(
                message=_MESSAGE, detail=_DETAIL, code="3001", kind="SERVICE", at=at
            )
            return Reply(429, dump(body), {"content-type": "application/json"})
        return Reply(429, b"", {})


def _forget(times: deque[datetime], at: datetime) -> None:
    while times and times[0] <= at - _MINUTE:
        times.popleft()
