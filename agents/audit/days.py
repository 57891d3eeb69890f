"""On which day of the company's did what MediaOS tells with a time happen?  Reckoned here anew."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import structs

from agents.audit.books import Entry
from schemas.limits import FIRST_YEAR, LAST_YEAR
from schemas.records import CreditMemo, Invoice, Payment, Refund


def time_told(text: str | None) -> datetime | None:
    """Return the time of what MediaOS writes in UTC; midnight is a day that has none."""
    try:
        found = datetime.fromisoformat(text or "").replace(tzinfo=UTC)
    except ValueError:
        return None
    return None if found.time() == time() else found


def on_its_day(entry: Entry[Any], zone: str) -> Any:
    """Return a record of MediaOS with its day in this zone; without a zone it is that in UTC."""
    told, shape = entry.beside.told, entry.shape
    if told is None or not zone:
        return shape
    try:
        day = told.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return shape
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return shape
    match shape:
        case Invoice() | CreditMemo() | Refund():
            return structs.replace(shape, issued=day)
        case Payment():
            return structs.replace(shape, received=day)
        case _:
            return shape


def is_same_day(one: Any, other: Any) -> bool:
    """Tell whether two documents of one kind stand on the same day."""
    return day_of(one) == day_of(other)


def day_of(shape: Any) -> date | None:
    """Return the day of a document in the books; None where it has none."""
    match shape:
        case (
            Invoice(issued=day)
            | CreditMemo(issued=day)
            | Refund(issued=day)
            | Payment(received=day)
        ):
            return day
        case _:
            return None
