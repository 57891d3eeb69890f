"""When does a lane look again by itself?  One timer a lane, the earliest that was asked for."""

import asyncio
from collections.abc import Callable

from streams.lanes.timers import Timers
from streams.ports import Clock, TopicPartition


class LateWakes:
    """The wakes that are asked for and not due yet."""

    def __init__(self, clock: Clock, wake: Callable[[TopicPartition, bytes], None]) -> None:
        self._clock = clock
        self._wake = wake
        self._timers = Timers()
        self._later: dict[tuple[TopicPartition, bytes], tuple[float, asyncio.Task[None]]] = {}

    def __len__(self) -> int:
        return len(self._later)

    def add(self, tp: TopicPartition, key: bytes, seconds: float) -> None:
        """Wake the lane after that many seconds, unless an earlier wake of it is asked for."""
        due = self._clock.monotonic() + seconds
        earlier = self._later.get((tp, key))
        if earlier is not None:
            if earlier[0] <= due:
                return
            earlier[1].cancel()
        self._later[tp, key] = due, self._timers.start(self._wake_after(tp, key, seconds))

    def forget_all(self) -> None:
        """End all timers."""
        self._timers.cancel()
        self._later.clear()

    async def _wake_after(self, tp: TopicPartition, key: bytes, seconds: float) -> None:
        await self._clock.sleep(seconds)
        # Before the lane looks: what it asks for then is the next one.
        del self._later[tp, key]
        self._wake(tp, key)
