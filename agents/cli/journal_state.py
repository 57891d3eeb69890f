"""What does the journal say now?

Folded from Kafka for every command, from where the last one ended to the end that it had when it
was asked: so a command needs no worker and no worker's store, and what a fenced worker wrote
counts here as little as elsewhere.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agents.audit.journal import Terms
from agents.cli.bars import folding_bar
from agents.cli.console import WARNED, complain
from agents.cli.environment import process_settings
from agents.cli.journal_cache import (
    KeptFolding,
    OtherJournalError,
    Recognized,
    noted_key,
    since_key,
)
from agents.cli.journal_faults import sentences
from agents.cli.journal_opening import opened
from agents.cli.journal_told import Progress, Told, silent
from agents.process.clock import SystemClock
from agents.rules.documents.lane_book import LaneBook
from agents.view.kept_file import KeptFile
from schemas.catalog import NotUnderstoodError
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.note_facts import Noted
from schemas.rows import (
    DOCUMENT_ROWS,
    LANE_ROWS,
    LOCKOUT_ROWS,
    TENANT_ROWS,
    DocumentRow,
    LaneRow,
    TenantRow,
    parsed,
)
from schemas.state import Document, Lane, Lockout
from schemas.tenant_state import Tenant
from streams.journal.fold import Fold, Folded, PartitionFold
from streams.journal.journal_reader import JournalReader
from streams.journal.same_journal import JournalLostError
from streams.journal.store import Store
from streams.journal.store_access import StoreAccess
from streams.journal.tables import StoreUnusableError
from streams.journal.unreadable import UnreadableError
from streams.journal.write_behind import WriteBehind
from streams.kafka.log import KafkaLog
from streams.kafka.probe import quiet
from streams.ports import Clock, Log, LogRecord
from streams.topics import JOURNAL

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

T = TypeVar("T")

#: How long one read may wait; the journal's end is known, so it only matters when Kafka is slow.
READ_SECONDS = 1.0

#: All rows stay in memory: a command asks for any of them.
EVERY_ROW = 1_000_000_000


class State:
    """All rows, and how far the journal is folded; made by `fold`."""

    def __init__(self, journal: Log, clock: Clock, partitions: int, store: Store) -> None:
        folding = KeptFolding()
        self._log = Recognized(journal, folding)
        self._clock = clock
        self._fold = Fold(folding, partitions=partitions)
        self._access = StoreAccess(store, clock, asyncio.to_thread)
        self._reader = JournalReader(self._log, self._fold, self._access, _go_on)
        self._heard: list[Told] = []
        #: That the journal is being rewritten, in a sentence.
        self.rewriting: str | None = None

    @property
    def partition_folds(self) -> list[PartitionFold]:
        """Return how far each partition is folded."""
        return self._fold.partition_folds

    @property
    def stopped(self) -> list[str]:
        """Return of each partition that is folded no further why that is."""
        folds = self.partition_folds
        return [each.stopped for each in folds if each.stopped is not None]

    def tenants(self) -> list[str]:
        """Return the tenants that the journal knows, by name."""
        lanes = {tenant_of(lane.key) for _, lane in self._rows(LANE_ROWS)}
        return sorted(lanes | {row.removeprefix(TENANT_ROWS) for row, _ in self._rows(TENANT_ROWS)})

    def tenant(self, name: str) -> Tenant:
        """Return what a tenant set, and its mappings."""
        return self._fold.rows.get(str(TenantRow(name))).state or Tenant()

    def lanes(self, tenant: str | None = None) -> list[LaneBook]:
        """Return the lanes of a tenant, or of all, by key, with all their documents."""
        of = f"{tenant}/" if tenant else ""
        documents: defaultdict[str, dict[str, Document]] = defaultdict(dict)
        for key, document in self._rows(f"{DOCUMENT_ROWS}{of}"):
            if isinstance(row := parsed(key), DocumentRow):
                documents[row.lane][row.name] = document
        lanes = (lane for _, lane in self._rows(f"{LANE_ROWS}{of}"))
        return [LaneBook(lane, _in_order(documents[lane.key])) for lane in lanes]

    def lane(self, key: str) -> Lane | None:
        """Return what is a lane's own."""
        lane: Lane | None = self._fold.rows.get(str(LaneRow(key))).state
        return lane

    def document(self, lane: str, name: str) -> Document | None:
        """Return one document of a lane by its name there."""
        document: Document | None = self._fold.rows.get(str(DocumentRow(lane, name))).state
        return document

    def lockouts(self) -> dict[int, Lockout]:
        """Return the lockouts in force, by partition."""
        found = {
            int(key.removeprefix(LOCKOUT_ROWS)): lockout
            for key, lockout in self._rows(LOCKOUT_ROWS)
        }
        return dict(sorted(found.items()))

    def since(self, lane: str, document: str) -> datetime | None:
        """Return when a document was parked or listed as unplaced for the last time."""
        since: datetime | None = self._fold.rows.get(since_key(lane, document)).state
        return since

    def noted(self, lane: str, document: str) -> Noted | None:
        """Return what people noted of a document last."""
        noted: Noted | None = self._fold.rows.get(noted_key(lane, document)).state
        return noted

    async def more(self) -> list[Told]:
        """Fold what has come since, waiting a second for it, and return what of it counts."""
        self._heard = []
        await self._reader.step(READ_SECONDS, self._folded)
        return self._heard

    async def again(self, progress: Progress = silent) -> AsyncIterator[Told]:
        """Yield from its beginning all that is folded and counts; nothing is folded afterwards."""
        ends = {
            n: partition_fold.position
            for n, partition_fold in enumerate(self.partition_folds)
            if partition_fold.position
        }
        terms = Terms()
        self._log.start_at({})
        done, total = 0, sum(ends.values())
        while ends:
            found = await self._log.read(READ_SECONDS)
            done += len(found)
            progress(min(done, total), total)
            for read in found:
                end = ends.get(read.partition, 0)
                record = self._read(read)
                if record is not None and read.offset < end and terms.count(read.partition, record):
                    yield Told(read.partition, read.offset, record)
                if read.offset + 1 >= end:
                    ends.pop(read.partition, None)

    async def reach(self, ends: Mapping[int, int], progress: Progress) -> None:
        """Fold on to these offsets; OtherJournalError when the store is of another journal."""
        await self._reader.begin(everything=True)
        self._look_back()
        while self._log.marks or any(self._is_short_of(p, end) for p, end in ends.items()):
            await self._reader.step(READ_SECONDS, self._folded)
            progress(
                sum(partition_fold.position for partition_fold in self.partition_folds),
                sum(ends.values()),
            )
        self._log.was_kept = False

    async def keep(self) -> None:
        """Write what was folded, for the next command; one that is late leaves it to the other."""
        behind = WriteBehind(
            self._fold,
            self._access,
            self._clock,
            writes=lambda _partition: True,
            row_limit=EVERY_ROW,
        )
        with suppress(StoreUnusableError):
            await behind.flush()

    def _is_short_of(self, partition: int, end: int) -> bool:
        partition_fold = self.partition_folds[partition]
        return partition_fold.position < end and partition_fold.stopped is None

    def _look_back(self) -> None:
        """Read the last records again that the store has seen, to know the journal by them."""
        places = {
            n: partition_fold.position for n, partition_fold in enumerate(self.partition_folds)
        }
        for key, kept in self._rows("last:"):
            partition = int(key.partition(":")[2])
            places[partition] = self._fold.rows.get(key).position
            self._log.marks[partition, places[partition]] = kept
        self._log.was_kept = bool(self._log.marks)
        self._log.start_at(places)

    def _read(self, read: LogRecord) -> JournalRecord | None:
        """Read a record again; what was gone past when it was folded has no meaning now either."""
        try:
            return self._fold.folding.decode(read.value)
        except ValueError:
            return None

    def _rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        return self._fold.rows.under(prefix)

    def _folded(self, read: LogRecord, record: JournalRecord, folded: Folded) -> None:
        if folded.accepted:
            self._heard.append(Told(read.partition, read.offset, record))


