"""What goes wrong next in this company, because a test or the demo asked for it?

Everything here is off until asked for. The lock of an invoice reproduces what users of MediaOS
report; QBO documents no such thing (6).
"""

# ruff: noqa: A002 - "id" is what a record's id is called on both sides of the wire

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from streams.simulators.quickbooks.clock import Now
from streams.simulators.quickbooks.refusals import Fault, business

_LOCKED = (
    "Business Validation Error: This transaction is locked because someone else is working on it. "
    "Please try again later."
)
_ONE_NAME = "You can only add or edit one name at a time. Please try again."
_COMPANY_DETAILS = {
    "140": "Company Locked Out : the company is temporarily locked.",
    "150": "Company Under Maintenance : please try again later.",
    "6190": "Invalid Company Status : the subscription has ended or was cancelled.",
}
#: Kinds of which QBO takes one change at a time per company (6).
_NAME_LISTS = ("Customer", "Vendor", "Employee", "Item")

When = Literal["before", "after", "late"]


@dataclass(frozen=True, slots=True)
class TimeOut:
    """A write whose reply never comes.

    With `before` nothing is committed, with `after` it is before the connection is held, with
    `late` once it was held.
    """

    when: When
    hold_seconds: float
    kind: str | None = None


class Faults:
    """The faults waiting in one realm."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._statuses: deque[int] = deque()
        self._time_outs: deque[TimeOut] = deque()
        self._locks: dict[tuple[str, str], tuple[datetime, Fault]] = {}
        self._company: tuple[str, datetime | None] | None = None
        self._busy_names = 0
        #: How long every answer takes.
        self.slowness_seconds = 0.0

    def slow(self, seconds: float) -> None:
        """Let every answer take so long, or until :meth:`clear`, once it is carried out."""
        self.slowness_seconds = seconds

    def time_out_next(
        self,
        when: When = "after",
        hold_seconds: float = 0,
        times: int = 1,
        kind: str | None = None,
    ) -> None:
        """Let the next writes (of one kind) end without a reply (section 8.1)."""
        self._time_outs.extend([TimeOut(when, hold_seconds, kind)] * times)

    def answer_next(self, status: int, times: int = 1) -> None:
        """Answer the next requests with an HTTP status, whatever they ask for."""
        self._statuses.extend([status] * times)

    def lock(
        self,
        kind: str,
        id: str,
        seconds: float,
        code: str = "6000",
        text: str = _LOCKED,
    ) -> None:
        """Refuse API writes to one record for a while (6)."""
        until = self._now() + timedelta(seconds=seconds)
        self._locks[kind, id] = (until, Fault(code, text))

    def unlock(self, kind: str, id: str) -> None:
        """End a lock before its time."""
        self._locks.pop((kind, id), None)

    def refuse_company(self, code: str, seconds: float | None = None) -> None:
        """Refuse everything with 140, 150 or 6190, for a while or until allowed again (3.2)."""
        if code not in _COMPANY_DETAILS:
            raise ValueError(f"code is {code}; it must be one of {', '.join(_COMPANY_DETAILS)}")
        until = None if seconds is None else self._now() + timedelta(seconds=seconds)
        self._company = (code, until)

    def allow_company(self) -> None:
        """End what :meth:`refuse_company` began."""
        self._company = None

    def name_list_busy(self, times: int = 1) -> None:
        """Refuse the next writes to a name list, as QBO does while another is under way (6)."""
        self._busy_names += times

    def clear(self) -> None:
        """Forget every fault that waits."""
        self._statuses.clear()
        self._time_outs.clear()
        self._locks.clear()
        self._company = None
        self._busy_names = 0
        self.slowness_seconds = 0.0

    def next_status(self) -> int | None:
        """Take the HTTP status that the present request must be answered with, if any."""
        return self._statuses.popleft() if self._statuses else None

    def next_time_out(self, kind: str | None) -> TimeOut | None:
        """Take the time-out that the present write, to this kind, must end in, if any."""
        for waiting in self._time_outs:
            if waiting.kind in {None, kind}:
                self._time_outs.remove(waiting)
                return waiting
        return None

    def check_company(self) -> None:
        """Fault 140, 150 or 6190 while the company is refused."""
        if self._company is None:
            return
        code, until = self._company
        if until is None or self._now() < until:
            raise Fault(code, _COMPANY_DETAILS[code], element=None)
        self._company = None

    def check_write(self, kind: str, record_id: str | None) -> None:
        """Fault 6000, or the lock's own, where a write is not let through now."""
        if kind in _NAME_LISTS and self._busy_names:
            self._busy_names -= 1
            raise business(_ONE_NAME)
        until, fault = self._locks.get((kind, record_id or ""), (None, None))
        if until and fault and self._now() < until:
            raise fault
