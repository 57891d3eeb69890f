"""The gateway is ready for as long as it can keep a webhook, whoever is away."""

import asyncio

import pytest

from agents.gateway.readiness import HOLDS_SECONDS, Question, Readiness
from streams.kafka.offsets import KafkaAwayError
from streams.outbox.spool import Spool
from streams.outbox.spool_records import Spooled
from tests.testing.simulated.clock import SimulatedClock

NOTICE = Spooled("quickbooks-notices", b"t1/qbo-notice/invoice/7", b"n" * 600)
AWAY = "Kafka does not answer"
FULL = "the spool takes nothing: the spool is full (1000 bytes); send it again later"


class Side:
    """Answers, fails, or hangs."""

    fault = None

    def __init__(self):
        self.asked = 0

    async def probe(self):
        self.asked += 1
        if self.fault is TimeoutError:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path, most_bytes=1_000)
    spool.open()
    yield spool
    spool.close()


@pytest.fixture
def gateway(spool):
    store, kafka, clock = Side(), Side(), SimulatedClock()
    readiness = Readiness(Question(store.probe), Question(kafka.probe), spool, clock)
    return readiness, store, kafka, clock


async def test_a_kafka_that_is_away_is_what_the_spool_is_for(gateway, spool):
    readiness, _, kafka, _ = gateway
    kafka.fault = KafkaAwayError("TimeoutError")
    assert await readiness.unready() == ()
    assert spool.waiting_bytes == 0


async def test_a_full_spool_is_not_ready_whether_kafka_is_there_or_not(gateway, spool):
    readiness, _, _, clock = gateway
    await spool.keep(NOTICE)
    assert await readiness.unready() == (FULL,)
    await spool.forget_first()
    await clock.advance(HOLDS_SECONDS)
    assert await readiness.unready() == ()


async def test_a_disk_that_takes_nothing_is_missed_only_without_kafka(gateway, monkeypatch):
    def broken(_file):
        raise OSError(5, "Input/output error")

    readiness, _, kafka, clock = gateway
    monkeypatch.setattr("os.fsync", broken)
    assert await readiness.unready() == ()
    kafka.fault = KafkaAwayError("TimeoutError")
    await clock.advance(HOLDS_SECONDS)
    broken_disk = "the spool takes nothing: [Errno 5] Input/output error"
    assert await readiness.unready() == (broken_disk, AWAY)


async def test_a_disk_that_hangs_is_missed_only_without_kafka(gateway, spool, monkeypatch):
    readiness, _, kafka, clock = gateway
    monkeypatch.setattr("agents.gateway.readiness.ANSWER_SECONDS", 0.01)
    # As somebody does whose write does not come back.
    await spool._writing.acquire()
    assert await readiness.unready() == ()
    kafka.fault = KafkaAwayError("TimeoutError")
    await clock.advance(HOLDS_SECONDS)
    told = ("the spool takes nothing: its disk does not answer", AWAY)
    assert await readiness.unready() == told
    spool._writing.release()
    # A disk may take its time from here on.
    monkeypatch.undo()
    await clock.advance(HOLDS_SECONDS)
    assert await readiness.unready() == ()


@pytest.mark.parametrize("fault", [ConnectionError(), TimeoutError], ids=["away", "hangs"])
async def test_nobody_knows_whose_a_webhook_is_without_the_store_of_connections(
    gateway, fault, monkeypatch
):
    readiness, store, _, clock = gateway
    monkeypatch.setattr("agents.gateway.readiness.ANSWER_SECONDS", 0.01)
    store.fault = fault
    [reason] = await readiness.unready()
    assert reason.startswith("the store of connections does not answer (")
    if fault is TimeoutError:
        await clock.advance(HOLDS_SECONDS)
        assert await readiness.unready() == (reason,)
        assert store.asked == 1, "a question that hangs is not asked once more"


async def test_however_often_it_is_asked_each_is_asked_once_a_second(gateway):
    readiness, store, _, clock = gateway
    for _ in range(3):
        await asyncio.gather(*(readiness.unready() for _ in range(5)))
    assert store.asked == 1
    await clock.advance(HOLDS_SECONDS)
    await readiness.unready()
    assert store.asked == 2


async def test_what_trying_the_spool_out_leaves_in_a_crash_is_cut_off(tmp_path, monkeypatch):
    spool = Spool(tmp_path, most_bytes=10_000)
    spool.open()
    await spool.keep(NOTICE)
    monkeypatch.setattr("os.ftruncate", lambda *_: None)
    await spool.try_out()
    monkeypatch.undo()
    spool.close()
    assert (tmp_path / "notices.spool").stat().st_size > spool.waiting_bytes
    spool.open()
    assert spool.first() == NOTICE
    assert (tmp_path / "notices.spool").stat().st_size == spool.waiting_bytes
    spool.close()
