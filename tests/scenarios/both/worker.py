"""What does a worker of the town stand on?  A Kafka in memory, and both sides in this process.

A killed worker does not notice: nothing that it asks of Kafka or of a side ever returns.
"""

import asyncio
import itertools
from dataclasses import dataclass

import httpx

from agents.process.remote_clients import Connectors, remote_clients
from agents.requests.connection_register import JournalRegister
from agents.rules.documents.lane_book import LaneBook
from agents.view.folding import Folding
from agents.worker.agents import AGENTS
from agents.worker.compose import compose
from agents.worker.ports import Ports
from agents.worker.sides import sides_of
from streams.budgets import WORKERS_A_SECOND
from streams.journal.journal import Journal
from streams.remotes.quickbooks.read_batching import Gathering
from streams.secrets.connections import Connections
from streams.settings import ProcessSettings
from streams.topics import JOURNAL, REQUESTS
from tests.scenarios.both.quiet import TownClock
from tests.testing.qbo_world import ExchangeInProcess
from tests.testing.simulated.kafka import (
    Mortal,
    MortalLog,
    MortalOutbox,
    MortalReader,
    MortalRequests,
    SimulatedKafka,
    SimulatedMember,
)
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.mortal_transport import MortalTransport
from tests.testing.simulated.world import PARTITIONS

TOPICS = [topic for agent in AGENTS for topic in agent.topics]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What outlives a worker."""

    kafka: SimulatedKafka
    clock: TownClock
    connections: Connections
    exchange: ExchangeInProcess
    qbo: httpx.AsyncBaseTransport
    mediaos: httpx.AsyncBaseTransport
    kept: KeptStore


class Worker:
    """One process: agents, engine, both clients."""

    def __init__(self, around: Around, settings: ProcessSettings) -> None:
        self._around = around
        self.mortal = Mortal()
        self.member = SimulatedMember(around.kafka, TOPICS, self.mortal)
        outbox, journal = MortalOutbox(around.kafka, self.mortal), self._journal()
        clients = remote_clients(
            Connectors(
                connections=around.connections,
                exchange=around.exchange,
                register=JournalRegister(journal, outbox, around.clock),
                environment="sandbox",
                owner=f"worker-{id(self)}",
                clock=around.clock,
                qbo=httpx.AsyncClient(
                    transport=MortalTransport(around.qbo, self.mortal), base_url="http://qbo.test"
                ),
                mediaos=httpx.AsyncClient(transport=MortalTransport(around.mediaos, self.mortal)),
            ),
            a_second=WORKERS_A_SECOND,
        )
        self.qbo, self.mediaos, self.tokens = clients.quickbooks, clients.mediaos, clients.tokens
        self.gathering = Gathering(clients.quickbooks, around.clock)
        ports = Ports(
            feed=self.member,
            commit_now=self.member.commit_now,
            journal=journal,
            outbox=outbox,
            requests=MortalRequests(around.kafka, REQUESTS.name),
            read_topic=MortalReader(around.kafka, self.mortal),
            sides=sides_of(clients, self.gathering, self._tenants, self._connected),
            clock=around.clock,
        )
        composed = compose(ports, settings)
        self.engine, self.watermarks = composed.engine, composed.watermarks
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Follow the journal, and be given every partition."""
        await self.engine.start()
        self.engine.lanes.assigned(self.member.tps)
        for tp in self.member.tps:
            self.engine.lanes.committed(tp, self._around.kafka.committed.get(tp, 0))
        self.member.on_revoked = self.engine.ownership.on_revoked
        self._pump = asyncio.create_task(self.member.pump(self.engine.lanes))
        self.engine.ownership.on_assigned(frozenset(self.member.tps), self.member.generation())

    def kill(self) -> None:
        """End it without a word."""
        self.mortal.dead.set()

    def lane(self, key: str) -> LaneBook:
        """Return what a lane knows."""
        return self._around.kept.book(self.engine.journal, key)

    def _journal(self) -> Journal:
        terms = itertools.count(1)
        return Journal(
            MortalLog(self._around.kafka.topics[JOURNAL.name], self.mortal),
            Folding(),
            self._around.kept.store,
            self._around.clock,
            new_term=lambda: f"{id(self)}-{next(terms)}",
            partitions=PARTITIONS,
            row_limit=self._around.kept.row_limit,
            in_thread=self._around.kept.in_thread(self.mortal),
        )

    async def _connected(self, tenant: str) -> bool:
        has = self._around.connections.has
        return await self.mortal.call("connected", lambda: has(tenant))

    async def _tenants(self) -> tuple[str, ...]:
        return await self.mortal.call("tenants", self._around.connections.tenants)
