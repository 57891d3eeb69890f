"""How does a process follow the journal, and find rows that left its memory?

Rows are loaded before the records that change them are folded, so the fold itself never waits;
what a load brings is thrown away when rows left memory meanwhile, for it may be out of date.

Whoever has the right to write the topic may write nonsense.  What cannot be read, and does not
name the term that counts, would change nothing if it could be read: it is named and gone past.
What is of that term, or a claim, may be what a newer release says, and what breaks the fold is a
fault of ours: to go past it would be to act on state that is not what the journal says, and a
worker of the release that can fold it would say otherwise of the same log.  Nor may its lane be
left behind alone: a lane's facts change rows that others of its partition read (whose a record is,
what waits for what), and how far the store is is one number, so that a later start would begin
behind the fact and never fold it.  So its partition stops there, by name (log, metric, alert,
readiness, every command), and the others go on.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, starmap
from typing import Any

from schemas.envelope import JournalRecord, envelope_of
from schemas.rows import SEPARATOR
from streams.journal.fold import Checkpoint, Fold, Folded
from streams.journal.row_cache import Lease, Row, StoredRow
from streams.journal.same_journal import strangers
from streams.journal.store_access import StoreAccess
from streams.journal.store_reads import Loaded, Stored
from streams.ports import Log, LogRecord

#: Hears of each record what it did, before the next one is folded.
OnFolded = Callable[[LogRecord, JournalRecord, Folded], None]

#: Rows that are looked at together by who looks at very many.
PAGE_ROWS = 1_000

#: Characters of a fault that the log tells.
LONGEST_REASON = 500
#: And of the lane of its record.
LONGEST_LANE = 200

log = logging.getLogger(__name__)


#: Hears that a partition is folded no further, and why.
OnStopped = Callable[[LogRecord, "UnreadableError"], None]


class UnreadableError(Exception):
    """A record of the journal cannot be folded; the text says which and what to do."""


def _raise(_read: LogRecord, fault: "UnreadableError") -> None:
    raise fault


class JournalLostError(Exception):
    """The store knows more than the journal; the text says where and what to do."""


class JournalReader:
    """Reads the log and folds it, over a store that holds what left memory."""

    def __init__(
        self, journal: Log, fold: Fold, access: StoreAccess, on_stopped: OnStopped = _raise
    ) -> None:
        """`on_stopped` says what becomes of a record that stops its partition: it is raised."""
        self._log = journal
        self._fold = fold
        self._access = access
        self._on_stopped = on_stopped
        self._reached: list[tuple[Mapping[int, int], asyncio.Future[None]]] = []

    async def begin(self, *, everything: bool = False) -> None:
        """Take over what has open work in the store (or everything), and read on from there."""
        store = self._access.store
        load = store.load_all if everything else store.load
        loaded: Loaded[Row] = await self._access.at_start(load, self._row)
        ends = await self._log.ends()
        _refuse_other_count(len(ends), len(self._fold.partition_folds))
        _refuse_lost(loaded.checkpoints, ends)
        if not everything:
            # Who keeps everything is a command, which knows the journal again by marks of its own.
            _refuse_strangers(await strangers(self._log, loaded.checkpoints, ends))
        positions = {p: checkpoint.position for p, checkpoint in loaded.checkpoints.items()}
        self._access.has(positions)
        for partition, checkpoint in loaded.checkpoints.items():
            self._fold.begin_at(partition, checkpoint)
        for key, row in loaded.rows:
            self._fold.rows.put(key, row)
        self._fold.rows.complete = loaded.complete
        self._log.start_at(positions)

    async def step(self, timeout_seconds: float, on_folded: OnFolded) -> None:
        """Read what is there and fold it, record by record."""
        entries = [(read, self._decoded(read)) for read in await self._log.read(timeout_seconds)]
        # All at once first, for what one batch needs is one question to the store.
        await self.loaded(list(chain.from_iterable(starmap(self._asked, entries))))
        for read, record in entries:
            if self._fold.partition_folds[read.partition].stopped is not None:
                continue
            try:
                await self._take(read, record, on_folded)
            except UnreadableError as fault:
                self._fold.partition_folds[read.partition].stopped = str(fault)
                self._on_stopped(read, fault)
        self._tell_reached()

    async def _take(
        self, read: LogRecord, record: JournalRecord | None, on_folded: OnFolded
    ) -> None:
        """Fold one record; UnreadableError when it is ours and cannot be folded."""
        if record is None:
            self._go_past(read)
            return
        while missing := self._missing(read, record):
            await self.loaded(missing)
        with _named(read):
            folded = self._fold.apply(read.partition, read.offset, record)
        on_folded(read, record, folded)

    def _go_past(self, read: LogRecord) -> None:
        envelope = envelope_of(read.value)
        if envelope is not None and self._fold.counts(read.partition, envelope):
            with _named(read):
                self._fold.folding.decode(read.value)
        self._fold.skip(read.partition, read.offset)
        where = {"partition": read.partition, "offset": read.offset, "bytes": len(read.value)}
        log.error("no record of ours in the journal", extra=where)

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
                stored = await self._page(prefix, after)
                last = stored[-1].key if len(stored) == PAGE_ROWS else None
            page = {row.key: self._fold.folding.load(row.key, row.body) for row in stored}
            # What is in memory is newer, and some of it the store does not have yet.
            page |= self._fold.rows.between(prefix, after, last)
            yield [(key, page[key]) for key in sorted(page) if page[key] is not None]
            after = last

    async def _page(self, prefix: str, after: str) -> list[StoredRow]:
        """Return a stored page, in which nothing has changed and left memory meanwhile."""
        while True:
            evictions = self._fold.rows.evictions
            page_of = self._access.store.read_page
            stored = await self._access.read(page_of, prefix, after, PAGE_ROWS)
            if evictions == self._fold.rows.evictions:
                return stored.rows

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

    def _decoded(self, read: LogRecord) -> JournalRecord | None:
        try:
            return self._fold.folding.decode(read.value)
        except Exception:  # noqa: BLE001 - what somebody else wrote may raise whatever there is
            return None

    def _asked(self, read: LogRecord, record: JournalRecord | None) -> list[str]:
        """Return what a record will ask for, as far as can be told before its turn."""
        if record is None or self._fold.rows.complete:
            return []
        try:
            return list(self._fold.asks(read.partition, record))
        except Exception:  # noqa: BLE001 - if it counts it raises again when its turn comes
            return []

    def _missing(self, read: LogRecord, record: JournalRecord) -> list[str]:
        if self._fold.rows.complete or not self._fold.counts(read.partition, record):
            return []
        with _named(read):
            return self._absent(self._fold.asks(read.partition, record))

    def _absent(self, asked: Collection[str]) -> list[str]:
        rows = self._fold.rows
        if rows.complete:
            return []
        under = [key for key in asked if key.endswith(SEPARATOR)]
        missing = rows.missing(key for key in asked if not key.endswith(SEPARATOR))
        return missing + [key for key in dict.fromkeys(under) if not rows.is_covered(key)]

    def _overlay(self, stored: Stored, asked: Sequence[str]) -> None:
        for row in stored.rows:
            if row.key not in self._fold.rows:
                self._fold.rows.put(row.key, self._row(row))
        for key in asked:
            if key not in self._fold.rows:
                self._fold.rows.put(key, Row(absent_at=stored.positions))

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
        partition_folds = self._fold.partition_folds
        return any(
            partition_folds[partition].position < end and partition_folds[partition].stopped is None
            for partition, end in ends.items()
        )

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


@contextmanager
def _named(read: LogRecord) -> Iterator[None]:
    """Say of which record it is that the fold cannot go on."""
    try:
        yield
    except Exception as fault:
        lane = f" ({read.key.decode(errors='replace')!s:.{LONGEST_LANE}})" if read.key else ""
        where = f"The journal's record {read.offset} of partition {read.partition}{lane}"
        raise UnreadableError(
            f"{where} cannot be folded ({type(fault).__name__}: {fault!s:.{LONGEST_REASON}}): run "
            "the release that wrote it, or a newer one."
        ) from fault


def _refuse_other_count(found: int, expected: int) -> None:
    if found != expected:
        raise JournalLostError(
            f"The journal has {found} partitions, and {expected} are expected: a topic's count is "
            "fixed when it is made, so correct the setting, or name the right brokers."
        )


def _refuse_lost(checkpoints: Mapping[int, Checkpoint], ends: Mapping[int, int]) -> None:
    for partition, checkpoint in sorted(checkpoints.items()):
        end = ends.get(partition, 0)
        if checkpoint.position > end:
            raise JournalLostError(
                f"The state store has partition {partition} of the journal up to record "
                f"{checkpoint.position}, and the journal ends at {end}: it belongs to another "
                "journal, so name that one's brokers, or empty the store."
            )


def _refuse_strangers(partitions: list[int]) -> None:
    if partitions:
        raise JournalLostError(
            "The state store was folded from another journal: in partition "
            f"{', '.join(map(str, partitions))} its last term is not where it must stand. Name "
            "that journal's brokers (or ISTHMUS_TOPIC_PREFIX), or empty the store."
        )
