"""Whose turn is it to run?

A small pool of workers takes lanes that have something to do, one entry at a time.  Shares take
turns, and lanes of one share take turns among themselves, so neither a busy lane nor a busy
tenant keeps the others waiting.  A pool, because a task per event costs more than most events.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from streams.lanes.partitions import KeyQueue


class FairScheduler:
    """Runs one entry of a lane at a time, at most so many at once, and fewer for one share."""

    def __init__(self, step: Callable[[KeyQueue], Awaitable[None]], max_in_flight: int) -> None:
        self.in_flight = 0
        self._step: Final = step
        self._max = max_in_flight
        self._max_share = max(1, max_in_flight // 2)
        self._ready: dict[str, deque[KeyQueue]] = {}
        #: Shares that have a lane ready and are below their limit.
        self._order: deque[str] = deque()
        self._used: Counter[str] = Counter()
        self._parked: deque[asyncio.Future[None]] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._at_work: set[asyncio.Task[None]] = set()

    def add(self, lane: KeyQueue) -> None:
        """Queue a lane for its turn."""
        lane.busy = True
        waiting = self._ready.get(lane.share)
        if waiting is None:
            waiting = self._ready[lane.share] = deque()
        waiting.append(lane)
        if self._used[lane.share] >= self._max_share:
            return
        if len(waiting) == 1:
            self._order.append(lane.share)
        self._rouse()

    def clear(self) -> None:
        """Forget who waits for a turn."""
        self._ready.clear()
        self._order.clear()

    def running(self) -> Collection[asyncio.Task[None]]:
        """Return the tasks that are at work now."""
        return tuple(self._at_work)

    async def close(self) -> None:
        """End every worker."""
        workers = tuple(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    def _rouse(self) -> None:
        while self._parked:
            parked = self._parked.popleft()
            if not parked.done():
                parked.set_result(None)
                return
        if len(self._workers) < self._max:
            worker = asyncio.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    def _next(self) -> KeyQueue | None:
        if self._order:
            share = self._order.popleft()
            waiting = self._ready[share]
            lane = waiting.popleft()
            if not waiting:
                del self._ready[share]
            self._used[share] += 1
            if waiting and self._used[share] < self._max_share:
                self._order.append(share)
            return lane
        return None

    def _release(self, share: str) -> None:
        full = self._used[share] == self._max_share
        self._used[share] -= 1
        if not self._used[share]:
            del self._used[share]
        if full and share in self._ready:
            self._order.append(share)

    async def _work(self) -> None:
        me = asyncio.current_task()
        assert me is not None  # noqa: S101 - a coroutine of a task always has one
        while True:
            lane = self._next()
            if lane is None:
                parked = asyncio.get_running_loop().create_future()
                self._parked.append(parked)
                await parked
                continue
            self._at_work.add(me)
            self.in_flight += 1
            try:
                await self._step(lane)
            finally:
                self.in_flight -= 1
                self._at_work.discard(me)
                self._release(lane.share)
