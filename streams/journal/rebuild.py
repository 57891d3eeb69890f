"""Does the store say what the journal says?

The store is made again from the journal, from its first record, and laid beside the one in use:
they must not differ in a byte.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby

from schemas.envelope import JournalRecord
from streams.journal.fold import Checkpoint, Fold, Folded, Folding
from streams.journal.journal_reader import JournalReader
from streams.journal.row_cache import StoredRow
from streams.journal.store import Store
from streams.journal.store_access import InThread, StoreAccess
from streams.journal.tables import StoreUnusableError
from streams.journal.write_behind import ROW_LIMIT, WriteBehind
from streams.ports import Clock, Log, LogRecord

#: Rows between two writes: large transactions are what makes it fast.
ROWS_A_WRITE = 20_000

#: How long one read may wait; the journal's end is known, so it only matters when Kafka is slow.
READ_SECONDS = 1.0

#: Hears how many records of how many are folded.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What was folded; `dropped` records did not count, because their term was over."""

    records: int
    facts: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where two stores differ: a row's key, or `partition N`."""

    where: str
    one: str
    other: str


async def rebuild(
    journal: Log,
    folding: Folding,
    store: Store,
    clock: Clock,
    *,
    partitions: int = 12,
    row_limit: int = ROW_LIMIT,
    progress: Progress = lambda _done, _all: None,
    in_thread: InThread = asyncio.to_thread,
) -> Rebuilt:
    """Fold the journal to its present end into an empty store."""
    if await in_thread(store.checkpoints):
        raise StoreUnusableError(
            "The store to rebuild into is not empty: name one that does not exist yet."
        )
    fold = Fold(folding, partitions=partitions)
    access = StoreAccess(store, clock, in_thread)
    tail = JournalReader(journal, fold, access)
    behind = WriteBehind(fold, access, clock, writes=lambda _partition: True, row_limit=row_limit)
    await tail.begin()
    ends = await journal.ends()
    while any(fold.partition_folds[partition].position < end for partition, end in ends.items()):
        await tail.step(READ_SECONDS, _nobody)
        progress(
            sum(partition_fold.position for partition_fold in fold.partition_folds),
            sum(ends.values()),
        )
        if fold.dirty() >= ROWS_A_WRITE:
            await behind.flush()
    await behind.flush()
    if store.refused:
        raise StoreUnusableError(_refused(store.refused))
    return Rebuilt(
        records=sum(partition_fold.position for partition_fold in fold.partition_folds),
        facts=fold.facts,
        dropped=sum(partition_fold.dropped for partition_fold in fold.partition_folds),
    )


def _refused(refused: dict[int, dict[str, str]]) -> str:
    [(key, reason), *_] = [each for rows in refused.values() for each in rows.items()]
    return f"The store to rebuild into refuses row {key!a} ({reason}): name another one."


def compare(one: Store, other: Store) -> Iterator[Difference]:
    """Yield every difference between two stores; none when they say the same."""
    yield from _checkpoints(one.checkpoints(), other.checkpoints())
    yield from _rows(one.each_row(), other.each_row())


def _checkpoints(one: dict[int, Checkpoint], other: dict[int, Checkpoint]) -> Iterator[Difference]:
    for partition in sorted(one.keys() | other.keys()):
        here, there = (found.get(partition, Checkpoint()) for found in (one, other))
        if here != there:
            yield Difference(where=f"partition {partition}", one=str(here), other=str(there))


def _rows(one: Iterable[StoredRow], other: Iterable[StoredRow]) -> Iterator[Difference]:
    both = merge(((row, 0) for row in one), ((row, 1) for row in other), key=_key)
    for key, found in groupby(both, key=_key):
        sides = {side: row for row, side in found}
        here, there = sides.get(0), sides.get(1)
        if here != there:
            yield Difference(where=key[0], one=_text(here), other=_text(there))


def _key(found: tuple[StoredRow, int]) -> tuple[str, int]:
    return found[0].key, found[0].partition


def _text(row: StoredRow | None) -> str:
    if row is None:
        return "no such row"
    where = f"partition {row.partition}, record {row.position}{', open' if row.open else ''}"
    return f"{where}: {row.body.decode(errors='replace')}"


def _nobody(_read: LogRecord, _record: JournalRecord, _folded: Folded) -> None:
    """Nobody waits for a record of a rebuild."""
