"""`isthmus gateway`: serve webhooks until it is told to stop."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import FrameType

import typer
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from agents.cli.exit_status import ExitStatus
from agents.cli.gateway_console import console_for
from agents.cli.refusal import Refusal
from agents.gateway import consent_pages as gateway_oauth
from agents.gateway import gateway, publishing_http
from agents.gateway import gateway_metrics as gateway_watch
from agents.gateway.console.compose import Console
from agents.gateway.doorkeeper import Doorkeeper
from agents.gateway.publishing import Publishing
from agents.gateway.readiness import Question, Readiness
from agents.process import logs
from agents.process.clock import SystemClock
from agents.process.folders import make_folder
from agents.process.health_server import Figures, HealthServer, PortTakenError
from agents.process.intuit import exchange_of
from agents.process.start_faults import sentence
from agents.process.traces import traced
from agents.process.unknown_settings import log_unknown
from streams.cluster import Cluster
from streams.kafka.knocking import NotLetInError, knock
from streams.kafka.offsets import AWAY, KafkaOffsets
from streams.kafka.places import KafkaPlaces
from streams.outbox.kafka_producer import Producer
from streams.outbox.spool import Spool, SpoolTakenError
from streams.outbox.spooling import SpoolingOutbox
from streams.ports import TopicPartition
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.secrets.preflights import KeptPreflights
from streams.settings import ProcessSettings, read_settings, require
from streams.topics import JOURNAL
from streams.topics import QUICKBOOKS_NOTICES as NOTICES

log = logging.getLogger("isthmus.gateway")

#: Before Kafka is asked again whether it is there.
AGAIN_SECONDS = 5.0


def run() -> None:
    """Serve QuickBooks' webhooks; each is answered once Kafka, or the disk, has it."""
    settings = read_settings(os.environ)
    require(settings, "token_key", "webhook_verifier_token")
    logs.begin(settings.log_level)
    log_unknown(os.environ)
    app, told, ending = _assembled(settings)
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        log_config=None,
        access_log=False,
        http=Doorkeeper,
        loop="streams.loops:new_loop",
    )
    server = _Server(config, ending)
    figures = _figures(settings, told)
    figures.start()
    log.info("metrics served", extra={"port": figures.port})
    try:
        with traced(settings, "gateway"):
            server.run()
    finally:
        figures.stop()
    if not server.started:
        raise typer.Exit(ExitStatus.NO)


class _Server(uvicorn.Server):
    """Uvicorn, but a signal only ends `run`: raised again, it would be the exit code.

    What is open without an end of its own, which it would wait for, is ended first.
    """

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sent in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sent, self.handle_exit, sent, None)
        yield


def _figures(settings: ProcessSettings, told: Callable[[], bytes]) -> HealthServer:
    host, port = settings.metrics_host, settings.gateway_metrics_port
    try:
        return HealthServer(host, port, Figures(told), "ISTHMUS_GATEWAY_METRICS_PORT")
    except PortTakenError as taken:
        raise Refusal(f"The gateway does not start: {taken}.") from taken


async def _connected(cluster: Cluster, offsets: KafkaOffsets) -> None:
    """Connect to Kafka, however long it is away, or does not let us in."""
    while True:
        try:
            await knock(cluster)
            return await offsets.start()
        except (NotLetInError, *AWAY) as fault:
            log.warning("kafka is away", extra={"reason": str(fault) or type(fault).__name__})
            await offsets.stop()
            await asyncio.sleep(AGAIN_SECONDS)


def _prepare(connections: Connections, settings: ProcessSettings) -> None:
    """Bring the database up, for the invitations too; before anything is served."""
    try:
        asyncio.run(connections.prepare())
    except DBAPIError as fault:
        raise Refusal(sentence(fault, settings)) from fault


def _spool(settings: ProcessSettings) -> Spool:
    spool = Spool(settings.spool, most_bytes=int(settings.spool_megabytes * 1_000_000))
    try:
        spool.open()
    except (SpoolTakenError, OSError) as fault:
        raise Refusal(f"The spool cannot be opened: {fault}. See ISTHMUS_SPOOL_FOLDER.") from fault
    return spool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a gateway holds open while it runs."""

    connections: Connections
    invitations: Invitations
    outbox: Producer
    offsets: KafkaOffsets
    places: KafkaPlaces
    preflights: KeptPreflights
    spool: Spool
    spooling: SpoolingOutbox


def _parts(settings: ProcessSettings) -> _Parts:
    make_folder(settings.connections_url)
    connections = Connections(settings.connections_url, settings.token_key, SystemClock())
    _prepare(connections, settings)
    outbox, spool = Producer(settings.cluster), _spool(settings)
    return _Parts(
        connections=connections,
        invitations=Invitations(settings.connections_url, settings.token_key, SystemClock()),
        outbox=outbox,
        offsets=KafkaOffsets(settings.cluster, settings.group),
        places=KafkaPlaces(settings.cluster, JOURNAL.name),
        preflights=KeptPreflights(settings.connections_url, settings.token_key, SystemClock()),
        spool=spool,
        spooling=SpoolingOutbox(outbox, spool, SystemClock()),
    )


@asynccontextmanager
async def _running(cluster: Cluster, parts: _Parts, console: Console) -> AsyncIterator[None]:
    # Kafka may be away: what comes in is kept on disk until it is back.
    tasks = [
        asyncio.create_task(each)
        for each in (_connected(cluster, parts.offsets), parts.spooling.empty())
    ]
    async with console.running():
        yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    parts.spool.close()
    await parts.places.stop()
    await parts.offsets.stop()
    await parts.outbox.stop()
    await parts.invitations.close()
    parts.preflights.close()
    await parts.connections.close()


def _assembled(
    settings: ProcessSettings,
) -> tuple[FastAPI, Callable[[], bytes], Callable[[], None]]:
    parts = _parts(settings)
    console = console_for(settings, parts.outbox, parts.places, parts.preflights, parts.connections)
    tenant_of = parts.connections.tenant_of
    webhooks = gateway.Webhooks(parts.spooling, tenant_of, settings.webhook_verifier_token)
    app = gateway.build(webhooks, lambda: _running(settings.cluster, parts, console))
    publishing = Publishing(parts.outbox, settings.publish_token, parts.connections.has)
    app.include_router(publishing_http.routes(publishing))
    app.include_router(gateway_oauth.routes(_connecting(settings, parts, console)))
    app.include_router(console.router)
    metrics = gateway_watch.watch(
        app,
        _readiness(parts).unready,
        lambda request: publishing_http.grant_of(publishing, request) is not None,
    )
    return app, gateway_watch.with_spool(metrics, parts.spool), console.ending


def _connecting(
    settings: ProcessSettings, parts: _Parts, console: Console
) -> gateway_oauth.ConsentPages:
    return gateway_oauth.ConsentPages(
        invitations=parts.invitations,
        connections=parts.connections,
        exchange=exchange_of(settings),
        outbox=parts.outbox,
        clock=SystemClock(),
        address=settings.gateway_address,
        awaited=console.asking.awaited if console.asking is not None else None,
    )


def _readiness(parts: _Parts) -> Readiness:
    return Readiness(
        store=Question(lambda: parts.connections.tenant_of("")),
        kafka=Question(lambda: parts.offsets.stretches([TopicPartition(NOTICES.name, 0)])),
        spool=parts.spool,
        clock=SystemClock(),
    )
