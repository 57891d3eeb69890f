"""How fast do lanes on Faust work off a topic, beside a plain Faust agent and a serial loop?

Every run is a process of its own that starts on a full topic; its time goes from the first begin
to the last end, so what it takes to start a process or to join a group is not in it.
"""

import asyncio
import json
import os
import random
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

ROOT = Path(__file__).parents[3]
EVENTS = 10_000
#: A run that has not ended by then never will: the serial loop takes half a minute.
RUN_SECONDS = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What lies on the topic before a run: events of seeded lengths, keys at random or in turn.

    Keys at random come in runs, which is what shows inversions; but near the end fewer keys have
    events left than may be in flight, so only keys in turn show what the engine itself reaches.
    """

    keys: int
    partitions: int
    shortest_ms: float
    longest_ms: float
    in_turn: bool = False
    events: int = EVENTS
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How one run went; inversions are events begun before an earlier one of their key ended.

    `cpu_seconds` is how long of that it had a processor.
    """

    seconds: float
    cpu_seconds: float
    inversions: int


async def measure(
    brokers: str, *, repeats: int = 5, say: Callable[[str], None] = lambda _: None
) -> Mapping[str, object]:
    """Return the lanes' figures by name: seconds, events a second, or counts.

    `lanes_s` and `lanes_vs_serial` are the worse of those at 100 and at 1,000 keys.
    """
    by_keys: dict[int, dict[str, Run]] = {}
    for keys in (1, 10, 100, 1000):
        load = Load(keys=keys, partitions=1, shortest_ms=0, longest_ms=5)
        async with Topic(brokers, load) as topic:
            by_keys[keys] = {
                # With one key, lanes are a serial loop themselves, and as long.
                "lanes": await topic.median("lanes", 1 if keys == 1 else repeats, say),
                "plain": await topic.median("plain", repeats, say),
            }
            if keys == 1:
                serial = await topic.median("serial", 1, say)
    slowest = max(by_keys[keys]["lanes"].seconds for keys in (100, 1000))
    return {
        "lanes_s": slowest,
        "lanes_vs_serial": serial.seconds / slowest,
        "lanes_inversions": sum(runs["lanes"].inversions for runs in by_keys.values()),
        "lanes_50ms_per_s": await per_second(brokers, in_turn=True, repeats=repeats, say=say),
        "lanes_50ms_random_keys_per_s": await per_second(
            brokers, in_turn=False, repeats=repeats, say=say
        ),
        "lanes_serial_s": serial.seconds,
        "lanes_plain_s": {str(keys): runs["plain"].seconds for keys, runs in by_keys.items()},
        "lanes_plain_inversions": {
            str(keys): runs["plain"].inversions for keys, runs in by_keys.items()
        },
        "lanes_by_keys_s": {str(keys): runs["lanes"].seconds for keys, runs in by_keys.items()},
    }


async def per_second(
    brokers: str, *, in_turn: bool, repeats: int, say: Callable[[str], None]
) -> float:
    """Return events a second at 50 ms each, 10 partitions, 1,000 keys, 100 in flight."""
    load = Load(keys=1000, partitions=10, shortest_ms=50, longest_ms=50, in_turn=in_turn)
    async with Topic(brokers, load) as topic:
        run = await topic.median("lanes", repeats, say)
    return load.events / run.seconds


class Topic:
    """A topic with one load on it, made for a few runs and removed afterwards."""

    def __init__(self, brokers: str, load: Load) -> None:
        self._brokers = brokers
        self._load = load
        self._name = f"isthmus-bench-{uuid.UUID(bytes=os.urandom(16)).hex[:8]}"

    async def __aenter__(self) -> Self:
        """Make and fill it."""
        async with self._admin() as admin:
            await admin.create_topics([NewTopic(self._name, self._load.partitions, 1)])
        async with AIOKafkaProducer(bootstrap_servers=self._brokers, linger_ms=5) as producer:
            for key, value in _events(self._load):
                await producer.send(self._name, key=key, value=value)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Remove it."""
        async with self._admin() as admin:
            await admin.delete_topics([self._name])

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._brokers)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def median(self, way: str, repeats: int, say: Callable[[str], None]) -> Run:
        """Run it so many times; the median of the seconds, and all inversions added up."""
        runs = []
        for _ in range(repeats):
            run = await self._run(way)
            say(f"{way}, {self._load.keys} keys: {run.seconds:.2f} s, {run.inversions} inversions")
            runs.append(run)
        return Run(
            seconds=median(run.seconds for run in runs),
            cpu_seconds=median(run.cpu_seconds for run in runs),
            inversions=sum(run.inversions for run in runs),
        )

    async def _run(self, way: str) -> Run:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "agents.lab.bench.lanes_worker"),
            *(way, self._brokers, self._name, str(self._load.events)),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout is not None  # noqa: S101 - it was asked for
        try:
            async with asyncio.timeout(RUN_SECONDS):
                async for line in process.stdout:
                    if line.startswith(b"{"):
                        return Run(**json.loads(line))
        finally:
            process.kill()
            await process.wait()
        raise RuntimeError(f"the bench's {way} process ended early; run it by hand to see why")


def _events(load: Load) -> Iterator[tuple[bytes, bytes]]:
    rng = random.Random(load.seed)
    numbers: Counter[int] = Counter()
    for number in range(load.events):
        key = number % load.keys if load.in_turn else rng.randrange(load.keys)
        length = rng.uniform(load.shortest_ms, load.longest_ms)
        yield f"k{key}".encode(), f"{numbers[key]}:{length:.3f}".encode()
        numbers[key] += 1
