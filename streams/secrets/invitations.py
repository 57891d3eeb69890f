"""Who was invited to connect a tenant, and whose browser comes back from Intuit?

An invitation is one link, good once and for minutes; started, it becomes a state that Intuit
carries and a secret in the browser, both needed to end it.  The database has only their hashes: who
reads it cannot connect anybody.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from schemas.tenant_state import Tenant
from streams.ports import Clock
from streams.secrets.connection_rows import METADATA
from streams.secrets.connection_rows import TABLE as _CONNECTIONS
from streams.secrets.database import EVERYBODY, open_database, turn_of
from streams.secrets.schema import bring_up
from streams.secrets.sealing import KeyLostError, Seal

_TABLE = Table(
    "invitations",
    METADATA,
    Column("link", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("state", String, unique=True),
    Column("browser", String),
    Column("terms", LargeBinary, nullable=False),
    Column("expires_at", String, nullable=False),
)

_NEVER_RENEWED = (
    select(_CONNECTIONS).where(_CONNECTIONS.c.version == 1).order_by(_CONNECTIONS.c.tenant)
)

#: Long enough to find the Master Administrator's password, short for a link that lies about.
LIFE = timedelta(minutes=15)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What was settled when the link was made; `tenants` is the journal's word of all of them.

    `version` is the highest that the tenant's connection has had; `another` allows a company
    other than the last.  `by` made the link, and `link` is its hash: terms are those of no other.
    `installation` is empty where the journal names none yet; its link is given one.
    """

    request: str
    tenant: str
    environment: str
    installation: str
    version: int
    another: bool
    tenants: dict[str, Tenant]
    mediaos_base_url: str
    mediaos_api_key: str
    mediaos_api_password: str
    by: str = ""
    link: str = ""

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Terms(tenant={self.tenant!r}, request={self.request!r})"


@dataclass(frozen=True, slots=True)
class Started:
    """What Intuit is to send back, and what the browser keeps meanwhile."""

    state: str = field(repr=False)
    browser: str = field(repr=False)


