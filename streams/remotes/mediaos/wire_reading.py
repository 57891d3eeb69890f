"""How is one field of MediaOS read, in its loose typing?  NotUnderstoodError names what is wrong.

A date that never was is none, an empty text is none, and a day is the day of a time in UTC.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from schemas import published
from schemas.catalog import NotUnderstoodError
from schemas.records import Address

#: mediaos-api.md 5.2: days that stand for no date.
NO_DAYS = frozenset({"0000-00-00", "1969-12-31"})
_TIME = "%Y-%m-%d %H:%M:%S"
#: Far above any invoice, and small enough for exact arithmetic in Decimal's 28 digits.
_MOST, _DECIMALS = Decimal(10) ** 12, 8


def read_address(raw: published.Address | None) -> Address | None:
    """Return an address; one without a word in it is none."""
    if raw is None:
        return None
    lines = [line or "" for line in (raw.line1, raw.line2, raw.line3, raw.line4)]
    while lines and not lines[-1]:
        lines.pop()
    address = Address(
        lines=tuple(lines),
        city=raw.city or "",
        region=raw.state or "",
        postal_code=raw.postal_code or "",
        country=raw.country or "",
    )
    return None if address == Address() else address


def read_email(raw: published.ContactData | None) -> str | None:
    """Return an e-mail address; one without a value is none."""
    return (raw.value or None) if raw else None


def read_text(value: str | int | None) -> str | None:
    """Return a text, or a number as text; an empty one is none."""
    return None if value is None or value == "" else str(value)


def read_flag(value: bool | int | str) -> bool:  # noqa: FBT001 - a value of the wire, not an option
    """Return whether a flag is set, however it is written."""
    return str(value).lower() in {"true", "1"}


def read_id(value: str | int, path: str) -> str:
    """Return an id, which becomes part of keys and event ids."""
    # The pattern of the schema lets a line break pass at the end, and a key may not hold one.
    if not re.fullmatch(r"[0-9A-Za-z_-]+", str(value)):
        raise NotUnderstoodError(f"{path}: expected an id of digits, got {value!r}")
    return str(value)


def read_amount(value: Decimal, path: str) -> Decimal:
    """Return an amount of a size and exactness that can be counted with."""
    if not value.is_finite() or abs(value) >= _MOST or value != round(value, _DECIMALS):
        raise NotUnderstoodError(
            f"{path}: expected an amount below {_MOST:f} of at most {_DECIMALS} decimals,"
            f" got {value!s:.40}"
        )
    return value


def needed_day(value: published.Moment, path: str) -> date:
    """Return a day that must be there."""
    found = read_day(value, path)
    if found is None:
        raise NotUnderstoodError(f"{path}: expected a date, YYYY-MM-DD HH:MM:SS, got none")
    return found


def read_day(value: published.Moment, path: str) -> date | None:
    """Return the day of a time, or None where there is none."""
    found = read_moment(value, path)
    return found.date() if found else None


def read_moment(value: published.Moment, path: str) -> datetime | None:
    """Return a time in UTC, or None where there is none."""
    if not value or value[:10] in NO_DAYS:
        return None
    try:
        return datetime.strptime(value, _TIME).replace(tzinfo=UTC)
    except ValueError as fault:
        raise NotUnderstoodError(
            f"{path}: expected YYYY-MM-DD HH:MM:SS in UTC, got {value!r:.40}"
        ) from fault
