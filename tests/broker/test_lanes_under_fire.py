"""Do lanes on Faust lose or reorder anything while their workers are killed, frozen and stopped?"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PARTITIONS, EVENTS, KEYS = 12, 5000, 120
HANGS_SECONDS = 90


class Line(NamedTuple):
    kind: str
    key: str
    number: str
    pid: int
    time: float
    partition: int
    offset: str


class Fleet:
    """Worker processes that are started again when they are killed."""

    def __init__(self, kafka, topic, folder, *, shut_every, shut_seconds):
        self.folder, self.topic, self.kafka = folder, topic, kafka
        self.out = folder / "out"
        self.options = [str(shut_every), str(shut_seconds)]
        self.workers = []
        self.exits = []

    def start(self):
        command = [sys.executable, str(Path(__file__).with_name("lanes_worker.py"))]
        command += [self.kafka, self.topic, f"{self.topic}-group", str(self.out), *self.options]
        log = (self.folder / f"log-{len(self.exits)}-{len(self.workers)}").open("ab")
        with log:
            self.workers.append(
                subprocess.Popen(
                    command,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                )
            )

    async def kill(self, rng):
        worker = self.workers.pop(rng.randrange(len(self.workers)))
        worker.kill()
        await self._ended(worker)
        self.start()

    async def stop(self, rng):
        await self.end(self.workers.pop(rng.randrange(len(self.workers))))
        self.start()

    async def freeze(self, rng):
        # On a busy machine those that remain may still be starting.
        await until(lambda: any(map(self.has_claimed, self.workers)), HANGS_SECONDS)
        worker = rng.choice([worker for worker in self.workers if self.has_claimed(worker)])
        worker.send_signal(signal.SIGSTOP)
        await asyncio.sleep(9)
        worker.send_signal(signal.SIGCONT)

    async def end(self, worker):
        # Before its first claim it may not even have installed its signal handlers.
        await until(lambda: self.has_claimed(worker), HANGS_SECONDS)
        began = time.monotonic()
        worker.terminate()
        code = await self._ended(worker)
        self.exits.append((code, time.monotonic() - began))

    async def _ended(self, worker):
        return await asyncio.to_thread(worker.wait, HANGS_SECONDS)

    def has_claimed(self, worker):
        return worker.pid in {row.pid for row in self.lines()}

    def lines(self):
        whole, _, _ = self.out.read_text().rpartition("\n")
        rows = [row.split() for row in whole.splitlines()]
        return [Line(k, key, n, int(pid), float(t), int(p), o) for k, key, n, pid, t, p, o in rows]

    def ended(self):
        if not self.out.exists():
            return set()
        return {(row.key, row.number) for row in self.lines() if row.kind == "E"}

    def close(self):
        for worker in self.workers:
            worker.kill()
            worker.wait()


@pytest.fixture
async def topic(topic_factory):
    return await topic_factory("lanes", partitions=PARTITIONS)


@pytest.fixture
def make_fleet(kafka, topic, tmp_path):
    fleets = []

    def make(**options):
        fleets.append(Fleet(kafka, topic, tmp_path, **options))
        return fleets[-1]

    yield make
    for fleet in fleets:
        fleet.close()


async def publish(kafka, topic, events, seconds):
    async with AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=5) as producer:
        for number in range(events):
            key = f"k{number % KEYS}".encode()
            await producer.send(topic, key=key, value=str(number // KEYS).encode())
            if number % 100 == 0:
                await asyncio.sleep(seconds * 100 / events)
        await producer.flush()


async def committed(kafka, topic):
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=f"{topic}-group")
    await consumer.start()
    try:
        tps = [TopicPartition(topic, n) for n in range(PARTITIONS)]
        return {tp.partition: (await consumer.committed(tp)) or 0 for tp in tps}
    finally:
        await consumer.stop()


async def until(condition, seconds):
    """Look again until it is so, or give up: the caller's own assertion says what is not."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:  # noqa: ASYNC110 - of other processes
        await asyncio.sleep(0.2)


def inversions(lines):
    """Count first ends of a key that came before the end of an earlier number of that key."""
    seen, wrong = defaultdict(int), 0
    first = {}
    for row in lines:
        if row.kind == "E" and (row.key, row.number) not in first:
            first[row.key, row.number] = row
            wrong += int(row.number) != seen[row.key]
            seen[row.key] = int(row.number) + 1
    return wrong


async def watch_commits(kafka, topic, fleet, wrong):
    """Note every partition whose committed offset was ahead of what had ended before."""
    while True:
        offsets = await committed(kafka, topic)
        ended = {(row.partition, int(row.offset)) for row in fleet.lines() if row.kind == "E"}
        wrong += [
            (partition, offset, at)
            for partition, offset in offsets.items()
            for at in range(offset)
            if (partition, at) not in ended
        ]
        await asyncio.sleep(2)


async def test_nothing_is_lost_or_reordered_under_kills_freezes_and_shuts(kafka, topic, make_fleet):
    fleet = make_fleet(shut_every=700, shut_seconds=3)
    rng = random.Random(os.environ.get("SEED", "lanes"))
    for _ in range(3):
        fleet.start()
    publishing = asyncio.create_task(publish(kafka, topic, EVENTS, 30))
    await until(fleet.ended, HANGS_SECONDS)
    ahead = []
    watching = asyncio.create_task(watch_commits(kafka, topic, fleet, ahead))

    for attack in ("kill", "stop", "freeze", "kill", "stop", "kill", "freeze", "stop"):
        await asyncio.sleep(rng.uniform(0.3, 2.5))
        await getattr(fleet, attack)(rng)
    await publishing

    await until(lambda: len(fleet.ended()) == EVENTS, HANGS_SECONDS)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await asyncio.gather(*(fleet.end(worker) for worker in fleet.workers))

    assert ahead == []
    await all_done_in_order(kafka, topic, fleet, EVENTS)
    assert {code for code, _ in fleet.exits} == {0}
    assert max(seconds for _, seconds in fleet.exits) < 25


async def all_done_in_order(kafka, topic, fleet, events):
    lines = fleet.lines()
    assert len(fleet.ended()) == events
    assert inversions(lines) == 0
    assert sum((await committed(kafka, topic)).values()) == events
    assert sum(row.kind == "S" for row in lines) >= 2
    assert not [row for row in lines if row.kind == "F"]


async def test_a_rebalance_while_partitions_are_opened_leaves_none_of_them_dead(
    kafka, topic, make_fleet
):
    events = 2400
    fleet = make_fleet(shut_every=20, shut_seconds=0.2)
    fleet.start()
    fleet.start()
    publishing = asyncio.create_task(publish(kafka, topic, events, 12))
    await until(fleet.ended, HANGS_SECONDS)
    for _ in range(3):
        fleet.start()
        await asyncio.sleep(1.5)
        await fleet.end(fleet.workers.pop(0))
    await publishing
    await until(lambda: len(fleet.ended()) == events, HANGS_SECONDS)
    await asyncio.gather(*(fleet.end(worker) for worker in fleet.workers))

    await all_done_in_order(kafka, topic, fleet, events)
