"""What is wrong with a public event of MediaOS, all at once?

Its reader stops at the first fault; a publisher wants to mend all of them.  So what was refused is
looked at again: the envelope, the data, and where they contradict each other.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec
from msgspec import Raw

from schemas.catalog import NotUnderstoodError
from schemas.kinds import KINDS
from schemas.limits import DEPTH, LARGEST_RECORD, depth
from schemas.published import Announcement
from schemas.values import Kind
from streams.remotes.mediaos.contradictions import Told, contradictions
from streams.remotes.mediaos.field_faults import NOTHING, NULL, FieldFault, field_faults, shown_raw
from streams.remotes.mediaos.shapes import shown
from streams.remotes.mediaos.wire_reading import read_moment

#: An answer names no more; who mends these hears of the others.
MOST_FAULTS = 100

_TEXTS = frozenset({"id", "source", "type", "subject", "tenant", "sequence"})
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_TOLD = re.compile(r"(?P<path>[a-z_][\w.\[\]]*): (expected )?(?P<expected>.*)", re.DOTALL)
_json = msgspec.json.Decoder(Raw)
_object = msgspec.json.Decoder(dict[str, Raw])
_list = msgspec.json.Decoder(list[Raw])


class EventError(NotUnderstoodError):
    """An event cannot be read; `faults` names every field that is wrong, at most MOST_FAULTS."""

    def __init__(self, text: str, faults: tuple[FieldFault, ...]) -> None:
        super().__init__(text)
        self.faults = faults


def event_error(value: bytes, key: bytes | None, first: str) -> EventError:
    """Return all that is wrong with an event; `first` is what its reader said of it."""
    try:
        if depth(value) > DEPTH:
            return _as_a_whole(first)
        value.decode()
        _json.decode(value)
        given: Mapping[str, Raw] = _object.decode(value)
    except msgspec.ValidationError:
        return refused((FieldFault(path="", expected="an event", got=shown_raw(value)),))
    except msgspec.DecodeError as fault:
        return _as_a_whole(str(fault))
    except (UnicodeDecodeError, RecursionError):
        return _as_a_whole(first)
    return refused(tuple(_faults(value, given, key)) or (_of_text(first, value),))


def refused(faults: tuple[FieldFault, ...]) -> EventError:
    """Return the refusal for these faults, or for as many of them as one answer has room for."""
    named = faults[:MOST_FAULTS]
    return EventError("; ".join(map(str, named)), named)


def kind_of(event_type: str) -> Kind:
    """Return the kind that a sound type names."""
    return Kind(event_type.split(".")[2])


def too_large(size: int) -> FieldFault:
    """Return the fault of a record that is larger than any may be."""
    expected = f"a record of at most {LARGEST_RECORD} bytes (divide it)"
    return FieldFault(path="data", expected=expected, got=f"{size} bytes")


def _as_a_whole(first: str) -> EventError:
    return EventError(first, (FieldFault(path="", expected="an event in JSON", got=first),))


def _faults(value: bytes, given: Mapping[str, Raw], key: bytes | None) -> Iterator[FieldFault]:
    faults = list(field_faults(Announcement, value, ""))
    wrong = {fault.path for fault in faults}
    envelope = {
        name: msgspec.json.decode(raw)
        for name, raw in given.items()
        if name in _TEXTS and name not in wrong
    }
    kind = kind_of(envelope["type"]) if "type" in envelope else None
    data = bytes(given.get("data", NULL))
    if kind is not None and "data" in given:
        faults += _of_data(kind, data)
    yield from faults
    told = _told(envelope.get("tenant"), kind, data, {fault.path for fault in faults})
    yield from contradictions(envelope, told, key)


def _of_data(kind: Kind, data: bytes) -> list[FieldFault]:
    if len(data) > LARGEST_RECORD:
        return [too_large(len(data))]
    faults = list(islice(field_faults(KINDS[kind].public, data, "data"), MOST_FAULTS))
    if faults:
        return faults
    try:
        shown(kind, data, "data.")
    except NotUnderstoodError as fault:
        return [_of_text(str(fault), data)]
    return []


def _told(tenant: str | None, kind: Kind | None, data: bytes, wrong: set[str]) -> Told:
    """Return what the sound fields say; what contradicts a wrong one is no fault of its own."""
    read: dict[str, Any] = {}
    if kind is not None and "data" not in wrong:
        read = {
            name: msgspec.json.decode(raw)
            for name, raw in _object.decode(data).items()
            if name in {"id", "row_version", "date_deleted"} and f"data.{name}" not in wrong
        }
    dated = "data.date_deleted" not in wrong and "id" in read
    return Told(
        tenant=tenant,
        kind=kind,
        id=str(read["id"]) if "id" in read else None,
        number=int(read["row_version"]) if "row_version" in read else None,
        deleted=read_moment(read.get("date_deleted"), "") is not None if dated else None,
    )


def _of_text(text: str, data: bytes) -> FieldFault:
    """Return the fault that a record's reader told of; what it says of what came is in its text."""
    found = _TOLD.fullmatch(text)
    path, expected = (found["path"], found["expected"]) if found else ("", text)
    return FieldFault(path=path, expected=expected.partition(", got ")[0], got=_at(data, path))


def _at(data: bytes, path: str) -> str:
    raw = data
    try:
        for name, number in _STEP.findall(path.removeprefix("data")):
            raw = bytes(_list.decode(raw)[int(number)] if number else _object.decode(raw)[name])
    except (KeyError, IndexError, msgspec.ValidationError):
        return NOTHING
    return shown_raw(raw)
