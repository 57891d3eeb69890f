"""What do the journal's records add up to?

The only way that state changes, live and in recovery alike.  Whose record counts is decided here
too, from the log alone, so every reader of the same records decides the same: a record whose term
is not the latest claim of its partition changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from schemas.envelope import Envelope, JournalRecord
from schemas.rows import SEPARATOR
from streams.journal.row_cache import Row, RowCache

#: Returns a row's state, or None; of a key that ends with the separator, the keys of all rows
#: under it, in order.
RowState = Callable[[str], Any]


class Folding(Protocol):
    """What the records mean; handed in, for nothing below knows a fact."""

    #: Rows whose keys begin so are open whatever they say: they can be asked for at any time.
    always_open: tuple[str, ...]

    def decode(self, value: bytes) -> JournalRecord:
        """Read one record; ValueError when it cannot be read."""
        ...

    def encode(self, record: JournalRecord) -> bytes:
        """Write one record."""
        ...

    def asks(self, partition: int, record: JournalRecord, state: RowState) -> Iterable[str]:
        """Yield the keys of the rows that must be in memory before the record is folded.

        A key that ends with the separator stands for all rows under it.  `state` tells what is in
        memory now, None of what is not; this is asked again until nothing is missing.
        """
        ...

    def routes(
        self, partition: int, record: JournalRecord, state: RowState
    ) -> Iterable[tuple[str, Any]]:
        """Yield (row key, fact) for each row that a fact changes, in the order of the facts.

        `state` gives the rows as they stand within this record, after the facts before this one.
        """
        ...

    def evolve(self, row_key: str, state: Any | None, fact: Any) -> Any | None:
        """Return the row's next state, the same object where nothing changes; None removes it.

        Pure: it depends on the row and the fact alone.  ValueError for a fact that is not known.
        """
        ...

    def takes_over(self, row_key: str, state: Any, fact: Any) -> bool:
        """Tell whether a fact counts in place of what another partition made of a row.

        Partitions are read in no order: in whichever, the same one must have the row in the end.
        """
        ...

    def clashes(self, row_key: str, state: Any, fact: Any) -> bool:
        """Tell whether people have to look at a row that two partitions speak of."""
        ...

    def is_open(self, row_key: str, state: Any) -> bool:
        """Tell whether work waits in the row: then it is loaded at a start, and never leaves."""
        ...

    def leads_to(self, row_key: str, state: Any) -> Iterable[str]:
        """Name the rows that are asked for next by who works on this one; in another thread.

        No promise: what is not named is asked for when its turn comes.
        """
        ...

    def dump(self, row_key: str, state: Any) -> bytes:
        """Write a row's state; called in another thread."""
        ...

    def load(self, row_key: str, body: bytes) -> Any:
        """Read a row's state back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far one partition is folded: the next offset, and what its records said last."""

    position: int = 0
    term: str = ""
    prefix: int | None = None
    requests_prefix: int | None = None


@dataclass(slots=True)
class PartitionFold:
    """One partition while it is folded."""

    position: int
    term: str
    prefix: int | None
    requests_prefix: int | None
    dropped: int = 0
    #: Records that are none of ours, and change nothing.
    junk: int = 0
    #: Facts about a row that another partition has, of which people have to hear.
    clashes: int = 0
    #: Why nothing more is folded, in one sentence: the record at `position` is ours and breaks it.
    stopped: str | None = None
    #: Rows that the store does not hold yet, the longest untouched first.
    dirty: dict[str, None] = field(default_factory=dict)

    def stands(self) -> Checkpoint:
        """Return where the fold is now."""
        return Checkpoint(
            position=self.position,
            term=self.term,
            prefix=self.prefix,
            requests_prefix=self.requests_prefix,
        )


class Folded(NamedTuple):
    """What one record did; `changed` names the rows that it changed, here or in a store before.

    `clashes` names those of which two partitions speak, so that people have to look.
    """

    accepted: bool
    changed: tuple[str, ...]
    clashes: tuple[str, ...] = ()


DROPPED = Folded(accepted=False, changed=())


