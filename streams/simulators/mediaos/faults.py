"""What should go wrong next?

Each fault is armed for a number of times and wears off. All are invented: they are what a network
and a busy service do, and what the engine must live through.
"""

from collections import Counter, deque
from http import HTTPStatus
from typing import Literal

from streams.simulators.mediaos.refusals import Refusal, bad_fields

Fault = Literal["time_out_before_commit", "time_out_after_commit", "wrong_412"]

_ERRORS = range(400, 600)


class Faults:
    """The faults that are armed."""

    def __init__(self) -> None:
        self._armed: Counter[Fault] = Counter()
        self._statuses: deque[int] = deque()

    def arm(self, fault: Fault, *, times: int = 1) -> None:
        """Let the next writes meet a fault."""
        self._armed[fault] += times

    def answer_next(self, status: int, *, times: int = 1) -> None:
        """Answer the next requests, reads and writes alike, with a status and nothing done."""
        if status not in _ERRORS:
            raise bad_fields([("status", "must be an HTTP error status, 400 to 599")])
        self._statuses.extend([status] * times)

    def take(self, fault: Fault) -> bool:
        """Say whether a fault is armed, and use it up once."""
        if not self._armed[fault]:
            return False
        self._armed[fault] -= 1
        return True

    def refuse_if_told(self) -> None:
        """Raise the answer that was asked for, if one was."""
        if self._statuses:
            status = self._statuses.popleft()
            raise _injected(status)


def timed_out() -> Refusal:
    """The 504 that a client gets who outwaits a time-out; it says nothing about the commit."""
    return _injected(504)


def _injected(status: int) -> Refusal:
    known = {entry.value: entry for entry in HTTPStatus}
    code = known[status].name.lower() if status in known else f"status_{status}"
    return Refusal(status, code, "This answer is an injected fault.")
