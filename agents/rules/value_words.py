"""How is a field's value told to an accountant?  Money to the cent, a list by its parts.

An age in the largest of its units alone.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from schemas.money_words import money_words
from schemas.records import Address, Allocation, CreditPart, Line


def in_words(value: Any) -> str:
    """Return what a field of a record says; `nothing` where it holds nothing."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return money_words(value)
        case date():
            return value.isoformat()
        case Address():
            parts = (*value.lines, value.postal_code, value.city, value.region, value.country)
            return ", ".join(part for part in parts if part) or "nothing"
        case tuple():
            return "; ".join(_part(each) for each in value) or "nothing"
        case _:
            return str(value) if value not in {None, ""} else "nothing"


def age_words(age: timedelta) -> str:
    """Return how long something has been so: `2 days`, `1 hour`, `less than a minute`."""
    minutes = int(age.total_seconds()) // 60
    for size, thing in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            return number_words(minutes // size, thing)
    return "less than a minute"


def number_words(many: int, thing: str) -> str:
    """Return how many of a thing there are: `1 day`, `2,000 days`."""
    return f"{many:,} {thing}" if many == 1 else f"{many:,} {thing}s"


def utc_words(at: datetime) -> str:
    """Return a time in UTC, to the second: `2026-03-02 09:00:00Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def one_line(text: str) -> str:
    """Return what others wrote in one line, with what a screen would obey written out."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


def _part(part: Any) -> str:
    match part:
        case Line():
            return f"{money_words(part.amount)} {part.description}".strip()
        case Allocation():
            return f"{money_words(part.amount)} to invoice {part.invoice}"
        case CreditPart():
            return (
                f"{money_words(part.amount)} of credit memo {part.credit} to invoice {part.invoice}"
            )
        case _:
            return str(part)
