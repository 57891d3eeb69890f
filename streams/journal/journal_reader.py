"""How does a process follow the journal?

Rows are loaded before the records that change them are folded, so the fold itself never waits.

Whoever has the right to write the topic may write nonsense.  What cannot be read, and does not
name the term that counts, would change nothing if it could be read: it is named and gone past.
What is of that term, or a claim, may be what a newer release says, and what breaks the fold is a
fault of ours: to go past it would be to act on state that is not what the journal says, and a
worker of the release that can fold it would say otherwise of the same log.  Nor may its lane be
left behind alone: a lane's facts change rows that others of its partition read (whose a record is,
what waits for what), and how far the store is is one number, so that a later start would begin
behind the fact and never fold it.  So its partition stops there, by name (log, metric, alert,
readiness, every command), and the others go on.  A row of which two partitions speak breaks
nothing: one of them has it, the same for every reader, and the other's word is named and counted.
"""

import logging
from collections.abc import Callable
from itertools import chain, starmap

from schemas.envelope import JournalRecord, envelope_of
from streams.journal.fold import Fold, Folded
from streams.journal.row_cache import NotLoadedError, Row
from streams.journal.row_loading import RowLoader
from streams.journal.same_journal import (
    refuse_lost,
    refuse_other_count,
    refuse_strangers,
    strangers,
)
from streams.journal.store_access import StoreAccess
from streams.journal.store_reads import Loaded
from streams.journal.stored_ahead import lacking
from streams.journal.unreadable import UnreadableError, named
from streams.journal.words import rows_of
from streams.ports import Log, LogRecord

#: Hears of each record what it did, before the next one is folded.
OnFolded = Callable[[LogRecord, JournalRecord, Folded], None]

#: Hears that a partition is folded no further, and why.
OnStopped = Callable[[LogRecord, UnreadableError], None]

log = logging.getLogger(__name__)


def _raise(_read: LogRecord, fault: UnreadableError) -> None:
    raise fault


class JournalReader:
    """Reads the log and folds it, over a store that holds what left memory."""

    def __init__(
        self, journal: Log, fold: Fold, access: StoreAccess, on_stopped: OnStopped = _raise
    ) -> None:
        """`on_stopped` says what becomes of a record that stops its partition: it is raised."""
        self._log = journal
        self._fold = fold
        self._access = access
        self.loader = RowLoader(fold, access)
        self._on_stopped = on_stopped

    async def begin(self, *, everything: bool = False) -> None:
        """Take over what has open work in the store (or everything), and read on from there."""
        store = self._access.store
        load = store.load_all if everything else store.load
        loaded: Loaded[Row] = await self._access.at_start(load, self.loader.row)
        ends = await self._log.ends()
        refuse_other_count(len(ends), len(self._fold.partition_folds))
        refuse_lost(loaded.checkpoints, ends)
        if not everything:
            # Who keeps everything is a command, which knows the journal again by marks of its own.
            refuse_strangers(await strangers(self._log, loaded.checkpoints, ends))
        positions = {p: checkpoint.position for p, checkpoint in loaded.checkpoints.items()}
        self._access.has(positions)
        for partition, checkpoint in loaded.checkpoints.items():
            self._fold.begin_at(partition, checkpoint)
        for key, row in rows_of(loaded.rows, self._fold.folding).items():
            self._fold.rows.put(key, row)
        self._fold.rows.complete = loaded.complete
        self._log.start_at(positions)

    async def step(self, timeout_seconds: float, on_folded: OnFolded) -> None:
        """Read what is there and fold it, record by record."""
        entries = [(read, self._decoded(read)) for read in await self._log.read(timeout_seconds)]
        # All at once first, for what one batch needs is one question to the store.
        await self.loader.loaded(list(chain.from_iterable(starmap(self._asked, entries))))
        for read, record in entries:
            if self._fold.partition_folds[read.partition].stopped is not None:
                continue
            try:
                await self._take(read, record, on_folded)
            except UnreadableError as fault:
                self._fold.partition_folds[read.partition].stopped = str(fault)
                self._on_stopped(read, fault)

    async def _take(
        self, read: LogRecord, record: JournalRecord | None, on_folded: OnFolded
    ) -> None:
        """Fold one record; UnreadableError when it is ours and cannot be folded."""
        if record is None:
            self._go_past(read)
            return
        folded = await self._folded(read, record)
        for row in folded.clashes:
            where = {"partition": read.partition, "offset": read.offset, "row": f"{row:.200}"}
            log.error("two partitions of the journal have one row", extra=where)
        on_folded(read, record, folded)

    async def _folded(self, read: LogRecord, record: JournalRecord) -> Folded:
        """Fold a record; what it asks for only since its own first facts is loaded then."""
        lease = self._fold.rows.lease()
        while True:
            await self._at_hand(read, record)
            folded = self._tried(read, record)
            if isinstance(folded, Folded):
                return folded
            await self.loader.loaded((folded,), lease)

    def _tried(self, read: LogRecord, record: JournalRecord) -> Folded | str:
        """Return what a record did, or the row that it asks for and that is not in memory."""
        with named(read):
            try:
                return self._fold.apply(read.partition, read.offset, record)
            except NotLoadedError as missing:
                return missing.key

    async def _at_hand(self, read: LogRecord, record: JournalRecord) -> None:
        """Have the rows in memory that a record changes, none of them without what the store has.

        See `stored_ahead`.
        """
        while True:
            if missing := self._missing(read, record):
                await self.loader.loaded(missing)
            elif lacking := self._lacking(read, record):
                await self.loader.renewed(read.partition, lacking)
            else:
                return

    def _lacking(self, read: LogRecord, record: JournalRecord) -> list[str]:
        is_stored = read.offset < self._access.stands(read.partition)
        if not is_stored or self._is_as_it_is(read, record):
            return []
        with named(read):
            return lacking(self._fold, read.partition, read.offset, record)

    def _is_as_it_is(self, read: LogRecord, record: JournalRecord) -> bool:
        """Tell whether a record asks nothing of the store."""
        return self._fold.rows.complete or not self._fold.counts(read.partition, record)

    def _go_past(self, read: LogRecord) -> None:
        envelope = envelope_of(read.value)
        if envelope is not None and self._fold.counts(read.partition, envelope):
            with named(read):
                self._fold.folding.decode(read.value)
        self._fold.skip(read.partition, read.offset)
        where = {"partition": read.partition, "offset": read.offset, "bytes": len(read.value)}
        log.error("no record of ours in the journal", extra=where)

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
        if self._is_as_it_is(read, record):
            return []
        with named(read):
            return self.loader.absent(self._fold.asks(read.partition, record))
