"""How does the gateway judge a tenant before it goes live?  As `isthmus preflight` does.

What the journal says is handed in by its console, which follows it anyway; a renewed token is
confirmed by whichever worker owns the tenant's lane, and the console sees that too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from aiokafka.errors import KafkaError

from agents.audit.hearing import Hear
from agents.requests.ask import key_of
from agents.rules.documents.lane_book import LaneBook
from agents.rules.tenant.preflight_findings import Finding
from schemas.catalog import encode
from schemas.engine_requests import NoteRefresh
from schemas.tenant_state import Connected, Tenant
from streams.cluster import Cluster
from streams.outbox.kafka_producer import Producer
from streams.topics import REQUESTS

#: A worker confirms a token within a second; who does not see it is asked again by its next use.
CONFIRMED_SECONDS, LOOK_SECONDS = 15.0, 0.1


class Subject(Protocol):
    """Whom the console has judged; see `agents.gateway.console.preflights`."""

    @property
    def tenant(self) -> str:
        """Its name."""
        ...

    @property
    def state(self) -> Tenant:
        """What the journal says it set."""
        ...

    @property
    def lanes(self) -> Callable[[], Sequence[LaneBook]]:
        """Return what the journal has of its customers; blocks."""
        ...

    @property
    def connection(self) -> Callable[[], Connected | None]:
        """Return what the journal says now of its connection."""
        ...


class FollowedRegister:
    """The register (see `streams.remotes.quickbooks.standing`) of who follows the journal."""

    def __init__(self, cluster: Cluster, connection: Callable[[], Connected | None]) -> None:
        self._cluster = cluster
        self._connection = connection

    async def confirmed(self, tenant: str) -> Connected | None:  # noqa: ARG002 - it is of one
        """Return the connection that the journal confirms, if any."""
        return await asyncio.to_thread(self._connection)

    async def note(self, tenant: str, connection: Connected) -> None:
        """Have the journal confirm renewed tokens; return once it did, or after a while."""
        request = NoteRefresh(
            id=f"refresh-{tenant}-{connection.version}", tenant=tenant, connection=connection
        )
        producer = Producer(self._cluster)
        try:
            async with asyncio.timeout(CONFIRMED_SECONDS):
                await producer.send(REQUESTS.name, key_of(request).encode(), encode(request))
                while not _is_of(await self.confirmed(tenant), connection):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)
        except (KafkaError, OSError, TimeoutError):
            # Stored it is; a worker has it confirmed at its next use.
            return
        finally:
            await producer.stop()


def _is_of(confirmed: Connected | None, connection: Connected) -> bool:
    return confirmed is None or confirmed.version >= connection.version


async def judged_for_console(cluster: Cluster, subject: Subject, hear: Hear) -> Sequence[Finding]:
    """Return the findings of a preflight that somebody began in the console."""
    judged = await asyncio.to_thread(judging)
    register = FollowedRegister(cluster, subject.connection)
    lanes = await asyncio.to_thread(subject.lanes)
    return await judged(subject.tenant, subject.state, lanes, hear, register)


def judging() -> Callable[..., Awaitable[Sequence[Finding]]]:
    """Return what judges, for whoever may wait for it to be imported; no webhook is to."""
    # With it come both sides' clients and the ledger check: a third of a second of each start, for
    # what hardly any gateway is asked.
    from agents.cli.preflight import judged  # noqa: PLC0415

    return judged
