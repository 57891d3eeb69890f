"""How is each tenant connected, and with which secrets?

Tokens and passwords are encrypted at rest (`streams.secrets.sealing`); a key is rotated by putting
the new one in front.  A version moves with every change, and a refresh
first takes a lease on it: one process alone may spend a refresh token (quickbooks-online.md 1.2).
"""

import asyncio
import dataclasses
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy import Connection as Database
from sqlalchemy.exc import IntegrityError

from schemas.limits import TENANT
from streams.ports import Clock
from streams.secrets.connection import Connection, Lease
from streams.secrets.connection_rows import (
    ERASED,
    PREFLIGHTS,
    TABLE,
    connection_of,
    values_of,
)
from streams.secrets.database import open_database, turn_of
from streams.secrets.invitations import settled, voided
from streams.secrets.schema import bring_up
from streams.secrets.sealing import KeyLostError, Seal

# Made once: each call to QuickBooks asks, and to make one costs twice what the answer does.
_OF_TENANT = select(TABLE).where(TABLE.c.tenant == bindparam("tenant"))
_IS_CONNECTED = select(TABLE.c.tenant).where(TABLE.c.tenant == bindparam("tenant"))
_OF_REALM = select(TABLE.c.tenant).where(TABLE.c.realm == bindparam("realm"))
_VERSION = select(TABLE.c.version).where(TABLE.c.tenant == bindparam("tenant"))
_ERASED = select(ERASED.c.version).where(ERASED.c.tenant == bindparam("tenant"))
_TENANTS = select(TABLE.c.tenant).order_by(TABLE.c.tenant)

#: A row is sealed anew, beside a worker that writes it now and then.
TRIES = 5


class RealmTakenError(ValueError):
    """Another tenant is connected to this company; disconnect that one first."""


