"""Kafka has a moment; then the disk keeps it, and everything behind it."""

import asyncio
from collections import defaultdict

import pytest

from streams.outbox.spool import Spool
from streams.outbox.spooling import SpoolingOutbox
from tests.testing.simulated.clock import SimulatedClock


class Kafka:
    def __init__(self):
        self.away: str | None = None
        self.sent = []
        self.has = defaultdict(asyncio.Event)

    async def send(self, topic, key, value, headers=()):
        del topic, key, headers
        if self.away == "silent":
            await asyncio.get_running_loop().create_future()
        if self.away is not None:
            raise TimeoutError
        self.sent.append(value)
        self.has[value].set()


@pytest.fixture
def kafka():
    return Kafka()


@pytest.fixture
def spool(tmp_path):
    made = Spool(tmp_path, most_bytes=1_000_000)
    made.open()
    return made


async def send(outbox, *numbers):
    for n in numbers:
        await outbox.send("quickbooks-notices", b"k", b"%d" % n)


async def test_what_kafka_takes_never_touches_the_disk(kafka, spool):
    await send(SpoolingOutbox(kafka, spool, SimulatedClock()), 1, 2)
    assert (kafka.sent, spool.waiting_bytes) == ([b"1", b"2"], 0)


@pytest.mark.parametrize("how", ["silent", "refusing"])
async def test_what_kafka_does_not_take_comes_in_order_once_it_is_back(kafka, spool, how):
    clock = SimulatedClock()
    outbox = SpoolingOutbox(kafka, spool, clock)
    kafka.away = how
    began = asyncio.get_running_loop().time()
    await send(outbox, 1, 2, 3)
    assert asyncio.get_running_loop().time() - began < 1
    kafka.away = None
    await send(outbox, 4)
    assert kafka.sent == []

    emptying = asyncio.create_task(outbox.empty())
    await asyncio.wait_for(kafka.has[b"4"].wait(), 10)
    await send(outbox, 5)
    await asyncio.wait_for(kafka.has[b"5"].wait(), 10)
    emptying.cancel()
    assert kafka.sent == [b"1", b"2", b"3", b"4", b"5"]
