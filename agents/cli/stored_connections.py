"""Which tenants' connections cannot be used?  For commands, which only read what is stored of them.

A file that is not there is not made, and no table either.  Where the database is not within reach
from here, or no key is set, nobody can tell, and that is said.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import Connection as Database
from sqlalchemy import RowMapping, create_engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from agents.cli.environment import process_settings
from schemas.tenant_state import Connected, Tenant
from streams.postgres import patience
from streams.remotes.quickbooks.standing import trouble
from streams.secrets.connection_rows import TABLE, connection_of
from streams.secrets.sealing import KeyLostError, Seal

if TYPE_CHECKING:
    from streams.settings import ProcessSettings


class NotThereError(Exception):
    """The database is a file, and nobody has made it yet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Why whose connection cannot be used; `unread` is why nobody can tell here."""

    unusable: Mapping[str, str] = field(default_factory=dict)
    unread: str | None = None


async def seen_here(tenants: Mapping[str, Tenant]) -> Seen:
    """Look at the connections of tenants that are connected, and of which nothing worse is told."""
    confirmed = {
        name: each.connection
        for name, each in tenants.items()
        if each.connection is not None and each.suspended is None
    }
    settings = process_settings()
    if not confirmed:
        return Seen()
    if not settings.token_key:
        return Seen(unread="ISTHMUS_TOKEN_KEY is not set here")
    try:
        return Seen(await asyncio.to_thread(_unusable, settings, confirmed))
    except NotThereError:
        return Seen(unread="their database is not here: set ISTHMUS_CONNECTIONS_URL")
    except SQLAlchemyError as fault:
        return Seen(unread=f"their database does not answer ({type(fault).__name__})")


def unusable_among(
    rows: Sequence[RowMapping], seal: Seal, confirmed: Mapping[str, Connected]
) -> dict[str, str]:
    """Return of the tenants that the journal has connected why whose connection is of no use."""
    by_name = {row["tenant"]: row for row in rows}
    told = {name: _why(by_name.get(name), seal, each) for name, each in confirmed.items()}
    return {name: why for name, why in told.items() if why is not None}


def connection_rows(database: Database) -> Sequence[RowMapping]:
    """Return the rows of all tenants; none where there is no table yet."""
    there = database.dialect.has_table(database, TABLE.name)
    return (
        database.execute(select(TABLE).order_by(TABLE.c.tenant)).mappings().all() if there else []
    )


def _unusable(settings: "ProcessSettings", confirmed: Mapping[str, Connected]) -> dict[str, str]:
    with only_read(settings.connections_url) as database:
        rows = connection_rows(database)
    return unusable_among(rows, Seal(settings.token_key), confirmed)


def _why(row: RowMapping | None, seal: Seal, confirmed: Connected) -> str | None:
    try:
        return trouble(connection_of(seal, row) if row is not None else None, confirmed)
    except KeyLostError as lost:
        return str(lost)


@contextmanager
def only_read(address: str, *, logged: bool = False) -> Iterator[Database]:
    """Lend a database that nothing is written to.

    `logged`: a file of SQLite that has a log beside it while anybody has it open.  Of any other
    only its lock tells who writes: read without, it shows what nobody has committed.
    """
    url = make_url(address)
    told = patience(url)
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        if not path.exists():
            raise NotThereError(str(path))
        # Without that log nobody has it open; even a reader would make one.
        alone = logged and not path.with_name(f"{path.name}-wal").exists()
        how = {"mode": "ro", "uri": "true", **({"immutable": "1"} if alone else {})}
        url = url.set(database=f"file:{quote(str(path.absolute()))}").update_query_dict(how)
    else:
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args=told, hide_parameters=True)
    try:
        with engine.connect() as database:
            yield database
    finally:
        engine.dispose()
