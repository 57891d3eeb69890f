"""How is a batch written to the state store: the position first, then its rows?

The position moves only from where the writer believed it, which fences whoever lags behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, NotSupportedError

from streams.journal.fold import Checkpoint
from streams.journal.refused_keys import stored_name, with_key
from streams.journal.row_cache import StoredRow
from streams.journal.tables import partitions, rows, sqlstate

_FORGET = delete(rows).where(
    rows.c.key == bindparam("gone"), rows.c.partition == bindparam("said_by")
)
_ADVANCE = update(partitions).where(
    partitions.c.partition == bindparam("of"),
    partitions.c.position == bindparam("believed_position"),
    partitions.c.term == bindparam("believed_term"),
)


class _Writing(NamedTuple):
    """What one kind of database is told in words of its own, made once: a flush says it often."""

    begin: sqlite.Insert | postgresql.Insert
    keep: sqlite.Insert | postgresql.Insert


def _writing(insert: Callable[[Table], sqlite.Insert | postgresql.Insert]) -> _Writing:
    keep = insert(rows)
    changed = {each.name: keep.excluded[each.name] for each in rows.c if not each.primary_key}
    return _Writing(
        begin=insert(partitions).on_conflict_do_nothing(),
        keep=keep.on_conflict_do_update(
            index_elements=[rows.c.key, rows.c.partition], set_=changed
        ),
    )


_WRITING = {"sqlite": _writing(sqlite.insert), "postgresql": _writing(postgresql.insert)}


class Change(NamedTuple):
    """What a partition makes of one row, as it is to be written; a body of None removes it."""

    key: str
    position: int
    body: bytes | None
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one partition's fold adds to the store."""

    partition: int
    believed: Checkpoint
    checkpoint: Checkpoint
    rows: Sequence[Change]


class BatchWriter:
    """Writes batches by the words of one kind of database, in a transaction of the caller's."""

    def __init__(self, dialect: str) -> None:
        self._writing = _WRITING[dialect]

    def advance(self, connection: Connection, batch: Batch) -> bool:
        """Move the partition's position; False when the store is not where the batch believed."""
        first = {"partition": batch.partition, **_columns(Checkpoint())}
        connection.execute(self._writing.begin, first)
        believed = {
            "of": batch.partition,
            "believed_position": batch.believed.position,
            "believed_term": batch.believed.term,
        }
        moved = connection.execute(_ADVANCE, believed | _columns(batch.checkpoint))
        return moved.rowcount == 1

    def write(
        self, connection: Connection, partition: int, changes: Sequence[Change]
    ) -> dict[str, str]:
        """Write these rows; return the keys of those that the database refuses, and why.

        Of many that are refused together the halves are tried.
        """
        try:
            with connection.begin_nested():
                self._put(connection, partition, changes)
        except DatabaseError as fault:
            if not _refuses(fault):
                raise
            if len(changes) == 1:
                return {changes[0].key: str(fault.orig).strip().partition("\n")[0]}
            middle = len(changes) // 2
            one = self.write(connection, partition, changes[:middle])
            return one | self.write(connection, partition, changes[middle:])
        return {}

    def _put(self, connection: Connection, partition: int, changes: Sequence[Change]) -> None:
        names = [stored_name(row.key) for row in changes if row.body is None]
        gone = [{"gone": name, "said_by": partition} for name in names]
        kept = [_as_stored(partition, row, row.body) for row in changes if row.body is not None]
        if gone:
            connection.execute(_FORGET, gone)
        if kept:
            connection.execute(self._writing.keep, kept)


def _as_stored(partition: int, row: Change, body: bytes) -> dict[str, str | int | bytes]:
    name = stored_name(row.key)
    stored = StoredRow(name, partition, row.position, body, row.open)
    if name != row.key:
        stored = stored._replace(body=with_key(row.key, body), open=True)
    return stored._asdict()


def _refuses(fault: DatabaseError) -> bool:
    """Tell whether the database takes others, and not this: value, constraint, its limits."""
    of_its_kind = isinstance(fault, DataError | IntegrityError | NotSupportedError)
    return of_its_kind or sqlstate(fault).startswith("54")


def _columns(checkpoint: Checkpoint) -> dict[str, int | str | None]:
    return {
        "position": checkpoint.position,
        "term": checkpoint.term,
        "prefix": checkpoint.prefix,
        "requests_prefix": checkpoint.requests_prefix,
    }
