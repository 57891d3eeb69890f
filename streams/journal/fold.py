"""What do the journal's records add up to?

The only way that state changes, live and in recovery alike.  Whose record counts is decided here
too, from the log alone, so every reader of the same records decides the same: a record whose term
is not the latest claim of its partition changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

from schemas.envelope import Envelope, JournalRecord
from schemas.rows import SEPARATOR
from streams.journal.row_cache import Row, RowCache
from streams.journal.words import Choosing, chosen, clashing

#: Returns a row's state, or None; of a key that ends with the separator, the keys of all rows
#: under it, in order.
RowState = Callable[[str], Any]


class Folding(Choosing, Protocol):
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

        A key that ends with the separator stands for all rows under it.  `state` tells what the
        partition made of a row that is in memory now, None of what is not; this is asked again
        until nothing is missing.
        """
        ...

    def hides(self, record: JournalRecord) -> Iterable[str]:
        """Yield what the keys begin with of rows of which only an earlier state tells.

        Of a record that changes rows which it does not name by itself, or by its lane.
        """
        ...

    def routes(
        self, partition: int, record: JournalRecord, state: RowState
    ) -> Iterable[tuple[str, Any]]:
        """Yield (row key, fact) for each row that a fact changes, in the order of the facts.

        `state` gives the rows as the partition has made them within this record, after the facts
        before this one, whatever others say of them.
        """
        ...

    def evolve(self, row_key: str, state: Any | None, fact: Any) -> Any | None:
        """Return the row's next state, the same object where nothing changes; None removes it.

        The row is what the fact's own partition made of it before, whatever others say of it.
        Pure: it depends on the row and the fact alone.  ValueError for a fact that is not known.
        """
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
    #: Rows of which another partition speaks too, so that people have to hear of it.
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

    def is_short_of(self, ends: Mapping[int, int]) -> bool:
        """Tell whether a partition is to be folded on to these offsets; what stopped never is."""
        folds = self.partition_folds
        return any(folds[p].position < end and folds[p].stopped is None for p, end in ends.items())

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
        return list(self.folding.asks(partition, record, partial(self.in_memory, partition)))

    def in_memory(self, partition: int, key: str) -> Any:
        """Return what is in memory of what a partition made of a row, or the keys under one."""
        if key.endswith(SEPARATOR):
            return self._under(partition, key) if self.rows.is_covered(key) else []
        return self.rows.get(key).word(partition).state if key in self.rows else None

    def covered(self, partition: int, position: int) -> None:
        """Take note that the store holds this partition's rows up to that position."""
        partition_fold = self.partition_folds[partition]
        stored = {key: self.rows.get(key) for key in partition_fold.dirty}
        for key, row in stored.items():
            word = row.word(partition)
            if word.position < position:
                del partition_fold.dirty[key]
                word.dirty = False
                if not row.is_unstored():
                    self.rows.settled(key)

    def _change(self, partition: int, offset: int, record: JournalRecord) -> Folded:
        #: What this partition makes of each row, beside what others do.
        changed: dict[str, Row] = {}
        ahead: dict[str, None] = {}

        def state(key: str) -> Any:
            return self._within(partition, changed, key)

        for key, fact in self.folding.routes(partition, record, state):
            word = changed.get(key) or self.rows.get(key).word(partition)
            # A row that came from a store which is ahead of us has this record in it, and who
            # watches has not heard of that.
            if key not in changed and word.stands(partition) >= offset:
                ahead[key] = None
                continue
            evolved = self.folding.evolve(key, word.state, fact)
            if evolved is word.state:
                continue
            if key not in changed:
                word = word.copy()
                word.adopt(partition)
                changed[key] = word
            word.state = evolved
        for key, word in changed.items():
            word.position = offset
            word.dirty = True
            word.open = word.state is not None and self.folding.is_open(key, word.state)
        clashes = self._put(partition, changed)
        return Folded(accepted=True, changed=(*ahead, *changed), clashes=clashes)

    def _put(self, partition: int, changed: Mapping[str, Row]) -> tuple[str, ...]:
        """Keep what a partition made of rows; return those that clash since."""
        made = {key: self._with(partition, key, word) for key, word in changed.items()}
        shared = ((key, row) for key, row in made.items() if row.others)
        clashes = tuple(key for key, row in shared if self._clashes_since(key, row))
        dirty = self.partition_folds[partition].dirty
        for key, row in made.items():
            self.rows.put(key, row)
            dirty.pop(key, None)
            dirty[key] = None
        return clashes

    def _with(self, partition: int, key: str, word: Row) -> Row:
        """Return a row with this as what a partition makes of it."""
        before = self.rows.get(key)
        if not before.others and (before.partition is None or before.partition == partition):
            return word
        return chosen(key, {**before.words(), partition: word}, self.folding)

    def _clashes_since(self, key: str, row: Row) -> bool:
        found = clashing(key, row, self.folding)
        return found and not clashing(key, self.rows.get(key), self.folding)

    def _within(self, partition: int, changed: Mapping[str, Row], key: str) -> Any:
        """Return what a partition made of a row, in a record that has changed these so far."""
        if key.endswith(SEPARATOR):
            new = {each for each in changed if each.startswith(key)}
            return sorted(new | set(self._under(partition, key)))
        return (changed.get(key) or self.rows.get(key).word(partition)).state

    def _under(self, partition: int, prefix: str) -> list[str]:
        keys = (key for key, _ in self.rows.under(prefix))
        return [key for key in keys if self.rows.get(key).word(partition).state is not None]


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
