"""How does a connection lie in the database?  One row a tenant, its secrets sealed."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, RowMapping, String, Table

from streams.secrets.connection import Connection
from streams.secrets.sealing import Seal, Secrets, whose

#: All tables of this database, as `streams.secrets.schema` brings them about.
METADATA = MetaData()

TABLE = Table(
    "connections",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("realm", String, nullable=False, unique=True),
    Column("environment", String, nullable=False),
    Column("mediaos_base_url", String, nullable=False),
    Column("secrets", LargeBinary, nullable=False),
    Column("access_expires_at", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reconnect", String),
    Column("lease", String),
    Column("lease_since", String),
)

#: One row a tenant; see `streams.secrets.preflights`.
PREFLIGHTS = Table(
    "preflights",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("run", String, nullable=False),
    Column("heard_at", String, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("told", LargeBinary, nullable=False),
)

#: The highest version of what was erased of a tenant: none has one version twice, for the word of
#: the first may be under way to the journal when the second is stored.
ERASED = Table(
    "erased_versions",
    METADATA,
    Column("tenant", String, primary_key=True),
    Column("version", Integer, nullable=False),
)

#: What of a connection is sealed.
_SEALED = tuple(name for name in Secrets.__struct_fields__ if name != "whose")


def values_of(seal: Seal, connection: Connection) -> dict[str, Any]:
    """Return the columns of a connection, but for its tenant and its lease."""
    told = dataclasses.asdict(connection)
    owner = whose(told)
    secrets = Secrets(**{name: told[name] for name in _SEALED}, whose=owner)
    return {
        "realm": owner.realm,
        "environment": owner.environment,
        "mediaos_base_url": owner.mediaos_base_url,
        "secrets": seal.close(secrets),
        "access_expires_at": connection.access_expires_at.astimezone(UTC).isoformat(),
        "version": connection.version,
        "reconnect": connection.reconnect,
    }


def connection_of(seal: Seal, row: RowMapping) -> Connection:
    """Return what a row says; KeyLostError when no key opens it, or it is another's."""
    secrets = seal.open(row)
    return Connection(
        tenant=row["tenant"],
        realm=row["realm"],
        environment=row["environment"],
        mediaos_base_url=row["mediaos_base_url"],
        access_expires_at=datetime.fromisoformat(row["access_expires_at"]),
        version=row["version"],
        reconnect=row["reconnect"],
        renewing=row["lease"] is not None,
        **{name: getattr(secrets, name) for name in _SEALED},
    )
