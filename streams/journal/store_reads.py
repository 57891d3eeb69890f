"""How are rows and watermarks read from the state store?

In pages or some keys at a time, and by the keys that they were given (see `refused_keys`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection, Select, String, bindparam, cast, func, select

from streams.journal.fold import Checkpoint
from streams.journal.refused_keys import is_refused, key_and_body, stored_name
from streams.journal.row_cache import StoredRow
from streams.journal.tables import partitions, rows

T = TypeVar("T")

#: Well below the number of parameters that either database takes in one statement.
KEYS_AT_ONCE = 1_000

#: Where each partition stands, in one row: a thread gives the interpreter away and waits for it
#: again at each row.
POSITIONS = select(
    func.aggregate_strings(
        cast(partitions.c.partition, String) + ":" + cast(partitions.c.position, String), ","
    )
)
#: Asks for all rows in the order of their names, all words on one row after each other.
ALL_ROWS = select(rows).order_by(rows.c.key, rows.c.partition)
_BY_KEY = select(rows).where(rows.c.key.in_(bindparam("keys", expanding=True)))
_CLOSED_BY_KEY = _BY_KEY.where(rows.c.open.is_(False))
_CHECKPOINTS = select(partitions)
_UNDER = ALL_ROWS.where(rows.c.key >= bindparam("first"), rows.c.key < bindparam("end"))
_PAGE = ALL_ROWS.where(rows.c.key > bindparam("after"), rows.c.key < bindparam("end")).limit(
    bindparam("limit")
)


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


def read_keys(connection: Connection, keys: Sequence[str]) -> list[StoredRow]:
    """Return those of the rows that exist."""
    found: list[StoredRow] = []
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = [stored_name(key) for key in keys[start : start + KEYS_AT_ONCE]]
        found += _read(connection, _BY_KEY, keys=some)
    return found


def read_closed(connection: Connection, keys: Sequence[str]) -> Iterator[StoredRow]:
    """Yield what partitions made of these rows without open work, beside another's with."""
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = [stored_name(key) for key in keys[start : start + KEYS_AT_ONCE]]
        yield from _read(connection, _CLOSED_BY_KEY, keys=some)


def read_under(connection: Connection, first: str, end: str) -> list[StoredRow]:
    """Return the rows from one key to before another, in the order of their keys."""
    return _read(connection, _UNDER, first=first, end=end)


def read_page(connection: Connection, after: str, end: str, limit: int) -> list[StoredRow]:
    """Return the first rows after one key and before another, in the order of their keys."""
    found = _read(connection, _PAGE, after=after, end=end, limit=limit)
    if len(found) < limit:
        return found
    # What was cut off may have been the rest of the last row.
    return [row for row in found if row.key != found[-1].key] + _read(
        connection, _BY_KEY, keys=[stored_name(found[-1].key)]
    )


def _read(
    connection: Connection,
    query: Select[tuple[str, int, int, bytes, bool]],
    **given: Sequence[str] | int,
) -> list[StoredRow]:
    return [as_said(StoredRow._make(row)) for row in connection.execute(query, given)]


def paged_rows(
    connection: Connection, query: Select[tuple[str, int, int, bytes, bool]]
) -> Iterator[StoredRow]:
    """Yield the rows that a query finds, and never hold them all."""
    yield from map(as_said, streamed_rows(connection, query))


def streamed_rows(
    connection: Connection, query: Select[tuple[str, int, int, bytes, bool]]
) -> Iterator[StoredRow]:
    """Yield as `paged_rows`, but as they lie here."""
    streamed = connection.execution_options(yield_per=KEYS_AT_ONCE)
    yield from (StoredRow._make(row) for row in streamed.execute(query))


def read_positions(connection: Connection) -> dict[int, int]:
    """Return up to where each partition is stored."""
    return positions_told(connection.scalar(POSITIONS))


def positions_told(told: str | None) -> dict[int, int]:
    """Return what the one row of `POSITIONS` says."""
    pairs = (each.split(":") for each in (told or "").split(",") if each)
    return {int(partition): int(position) for partition, position in pairs}


def read_checkpoints(connection: Connection) -> dict[int, Checkpoint]:
    """Return how far each partition is stored, and under whose term."""
    return {
        row.partition: Checkpoint(
            position=row.position,
            term=row.term,
            prefix=row.prefix,
            requests_prefix=row.requests_prefix,
        )
        for row in connection.execute(_CHECKPOINTS)
    }


def as_said(stored: StoredRow) -> StoredRow:
    """Return a row by its own key."""
    if not is_refused(stored.key):
        return stored
    key, body = key_and_body(stored.body)
    return stored._replace(key=key, body=body)
