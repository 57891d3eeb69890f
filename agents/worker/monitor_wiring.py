"""What looks at a worker, wired: its figures, its health, and the thread that answers.

Begun before anything is connected, so that a port which is taken is told at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from agents.process.health import Health
from agents.process.health_server import Answers, HealthServer
from agents.process.remote_clients import RemoteClients
from agents.worker.calls_told import CallsTold
from agents.worker.compose import Worker
from agents.worker.metrics_holds import Holds
from agents.worker.metrics_tenants import Tenants
from agents.worker.monitor import Watching
from streams.budgets import CALLS_A_DAY, CALLS_A_MINUTE
from streams.kafka.offsets import KafkaOffsets
from streams.ports import Clock, Outbox
from streams.secrets.connection import Connection
from streams.settings import ProcessSettings

log = logging.getLogger("isthmus.watch")


@dataclass(slots=True)
class Watch:
    """Begins before the worker connects, and ends before it disconnects."""

    watching: Watching
    bind: Callable[[], HealthServer]
    offsets: KafkaOffsets
    calls: CallsTold
    server: HealthServer | None = None
    telling: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Answer from now on: alive, and not ready; PortTakenError when somebody has the port."""
        self.server = self.bind()
        self.watching.begin()
        self.server.start()
        log.info("metrics served", extra={"port": self.server.port})

    async def started(self) -> None:
        """Look at the engine, which has started."""
        await self.offsets.start()
        await self.watching.started()
        self.telling = asyncio.create_task(self.calls.run())

    async def end(self) -> None:
        """Look no more, and answer no more."""
        await self.watching.end()
        if self.telling is not None:
            self.telling.cancel()
            await asyncio.gather(self.telling, return_exceptions=True)
        await self.offsets.stop()
        if self.server is not None:
            self.server.stop()


def watch_of(
    settings: ProcessSettings,
    worker: Worker,
    clients: RemoteClients,
    connection: Callable[[str], Awaitable[Connection | None]],
    outbox: Outbox,
    clock: Clock,
) -> Watch:
    """Wire it; nothing is bound yet."""
    engine, tools = worker.engine, worker.instruments
    health = Health(clock.monotonic)
    answers = Answers(metrics=tools.metrics.text, dead=health.dead, unready=health.unready)
    offsets = KafkaOffsets(settings.cluster, settings.group)
    tenants = Tenants(
        metrics=tools.metrics,
        journal=engine.journal,
        partition_of=engine.partition_of,
        connection=connection,
        qbo=clients.quickbooks.budget,
        mediaos=clients.mediaos.budget,
        watermarks=worker.watermarks,
        clock=clock,
    )
    watching = Watching(
        engine=engine,
        offsets=offsets,
        instruments=tools,
        health=health,
        holds=Holds(engine.journal.state, engine.partition_of),
        tenants=tenants,
        clock=clock,
    )
    bind = partial(HealthServer, settings.metrics_host, settings.metrics_port, answers)
    calls = CallsTold(
        budgets=clients.quickbooks.budgets,
        daily=clients.mediaos.budgets,
        owned=lambda: engine.ownership.owned,
        partitions=engine.partitions,
        outbox=outbox,
        clock=clock,
        places=CALLS_A_MINUTE,
        day_places=CALLS_A_DAY,
    )
    return Watch(watching, bind, offsets, calls)
