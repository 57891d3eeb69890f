"""Which field of a publisher's event is wrong, what was expected there, and what came?

Said of the first fault that the engine's own reader meets, so what is accepted here is never a
dead letter later.
"""

import re
from typing import Any

import msgspec
import orjson

_WHERE = re.compile(r"(?P<path>[a-z_][\w.\[\]]*): (?P<what>.*)", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.+)`")
_EXPECTED = re.compile(r"[Ee]xpected (.+?)(, got .*)?", re.DOTALL)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

#: What the decoder says of a text without saying what it ought to be.
_OUGHT = {
    "Invalid decimal string": "an amount, as 12.50",
    "Invalid RFC3339 encoded datetime": "a time as RFC 3339 writes it, with its zone",
    "Invalid enum value": "one of the values that the schema names",
}
SHOWN = 80
NOTHING = "nothing"


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field; `path` is "" for the event as a whole."""

    path: str
    expected: str
    got: str


def reason_of(text: str, event: bytes) -> FieldError:
    """Return the reason behind a NotUnderstoodError's text about an event."""
    found = _WHERE.fullmatch(text)
    path, what = (found["path"], found["what"]) if found else ("", text)
    if missing := _MISSING.fullmatch(what):
        path = f"{path}.{missing[1]}" if path else missing[1]
        return FieldError(path=path, expected="a value", got=NOTHING)
    return FieldError(path=path, expected=_expected(what), got=_got(event, path))


def _expected(what: str) -> str:
    if found := _EXPECTED.fullmatch(what):
        return found[1].replace("`", "")
    return next((ought for says, ought in _OUGHT.items() if what.startswith(says)), what)


def _got(event: bytes, path: str) -> str:
    try:
        value: Any = orjson.loads(event)
        for name, number in _STEP.findall(path):
            value = value[int(number)] if number else value[name]
        shown = orjson.dumps(value).decode()
    except orjson.JSONDecodeError:
        return "bytes that are not JSON"
    except (KeyError, IndexError, TypeError):
        return NOTHING
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
