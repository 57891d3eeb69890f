"""On which day does something happen that MediaOS tells with a time?

On the day that it is then in the company's zone: an evening in New York is the next day in UTC, and
at the month's end the next month.  A day without a time stays as it is printed.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from schemas.company import PARTICULARS, Company
from schemas.decision_input import DecisionInput
from schemas.limits import FIRST_YEAR, LAST_YEAR
from schemas.records import Record
from schemas.tenant_state import TenantSettings
from schemas.values import Side


@dataclass(frozen=True, slots=True)
class Day:
    """The field that is a document's day in the books, and what holds the time behind it."""

    field: str
    at: str

    def time_of(self, record: Record) -> datetime | None:
        """Return the time that a record's side told, None where it told a day alone."""
        found: datetime | None = getattr(record, self.at)
        return found

    def stays(self, before: Record, now: Record) -> bool:
        """Tell whether a side shows the day of a document as it did.

        A day of an earlier release had a time of which nothing is known.
        """
        same = getattr(before, self.field) == getattr(now, self.field)
        return same and self.time_of(before) in {None, self.time_of(now)}


#: They are another zone on another machine.
_OF_A_MACHINE = frozenset({"localtime", "posixrules"})


@lru_cache(maxsize=1024)  # asked for with each document; where there is none, a folder is looked at
def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of that name (`America/New_York`), None where there is none."""
    if name in _OF_A_MACHINE:
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, ValueError):
        # Not there, a folder or a name too long, no name at all.
        return None


def zone_of(settings: TenantSettings, company: Company) -> str:
    """Return the name of the zone that decides a tenant's days: its own, or its company's."""
    return settings.time_zone or company.zone


def is_in_doubt(record: Record, day: Day, given: DecisionInput) -> bool:
    """Tell whether nobody knows on which day a record is to stand."""
    return (
        day.time_of(record) is not None
        and zone_named(zone_of(given.settings, given.company)) is None
    )


def no_zone(given: DecisionInput) -> str:
    """Return why there is no zone to go by, and what a person does about it."""
    name = zone_of(given.settings, given.company)
    if name:
        told = f"{name!r} is no time zone"
    elif given.company.realm and PARTICULARS not in given.company.unread:
        told = "its company shows no time zone in QuickBooks"
    else:
        return "its company's time zone was not read yet; it goes by itself once it is"
    remedy = "isthmus settings set --time-zone says it (America/New_York), and it goes by itself"
    return f"{told}; {remedy}"


def as_printed(record: Record, day: Day | None, to: Side, given: DecisionInput) -> dict[str, Any]:
    """Return, by name, what of a record says its day, as the other side is to show it."""
    if day is None:
        return {}
    at, zone = day.time_of(record), zone_named(zone_of(given.settings, given.company))
    if to is not Side.QBO or at is None or zone is None:
        return {day.at: None}
    there = at.astimezone(zone).date()
    # In no year that we would not read back: what stands in one is nobody's any more.
    told = there if FIRST_YEAR <= there.year <= LAST_YEAR else getattr(record, day.field)
    return {day.field: told, day.at: None}
