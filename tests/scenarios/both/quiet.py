"""When has everything happened that can happen now?  When the loop has nothing left to run.

No socket is open and no thread runs, so that is exact; time moves only then, and a chain of a
hundred calls takes none.
"""

import heapq
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from tests.testing.simulated.clock import SimulatedClock, settle

#: Something that goes round for ever without waiting is a defect; a story ends then.
MOST_TURNS = 200_000


class InPlace(ThreadPoolExecutor):
    """Runs what is meant for a thread at once, where it is asked for."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **named))
        except Exception as fault:  # noqa: BLE001 - it is the future that raises it
            done.set_exception(fault)
        return done


async def quiet() -> None:
    """Return when every task waits for a time, or for something that nobody does."""
    assert await settle(MOST_TURNS), "it never comes to rest"


class TownClock(SimulatedClock):
    """A clock that moves on only when all is quiet."""

    async def advance(self, seconds: float) -> None:
        until = self._seconds + seconds
        await quiet()
        while self._sleepers and self._sleepers[0][0] <= until:
            self._seconds = self._sleepers[0][0]
            if self._wake_due():
                await quiet()
        self._seconds = until

    def leap(self, seconds: float) -> None:
        """Let time go by while nobody lives: nothing that waits has waited for it."""
        self._start += timedelta(seconds=seconds)

    def _wake_due(self) -> bool:
        """Wake all whose time it is; say whether there was one that had not given up."""
        some = False
        while self._sleepers and self._sleepers[0][0] <= self._seconds:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
                some = True
        return some
