"""Which events wait in a lane, and in which order?

Thousands may, behind a lock say, so they stand in parts by their ids: whether one is here already
is asked of its own part, and one that comes or goes copies no other.
"""

from collections.abc import Iterator
from heapq import merge

import msgspec

from schemas.changes import Change
from schemas.parts import part_of


class HeldEvents(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The held events; `parts` has each by its place, and `last` is the last place of all."""

    parts: dict[str, dict[int, Change]] = {}
    last: int = 0

    @classmethod
    def of(cls, *changes: Change) -> "HeldEvents":
        """Return these, in their order."""
        held = NO_EVENTS
        for change in changes:
            held = held.with_last(change)
        return held

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(map(len, self.parts.values()))

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.parts)

    def __iter__(self) -> Iterator[Change]:
        """Yield them, the oldest first."""
        return (change for _, change in merge(*map(dict.items, self.parts.values()), key=_place))

    def __contains__(self, change: object) -> bool:
        """Tell whether a change is here, as a whole: one revision may come with two contents."""
        if not isinstance(change, Change):
            return False
        return change in self.parts.get(part_of(change.event), {}).values()

    @property
    def first(self) -> Change | None:
        """Return the oldest, None where there is none."""
        if not self.parts:
            return None
        place, key = min((next(iter(part)), key) for key, part in self.parts.items())
        return self.parts[key][place]

    def with_last(self, change: Change) -> "HeldEvents":
        """Return them with one behind all others."""
        key, last = part_of(change.event), self.last + 1
        part = {**self.parts.get(key, {}), last: change}
        return HeldEvents(parts={**self.parts, key: part}, last=last)

    def without_first(self) -> "HeldEvents":
        """Return them without the oldest."""
        first = self.first
        if first is None:
            return self
        parts, key = dict(self.parts), part_of(first.event)
        _, *rest = parts[key].items()
        parts[key] = dict(rest)
        if not rest:
            del parts[key]
        return HeldEvents(parts=parts, last=self.last) if parts else NO_EVENTS


#: No event waits; a row that says so does not say it.
NO_EVENTS = HeldEvents()


def _place(item: tuple[int, Change]) -> int:
    return item[0]
