"""The view of how far each side is known: what is read of it, and what is passed over."""

import asyncio
import json
from datetime import timedelta

import pytest

from agents.sweep import coverage_view
from agents.sweep.coverage_view import TenantSide, read_coverage
from agents.sweep.watermarks import Watermarks
from schemas.catalog import NotUnderstoodError, encode
from schemas.coverage import Coverage, decode_coverage
from schemas.values import Side
from streams.ports import LogRecord
from tests.testing.simulated.clock import START, SimulatedClock

HOUR = timedelta(hours=1)
QBO, MEDIAOS = TenantSide("t1", Side.QBO), TenantSide("t1", Side.MEDIAOS)
GOOD = {"tenant": "t1", "side": "qbo", "until": "2026-03-02T08:59:00Z"}


def told(side=Side.QBO, until=START):
    return Coverage(tenant="t1", side=side, until=until)


class Topic:
    """A topic: reading hands over all that was sent, and may fail behind it."""

    def __init__(self):
        self.records, self.fault, self.reads = [], None, 0
        self.away = None

    def keep(self, key, value):
        self.records.append(LogRecord(0, len(self.records), key, value))

    async def send(self, topic, key, value, headers=()):
        assert topic == "isthmus-coverage"
        if self.away is not None:
            await self.away.wait()
        if self.fault is not None:
            raise self.fault
        self.keep(key, value)

    async def read(self, topic, take):
        assert topic == "isthmus-coverage"
        self.reads += 1
        await asyncio.sleep(0)
        for record in self.records:
            take(record)
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def topic():
    return Topic()


@pytest.fixture
def watermarks(topic):
    return Watermarks(topic, topic.read, SimulatedClock())


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_newest_of_each_side_counts_in_whatever_order_it_stands(topic):
    for each in (
        told(until=START - HOUR),
        told(until=START),
        told(until=START - 2 * HOUR),
        told(Side.MEDIAOS, START - 3 * HOUR),
    ):
        topic.keep(each.key.encode(), encode(each))

    view = await read_coverage(topic.read, SimulatedClock())

    assert view.until == {QBO: START, MEDIAOS: START - 3 * HOUR}
    assert (view.unread, view.passed_over) == (None, {})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tenant": "t/1"}, "tenant"),
        ({"tenant": "t" * 65}, "tenant"),
        ({"side": "xero"}, "side"),
        ({"until": "2026-03-02T08:59:00"}, "until"),
        ({"until": "9999-01-01T00:00:00Z"}, "until"),
        ({"until": "2026-03-02T09:00:01Z"}, "until"),
        ({"tenant": "t2"}, "key"),
    ],
)
async def test_junk_is_passed_over_and_counted_by_its_field(topic, change, field):
    junk = json.dumps({**GOOD, **change}).encode()
    topic.keep(b"t1/qbo", junk)
    topic.keep(b"t1/qbo", json.dumps(GOOD).encode())
    topic.keep(b"t1/qbo", junk)

    view = await read_coverage(topic.read, SimulatedClock())

    assert view.until == {QBO: START - timedelta(minutes=1)}
    assert view.passed_over == {field: 2}


@pytest.mark.parametrize("value", [b"\xff", b"[" * 10_000, b"{", b"[]", b"null", b"1e999999999"])
async def test_what_is_no_json_of_ours_stops_no_reading(topic, value):
    topic.keep(b"\xff", value)
    topic.keep(b"t1/qbo", b"")
    topic.keep(b"t1/qbo", json.dumps(GOOD).encode())

    view = await read_coverage(topic.read, SimulatedClock())

    assert view.until == {QBO: START - timedelta(minutes=1)}
    assert view.passed_over.total() == 1


async def test_a_flood_of_tenants_fills_no_memory(topic, monkeypatch):
    monkeypatch.setattr(coverage_view, "MOST", 2)
    for number in range(5):
        flood = Coverage(tenant=f"t{number}", side=Side.QBO, until=START - HOUR)
        topic.keep(flood.key.encode(), encode(flood))
    newer = Coverage(tenant="t1", side=Side.QBO, until=START)
    topic.keep(newer.key.encode(), encode(newer))

    view = await read_coverage(topic.read, SimulatedClock())

    assert view.until == {TenantSide("t0", Side.QBO): START - HOUR, QBO: START}
    assert view.passed_over == {"too many": 3}


