"""How do a worker's clients learn what the journal says of a tenant's connection?

From the fold of their own worker; a renewed token becomes a request on `isthmus-requests`, since
only the owner of the tenant's lane may write its facts, and that may be another worker.
"""

import logging
from dataclasses import dataclass

from aiokafka.errors import KafkaError

from schemas.catalog import encode
from schemas.engine_requests import NoteRefresh
from schemas.identity import tenant_lane
from schemas.rows import TenantRow
from schemas.tenant_state import Connected, Tenant
from streams.journal.journal import Journal
from streams.ports import Clock, Outbox
from streams.topics import REQUESTS

log = logging.getLogger("isthmus.connecting")

#: Longer than a healthy worker needs, and shorter than a call is worth waiting for.
NOTE_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class JournalRegister:
    """The register (see `streams.remotes.quickbooks.standing`) over a folded journal."""

    journal: Journal
    outbox: Outbox
    clock: Clock

    async def confirmed(self, tenant: str) -> Connected | None:
        """Return the connection that the journal confirms, if any."""
        row = str(TenantRow(tenant_lane(tenant)))
        await self.journal.loaded((row,))
        found: Tenant | None = self.journal.state(row)
        return found.connection if found is not None else None

    async def note(self, tenant: str, connection: Connected) -> None:
        """Have the journal confirm renewed tokens; return once it did, or after a while."""
        request = NoteRefresh(
            id=f"refresh-{tenant}-{connection.version}", tenant=tenant, connection=connection
        )
        until = self.clock.monotonic() + NOTE_SECONDS
        try:
            await self.outbox.send(REQUESTS.name, tenant_lane(tenant).encode(), encode(request))
        except (KafkaError, OSError, TimeoutError) as fault:
            why = {"tenant": tenant, "reason": type(fault).__name__}
            log.warning("renewed token not noted yet", extra=why)
            return
        while self.clock.monotonic() < until:
            confirmed = await self.confirmed(tenant)
            if confirmed is None or confirmed.version >= connection.version:
                return
            await self.clock.sleep(LOOK_AGAIN_SECONDS)
