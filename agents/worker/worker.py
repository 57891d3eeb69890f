"""What does a worker's process stand on?  Kafka, a state store, both sides, and whoever looks.

Connections to Kafka, the state store and both sides are made when the app starts, and closed after
its last commit; so a worker that cannot start says why in one sentence.
"""

import logging
import os
import uuid
from functools import partial

import httpx

from agents.process.absent_packages import know_absent_packages
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.process.intuit import exchange_of
from agents.process.remote_clients import Connectors, RemoteClients, remote_clients
from agents.requests.connection_register import JournalRegister
from agents.view.folding import Folding
from agents.worker.agents import AGENTS
from agents.worker.compose import compose
from agents.worker.journal_start import refuse_made_anew
from agents.worker.monitor_wiring import watch_of
from agents.worker.ports import Ports
from agents.worker.sides import sides_of
from streams.budgets import WORKERS_A_SECOND
from streams.faust.app import App, build_app, new_loop, run_app
from streams.faust.transport import FaustFeed
from streams.journal.journal import Journal
from streams.journal.store import Store
from streams.kafka.history import read_to_end
from streams.kafka.knocking import knock
from streams.kafka.log import KafkaLog
from streams.kafka.needs import WORKER
from streams.kafka.request_log import KafkaRequestLog
from streams.kafka.topic_check import check_counts
from streams.outbox.kafka_producer import Producer
from streams.ports import TopicPartition
from streams.remotes.quickbooks.read_batching import Gathering
from streams.secrets.connections import Connections
from streams.settings import ProcessSettings, require
from streams.topics import INTAKE, JOURNAL, REQUESTS, TOPICS

#: Connections that are kept open to each side.
POOL = httpx.Limits(max_connections=100, max_keepalive_connections=50)


class WorkerProcess:
    """One worker's process; `start` and `stop` are called by its app."""

    def __init__(self, settings: ProcessSettings, feed: FaustFeed) -> None:
        clock, self._cluster = SystemClock(), settings.cluster
        make_folder(settings.state_url)
        make_folder(settings.connections_url)
        # First of all that may be refused: nothing is open yet that would have to be closed.
        self._store = Store(settings.state_url)
        self._outbox = Producer(settings.cluster)
        self._log = KafkaLog(settings.cluster, JOURNAL.name)
        self._requests = KafkaRequestLog(settings.cluster, REQUESTS.name)
        self._journal = _journal(self._log, self._store, clock)
        self._http = _pools(settings)
        self._connections = Connections(settings.connections_url, settings.token_key, clock)
        clients = self._clients(settings, clock)
        self._tokens = clients.tokens
        self._gathering = Gathering(clients.quickbooks, clock)
        ports = Ports(
            feed=feed,
            commit_now=feed.commit_now,
            journal=self._journal,
            outbox=self._outbox,
            requests=self._requests,
            read_topic=partial(read_to_end, settings.cluster),
            sides=sides_of(
                clients, self._gathering, self._connections.tenants, self._connections.has
            ),
            clock=clock,
        )
        self.worker = compose(ports, settings)
        self._watch = watch_of(
            settings, self.worker, clients, self._connections.get, self._outbox, clock
        )

    def _clients(self, settings: ProcessSettings, clock: SystemClock) -> RemoteClients:
        connectors = Connectors(
            connections=self._connections,
            exchange=exchange_of(settings),
            register=JournalRegister(self._journal, self._outbox, clock),
            environment=settings.qbo_environment,
            # Random, since a restarted container has the name and the process id of the one
            # before, and must not repeat what that one spent.
            owner=f"{settings.worker_name}-{uuid.uuid4().hex}",
            clock=clock,
            qbo=self._http[0],
            mediaos=self._http[1],
        )
        return remote_clients(connectors, a_second=WORKERS_A_SECOND)

    async def start(self) -> None:
        """Connect to everything, and follow the journal."""
        self._watch.begin()
        await check_counts(self._cluster, (each.name for each in TOPICS), self._journal.partitions)
        await self._connections.prepare()
        await self._outbox.start()
        await self._log.start()
        await self._requests.start()
        await self.worker.engine.start()
        await self._watch.started()
        await self._check_finished()

    async def _check_finished(self) -> None:
        """Refuse topics that were made anew under what the journal has finished of them."""
        numbers = range(self._journal.partitions)
        finished = {INTAKE.name: self._journal.prefix, REQUESTS.name: self._journal.requests_prefix}
        tps = [TopicPartition(topic, number) for topic in finished for number in numbers]
        for tp, end in (await self._watch.offsets.ends(tps)).items():
            refuse_made_anew(tp, finished[tp.topic](tp.partition), end)

    async def stop(self) -> None:
        """Close everything, the journal first: what is folded is written to the store.

        Before that nobody follows the partitions any more, and uses what is closed.
        """
        self.worker.engine.ownership.stop()
        await self._watch.end()
        await self._journal.stop()
        await self._requests.stop()
        await self._log.stop()
        await self._outbox.stop()
        await self._gathering.close()
        await self._tokens.close()
        for client in self._http:
            await client.aclose()
        await self._connections.close()
        self._store.close()


def run(settings: ProcessSettings) -> int:
    """Run a worker until it is told to stop; return its exit code.

    NotLetInError when Kafka does not let it in, or not as far as it must.
    """
    require(settings, "token_key", "qbo_client_id", "qbo_client_secret")
    loop = new_loop()
    # Afterwards Faust would make a page of a traceback of it, and a half-begun worker.
    loop.run_until_complete(knock(settings.cluster, WORKER, settings.group))
    app = loop.run_until_complete(_assemble(settings))
    return run_app(app, loop)


async def _assemble(settings: ProcessSettings) -> App:
    """Make all parts; nothing is connected yet."""
    feed = FaustFeed()
    process = WorkerProcess(settings, feed)
    # Faust wants a folder of its own; without tables nothing is kept in it.
    settings.faust_folder.mkdir(parents=True, exist_ok=True)
    return build_app(
        group=settings.group,
        cluster=settings.cluster,
        feed=feed,
        lanes=process.worker.engine.lanes,
        membership=process.worker.engine.ownership,
        agents=AGENTS,
        datadir=settings.faust_folder,
        starting=process.start,
        stopping=process.stop,
    )


def _pools(settings: ProcessSettings) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    know_absent_packages()
    # Read once: each of them would read all certificates of the authorities by itself.
    trusted = httpx.create_ssl_context()
    return (
        httpx.AsyncClient(base_url=settings.qbo_base_url, limits=POOL, verify=trusted),
        httpx.AsyncClient(limits=POOL, verify=trusted),
    )


def _journal(log: KafkaLog, store: Store, clock: SystemClock) -> Journal:
    return Journal(log, Folding(), store, clock, new_term=lambda: uuid.uuid4().hex, on_failed=_die)


def _die(fault: BaseException) -> None:
    """End at once: state that is not what the journal says must not be acted on."""
    logging.getLogger("isthmus.worker").critical(
        "the journal cannot be followed", extra={"reason": f"{type(fault).__name__}: {fault}"}
    )
    os._exit(70)
