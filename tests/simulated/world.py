"""One tenant, both sides, a Kafka, and workers that can be killed at any call.

`World` outlives its workers; a worker is an engine over ports that all die together.
"""

import asyncio
import itertools
from collections.abc import Callable

from agents.view.folding import Folding
from agents.worker.engine import Engine, Limits, Outside
from agents.worker.metrics_lanes import instruments
from schemas.catalog import encode
from schemas.requests import Request
from schemas.state import Lane
from schemas.values import Side
from streams.journal.journal import Journal
from tests.simulated.clock import SimulatedClock, settle
from tests.simulated.kafka import (
    Mortal,
    MortalLog,
    MortalOutbox,
    MortalRequests,
    SimulatedKafka,
    SimulatedMember,
)
from tests.simulated.remotes import SimulatedRemote, SimulatedSide
from tests.simulated.store import OwnStore

PARTITIONS = 3


class SimulatedWorker:
    """One process."""

    def __init__(self, world: "World", terms: "itertools.count[int]", limits: Limits) -> None:
        self.mortal = Mortal()
        self.member = SimulatedMember(world.kafka, ["isthmus-intake"], self.mortal)
        self._world = world
        self._terms = terms
        self.store = OwnStore()
        self.tools = instruments(world.clock.monotonic)
        self.engine = Engine(
            Outside(
                feed=self.member,
                commit_now=self.member.commit_now,
                journal=self._journal,
                outbox=self.tools.outbox(MortalOutbox(world.kafka, self.mortal)),
                requests=MortalRequests(world.kafka, "isthmus-commands"),
                remotes={s: SimulatedRemote(world.sides[s], self.mortal) for s in Side},
                items=SimulatedRemote(world.sides[Side.QBO], self.mortal),
                clock=world.clock,
                handlers=lambda _journal: {},
                around=self.tools.around,
            ),
            limits,
        )
        self.tools.counts.watch(self.engine.journal)
        self._pump: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.engine.start()
        self.engine.lanes.assigned(self.member.tps)
        for tp in self.member.tps:
            self.engine.lanes.committed(tp, self._world.kafka.committed.get(tp, 0))
        self._pump = asyncio.create_task(self.member.pump(self.engine.lanes))
        self.engine.ownership.on_assigned(frozenset(self.member.tps), self.member.generation())

    def kill(self) -> None:
        self.mortal.dead.set()

    def lane(self, key: str) -> Lane:
        return self.engine.journal.state(f"lane:{key}") or Lane(key=key)

    def _journal(self, on_term_lost: Callable[[int], None]) -> Journal:
        return Journal(
            MortalLog(self._world.kafka.topics["isthmus-journal"], self.mortal),
            Folding(),
            self.store,
            self._world.clock,
            new_term=lambda: f"term-{next(self._terms)}",
            partitions=PARTITIONS,
            on_term_lost=on_term_lost,
            in_thread=self.mortal.at_once,
        )


class World:
    """What stays when workers come and go."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.clock = SimulatedClock()
        self.kafka = SimulatedKafka(PARTITIONS)
        self.sides = {side: SimulatedSide(side, self.kafka, self.clock) for side in Side}
        self.limits = limits or Limits(partitions=PARTITIONS)
        self.workers: list[SimulatedWorker] = []
        self._terms = itertools.count(1)

    @property
    def mediaos(self) -> SimulatedSide:
        return self.sides[Side.MEDIAOS]

    @property
    def qbo(self) -> SimulatedSide:
        return self.sides[Side.QBO]

    async def worker(self, *, kill: bool = True) -> SimulatedWorker:
        """Start a worker; all of the earlier ones lose the group, and are killed unless told."""
        for earlier in self.workers if kill else ():
            earlier.kill()
        worker = SimulatedWorker(self, self._terms, self.limits)
        self.workers.append(worker)
        await worker.start()
        return worker

    async def ask(self, key: str, request: Request) -> None:
        await self.kafka.send("isthmus-commands", key.encode(), encode(request))

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
