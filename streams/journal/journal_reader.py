"""How does a process follow the journal, and find rows that left its memory?

Rows are loaded before the records that change them are folded, so the fold itself never waits;
what a load brings is thrown away when rows left memory meanwhile, for it may be out of date.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from schemas.envelope import JournalRecord
from streams.journal.fold import Checkpoint, Fold, Folded
from streams.journal.row_cache import Row, StoredRow
from streams.journal.store import Store, Stored
from streams.journal.tables import StoreUnusableError
from streams.ports import Clock, Log, LogRecord

log = logging.getLogger(__name__)

#: Runs a blocking call elsewhere and returns its result; `asyncio.to_thread` in production.
InThread = Callable[..., Awaitable[Any]]

#: Hears of each record what it did, before the next one is folded.
OnFolded = Callable[[LogRecord, JournalRecord, Folded], None]

#: How long the tail waits for a store that is away and holds rows which are needed now.
STORE_AGAIN_SECONDS = 1.0


class UnreadableError(Exception):
    """A record of the journal cannot be read; the text says which and what to do."""


class JournalLostError(Exception):
    """The store knows more than the journal; the text says where and what to do."""


class JournalReader:
    """Reads the log and folds it, over a store that holds what left memory."""

    def __init__(
        self, journal: Log, fold: Fold, store: Store, clock: Clock, in_thread: InThread
    ) -> None:
        self._log = journal
        self._fold = fold
        self._store = store
        self._clock = clock
        self._in_thread = in_thread
        self._reached: list[tuple[Mapping[int, int], asyncio.Future[None]]] = []

    async def begin(self, row_limit: int) -> None:
        """Take over what the store holds, and read on from there."""
        stored: Stored = await self._in_thread(self._store.load, row_limit)
        ends = await self._log.ends()
        _refuse_other_count(len(ends), len(self._fold.courses))
        _refuse_lost(stored.standings, ends)
        for partition, standing in stored.standings.items():
            self._fold.stand_at(partition, standing)
        for row in stored.rows:
            self._keep(row)
        self._fold.rows.complete = stored.complete
        self._log.start_at({p: standing.position for p, standing in stored.standings.items()})

    async def step(self, timeout_seconds: float, on_folded: OnFolded) -> None:
        """Read what is there and fold it, record by record."""
        entries = [(read, self._decode(read)) for read in await self._log.read(timeout_seconds)]
        await self._load_rows_of(entries)
        for read, record in entries:
            on_folded(read, record, self._fold.apply(read.partition, read.offset, record))
        self._tell_reached()

    async def loaded(self, keys: Sequence[str]) -> None:
        """Return once each row is in memory, or is known not to exist."""
        rows = self._fold.rows
        while missing := rows.missing(keys):
            evictions = rows.evictions
            stored: Stored = await self._in_thread(self._store.read, missing)
            if evictions == rows.evictions:
                self._overlay(stored, missing)

    async def loaded_under(self, prefix: str) -> None:
        """Return once each row whose key begins so is in memory."""
        rows = self._fold.rows
        while not rows.is_covered(prefix):
            evictions = rows.evictions
            stored: Stored = await self._in_thread(self._store.read_under, prefix)
            if evictions == rows.evictions:
                self._overlay(stored, ())
                rows.cover(prefix)

    async def reached(self, ends: Mapping[int, int]) -> None:
        """Return once every partition is folded to that offset."""
        if self._behind(ends):
            done = asyncio.get_running_loop().create_future()
            self._reached.append((ends, done))
            await done

    def fail(self, fault: BaseException) -> None:
        """Tell whoever waits that nothing more will be folded."""
        for _, done in self._reached:
            if not done.done():
                done.set_exception(fault)
        self._reached.clear()

    def _decode(self, read: LogRecord) -> JournalRecord:
        try:
            return self._fold.folding.decode(read.value)
        except ValueError as fault:
            raise UnreadableError(
                f"The journal's record {read.offset} of partition {read.partition} cannot be read "
                f"({fault}): run the release that wrote it, or a newer one."
            ) from fault

    async def _load_rows_of(self, entries: Sequence[tuple[LogRecord, JournalRecord]]) -> None:
        if self._fold.rows.complete:
            return
        routes = self._fold.folding.routes
        keys = [key for read, record in entries for key, _ in routes(read.partition, record)]
        while True:
            try:
                await self.loaded(keys)
            except StoreUnusableError as fault:
                log.warning("state store away", extra={"reason": str(fault)})
                await self._clock.sleep(STORE_AGAIN_SECONDS)
            else:
                return

    def _overlay(self, stored: Stored, asked: Sequence[str]) -> None:
        for row in stored.rows:
            if row.key not in self._fold.rows:
                self._keep(row)
        positions = {p: standing.position for p, standing in stored.standings.items()}
        for key in asked:
            if key not in self._fold.rows:
                self._fold.rows.put(key, Row(absent_at=positions))

    def _keep(self, row: StoredRow) -> None:
        state = self._fold.folding.load(row.key, row.body)
        kept = Row(partition=row.partition, position=row.position, state=state)
        self._fold.rows.put(row.key, kept)

    def _behind(self, ends: Mapping[int, int]) -> bool:
        courses = self._fold.courses
        return any(courses[partition].position < end for partition, end in ends.items())

    def _tell_reached(self) -> None:
        if not self._reached:
            return
        waiting = []
        for ends, done in self._reached:
            if self._behind(ends):
                waiting.append((ends, done))
            elif not done.done():
                done.set_result(None)
        self._reached = waiting


def _refuse_other_count(found: int, expected: int) -> None:
    if found != expected:
        raise JournalLostError(
            f"The journal has {found} partitions, and {expected} are expected: a topic's count is "
            "fixed when it is made, so correct the setting, or name the right brokers."
        )


def _refuse_lost(standings: Mapping[int, Checkpoint], ends: Mapping[int, int]) -> None:
    for partition, standing in sorted(standings.items()):
        end = ends.get(partition, 0)
        if standing.position > end:
            raise JournalLostError(
                f"The state store has partition {partition} of the journal up to record "
                f"{standing.position}, and the journal ends at {end}: it belongs to another "
                "journal, so name that one's brokers, or empty the store."
            )
