"""How does MediaOS write a number and a date?

As text: a number without trailing zeros ("1861.08", "100", "0"), a date without a zone
(mediaos-api.md sections 1 and 3). Our contract adds that the zone is UTC.
"""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")

#: Nine digits and five decimals, so that a product of two still is exact in Decimal's 28 digits.
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,5})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def show_number(value: Decimal) -> str:
    """Write a number as MediaOS does: no exponent, no trailing zero, no minus before zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def read_number(text: str) -> Decimal:
    """Read a number; raises ValueError for anything but digits, a sign and a decimal point."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("up to nine digits and five decimals")
    return Decimal(text)


def to_cents(value: Decimal) -> Decimal:
    """Round half up (away from zero) to cents."""
    return value.quantize(CENT, ROUND_HALF_UP)


def show_time(moment: datetime) -> str:
    """Write an aware time in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def read_time(text: str) -> datetime:
    """Read a time as UTC; raises ValueError for another form or a day that does not exist."""
    if not _TIME.fullmatch(text):
        raise ValueError("YYYY-MM-DD HH:MM:SS")
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
