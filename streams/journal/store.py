"""Where does the fold rest between two runs?  The state store: snapshot and watermark.

A cache of the journal and never the truth: it is written behind the fold, a partition's rows and
its position in one transaction, and only while the database still stands where the writer
believed.  Everything here blocks; callers are in a thread.

A row that the database refuses for another reason than its key (see `refused_keys`) keeps its
partition where it is: the position may not say that a row is there which is not, or a start would
lack it.  Everything else is stored, and `refused` names the row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    String,
    Table,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, NotSupportedError

from streams.journal.fold import Checkpoint
from streams.journal.refused_keys import (
    is_refused,
    key_and_body,
    stored_name,
    why_refused,
    with_key,
)
from streams.journal.row_cache import LAST, StoredRow
from streams.journal.tables import explained, open_engine, partitions, rows, sqlstate

T = TypeVar("T")

#: Well below the number of parameters that either database takes in one statement.
KEYS_AT_ONCE = 1_000

#: A load reads positions and rows of one moment, as every transaction of SQLite does.  A save does
#: not ask for it: PostgreSQL would answer a lost race with an error, where the fence is to find a
#: changed row.
_ONE_MOMENT = {"sqlite": {}, "postgresql": {"isolation_level": "REPEATABLE READ"}}

#: In one row, since a thread gives the interpreter away and waits for it again at each row.
_POSITIONS = select(
    func.aggregate_strings(
        cast(partitions.c.partition, String) + ":" + cast(partitions.c.position, String), ","
    )
)
_BY_KEY = select(rows).where(rows.c.key.in_(bindparam("keys", expanding=True)))
_FORGET = delete(rows).where(rows.c.key == bindparam("gone"))
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
        keep=keep.on_conflict_do_update(index_elements=[rows.c.key], set_=changed),
    )


_WRITING = {"sqlite": _writing(sqlite.insert), "postgresql": _writing(postgresql.insert)}


class Change(NamedTuple):
    """One row as it is to be written; a body of None removes it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Rows and how far each partition is stored, both of one moment."""

    positions: dict[int, int]
    rows: list[StoredRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Generic[T]):
    """What a process begins with; `complete` when the store has nothing besides."""

    checkpoints: dict[int, Checkpoint]
    rows: list[tuple[str, T]]
    complete: bool


class Store:
    """One database; `shared` when several processes write it, each its own partitions."""

    def __init__(self, address: str) -> None:
        """Open it, make its tables where there are none; StoreUnusableError says why not."""
        self._use(open_engine(address))

    def _use(self, engine: Engine) -> None:
        self._engine, dialect = engine, engine.dialect.name
        self._reading = engine.execution_options(**_ONE_MOMENT[dialect])
        self._writing = _WRITING[dialect]
        self.shared = dialect == "postgresql"
        #: By partition that is not stored for them, its refused rows' keys and why, without values.
        self.refused: dict[int, dict[str, str]] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def checkpoints(self) -> dict[int, Checkpoint]:
        """Return how far each partition is stored."""
        with explained(self._engine.url), self._reading.begin() as connection:
            return _checkpoints(connection)

    def load(self, make: Callable[[StoredRow], T]) -> Loaded[T]:
        """Return what is made of each row with open work, read in pages."""
        closed = select(rows.c.key).where(rows.c.open.is_(False)).limit(1)
        with explained(self._engine.url), self._reading.begin() as connection:
            opened = _paged(connection, _all_rows().where(rows.c.open.is_(True)))
            return Loaded(
                checkpoints=_checkpoints(connection),
                rows=[(row.key, make(row)) for row in opened],
                complete=connection.scalar(closed) is None,
            )

    def load_all(self, make: Callable[[StoredRow], T]) -> Loaded[T]:
        """Return what is made of every row, read in pages."""
        with explained(self._engine.url), self._reading.begin() as connection:
            return Loaded(
                checkpoints=_checkpoints(connection),
                rows=[(row.key, make(row)) for row in _paged(connection, _all_rows())],
                complete=True,
            )

    def read(self, keys: Sequence[str]) -> Stored:
        """Return those of the rows that exist."""
        with explained(self._engine.url), self._reading.begin() as connection:
            found: list[StoredRow] = []
            for start in range(0, len(keys), KEYS_AT_ONCE):
                some = [stored_name(key) for key in keys[start : start + KEYS_AT_ONCE]]
                found += _read(connection, _BY_KEY, keys=some)
            return Stored(positions=_positions(connection), rows=found)

    def read_under(self, prefix: str) -> Stored:
        """Return the rows whose keys begin so, in the order of their keys.

        Not those whose key no database takes: they are in memory.
        """
        under = (rows.c.key >= prefix) & (rows.c.key < prefix + LAST)
        return self._under(prefix, _all_rows().where(under))

    def read_page(self, prefix: str, after: str, limit: int) -> Stored:
        """Return the first rows under a prefix whose keys stand after that one, in order."""
        under = (rows.c.key > after) & (rows.c.key < prefix + LAST)
        return self._under(prefix, _all_rows().where(under).limit(limit))

    def each_row(self) -> Iterator[StoredRow]:
        """Yield all rows as they lie here, in the order of their names, and never hold them all."""
        with explained(self._engine.url), self._reading.begin() as connection:
            yield from _streamed(connection, _all_rows())

    def save(self, batches: Iterable[Batch]) -> list[Batch]:
        """Write each batch in a transaction of its own; return those that are stored now.

        Those that were fenced are not, and those that `refused` tells of.
        """
        return [batch for batch in batches if self._save(batch)]

    def _under(self, prefix: str, query: Select[tuple[str, int, int, bytes, bool]]) -> Stored:
        with explained(self._engine.url), self._reading.begin() as connection:
            found = _read(connection, query) if why_refused(prefix) is None else []
            return Stored(positions=_positions(connection), rows=found)

    def _save(self, batch: Batch) -> bool:
        with explained(self._engine.url), self._engine.connect() as connection:
            transaction = connection.begin()
            if not self._advance(connection, batch):
                transaction.rollback()
                return False
            refused = self._refused(connection, batch.partition, batch.rows)
            self.refused.pop(batch.partition, None)
            if refused:
                self.refused[batch.partition] = refused
                transaction.rollback()
                return False
            transaction.commit()
            return True

    def _refused(
        self, connection: Connection, partition: int, changes: Sequence[Change]
    ) -> dict[str, str]:
        """Write these rows; return the keys of those that the database refuses, and why.

        Of many that are refused together the halves are tried.
        """
        try:
            with connection.begin_nested():
                self._write(connection, partition, changes)
        except DatabaseError as fault:
            if not _refuses(fault):
                raise
            if len(changes) == 1:
                return {changes[0].key: str(fault.orig).strip().partition("\n")[0]}
            middle = len(changes) // 2
            one = self._refused(connection, partition, changes[:middle])
            return one | self._refused(connection, partition, changes[middle:])
        return {}

    def _advance(self, connection: Connection, batch: Batch) -> bool:
        first = {"partition": batch.partition, **_columns(Checkpoint())}
        connection.execute(self._writing.begin, first)
        believed = {
            "of": batch.partition,
            "believed_position": batch.believed.position,
            "believed_term": batch.believed.term,
        }
        moved = connection.execute(_ADVANCE, believed | _columns(batch.checkpoint))
        return moved.rowcount == 1

    def _write(self, connection: Connection, partition: int, changes: Sequence[Change]) -> None:
        gone = [{"gone": stored_name(row.key)} for row in changes if row.body is None]
        kept = [_as_stored(partition, row, row.body) for row in changes if row.body is not None]
        if gone:
            connection.execute(_FORGET, gone)
        if kept:
            connection.execute(self._writing.keep, kept)


def _all_rows() -> Select[tuple[str, int, int, bytes, bool]]:
    return select(rows).order_by(rows.c.key)


def _as_stored(partition: int, row: Change, body: bytes) -> dict[str, str | int | bytes]:
    name = stored_name(row.key)
    stored = StoredRow(name, partition, row.position, body, row.open)
    if name != row.key:
        stored = stored._replace(body=with_key(row.key, body), open=True)
    return stored._asdict()


def _as_said(stored: StoredRow) -> StoredRow:
    """Return a row by its own key."""
    if not is_refused(stored.key):
        return stored
    key, body = key_and_body(stored.body)
    return stored._replace(key=key, body=body)


def _refuses(fault: DatabaseError) -> bool:
    """Tell whether the database takes others, and not this: value, constraint, its limits."""
    of_its_kind = isinstance(fault, DataError | IntegrityError | NotSupportedError)
    return of_its_kind or sqlstate(fault).startswith("54")


def _read(
    connection: Connection,
    query: Select[tuple[str, int, int, bytes, bool]],
    **given: Sequence[str],
) -> list[StoredRow]:
    return [_as_said(StoredRow._make(row)) for row in connection.execute(query, given)]


def _positions(connection: Connection) -> dict[int, int]:
    told = connection.scalar(_POSITIONS) or ""
    pairs = (each.split(":") for each in told.split(",") if each)
    return {int(partition): int(position) for partition, position in pairs}


def _paged(
    connection: Connection, query: Select[tuple[str, int, int, bytes, bool]]
) -> Iterator[StoredRow]:
    yield from map(_as_said, _streamed(connection, query))


def _streamed(
    connection: Connection, query: Select[tuple[str, int, int, bytes, bool]]
) -> Iterator[StoredRow]:
    streamed = connection.execution_options(yield_per=KEYS_AT_ONCE)
    yield from (StoredRow._make(row) for row in streamed.execute(query))


def _checkpoints(connection: Connection) -> dict[int, Checkpoint]:
    return {
        row.partition: Checkpoint(
            position=row.position,
            term=row.term,
            prefix=row.prefix,
            requests_prefix=row.requests_prefix,
        )
        for row in connection.execute(select(partitions))
    }


def _columns(checkpoint: Checkpoint) -> dict[str, int | str | None]:
    return {
        "position": checkpoint.position,
        "term": checkpoint.term,
        "prefix": checkpoint.prefix,
        "requests_prefix": checkpoint.requests_prefix,
    }
