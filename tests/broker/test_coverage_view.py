"""The view of coverage on a real broker: published, read to its end, and compacted by its key."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.process.clock import SystemClock
from agents.sweep import coverage_view, watermarks
from agents.sweep.coverage_view import TenantSide, read_coverage
from agents.sweep.watermarks import Watermarks
from schemas.values import Side
from streams.cluster import Cluster
from streams.kafka.history import read_to_end
from streams.outbox.kafka_producer import Producer
from streams.topics import COVERAGE

pytestmark = pytest.mark.kafka

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOTH = dict.fromkeys(Side, AT - 9 * HOUR)


@pytest.fixture
async def topic(topic_factory, monkeypatch):
    """A view of this test's own: the broker is shared."""
    name = await topic_factory("coverage", partitions=3, cleanup_policy="compact")
    for module in (coverage_view, watermarks):
        monkeypatch.setattr(module, "COVERAGE", replace(COVERAGE, name=name))
    return name


@pytest.fixture
async def outbox(kafka):
    producer = Producer(Cluster(brokers=kafka))
    await producer.start()
    yield producer
    await producer.stop()


def reader(kafka):
    async def read(topic, take):
        await read_to_end(Cluster(brokers=kafka), topic, take)

    return read


async def test_the_next_worker_reads_what_the_last_one_published(kafka, topic, outbox):
    ours = Watermarks(outbox, reader(kafka), SystemClock())
    for minutes in range(50):
        ours.reached("t1", Side.QBO, AT + timedelta(minutes=minutes))
        ours.reached("t2", Side.MEDIAOS, AT - HOUR)
    await outbox.send(topic, b"t1/qbo", b'{"tenant": "t1", "side": "qbo", "until": "junk"}')
    until = AT + timedelta(minutes=49)
    there = {TenantSide("t1", Side.QBO): until, TenantSide("t2", Side.MEDIAOS): AT - HOUR}
    async with asyncio.timeout(60):
        # A reading takes its time, and each begins anew.
        while (await read_coverage(reader(kafka), SystemClock())).until != there:
            pass

    theirs = Watermarks(outbox, reader(kafka), SystemClock())
    await theirs.recall()
    assert theirs.of("t1", BOTH) == {**BOTH, Side.QBO: until}
    assert theirs.of("t2", BOTH) == {**BOTH, Side.MEDIAOS: AT - HOUR}


async def test_an_empty_view_is_read_at_once_and_a_missing_one_is_named(kafka, topic, monkeypatch):
    assert (await read_coverage(reader(kafka), SystemClock())).unread is None

    missing = replace(COVERAGE, name=f"{topic}-of-nobody")
    monkeypatch.setattr(coverage_view, "COVERAGE", missing)
    view = await read_coverage(reader(kafka), SystemClock())
    assert view.until == {}
    assert f"no topic {topic}-of-nobody: make it" in view.unread
