"""Is this body what may be written here, and if not, which field is wrong?

A reader takes one JSON value and returns it as the book holds it. Nothing is guessed: an amount
must be text, since a JSON number would go through binary floating point on the way.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from streams.simulators.mediaos.refusals import FieldError, bad_fields
from streams.simulators.mediaos.writing import read_number, read_time, show_number, to_cents

Reader = Callable[[Any], Any]
Readers = Mapping[str, Reader]


class BadValue(Exception):
    """A value that may not stand here, with the path of each fault below it ("" is itself)."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(errors)
        self.errors = tuple(errors)


def bad(expected: str) -> BadValue:
    """Make the fault of a value itself."""
    return BadValue([("", f"must be {expected}")])


def read_body(body: Any, readers: Readers, *, required: Sequence[str] = ()) -> dict[str, Any]:
    """Read a request's body; raises the 422 that names every fault at once."""
    try:
        return read_object(body, readers, required=required)
    except BadValue as fault:
        raise bad_fields(fault.errors) from fault


def read_object(value: Any, readers: Readers, *, required: Sequence[str] = ()) -> dict[str, Any]:
    """Read an object field by field; raises BadValue with the faults of all fields."""
    if not isinstance(value, Mapping):
        raise bad("an object")
    known = ", ".join(readers)
    errors = [(name, f"is not known here; known: {known}") for name in value.keys() - readers]
    errors += [(name, "is required") for name in required if name not in value]
    found: dict[str, Any] = {}
    for name in readers.keys() & value.keys():
        try:
            found[name] = readers[name](value[name])
        except BadValue as fault:
            errors += [(_joined(name, path), said) for path, said in fault.errors]
    if errors:
        raise BadValue(sorted(errors))
    return found


def each(reader: Reader) -> Reader:
    """Read an array of what ``reader`` reads."""

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise bad("an array")
        found, errors = [], []
        for index, item in enumerate(value):
            try:
                found.append(reader(item))
            except BadValue as fault:
                errors += [(_joined(f"[{index}]", path), said) for path, said in fault.errors]
        if errors:
            raise BadValue(errors)
        return found

    return read


def some(reader: Reader) -> Reader:
    """Read an array of what ``reader`` reads, with at least one in it."""

    def read(value: Any) -> list[Any]:
        found: list[Any] = each(reader)(value)
        if not found:
            raise bad("an array that is not empty")
        return found

    return read


def optional(reader: Reader) -> Reader:
    """Read null, or what ``reader`` reads."""
    return lambda value: None if value is None else reader(value)


def text(longest: int, *, shortest: int = 0) -> Reader:
    """Read a text of so many characters."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not shortest <= len(value) <= longest:
            raise bad(f"a text of {shortest} to {longest} characters")
        return value

    return read


def identity(value: Any) -> str:
    """Read an id: digits in a text."""
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
        raise bad("an id: digits in a text")
    return value


def boolean(value: Any) -> bool:
    """Read true or false, or 1 or 0 (mediaos-api.md section 1, booleans on input)."""
    if not isinstance(value, bool | int) or value not in (0, 1):
        raise bad("true or false (or 1 or 0)")
    return bool(value)


def number(*, least: Decimal | None = None, cents: bool = False) -> Reader:
    """Read a decimal number in a text, and write it as the book does."""
    floor = "" if least is None else f" of at least {least}"
    expected = f"a number in a text{floor}, with up to {2 if cents else 5} decimals"

    def read(value: Any) -> str:
        try:
            found = read_number(value)
        except (ValueError, TypeError) as fault:
            raise bad(expected) from fault
        if (least is not None and found < least) or (cents and found != to_cents(found)):
            raise bad(expected)
        return show_number(found)

    return read


def moment(value: Any) -> str:
    """Read a time, YYYY-MM-DD HH:MM:SS in UTC."""
    try:
        read_time(value)
    except (ValueError, TypeError) as fault:
        raise bad("a time in UTC: YYYY-MM-DD HH:MM:SS") from fault
    return str(value)


def day(value: Any) -> str:
    """Read a day, written as a time at midnight."""
    if not moment(value).endswith(" 00:00:00"):
        raise bad("a day: YYYY-MM-DD 00:00:00")
    return str(value)


def _joined(name: str, path: str) -> str:
    return (
        f"{name}{path}" if path.startswith("[") else ".".join(part for part in (name, path) if part)
    )
