"""How is what an older version wrote read today?  Old spellings are put into today's, on reading.

Until 2026-11 a command had one shape, `Write`, that created a record where it named no target; it
did not say of itself what it is.  And products were all that was mapped: facts and requests named
a product and an item where they name a kind, a source and a target today.  A time may have named no
zone, which none that we wrote ever did: it stands for UTC, and stops no reader.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from schemas.limits import DEPTH

_encode = msgspec.json.encode

#: By an old tag, today's, and the names that its fields have today.
_FACTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "product-mapped": ("mapped", {"product": "source", "item": "target"}),
    "product-seen": ("source-seen", {"product": "source"}),
    "item-seen": ("target-seen", {"item": "target"}),
}
_REQUESTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "map-product": ("set-mapping", {"product": "source", "item": "target"}),
    "read-items": ("read-targets", {}),
}
#: What a time is called in the facts.
_TIMES = frozenset(
    {
        *("at", "since", "until", "read_at", "heard"),
        *("first_attempt", "last_attempt", "earlier", "attempted"),
    }
)


def journal_record(value: bytes) -> bytes | None:
    """Return a record of the journal in today's spelling; None when nothing in it is older."""
    told = _decoded(value)
    facts = told.get("facts") if isinstance(told, dict) else None
    # All of them are looked at: one record may hold several that are older.
    older = [_respelt(each, _FACTS) | _typed(each) for each in _dicts(facts)]
    return _encode(told) if any([*older, _zoned(told)]) else None


def request(value: bytes) -> bytes | None:
    """Return a request in today's spelling; None when it is no older one."""
    told = _decoded(value)
    return _encode(told) if isinstance(told, dict) and _respelt(told, _REQUESTS) else None


def _decoded(value: bytes) -> Any:
    try:
        return msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _zoned(told: Any, depth: int = DEPTH) -> bool:
    """Have each time that names no zone be one of UTC; tell whether there was one."""
    parts = _parts(told) if depth else []
    # All of them are looked at.
    inner = [_zoned(each, depth - 1) for each in parts]
    times = _TIMES & told.keys() if isinstance(told, dict) else ()
    naive = [name for name in times if _is_naive(told[name])]
    for name in naive:
        told[name] += "Z"
    return bool(naive) or any(inner)


def _parts(told: Any) -> list[Any]:
    return list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else []


def _is_naive(told: Any) -> bool:
    try:
        return isinstance(told, str) and msgspec.convert(told, datetime).tzinfo is None
    except msgspec.ValidationError:
        return False


def _dicts(facts: Any) -> Iterator[dict[str, Any]]:
    yield from (each for each in facts if isinstance(each, dict)) if isinstance(facts, list) else ()


def _respelt(told: dict[str, Any], today: Mapping[str, tuple[str, Mapping[str, str]]]) -> bool:
    """Give what has an old tag today's tag and names; tell whether it had one."""
    tag = told.get("type")
    if not isinstance(tag, str) or tag not in today:
        return False
    told["type"], names = today[tag]
    told |= {new: told.pop(old) for old, new in names.items() if old in told}
    return True


def _typed(fact: dict[str, Any]) -> bool:
    """Have the command of an old decision say what it is; tell whether it did not."""
    command = fact.get("command") if fact.get("type") == "decided" else None
    if not isinstance(command, dict) or "type" in command:
        return False
    command["type"] = "update" if command.get("target") is not None else "create"
    return True
