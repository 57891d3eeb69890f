"""What is one worker of the town made of?  What `agents.worker.worker` wires, on a Kafka in memory.

A killed worker does not notice: nothing that it asks of Kafka ever returns.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from agents.hydrate.hydrate import Hydrate
from agents.intake.intake import Intake
from agents.requests.connection_register import JournalRegister
from agents.sweep.beats import beats
from agents.sweep.sweep import Sweeps
from agents.view.folding import Folding
from agents.view.knowledge import RecordLookup
from agents.worker.budget_share import Shares
from agents.worker.engine import Engine, Limits, Outside
from schemas.changes import Change
from schemas.state import Lane
from schemas.values import Side
from streams.budgets import Budget
from streams.journal.journal import Journal
from streams.ports import LaneHandler
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.client import MediaosClient
from streams.remotes.mediaos.events import change_from_event as mediaos_change
from streams.remotes.quickbooks.client import QboClient
from streams.remotes.quickbooks.events import change_from_event as qbo_change
from streams.remotes.quickbooks.read_batching import Gathering
from streams.remotes.quickbooks.tokens import Tokens
from streams.secrets.connections import Connections
from streams.topics import (
    COMMANDS,
    INTAKE,
    JOURNAL,
    MEDIAOS_CHANGES,
    QUICKBOOKS_CHANGES,
    QUICKBOOKS_NOTICES,
)
from tests.contracts.qbo_world import ExchangeInProcess
from tests.scenarios.both.quiet import TownClock
from tests.simulated.kafka import (
    Mortal,
    MortalLog,
    MortalOutbox,
    MortalRequests,
    SimulatedKafka,
    SimulatedMember,
)
from tests.simulated.store import OwnStore
from tests.simulated.world import PARTITIONS

#: Minutes between the sweeps of QuickBooks and of MediaOS: the settings' defaults.
SWEPT_EVERY = (5.0, 15.0)
TOPICS = (MEDIAOS_CHANGES, QUICKBOOKS_NOTICES, QUICKBOOKS_CHANGES, INTAKE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What outlives a worker."""

    kafka: SimulatedKafka
    clock: TownClock
    connections: Connections
    exchange: ExchangeInProcess
    qbo: httpx.AsyncClient
    mediaos: httpx.AsyncClient


class Worker:
    """One process: agents, engine, both clients."""

    def __init__(self, around: Around, limits: Limits) -> None:
        self._around = around
        clock = around.clock
        self.mortal = Mortal()
        self.member = SimulatedMember(around.kafka, [t.name for t in TOPICS], self.mortal)
        self._outbox = MortalOutbox(around.kafka, self.mortal)
        self.tokens = Tokens(
            around.connections,
            around.exchange,
            clock,
            owner=f"worker-{id(self)}",
            register=JournalRegister(lambda: self.engine, self._outbox, clock),
            environment="sandbox",
        )
        qbo = QboClient(around.qbo, tokens=self.tokens, budget=lambda: Budget(clock), clock=clock)
        mediaos = MediaosClient(
            around.mediaos, account=self._account, clock=clock, budget=lambda: DailyBudget(clock)
        )
        self.qbo, self.mediaos = qbo, mediaos
        self.gathering = Gathering(qbo, clock)
        self.engine = Engine(
            Outside(
                feed=self.member,
                commit_now=self.member.commit_now,
                journal=self._journal,
                outbox=self._outbox,
                requests=MortalRequests(around.kafka, COMMANDS.name),
                remotes={Side.QBO: qbo, Side.MEDIAOS: mediaos},
                items=qbo,
                clock=clock,
                handlers=self._handlers,
            ),
            limits,
        )
        shares = Shares(self.engine.partitions, clock, qbo.budget, mediaos.budget)
        self.engine.journal.watch(shares.folded)
        sweeps = Sweeps(
            beats=beats(
                qbo,
                mediaos,
                outbox=self._outbox,
                clock=clock,
                journal=self.engine.journal,
                minutes=SWEPT_EVERY,
            ),
            tenants=self._tenants,
            contexts=self.engine.context,
            partition_of=self.engine.partition_of,
            clock=clock,
        )
        self.engine.ownership.attendants += [shares, sweeps]
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Follow the journal, and be given every partition."""
        await self.engine.start()
        self.engine.lanes.assigned(self.member.tps)
        for tp in self.member.tps:
            self.engine.lanes.committed(tp, self._around.kafka.committed.get(tp, 0))
        self._pump = asyncio.create_task(self.member.pump(self.engine.lanes))
        self.engine.ownership.on_assigned(frozenset(self.member.tps), self.member.generation())

    def kill(self) -> None:
        """End it without a word."""
        self.mortal.dead.set()

    def lane(self, key: str) -> Lane:
        """Return what a lane knows."""
        return self.engine.journal.state(f"lane:{key}") or Lane(key=key)

    def _handlers(self, journal: Journal) -> Mapping[str, LaneHandler]:
        clock = self._around.clock
        readers = {MEDIAOS_CHANGES.name: mediaos_change, QUICKBOOKS_CHANGES.name: _of_qbo}
        intake = Intake(self._outbox, clock, readers)
        knowledge = RecordLookup(journal)
        hydrate = Hydrate(
            self._outbox, clock, source=self.gathering, again=self.qbo, knowledge=knowledge
        )
        return {**dict.fromkeys(readers, intake), QUICKBOOKS_NOTICES.name: hydrate}

    def _journal(self, on_term_lost: Callable[[int], None]) -> Journal:
        terms = itertools.count(1)
        return Journal(
            MortalLog(self._around.kafka.topics[JOURNAL.name], self.mortal),
            Folding(),
            OwnStore(),
            self._around.clock,
            new_term=lambda: f"{id(self)}-{next(terms)}",
            partitions=PARTITIONS,
            on_term_lost=on_term_lost,
            in_thread=self.mortal.at_once,
        )

    async def _tenants(self) -> tuple[str, ...]:
        return await self.mortal.call("tenants", self._around.connections.tenants)

    async def _account(self, tenant: str) -> tuple[str, str, str]:
        found = await self._around.connections.get(tenant)
        if found is None:
            raise LookupError(f"tenant {tenant} is not connected")
        return found.mediaos_base_url, found.mediaos_api_key, found.mediaos_api_password


def _of_qbo(value: bytes, _key: bytes) -> Change:
    return qbo_change(value)
