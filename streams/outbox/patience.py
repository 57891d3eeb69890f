"""How often is it tried to hand something to somebody who does not take it at once?"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

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


async def handed_over(to: Sequence[str], once: Handing, clock: Clock) -> dict[str, str]:
    """Hand something to all of these, and return of those who did not take it in the end why."""
    left, refused = tuple(to), dict[str, str]()
    for wait in (*WAITS, None):
        why = await once(left)
        refused |= {each: fault.words for each, fault in why.items()}
        left = tuple(each for each, fault in why.items() if fault.passing)
        if not left or wait is None:
            break
        await clock.sleep(wait)
        for each in left:
            del refused[each]
    return refused


def plain_words(text: str) -> str:
    """Return what somebody else answered in one line that nothing obeys, cut to its beginning."""
    line = " ".join(text.split())[:LONGEST_WORDS]
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
