"""How does a committed change reach Kafka, in order, even when Kafka is away?

A queue that one task empties from the front: what could not be published stays in front and is
tried again, so no newer change overtakes it. In the real MediaOS this would be a table written in
the same transaction as the record; here the book is in memory and so is the queue.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from streams.publisher import Change

log = logging.getLogger(__name__)

Publish = Callable[[Change], Awaitable[None]]
Sleep = Callable[[float], Awaitable[None]]


class Outbox:
    """Changes on their way to Kafka."""

    def __init__(self, publish: Publish, *, sleep: Sleep, patience: float, retry: float) -> None:
        self._publish = publish
        self._sleep = sleep
        self._patience_seconds = patience
        self._retry_seconds = retry
        self._queue: deque[tuple[Change, asyncio.Future[None]]] = deque()
        self._emptying: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, changes: Iterable[Change]) -> list[asyncio.Future[None]]:
        """Queue changes behind all others; each future is done when Kafka has its change."""
        loop = asyncio.get_running_loop()
        said = [(change, loop.create_future()) for change in changes]
        self._queue.extend(said)
        if self._queue and (self._emptying is None or self._emptying.done()):
            self._emptying = loop.create_task(self._empty())
        return [done for _, done in said]

    async def wait_for(self, said: list[asyncio.Future[None]]) -> None:
        """Return when Kafka has them, or patience ends; what is queued stays queued."""
        if said:
            await asyncio.wait(said, timeout=self._patience_seconds)

    async def close(self) -> None:
        """Stop publishing; what is still queued is lost with the book."""
        if self._emptying is not None:
            self._emptying.cancel()
            with suppress(asyncio.CancelledError):
                await self._emptying

    async def _empty(self) -> None:
        while self._queue:
            change, done = self._queue[0]
            try:
                await self._publish(change)
            except Exception as fault:  # noqa: BLE001 - whatever it is, the change must not be lost
                log.warning("change not published yet", extra={"fault": type(fault).__name__})
                await self._sleep(self._retry_seconds)
            else:
                self._queue.popleft()
                done.set_result(None)
