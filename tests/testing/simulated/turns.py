"""What of a story is played in this run, where all of it would take too long?

A story with a kill costs as much as the story, and is told again for each call.  So a run ends each
call in one of two ways, by turns: before it, or after it; by a death, or by a freeze.  And a story
over both sides is told once, with room for all rows or with room for few.  The other way has its
turn with the next number of DAYS; `TURNS=all` plays both.  Of one story in ten a customer is erased
at its end, of others with the next number, of each with `TURNS=all`.
"""

import os
from collections.abc import Sequence
from zlib import crc32

#: To erase a customer from it costs about what a story does.
ERASED_IN = 10


def in_turn(places: Sequence[int], *, first: bool) -> Sequence[int]:
    """Return those calls that end in this way in this run; what is `first` has the even turns."""
    if _all():
        return places
    turn = _turn() + (0 if first else 1)
    return [place for number, place in enumerate(places) if (number + turn) % 2 == 0]


def rooms_in_turn(story: str, rooms: Sequence[int]) -> Sequence[int]:
    """Return with how much room a story is told in this run."""
    if _all():
        return rooms
    turn = (crc32(story.encode()) + _turn()) % len(rooms)
    return rooms[turn : turn + 1]


def is_erased_from(story: str) -> bool:
    """Tell whether a customer is erased from a story's journal in this run."""
    return _all() or (crc32(story.encode()) + _turn()) % ERASED_IN == 0


def _all() -> bool:
    return os.environ.get("TURNS") == "all"


def _turn() -> int:
    return int(os.environ["DAYS"])
