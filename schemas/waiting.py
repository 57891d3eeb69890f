"""Which documents of a lane wait, and for what?

A row is never changed in place, and thousands may wait: so the index stands in parts, and what
comes or goes copies only its own.
"""

from collections.abc import Iterator

import msgspec

from schemas.parts import part_of
from schemas.state import ParkReason


class ParkedEntry(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """One parked document among those of its lane; `lacks` is what has not come yet."""

    order: int
    reason: ParkReason
    lacks: tuple[str, ...] = ()


class WaitingPart(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Some of the documents that wait in a lane: what is parked, found by what it waits for.

    `parked` by name; `conditions` by condition the names of those that lack it, each with its order
    (of those that a fact of the lane meets in `by_fact`, so that all others are few); `woken` has
    what it waited for and is to be judged again; `moved` may be another lane's by now; `one_sided`
    are the documents that are only on one side.
    """

    parked: dict[str, ParkedEntry] = {}
    conditions: dict[str, dict[str, int]] = {}
    by_fact: dict[str, dict[str, int]] = {}
    woken: dict[str, int] = {}
    moved: dict[str, int] = {}
    one_sided: dict[str, int] = {}

    @property
    def can_be_woken(self) -> bool:
        """Tell whether anything waits for more than a person."""
        return bool(self.conditions or self.by_fact or self.woken)


#: A part in which nothing stands, which no index keeps.
NO_PART = WaitingPart()


class Waiting(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Which documents of a lane wait, in parts, so that one that comes or goes copies only its own.

    A document's part follows from its name.
    """

    parts: dict[str, WaitingPart] = {}

    def entry(self, name: str) -> ParkedEntry | None:
        """Return how a document is parked, None while it is not."""
        part = self.parts.get(part_of(name))
        return part.parked.get(name) if part is not None else None

    @property
    def conditions(self) -> set[str]:
        """Return all that is waited for, and that no fact of the lane meets."""
        return {text for part in self.parts.values() for text in part.conditions}

    def changed_since(self, before: "Waiting | None") -> Iterator[tuple[str, WaitingPart]]:
        """Yield the parts that are not as they were, by their keys; of thousands, but a few."""
        known = before.parts if before is not None else {}
        for key in known | self.parts:
            part = self.parts.get(key, NO_PART)
            if part is not known.get(key, NO_PART):
                yield key, part

    @property
    def moved(self) -> list[str]:
        """Return the documents that may be another lane's by now."""
        return [name for part in self.parts.values() for name in part.moved]

    @property
    def parked(self) -> dict[str, ParkedEntry]:
        """Return all that is parked, by name."""
        return {name: each for part in self.parts.values() for name, each in part.parked.items()}

    @property
    def one_sided(self) -> int:
        """Return how many documents are only on one side."""
        return sum(len(part.one_sided) for part in self.parts.values())

    @property
    def is_open(self) -> bool:
        """Tell whether anything waits: what is on one side only, by rule, is done with."""
        return any(part.parked for part in self.parts.values())
