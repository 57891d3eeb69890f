"""What do the journal's records add up to?

The only way that state changes, live and in recovery alike.  Whose record counts is decided here
too, from the log alone, so every reader of the same records decides the same: a record whose term
is not the latest claim of its partition changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from schemas.envelope import JournalRecord
from streams.journal.row_cache import Row, RowCache


class Folding(Protocol):
    """What the records mean; handed in, for nothing below knows a fact."""

    def decode(self, value: bytes) -> JournalRecord:
        """Read one record; ValueError when it cannot be read, which stops the reader."""
        ...

    def encode(self, record: JournalRecord) -> bytes:
        """Write one record."""
        ...

    def routes(self, partition: int, record: JournalRecord) -> Iterable[tuple[str, Any]]:
        """Yield (row key, fact) for each row that a fact changes, in the order of the facts."""
        ...

    def evolve(self, row_key: str, state: Any | None, fact: Any) -> Any | None:
        """Return the row's next state; None removes it.  Pure, and never raises."""
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
    commands_prefix: int | None = None


@dataclass(slots=True)
class PartitionFold:
    """One partition while it is folded."""

    position: int
    term: str
    prefix: int | None
    commands_prefix: int | None
    dropped: int = 0
    dirty: set[str] = field(default_factory=set)

    def stands(self) -> Checkpoint:
        """Return where the fold is now."""
        return Checkpoint(
            position=self.position,
            term=self.term,
            prefix=self.prefix,
            commands_prefix=self.commands_prefix,
        )


class Folded(NamedTuple):
    """What one record did; `changed` names the rows."""

    accepted: bool
    changed: tuple[str, ...]


DROPPED = Folded(accepted=False, changed=())


class Fold:
    """The state of all partitions, and how far each is folded."""

    def __init__(self, folding: Folding, *, partitions: int) -> None:
        self.folding = folding
        self.rows = RowCache()
        self.facts = 0
        self.courses = [_course(Checkpoint()) for _ in range(partitions)]

    def stand_at(self, partition: int, standing: Checkpoint) -> None:
        """Begin a partition where the store left it."""
        self.courses[partition] = _course(standing)

    def dirty(self) -> int:
        """Return how many rows the store does not hold yet."""
        return sum(len(course.dirty) for course in self.courses)

    def apply(self, partition: int, offset: int, record: JournalRecord) -> Folded:
        """Fold one record; the rows that it touches must be loaded."""
        course = self.courses[partition]
        if offset < course.position:
            return DROPPED
        course.position = offset + 1
        if record.claim is not None:
            course.term = record.claim
        elif record.term != course.term:
            course.dropped += 1
            return DROPPED
        course.prefix = _higher(course.prefix, record.prefix)
        course.commands_prefix = _higher(course.commands_prefix, record.commands_prefix)
        self.facts += len(record.facts)
        return Folded(accepted=True, changed=self._change(course, partition, offset, record))

    def covered(self, partition: int, position: int) -> None:
        """Take note that the store holds this partition's rows up to that position."""
        course = self.courses[partition]
        done = [key for key in course.dirty if self.rows.get(key).position < position]
        for key in done:
            course.dirty.remove(key)
            self.rows.settled(key)

    def _change(
        self, course: PartitionFold, partition: int, offset: int, record: JournalRecord
    ) -> tuple[str, ...]:
        changed: dict[str, Row] = {}
        for key, fact in self.folding.routes(partition, record):
            row = changed.get(key)
            if row is None:
                row = self.rows.get(key)
                row.adopt(key, partition)
                # A row that came from a store which is ahead of us has this record in it.
                if row.position >= offset:
                    continue
                changed[key] = row
            row.state = self.folding.evolve(key, row.state, fact)
        for key, row in changed.items():
            row.position = offset
            row.dirty = True
            self.rows.put(key, row)
        course.dirty.update(changed)
        return tuple(changed)


def _course(standing: Checkpoint) -> PartitionFold:
    return PartitionFold(
        position=standing.position,
        term=standing.term,
        prefix=standing.prefix,
        commands_prefix=standing.commands_prefix,
    )


def _higher(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
