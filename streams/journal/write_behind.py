"""When does the store catch up with the fold?

Behind it, in batches, in another thread: a slow or absent store costs memory and never an effect.
Soon after a change; where nothing changes, the store is only asked now and then how it is.
In a shared store only a partition's owner writes; everybody else keeps the rows until the owner's
are seen to cover them.  Where that becomes more than memory is to hold, since nobody owns the
partition or the owner is slow, whoever has them writes them: the fold says the same to everyone,
and the store takes each stretch once.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from streams.journal.fold import Checkpoint, Fold
from streams.journal.refused_keys import why_refused
from streams.journal.store_access import StoreAccess
from streams.journal.store_writes import Batch, Change
from streams.journal.tables import StoreUnusableError
from streams.ports import Clock

log = logging.getLogger(__name__)

#: What a crash makes us fold again; small against the time that a takeover takes anyway.
FLUSH_SECONDS = 0.5

#: A lane that holds thousands of events is one row of megabytes, and takes a fifth of a second to
#: write whole (measured: 12 MB, 50 ms of it without letting others run): so the pause after a flush
#: is at least so many times its length.
PAUSE_TIMES = 20

#: And no longer than this, for what a crash makes us fold again.  As often a store that has nothing
#: to take is looked at: whether it is away, or went back, is to be known before it is needed.
LONGEST_PAUSE_SECONDS = 10.0

#: A burst is written before it grows into a transaction that holds others up.
FLUSH_ROWS = 1_000

#: Rows in memory besides those with open work, which stay; a row of the store can always be loaded
#: again.
ROW_LIMIT = 50_000

#: Characters of a refused row's key that the log tells.
LONGEST_NAME = 100

#: A partition, where the store has it, where we have it, and (key, position, state, is open) of its
#: rows.
Changed = tuple[int, Checkpoint, Checkpoint, list[tuple[str, int, Any, bool]]]


class WriteBehind:
    """Writes what the fold changed, and lets go of rows that need not be in memory."""

    def __init__(
        self,
        fold: Fold,
        access: StoreAccess,
        clock: Clock,
        *,
        writes: Callable[[int], bool],
        row_limit: int,
    ) -> None:
        self._fold = fold
        self._access = access
        self._clock = clock
        self._writes = writes
        self._row_limit = row_limit
        self._most = max(row_limit, FLUSH_ROWS)
        self._due = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._closing = False
        #: How many rows the last flush left, since others write them; None when it went wrong.
        self._left: int | None = 0
        #: Where the fold stood at the last flush that went well.
        self._flushed: list[int] | None = None
        self._later: asyncio.Task[None] | None = None
        #: What a change waits for from now on, while `run` waits for one.
        self._resting: float | None = None

    def noted(self) -> None:
        """Look whether something is to be written soon, or so much that it should be now.

        A store that takes nothing is not asked more often for that.
        """
        if self._left is not None and self._fold.dirty() - self._left >= FLUSH_ROWS:
            self._due.set()
        elif self._resting is not None and self._behind():
            self._wait(self._resting)

    async def room(self) -> None:
        """Write before more is read, when that would be twice what memory is to hold.

        For who owns nothing yet: a start over an empty store reads faster than anybody writes.
        """
        unable = self._access.away is not None or self._access.store.refused
        if self._fold.dirty() > 2 * self._most and not unable:
            await self._flush_if_there()

    async def run(self) -> None:
        """Write until `close`, and once after it; a store that is away is asked again."""
        pause = FLUSH_SECONDS
        while not self._closing:
            await self._turn(pause)
            began = self._clock.monotonic()
            await self._flush_if_there()
            pause = pause_after(self._clock.monotonic() - began)
        await self._flush_if_there()

    def close(self) -> None:
        """Have `run` write once more and return; cancelled, it would leave a thread behind."""
        self._closing = True
        self._due.set()

    async def flush(self) -> None:
        """Write once; what another process has written already is only taken note of."""
        async with self._flushing:
            await self._flush()

    def refused(self) -> int:
        """Return how many rows the database does not take as they are."""
        return len(self._fold.rows.refused) + sum(map(len, self._access.store.refused.values()))

    async def _flush_if_there(self) -> None:
        self._left = None
        with suppress(StoreUnusableError):
            await self.flush()
            if not self._access.store.refused:
                self._left = self._fold.dirty()

    async def _flush(self) -> None:
        stands = self._fold.positions()
        checkpoints = await self._access.checkpoints()
        for partition, checkpoint in checkpoints.items():
            self._fold.covered(partition, checkpoint.position)
        if changed := self._changed(checkpoints):
            for batch in await self._access.once(self._save, changed):
                self._access.wrote(batch)
                self._fold.covered(batch.partition, batch.checkpoint.position)
            self._name_refused(changed)
        self._fold.rows.evict(self._row_limit)
        self._flushed = stands

    async def _turn(self, pause: float) -> None:
        if self._behind():
            self._wait(pause)
        else:
            self._wait(LONGEST_PAUSE_SECONDS)
            self._resting = pause
        try:
            await self._due.wait()
        finally:
            self._wait(None)
        if not self._closing:
            self._due.clear()

    def _behind(self) -> bool:
        """Tell whether the store lacks anything, as far as is known, or memory holds too much."""
        moved = self._flushed != self._fold.positions()
        return moved or self._left != 0 or self._fold.rows.is_crowded(self._row_limit)

    def _wait(self, seconds: float | None) -> None:
        """Be due after so long, and not when was said before; None for never."""
        self._resting = None
        if self._later is not None:
            self._later.cancel()
        self._later = None if seconds is None else asyncio.create_task(self._due_after(seconds))

    async def _due_after(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._due.set()

    def _changed(self, checkpoints: Mapping[int, Checkpoint]) -> list[Changed]:
        found = []
        crowded = self._fold.dirty() > self._most
        for partition, partition_fold in enumerate(self._fold.partition_folds):
            believed = checkpoints.get(partition, Checkpoint())
            if partition_fold.position > believed.position and (crowded or self._writes(partition)):
                rows = self._fold.rows
                words = [(key, rows.get(key).word(partition)) for key in partition_fold.dirty]
                states = [(key, word.position, word.state, word.open) for key, word in words]
                found.append((partition, believed, partition_fold.stands(), states))
        return found

    def _name_refused(self, changed: Sequence[Changed]) -> None:
        found = {key: why_refused(key) for *_, states in changed for key, *_ in states}
        for partition, refused in self._access.store.refused.items():
            told = f"partition {partition} is stored no further than before it"
            found.update((key, f"{reason}; {told}") for key, reason in refused.items())
        for key, reason in found.items():
            if reason is not None:
                extra = {"row": f"{key!a:.{LONGEST_NAME}}", "reason": reason}
                log.warning("row refused by the state store", extra=extra)

    def _save(self, changed: Sequence[Changed]) -> list[Batch]:
        return self._access.store.save(
            Batch(
                partition=partition,
                believed=believed,
                checkpoint=checkpoint,
                rows=[
                    Change(key, position, self._body(key, state), is_open)
                    for key, position, state, is_open in states
                ],
            )
            for partition, believed, checkpoint, states in changed
        )

    def _body(self, key: str, state: Any) -> bytes | None:
        return None if state is None else self._fold.folding.dump(key, state)


def pause_after(flush_seconds: float) -> float:
    """Return how long to wait after a flush that took so long, in seconds."""
    return min(max(FLUSH_SECONDS, PAUSE_TIMES * flush_seconds), LONGEST_PAUSE_SECONDS)
