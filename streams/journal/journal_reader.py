"""How does a process follow the journal, and find rows that left its memory?

Rows are loaded before the records that change them are folded, so the fold itself never waits;
what a load brings is thrown away when rows left memory meanwhile, for it may be out of date.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any

from schemas.envelope import JournalRecord
from schemas.rows import SEPARATOR
from streams.journal.fold import Checkpoint, Fold, Folded
from streams.journal.row_cache import Lease, Row, StoredRow
from streams.journal.store import Loaded, Stored
from streams.journal.store_access import StoreAccess
from streams.ports import Log, LogRecord

#: Hears of each record what it did, before the next one is folded.
OnFolded = Callable[[LogRecord, JournalRecord, Folded], None]

#: Rows that are looked at together by who looks at very many.
PAGE_ROWS = 1_000


class UnreadableError(Exception):
    """A record of the journal cannot be read; the text says which and what to do."""


class JournalLostError(Exception):
    """The store knows more than the journal; the text says where and what to do."""


class JournalReader:
    """Reads the log and folds it, over a store that holds what left memory."""

    def __init__(self, journal: Log, fold: Fold, access: StoreAccess) -> None:
        self._log = journal
        self._fold = fold
        self._access = access
        self._reached: list[tuple[Mapping[int, int], asyncio.Future[None]]] = []

    async def begin(self, *, everything: bool = False) -> None:
        """Take over what has open work in the store (or everything), and read on from there."""
        store = self._access.store
        load = store.load_all if everything else store.load
        loaded: Loaded[Row] = await self._access.once(load, self._row)
        ends = await self._log.ends()
        _refuse_other_count(len(ends), len(self._fold.courses))
        _refuse_lost(loaded.standings, ends)
        self._access.has(loaded.standings)
        for partition, standing in loaded.standings.items():
            self._fold.stand_at(partition, standing)
        for key, row in loaded.rows:
            self._fold.rows.put(key, row)
        self._fold.rows.complete = loaded.complete
        self._log.start_at({p: standing.position for p, standing in loaded.standings.items()})

    async def step(self, timeout_seconds: float, on_folded: OnFolded) -> None:
        """Read what is there and fold it, record by record."""
        entries = [(read, self._decode(read)) for read in await self._log.read(timeout_seconds)]
        # All at once first, for what one batch needs is one question to the store.
        await self._load_what_is_asked(entries)
        for entry in entries:
            await self._load_what_is_asked((entry,))
            read, record = entry
            on_folded(read, record, self._fold.apply(read.partition, read.offset, record))
        self._tell_reached()

    async def loaded(self, keys: Collection[str], lease: Lease | None = None) -> None:
        """Return once each row is in memory, or is known not to exist; the lease keeps it so.

        A key that ends with the separator stands for all rows under it.
        """
        rows = self._fold.rows
        if lease is not None:
            lease.keys.update(key for key in keys if not key.endswith(SEPARATOR))
            lease.prefixes.update(key for key in keys if key.endswith(SEPARATOR))
        while missing := self._absent(keys):
            for key in missing:
                if key.endswith(SEPARATOR):
                    await self.loaded_under(key)
            single = rows.missing(key for key in missing if not key.endswith(SEPARATOR))
            if single:
                await self._load(single)

    async def _load(self, missing: Sequence[str]) -> None:
        evictions = self._fold.rows.evictions
        stored = await self._access.read(self._access.store.read, missing)
        if evictions == self._fold.rows.evictions:
            self._overlay(stored, missing)

    async def loaded_under(self, prefix: str, lease: Lease | None = None) -> None:
        """Return once each row whose key begins so is in memory; the lease keeps it so."""
        rows = self._fold.rows
        if lease is not None:
            lease.prefixes.add(prefix)
        while not rows.is_covered(prefix):
            evictions = rows.evictions
            stored = await self._access.read(self._access.store.read_under, prefix)
            if evictions == rows.evictions:
                self._overlay(stored, ())
                rows.cover(prefix)

    async def pages(self, prefix: str) -> AsyncIterator[Sequence[tuple[str, Any]]]:
        """Yield the rows under a prefix in order, some at a time, and keep none of them."""
        after: str | None = prefix
        while after is not None:
            stored: list[StoredRow] = []
            last = None
            if not self._fold.rows.complete:
                page_of = self._access.store.read_page
                stored = (await self._access.read(page_of, prefix, after, PAGE_ROWS)).rows
                last = stored[-1].key if len(stored) == PAGE_ROWS else None
            page = {row.key: self._fold.folding.load(row.key, row.body) for row in stored}
            # What is in memory is newer, and some of it the store does not have yet.
            page |= self._fold.rows.between(prefix, after, last)
            yield [(key, page[key]) for key in sorted(page) if page[key] is not None]
            after = last

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

    async def _load_what_is_asked(self, entries: Sequence[tuple[LogRecord, JournalRecord]]) -> None:
        """Load until these records ask for nothing that is not here: what is here may ask more."""
        while missing := self._missing(entries):
            await self.loaded(missing)

    def _missing(self, entries: Sequence[tuple[LogRecord, JournalRecord]]) -> list[str]:
        if self._fold.rows.complete:
            return []
        return self._absent(
            [key for read, record in entries for key in self._fold.asks(read.partition, record)]
        )

    def _absent(self, asked: Collection[str]) -> list[str]:
        rows = self._fold.rows
        under = [key for key in asked if key.endswith(SEPARATOR)]
        missing = rows.missing(key for key in asked if not key.endswith(SEPARATOR))
        return missing + [key for key in dict.fromkeys(under) if not rows.is_covered(key)]

    def _overlay(self, stored: Stored, asked: Sequence[str]) -> None:
        for row in stored.rows:
            if row.key not in self._fold.rows:
                self._fold.rows.put(row.key, self._row(row))
        positions = {p: standing.position for p, standing in stored.standings.items()}
        for key in asked:
            if key not in self._fold.rows:
                self._fold.rows.put(key, Row(absent_at=positions))

    def _row(self, stored: StoredRow) -> Row:
        folding = self._fold.folding
        state = folding.load(stored.key, stored.body)
        return Row(
            partition=stored.partition,
            position=stored.position,
            state=state,
            is_open=folding.is_open(stored.key, state),
        )

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
