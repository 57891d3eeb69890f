"""Does a stored connection still hold?  Only in the version that the journal confirms.

A store that was restored from an older copy holds spent tokens, and to send one may cost the good
ones as well (quickbooks-online.md 1.2); a copied store belongs to another journal.  Tokens that are
newer than the journal's word are stored already, but nobody uses them before it has them.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from schemas.outcomes import Fault
from schemas.tenant_state import Connected
from streams.remotes.quickbooks.faults import reconnect, unreachable
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.secrets.sealing import KeyLostError

FOREIGN = "the stored connection is not of this installation, or connecting it did not end"
RESTORED = "the store of connections is older than the journal: it was restored from a copy"
GONE = "its tokens are gone"


class Register(Protocol):
    """The journal's word on the tenants' connections."""

    async def confirmed(self, tenant: str) -> Connected | None:
        """Return the connection that the journal confirms, if any."""
        ...

    async def note(self, tenant: str, connection: Connected) -> None:
        """Have the journal confirm renewed tokens; return once it did, or after a while."""
        ...


class Standing:
    """The tenants' connections as they may be used in one environment."""

    def __init__(self, connections: Connections, register: Register, environment: str) -> None:
        self._connections = connections
        self._register = register
        self._environment = environment
        self._noting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def present(self, tenant: str) -> Connection | Fault:
        """Return the tenant's connection if it holds, else why not."""
        try:
            found = await self._connections.get(tenant)
            if found is None:
                known = await self._register.confirmed(tenant)
                return reconnect(f"tenant {tenant} is not connected" if known is None else GONE)
            if found.reconnect:
                return reconnect(found.reconnect)
            if not found.installation:
                return self._in_place(found)
            return await self._judged(found)
        except KeyLostError as fault:
            return reconnect(str(fault))
        except SQLAlchemyError as fault:
            return no_store(fault)

    async def _judged(self, found: Connection) -> Connection | Fault:
        confirmed = await self._register.confirmed(found.tenant)
        if confirmed is None or confirmed.version > found.version:
            # It may have moved on since the first look; the journal is never ahead of the store.
            found = await self._connections.get(found.tenant) or found
        if confirmed is not None and _is_ahead(found, confirmed):
            confirmed = await self._noted(found)
        wrong = objection(found, confirmed)
        if wrong is not None:
            return reconnect(wrong)
        if confirmed is None or confirmed.version < found.version:
            return unreachable("the journal has not confirmed the renewed token yet")
        return self._in_place(found)

    async def _noted(self, found: Connection) -> Connected | None:
        async with self._noting[found.tenant]:
            confirmed = await self._register.confirmed(found.tenant)
            if confirmed is not None and _is_ahead(found, confirmed):
                await self._register.note(found.tenant, found.told)
                confirmed = await self._register.confirmed(found.tenant)
        return confirmed

    def _in_place(self, found: Connection) -> Connection | Fault:
        if found.environment == self._environment:
            return found
        return reconnect(
            f"tenant {found.tenant} is connected to the {found.environment} environment, and this "
            f"process works in {self._environment} (ISTHMUS_QBO_ENVIRONMENT)"
        )


def objection(found: Connection, confirmed: Connected | None) -> str | None:
    """Return why a stored connection must not be used whatever else happens, or None."""
    told = found.told
    if confirmed is None or (told.realm, told.installation) != (
        confirmed.realm,
        confirmed.installation,
    ):
        return FOREIGN
    return RESTORED if told.version < confirmed.version else None


def trouble(found: Connection | None, confirmed: Connected | None) -> str | None:
    """Return why a tenant is to be connected again, as far as it is seen without Intuit."""
    if found is None:
        return GONE
    return found.reconnect or (objection(found, confirmed) if found.installation else None)


async def seen_of(
    stored: Callable[[str], Awaitable[Connection | None]], tenant: str, confirmed: Connected | None
) -> tuple[Connection | None, str | None]:
    """Return what is stored of a tenant, if it opens, and why it cannot be used, None where it can.

    As far as it is seen without Intuit, and in the same words wherever a person hears of it.
    """
    try:
        found = await stored(tenant)
    except KeyLostError as lost:
        return None, str(lost)
    return found, trouble(found, confirmed)


def no_store(fault: SQLAlchemyError) -> Fault:
    """Return the fault of a store that does not answer."""
    return unreachable(f"the store of connections: {type(fault).__name__}")


def _is_ahead(found: Connection, confirmed: Connected) -> bool:
    return objection(found, confirmed) is None and found.version > confirmed.version
