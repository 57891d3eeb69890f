"""How is what an older version wrote read today?  Old spellings are put into today's, on reading.

Until 2026-11 a command had one shape, `Write`, that created a record where it named no target; it
did not say of itself what it is.  And products were all that was mapped: facts and requests named
a product and an item where they name a kind, a source and a target today.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

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


def journal_record(value: bytes) -> bytes | None:
    """Return a record of the journal in today's spelling; None when nothing in it is older."""
    told = _decoded(value)
    facts = told.get("facts") if isinstance(told, dict) else None
    # All of them are looked at: one record may hold several that are older.
    older = [_respelt(each, _FACTS) | _typed(each) for each in _dicts(facts)]
    return _encode(told) if any(older) else None


def request(value: bytes) -> bytes | None:
    """Return a request in today's spelling; None when it is no older one."""
    told = _decoded(value)
    return _encode(told) if isinstance(told, dict) and _respelt(told, _REQUESTS) else None


def _decoded(value: bytes) -> Any:
    try:
        return msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


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
