"""How often was a customer locked lately?  Again and again is a habit, and worth a person's look.

Usually somebody, or some other program, edits that customer's documents all the time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

WITHIN = timedelta(days=1)
#: So many are remembered; whoever reads "50th" knows enough.
MOST_REMEMBERED = 50

#: A record that a side says is locked so often within a day parks by itself: nobody works on it for
#: so long, and each time its partition waits.
MOST_LOCKS = 3

#: How a lane's own wait begins where a lock holds up one customer alone.
_LOCKED = "locked: "

_WORDS = ("first", "second", "third", "fourth", "fifth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def wait_told(reason: str) -> str:
    """Return what a lane that is locked alone says that it waits for."""
    return f"{_LOCKED}{reason}"


def reason_told(why: str) -> str:
    """Return why a lane is locked alone, of what it says that it waits for."""
    return why.removeprefix(_LOCKED)


def remembered(locks: tuple[datetime, ...], at: datetime) -> tuple[datetime, ...]:
    """Return the locks of a customer within a day, with one more; the same twice is one."""
    if at in locks:
        return locks
    return (*recent(locks, at), at)[-MOST_REMEMBERED:]


def recent(locks: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Return those that were within a day before now."""
    return tuple(at for at in locks if now - at < WITHIN)


def is_too_often(locks: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a record that is locked now, after these times, was so too often."""
    return len(recent(locks, now)) + 1 >= MOST_LOCKS


def reason_of(side: str, locks: Sequence[datetime], now: datetime) -> str:
    """Say why there is a lockout now, and which of a customer's locks within a day it is."""
    number = len(recent(locks, now)) + 1
    again = f", the {_ordinal(number)} lock of this customer within a day" if number > 1 else ""
    return f"{side} says locked{again}"


def _ordinal(number: int) -> str:
    if number <= len(_WORDS):
        return _WORDS[number - 1]
    last = 0 if number % 100 in _TEENS else number % 10
    return f"{number}{_ENDINGS.get(last, 'th')}"
