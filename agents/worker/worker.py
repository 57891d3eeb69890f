"""What is one stream worker made of?  Everything, wired: settings, remotes, engine, agents, app.

Connections to Kafka, the state store and both sides are made when the app starts, and closed after
its last commit; so a worker that cannot start says why in one sentence.
"""

import logging
import os
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from agents.hydrate.hydrate import Hydrate
from agents.intake.intake import Intake
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.process.intuit import exchange_of
from agents.requests.connection_register import JournalRegister
from agents.requests.lockout_requests import LockoutRequests
from agents.sweep.beats import beats
from agents.sweep.sweep import Sweeps
from agents.view.folding import Folding
from agents.view.knowledge import RecordLookup
from agents.worker.budget_share import Shares
from agents.worker.engine import Engine, Limits, Outside
from agents.worker.metrics_lanes import instruments
from agents.worker.monitor_wiring import Watch, watch_of
from schemas.changes import Change
from schemas.values import Side
from streams.budgets import WORKERS_A_SECOND, Budget
from streams.faust.app import Agent, App, build_app, new_loop, run_worker
from streams.faust.transport import FaustFeed
from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.kafka.log import KafkaLog
from streams.kafka.request_log import KafkaRequestLog
from streams.outbox.kafka_producer import Producer
from streams.ports import LaneHandler, Outbox
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.client import MediaosClient
from streams.remotes.mediaos.events import change_from_event as mediaos_change
from streams.remotes.quickbooks.client import QboClient
from streams.remotes.quickbooks.events import change_from_event as qbo_change
from streams.remotes.quickbooks.read_batching import Gathering
from streams.remotes.quickbooks.standing import Register
from streams.remotes.quickbooks.tokens import Tokens
from streams.secrets.connections import Connections
from streams.settings import ProcessSettings, require
from streams.topics import COMMANDS, INTAKE, JOURNAL, LOCKOUTS, MEDIAOS_CHANGES, QUICKBOOKS_CHANGES
from streams.topics import QUICKBOOKS_NOTICES as NOTICES

#: Connections that are kept open to each side.
POOL = httpx.Limits(max_connections=100, max_keepalive_connections=50)

AGENTS = (
    Agent(
        name="intake",
        topics=(MEDIAOS_CHANGES.name, QUICKBOOKS_CHANGES.name),
        about="Validate the changes of both sides and merge them into the intake.",
    ),
    Agent(
        name="hydrate",
        topics=(NOTICES.name,),
        about="Read what QuickBooks' notices are about.",
    ),
    Agent(
        name="sync",
        topics=(INTAKE.name,),
        about="Keep each customer's documents in step, one lane a customer.",
    ),
    Agent(
        name="lockouts",
        topics=(LOCKOUTS.name,),
        about="Pass on what somebody else asks for: a lockout, or its release.",
    ),
)


@dataclass(slots=True)
class Worker:
    """One worker's parts; `start` and `stop` are called by its app."""

    engine: Engine
    log: KafkaLog
    outbox: Producer
    request_log: KafkaRequestLog
    connections: Connections
    tokens: Tokens
    gathering: Gathering
    http: tuple[httpx.AsyncClient, ...]
    store: Store
    watch: Watch

    async def start(self) -> None:
        """Connect to everything, and follow the journal."""
        self.watch.begin()
        await self.connections.prepare()
        await self.outbox.start()
        await self.log.start()
        await self.request_log.start()
        await self.engine.start()
        await self.watch.started()

    async def stop(self) -> None:
        """Close everything, the journal first: what is folded is written to the store."""
        await self.watch.end()
        await self.engine.journal.stop()
        await self.request_log.stop()
        await self.log.stop()
        await self.outbox.stop()
        await self.gathering.close()
        await self.tokens.close()
        for client in self.http:
            await client.aclose()
        await self.connections.close()
        self.store.close()


def run(settings: ProcessSettings) -> int:
    """Run a worker until it is told to stop; return its exit code."""
    require(settings, "token_key", "qbo_client_id", "qbo_client_secret")
    loop = new_loop()
    app = loop.run_until_complete(_assemble(settings))
    return run_worker(app, loop)


async def _assemble(settings: ProcessSettings) -> App:
    """Make all parts; nothing is connected yet."""
    feed = FaustFeed()
    worker = _worker(settings, feed)
    # Faust wants a folder of its own; without tables nothing is kept in it.
    datadir = Path(settings.state_folder) / settings.worker_name
    datadir.mkdir(parents=True, exist_ok=True)
    return build_app(
        group=settings.group,
        brokers=settings.brokers.split(","),
        feed=feed,
        lanes=worker.engine.lanes,
        membership=worker.engine.ownership,
        agents=AGENTS,
        datadir=datadir,
        starting=worker.start,
        stopping=worker.stop,
    )


