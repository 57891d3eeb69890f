"""How is each tenant connected, and with which secrets?

Tokens and passwords are encrypted at rest (`streams.secrets.sealing`); a key is rotated by putting
the new one in front.  A version moves with every change, and a refresh
first takes a lease on it: one process alone may spend a refresh token (quickbooks-online.md 1.2).
"""

import asyncio
import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    create_engine,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.schema import CreateTable

from schemas.limits import TENANT
from schemas.tenant_state import Connected
from streams.ports import Clock
from streams.secrets.sealing import KeyLostError, Seal, Secrets, whose

_METADATA = MetaData()
_TABLE = Table(
    "connections",
    _METADATA,
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


class RealmTakenError(ValueError):
    """Another tenant is connected to this company; disconnect that one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One tenant's way into both systems.

    `reconnect` is why a person has to connect anew (None: the connection works); `installation`
    names the one that connected it (empty: it was put here without asking the journal).
    `renewing` tells that some process has the lease to spend its refresh token.
    """

    tenant: str
    realm: str
    environment: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime
    mediaos_base_url: str
    mediaos_api_key: str = field(repr=False)
    mediaos_api_password: str = field(repr=False)
    version: int = 0
    reconnect: str | None = None
    installation: str = ""
    renewing: bool = False

    @property
    def journaled(self) -> int:
        """Return its version as the journal counts; 0 where that was never asked about it."""
        return self.version if self.installation else 0

    @property
    def told(self) -> Connected:
        """Return what of it may stand in the journal."""
        return Connected(
            version=self.version,
            realm=self.realm,
            environment=self.environment,
            installation=self.installation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who refreshes a tenant's tokens now, and since when; the version that it spends."""

    owner: str
    since: datetime
    version: int


#: What of a connection is sealed.
_SEALED = tuple(name for name in Secrets.__struct_fields__ if name != "whose")


class Connections:
    """The tenants' connections, in a database that all processes share."""

    def __init__(self, url: str, keys: Sequence[str], clock: Clock) -> None:
        self._seal = Seal(keys)
        self._engine: Engine = create_engine(url, hide_parameters=True)
        self._clock = clock

    async def prepare(self) -> None:
        """Make the table where there is none, whoever else does so at this moment."""

        def make() -> None:
            with self._engine.begin() as database:
                database.execute(CreateTable(_TABLE, if_not_exists=True))

        try:
            await asyncio.to_thread(make)
        except (IntegrityError, ProgrammingError):
            # PostgreSQL looks first and creates then; the other process has made it by now.
            await asyncio.to_thread(make)

    async def close(self) -> None:
        """Give the database's connections back."""
        await asyncio.to_thread(self._engine.dispose)

    async def get(self, tenant: str) -> Connection | None:
        """Return a tenant's connection; KeyLostError when no key opens it, or it is another's.

        An old journal may name tenants that none can be called, which PostgreSQL is not asked for.
        """
        if not re.match(TENANT, tenant):
            return None
        row = await self._row(_TABLE.c.tenant == tenant)
        return None if row is None else self._opened(row)

    async def tenant_of(self, realm: str) -> str | None:
        """Return whose company this is; no secret is opened for it."""

        def read() -> str | None:
            with self._engine.connect() as database:
                statement = select(_TABLE.c.tenant).where(_TABLE.c.realm == realm)
                return database.scalar(statement)

        return await asyncio.to_thread(read)

    async def has(self, tenant: str) -> bool:
        """Tell whether a tenant is connected; no secret is opened for it."""

        def read() -> bool:
            with self._engine.connect() as database:
                statement = select(_TABLE.c.tenant).where(_TABLE.c.tenant == tenant)
                return database.scalar(statement) is not None

        return await asyncio.to_thread(read)

    async def tenants(self) -> tuple[str, ...]:
        """Return every tenant, in order."""

        def read() -> tuple[str, ...]:
            with self._engine.connect() as database:
                return tuple(database.scalars(select(_TABLE.c.tenant).order_by(_TABLE.c.tenant)))

        return await asyncio.to_thread(read)

    async def put(self, connection: Connection) -> Connection:
        """Store what a person connected, whatever was there, as a version above both.

        RealmTakenError when the company is another tenant's.
        """
        return await asyncio.to_thread(self._put, connection)

    async def erase(self, tenant: str) -> None:
        """Forget a tenant's connection and its secrets."""

        def write() -> None:
            with self._engine.begin() as database:
                database.execute(delete(_TABLE).where(_TABLE.c.tenant == tenant))

        await asyncio.to_thread(write)

    async def rotate(self) -> tuple[str, ...]:
        """Encrypt all secrets with the first key; return the tenants whose do not open."""
        return await asyncio.to_thread(self._rotate)

    async def replace(self, connection: Connection) -> Connection | None:
        """Store it as the next version unless its version is no longer the present one (None)."""
        following = dataclasses.replace(connection, version=connection.version + 1)
        values = self._values(following) | {"lease": None, "lease_since": None}
        where = _TABLE.c.version == connection.version
        done = await self._update(connection.tenant, where, values)
        return following if done else None

    async def lease(self, tenant: str, version: int, owner: str) -> Lease | None:
        """Take the right to refresh this version, or return who has it; None: it moved on."""
        since = self._clock.now()
        await self._update(
            tenant,
            (_TABLE.c.version == version) & _TABLE.c.lease.is_(None),
            {"lease": owner, "lease_since": since.isoformat()},
        )
        row = await self._row(_TABLE.c.tenant == tenant)
        if row is None or row["version"] != version or row["lease"] is None:
            return None
        since = datetime.fromisoformat(row["lease_since"])
        return Lease(owner=row["lease"], since=since, version=version)

    async def give_back(self, tenant: str, lease: Lease) -> None:
        """End a lease under which nothing was spent."""
        where = (_TABLE.c.version == lease.version) & (_TABLE.c.lease == lease.owner)
        await self._update(tenant, where, {"lease": None, "lease_since": None})

    def _put(self, connection: Connection) -> Connection:
        with self._engine.begin() as database:
            held = select(_TABLE.c.version).where(_TABLE.c.tenant == connection.tenant)
            version = database.scalar(held.with_for_update())
            following = dataclasses.replace(
                connection, version=max(version or 0, connection.version) + 1
            )
            values = self._values(following) | {"lease": None, "lease_since": None}
            statement = (
                insert(_TABLE).values(tenant=connection.tenant, **values)
                if version is None
                else update(_TABLE).where(_TABLE.c.tenant == connection.tenant).values(**values)
            )
            try:
                database.execute(statement)
            except IntegrityError as fault:
                raise RealmTakenError(
                    f"realm: {connection.realm} is connected to another tenant; disconnect it first"
                ) from fault
        return following

    def _rotate(self) -> tuple[str, ...]:
        lost = []
        with self._engine.connect() as database:
            rows = database.execute(select(_TABLE)).mappings().all()
        for row in rows:
            tenant, sealed = row["tenant"], row["secrets"]
            try:
                anew = self._seal.anew(row)
            except KeyLostError:
                lost.append(tenant)
                continue
            # What a renewal replaced meanwhile is under the first key, and newer than this.
            unchanged = (_TABLE.c.tenant == tenant) & (_TABLE.c.secrets == sealed)
            with self._engine.begin() as database:
                database.execute(update(_TABLE).where(unchanged).values(secrets=anew))
        return tuple(sorted(lost))

    async def _row(self, where: ColumnElement[bool]) -> RowMapping | None:
        def read() -> RowMapping | None:
            with self._engine.connect() as database:
                return database.execute(select(_TABLE).where(where)).mappings().first()

        return await asyncio.to_thread(read)

    async def _update(
        self, tenant: str, where: ColumnElement[bool], values: dict[str, Any]
    ) -> bool:
        def write() -> bool:
            statement = update(_TABLE).where((_TABLE.c.tenant == tenant) & where).values(**values)
            with self._engine.begin() as database:
                return database.execute(statement).rowcount == 1

        return await asyncio.to_thread(write)

    def _values(self, connection: Connection) -> dict[str, Any]:
        told = dataclasses.asdict(connection)
        owner = whose(told)
        secrets = Secrets(**{name: told[name] for name in _SEALED}, whose=owner)
        return {
            "realm": owner.realm,
            "environment": owner.environment,
            "mediaos_base_url": owner.mediaos_base_url,
            "secrets": self._seal.close(secrets),
            "access_expires_at": connection.access_expires_at.astimezone(UTC).isoformat(),
            "version": connection.version,
            "reconnect": connection.reconnect,
        }

    def _opened(self, row: RowMapping) -> Connection:
        secrets = self._seal.open(row)
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
