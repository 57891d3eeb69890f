"""Which rows of the folded state are in memory, and which may leave it?

A row that is missing here is not a row that does not exist: once anything was left in the store
alone, asking for what is not loaded raises, so that nobody decides on a `None` that only means
"not loaded".
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

#: Above every character that a key holds, so `prefix + LAST` ends the keys under a prefix.
LAST = "\U0010ffff"

#: Up to so many new keys are put into their places one by one; more are sorted in at once.
FEW_KEYS = 64


class NotLoadedError(LookupError):
    """The row may be in the store: await `loaded` (or `loaded_under`) before asking for it."""


class StoredRow(NamedTuple):
    """One row as the store holds it; `position` is the last record that changed it."""

    key: str
    partition: int
    position: int
    body: bytes


class Row:
    """One row in memory; `state` None says that the row does not exist."""

    __slots__ = ("absent_at", "dirty", "partition", "position", "state")

    def __init__(
        self,
        *,
        partition: int | None = None,
        position: int = -1,
        state: Any = None,
        absent_at: Mapping[int, int] | None = None,
    ) -> None:
        self.partition = partition
        self.position = position
        self.state = state
        self.dirty = False
        #: Where the store's partitions stood when it did not have this row.
        self.absent_at = absent_at

    def adopt(self, key: str, partition: int) -> None:
        """Make this the row of that partition; ValueError when it is another's already."""
        if self.partition is None:
            self.partition = partition
            self.position = (self.absent_at or {}).get(partition, 0) - 1
        elif self.partition != partition:
            text = f"row {key!r} belongs to partition {self.partition}, not {partition}"
            raise ValueError(f"{text}: `routes` must give each partition rows of its own")


class Keys:
    """Keys in order; new ones take their places only when somebody asks."""

    def __init__(self) -> None:
        self._ordered: list[str] = []
        self._new: set[str] = set()

    def add(self, key: str) -> None:
        """Take in a key that is not here yet."""
        self._new.add(key)

    def discard(self, key: str) -> None:
        """Give up a key that is here."""
        if key in self._new:
            self._new.remove(key)
        else:
            del self._ordered[bisect_left(self._ordered, key)]

    def under(self, prefix: str) -> list[str]:
        """Return all keys that begin so, in order."""
        self._settle()
        start = bisect_left(self._ordered, prefix)
        return self._ordered[start : bisect_left(self._ordered, prefix + LAST, start)]

    def _settle(self) -> None:
        if len(self._new) > FEW_KEYS:
            self._ordered.extend(self._new)
            self._ordered.sort()
        else:
            for key in self._new:
                insort(self._ordered, key)
        self._new.clear()


class RowCache:
    """All rows in memory, the longest untouched first."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._keys = Keys()
        #: True while a row that is not here does not exist anywhere.
        self.complete = True
        #: Grows with each eviction: what was read from the store before it may be out of date.
        self.evictions = 0
        self._covered_prefixes: set[str] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def get(self, key: str) -> Row:
        """Return the row, empty when it does not exist; NotLoadedError when it may be stored."""
        row = self._rows.get(key)
        if row is None:
            if not self.complete:
                raise NotLoadedError(key)
            row = Row()
        return row

    def put(self, key: str, row: Row) -> None:
        """Keep the row, as the last one touched."""
        if self._rows.pop(key, None) is None:
            self._keys.add(key)
        self._rows[key] = row

    def under(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Yield key and state of every row whose key begins so, in order."""
        if not self.complete and prefix not in self._covered_prefixes:
            raise NotLoadedError(prefix)
        for key in self._keys.under(prefix):
            state = self._rows[key].state
            if state is not None:
                yield key, state

    def is_covered(self, prefix: str) -> bool:
        """Say whether every row under the prefix is here."""
        return self.complete or prefix in self._covered_prefixes

    def cover(self, prefix: str) -> None:
        """Remember that every row under the prefix is here, until something leaves."""
        self._covered_prefixes.add(prefix)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Return those keys whose rows would have to be loaded."""
        if self.complete:
            return []
        return [key for key in dict.fromkeys(keys) if key not in self._rows]

    def settled(self, key: str) -> None:
        """Mark a row as held by the store; one that is gone need not be remembered."""
        row = self._rows[key]
        row.dirty = False
        if row.state is None and self.complete:
            self._drop(key)

    def evict(self, limit: int) -> int:
        """Let the longest untouched rows go that the store holds; return how many went."""
        excess = len(self._rows) - limit
        if excess <= 0:
            return 0
        clean = (key for key, row in self._rows.items() if not row.dirty)
        leaving = [key for key, _ in zip(clean, range(excess), strict=False)]
        for key in leaving:
            self._drop(key)
        if leaving:
            self.complete = False
            self.evictions += 1
            self._covered_prefixes.clear()
        return len(leaving)

    def _drop(self, key: str) -> None:
        del self._rows[key]
        self._keys.discard(key)
