"""One tenant, both sides, a Kafka, and workers that can be killed at any call.

`World` outlives its workers; a worker is an engine over ports that all die together.
"""

import asyncio
import itertools
from collections.abc import Iterator

from agents.rules.documents.lane_book import LaneBook
from agents.view.folding import Folding
from agents.worker.compose import compose
from agents.worker.ports import Ports
from agents.worker.sides import Sides
from schemas.catalog import decode_journal, encode
from schemas.facts import Fact
from schemas.requests import Request
from schemas.values import Side
from streams.journal.journal import Journal
from streams.settings import ProcessSettings
from tests.testing.simulated.clock import SimulatedClock, settle
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
from tests.testing.simulated.remotes import SimulatedRemote, SimulatedSide

PARTITIONS = 3


class SimulatedWorker:
    """One process."""

    def __init__(self, world: "World", terms: Iterator[str]) -> None:
        self.mortal = Mortal()
        self.member = SimulatedMember(world.kafka, ["isthmus-intake"], self.mortal)
        self._world = world
        self.kept = world.kept
        self.journal_log = MortalLog(world.kafka.topics["isthmus-journal"], self.mortal)
        journal = Journal(
            self.journal_log,
            Folding(),
            self.kept.store,
            world.clock,
            new_term=lambda: next(terms),
            partitions=PARTITIONS,
            row_limit=self.kept.row_limit,
            in_thread=self.kept.in_thread(self.mortal),
            on_failed=world.failed.append,
        )
        remotes = {side: SimulatedRemote(world.sides[side], self.mortal) for side in Side}
        ports = Ports(
            feed=self.member,
            commit_now=self.member.commit_now,
            journal=journal,
            outbox=MortalOutbox(world.kafka, self.mortal),
            requests=MortalRequests(world.kafka, "isthmus-requests"),
            read_topic=MortalReader(world.kafka, self.mortal),
            sides=Sides(remotes=remotes, lists=remotes[Side.QBO], sources=remotes[Side.MEDIAOS]),
            clock=world.clock,
        )
        worker = compose(ports, world.settings)
        self.engine, self.tools = worker.engine, worker.instruments
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.engine.start()
        self.engine.lanes.assigned(self.member.tps)
        for tp in self.member.tps:
            self.engine.lanes.committed(tp, self._world.kafka.committed.get(tp, 0))
        self.member.on_revoked = self.engine.ownership.on_revoked
        self._pump = asyncio.create_task(self.member.pump(self.engine.lanes))
        self.engine.ownership.on_assigned(frozenset(self.member.tps), self.member.generation())

    def kill(self) -> None:
        self.mortal.dead.set()

    def lane(self, key: str) -> LaneBook:
        return self.kept.book(self.engine.journal, key)


_WORLDS = itertools.count(1)


class World:
    """What stays when workers come and go."""

    def __init__(self, settings: ProcessSettings | None = None) -> None:
        self.clock = SimulatedClock()
        self.kafka = SimulatedKafka(PARTITIONS)
        self.sides = {side: SimulatedSide(side, self.kafka, self.clock) for side in Side}
        self.settings = settings or ProcessSettings()
        self.workers: list[SimulatedWorker] = []
        #: Why workers ended themselves.
        self.failed: list[BaseException] = []
        self.kept = KeptStore()
        number = next(_WORLDS)
        #: As random ids are: in no other world's journal.
        self._terms = (f"term-{number}-{each}" for each in itertools.count(1))

    @property
    def mediaos(self) -> SimulatedSide:
        return self.sides[Side.MEDIAOS]

    @property
    def qbo(self) -> SimulatedSide:
        return self.sides[Side.QBO]

    async def worker(self, *, kill: bool = True, shares: bool = False) -> SimulatedWorker:
        """Start a worker on what is stored; the earlier ones lose the group, and are killed.

        One that is not killed goes on in its own store, and the next has an empty one; or both
        share it, as workers on PostgreSQL do.
        """
        for earlier in self.workers if kill else ():
            earlier.kill()
        if shares:
            self.kept.store.shared = True
        elif not kill:
            self.kept = KeptStore()
        worker = SimulatedWorker(self, self._terms)
        self.workers.append(worker)
        await worker.start()
        return worker

    async def ask(self, key: str, request: Request) -> None:
        await self.kafka.send("isthmus-requests", key.encode(), encode(request))

    def told(self, lane: str) -> list[Fact]:
        """Return the facts that the journal has of a lane, whether their term was over or not."""
        values = self.kafka.values("isthmus-journal")
        records = [decode_journal(value) for value in values]
        return [fact for record in records if record.lane == lane for fact in record.facts]

    async def run(self, seconds: float = 30.0) -> None:
        """Let all happen that happens within so many seconds."""
        await settle(200)
        await self.clock.advance(seconds)
        await settle(200)

    async def sleep_through(self, seconds: float) -> None:
        """Let so many seconds pass at once, as for a machine that was suspended."""
        await settle(200)
        clock = self.clock
        clock._seconds += seconds
        clock._sleepers = [(max(at, clock._seconds), n, woken) for at, n, woken in clock._sleepers]
        await self.run(1)
