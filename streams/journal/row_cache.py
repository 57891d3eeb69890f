"""Which rows of the folded state are in memory, and which may leave it?

A row that is missing here is not a row that does not exist: once anything is in the store alone,
asking for what is not loaded raises, so that nobody decides on a `None` that only means "not
loaded".  What has open work never leaves, nor what somebody holds who is at work on it, nor a row
whose key no database takes: see `refused_keys`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakSet

from sortedcontainers import SortedSet

from streams.journal.refused_keys import why_refused

#: Above every character that a key holds, so `prefix + LAST` ends the keys under a prefix.
LAST = "\U0010ffff"


class NotLoadedError(LookupError):
    """The row may be in the store: await `loaded` (or `loaded_under`) before asking for it."""

    def __init__(self, key: str) -> None:
        """Take the row's key, or the beginning of keys."""
        super().__init__(key)
        self.key = key


class StoredRow(NamedTuple):
    """What one partition made of a row, as the store holds it.

    `position` is that partition's last record that changed it.
    """

    key: str
    partition: int
    position: int
    body: bytes
    open: bool = False


class Row:
    """One row in memory; `state` None says that the row does not exist, `open` that work waits.

    It is what one partition made of the row.  Where several speak of it, this one's word counts,
    and `others` has what each of the others made of it, by partition.
    """

    __slots__ = ("dirty", "open", "others", "partition", "position", "read_at", "state")

    def __init__(
        self,
        *,
        partition: int | None = None,
        position: int = -1,
        state: Any = None,
        is_open: bool = False,
        read_at: Mapping[int, int] | None = None,
    ) -> None:
        self.partition = partition
        self.position = position
        self.state = state
        self.open = is_open
        self.dirty = False
        self.others: Mapping[int, Row] = ALONE
        #: Where the store's partitions stood when it was asked for this row.
        self.read_at = read_at

    def copy(self) -> "Row":
        """Return this word alone, to change; nobody hears of it until it is put."""
        made = Row(
            partition=self.partition,
            position=self.position,
            state=self.state,
            is_open=self.open,
            read_at=self.read_at,
        )
        made.dirty = self.dirty
        return made

    def adopt(self, partition: int) -> None:
        """Make this the word of that partition, which had none before."""
        if self.partition is None:
            self.partition = partition
            self.position = (self.read_at or {}).get(partition, 0) - 1

    def word(self, partition: int) -> "Row":
        """Return what a partition made of the row; one without a partition where it said nothing.

        Of many a row only one partition ever speaks.
        """
        if self.partition is None or self.partition == partition:
            return self
        return self.others.get(partition) or Row(read_at=self.read_at)

    def words(self) -> dict[int, "Row"]:
        """Return what each partition made of the row."""
        if self.partition is None:
            return {}
        return {self.partition: self.copy() if self.others else self, **self.others}

    def stands(self, partition: int) -> int:
        """Return the last record of a partition that its word has in it for sure, -1 for none."""
        read = (self.read_at or {}).get(partition, 0) - 1
        return read if self.partition is None else max(self.position, read)

    def is_unstored(self) -> bool:
        """Tell whether the store lacks anybody's word on the row."""
        return self.dirty or any(each.dirty for each in self.others.values())


#: What is in memory of other partitions' words where there are none.
ALONE: Mapping[int, Row] = MappingProxyType({})


class Lease:
    """Rows, and prefixes of rows, that stay in memory for as long as this object lives."""

    __slots__ = ("__weakref__", "keys", "prefixes")

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.prefixes: set[str] = set()


