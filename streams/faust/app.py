"""How is a Faust worker run so that nothing it does by itself can lose an event?

Faust brings agents, group membership and the worker's life.  Its tables, acknowledgements, web
server and exactly-once stay off.  An app is made once per process: settings come as arguments.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import faust
from faust.transport import drivers

from streams import loops
from streams.cluster import Cluster
from streams.faust.credentials import credentials
from streams.faust.transport import FaustFeed, LanesConsumer, Membership
from streams.lanes.lanes import Lanes
from streams.ports import Delivery, TopicPartition
from streams.tracing import parent_in

#: The state store is read in threads.  While the loop works such a thread waits so long for the
#: interpreter, at each call into its database; Python's own 5 ms make tens of an edit.
SWITCH_SECONDS = 0.0005

#: What ends a process in order.
STOPS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger("isthmus.app")

#: What else begins and ends with an app.
Step = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Begin or end nothing else."""


SCHEME = "isthmus"
drivers.TRANSPORTS.aliases[SCHEME] = "streams.faust.transport:LanesTransport"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One Faust agent: a stable name, the topics it reads, and its help line."""

    name: str
    topics: tuple[str, ...]
    about: str


class App(faust.App):
    """A Faust app whose consumer asks our lanes what is finished."""

    cluster: Cluster
    lanes: Lanes
    membership: Membership
    starting: Step
    stopping: Step

    async def on_stop(self) -> None:
        """Finish, commit, and only then let Faust take the agents away."""
        if isinstance(self._consumer, LanesConsumer):
            await self._consumer.drain()
        await self.lanes.close()
        await super().on_stop()
        await self.stopping()

    def take(self, agent: Agent, topic: Any, read: Callable[[Any], Awaitable[None]]) -> None:
        """Add an agent as `app.agent` does, but for noting in which file it is.

        That is for Faust's search for agents, which is off, and each time goes through the files
        of all modules that there are: a quarter of a second of a worker's start.
        """
        made = faust.Agent(
            read,
            name=agent.name,
            app=self,
            channel=topic,
            on_error=self._on_agent_error,
            # The line that `faust agents` shows to an operator.
            help=agent.about,
        )
        self.agents[made.name] = made
        self.topics.beacon.add(made)

    def on_rebalance_end(self) -> None:
        """Tell the membership only now: before, Faust would undo its seeks and pauses."""
        super().on_rebalance_end()
        consumer = cast("LanesConsumer", self.consumer)
        tps = frozenset(map(consumer.ours, consumer.assignment()))
        self.membership.on_assigned(tps, self.consumer_generation_id)


def build_app(
    *,
    group: str,
    cluster: Cluster,
    feed: FaustFeed,
    lanes: Lanes,
    membership: Membership,
    agents: Sequence[Agent],
    datadir: Path,
    starting: Step = nothing,
    stopping: Step = nothing,
) -> App:
    """Make the app of one worker; `feed` is the one that `lanes` steer."""
    app = App(
        cluster.named(group),
        broker=f"{SCHEME}://{cluster.brokers.replace(',', ';')}",
        broker_credentials=credentials(cluster.security),
        datadir=datadir,
        **SETTINGS,
    )
    app.cluster, app.lanes, app.membership = cluster, lanes, membership
    app.starting, app.stopping = starting, stopping
    feed.attach(app)
    for agent in agents:
        _read(app, agent)
    return app


#: Why each of them: reference/faust.md has the measurements that are not repeated here.
SETTINGS: Mapping[str, Any] = {
    "autodiscover": False,
    "key_serializer": "raw",
    "value_serializer": "raw",
    "store": "memory://",
    "processing_guarantee": "at_least_once",
    # With `noack` streams there is nothing that Faust could wait for.
    "stream_wait_empty": False,
    "stream_buffer_maxsize": 4096,
    # Below a fifth of the buffer, so that one full agent never blocks the others.
    "broker_max_poll_records": 300,
    # A worker whose partitions are all shut does not poll, and a day is longer than any lockout.
    "broker_max_poll_interval": 86_400,
    "broker_commit_interval": 1.0,
    # A killed worker's partitions are taken over after this long; the drain must be shorter.
    "broker_session_timeout": 6,
    "broker_heartbeat_interval": 2,
    "broker_request_timeout": 30,
    "broker_rebalance_timeout": 10,
    # These two only write to the log, and would for every lockout.
    "stream_processing_timeout": 86_400,
    "broker_commit_livelock_soft_timeout": 86_400,
    "consumer_auto_offset_reset": "earliest",
    "producer_acks": -1,
    "producer_request_timeout": 30,
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "table_standby_replicas": 0,
    "web_enabled": False,
    "web_tables_enabled": False,
    "web_router_enabled": False,
    "web_bind": "127.0.0.1",
    "worker_redirect_stdouts": False,
}


def _read(app: App, agent: Agent) -> None:
    topic = app.topic(
        *(app.cluster.named(topic) for topic in agent.topics),
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )

    async def read(stream: faust.StreamT[bytes]) -> None:
        consumer = app.consumer
        assert isinstance(consumer, LanesConsumer)  # noqa: S101 - by the app's own scheme
        async for event in cast("faust.Stream[bytes]", stream).noack().events():
            message = event.message
            if not consumer.is_stale(message):
                await _submit(app.lanes, consumer.ours(message.tp), message)

    app.take(agent, topic, read)


async def _submit(lanes: Lanes, tp: TopicPartition, message: Any) -> None:
    """Hand one message over; an agent that raised would lose the event and stand still."""
    delivery = Delivery(
        tp=tp,
        offset=message.offset,
        key=message.key or b"",
        value=message.value,
        generation=message.generation_id,
        traceparent=parent_in(message.headers),
    )
    try:
        await lanes.submit(delivery)
    except Exception:
        log.exception("event not taken", extra={"topic": tp.topic, "offset": message.offset})
        lanes.shut(tp)


class Worker(faust.Worker):
    """A Faust worker that leaves logging to whoever started it."""

    def _setup_logging(self) -> None:
        """Keep the handlers of the root logger, which Faust would clear."""


def new_loop() -> asyncio.AbstractEventLoop:
    """Return the loop that a worker's parts are made on and run on."""
    sys.setswitchinterval(SWITCH_SECONDS)
    loop = loops.new_loop()
    asyncio.set_event_loop(loop)
    return loop


def run_app(app: App, loop: asyncio.AbstractEventLoop) -> int:
    """Have everything ready that an event needs, then run; return as `run_worker` does.

    What goes wrong before the first event can come is raised as it is.
    """
    return run_worker(app, loop) if loop.run_until_complete(_started(app)) else 0


def run_worker(app: faust.App, loop: asyncio.AbstractEventLoop) -> int:
    """Run until SIGTERM or SIGINT; return the exit code, 0 for an orderly end."""
    worker = Worker(app, loop=loop, quiet=True, redirect_stdouts=False)
    worker.spinner = None
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


async def _started(app: App) -> bool:
    """Start what the app stands on; False when a signal ended that."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for each in STOPS:
        loop.add_signal_handler(each, told.set)
    starting, stop = asyncio.ensure_future(app.starting()), asyncio.create_task(told.wait())
    try:
        await asyncio.wait((starting, stop), return_when=asyncio.FIRST_COMPLETED)
        if not told.is_set():
            await starting
            return True
    except BaseException:
        await app.stopping()
        raise
    finally:
        stop.cancel()
        for each in STOPS:
            loop.remove_signal_handler(each)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    await app.stopping()
    return False
