"""How is a field's value told to an accountant?  Money to the cent, a list by its parts.

An age in the largest of its units alone; an amount with its currency.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from agents.rules.kinds.money import told
from schemas.records import Address, Allocation, CreditPart, Line

#: Returns how an amount is written.
Money = Callable[[Decimal], str]


def in_words(value: Any, money: Money = told) -> str:
    """Return what a field of a record says; `nothing` where it holds nothing."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return money(value)
        case date():
            return value.isoformat()
        case Address():
            parts = (*value.lines, value.postal_code, value.city, value.region, value.country)
            return ", ".join(part for part in parts if part) or "nothing"
        case tuple():
            return "; ".join(_part(each, money) for each in value) or "nothing"
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


def money_words(amount: Decimal, currency: str = "") -> str:
    """Return an amount to the cent with its currency: `1,234.50 USD`."""
    whole, _, part = f"{amount:,f}".partition(".")
    told = f"{whole}.{part.rstrip('0'):0<2}" if amount.is_finite() else str(amount)
    return f"{told} {currency}".rstrip()


def one_line(text: str) -> str:
    """Return what others wrote in one line, with what a screen would obey written out."""
    line = " ".join(text.split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)


def _part(part: Any, money: Money) -> str:
    match part:
        case Line():
            return f"{money(part.amount)} {part.description}".strip()
        case Allocation():
            return f"{money(part.amount)} to invoice {part.invoice}"
        case CreditPart():
            return f"{money(part.amount)} of credit memo {part.credit} to invoice {part.invoice}"
        case _:
            return str(part)
