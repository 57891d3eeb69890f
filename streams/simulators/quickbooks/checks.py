"""Is a body well formed, before anyone asks what it means?

An unknown property is refused on any level (2.1), while a number written as a string is taken (7.2)
and an empty string means "no value", which is how python-quickbooks writes one (7.2).
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from streams.simulators.quickbooks.amounts import exact
from streams.simulators.quickbooks.book import Record
from streams.simulators.quickbooks.emails import check_emails
from streams.simulators.quickbooks.refusals import Fault, missing
from streams.simulators.quickbooks.shape import Shape
from streams.simulators.quickbooks.shapes import (
    DATES,
    FLAGS,
    LENGTHS,
    NUMBERS,
    READ_ONLY,
    REQUIRED,
    SHAPES,
)

#: Above what QBO's forms hold (invented); the product of two such numbers is still exact.
_LARGEST = Decimal(10) ** 11
#: So far ahead that no term ends after the last day that there is (invented).
_LAST_DAY = date(9000, 12, 31)
_DAY = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.ASCII | re.DOTALL)


def well_formed(kind: str, body: object) -> Record:
    """Return the body with exact numbers. Faults 2010, 2050, 2060, 2090, 2210 where it is not."""
    return _shaped(body, SHAPES[kind], kind, "")


def writable(kind: str, body: Record) -> Record:
    """Return what the caller may set; the rest is ignored without a word (2.1)."""
    return {name: value for name, value in body.items() if name not in READ_ONLY[kind]}


def complete_enough(kind: str, draft: Record) -> None:
    """Fault 2020 where a required property has no value (3.3)."""
    for name in REQUIRED.get(kind, ()):
        if draft.get(name) in (None, "", []):
            raise missing(name)


def latin_only(value: object) -> None:
    """Fault 2040 for text outside ISO-8859-1, which a US company cannot hold (2.1)."""
    if isinstance(value, str):
        try:
            value.encode("latin-1")
        except UnicodeEncodeError as reason:
            raise Fault("2040", f"Invalid String. Unsupported character in: {value}") from reason
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            latin_only(item)


def _shaped(value: object, shape: Shape, name: str, path: str) -> Record:
    if not isinstance(value, dict):
        raise _unsupported(f"{name} must be an object")
    for key in value:
        if key not in shape:
            raise _unrecognised(str(key), name, shape)
    parts = {key: _part(item, shape[key], key, path) for key, item in value.items()}
    # On top a null says "clear this"; further down it says nothing.
    return {key: part for key, part in parts.items() if part is not None or not path}


def _part(value: Any, shape: Shape | list[Shape] | None, name: str, path: str) -> Any:
    if value is None or value == "":
        return None
    if shape is None:
        return _scalar(value, name, f"{path}{name}")
    if isinstance(shape, dict):
        return _shaped(value, shape, name, f"{path}{name}.")
    if not isinstance(value, list):
        raise _unsupported(f"{name} must be an array")
    return [_shaped(item, shape[0], name, f"{path}{name}.") for item in value]


def _scalar(value: Any, name: str, path: str) -> Any:
    if isinstance(value, dict | list):
        raise _unsupported(f"{name} must be a single value")
    if name in NUMBERS:
        return _or_fault("2090", _number, value, name)
    if name in DATES:
        return _or_fault("2060", _day, value, name)
    if name in FLAGS:
        return _or_fault("2010", _flag, value, name)
    if isinstance(value, bool | int | Decimal):
        # QBO takes a bare number for a text.
        value = str(value)
    longest = LENGTHS.get(path)
    if longest is not None and len(str(value)) > longest:
        raise _too_long(name, longest, len(str(value)))
    if name == "Address":
        check_emails(str(value))
    return value


def _number(value: Any) -> Decimal:
    number = exact(value)
    if abs(number) >= _LARGEST:
        raise ValueError(f"{value} is larger than QBO holds")
    return number


def _day(value: Any) -> str:
    """Return a date; a time behind it is cut off, not shifted (recorded)."""
    match = _DAY.fullmatch(value)
    if match is None or date.fromisoformat(match["day"]) > _LAST_DAY:
        raise ValueError(f"{value} is no date")
    return match["day"]


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value.casefold()]


def _or_fault(code: str, read: Callable[[Any], object], value: object, name: str) -> object:
    try:
        return read(value)
    except (AttributeError, LookupError, TypeError, ValueError) as reason:
        raise Fault(code, f"Invalid value for {name} : {value}", element=name) from reason


def _too_long(name: str, longest: int, supplied: int) -> Fault:
    detail = (
        "String length specified does not match the supported length. "
        f"Min: 0 characters, Max: {longest} characters, Supplied length: {supplied} characters"
    )
    return Fault("2050", detail, element=name)


def _unsupported(text: str) -> Fault:
    return Fault("2010", f"Property Name:failed to parse json object; {text}")


def _unrecognised(key: str, name: str, shape: Shape) -> Fault:
    known = ", ".join(f'"{item}"' for item in sorted(shape))
    detail = (
        f'Property Name:Unrecognized field "{key}" (class com.intuit.schema.finance.v3.{name}), '
        f"not marked as ignorable ({len(shape)} known properties: {known}])\n "
        "specified is unsupported or invalid"
    )
    return Fault("2010", detail, element=None)
