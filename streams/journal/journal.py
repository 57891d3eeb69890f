"""How does a worker write history, and know that it was its own to write?

Append, read it back, fold: an append counts only once our own tail has delivered it and the fold
has accepted it.  A worker that was frozen past its session reads its own record back as refused,
because somebody else's claim stands before it; then its term is over, and nothing it decided
under it was ever history.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from schemas.envelope import JournalRecord
from schemas.facts import Fact
from streams.journal.append_confirmation import AppendConfirmation, Verdict
from streams.journal.catch_up import CatchUp
from streams.journal.fold import Fold, Folded, Folding
from streams.journal.folded_view import FoldedView
from streams.journal.held_terms import HeldTerms
from streams.journal.journal_reader import JournalReader
from streams.journal.store import Store
from streams.journal.store_access import InThread, StoreAccess
from streams.journal.terms import (
    Accepted,
    ClaimFailedError,
    PartitionStoppedError,
    Reason,
    Refused,
    Term,
)
from streams.journal.unreadable import UnreadableError
from streams.journal.write_behind import ROW_LIMIT, WriteBehind
from streams.ports import AppendUnknownError, Clock, Log, LogRecord

log = logging.getLogger(__name__)


#: Hears of each accepted record: partition, record, the keys of the rows that it changed.
Watcher = Callable[[int, JournalRecord, Sequence[str]], None]

#: An attempt may be this old when it is sent (design: 10 s), so waiting longer helps nobody.
READ_BACK_SECONDS = 10.0

#: How long one read may wait; a record that arrives ends it at once.
READ_SECONDS = 1.0


class Journal(FoldedView):
    """The journal's partitions, as this process writes and follows them."""

    def __init__(
        self,
        journal: Log,
        folding: Folding,
        store: Store,
        clock: Clock,
        *,
        new_term: Callable[[], str],
        partitions: int = 12,
        on_failed: Callable[[BaseException], None] = lambda _fault: None,
        row_limit: int = ROW_LIMIT,
        read_back_seconds: float = READ_BACK_SECONDS,
        in_thread: InThread = asyncio.to_thread,
    ) -> None:
        self._clock = clock
        self._new_term = new_term
        self._on_failed = on_failed
        self._folding = folding
        fold = Fold(folding, partitions=partitions)
        self._terms = HeldTerms()
        self._access = StoreAccess(store, clock, in_thread, self._fail)
        self._reader = JournalReader(journal, fold, self._access, self._stopped)
        super().__init__(fold, self._reader.loader)
        self._catch_up = CatchUp(journal, fold.is_short_of)
        self._confirmation = AppendConfirmation(journal, clock, seconds=read_back_seconds)
        self._behind = WriteBehind(
            fold,
            self._access,
            clock,
            writes=lambda partition: not store.shared or partition in self._terms,
            row_limit=row_limit,
        )
        self._reader.loader.on_loaded = self._behind.noted
        self._watchers: list[Watcher] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._failure: BaseException | None = None

    async def start(self) -> None:
        """Take over the store's open rows, and follow all partitions; errors are one sentence."""
        await self._reader.begin()
        for work in (self._follow, self._confirmation.watch, self._behind.run):
            self._tasks.append(asyncio.create_task(self._guarded(work)))

    async def stop(self) -> None:
        """Write what is folded, and end all terms; the store stays open."""
        if not self._tasks:
            return
        *endless, writing = self._tasks
        self._tasks = []
        for task in endless:
            task.cancel()
        await asyncio.gather(*endless, return_exceptions=True)
        # Before the terms end: of a shared store, only owners write.
        self._behind.close()
        await writing
        self._terms.release_all()
        self._end(ConnectionAbortedError("the journal was stopped"))

    def watch(self, watcher: Watcher) -> None:
        """Have each accepted record told, right after it folded; a watcher never raises."""
        self._watchers.append(watcher)

    def on_term_lost(self, listener: Callable[[int], None]) -> None:
        """Have it told when a term of ours is over that we did not give up; it never raises."""
        self._terms.on_lost(listener)

    def term(self, partition: int) -> Term | None:
        """Return our live term for a partition."""
        return self._terms.of(partition)

    async def claim(self, partition: int) -> Term:
        """Make the partition ours; everything before the claim is folded when this returns.

        A term of ours that is still live ends at once, and is not told as lost.
        PartitionStoppedError when no claim would ever be read back.
        """
        self.release(partition)
        if (why := self._fold.partition_folds[partition].stopped) is not None:
            raise PartitionStoppedError(why)
        term = Term(self._new_term())
        record = JournalRecord(term=term, claim=term, lane="", at=self._clock.now())
        _, verdict = await self._sent(partition, record)
        if verdict is not Verdict.ACCEPTED:
            raise ClaimFailedError(f"nobody knows whether the claim of {partition} was kept")
        if self._fold.partition_folds[partition].term != term:
            raise ClaimFailedError(f"partition {partition} was claimed again meanwhile")
        self._terms.hold(partition, term)
        return term

    def release(self, partition: int) -> None:
        """Write no more under our term: the partition is given to somebody else."""
        self._terms.release(partition)

    async def append(
        self,
        partition: int,
        lane: str,
        facts: Sequence[Fact],
        *,
        term: Term,
        prefix: int | None = None,
        requests_prefix: int | None = None,
    ) -> Accepted | Refused:
        """Append one step's facts as one record; it is folded when `Accepted` returns.

        ValueError when the log takes no record of that size; nothing was sent then.
        """
        if self._terms.of(partition) != term:
            return Refused(partition=partition, reason=Reason.OVER)
        record = JournalRecord(
            term=term,
            lane=lane,
            at=self._clock.now(),
            prefix=prefix,
            requests_prefix=requests_prefix,
            facts=tuple(facts),
        )
        try:
            offset, verdict = await self._sent(partition, record)
        except asyncio.CancelledError:
            # Nobody waits for the answer any more, so nobody will know it.
            self._terms.lose(partition, term)
            raise
        if verdict is Verdict.ACCEPTED:
            return Accepted(partition=partition, offset=offset)
        self._terms.lose(partition, term)
        return Refused(partition=partition, reason=Reason(verdict.value))

    async def caught_up(self) -> None:
        """Return once all partitions are folded to where they ended after this was called."""
        if self._failure is not None:
            raise self._failure
        await self._catch_up.caught_up()

    def refused(self) -> int:
        """Return how many rows the state store does not take as they are."""
        return self._behind.refused()

    @property
    def store_away(self) -> str | None:
        """Why the state store cannot be used now, in one sentence; None while it answers."""
        return self._access.away

    async def flush(self) -> None:
        """Write what is folded now; StoreUnusableError when the store is away."""
        await self._behind.flush()

    async def _sent(self, partition: int, record: JournalRecord) -> tuple[int, Verdict]:
        value = self._folding.encode(record)
        try:
            return await self._confirmation.append(
                partition, record.lane.encode(), value, record.term
            )
        except AppendUnknownError:
            return -1, Verdict.UNKNOWN

    async def _follow(self) -> None:
        while True:
            await self._reader.step(READ_SECONDS, self._folded)
            self._catch_up.folded()
            self._behind.noted()
            if not self._terms:
                await self._behind.room()
            # A client that has more at hand returns without waiting: let others run.
            await asyncio.sleep(0)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception as fault:
            log.exception("journal not followed")
            self._fail(fault)

    def _fail(self, fault: BaseException) -> None:
        """End all work: going on would mean to act on state that is not what the journal says."""
        if self._failure is None:
            self._end(fault)
            self._on_failed(fault)

    def _folded(self, read: LogRecord, record: JournalRecord, folded: Folded) -> None:
        self._confirmation.delivered(read, record.term, accepted=folded.accepted)
        if not folded.accepted:
            return
        if record.claim is not None and (term := self._terms.of(read.partition)) is not None:
            self._terms.lose(read.partition, term)
        for watcher in self._watchers:
            watcher(read.partition, record, folded.changed)

    def _stopped(self, read: LogRecord, fault: UnreadableError) -> None:
        where = {"partition": read.partition, "reason": str(fault)}
        log.critical("partition of the journal stopped", exc_info=fault, extra=where)
        if (term := self._terms.of(read.partition)) is not None:
            self._confirmation.unfolded(read, term)
            self._terms.lose(read.partition, term)

    def _end(self, fault: BaseException) -> None:
        self._failure = self._failure or fault
        self._terms.lose_all()
        self._confirmation.give_up()
        self._catch_up.fail(fault)
