"""How is one field written in a request to MediaOS?"""

from datetime import date
from decimal import Decimal
from typing import Any

from schemas.records import Address

Body = dict[str, Any]

ADDRESS_LINES = ("line1", "line2", "line3", "line4")


class UnsendableError(ValueError):
    """MediaOS's API cannot write what the command asks; `field` is the field that cannot go."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def write_email(value: str | None) -> Body | None:
    """Write an e-mail address."""
    return None if value is None else {"value": value}


def write_address(address: Address | None) -> Body | None:
    """Write an address, every line of it."""
    if address is None:
        return None
    # MediaOS has four lines and QuickBooks five: what is over goes into the last.
    last = len(ADDRESS_LINES) - 1
    lines = [*address.lines[:last], ", ".join(address.lines[last:])]
    lines += [""] * (len(ADDRESS_LINES) - len(lines))
    return {
        **dict(zip(ADDRESS_LINES, lines, strict=True)),
        "city": address.city,
        "state": address.region,
        "postal_code": address.postal_code,
        "country": address.country,
    }


def write_number(value: Decimal) -> str:
    """Write a number as MediaOS does: plain, without trailing zeros (mediaos-api.md 3.2)."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def write_day(value: date) -> str:
    """Write a day as the time at which it begins."""
    return f"{value.isoformat()} 00:00:00"
