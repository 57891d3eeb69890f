"""How does the state store lie in a database?

The same three tables in SQLite and PostgreSQL.  Nothing is migrated: the store is made again from
the journal, so a version that is not ours is refused and named.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from streams.postgres import patience
from streams.private_files import make_private

#: Grows with every change below that an older release cannot read.
VERSION = 12

#: Any number will do, as long as no other program locks it: "isth".
LOCK = 0x69737468

#: A start whose connection is ended by the server tries so often again, after so long each time.
START_AGAIN = 5
AGAIN_SECONDS = 1.0

#: Names of PostgreSQL for a connection that it ends or does not take yet, whoever asks.
ENDED_BY_THE_SERVER = {"57P01", "57P02", "57P03"}

#: Names of PostgreSQL for what looks like a mistake of ours, and is somebody's with the database:
#: no right, no table, no such database, no schema.
OF_THE_DATABASE = frozenset({"42501", "42P01", "3D000", "3F000"})

_metadata = MetaData()
#: Compared byte by byte, as SQLite and Python do; a database's own collation may differ.
_key = String().with_variant(String(collation="C"), "postgresql")

schema = Table("isthmus_schema", _metadata, Column("version", Integer, primary_key=True))
#: What each partition makes of a row: of most only one speaks, and none writes over another's.
rows = Table(
    "isthmus_rows",
    _metadata,
    Column("key", _key, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("open", Boolean, nullable=False),
)
#: A start reads what has open work, and not what exists.
_open_rows = Index(
    "isthmus_open_rows",
    rows.c.key,
    sqlite_where=rows.c.open.is_(True),
    postgresql_where=rows.c.open.is_(True),
)
partitions = Table(
    "isthmus_partitions",
    _metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("term", String, nullable=False),
    Column("prefix", BigInteger),
    Column("requests_prefix", BigInteger),
)


class StoreUnusableError(Exception):
    """The state store cannot be used; the text is one sentence with the remedy."""


def open_engine(address: str, pause: Callable[[float], None] = time.sleep) -> Engine:
    """Connect and make the tables where there are none; StoreUnusableError says why not."""
    url = _url(address)
    engine = _engine(url)
    try:
        _prepare_patiently(engine, pause)
    except DBAPIError as fault:
        engine.dispose()
        raise StoreUnusableError(_sentence(url, str(fault.orig).strip())) from fault
    except StoreUnusableError:
        engine.dispose()
        raise
    return engine


def _prepare_patiently(engine: Engine, pause: Callable[[float], None]) -> None:
    # A failover may end several of our connections, each at another step of a start.
    for _ in range(START_AGAIN):
        try:
            return _prepare_all(engine)
        except DBAPIError as cut:
            if not (cut.connection_invalidated or sqlstate(cut) in ENDED_BY_THE_SERVER):
                raise
            pause(AGAIN_SECONDS)
    return _prepare_all(engine)


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn a database's troubles into one sentence with the remedy; our own mistakes stay."""
    try:
        yield
    except PoolTimeoutError as fault:
        raise StoreUnusableError(_sentence(url, "all its connections are taken")) from fault
    except DBAPIError as fault:
        if not _of_the_database(fault):
            raise
        raise StoreUnusableError(_sentence(url, str(fault.orig).strip())) from fault
    except sqlite3.DatabaseError as fault:
        # Of who asks past SQLAlchemy, and by the same rule as below.
        if type(fault) not in {sqlite3.DatabaseError, sqlite3.OperationalError}:
            raise
        raise StoreUnusableError(_sentence(url, str(fault).strip())) from fault


def _of_the_database(fault: DBAPIError) -> bool:
    # SQLite says "damaged" with the plain class; a mistake of ours has one of its own.  A server
    # that became a replica calls it internal that it may not be written to.
    if isinstance(fault, InterfaceError | InternalError | OperationalError):
        return True
    return type(fault) is DatabaseError or sqlstate(fault) in OF_THE_DATABASE


def sqlstate(fault: DBAPIError) -> str:
    """Return PostgreSQL's name of what is wrong; nothing where there is none."""
    return getattr(fault.orig, "sqlstate", None) or ""


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as fault:
        raise StoreUnusableError(
            "The state store's address is no database URL: "
            "give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
        ) from fault
    backend = url.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise StoreUnusableError(
            f"The state store cannot lie in {backend}: give a sqlite:// or postgresql:// address."
        )
    return url.set(drivername={"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[backend])


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url, pool_pre_ping=True, connect_args=patience(url), hide_parameters=True
        )
    if url.database in {None, "", ":memory:"}:
        engine = create_engine(
            url,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
    else:
        make_private(Path(str(url.database)))
        engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    # The driver begins no transaction for a SELECT, so a load would see two moments; we begin.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _prepare_all(engine: Engine) -> None:
    with engine.begin() as connection:
        _prepare(connection, engine.url)


def _prepare(connection: Connection, url: URL) -> None:
    if connection.dialect.name == "postgresql":
        # Two workers that start at once would both find no tables.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if not connection.dialect.has_table(connection, rows.name):
        _metadata.create_all(connection)
        connection.execute(insert(schema), {"version": VERSION})
        return
    found = [row.version for row in connection.execute(select(schema.c.version))]
    if found != [VERSION]:
        raise StoreUnusableError(
            f"The state store {_name(url)} has schema version {found or 'none'}, and this release "
            f"knows {VERSION}: run the release that made it, or empty it, and it is made again "
            "from the journal."
        )


def _name(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _sentence(url: URL, reason: str) -> str:
    line = reason.splitlines()[0] if reason else "no reason given"
    if url.get_backend_name() == "postgresql":
        return (
            f"The state store {_name(url)} cannot be used ({line}): start PostgreSQL, or correct "
            "the address."
        )
    if "locked" in line:
        return (
            f"The state store {_name(url)} is locked by another process: stop it, or give this "
            "worker a file of its own."
        )
    if "malformed" in line or "not a database" in line:
        return (
            f"The state store {_name(url)} is damaged ({line}): delete the file, and it is made "
            "again from the journal."
        )
    return (
        f"The state store {_name(url)} cannot be used ({line}): see that its folder can be "
        "written to and has room."
    )
