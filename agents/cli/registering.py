"""What does the journal say of a tenant's connection, to a command that has no worker?

The journal is folded at the first question, so a command that renews no token pays nothing; a
renewed one is confirmed by whichever worker owns the tenant's lane.
"""

from contextlib import AsyncExitStack

from agents.cli.journal_faults import sentences
from agents.cli.journal_state import State, fold
from agents.cli.refusal import Refusal
from agents.cli.send_request import Asker
from schemas.engine_requests import NoteRefresh
from schemas.tenant_state import Connected
from streams.cluster import Cluster
from streams.kafka.log import KafkaLog
from streams.outbox.kafka_producer import Producer
from streams.ports import Clock
from streams.topics import JOURNAL


class FoldedRegister:
    """The register (see `streams.remotes.quickbooks.standing`) of one command."""

    def __init__(self, cluster: Cluster, clock: Clock) -> None:
        self._cluster = cluster
        self._clock = clock
        self._state: State | None = None
        self._stack = AsyncExitStack()

    async def close(self) -> None:
        """Give the journal's connections back."""
        await self._stack.aclose()

    async def confirmed(self, tenant: str) -> Connected | None:
        """Return the connection that the journal confirms, if any; Refusal without a journal."""
        return (await self._folded()).tenant(tenant).connection

    async def note(self, tenant: str, connection: Connected) -> None:
        """Have the journal confirm renewed tokens; return once it did, or after a while."""
        request = NoteRefresh(
            id=f"refresh-{tenant}-{connection.version}", tenant=tenant, connection=connection
        )
        producer = Producer(self._cluster)
        try:
            await Asker(state=await self._folded(), outbox=producer, clock=self._clock).ask(request)
        except Refusal:
            # Stored it is; a worker has it confirmed at its next use.
            return
        finally:
            await producer.stop()

    async def _folded(self) -> State:
        if self._state is None:
            with sentences(self._cluster):
                journal = KafkaLog(self._cluster, JOURNAL.name)
                self._stack.push_async_callback(journal.stop)
                await journal.start()
                self._state = await fold(journal, self._clock)
        return self._state
