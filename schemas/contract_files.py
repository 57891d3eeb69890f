"""Which JSON Schemas describe what crosses a public topic?  Generated from the code, committed.

    python -m schemas.contract_files

writes them anew; a test compares.  `contracts/released` holds each version as it was released, and
this never writes it: what would let down anybody who keeps to it fails a test, and is a v2.
"""

from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from schemas.calls import WorkerCalls
from schemas.coverage import Coverage
from schemas.dead_letters import DeadLetter
from schemas.kinds import KINDS
from schemas.limits import amount_schema
from schemas.lockout_requests import LockoutWanted, ReleaseWanted
from schemas.published import Announcement
from schemas.requests import Push

CONTRACTS = Path(__file__).parent / "contracts"
SUFFIX = ".schema.json"

#: `announcement` is the envelope, the kinds are its data.
NAMES: dict[str, type[msgspec.Struct]] = {
    "announcement.v1": Announcement,
    "calls.v1": WorkerCalls,
    "coverage.v1": Coverage,
    "dead-letter.v1": DeadLetter,
    "lockout-wanted.v1": LockoutWanted,
    "push.v1": Push,
    "release-wanted.v1": ReleaseWanted,
    **{f"{kind}.v1": each.public for kind, each in KINDS.items()},
}

#: What we write and others read; all else others write.
WRITTEN = frozenset({"calls.v1", "coverage.v1", "dead-letter.v1"})


def contract_files() -> dict[str, str]:
    """Return the text of each file by its name."""
    return {f"{name}{SUFFIX}": _text(name, raw) for name, raw in NAMES.items()}


def _text(name: str, raw: type[msgspec.Struct]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:isthmus:{name}",
        **mended(msgspec.json.schema(raw)),
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def mended(schema: Any) -> Any:
    """Return a schema of msgspec's as our readers take it, its texts without their indents."""
    if isinstance(schema, dict):
        # What msgspec reads into a Decimal may be a number too; its own schema names the text only.
        decimals = schema.get("decimals")
        if decimals is not None:
            return amount_schema(decimals)
        return {name: mended(part) for name, part in schema.items()}
    if isinstance(schema, str):
        return cleandoc(schema)
    if isinstance(schema, list):
        return [inner for part in schema for inner in _alternatives(mended(part))]
    return schema


def _alternatives(part: Any) -> list[Any]:
    return part["anyOf"] if isinstance(part, dict) and part.keys() == {"anyOf"} else [part]


if __name__ == "__main__":
    for file_name, text in contract_files().items():
        (CONTRACTS / file_name).write_text(text, encoding="utf-8")
