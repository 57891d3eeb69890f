"""Whose changes are taken in?  Those of tenants that are connected, or were.

A name that nobody connected would become rows, lanes and labels for ever.  The journal knows who is
connected and who was: a tenant that comes back finds what was published meanwhile.  Whom it does
not know the store of connections is asked for, since a new connection stands there first.
"""

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from schemas.identity import tenant_lane
from schemas.rows import TenantRow
from schemas.tenant_state import Tenant
from streams.journal.journal import Journal
from streams.ports import Clock

log = logging.getLogger("isthmus.intake")

#: Before the store of connections is asked again that did not answer.
AGAIN_SECONDS = 1.0

Known = Callable[[str], Awaitable[bool]]


async def everyone(_tenant: str) -> bool:
    """Know every tenant: for sides that keep no connections."""
    return True


class KnownTenants:
    """Who is known; whoever once was is asked for no more while this process lives."""

    def __init__(self, journal: Journal, connected: Known, clock: Clock) -> None:
        self._journal = journal
        self._connected = connected
        self._clock = clock
        self._known: set[str] = set()

    async def __call__(self, tenant: str) -> bool:
        """Tell whether a tenant is known; waits for as long as the store does not answer."""
        if tenant in self._known:
            return True
        if await self._journaled(tenant) or await self._stored(tenant):
            self._known.add(tenant)
            return True
        return False

    async def _journaled(self, tenant: str) -> bool:
        row = str(TenantRow(tenant_lane(tenant)))
        await self._journal.loaded((row,))
        found: Tenant | None = self._journal.state(row)
        return found is not None and (found.connection or found.left) is not None

    async def _stored(self, tenant: str) -> bool:
        while True:
            try:
                return await self._connected(tenant)
            except (InterfaceError, OperationalError, PoolTimeoutError) as fault:
                log.warning("connections not reached", extra={"reason": type(fault).__name__})
                await self._clock.sleep(AGAIN_SECONDS)
