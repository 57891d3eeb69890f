"""Where does the fold rest between two runs?  The state store: snapshot and watermark.

A cache of the journal and never the truth: it is written behind the fold, a partition's rows and
its position in one transaction, and only while the database still stands where the writer
believed.  Everything here blocks; callers are in a thread.

A row that the database refuses for another reason than its key (see `refused_keys`) keeps its
partition where it is: the position may not say that a row is there which is not, or a start would
lack it.  Everything else is stored, and `refused` names the row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine, select

from streams.journal.fold import Checkpoint
from streams.journal.key_lookups import lookups
from streams.journal.refused_keys import why_refused
from streams.journal.row_cache import LAST, StoredRow
from streams.journal.store_reads import (
    ALL_ROWS,
    Loaded,
    Stored,
    paged_rows,
    read_checkpoints,
    read_closed,
    read_page,
    read_positions,
    read_under,
    streamed_rows,
)
from streams.journal.store_writes import Batch, BatchWriter
from streams.journal.tables import explained, open_engine, rows

T = TypeVar("T")

#: Names what else is to be read, by the rows that were found.
Leads = Callable[[Sequence[StoredRow]], Sequence[str]]


def to_nothing(_found: Sequence[StoredRow]) -> tuple[str, ...]:
    """Name nothing."""
    return ()


#: A load reads positions and rows of one moment, as every transaction of SQLite does.  A save does
#: not ask for it: PostgreSQL would answer a lost race with an error, where the fence is to find a
#: changed row.
_ONE_MOMENT = {"sqlite": {}, "postgresql": {"isolation_level": "REPEATABLE READ"}}


class Store:
    """One database; `shared` when several processes write it, each its own partitions."""

    def __init__(self, address: str) -> None:
        """Open it, make its tables where there are none; StoreUnusableError says why not."""
        self._use(open_engine(address))

    def _use(self, engine: Engine) -> None:
        self._engine, dialect = engine, engine.dialect.name
        self._reading = engine.execution_options(**_ONE_MOMENT[dialect])
        self._lookups = lookups(engine, self._reading)
        self._writer = BatchWriter(dialect)
        self.shared = dialect == "postgresql"
        #: By partition that is not stored for them, its refused rows' keys and why, without values.
        self.refused: dict[int, dict[str, str]] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def checkpoints(self) -> dict[int, Checkpoint]:
        """Return how far each partition is stored."""
        with explained(self._engine.url), self._reading.begin() as connection:
            return read_checkpoints(connection)

    def load(self, make: Callable[[StoredRow], T]) -> Loaded[T]:
        """Return what is made of each row with open work, read in pages."""
        closed = select(rows.c.key).where(rows.c.open.is_(False)).limit(1)
        with explained(self._engine.url), self._reading.begin() as connection:
            opened = paged_rows(connection, ALL_ROWS.where(rows.c.open.is_(True)))
            found = [(row.key, make(row)) for row in opened]
            others = read_closed(connection, [key for key, _ in found])
            return Loaded(
                checkpoints=read_checkpoints(connection),
                rows=found + [(row.key, make(row)) for row in others],
                complete=connection.scalar(closed) is None,
            )

    def load_all(self, make: Callable[[StoredRow], T]) -> Loaded[T]:
        """Return what is made of every row, read in pages."""
        with explained(self._engine.url), self._reading.begin() as connection:
            return Loaded(
                checkpoints=read_checkpoints(connection),
                rows=[(row.key, make(row)) for row in paged_rows(connection, ALL_ROWS)],
                complete=True,
            )

    def read(self, keys: Sequence[str], leads: Leads = to_nothing) -> Stored:
        """Return those of the rows that exist, and of those to which they lead.

        All of one moment; `leads` is asked once, with the rows that were found.
        """
        with explained(self._engine.url), self._lookups() as lookup:
            found = lookup.rows(keys)
            if more := leads(found):
                found += lookup.rows(more)
            return Stored(rows=found, positions=lookup.positions())

    def read_under(self, prefix: str) -> Stored:
        """Return the rows whose keys begin so, in the order of their keys.

        Not those whose key no database takes: they are in memory.
        """
        return self._under(prefix, lambda connection: read_under(connection, prefix, prefix + LAST))

    def read_page(self, prefix: str, after: str, limit: int) -> Stored:
        """Return the first rows under a prefix whose keys stand after that one, in order."""
        end = prefix + LAST
        return self._under(prefix, lambda connection: read_page(connection, after, end, limit))

    def each_row(self) -> Iterator[StoredRow]:
        """Yield all rows as they lie here, in the order of their names, and never hold them all."""
        with explained(self._engine.url), self._reading.begin() as connection:
            yield from streamed_rows(connection, ALL_ROWS)

    def save(self, batches: Iterable[Batch]) -> list[Batch]:
        """Write each batch in a transaction of its own; return those that are stored now.

        Those that were fenced are not, and those that `refused` tells of.
        """
        return [batch for batch in batches if self._save(batch)]

    def _under(self, prefix: str, read: Callable[[Connection], list[StoredRow]]) -> Stored:
        with explained(self._engine.url), self._reading.begin() as connection:
            found = read(connection) if why_refused(prefix) is None else []
            return Stored(positions=read_positions(connection), rows=found)

    def _save(self, batch: Batch) -> bool:
        with explained(self._engine.url), self._engine.connect() as connection:
            transaction = connection.begin()
            if not self._writer.advance(connection, batch):
                transaction.rollback()
                return False
            refused = self._writer.write(connection, batch.partition, batch.rows)
            self.refused.pop(batch.partition, None)
            if refused:
                self.refused[batch.partition] = refused
                transaction.rollback()
                return False
            transaction.commit()
            return True
