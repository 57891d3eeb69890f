"""How is what an older version wrote read today?  Old spellings are put into today's, on reading.

Until 2026-11 a command had one shape, `Write`, that created a record where it named no target; it
did not say of itself what it is.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

_encode = msgspec.json.encode


def journal_record(value: bytes) -> bytes | None:
    """Return a record of the journal in today's spelling; None when nothing in it is older."""
    try:
        told = msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    older = [each for each in _decided(told) if isinstance(each, dict) and "type" not in each]
    for command in older:
        command["type"] = "update" if command.get("target") is not None else "create"
    return _encode(told) if older else None


def _decided(told: Any) -> Iterator[Any]:
    facts = told.get("facts") if isinstance(told, dict) else None
    for fact in facts if isinstance(facts, list) else ():
        if isinstance(fact, dict) and fact.get("type") == "decided":
            yield fact.get("command")
