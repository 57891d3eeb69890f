"""What comes of a list that one side changed and the other holds more in: lines, links?

Lines have no common id: which of MediaOS's is which of QuickBooks' follows from when both agreed,
line by line in order, and from how MediaOS's list has changed since.  A line that QuickBooks holds
besides (a bookkeeper's) is never touched, and one that both changed is a conflict of that line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol

from msgspec.structs import replace

from schemas.records import Line

#: A line that QuickBooks is to make.
NEW = ""


@dataclass(frozen=True, slots=True)
class Halves:
    """One side's list when both agreed, and now; both in QuickBooks' values."""

    agreed: tuple[Any, ...]
    now: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What QuickBooks is to show; `conflict` names what both sides changed, for a person."""

    value: tuple[Any, ...]
    conflict: tuple[str, ...] = ()


class Merge(Protocol):
    """Puts a list of MediaOS's into QuickBooks'; with `force` MediaOS has its own."""

    def __call__(self, mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
        """Return what QuickBooks is to show."""
        ...


def same_lines(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Tell whether the same is sold, whatever ids the lines have."""
    return [_words(line) for line in one] == [_words(line) for line in other]


def merged_lines(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Put what MediaOS has changed of its lines into QuickBooks'; with `force` it has its own."""
    if not all(line.id for line in (*qbo.agreed, *qbo.now)):
        return _in_order(mediaos, qbo, force=force)
    bases = _pairs(mediaos.agreed, qbo.agreed)
    if bases is None:
        return _as_one(mediaos, qbo, force=force)
    if force:
        return Merged(tuple(_with_ids(mediaos, bases, qbo)))
    shown = {line.id: line for line in qbo.now}
    wanted: dict[str, Line | None] = {}
    new: list[Line] = []
    conflict: list[str] = []
    for place, line in _changes(mediaos):
        if place is None:
            new.append(line)
            continue
        base = bases[place]
        wanted[base.id] = replace(line, id=base.id) if line is not None else None
        if _is_conflict(base, shown.get(base.id), line):
            conflict.append(f"line {place + 1}")
    kept = [line for each in qbo.now if (line := wanted.get(each.id, each)) is not None]
    return Merged((*kept, *_not_there(new, qbo)), tuple(conflict))


def merged_links(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Put MediaOS's links into QuickBooks', and keep those to what MediaOS does not know."""
    ours = {part.invoice for half in (mediaos.agreed, mediaos.now) for part in half}
    theirs = () if force else tuple(part for part in qbo.now if part.invoice not in ours)
    return Merged((*mediaos.now, *theirs))


def _pairs(mediaos: Sequence[Line], qbo: Sequence[Line]) -> list[Line] | None:
    """Return QuickBooks' line for each of MediaOS's: the first that says the same, else by order.

    What QuickBooks has besides is a bookkeeper's.  None where nobody can tell which is which.
    """
    left = list(qbo)
    found: list[Line | None] = []
    for line in mediaos:
        same = next((each for each in left if _words(each) == _words(line)), None)
        found.append(same)
        if same is not None:
            left.remove(same)
    unlike = found.count(None)
    if unlike and unlike != len(left):
        return None
    return [each if each is not None else left.pop(0) for each in found]


def _changes(mediaos: Halves) -> Iterator[tuple[int | None, Any]]:
    """Return each line that MediaOS changed: its place when both agreed, and what it is now.

    Of a new one the place is None, of one that is gone the line.
    """
    before, now = ([_words(line) for line in half] for half in (mediaos.agreed, mediaos.now))
    for what, b1, b2, n1, n2 in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        lines = list(mediaos.now[n1:n2])
        for place in range(b1, b2):
            yield place, lines.pop(0) if lines else None
        yield from ((None, line) for line in lines)


def _not_there(new: list[Line], qbo: Halves) -> Iterator[Line]:
    """Return what QuickBooks has not got yet, of lines that are new in MediaOS."""
    known = {line.id for line in qbo.agreed}
    added = [_words(line) for line in qbo.now if line.id not in known]
    for line in new:
        if _words(line) in added:
            added.remove(_words(line))
        else:
            yield replace(line, id=NEW)


def _with_ids(mediaos: Halves, bases: Sequence[Line], qbo: Halves) -> Iterator[Line]:
    """Return MediaOS's lines, each with the id of its line in QuickBooks where that is there."""
    there = {line.id for line in qbo.now}
    ids = dict.fromkeys(range(len(mediaos.now)), NEW)
    before, now = ([_words(line) for line in half] for half in (mediaos.agreed, mediaos.now))
    for _, b1, b2, n1, n2 in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        ids |= {n: bases[b].id for b, n in zip(range(b1, b2), range(n1, n2), strict=False)}
    for place, line in enumerate(mediaos.now):
        yield replace(line, id=ids[place] if ids[place] in there else NEW)


def _as_one(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Judge lists of which nobody can tell which line is which: a person looks at them."""
    if same_lines(mediaos.now, qbo.now):
        return Merged(qbo.now)
    new = tuple(replace(line, id=NEW) for line in mediaos.now)
    return Merged(new) if force else Merged(qbo.now, ("all lines",))


def _in_order(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Judge lines that QuickBooks has not named: all of them, in their order."""
    changed = not same_lines(qbo.agreed, qbo.now) and not same_lines(mediaos.now, qbo.now)
    return Merged(mediaos.now, ("all lines",) if changed and not force else ())


def _is_conflict(base: Line, now: Line | None, wanted: Line | None) -> bool:
    """Tell whether QuickBooks changed a line too, and not to what MediaOS has."""
    if now is None:
        return wanted is not None
    theirs = _words(now)
    return theirs != _words(base) and (wanted is None or theirs != _words(wanted))


def _words(line: Line) -> tuple[Any, ...]:
    return (line.product, line.description, line.quantity, line.unit_price, line.amount)
