"""Which line of QuickBooks is which of MediaOS?

The same lines may stand in another order: one that was put in later stands last in QuickBooks, and
a bookkeeper may move them.  What says the same is the same, wherever it stands.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from schemas.records import Line

#: The place in MediaOS, counted from 1, and both lines; None where a side has none.
Pair = tuple[int, Line | None, Line | None]


def paired(mediaos: Sequence[Line], qbo: Sequence[Line]) -> Iterator[Pair]:
    """Yield each line with its counterpart, those that say the same first."""
    rest = list(qbo)
    alone: list[tuple[int, Line]] = []
    for place, line in enumerate(mediaos, start=1):
        same = next((one for one in rest if _says(one) == _says(line)), None)
        if same is None:
            alone.append((place, line))
        else:
            rest.remove(same)
            yield place, line, same
    places = (place for place, _ in alone)
    for line, other in zip_longest((line for _, line in alone), rest):
        yield next(places, len(mediaos) + 1), line, other


def _says(line: Line) -> tuple[object, ...]:
    return line.amount, line.description.strip()
