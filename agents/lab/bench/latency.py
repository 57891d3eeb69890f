"""How long from a change on the topic to the call that it leads to, in a steady stream of edits?

From just before a service hands the change to its publisher, until the side's call begins: through
intake, the lane, the rules, and a journal record that is read back.  Beside it goes one bare hop:
those of the same events that are in one partition, read by a plain consumer.  One that read all of
them would take the processor from what is measured.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.lab.bench.faults import BenchFault
from agents.lab.bench.installation import Installation
from agents.lab.bench.numbers import percentile
from schemas.values import Side
from streams.cluster import Cluster
from streams.topics import MEDIAOS_CHANGES

PER_SECOND = 200
CUSTOMERS = 240
#: Not measured: connections, caches and the first garbage collections.
WARM_UP_SECONDS = 3.0
#: After the last edit, for what is still under way.
LAST_WITHIN_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds from publish to call, and for one bare hop."""

    p50_ms: float
    p99_ms: float
    worst_ms: float
    edits: int
    hop_p50_ms: float
    hop_p99_ms: float


async def measure(
    brokers: str, folder: Path, *, seconds: float, say: Callable[[str], None]
) -> Latency:
    """Measure over that many seconds."""
    made = Installation(
        Cluster(brokers=brokers), folder, group="bench-latency", customers=CUSTOMERS
    )
    async with made as installation:
        await installation.start("latency")
        say(f"linking {CUSTOMERS} customers")
        await installation.link()
        warm_up = list(memos("warm-up", WARM_UP_SECONDS))
        await edited(installation, warm_up)
        say(f"{PER_SECOND} edits a second for {seconds:g} s")
        async with _hops(brokers) as hops:
            sent, called = await edited(installation, list(memos("edit", seconds)))
    return _latency(sent, called, hops)


async def edited(
    installation: Installation, memos: list[str], per_second: float = PER_SECOND
) -> tuple[dict[str, float], dict[str, float]]:
    """Edit, and wait for every call; when each edit was sent, and when its call began."""
    sent: dict[str, float] = {}
    called: dict[str, float] = {}
    pace = installation.edit_steadily(memos, per_second, sent.__setitem__)
    editing = asyncio.create_task(pace)
    try:
        async with asyncio.timeout(len(memos) / per_second + LAST_WITHIN_SECONDS):
            while len(called) < len(memos):
                call = await installation.calls.get()
                # Edits of before, of whom nobody waited for, may come as well.
                if call.side is Side.QBO and call.memo in sent:
                    called[call.memo] = call.at
            await editing
    except TimeoutError as late:
        raise BenchFault(
            f"{len(memos) - len(called)} of {len(memos)} edits led to no call in time: "
            "look into the worker's log, or measure when less is going on."
        ) from late
    finally:
        editing.cancel()
    return sent, called


@asynccontextmanager
async def _hops(brokers: str) -> AsyncIterator[dict[str, float]]:
    """Lend a table of when a plain consumer had the edits of a partition; later it stands still."""
    arrived: dict[str, float] = {}
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers)
    consumer.assign([TopicPartition(MEDIAOS_CHANGES.name, 0)])
    async with consumer:
        # So that it is at its end before the first edit is sent.
        await consumer.seek_to_end()
        reading = asyncio.create_task(_read(consumer, arrived))
        try:
            yield arrived
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(consumer: AIOKafkaConsumer, arrived: dict[str, float]) -> None:
    async for record in consumer:
        at = time.monotonic()
        arrived[orjson.loads(record.value)["data"]["comments"]] = at


def _latency(
    sent: dict[str, float], called: dict[str, float], arrived: dict[str, float]
) -> Latency:
    calls = [(called[memo] - at) * 1000 for memo, at in sent.items()]
    hops = [(arrived[memo] - at) * 1000 for memo, at in sent.items() if memo in arrived]
    return Latency(
        p50_ms=percentile(calls, 0.5),
        p99_ms=percentile(calls, 0.99),
        worst_ms=max(calls),
        edits=len(calls),
        hop_p50_ms=percentile(hops, 0.5),
        hop_p99_ms=percentile(hops, 0.99),
    )


def memos(what: str, seconds: float, per_second: float = PER_SECOND) -> Iterator[str]:
    """Yield as many different memos as there are edits in so many seconds."""
    return (f"{what} {number}" for number in range(int(seconds * per_second)))
