"""Which fields of a published record are wrong, all of them, and what came in each?

Each field is read by the engine's own reader, alone: what it takes whole has no fault here.
"""

from collections.abc import Iterator
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Meta, Raw

from schemas.catalog import NotUnderstoodError, decoded
from schemas.limits import LimitError, amount
from schemas.published import Moment
from streams.remotes.mediaos.field_words import (
    A_LIST,
    A_VALUE,
    AN_OBJECT,
    alternatives,
    words,
    wrong_year,
)
from streams.remotes.mediaos.wire_reading import read_moment

SHOWN = 80
NOTHING = "nothing"
NULL = b"null"

_object = msgspec.json.Decoder(dict[str, Raw])
_list = msgspec.json.Decoder(list[Raw])
_MOMENT = alternatives(Moment)[0]


class FieldFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field; `path` is "" for the event as a whole."""

    path: str
    expected: str
    got: str

    def __str__(self) -> str:
        """Return the sentence of it, as a dead letter has it."""
        told = f"expected {self.expected}, got {self.got}"
        return f"{self.path}: {told}" if self.path else told


def field_faults(wanted: Any, raw: bytes, path: str) -> Iterator[FieldFault]:
    """Yield what is wrong in JSON that ought to be of a type, field by field, `path` before it."""
    parts = alternatives(wanted)
    if raw == NULL and NoneType in parts:
        return
    [first, *_] = parts
    if isinstance(first, type) and issubclass(first, msgspec.Struct):
        yield from _fields(first, raw, path)
    elif get_origin(first) is tuple:
        yield from _items(get_args(first)[0], raw, path)
    elif not _fits(wanted, first, raw):
        expected = wrong_year(wanted, raw) or words(wanted)
        yield FieldFault(path=path, expected=expected, got=shown_raw(raw))


def shown_raw(raw: bytes) -> str:
    """Return JSON as a person is shown it: in one line, and not for long."""
    text = msgspec.json.format(raw, indent=-1).decode()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _fields(wanted: type[msgspec.Struct], raw: bytes, path: str) -> Iterator[FieldFault]:
    try:
        given = _object.decode(raw)
    except msgspec.ValidationError:
        yield FieldFault(path=path, expected=AN_OBJECT, got=shown_raw(raw))
        return
    for field in _fields_of(wanted):
        where = f"{path}.{field.name}" if path else field.name
        if field.name in given and field.type is not Raw:
            yield from field_faults(field.type, bytes(given[field.name]), where)
        elif field.name not in given and field.required:
            yield FieldFault(path=where, expected=A_VALUE, got=NOTHING)


def _items(wanted: Any, raw: bytes, path: str) -> Iterator[FieldFault]:
    try:
        given = _list.decode(raw)
    except msgspec.ValidationError:
        yield FieldFault(path=path, expected=A_LIST, got=shown_raw(raw))
        return
    for place, each in enumerate(given):
        yield from field_faults(wanted, bytes(each), f"{path}[{place}]")


def _fits(wanted: Any, first: Any, raw: bytes) -> bool:
    try:
        value = decoded(_decoder(wanted), raw)
        if first == _MOMENT:
            read_moment(value, "")
        elif value is not None and (decimals := _decimals(first)) is not None:
            amount(value, "", decimals)
    except (LimitError, NotUnderstoodError):
        return False
    return True


# An invoice has thousands of fields of a few types, and what is wrong may come again and again.
_fields_of = cache(msgspec.structs.fields)


@cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)


@cache
def _decimals(wanted: Any) -> int | None:
    for meta in get_args(wanted)[1:]:
        if isinstance(meta, Meta) and meta.extra_json_schema:
            found: int | None = meta.extra_json_schema.get("decimals")
            return found
    return None
