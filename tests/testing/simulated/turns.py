"""At which calls of a story does a worker end in this run?

A story with a kill costs as much as the story, and is told again for each call.  So a run ends each
call in one of two ways, by turns: before it, or after it; by a death, or by a freeze.  The other
way has its turn with the next number of DAYS; `KILLS=all` (as in `make explore`) plays both.
"""

import os
from collections.abc import Sequence


def in_turn(places: Sequence[int], *, first: bool) -> Sequence[int]:
    """Return those calls that end in this way in this run; what is `first` has the even turns."""
    if os.environ.get("KILLS") == "all":
        return places
    turn = int(os.environ["DAYS"]) + (0 if first else 1)
    return [place for number, place in enumerate(places) if (number + turn) % 2 == 0]
