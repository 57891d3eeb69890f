"""What does a page of the console see of a stored connection?  As `isthmus connections list` does.

Only the connections' database knows it.  While that hangs, a page waits for a moment and goes
without, and no more threads than these wait on: a page is there for what the journal says.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import SQLAlchemyError

from schemas.tenant_state import Connected
from streams.remotes.quickbooks.standing import seen_of
from streams.secrets.connections import Connections

log = logging.getLogger("isthmus.gateway")

LOOK_SECONDS = 2.0
THREADS = 2


class StoredConnections:
    """The connections as they are stored, for pages, which are made in threads without a loop."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="console-connection")

    def trouble(self, tenant: str, confirmed: Connected) -> str:
        """Return why a tenant is to be connected again; "" too where nobody can tell now."""
        looking = self._threads.submit(self._seen, tenant, confirmed)
        try:
            return looking.result(LOOK_SECONDS) or ""
        except (SQLAlchemyError, TimeoutError) as fault:
            # One that has not begun is wanted by nobody any more.
            looking.cancel()
            log.warning("connections not read", extra={"reason": type(fault).__name__})
            return ""

    def _seen(self, tenant: str, confirmed: Connected) -> str | None:
        return asyncio.run(seen_of(self._connections.get, tenant, confirmed))[1]
