"""Are both databases there, by the right schema, and do the keys open what is in them?

They are only read: a file that is not there is not made, and no table either.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection as Database
from sqlalchemy import RowMapping, create_engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from agents.cli.doctor.finding import Finding, fault, ok, warning
from streams.journal import tables
from streams.postgres import patience
from streams.secrets.connection import Connection
from streams.secrets.connection_rows import TABLE, connection_of
from streams.secrets.schema import VERSIONS, SchemaTooNewError, behind, version_of
from streams.secrets.sealing import KeyLostError, Seal
from streams.settings import ProcessSettings

MAKE_A_KEY = "`isthmus connections new-key` makes one"


class NotThereError(Exception):
    """The database is a file, and nobody has made it yet."""


def store(address: str) -> list[Finding]:
    """Return what is to be said of a worker's state store."""
    try:
        with _read(address) as database:
            there = database.dialect.has_table(database, tables.schema.name)
            found = list(database.scalars(select(tables.schema.c.version))) if there else None
    except (NotThereError, SQLAlchemyError) as away:
        return [_away("store", away, "ISTHMUS_STATE_URL")]
    if found is None:
        return [ok("store", "It is empty: a worker makes it from the journal at its start.")]
    if found != [tables.VERSION]:
        return [
            fault(
                "store",
                f"It has schema {found or 'none'}, and this release knows {tables.VERSION}: run "
                "the release that made it, or empty it, and it is made again from the journal.",
            )
        ]
    return [ok("store", f"It answers, with schema {tables.VERSION}.")]


def connections(settings: ProcessSettings) -> tuple[list[Finding], list[Connection]]:
    """Return what is to be said of the tenants' connections, and those that work."""
    try:
        with _read(settings.connections_url) as database:
            found = [_schema(database)]
            rows = _rows(database)
    except (NotThereError, SQLAlchemyError, SchemaTooNewError) as away:
        return [_away("connections", away, "ISTHMUS_CONNECTIONS_URL")], []
    if not settings.token_key:
        lost = f"ISTHMUS_TOKEN_KEY is not set, so no secret opens; set it ({MAKE_A_KEY})."
        return [*found, fault("secrets", lost)], []
    seal, working = Seal(settings.token_key), []
    for row in rows:
        try:
            opened = connection_of(seal, row)
        except KeyLostError as lost:
            found.append(fault("secrets", f"{lost}."))
            continue
        if (wrong := _wrong(opened, settings.qbo_environment)) is not None:
            found.append(fault("secrets", wrong))
        else:
            working.append(opened)
    if len(working) == len(rows):
        found.append(ok("secrets", f"Connections that open and work: {len(rows)}."))
    return found, working


def _wrong(opened: Connection, environment: str) -> str | None:
    tenant = opened.tenant
    if opened.reconnect:
        return (
            f"Tenant {tenant} is to connect anew ({opened.reconnect}): `isthmus connect {tenant}`."
        )
    if opened.environment != environment:
        return (
            f"Tenant {tenant} is connected in {opened.environment}, and these settings are for "
            f"{environment}: correct ISTHMUS_QBO_ENVIRONMENT, or connect it anew."
        )
    return None


def _schema(database: Database) -> Finding:
    found = version_of(database)
    if not behind(found):
        return ok("connections", f"Their database answers, with schema {found}.")
    return warning(
        "connections",
        f"Their database has {f'schema {found}' if found else 'no schema yet'}: the next start of "
        f"a worker or a gateway brings it up to {VERSIONS[-1]}.",
    )


def _rows(database: Database) -> Sequence[RowMapping]:
    there = database.dialect.has_table(database, TABLE.name)
    return (
        database.execute(select(TABLE).order_by(TABLE.c.tenant)).mappings().all() if there else []
    )


def _away(check: str, why: Exception, setting: str) -> Finding:
    match why:
        case NotThereError():
            return warning(check, f"{why} is not there yet: a worker makes it at its start.")
        case SchemaTooNewError():
            return fault(check, str(why))
        case _:
            return fault(
                check,
                f"It cannot be read ({type(why).__name__}): start its database, let this login "
                f"read it, or correct {setting}.",
            )


@contextmanager
def _read(address: str) -> Iterator[Database]:
    """Lend a database that nothing is written to."""
    url = make_url(address)
    told = patience(url)
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        if not path.exists():
            raise NotThereError(str(path))
        # Without a log beside it nobody has it open; even a reader would make one.
        alone = not path.with_name(f"{path.name}-wal").exists()
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