class Fold:
    """The state of all partitions, and how far each is folded."""

    def __init__(self, folding: Folding, *, partitions: int) -> None:
        self.folding = folding
        self.rows = RowCache(folding.always_open)
        self.facts = 0
        self.partition_folds = [_begun_at(Checkpoint()) for _ in range(partitions)]

    def begin_at(self, partition: int, checkpoint: Checkpoint) -> None:
        """Begin a partition where the store left it."""
        self.partition_folds[partition] = _begun_at(checkpoint)

    def dirty(self) -> int:
        """Return how many rows the store does not hold yet."""
        return sum(len(partition_fold.dirty) for partition_fold in self.partition_folds)

    def positions(self) -> list[int]:
        """Return the offset of the next record to fold, of each partition."""
        return [partition_fold.position for partition_fold in self.partition_folds]

    def apply(self, partition: int, offset: int, record: JournalRecord) -> Folded:
        """Fold one record; the rows that it asks for must be loaded.

        One that raises has changed nothing.
        """
        partition_fold = self.partition_folds[partition]
        if offset < partition_fold.position:
            return DROPPED
        if not self.counts(partition, record):
            partition_fold.position = offset + 1
            partition_fold.dropped += 1
            return DROPPED
        folded = self._change(partition, offset, record)
        partition_fold.position = offset + 1
        partition_fold.term = record.claim or partition_fold.term
        partition_fold.prefix = _higher(partition_fold.prefix, record.prefix)
        partition_fold.requests_prefix = _higher(
            partition_fold.requests_prefix, record.requests_prefix
        )
        partition_fold.clashes += len(folded.clashes)
        self.facts += len(record.facts)
        return folded

    def counts(self, partition: int, record: JournalRecord | Envelope) -> bool:
        """Tell whether a record that comes next is of the partition's owner, or makes one."""
        return record.claim is not None or record.term == self.partition_folds[partition].term

    def skip(self, partition: int, offset: int) -> None:
        """Go past a record that is none of ours."""
        partition_fold = self.partition_folds[partition]
        if offset >= partition_fold.position:
            partition_fold.position = offset + 1
            partition_fold.junk += 1

    def asks(self, partition: int, record: JournalRecord) -> list[str]:
        """Return the keys that a record asks for, as far as it can be told from what is here."""
        return list(self.folding.asks(partition, record, self._in_memory))

    def covered(self, partition: int, position: int) -> None:
        """Take note that the store holds this partition's rows up to that position."""
        partition_fold = self.partition_folds[partition]
        done = [key for key in partition_fold.dirty if self.rows.get(key).position < position]
        for key in done:
            del partition_fold.dirty[key]
            self.rows.settled(key)

    def _change(self, partition: int, offset: int, record: JournalRecord) -> Folded:
        changed: dict[str, Row] = {}
        ahead: dict[str, None] = {}
        clashes: dict[str, None] = {}

        def state(key: str) -> Any:
            return self._within(changed, key)

        for key, fact in self.folding.routes(partition, record, state):
            row = changed.get(key) or self.rows.get(key)
            # A row that came from a store which is ahead of us has this record in it, and who
            # watches has not heard of that.
            if key not in changed and _stands(row, partition) >= offset:
                ahead[key] = None
                continue
            anothers = row.partition not in {None, partition}
            if anothers and self.folding.clashes(key, row.state, fact):
                clashes[key] = None
            evolved = self._evolved(key, row, fact, anothers=anothers)
            if evolved is row.state:
                continue
            if key not in changed:
                row = row.copy()
                row.adopt(partition)
                changed[key] = row
            row.state = evolved
        for key, row in changed.items():
            row.position = offset
            row.dirty = True
            row.open = row.state is not None and self.folding.is_open(key, row.state)
        self._put(partition, changed)
        return Folded(accepted=True, changed=(*ahead, *changed), clashes=tuple(clashes))

    def _evolved(self, key: str, row: Row, fact: Any, *, anothers: bool) -> Any:
        """Return the next state of a row; of another partition's only the last word counts."""
        if anothers and not self.folding.takes_over(key, row.state, fact):
            return row.state
        return self.folding.evolve(key, row.state, fact)

    def _put(self, partition: int, changed: Mapping[str, Row]) -> None:
        for key, row in changed.items():
            before = self.rows.get(key).partition
            self.rows.put(key, row)
            for each in {partition, partition if before is None else before}:
                self.partition_folds[each].dirty.pop(key, None)
            self.partition_folds[partition].dirty[key] = None

    def _within(self, changed: Mapping[str, Row], key: str) -> Any:
        """Return a row as it stands within a record that has changed these rows so far."""
        if key.endswith(SEPARATOR):
            new = {each for each in changed if each.startswith(key)}
            return sorted(new | {each for each, _ in self.rows.under(key)})
        return (changed.get(key) or self.rows.get(key)).state

    def _in_memory(self, key: str) -> Any:
        """Return what is in memory of a row, which may be stored or not exist at all."""
        if key.endswith(SEPARATOR):
            return [each for each, _ in self.rows.under(key)] if self.rows.is_covered(key) else []
        return self.rows.get(key).state if key in self.rows else None


def _stands(row: Row, partition: int) -> int:
    """Return the last record of the partition that a row has in it, -1 for none."""
    if row.partition is None:
        return (row.absent_at or {}).get(partition, 0) - 1
    return row.position if row.partition == partition else -1


def _begun_at(checkpoint: Checkpoint) -> PartitionFold:
    return PartitionFold(
        position=checkpoint.position,
        term=checkpoint.term,
        prefix=checkpoint.prefix,
        requests_prefix=checkpoint.requests_prefix,
    )


def _higher(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
