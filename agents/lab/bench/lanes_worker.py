"""One measured process of the lanes bench: our lanes, a plain Faust agent, or a serial loop.

Run as `python -m agents.lab.bench.lanes_worker WAY BROKERS TOPIC EVENTS`; it prints one line of
JSON when the last event has ended, and its parent then kills it.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import faust
from aiokafka import AIOKafkaConsumer
from faust.types import StreamT

from agents.lab.bench.worked import Worked
from streams.cluster import Cluster
from streams.faust.app import SETTINGS, Agent, build_app, new_loop, run_worker
from streams.faust.transport import FaustFeed
from streams.lanes.lanes import Lanes
from streams.ports import Delivery, TopicPartition

IN_FLIGHT = 100


class RealClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the wall clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)


class BenchHandler:
    """Nothing but the simulated work."""

    def __init__(self, worked: Worked) -> None:
        self._worked = worked

    async def handle(self, delivery: Delivery) -> bool:
        """Work on the event."""
        await self._worked.work(delivery.key, delivery.value or b"")
        return True

    async def hold(self, delivery: Delivery) -> bool:
        """Refuse: the bench's lanes take every event, so that only lanes are measured."""
        raise AssertionError(delivery.offset)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Do nothing: nothing is held."""


class Alone:
    """A membership that needs nothing from its group."""

    def on_assigned(self, tps: frozenset[TopicPartition], generation: int) -> None:
        """Begin."""

    def on_revoked(self, tps: frozenset[TopicPartition]) -> None:
        """End."""


def fault(tp: TopicPartition, exc: Exception) -> None:
    """Make a bug of the bench visible."""
    logging.getLogger("isthmus.bench").error("%s: %r", tp, exc)


def lanes(brokers: str, topic: str, events: int, folder: Path) -> None:
    """Work the topic off with our lanes on Faust."""
    feed = FaustFeed()
    work = Lanes(
        feed,
        RealClock(),
        # Ten tenants: one alone would get half of what may be in flight.
        share_of=lambda key: key.decode()[-1],
        max_in_flight=IN_FLIGHT,
        max_queued_per_lane=events,
        max_backlog=events,
    )
    work.route(topic, BenchHandler(Worked(events)))
    work.on_fault(fault)
    agent = Agent(name="sync", topics=(topic,), about="The bench's lanes.")
    app = build_app(
        group=f"{topic}-{os.getpid()}",
        cluster=Cluster(brokers=brokers),
        feed=feed,
        lanes=work,
        membership=Alone(),
        agents=[agent],
        datadir=folder,
    )
    run_worker(app, new_loop())


def plain(brokers: str, topic: str, events: int, folder: Path) -> None:
    """Work the topic off with a Faust agent as its manual shows it, a hundred at once."""
    worked = Worked(events)
    app = faust.App(
        f"{topic}-{os.getpid()}", broker=f"kafka://{brokers}", datadir=folder, **SETTINGS
    )
    source = app.topic(topic, key_type=bytes, value_type=bytes)

    async def agent(stream: StreamT[bytes]) -> None:
        async for key, value in stream.items():
            await worked.work(key, value)

    app.agent(source, name="plain", concurrency=IN_FLIGHT)(agent)
    run_worker(app, new_loop())


def serial(brokers: str, topic: str, events: int, folder: Path) -> None:
    """Work the topic off one by one."""
    del folder
    asyncio.run(_serial(brokers, topic, Worked(events)))


async def _serial(brokers: str, topic: str, worked: Worked) -> None:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=brokers, auto_offset_reset="earliest")
    async with consumer:
        async for record in consumer:
            await worked.work(record.key, record.value)


WAYS: dict[str, Callable[[str, str, int, Path], None]] = {
    "lanes": lanes,
    "plain": plain,
    "serial": serial,
}


def main() -> None:
    """Run the way that the first argument names."""
    way, brokers, topic, events = sys.argv[1:]
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        WAYS[way](brokers, topic, int(events), Path(folder))


if __name__ == "__main__":
    main()
