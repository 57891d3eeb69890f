"""How does the journal come into the book?  Read, folded, written: the book first, then the fold.

One partition that is folded no further stops alone, and is named.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agents.gateway.console.book import locks, notes, reconciles
from agents.gateway.console.book.counts import counted, quarter_of
from agents.gateway.console.book.tables import to_write
from agents.gateway.console.book.writing import BookWriter, Changes
from agents.view.folding import Folding
from schemas.envelope import JournalRecord
from schemas.facts import Fact, OnOneSide, Parked, RequestTaken
from schemas.identity import tenant_of
from schemas.rows import DocumentRow, parsed
from streams.journal.catch_up import CatchUp
from streams.journal.fold import Fold, Folded
from streams.journal.journal_reader import JournalReader
from streams.journal.store import Store
from streams.journal.store_access import StoreAccess
from streams.journal.unreadable import UnreadableError
from streams.journal.write_behind import WriteBehind
from streams.ports import Clock, Log, LogRecord

log = logging.getLogger("isthmus.console")

READ_SECONDS = 1.0
#: Rows of the fold in memory besides those with open work.
ROW_LIMIT = 20_000
#: So much is written together while the book catches up.
ENOUGH = 2_000

#: Hears, once it is in the book, which tenants changed and which requests were answered.
OnKept = Callable[[frozenset[str], Sequence[RequestTaken]], None]


class BookKeeper:
    """Keeps one book; made by `open_book`."""

    def __init__(
        self, journal: Log, ends: Mapping[int, int], path: Path, clock: Clock, on_kept: OnKept
    ) -> None:
        self._store = Store(f"sqlite:///{path}")
        self._writer = BookWriter(to_write(path))
        self._fold = Fold(Folding(), partitions=len(ends))
        access = StoreAccess(self._store, clock, asyncio.to_thread)
        self._reader = JournalReader(journal, self._fold, access, _go_on)
        self._behind = WriteBehind(
            self._fold, access, clock, writes=lambda _partition: True, row_limit=ROW_LIMIT
        )
        self._ends = dict(ends)
        self._catch_up = CatchUp(journal, self._is_short_of)
        self._on_kept = on_kept
        self._known = self._writer.positions()
        #: Up to where each partition is in the book.
        self.kept = dict(self._known)
        self._changes = Changes()
        self._tenants: set[str] = set()
        self._answers: list[RequestTaken] = []

    async def begin(self) -> None:
        """Go on from where the file ends; raises where it is not of this journal."""
        await self._reader.begin()

    async def step(self) -> None:
        """Read what is there, waiting a second for it, fold it and write it down."""
        await self._reader.step(READ_SECONDS, self._folded)
        if self._changes.at is not None and (self.is_whole or len(self._changes) >= ENOUGH):
            await self._keep()
        if self._changes.at is None:
            # Nothing of what is folded is to be written, as where a record did not count.
            self.kept = dict(enumerate(self._fold.positions()))
        self._catch_up.folded()

    async def caught_up(self) -> None:
        """Return once the book has all that the journal had when this was asked."""
        await self._catch_up.caught_up()

    def _is_short_of(self, ends: Mapping[int, int]) -> bool:
        folds = self._fold.partition_folds
        return any(self.kept.get(p, 0) < end and not folds[p].stopped for p, end in ends.items())

    @property
    def is_whole(self) -> bool:
        """Tell whether all is folded that was in the journal when it was opened."""
        return not self._fold.is_short_of(self._ends)

    @property
    def progress(self) -> tuple[int, int]:
        """Return how many records of how many are folded, of those that were there at first."""
        folds = enumerate(self._fold.partition_folds)
        done = sum(min(each.position, self._ends.get(number, 0)) for number, each in folds)
        return done, sum(self._ends.values())

    @property
    def stopped(self) -> tuple[str, ...]:
        """Return which partitions are folded no further, for anybody to read."""
        folds = enumerate(self._fold.partition_folds)
        return tuple(
            f"Part {number} of the journal cannot be read beyond its record {each.position}: the "
            "gateway's log says why."
            for number, each in folds
            if each.stopped is not None
        )

    def close(self) -> None:
        """Close the file; whoever waits for more to be in it hears that there will be none."""
        self._catch_up.fail(ConnectionAbortedError("the journal is not followed any more"))
        self._writer.close()
        self._store.close()

    async def _keep(self) -> None:
        changes, tenants, answers = self._changes, self._tenants, self._answers
        self._changes, self._tenants, self._answers = Changes(), set(), []
        states = {key: self._fold.rows.get(key).state for key in changes.rows}
        positions = dict(enumerate(self._fold.positions()))
        await asyncio.to_thread(self._writer.write, changes, states, positions)
        await self._behind.flush()
        self.kept = positions
        self._on_kept(frozenset(tenants), answers)

    def _folded(self, read: LogRecord, record: JournalRecord, folded: Folded) -> None:
        if not folded.accepted:
            return
        changes, tenant = self._changes, tenant_of(record.lane)
        changes.at = record.at
        self._tenants.add(tenant)
        for key in folded.changed:
            changes.rows[key] = None
            row = parsed(key)
            if isinstance(row, DocumentRow):
                changes.told.append((row, read.partition, read.offset))
        for fact in record.facts:
            self._heard(fact, record)
        changes.locks.extend(locks.heard(record))
        for told in notes.heard(record):
            changes.notes.append(told)
            row = DocumentRow(record.lane, told.fact.document)
            changes.told.append((row, read.partition, read.offset))
        changes.readings.extend(reconciles.heard(record, read))
        if read.offset >= self._known.get(read.partition, 0):
            quarter = quarter_of(record.at)
            changes.counts.update((tenant, quarter, what) for what in counted(record.facts))

    def _heard(self, fact: Fact, record: JournalRecord) -> None:
        match fact:
            case RequestTaken():
                self._answers.append(fact)
            case Parked() | OnOneSide():
                self._changes.since[DocumentRow(record.lane, fact.document)] = record.at
            case _:
                pass


async def open_book(journal: Log, path: Path, clock: Clock, on_kept: OnKept) -> BookKeeper:
    """Open a book, empty where there is none; sqlite3.DatabaseError where it is damaged."""
    keeper = BookKeeper(journal, await journal.ends(), path, clock, on_kept)
    try:
        await keeper.begin()
    except BaseException:
        keeper.close()
        raise
    return keeper


def _go_on(read: LogRecord, fault: UnreadableError) -> None:
    """Fold the other partitions: that one has stopped is told on each page."""
    where = {"partition": read.partition, "reason": str(fault)}
    log.error("console reads a partition no further", extra=where)
