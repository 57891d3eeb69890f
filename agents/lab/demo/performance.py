"""How does one day go, once there is a Kafka?  Bring-up, the day, rest, and the check.

Beside it run three things that end with it: the watch over the journal, the guard over the
processes, and the measures that a person sees.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from agents.audit.check import Books, check_and_reconcile
from agents.audit.reconciliation import Reconciliation
from agents.audit.report import Report
from agents.lab.demo.bookkeeping import Bookkeeping
from agents.lab.demo.catalogue import Catalogue, catalogue
from agents.lab.demo.connecting import connect
from agents.lab.demo.counters import Counters, counters_of
from agents.lab.demo.display import Display
from agents.lab.demo.office import Office
from agents.lab.demo.opening import Opening
from agents.lab.demo.outcomes import outcomes
from agents.lab.demo.people import People, PersonsDeed
from agents.lab.demo.plan import Day
from agents.lab.demo.playing import Playing
from agents.lab.demo.rare_deeds import RareDeed
from agents.lab.demo.rare_outcomes import RareOutcomes
from agents.lab.demo.rare_work import RareWork
from agents.lab.demo.resting import Resting
from agents.lab.demo.result import Result, counts, edits_at_once
from agents.lab.demo.stage import GROUP, REALM, WORKERS, Stage
from agents.lab.demo.standing import Standing
from agents.lab.demo.tailing import tail
from agents.lab.demo.troubles import Troubles
from agents.lab.demo.watch import Watch
from agents.process.clock import SystemClock
from streams.cluster import Cluster
from streams.kafka.backlog import Backlog, backlog
from streams.secrets.connections import Connections
from streams.topics import JOURNAL

#: So long after the day everything must have come to rest.
REST_SECONDS = 300.0
CLOCK = SystemClock()


async def perform(day: Day, opening: Opening, standing: Standing, display: Display) -> Result:
    """Play a day on a stage and return what came of it; DemoFault when it cannot go on."""
    stage = opening.stage
    cluster = Cluster(brokers=stage.brokers)
    watch = Watch(stage.tenant, display.note, CLOCK.monotonic)
    async with counters_of(stage) as counters, _beside(opening.processes.guard()):
        display.phase("Making topics, starting both simulated systems")
        await asyncio.gather(opening.topics(), opening.simulators(counters))
        async with (
            backlog(cluster, GROUP) as waiting,
            _beside(tail(cluster, watch)),
        ):
            standing.watch = watch
            display.phase("Starting the gateway and two workers")
            await opening.isthmus(watch)
            display.phase("Connecting the tenant")
            await connect(stage)
            display.phase("Making 12 products, mapping 11, setting the prefix")
            office = Office(stage.brokers, stage.tenant)
            sold = await catalogue(stage.folder, counters, office, watch)
            async with _beside(standing.keep(waiting, counters)):
                show = _Show(day, opening, standing, display, counters, office, watch, waiting)
                return await show.result(sold)


@dataclass(frozen=True, slots=True)
class _Show:
    """A day whose stage is set."""

    day: Day
    opening: Opening
    standing: Standing
    display: Display
    counters: Counters
    office: Office
    watch: Watch
    backlog: Backlog

    async def result(self, sold: Catalogue) -> Result:
        troubles = self._troubles()
        people = People(self.counters, self.watch, sold.products)
        rare = RareWork(people, self.office, sold.bad_debt)

        async def do(deed: PersonsDeed | RareDeed) -> None:
            await (rare.do(deed) if isinstance(deed, RareDeed) else people.do(deed))

        self.display.phase("The publisher's day")
        undone = await Playing(do, troubles.make, CLOCK).play(self.day)
        self.display.phase("Catching up")
        resting = Resting(self.backlog, self.watch, self.counters, CLOCK)
        waiting_lanes = await resting.until_rest(REST_SECONDS)
        self.display.phase("Checking the ledgers")
        began = CLOCK.now()
        report, reconciliation = await _checked(self.opening.stage)
        read = (began, CLOCK.now())
        mediaos, qbo = await self.counters.books()
        bookkeeping = Bookkeeping(day=self.day, made=people.known.made, mediaos=mediaos, qbo=qbo)
        seldom = RareOutcomes(bookkeeping, self.watch)
        await self.standing.measure(self.backlog, self.counters)
        return Result(
            seed=self.day.seed,
            an_invoice=next(iter(mediaos["invoices"]), ""),
            seconds=round(self.display.seconds(), 1),
            counts=counts(mediaos, qbo),
            outcomes=(
                *outcomes(self.watch, troubles.takeover_seconds(), qbo),
                *edits_at_once(self.day, mediaos, qbo),
            ),
            bookkeeping=tuple(bookkeeping.outcomes()),
            seldom=tuple(seldom.outcomes()),
            meant=seldom.meant(),
            dead_letters=self.watch.dead_letters,
            qbo_calls=self.standing.qbo_calls,
            qbo_refused=self.standing.qbo_refused,
            mediaos_calls=self.standing.mediaos_calls,
            waiting_lanes=(*undone, *waiting_lanes),
            report=report,
            reconciliation=reconciliation,
            read=read,
        )

    def _troubles(self) -> Troubles:
        victim = WORKERS[-1]
        return Troubles(
            self.counters,
            self.watch,
            self.office,
            self.display.note,
            kill=lambda: self.opening.processes.kill(victim),
            start_again=lambda: self.opening.worker(victim),
            now=CLOCK.monotonic,
        )


async def _checked(stage: Stage) -> tuple[Report, Reconciliation]:
    """Have the ledger check examine the tenant, with the token that the engine uses now."""
    connections = Connections(stage.connections_url, [stage.secrets.token_key], CLOCK)

    async def token() -> str:
        found = await connections.get(stage.tenant)
        return found.access_token if found is not None else ""

    books = Books(
        qbo_base_url=stage.qbo,
        realm=REALM,
        qbo_token=token,
        mediaos_base_url=stage.mediaos,
        mediaos_key=stage.secrets.api_key,
        mediaos_password=stage.secrets.api_password,
    )
    try:
        return await check_and_reconcile(
            books=books,
            kafka=Cluster(brokers=stage.brokers).client,
            tenant=stage.tenant,
            journal=JOURNAL.name,
        )
    finally:
        await connections.close()


@asynccontextmanager
async def _beside(*others: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let others go on while the body runs; the fault of one of them ends the body."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(other) for other in others]
        yield
        for task in tasks:
            task.cancel()
