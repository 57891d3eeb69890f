"""What time is it for the simulated company, and how does QBO write it?

QBO writes every time with the Pacific offset, whatever zone the company is in (2.1).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Now = Callable[[], datetime]

PACIFIC = ZoneInfo("America/Los_Angeles")


def wall_clock() -> datetime:
    """Read the machine's clock; the default of a simulator that runs as a server."""
    return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError(
                "start needs a time zone, for example datetime(2026, 1, 1, tzinfo=UTC)"
            )
        self._now = start

    def __call__(self) -> datetime:
        """Return the time at which the clock stands."""
        return self._now

    def advance(self, *, seconds: float = 0, minutes: float = 0, days: float = 0) -> datetime:
        """Move time forward and return the new time."""
        self._now += timedelta(seconds=seconds, minutes=minutes, days=days)
        return self._now


def second_stamp(at: datetime) -> str:
    """Write a time as MetaData does: whole seconds (2.1)."""
    return at.astimezone(PACIFIC).isoformat(timespec="seconds")


def millisecond_stamp(at: datetime) -> str:
    """Write a time as a reply's `time` does: milliseconds (2.1)."""
    return at.astimezone(PACIFIC).isoformat(timespec="milliseconds")


def pacific_date(at: datetime) -> date:
    """Return the day it is in the company."""
    return at.astimezone(PACIFIC).date()


@lru_cache(maxsize=10_000)
def parse_stamp(text: str) -> datetime:
    """Read an ISO time or date; one without an offset is Pacific (invented). ValueError if bad."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=PACIFIC)