def test_a_time_in_another_zone_is_the_same_time():
    value = json.dumps({**GOOD, "until": "2026-03-02T10:59:00+02:00"}).encode()
    assert decode_coverage(b"t1/qbo", value).until == START - timedelta(minutes=1)
    with pytest.raises(NotUnderstoodError, match=r"^key: expected t1/qbo"):
        decode_coverage(b"t1", value)


async def test_a_sweep_is_published_and_the_next_owner_recalls_it(topic, watermarks):
    journaled = {Side.QBO: START - 9 * HOUR, Side.MEDIAOS: START - 8 * HOUR}
    watermarks.reached("t1", Side.QBO, START - HOUR)
    await settled()
    assert watermarks.of("t1", journaled) == {**journaled, Side.QBO: START - HOUR}

    other = Watermarks(topic, topic.read, SimulatedClock())
    assert other.of("t1", journaled) == journaled
    await other.recall()
    assert other.of("t1", journaled) == {**journaled, Side.QBO: START - HOUR}
    assert other.of("t1", {}) == {}, "the journal never heard of a first sweep: it is another one's"


async def test_a_view_that_cannot_be_read_leaves_the_journals_word(topic, watermarks, caplog):
    topic.fault = TimeoutError()
    await watermarks.recall()
    assert watermarks.of("t1", {Side.QBO: START - HOUR}) == {Side.QBO: START - HOUR}
    assert not watermarks.recalling
    assert [each.message for each in caplog.records] == ["coverage not read"]


async def test_partitions_that_come_together_share_a_reading(topic, watermarks):
    tasks = [asyncio.create_task(watermarks.recall()) for _ in range(12)]
    await asyncio.sleep(0)
    assert watermarks.recalling
    await asyncio.gather(*tasks)
    assert not watermarks.recalling
    assert topic.reads <= 2

    before = topic.reads
    await watermarks.recall()
    assert topic.reads == before + 1, "what came since is read for one that comes later"


async def test_a_partition_that_goes_while_it_is_read_for_leaves_nobody_waiting(topic, watermarks):
    task = asyncio.create_task(watermarks.recall())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not watermarks.recalling
    await watermarks.recall()


async def test_while_kafka_is_away_sweeps_go_on_and_the_newest_is_told_afterwards(
    topic, watermarks
):
    topic.away = asyncio.Event()
    for minutes in range(100):
        watermarks.reached("t1", Side.QBO, START - HOUR + timedelta(minutes=minutes / 2))
        await asyncio.sleep(0)
    assert topic.records == []

    topic.away.set()
    await settled()
    until = [decode_coverage(each.key, each.value).until for each in topic.records]
    assert until[-1] == START - HOUR + timedelta(minutes=49.5)
    assert len(until) <= 2


async def test_a_record_that_kafka_refuses_is_told_again_by_the_next_sweep(topic, watermarks):
    topic.fault = OSError()
    watermarks.reached("t1", Side.QBO, START - HOUR)
    await settled()
    topic.fault = None
    watermarks.reached("t1", Side.QBO, START - HOUR / 2)
    await settled()
    assert [decode_coverage(*each[2:]).until for each in topic.records] == [START - HOUR / 2]


async def test_a_watermark_never_goes_back_whatever_is_told_or_read_later(topic, watermarks):
    journaled = {Side.QBO: START - 3 * HOUR}
    watermarks.reached("t1", Side.QBO, START)
    watermarks.reached("t1", Side.QBO, START - HOUR)
    assert watermarks.of("t1", journaled) == {Side.QBO: START}
    await settled()

    topic.records.clear()
    topic.keep(b"t1/qbo", encode(told(until=START - 2 * HOUR)))
    await watermarks.recall()
    assert watermarks.of("t1", journaled) == {Side.QBO: START}
