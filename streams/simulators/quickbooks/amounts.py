"""How do money and other numbers cross the simulator without ever being a float?

QBO writes money with two decimals and zero as a bare 0 (2.1), and takes numbers written as strings,
which python-quickbooks sends (7.2).
"""

import json
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec

_CENT = Decimal("0.01")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def cents(value: Decimal | int) -> Decimal:
    """Round half-up to cents (3.3), with zero written as QBO writes it."""
    rounded = Decimal(value).quantize(_CENT, rounding=ROUND_HALF_UP)
    return rounded or Decimal(0)


def exact(value: object) -> Decimal:
    """Read a JSON number or a string of one. TypeError or ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise TypeError(f"{value!r} is not a number")
    try:
        number = Decimal(value)
    except InvalidOperation as reason:
        raise ValueError(f"{value!r} is not a number") from reason
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return number or Decimal(0)


def load(text: bytes) -> Any:
    """Read JSON with exact numbers. ValueError if it is none, or could not be written again."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        dump(value)
    except RecursionError as reason:
        raise ValueError("nested too deeply") from reason
    return value


def dump(value: object) -> bytes:
    """Write JSON with exact numbers."""
    return _ENCODER.encode(value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
