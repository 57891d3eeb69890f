"""Who wins when the two sides no longer say the same about a linked document?

A three-way comparison, field by field, against what each side showed when they last agreed; so a
memo that the other side cut, a due date that it filled in or a tax that it computed is no edit.
The echo of our own write needs no rule of its own: it shows exactly its half of what is agreed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.rules.documents.fields import FIELDS, Policy
from schemas.records import Record
from schemas.state import Document
from schemas.values import Side

Across = Callable[[Record, Side], Record]


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is to be done about a document's fields, by what becomes of each."""

    agree: tuple[str, ...] = ()
    write: dict[Side, dict[str, Any]] = field(default_factory=dict)
    conflict: tuple[str, ...] = ()
    no_home: tuple[str, ...] = ()


def settle(document: Document, across: Across, *, over: Side | None = None) -> Settlement:
    """Compare both sides of a linked document, neither of them deleted, with what was agreed.

    What `over` shows wins wherever either side has changed a field.
    """
    agree: list[str] = []
    conflict: list[str] = []
    no_home: list[str] = []
    write: dict[Side, dict[str, Any]] = {}
    for name, policy in FIELDS[document.kind].items():
        winner = _winner(document, name, policy, over)
        if winner is None:
            if _both_changed(document, name) and not _same(document, name, across):
                conflict.append(name)
            elif _both_changed(document, name):
                agree.append(name)
            continue
        to = winner.other
        value = _value(document, name, policy, winner, across)
        if value == getattr(_record(document, to), name):
            if not policy.mirror:
                agree.append(name)
        elif to in policy.to:
            write.setdefault(to, {})[name] = value
        else:
            no_home.append(name)
    return Settlement(tuple(agree), write, tuple(conflict), tuple(no_home))


def edited(document: Document, side: Side) -> tuple[str, ...]:
    """Return the fields that a side has changed since both sides of a document agreed."""
    shown = document.shown(side)
    if document.agreed is None or shown is None or shown.record is None:
        return ()
    fields = FIELDS[document.kind].items()
    return tuple(n for n, policy in fields if not policy.mirror and _changed(document, n, side))


def _winner(document: Document, name: str, policy: Policy, over: Side | None) -> Side | None:
    if policy.mirror:
        return policy.owner
    changed = [side for side in Side if _changed(document, name, side)]
    if changed and over is not None:
        return over
    if len(changed) == 1:
        return changed[0]
    return policy.owner if changed else None


def _value(document: Document, name: str, policy: Policy, winner: Side, across: Across) -> Any:
    if policy.mirror and name == "marker":
        shown = document.shown(winner)
        return shown.id if shown else None
    if policy.mirror:
        return getattr(_record(document, winner), name)
    return getattr(across(_record(document, winner), winner.other), name)


def _both_changed(document: Document, name: str) -> bool:
    return all(_changed(document, name, side) for side in Side)


def _same(document: Document, name: str, across: Across) -> bool:
    told = getattr(across(_record(document, Side.MEDIAOS), Side.QBO), name)
    return bool(told == getattr(_record(document, Side.QBO), name))


def _changed(document: Document, name: str, side: Side) -> bool:
    if document.agreed is None:
        return True
    half = document.agreed.mediaos if side is Side.MEDIAOS else document.agreed.qbo
    return bool(getattr(_record(document, side), name) != getattr(half, name))


def _record(document: Document, side: Side) -> Record:
    shown = document.shown(side)
    if shown is None or shown.record is None:
        raise ValueError(f"{side} shows nothing to settle")
    return shown.record
