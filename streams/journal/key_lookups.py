"""How are rows found by their keys, while somebody's work on an edit waits for them?

In SQLite past SQLAlchemy, on a connection of its pool and in SQLAlchemy's own words, made once: the
search takes a twentieth of a millisecond, and what is done around a statement took ten times that,
twice for each edit of what has left memory.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import NamedTuple

import orjson
from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.dialects import sqlite

from streams.journal.refused_keys import stored_name
from streams.journal.row_cache import StoredRow
from streams.journal.store_reads import (
    POSITIONS,
    as_said,
    positions_told,
    read_keys,
    read_positions,
)
from streams.journal.tables import rows


class Lookup(NamedTuple):
    """What can be asked of one moment of the store."""

    #: Returns those of the rows that exist.
    rows: Callable[[Sequence[str]], list[StoredRow]]
    #: Returns up to where each partition is stored.
    positions: Callable[[], dict[int, int]]


#: Lends what is asked of one moment.
Lookups = Callable[[], AbstractContextManager[Lookup]]

_NAMES = func.json_each(bindparam("names")).table_valued("value")
_SQLITE = sqlite.dialect()
_BY_KEY = str(select(rows).where(rows.c.key.in_(select(_NAMES.c.value))).compile(dialect=_SQLITE))
_POSITIONS = str(POSITIONS.compile(dialect=_SQLITE, compile_kwargs={"literal_binds": True}))


def lookups(engine: Engine, reading: Engine) -> Lookups:
    """Return how rows are looked up; `reading` is the engine whose transactions are one moment."""
    if engine.dialect.name == "sqlite":
        return partial(_in_sqlite, engine)
    return partial(_by_sqlalchemy, reading)


@contextmanager
def _by_sqlalchemy(reading: Engine) -> Iterator[Lookup]:
    with reading.begin() as connection:
        yield Lookup(partial(read_keys, connection), partial(read_positions, connection))


@contextmanager
def _in_sqlite(engine: Engine) -> Iterator[Lookup]:
    # The pool ends the transaction when it has the connection back.
    with closing(engine.raw_connection()) as connection:
        ask = connection.cursor().execute
        ask("BEGIN")

        def found(keys: Sequence[str]) -> list[StoredRow]:
            names = orjson.dumps([stored_name(key) for key in keys]).decode()
            return [_stored(*row) for row in ask(_BY_KEY, (names,)).fetchall()]

        def positions() -> dict[int, int]:
            [[told]] = ask(_POSITIONS).fetchall()
            return positions_told(told)

        yield Lookup(found, positions)


def _stored(key: str, partition: int, position: int, body: bytes, is_open: int) -> StoredRow:
    return as_said(StoredRow(key, partition, position, body, bool(is_open)))
