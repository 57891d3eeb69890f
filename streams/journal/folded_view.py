"""What does the fold know now?  For whoever reads the journal's rows and does not write it."""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import Any

from streams.journal.fold import Fold
from streams.journal.row_cache import Lease
from streams.journal.row_loading import RowLoader


class FoldedView:
    """The rows, and how far each partition is folded."""

    def __init__(self, fold: Fold, loader: RowLoader) -> None:
        self._fold = fold
        self._loader = loader

    @property
    def partitions(self) -> int:
        """How many partitions the journal has, and so the intake."""
        return len(self._fold.partition_folds)

    def state(self, row_key: str) -> Any | None:
        """Return a row's state; NotLoadedError when it left memory: await `loaded` before."""
        return self._fold.rows.state(row_key)

    def is_stale(self, row_key: str) -> bool:
        """Tell whether more may be said of a row: a partition that speaks of it has stopped.

        A row of which nothing is said may be of any partition.
        """
        row, folds = self._fold.rows.get(row_key), self._fold.partition_folds
        speak = row.words() if row.state is not None else range(len(folds))
        return any(folds[partition].stopped is not None for partition in speak)

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Yield the rows whose keys begin so, in order; NotLoadedError as for `state`."""
        return self._fold.rows.under(prefix)

    def open_rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Yield the rows with open work whose keys begin so, in order; they are always here."""
        return self._fold.rows.open_rows(prefix)

    def lease(self) -> Lease:
        """Return a lease: what is loaded with it can be asked for as long as it lives."""
        return self._fold.rows.lease()

    async def loaded(self, row_keys: Collection[str], lease: Lease | None = None) -> None:
        """Return once these rows can be asked for, until the lease ends.

        Without a lease that is until something else is awaited.
        """
        await self._loader.loaded(row_keys, lease)

    async def loaded_under(self, prefix: str, lease: Lease | None = None) -> None:
        """Return once `rows(prefix)` can be asked for, for as long as with `loaded`."""
        await self._loader.loaded_under(prefix, lease)

    def pages(self, prefix: str) -> AsyncIterator[Sequence[tuple[str, Any]]]:
        """Yield the rows whose keys begin so in order, some at a time; none need fit in memory."""
        return self._loader.pages(prefix)

    def prefix(self, partition: int) -> int | None:
        """Return the highest finished prefix of intake that an accepted record named."""
        return self._fold.partition_folds[partition].prefix

    def requests_prefix(self, partition: int) -> int | None:
        """Return the same of the requests."""
        return self._fold.partition_folds[partition].requests_prefix

    def position(self, partition: int) -> int:
        """Return the offset of the next record to fold."""
        return self._fold.partition_folds[partition].position

    def dropped(self, partition: int) -> int:
        """Return how many records did not count, because their term was over."""
        return self._fold.partition_folds[partition].dropped

    def junk(self) -> int:
        """Return how many records were none of ours, and were gone past."""
        return sum(partition_fold.junk for partition_fold in self._fold.partition_folds)

    def clashes(self) -> int:
        """Return how many rows two partitions have come to speak of, for people to look at."""
        return sum(partition_fold.clashes for partition_fold in self._fold.partition_folds)

    def stopped(self) -> dict[int, str]:
        """Return the partitions that are folded no further, and why."""
        partition_folds = enumerate(self._fold.partition_folds)
        return {
            n: partition_fold.stopped
            for n, partition_fold in partition_folds
            if partition_fold.stopped is not None
        }

    def unstored(self) -> int:
        """Return how many rows the store does not hold yet."""
        return self._fold.dirty()