class Invitations:
    """The open invitations, in the database of the connections."""

    def __init__(self, url: str, keys: Sequence[str], clock: Clock) -> None:
        self._engine: Engine = open_database(url)
        self._box = MultiFernet([Fernet(key) for key in keys])
        self._seal = Seal(keys)
        self._clock = clock

    async def prepare(self) -> None:
        """Bring the schema up; SchemaTooNewError when a newer release did so already."""
        await asyncio.to_thread(bring_up, self._engine)

    async def close(self) -> None:
        """Give the database's connections back."""
        await asyncio.to_thread(self._engine.dispose)

    async def invite(self, terms: Terms) -> tuple[str, datetime]:
        """Return a new link's secret and its end; an older one of the tenant is void."""
        link, until = secrets.token_urlsafe(32), self._clock.now() + LIFE
        await asyncio.to_thread(self._insert, link, terms, until)
        return link, until

    async def look(self, link: str) -> Terms | None:
        """Return what a link is for while it can be started."""
        return await asyncio.to_thread(self._look, link)

    async def start(self, link: str) -> Started | None:
        """Use a link, once."""
        started = Started(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        done = await asyncio.to_thread(self._start, link, started)
        return started if done else None

    async def end(self, state: str, browser: str) -> Terms | None:
        """Return the terms of what came back from Intuit to the browser that left, once.

        It is kept until what it gave is kept (`settled`), so that what is decided meanwhile counts
        more.
        """
        return await asyncio.to_thread(self._end, state, browser)

    async def forget(self, state: str) -> None:
        """Forget what came back and gave nothing."""
        await asyncio.to_thread(self._forget, state)

    async def void(self, tenant: str) -> None:
        """Have no link of a tenant connect it, started or not: it is to be connected to nothing."""
        await asyncio.to_thread(self._void, tenant)

    def _forget(self, state: str) -> None:
        with self._engine.begin() as database:
            database.execute(delete(_TABLE).where(_TABLE.c.state == _hashed(state)))

    def _void(self, tenant: str) -> None:
        with turn_of(self._engine, tenant) as database:
            voided(database, tenant)

    def _insert(self, link: str, terms: Terms, until: datetime) -> None:
        with turn_of(self._engine, EVERYBODY, terms.tenant) as database:
            over = _TABLE.c.expires_at <= self._clock.now().isoformat()
            installation = terms.installation or self._installation(database, ~over)
            database.execute(delete(_TABLE).where((_TABLE.c.tenant == terms.tenant) | over))
            made = msgspec.structs.replace(terms, link=_hashed(link), installation=installation)
            database.execute(
                insert(_TABLE).values(
                    link=made.link,
                    tenant=made.tenant,
                    terms=self._box.encrypt(msgspec.json.encode(made)),
                    expires_at=until.isoformat(),
                )
            )

    def _installation(self, database: Connection, is_open: ColumnElement[bool]) -> str:
        """Return the id of an installation that has no tenant yet: one for all its first links.

        The first that connects has the journal name it, and a worker refuses any other.
        """
        rows = database.execute(select(_TABLE.c.link, _TABLE.c.terms).where(is_open)).all()
        found = [terms.installation for row in rows if (terms := self._opened(row)) is not None]
        # Read after the links, which become connections meanwhile.
        found += self._unheard_of(database)
        return next((each for each in found if each), "") or secrets.token_hex(8)

    def _unheard_of(self, database: Connection) -> Iterator[str]:
        """Name the installations of what was connected while no worker has it in the journal yet.

        A first version: what a worker uses it renews within the hour, and what is older may be of
        another installation, whose database was copied.
        """
        for row in database.execute(_NEVER_RENEWED).mappings():
            with suppress(KeyLostError):
                yield self._seal.open(row).installation

    def _look(self, link: str) -> Terms | None:
        statement = select(_TABLE.c.link, _TABLE.c.terms).where(self._unused(link))
        with self._engine.connect() as database:
            return self._opened(database.execute(statement).first())

    def _start(self, link: str, started: Started) -> bool:
        statement = update(_TABLE).where(self._unused(link))
        values = {"state": _hashed(started.state), "browser": _hashed(started.browser)}
        with self._engine.begin() as database:
            return database.execute(statement.values(**values)).rowcount == 1

    def _end(self, state: str, browser: str) -> Terms | None:
        ours = (_TABLE.c.state == _hashed(state)) & (_TABLE.c.browser == _hashed(browser))
        in_time = _TABLE.c.expires_at > self._clock.now().isoformat()
        with self._engine.begin() as database:
            kept = select(_TABLE.c.link, _TABLE.c.terms).where(ours & in_time)
            found = database.execute(kept).first()
            # No browser's secret has that hash: it comes back once.
            used = database.execute(update(_TABLE).where(ours).values(browser="")).rowcount == 1
        return self._opened(found) if used else None

    def _unused(self, link: str) -> ColumnElement[bool]:
        in_time = _TABLE.c.expires_at > self._clock.now().isoformat()
        return (_TABLE.c.link == _hashed(link)) & _TABLE.c.state.is_(None) & in_time

    def _opened(self, found: Row[str, bytes] | None) -> Terms | None:
        if found is None:
            return None
        link, sealed = found
        try:
            terms = msgspec.json.decode(self._box.decrypt(sealed), type=Terms)
        except (InvalidToken, msgspec.MsgspecError):
            # Made under a key that is no longer set, or no invitation's: as good as expired.
            return None
        # Those of an earlier release name no link, and live for a quarter of an hour.
        return msgspec.structs.replace(terms, link="") if terms.link in {"", link} else None


def settled(database: Connection, tenant: str, state: str) -> bool:
    """Use what came back up, and have no link of its tenant connect it any more.

    False where a newer link, or nobody, is wanted since.  Of a turn of the tenant's.
    """
    ours = (_TABLE.c.tenant == tenant) & (_TABLE.c.state == _hashed(state))
    if database.execute(delete(_TABLE).where(ours)).rowcount != 1:
        return False
    voided(database, tenant)
    return True


def voided(database: Connection, tenant: str) -> None:
    """Have no link of a tenant connect it, in a turn of the tenant's."""
    database.execute(delete(_TABLE).where(_TABLE.c.tenant == tenant))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
