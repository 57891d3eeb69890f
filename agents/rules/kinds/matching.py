"""Which line of one list is which of another?  Lines have no common id.

It follows from what both sides showed when they agreed, and from how MediaOS's list has changed
since: what says the same is the same, and of the rest what is most alike.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from schemas.records import Line

#: A place when both agreed, None of what is new, and the line now, None of what is gone.
Change = tuple[int | None, Any]
#: What must be the same of two lines that are taken for one.
Likeness = Callable[[Line], tuple[Any, ...]]


def pairs(mediaos: Sequence[Line], qbo: Sequence[Line]) -> list[Line | None]:
    """Return QuickBooks' line for each of MediaOS's: the most alike.

    None where somebody had taken it out of QuickBooks; what is left there is a bookkeeper's.
    """
    in_order = [_any] if len(mediaos) == len(qbo) else []
    return _matched(mediaos, qbo, [words, _sum_of_product, _sum_of_text, *in_order])


def named(agreed: Sequence[Line], now: Sequence[Line]) -> tuple[Line, ...]:
    """Return QuickBooks' lines when both agreed, each with its id.

    What was kept before lines had ids has that of the line that is most like it now.
    """
    if all(line.id for line in agreed):
        return tuple(agreed)
    found = zip(agreed, pairs(agreed, now), strict=True)
    return tuple(replace(was, id=line.id if line is not None else "") for was, line in found)


def changes(before: Sequence[Line], now: Sequence[Line]) -> Iterator[Change]:
    """Yield each line of MediaOS's that changed: its place when both agreed, and what it is now.

    Of a new one the place is None, of one that is gone the line.  One that only moved is the same,
    and one that is taxed otherwise, or goes under another class, has changed.
    """
    placed = [replace(line, id=str(place)) for place, line in enumerate(now)]
    found = _matched(before, placed, [words, _name, _any])
    for place, (was, line) in enumerate(zip(before, found, strict=True)):
        if line is None or _changed(was, line):
            yield place, line
    known = {line.id for line in found if line is not None}
    yield from ((None, line) for line in placed if line.id not in known)


def _changed(was: Line, line: Line) -> bool:
    codes = [(each.tax, each.class_id) for each in (was, line)]
    return words(line) != words(was) or codes[0] != codes[1]


def kept_places(before: Sequence[Line], now: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield the place now, and the place before, of each line that is the same one."""
    placed = [replace(line, id=str(place)) for place, line in enumerate(now)]
    for place, line in enumerate(_matched(before, placed, [words, _name, _any])):
        if line is not None:
            yield int(line.id), place


def words(line: Line) -> tuple[Any, ...]:
    """Return what a line says, whatever its id and its tax."""
    return (*_sold(line), line.description, line.quantity, line.unit_price, line.amount)


def _matched(
    here: Sequence[Line], there: Sequence[Line], alike: Sequence[Likeness]
) -> list[Line | None]:
    """Return for each line here the one there that is alike, each once: by the first way first."""
    found: list[Line | None] = [None] * len(here)
    taken: set[int] = set()
    for key in alike:
        left: defaultdict[Any, deque[int]] = defaultdict(deque)
        for there_at, line in enumerate(there):
            if there_at not in taken:
                left[key(line)].append(there_at)
        for place, line in enumerate(here):
            if found[place] is None and left[key(line)]:
                taken.add(there_at := left[key(line)].popleft())
                found[place] = there[there_at]
    return found


def _sold(line: Line) -> tuple[str | None, str | None]:
    return (line.product, line.line_type)


def _name(line: Line) -> tuple[Any, ...]:
    return (*_sold(line), line.description)


def _sum_of_product(line: Line) -> tuple[Any, ...]:
    return (*_sold(line), line.amount)


def _sum_of_text(line: Line) -> tuple[Any, ...]:
    return (line.description, line.amount)


def _any(_line: Line) -> tuple[Any, ...]:
    return ()