def _worker(settings: ProcessSettings, feed: FaustFeed) -> Worker:
    clock = SystemClock()
    make_folder(settings.state_url)
    make_folder(settings.connections_url)
    connections = Connections(settings.connections_url, settings.token_key, clock)
    log, outbox = KafkaLog(settings.brokers, JOURNAL.name), Producer(settings.brokers)
    register = JournalRegister(lambda: engine, outbox, clock)
    tokens = _tokens(settings, connections, clock, register)
    http = (
        httpx.AsyncClient(base_url=settings.qbo_base_url, limits=POOL),
        httpx.AsyncClient(limits=POOL),
    )
    qbo = QboClient(
        http[0],
        tokens=tokens,
        budget=lambda: Budget(clock, per_second=WORKERS_A_SECOND),
        clock=clock,
    )
    mediaos = MediaosClient(
        http[1], account=_account(connections), clock=clock, budget=lambda: DailyBudget(clock)
    )
    gathering, tools = Gathering(qbo, clock), instruments(clock.monotonic)
    out = tools.outbox(outbox)
    request_log, store = KafkaRequestLog(settings.brokers, COMMANDS.name), Store(settings.state_url)
    engine = Engine(
        Outside(
            feed=feed,
            commit_now=feed.commit_now,
            journal=_journal(log, store, clock),
            outbox=out,
            requests=request_log,
            remotes={Side.QBO: qbo, Side.MEDIAOS: mediaos},
            items=qbo,
            clock=clock,
            handlers=_handlers(out, clock, qbo, gathering),
            around=tools.around,
        ),
        _limits(settings),
    )
    shares = Shares(engine.partitions, clock, qbo.budget, mediaos.budget)
    engine.journal.watch(shares.folded)
    sweeps = Sweeps(
        beats=beats(
            qbo,
            mediaos,
            outbox=outbox,
            clock=clock,
            journal=engine.journal,
            minutes=(settings.qbo_sweep_minutes, settings.mediaos_sweep_minutes),
        ),
        tenants=connections.tenants,
        contexts=engine.context,
        partition_of=engine.partition_of,
        clock=clock,
    )
    engine.ownership.attendants += [shares, sweeps]
    watch = watch_of(
        settings,
        engine,
        tools,
        clock,
        connection=connections.get,
        budgets=(qbo.budget, mediaos.budget),
    )
    return Worker(
        engine, log, outbox, request_log, connections, tokens, gathering, http, store, watch
    )


def _handlers(
    outbox: Outbox, clock: SystemClock, qbo: QboClient, gathering: Gathering
) -> Callable[[Journal], Mapping[str, LaneHandler]]:
    readers = {MEDIAOS_CHANGES.name: mediaos_change, QUICKBOOKS_CHANGES.name: _of_qbo}
    intake = Intake(outbox, clock, readers)

    def of(journal: Journal) -> Mapping[str, LaneHandler]:
        knowledge = RecordLookup(journal)
        hydrate = Hydrate(outbox, clock, source=gathering, again=qbo, knowledge=knowledge)
        asked = LockoutRequests(outbox, clock)
        return {**dict.fromkeys(readers, intake), NOTICES.name: hydrate, LOCKOUTS.name: asked}

    return of


def _of_qbo(value: bytes, key: bytes) -> Change:  # noqa: ARG001 - the event itself names its lane
    return qbo_change(value)


def _journal(
    log: KafkaLog, store: Store, clock: SystemClock
) -> Callable[[Callable[[int], None]], Journal]:
    def made(on_term_lost: Callable[[int], None]) -> Journal:
        return Journal(
            log,
            Folding(),
            store,
            clock,
            new_term=lambda: uuid.uuid4().hex,
            on_term_lost=on_term_lost,
            on_failed=_die,
        )

    return made


def _die(fault: BaseException) -> None:
    """End at once: state that is not what the journal says must not be acted on."""
    logging.getLogger("isthmus.worker").critical(
        "the journal cannot be followed", extra={"reason": f"{type(fault).__name__}: {fault}"}
    )
    os._exit(70)


def _tokens(
    settings: ProcessSettings, connections: Connections, clock: SystemClock, register: Register
) -> Tokens:
    exchange = exchange_of(settings)
    return Tokens(
        connections,
        exchange,
        clock,
        # Random, since a restarted container has the name and the process id of the one before,
        # and must not repeat what that one spent.
        owner=f"{settings.worker_name}-{uuid.uuid4().hex}",
        register=register,
        environment=settings.qbo_environment,
    )


def _account(connections: Connections) -> Callable[[str], Awaitable[tuple[str, str, str]]]:
    async def account(tenant: str) -> tuple[str, str, str]:
        found = await connections.get(tenant)
        if found is None:
            raise LookupError(f"tenant {tenant} is not connected")
        return found.mediaos_base_url, found.mediaos_api_key, found.mediaos_api_password

    return account


def _limits(settings: ProcessSettings) -> Limits:
    return Limits(
        max_in_flight=settings.max_in_flight,
        max_queued_per_lane=settings.max_queued_per_lane,
        max_backlog=settings.max_backlog,
        lockout_minutes=settings.lockout_minutes,
        lockout_scope=settings.lockout_scope,
        lock_signs=settings.lock_signs,
    )