def _in_order(documents: dict[str, Document]) -> dict[str, Document]:
    return dict(sorted(documents.items(), key=lambda each: each[1].order))


def _go_on(_read: LogRecord, _fault: UnreadableError) -> None:
    """Fold the other partitions: what stopped one is told beside what is shown."""


async def fold(journal: Log, clock: Clock, progress: Progress = silent) -> State:
    """Fold a journal from its beginning to its present end."""
    store = Store("sqlite://")
    try:
        return await _folded_over(store, journal, clock, progress)
    finally:
        # All rows are in memory: nobody asks it again.
        store.close()


async def fold_on(kept: KeptFile, journal: Log, clock: Clock, progress: Progress = silent) -> State:
    """Fold a journal to its present end from what is kept of it, and keep what is new."""
    for _attempt in range(2):
        store = kept.open()
        if store is None:
            break
        try:
            state = await _folded_over(store, journal, clock, progress)
            await state.keep()
        except (OtherJournalError, JournalLostError, StoreUnusableError, NotUnderstoodError):
            kept.forget()
        else:
            return state
        finally:
            store.close()
    return await fold(journal, clock, progress)


async def _folded_over(store: Store, journal: Log, clock: Clock, progress: Progress) -> State:
    ends = await journal.ends()
    state = State(journal, clock, len(ends), store)
    await state.reach(ends, progress)
    return state


def reading(work: Callable[[State], Awaitable[T]]) -> T:
    """Run a command's work on the folded journal; Refusal where Kafka or the journal is not fit."""
    settings = process_settings()
    with quiet(), sentences(settings.cluster):
        return asyncio.run(_read(settings, work))


async def _read(settings: "ProcessSettings", work: Callable[[State], Awaitable[T]]) -> T:
    clock = SystemClock()
    log = KafkaLog(settings.cluster, JOURNAL.name)
    kept = KeptFile(Path(settings.state_folder), settings.cluster)
    try:
        rewriting = await opened(log, settings.cluster)
        with folding_bar(clock) as progress:
            state = await fold_on(kept, log, clock, progress)
        state.rewriting = rewriting
        if rewriting is not None:
            complain(rewriting, WARNED)
        for why in state.stopped:
            complain(f"{why} What is shown of this partition is as it was before.", WARNED)
        return await work(state)
    finally:
        await log.stop()
