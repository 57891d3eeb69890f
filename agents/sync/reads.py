"""How is a side read in the midst of a lane's work?  Patiently, and not for long."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from schemas.outcomes import No, Unknown
from schemas.values import Side
from streams.effects import SPENT, Effects, MustWait

T = TypeVar("T")

#: How long a read may wait for its place in the budget, and how long it is left alone after that.
PATIENCE_SECONDS, AGAIN_SECONDS = 5.0, 10.0


async def read_or_wait(
    effects: Effects,
    tenant: str,
    side: Side,
    read: Callable[[], Awaitable[T | No | Unknown]],
    why: str,
) -> T | MustWait:
    """Return what is read, or for how long the lane waits before it asks again."""
    wait = await effects.remote(side).acquire(tenant, PATIENCE_SECONDS)
    if wait > 0:
        return MustWait(wait, SPENT)
    answer = await read()
    if isinstance(answer, No | Unknown):
        fault = answer.fault if isinstance(answer, No) else None
        return MustWait(AGAIN_SECONDS, why, fault)
    return answer
