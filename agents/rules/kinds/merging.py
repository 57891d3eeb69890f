"""What comes of a list that one side changed and the other holds more in: lines, links?

A line that QuickBooks holds besides (a bookkeeper's) is never touched, and one that both changed is
a conflict of that line; which is which tells agents/rules/kinds/matching.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec.structs import replace

from agents.rules.kinds.matching import changes, kept_places, named, pairs, words
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


@dataclass(frozen=True, slots=True)
class Yielded:
    """What both are taken to have agreed on, once QuickBooks' word for some parts is only known.

    `places` is, by its place when both agreed, what is put there of MediaOS's list, None where it
    goes; `qbo` all that QuickBooks' list was then.
    """

    places: Mapping[int, Any]
    qbo: tuple[Any, ...]

    def put_into(self, agreed: Sequence[Any]) -> tuple[Any, ...]:
        """Return MediaOS's list as it is taken to have been, in its own products."""
        placed = ((line, self.places.get(n, line)) for n, line in enumerate(agreed))
        return tuple(_saying(line, put) for line, put in placed if put is not None)


class Yield(Protocol):
    """Tells what both are taken to have agreed on of the parts of a list that both changed."""

    def __call__(self, mediaos: Halves, qbo: Halves) -> Yielded:
        """Return that, where MediaOS's word for these parts is to be the only change."""
        ...


class Merge(Protocol):
    """Puts a list of MediaOS's into QuickBooks'; with `force` MediaOS has its own."""

    def __call__(self, mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
        """Return what QuickBooks is to show."""
        ...


def same_lines(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Tell whether the same is sold, whatever ids the lines have.

    In MediaOS it is also taxed the same, where that is told; the code that a line has in QuickBooks
    is a bookkeeper's.
    """
    same = [words(line) for line in one] == [words(line) for line in other]
    return same and all(map(_taxed_alike, one, other))


def lines_shown(wanted: Sequence[Line], shown: Sequence[Line]) -> bool:
    """Tell whether QuickBooks shows all that is wanted of its lines, tax codes and classes too."""
    return same_lines(wanted, shown) and all(
        line.tax in {"", there.tax} and line.class_id in {"", there.class_id}
        for line, there in zip(wanted, shown, strict=True)
    )


def merged_lines(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Put what MediaOS has changed of its lines into QuickBooks'; with `force` it has its own."""
    if not all(line.id for line in qbo.now):
        return _in_order(mediaos, qbo, force=force)
    qbo = Halves(named(qbo.agreed, qbo.now), qbo.now)
    base_of = pairs(mediaos.agreed, qbo.agreed)
    if force:
        return Merged(tuple(_with_ids(mediaos, base_of, qbo)))
    shown = {line.id: line for line in qbo.now}
    wanted: dict[str, Line | None] = {}
    new: list[Line] = []
    conflict: list[str] = []
    for place, line in changes(mediaos.agreed, mediaos.now):
        if place is None:
            new.append(line)
            continue
        base = base_of[place]
        was, there = mediaos.agreed[place], base and shown.get(base.id)
        if base is not None:
            wanted[base.id] = _recoded(was, line, base.id, there) if line is not None else None
        if _is_conflict(was, base, there, line):
            conflict.append(f"line {place + 1}")
    kept = [line for each in qbo.now if (line := wanted.get(each.id, each)) is not None]
    return Merged((*kept, *_not_there(new, qbo)), tuple(conflict))


def yielded_lines(mediaos: Halves, qbo: Halves) -> Yielded:
    """Have both agree on what QuickBooks shows of each line that both changed."""
    if not all(line.id for line in qbo.now):
        return Yielded({}, qbo.now)
    agreed = named(qbo.agreed, qbo.now)
    base_of = pairs(mediaos.agreed, agreed)
    shown = {line.id: line for line in qbo.now}
    here: dict[int, Line | None] = {}
    there: dict[str, Line | None] = {}
    for place, line in changes(mediaos.agreed, mediaos.now):
        base = base_of[place] if place is not None else None
        now = shown.get(base.id) if base is not None else None
        if place is None or not _is_conflict(mediaos.agreed[place], base, now, line):
            continue
        here[place] = now
        if base is not None:
            there[base.id] = now
    stays = (there.get(line.id, line) for line in agreed)
    return Yielded(here, tuple(line for line in stays if line is not None))


def merged_links(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Put MediaOS's links into QuickBooks', and keep those to what MediaOS does not know."""
    ours = {part.invoice for half in (mediaos.agreed, mediaos.now) for part in half}
    theirs = () if force else tuple(part for part in qbo.now if part.invoice not in ours)
    return Merged((*mediaos.now, *theirs))


def _saying(line: Line, other: Line) -> Line:
    """Return a line that says what another one does, as it is sold and taxed on its own side."""
    ours = {name: getattr(line, name) for name in ("id", "product", "taxable", "tax", "class_id")}
    return replace(other, **ours)


def _not_there(new: list[Line], qbo: Halves) -> Iterator[Line]:
    """Return what QuickBooks has not got yet, of lines that are new in MediaOS."""
    known = {line.id for line in qbo.agreed}
    added = [words(line) for line in qbo.now if line.id not in known]
    for line in new:
        if words(line) in added:
            added.remove(words(line))
        else:
            yield replace(line, id=NEW)


def _with_ids(mediaos: Halves, base_of: Sequence[Line | None], qbo: Halves) -> Iterator[Line]:
    """Return MediaOS's lines, each with the id of its line in QuickBooks where that is there."""
    there = {line.id: line for line in qbo.now}
    known = dict(kept_places(mediaos.agreed, mediaos.now))
    for place, line in enumerate(mediaos.now):
        base = base_of[known[place]] if place in known else None
        if base is not None and base.id in there:
            yield _recoded(mediaos.agreed[known[place]], line, base.id, there[base.id])
        else:
            yield replace(line, id=NEW)


def _recoded(was: Line, line: Line, line_id: str, there: Line | None) -> Line:
    """Return a line for its place, with tax code and class as they are unless MediaOS changed them.

    A class that a bookkeeper chose stays, whatever the line sells now.
    """
    if there is None:
        return replace(line, id=line_id)
    code = line.tax if was.tax != line.tax else there.tax
    chosen = there.class_id not in {"", was.class_id}
    put_under = there.class_id if chosen or was.class_id == line.class_id else line.class_id
    return replace(line, id=line_id, tax=code, class_id=put_under)


def _in_order(mediaos: Halves, qbo: Halves, *, force: bool) -> Merged:
    """Judge lines that QuickBooks has not named: all of them, in their order."""
    changed = not same_lines(qbo.agreed, qbo.now) and not same_lines(mediaos.now, qbo.now)
    return Merged(mediaos.now, ("all lines",) if changed and not force else ())


def _is_conflict(agreed: Line, base: Line | None, now: Line | None, wanted: Line | None) -> bool:
    """Tell whether QuickBooks changed a line too, and not to what MediaOS has.

    It may have done so before both agreed on the rest: then the line was of another amount there.
    """
    if base is None or now is None:
        return wanted is not None
    theirs = words(now)
    changed = theirs != words(base) or base.amount != agreed.amount
    if changed and (wanted is None or theirs != words(wanted)):
        return True
    # A code that MediaOS never asked for is a bookkeeper's, however long ago he chose it.
    if wanted is None or not agreed.tax or wanted.tax == agreed.tax:
        return False
    return now.tax not in {"", agreed.tax, wanted.tax}


def _taxed_alike(one: Line, other: Line) -> bool:
    untold = one.taxable is None or other.taxable is None
    return untold or (one.taxable, one.tax) == (other.taxable, other.tax)
