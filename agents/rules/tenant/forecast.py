"""When will the backlog be cleared?  At the pace that QuickBooks' budget allows, and never sooner.

It is reckoned as if all of it were one company's and every event needed a call there: of several
tenants each has a budget of its own, so what is said is the latest time and not the likeliest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Of one company (quickbooks-online.md 4), all workers together.
CALLS_A_MINUTE = 500
#: A write, and what is read of its echo and of people's own work: measured over a day of the demo.
CALLS_AN_EVENT = 1.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """So many events; they may begin then (in the past: now)."""

    events: int
    begins: datetime


def clears_at(backlog: Iterable[Waiting], now: datetime) -> datetime | None:
    """Return when the last of these events will be done; None when there are none."""
    done = None
    for each in sorted(backlog, key=lambda waiting: waiting.begins):
        if each.events:
            begins = max(done or now, each.begins, now)
            done = begins + timedelta(minutes=each.events * CALLS_AN_EVENT / CALLS_A_MINUTE)
    return done