class RowCache:
    """All rows in memory, those that may leave it by when they were last touched."""

    def __init__(self, always_open: tuple[str, ...] = ()) -> None:
        """Make an empty one; every row under a prefix of `always_open` is here from the start."""
        self._always_open = always_open
        self._rows: dict[str, Row] = {}
        self._keys = SortedSet()
        #: Those that may leave, the longest untouched first.
        self._idle: dict[str, None] = {}
        #: True while a row that is not here does not exist anywhere.
        self.complete = True
        #: Grows when something leaves: what was read from the store before may be out of date.
        self.evictions = 0
        #: Keys of rows that no database takes under them.
        self.refused: set[str] = set()
        self._covered_prefixes: set[str] = set()
        self._leases: WeakSet[Lease] = WeakSet()

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def get(self, key: str) -> Row:
        """Return the row, empty when it does not exist; NotLoadedError when it may be stored."""
        row = self._rows.get(key)
        if row is None:
            if not self._is_whole(key):
                raise NotLoadedError(key)
            row = Row()
        return row

    def state(self, key: str) -> Any:
        """Return a row's state, None when it does not exist; NotLoadedError as for `get`."""
        row = self._rows.get(key)
        if row is None and not self._is_whole(key):
            raise NotLoadedError(key)
        return None if row is None else row.state

    def put(self, key: str, row: Row) -> None:
        """Keep the row, as the last one touched."""
        if key not in self._rows:
            self._keys.add(key)
        self._rows[key] = row
        self.refused.discard(key)
        if row.state is not None and why_refused(key) is not None:
            self.refused.add(key)
        self._idle.pop(key, None)
        if not row.is_unstored():
            self._may_leave(key, row)

    def under(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Yield key and state of every row whose key begins so, in order."""
        if not self.is_covered(prefix):
            raise NotLoadedError(prefix)
        for key in self._under(prefix):
            state = self._rows[key].state
            if state is not None:
                yield key, state

    def open_rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Yield the open rows whose keys begin so, in order; they are always here."""
        for key in self._under(prefix):
            row = self._rows[key]
            if row.open:
                yield key, row.state

    def between(self, prefix: str, after: str, last: str | None) -> dict[str, Any]:
        """Return what is in memory of the rows under a prefix, from behind one key to another.

        `last` None stands for the end; of a row that does not exist the state is None.
        """
        end = prefix + LAST if last is None else last
        keys = self._keys.irange(after, end, inclusive=(False, True))
        return {key: self._rows[key].state for key in keys}

    def is_covered(self, prefix: str) -> bool:
        """Say whether every row under the prefix is here."""
        return prefix in self._covered_prefixes or self._is_whole(prefix)

    def cover(self, prefix: str) -> None:
        """Remember that every row under the prefix is here, until something leaves."""
        self._covered_prefixes.add(prefix)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Return those keys whose rows would have to be loaded."""
        if self.complete:
            return []
        unique = dict.fromkeys(keys)
        return [key for key in unique if key not in self._rows and not self._is_whole(key)]

    def lease(self) -> Lease:
        """Return a new lease, which holds nothing yet."""
        made = Lease()
        self._leases.add(made)
        return made

    def settled(self, key: str) -> None:
        """Mark a row as held by the store; one that is gone need not be remembered."""
        row = self._rows[key]
        row.dirty = False
        if row.state is None and self._is_whole(key):
            self._drop((key,))
            self.evictions += 1
        else:
            self._may_leave(key, row)

    def is_crowded(self, limit: int) -> bool:
        """Tell whether rows are here that may leave, beyond the limit."""
        return len(self._rows) > limit and bool(self._idle)

    def evict(self, limit: int) -> int:
        """Let the longest untouched rows go that nobody needs here; return how many went."""
        excess = len(self._rows) - limit
        if excess <= 0 or not self._idle:
            return 0
        leased = self._leased()
        leaving, staying = self._first_idle(excess, leased)
        self._drop(leaving)
        for key in staying:
            self._idle[key] = self._idle.pop(key)
        if leaving:
            self.complete = False
            self.evictions += 1
            self._covered_prefixes.intersection_update(
                prefix for lease in self._leases for prefix in lease.prefixes
            )
        return len(leaving)

    def _may_leave(self, key: str, row: Row) -> None:
        if not row.open and key not in self.refused:
            self._idle[key] = None

    def _first_idle(self, many: int, leased: set[str]) -> tuple[list[str], list[str]]:
        """Return the first idle keys, at most so many, and the leased ones met on the way."""
        leaving: list[str] = []
        staying: list[str] = []
        for key in self._idle:
            if key in leased:
                staying.append(key)
                continue
            leaving.append(key)
            if len(leaving) == many:
                break
        return leaving, staying

    def _leased(self) -> set[str]:
        held: set[str] = set()
        for lease in self._leases:
            held.update(lease.keys)
            for prefix in lease.prefixes:
                held.update(self._under(prefix))
        return held

    def _under(self, prefix: str) -> list[str]:
        return list(self._keys.irange(prefix, prefix + LAST, inclusive=(True, False)))

    def _is_whole(self, key: str) -> bool:
        return self.complete or key.startswith(self._always_open)

    def _drop(self, keys: Sequence[str]) -> None:
        for key in keys:
            del self._rows[key]
            self._idle.pop(key, None)
        self._keys.difference_update(keys)
