"""How often is it tried to hand something to somebody who does not take it at once?"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.ports import Clock

#: Before the second, third and fourth try: a server that restarts is back by then.
WAITS = (2.0, 10.0, 30.0)
#: An answer of somebody else's is shown by its beginning.
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why something was not taken, to end a sentence; `passing` where another try may help."""

    words: str
    passing: bool


#: Tries to hand it to these; of those who did not take it, why.
Handing = Callable[[Sequence[str]], Awaitable[Mapping[str, NotTaken]]]
#: Hears of a try who took it, before there is another.
Taken = Callable[[Sequence[str]], Awaitable[None]]

TOO_LATE = "it was not handed in by {:%H:%M:%S} UTC, and is too old to go now: run it again"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody is waited for, by whose clock, and who hears at once that it is taken.

    A process may stand still at any point and go on hours later: no try begins after `until`.
    """

    clock: Clock
    until: datetime
    taken: Taken


async def handed_over(to: Sequence[str], once: Handing, patience: Patience) -> dict[str, str]:
    """Hand something to all of these, and return of those who did not take it in the end why."""
    left, refused = tuple(to), dict[str, str]()
    for wait in (*WAITS, None):
        if patience.clock.now() > patience.until:
            return refused | dict.fromkeys(left, TOO_LATE.format(patience.until))
        why = await once(left)
        if taken := [each for each in left if each not in why]:
            await patience.taken(taken)
        refused |= {each: fault.words for each, fault in why.items()}
        left = tuple(each for each, fault in why.items() if fault.passing)
        if not left or wait is None:
            break
        await patience.clock.sleep(wait)
        for each in left:
            del refused[each]
    return refused


def plain_words(text: str) -> str:
    """Return what somebody else answered in one line that nothing obeys, cut to its beginning."""
    line = " ".join(text.split())[:LONGEST_WORDS]
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
