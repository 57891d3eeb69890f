"""What does the journal say now?

Folded anew from Kafka for every command, to the end that it had when it was asked: so a command
needs no store and no worker, and what a fenced worker wrote counts here as little as elsewhere.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

from agents.cli.bars import folding_bar
from agents.cli.refusal import Refusal
from agents.clock import SystemClock
from agents.folding import Folding
from agents.local.probe import quiet
from schemas.envelope import JournalRecord
from schemas.facts import Parked, Unplaced
from schemas.identity import tenant_of
from schemas.state import Lane, Lockout, Tenant
from streams.fold import Course, Fold, Folded
from streams.kafka_log import KafkaLog, RecordsGoneError, TopicMissingError
from streams.ports import Clock, Log, LogRecord
from streams.settings import read_settings
from streams.store import Store
from streams.tables import StoreUnusableError
from streams.tail import JournalLostError, Tail, UnreadableError
from streams.topics import JOURNAL

T = TypeVar("T")

#: How long one read may wait; the journal's end is known, so it only matters when Kafka is slow.
READ_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """One record of the journal that counts, and where it stands."""

    partition: int
    offset: int
    record: JournalRecord


class State:
    """All rows, and how far the journal is folded; made by `fold`."""

    def __init__(self, journal: Log, clock: Clock, partitions: int) -> None:
        self._log = journal
        self._fold = Fold(Folding(), partitions=partitions)
        self._store = Store("sqlite://")
        self._tail = Tail(journal, self._fold, self._store, clock, asyncio.to_thread)
        self._since: dict[tuple[str, str], datetime] = {}
        self._dropped: set[tuple[int, int]] = set()
        self._heard: list[Told] = []

    @property
    def courses(self) -> list[Course]:
        """Return how far each partition is folded."""
        return self._fold.courses

    def tenants(self) -> list[str]:
        """Return the tenants that the journal knows, by name."""
        keys = (
            key.partition(":")[2] for what in ("lane:", "tenant:") for key, _ in self._rows(what)
        )
        return sorted({tenant_of(key) for key in keys})

    def tenant(self, name: str) -> Tenant:
        """Return what a tenant set, and its mappings."""
        return self._fold.rows.get(f"tenant:{name}").state or Tenant()

    def lanes(self, tenant: str | None = None) -> list[Lane]:
        """Return the lanes of a tenant, or of all, by key."""
        return [lane for _, lane in self._rows(f"lane:{tenant}/" if tenant else "lane:")]

    def lockouts(self) -> dict[int, Lockout]:
        """Return the lockouts in force, by partition."""
        found = {int(key.partition(":")[2]): lockout for key, lockout in self._rows("lockout:")}
        return dict(sorted(found.items()))

    def since(self, lane: str, document: str) -> datetime | None:
        """Return when a document was parked or listed as unplaced for the last time."""
        return self._since.get((lane, document))

    async def more(self) -> list[Told]:
        """Fold what has come since, waiting a second for it, and return what of it counts."""
        self._heard = []
        await self._tail.step(READ_SECONDS, self._folded)
        return self._heard

    async def again(self) -> AsyncIterator[Told]:
        """Yield from its beginning all that is folded and counts; nothing is folded afterwards."""
        ends = {n: course.position for n, course in enumerate(self.courses) if course.position}
        self._log.start_at({})
        while ends:
            for read in await self._log.read(READ_SECONDS):
                end = ends.get(read.partition, 0)
                if read.offset < end and (read.partition, read.offset) not in self._dropped:
                    record = self._fold.folding.decode(read.value)
                    yield Told(read.partition, read.offset, record)
                if read.offset + 1 >= end:
                    ends.pop(read.partition, None)

    async def reach(self, ends: Mapping[int, int], progress: Callable[[int, int], None]) -> None:
        """Fold from the beginning to these offsets."""
        await self._tail.begin(row_limit=0)
        # It held nothing, and all rows stay in memory: nobody asks it again.
        self._store.close()
        while any(self.courses[partition].position < end for partition, end in ends.items()):
            await self._tail.step(READ_SECONDS, self._folded)
            progress(sum(course.position for course in self.courses), sum(ends.values()))

    def _rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        return self._fold.rows.under(prefix)

    def _folded(self, read: LogRecord, record: JournalRecord, folded: Folded) -> None:
        if not folded.accepted:
            self._dropped.add((read.partition, read.offset))
            return
        self._heard.append(Told(read.partition, read.offset, record))
        for fact in record.facts:
            if isinstance(fact, Parked | Unplaced):
                self._since[record.lane, fact.document] = record.at


async def fold(
    journal: Log, clock: Clock, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> State:
    """Fold a journal to its present end."""
    ends = await journal.ends()
    state = State(journal, clock, len(ends))
    await state.reach(ends, progress)
    return state


def reading(work: Callable[[State], Awaitable[T]]) -> T:
    """Run a command's work on the folded journal; Refusal where Kafka or the journal is not fit."""
    brokers = read_settings(os.environ).brokers
    with quiet(), sentences(brokers):
        return asyncio.run(_read(brokers, work))


@contextmanager
def sentences(brokers: str) -> Iterator[None]:
    """Turn what Kafka and the journal raise into one sentence with the remedy."""
    try:
        yield
    except (
        TopicMissingError,
        RecordsGoneError,
        UnreadableError,
        JournalLostError,
        StoreUnusableError,
    ) as fault:
        raise Refusal(str(fault)) from fault
    except (KafkaError, OSError, TimeoutError) as fault:
        raise Refusal(
            f"No Kafka answers at {brokers} ({type(fault).__name__}): start one by "
            "`isthmus broker start`, or correct ISTHMUS_BROKERS."
        ) from fault


async def _read(brokers: str, work: Callable[[State], Awaitable[T]]) -> T:
    clock = SystemClock()
    log = KafkaLog(brokers, JOURNAL.name)
    try:
        await log.start()
        with folding_bar(clock) as progress:
            state = await fold(log, clock, progress)
        return await work(state)
    finally:
        await log.stop()
