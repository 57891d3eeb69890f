"""What time is it in a test?  The time that the test says."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

#: Turns of the event loop after which everything that can go on without waiting has gone on.
TURNS = 50


async def settle(turns: int = TURNS) -> bool:
    """Let every task run until it waits for something that only the test can bring.

    Return whether all of them do, after at most so many turns of the event loop.
    """
    loop = asyncio.get_running_loop()
    ready = loop._ready  # type: ignore[attr-defined]
    settled: asyncio.Future[bool] = loop.create_future()

    # A callback at each turn, and not a task: a story takes hundreds of thousands of turns.
    def look(left: int) -> None:
        if settled.done():
            return
        if ready and left:
            loop.call_soon(look, left - 1)
        else:
            settled.set_result(not ready)

    loop.call_soon(look, turns - 1)
    return await settled


class SimulatedClock:
    """A Clock that stands still until `advance`."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._seconds = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        #: What `now` last said, and of which moment: a story asks hundreds of times a moment.
        self._said = (start, 0.0), start

    def now(self) -> datetime:
        moment = (self._start, self._seconds)
        if self._said[0] != moment:
            self._said = moment, self._start + timedelta(seconds=self._seconds)
        return self._said[1]

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._seconds + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on, waking sleepers in the order of their times, each at its own time."""
        until = self._seconds + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            self._seconds, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
                await settle()
        self._seconds = until
