"""What did one look show?  A word and a sentence, in a time that is bounded."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: Longer than every time-out below it, so that those say what did not answer.
CHECK_SECONDS = 15.0


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and a sentence: what is wrong and what to do about it."""

    check: str
    state: State
    says: str


def ok(check: str, says: str) -> Finding:
    """Return that all is well there."""
    return Finding(check, State.OK, says)


def warning(check: str, says: str) -> Finding:
    """Return what may be meant so, or mends itself."""
    return Finding(check, State.WARNING, says)


def fault(check: str, says: str) -> Finding:
    """Return what keeps Isthmus from working."""
    return Finding(check, State.FAULT, says)


async def within(
    check: str, look: Awaitable[Sequence[Finding]], *, seconds: float = CHECK_SECONDS
) -> Sequence[Finding]:
    """Return what a look shows; a fault when it takes too long, or meets what nobody expects."""
    try:
        async with asyncio.timeout(seconds):
            return await look
    except TimeoutError:
        late = f"No answer within {seconds:g} s: see that it is not overloaded, and ask again."
        return [fault(check, late)]
    except Exception as odd:  # noqa: BLE001 - what the other looks show is told all the same
        told = (
            f"What answers is not understood ({type(odd).__name__}): see that it is the right one."
        )
        return [fault(check, told)]
