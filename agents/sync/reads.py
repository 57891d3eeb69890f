"""How is a side read in the midst of a lane's work?  Patiently, and not for long.

A read that fails parks nothing, whatever its answer.  So a lane may wait for one without an end;
then it says what the side said, asks ever less often, and the log names the record each time.
"""

import logging
from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

from schemas.outcomes import No, Unknown
from schemas.values import Side
from streams.effects.effects import Effects
from streams.effects.results import SPENT, MustWait

log = logging.getLogger("isthmus.sync")

T = TypeVar("T")

#: How long a read may wait for its place in the budget.
PATIENCE_SECONDS = 5.0
#: How long a read is left alone that failed; doubled with each failure in a row, up to the longest.
AGAIN_SECONDS, LONGEST_AGAIN_SECONDS = 10.0, 300.0
#: After so many failures in a row, five minutes, it is no weather that passes by itself.
TOLD_AFTER = 6


async def read_or_wait(
    effects: Effects,
    tenant: str,
    side: Side,
    read: partial[Coroutine[Any, Any, T | No | Unknown]],
    why: str,
) -> T | MustWait:
    """Return what is read, or for how long the lane waits before it asks again, and why.

    `read` holds what it asks for, by which its failures are counted.
    """
    wait = await effects.remote(side).acquire(tenant, PATIENCE_SECONDS)
    if wait > 0:
        return MustWait(wait, SPENT)
    answer = await read()
    asked = (side.value, *map(str, read.args))
    if not isinstance(answer, No | Unknown):
        effects.failed_reads.pop(asked, None)
        return answer
    failures = effects.failed_reads[asked] = effects.failed_reads.get(asked, 0) + 1
    fault = answer.fault if isinstance(answer, No) else None
    said = f"{why}: {answer.detail if isinstance(answer, Unknown) else answer.fault}"
    if failures >= TOLD_AFTER:
        told = {"tenant": tenant, "record": "/".join(asked), "why": said, "failures": failures}
        log.warning("a lane waits for a read that fails each time", extra=told)
    return MustWait(_seconds(failures), said, fault)


def _seconds(failures: int) -> float:
    return min(AGAIN_SECONDS * 2.0 ** min(failures - 1, 20), LONGEST_AGAIN_SECONDS)