class Connections:
    """The tenants' connections, in a database that all processes share."""

    def __init__(self, url: str, keys: Sequence[str], clock: Clock) -> None:
        self._seal = Seal(keys)
        self._engine: Engine = open_database(url)
        self._clock = clock

    async def prepare(self) -> None:
        """Bring the schema up; SchemaTooNewError when a newer release did so already."""
        await asyncio.to_thread(bring_up, self._engine)

    async def close(self) -> None:
        """Give the database's connections back."""
        await asyncio.to_thread(self._engine.dispose)

    async def get(self, tenant: str) -> Connection | None:
        """Return a tenant's connection; KeyLostError when no key opens it, or it is another's.

        An old journal may name tenants that none can be called, which PostgreSQL is not asked for.
        """
        if not re.match(TENANT, tenant):
            return None
        row = await self._row(tenant)
        return None if row is None else connection_of(self._seal, row)

    async def tenant_of(self, realm: str) -> str | None:
        """Return whose company this is; no secret is opened for it."""

        def read() -> str | None:
            with self._engine.connect() as database:
                return database.scalar(_OF_REALM, {"realm": realm})

        return await asyncio.to_thread(read)

    async def has(self, tenant: str) -> bool:
        """Tell whether a tenant is connected; no secret is opened for it."""

        def read() -> bool:
            with self._engine.connect() as database:
                return database.scalar(_IS_CONNECTED, {"tenant": tenant}) is not None

        return await asyncio.to_thread(read)

    async def tenants(self) -> tuple[str, ...]:
        """Return every tenant, in order."""

        def read() -> tuple[str, ...]:
            with self._engine.connect() as database:
                return tuple(database.scalars(_TENANTS))

        return await asyncio.to_thread(read)

    async def put(self, connection: Connection) -> Connection:
        """Store what a person connected, whatever was there, as a version above both.

        RealmTakenError when the company is another tenant's.
        """
        return await asyncio.to_thread(self._put, connection)

    async def keep(self, connection: Connection, state: str) -> Connection | None:
        """Store what somebody consented to and use the link up by which it came back, as one.

        None, and nothing is stored, where a newer link, or nobody, is wanted since.
        RealmTakenError when the company is another tenant's.
        """
        return await asyncio.to_thread(self._keep, connection, state)

    async def erase(self, tenant: str, version: int | None = None) -> bool:
        """Forget a tenant's connection, its secrets, its links, and what its last preflight found.

        False where a version stands there that is not the one that was seen (0: none was).
        """
        return await asyncio.to_thread(self._erase, tenant, version)

    async def erased(self, tenant: str) -> int:
        """Return the highest version of what was erased of a tenant: none up to it is there."""

        def read() -> int:
            with self._engine.connect() as database:
                return database.scalar(_ERASED, {"tenant": tenant}) or 0

        return await asyncio.to_thread(read)

    async def rotate(self) -> tuple[str, ...]:
        """Encrypt all secrets with the first key; return the tenants whose do not open."""
        return await asyncio.to_thread(self._rotate)

    async def replace(self, connection: Connection) -> Connection | None:
        """Store it as the next version unless its version is no longer the present one (None)."""
        following = dataclasses.replace(connection, version=connection.version + 1)
        values = values_of(self._seal, following) | {"lease": None, "lease_since": None}
        where = TABLE.c.version == connection.version
        done = await self._update(connection.tenant, where, values)
        return following if done else None

    async def lease(self, tenant: str, version: int, owner: str) -> Lease | None:
        """Take the right to refresh this version, or return who has it; None: it moved on."""
        since = self._clock.now()
        await self._update(
            tenant,
            (TABLE.c.version == version) & TABLE.c.lease.is_(None),
            {"lease": owner, "lease_since": since.isoformat()},
        )
        row = await self._row(tenant)
        if row is None or row["version"] != version or row["lease"] is None:
            return None
        since = datetime.fromisoformat(row["lease_since"])
        return Lease(owner=row["lease"], since=since, version=version)

    async def give_back(self, tenant: str, lease: Lease) -> None:
        """End a lease under which nothing was spent."""
        where = (TABLE.c.version == lease.version) & (TABLE.c.lease == lease.owner)
        await self._update(tenant, where, {"lease": None, "lease_since": None})

    def _put(self, connection: Connection) -> Connection:
        with turn_of(self._engine, connection.tenant) as database:
            return self._written(database, connection)

    def _keep(self, connection: Connection, state: str) -> Connection | None:
        with turn_of(self._engine, connection.tenant) as database:
            if not settled(database, connection.tenant, state):
                return None
            return self._written(database, connection)

    def _written(self, database: Database, connection: Connection) -> Connection:
        tenant = connection.tenant
        version = database.scalar(_VERSION.with_for_update(), {"tenant": tenant})
        erased = database.scalar(_ERASED, {"tenant": tenant})
        highest = max(version or 0, erased or 0, connection.version)
        following = dataclasses.replace(connection, version=highest + 1)
        values = values_of(self._seal, following) | {"lease": None, "lease_since": None}
        statement = (
            insert(TABLE).values(tenant=tenant, **values)
            if version is None
            else update(TABLE).where(TABLE.c.tenant == tenant).values(**values)
        )
        try:
            database.execute(statement)
        except IntegrityError as fault:
            raise RealmTakenError(
                f"realm: {connection.realm} is connected to another tenant; disconnect it first"
            ) from fault
        return following

    def _erase(self, tenant: str, version: int | None) -> bool:
        with turn_of(self._engine, tenant) as database:
            # Those that were made since it was seen are not wanted either.
            voided(database, tenant)
            found = database.scalar(_VERSION.with_for_update(), {"tenant": tenant}) or 0
            if version is not None and found not in {0, version}:
                return False
            last = max(found, database.scalar(_ERASED, {"tenant": tenant}) or 0)
            for table in (TABLE, PREFLIGHTS, ERASED):
                database.execute(delete(table).where(table.c.tenant == tenant))
            database.execute(insert(ERASED).values(tenant=tenant, version=last))
            return True

    def _rotate(self) -> tuple[str, ...]:
        with self._engine.connect() as database:
            tenants = database.scalars(_TENANTS).all()
        return tuple(tenant for tenant in tenants if not self._sealed_anew(tenant))

    def _sealed_anew(self, tenant: str) -> bool:
        for _ in range(TRIES):
            with self._engine.connect() as database:
                row = database.execute(_OF_TENANT, {"tenant": tenant}).mappings().first()
            if row is None:
                return True
            try:
                anew = self._seal.anew(row)
            except KeyLostError:
                return False
            # A worker that has the old key alone may have renewed the tokens meanwhile.
            unchanged = (TABLE.c.tenant == tenant) & (TABLE.c.secrets == row["secrets"])
            with self._engine.begin() as database:
                if database.execute(update(TABLE).where(unchanged).values(secrets=anew)).rowcount:
                    return True
        return False

    async def _row(self, tenant: str) -> RowMapping | None:
        def read() -> RowMapping | None:
            with self._engine.connect() as database:
                return database.execute(_OF_TENANT, {"tenant": tenant}).mappings().first()

        return await asyncio.to_thread(read)

    async def _update(
        self, tenant: str, where: ColumnElement[bool], values: dict[str, Any]
    ) -> bool:
        def write() -> bool:
            statement = update(TABLE).where((TABLE.c.tenant == tenant) & where).values(**values)
            with self._engine.begin() as database:
                return database.execute(statement).rowcount == 1

        return await asyncio.to_thread(write)
