"""How does a process reach its state store, and what if that is away, or stands where it once was?

Whoever needs a row waits until the store is there: the record that it works on is not guilty.  One
of them asks again, once a second; the others wait behind it, so that a store which hangs does not
keep every thread.  What the log says of it comes once a minute.

A store may also come back older than it was: a replica that lacked the last commits, a backup.
What this process folded and let go of is then nowhere in it.  So every answer tells where the
partitions stand, and one that stands before what was known when it was asked ends the process.  A
start is the remedy: it takes the store as it is, and folds from there on what the store has lost.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from streams.journal.fold import Checkpoint
from streams.journal.store import Store
from streams.journal.store_reads import Stored
from streams.journal.store_writes import Batch
from streams.journal.tables import AGAIN_SECONDS, START_AGAIN, StoreUnusableError
from streams.ports import Clock

log = logging.getLogger(__name__)

#: Runs a blocking call elsewhere and returns its result; `asyncio.to_thread` in production.
InThread = Callable[..., Awaitable[Any]]

#: Hears that the store cannot be relied on any more.
OnLost = Callable[[Exception], None]


class StoreWentBackError(ConnectionError):
    """The store stands before what this process knows it had; the text says where and what to do.

    To whoever asked for a row it is a connection that broke: its record is not guilty.
    """


class StoreAccess:
    """One store, as the reader and the writer of a process use it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        in_thread: InThread,
        on_lost: OnLost = lambda _fault: None,
    ) -> None:
        self.store = store
        #: Why the store cannot be used now, in one sentence; None while it answers.
        self.away: str | None = None
        self._clock = clock
        self._in_thread = in_thread
        self._on_lost = on_lost
        self._asking = asyncio.Lock()
        self._known: dict[int, int] = {}

    async def once(self, call: Callable[..., Any], *args: Any) -> Any:
        """Return what the call returns; StoreUnusableError when the store is away."""
        try:
            answer = await self._in_thread(call, *args)
        except StoreUnusableError as fault:
            self.away = str(fault)
            log.warning("state store away", extra={"reason": self.away})
            raise
        self.away = None
        return answer

    async def at_start(self, call: Callable[..., Any], *args: Any) -> Any:
        """Return as `once`, of a store that only ended our connections too, as a failover does."""
        for _ in range(START_AGAIN):
            with suppress(StoreUnusableError):
                return await self.once(call, *args)
            await self._clock.sleep(AGAIN_SECONDS)
        return await self.once(call, *args)

    async def read(self, call: Callable[..., Stored], *args: Any) -> Stored:
        """Return rows as soon as the store is there; StoreWentBackError when it is an older one."""
        while True:
            if self.away is not None:
                await self._back()
            known = dict(self._known)
            with suppress(StoreUnusableError):
                stored: Stored = await self.once(call, *args)
                self._look(known, stored.positions)
                return stored

    async def checkpoints(self) -> dict[int, Checkpoint]:
        """Return how far each partition is stored; errors as of `once` and `read`."""
        known = dict(self._known)
        checkpoints: dict[int, Checkpoint] = await self.once(self.store.checkpoints)
        self._look(known, {p: checkpoint.position for p, checkpoint in checkpoints.items()})
        return checkpoints

    def has(self, positions: Mapping[int, int]) -> None:
        """Remember where the store stands: before it, it cannot stand again."""
        for partition, position in positions.items():
            self._known[partition] = max(position, self._known.get(partition, 0))

    def stands(self, partition: int) -> int:
        """Return up to where the store has a partition at least."""
        return self._known.get(partition, 0)

    def wrote(self, batch: Batch) -> None:
        """Remember what was written."""
        self.has({batch.partition: batch.checkpoint.position})

    async def _back(self) -> None:
        async with self._asking:
            while self.away is not None:
                await self._clock.sleep(AGAIN_SECONDS)
                with suppress(StoreUnusableError):
                    await self.once(self.store.checkpoints)

    def _look(self, known: Mapping[int, int], positions: Mapping[int, int]) -> None:
        for partition, position in known.items():
            found = positions.get(partition, 0)
            if found < position:
                fault = StoreWentBackError(
                    f"The state store has partition {partition} of the journal up to record "
                    f"{found}, and had it up to {position}: it went back to an older state. Start "
                    "again: what it lacks is folded from the journal."
                )
                self._on_lost(fault)
                raise fault
        self.has(positions)
