"""How is one field of MediaOS read, in its loose typing?  NotUnderstoodError names what is wrong.

A date that never was is none, an empty text is none, and a day is the day of a time in UTC.  The
first moment of a day is how MediaOS writes a day without a time.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from schemas import published
from schemas.catalog import NotUnderstoodError
from schemas.limits import DECIMALS, RATE_DECIMALS, LimitError, amount, moment
from schemas.records import Address
from schemas.values import cents

#: mediaos-api.md 5.2: days that stand for no date.
NO_DAYS = frozenset({"0000-00-00", "1969-12-31"})
_TIME = "%Y-%m-%d %H:%M:%S"
_USUAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


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


def read_flag(value: bool | int | str | None) -> bool:  # noqa: FBT001 - a value of the wire, not an option
    """Return whether a flag is set, however it is written; one that is not told is not."""
    return str(value).lower() in {"true", "1"}


def read_amount(value: Decimal, path: str) -> Decimal:
    """Return an amount of money; LimitError beyond what an amount may be."""
    return amount(value, path, DECIMALS)


def read_rate(value: Decimal, path: str) -> Decimal:
    """Return a price of one, or a quantity, which has more decimals."""
    return amount(value, path, RATE_DECIMALS)


def read_product(quantity: Decimal, price: Decimal, path: str) -> Decimal:
    """Return quantity times price in cents; LimitError when that is no amount any more."""
    try:
        return read_amount(cents(quantity * price), path)
    except InvalidOperation as fault:
        raise LimitError(path, "quantity times amount below 10^15") from fault


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


def read_time(value: published.Moment, path: str) -> datetime | None:
    """Return the time in UTC of a day that has one, or None."""
    found = read_moment(value, path)
    return None if found is None or found.time() == time() else found


def read_moment(value: published.Moment, path: str) -> datetime | None:
    """Return a time in UTC, or None where there is none."""
    if not value or value[:10] in NO_DAYS:
        return None
    try:
        found = _parsed(value).replace(tzinfo=UTC)
    except ValueError as fault:
        raise NotUnderstoodError(
            f"{path}: expected YYYY-MM-DD HH:MM:SS in UTC, got {value!r:.40}"
        ) from fault
    return moment(found, path)


def _parsed(value: str) -> datetime:
    """Return a time as it is written; what is written as always is read some five times as fast."""
    if _USUAL.fullmatch(value):
        return datetime.fromisoformat(value)
    return datetime.strptime(value, _TIME)  # noqa: DTZ007 - whoever asks knows that it is UTC
