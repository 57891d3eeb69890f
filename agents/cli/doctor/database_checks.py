"""Are both databases there, by the right schema, and do the keys open what is in them?

They are only read: a file that is not there is not made, and no table either.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection as Database
from sqlalchemy import RowMapping, select
from sqlalchemy.exc import SQLAlchemyError

from agents.cli.doctor.finding import Finding, fault, ok, warning
from agents.cli.stored_connections import (
    NotThereError,
    connection_rows,
    only_read,
    unusable_among,
)
from agents.rules.waiting_words import unusable
from schemas.catalog import NotUnderstoodError, decode_row
from schemas.rows import TENANT_ROWS
from schemas.tenant_state import Connected, Tenant
from streams.journal import tables
from streams.secrets.connection import Connection
from streams.secrets.connection_rows import ERASED, connection_of
from streams.secrets.schema import VERSIONS, SchemaTooNewError, behind, version_of
from streams.secrets.sealing import KeyLostError, Seal
from streams.settings import ProcessSettings

MAKE_A_KEY = "`isthmus connections new-key` makes one"


def store(address: str) -> list[Finding]:
    """Return what is to be said of a worker's state store."""
    try:
        with only_read(address, logged=True) as database:
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
        with only_read(settings.connections_url) as database:
            found = [_schema(database)]
            rows, erased = connection_rows(database), _erased(database)
    except (NotThereError, SQLAlchemyError, SchemaTooNewError) as away:
        return [_away("connections", away, "ISTHMUS_CONNECTIONS_URL")], []
    if not settings.token_key:
        lost = f"ISTHMUS_TOKEN_KEY is not set, so no secret opens; set it ({MAKE_A_KEY})."
        return [*found, fault("secrets", lost)], []
    # What was erased since is meant to be gone: a store that is stopped, or has its tenant no
    # longer, has not heard of it.
    known = {
        name: each
        for name, each in confirmed(settings.state_url).items()
        if each.version > erased.get(name, 0)
    }
    told, working = _tenants(settings, rows, known)
    return [*found, *told], working


def _tenants(
    settings: ProcessSettings, rows: Sequence[RowMapping], known: Mapping[str, Connected]
) -> tuple[list[Finding], list[Connection]]:
    seal, opened = Seal(settings.token_key), []
    # A row may be gone, of which only the journal knows that it is to be there.
    broken = unusable_among(rows, seal, known)
    for row in rows:
        try:
            opened.append(connection_of(seal, row))
        except KeyLostError as lost:
            broken[row["tenant"]] = str(lost)
    broken |= {each.tenant: each.reconnect for each in opened if each.reconnect}
    environment = settings.qbo_environment
    sound = [each for each in opened if each.tenant not in broken]
    found = [fault("secrets", _broken(name, why)) for name, why in sorted(broken.items())]
    working = [each for each in sound if each.environment == environment]
    found += [
        fault("secrets", _elsewhere(each, environment)) for each in sound if each not in working
    ]
    return found or [ok("secrets", f"Connections that open and work: {len(rows)}.")], working


def _erased(database: Database) -> dict[str, int]:
    """Return the highest version that was erased of each tenant; an earlier release says none."""
    if not database.dialect.has_table(database, ERASED.name):
        return {}
    return {row.tenant: row.version for row in database.execute(select(ERASED))}


def confirmed(address: str) -> dict[str, Connected]:
    """Return which tenants are connected as far as a worker's state store has the journal."""
    told = select(tables.rows.c.key, tables.rows.c.body).where(
        tables.rows.c.key.startswith(TENANT_ROWS)
    )
    try:
        with only_read(address, logged=True) as database:
            if list(database.scalars(select(tables.schema.c.version))) != [tables.VERSION]:
                return {}
            rows = database.execute(told.order_by(tables.rows.c.position)).all()
        known: dict[str, Tenant] = {key: decode_row(key, body) for key, body in rows}
    except (NotThereError, NotUnderstoodError, SQLAlchemyError):
        # What is wrong with it is told by who looks at the store.
        return {}
    return {
        key.removeprefix(TENANT_ROWS): each.connection
        for key, each in known.items()
        if each.connection is not None
    }


def _broken(tenant: str, why: str) -> str:
    return f"Tenant {tenant}: {unusable(why)} `isthmus connect {tenant}` makes the link."


def _elsewhere(opened: Connection, environment: str) -> str:
    return (
        f"Tenant {opened.tenant} is connected in {opened.environment}, and these settings are for "
        f"{environment}: correct ISTHMUS_QBO_ENVIRONMENT, or connect it anew."
    )


def _schema(database: Database) -> Finding:
    found = version_of(database)
    if not behind(found):
        return ok("connections", f"Their database answers, with schema {found}.")
    return warning(
        "connections",
        f"Their database has {f'schema {found}' if found else 'no schema yet'}: the next start of "
        f"a worker or a gateway brings it up to {VERSIONS[-1]}.",
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
