"""Does the consumer seek and commit so that nothing is skipped, and nothing old written over?"""

import asyncio
from types import SimpleNamespace

from aiokafka import AIOKafkaConsumer
from aiokafka import TopicPartition as KafkaPartition
from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.cluster import Cluster
from streams.faust.consumer_thread import SeekingThread
from streams.faust.transport import LanesConsumer
from streams.ports import TopicPartition

FRESH, STARTED = KafkaPartition("notices", 0), KafkaPartition("notices", 1)
CLUSTER = Cluster(brokers="k1:9092", prefix="team-a.")


class Consumer:
    """aiokafka's consumer, as far as a seek needs it."""

    def __init__(self, committed):
        self._committed = committed
        self.sought = {}
        self.paused = set()

    def assignment(self):
        return set(self._committed)

    async def committed(self, tp):
        return self._committed[tp]

    def seek(self, tp, offset):
        self._ours(tp)
        self.sought[tp] = offset

    def pause(self, tp):
        self._ours(tp)
        self.paused.add(tp)

    def resume(self, tp):
        self._ours(tp)
        self.paused.discard(tp)

    def _ours(self, tp):
        if tp not in self._committed:
            raise IllegalStateError(f"{tp} is not assigned")


def thread_of(consumer):
    thread = SeekingThread.__new__(SeekingThread)
    thread.seeks, thread._consumer = {}, consumer
    thread.thread_loop = SimpleNamespace(call_soon_threadsafe=lambda work: work())
    return thread


async def test_while_a_broker_waits_for_what_is_quiet_the_busy_partitions_wait_for_a_moment(
    monkeypatch,
):
    made = AIOKafkaConsumer(bootstrap_servers=CLUSTER.brokers, fetch_max_wait_ms=1500)
    assert made._fetch_max_wait_ms == 1500, "aiokafka has it by another name"
    monkeypatch.setattr(
        driver.AIOKafkaConsumerThread, "_create_worker_consumer", lambda _self, _transport: made
    )

    consumer = thread_of(None)._create_worker_consumer(None)

    assert consumer._fetch_max_wait_ms == 100
    await consumer.stop()


async def test_a_partition_that_never_was_committed_is_sought_from_its_first_record():
    consumer = Consumer({FRESH: None, STARTED: 7})

    stands = await thread_of(consumer).seek_to_committed()

    assert consumer.sought == {FRESH: 0, STARTED: 7}
    assert stands == {TP("notices", 0): 0, TP("notices", 1): 7}


async def test_what_was_read_before_the_seek_of_a_rebalance_is_stale():
    thread = thread_of(Consumer({FRESH: None, STARTED: 7}))
    before = dict(thread.seeks)

    await thread.seek_to_committed()

    for tp in (TP("notices", 0), TP("notices", 1)):
        assert thread.seeks[tp] != before.get(tp, 0)


def test_a_paused_partition_leaves_nothing_fetched_that_would_hold_up_the_others():
    consumer = Consumer({FRESH: None, STARTED: 7})
    thread = thread_of(consumer)
    thread.pause_now(TP(*STARTED), 5)
    assert consumer.paused == {STARTED}
    assert consumer.sought == {STARTED: 5}, "a seek is what makes aiokafka drop it"
    assert thread.seeks == {}, "what Faust has read is dropped by the lanes, and read again later"

    thread.pause_now(TP(*FRESH), None)
    assert consumer.paused == {STARTED, FRESH}
    assert FRESH not in consumer.sought, "nothing was fetched of it"

    thread.resume_now(TP(*STARTED))
    assert consumer.paused == {FRESH}


def test_a_pause_and_a_resume_of_a_partition_that_was_given_away_do_nothing():
    consumer = Consumer({})
    thread_of(consumer).pause_now(TP(*STARTED), 5)
    thread_of(consumer).resume_now(TP(*STARTED))
    assert (consumer.paused, consumer.sought) == (set(), {})


def test_a_pause_while_the_worker_ends_raises_nothing():
    consumer = Consumer({STARTED: 7})
    thread = thread_of(consumer)
    thread.thread_loop = asyncio.new_event_loop()
    thread.thread_loop.close()

    thread.pause_now(TP(*STARTED), 5)
    assert consumer.paused == set()


async def test_a_late_pause_of_the_generation_before_keeps_no_open_partition_from_being_read():
    fresh, started = KafkaPartition("team-a.notices", 0), KafkaPartition("team-a.notices", 1)
    consumer = Consumer({fresh: None, started: 7})
    thread = thread_of(consumer)
    ours = LanesConsumer.__new__(LanesConsumer)
    lanes = Lanes(draining=False, gated={TopicPartition("notices", 1)})
    ours.app = SimpleNamespace(lanes=lanes, cluster=CLUSTER)
    ours._thread, ours._confirmed = thread, {}
    thread.pause_now(TP(*fresh), 5)
    thread.pause_now(TP(*started), 5)

    ours.begin_generation({TP(*fresh), TP(*started)})

    assert consumer.paused == {started}


class Lanes:
    partitions = (TopicPartition("intake", 3),)

    def __init__(self, *, draining, gated=()):
        self.draining = draining
        self._gated = gated

    def assigned(self, tps):
        assert set(self._gated) <= set(tps)

    def is_shut(self, tp):
        return tp in self._gated


def pending(*, draining):
    consumer = LanesConsumer.__new__(LanesConsumer)
    consumer.app = SimpleNamespace(lanes=Lanes(draining=draining), cluster=CLUSTER)
    return list(consumer._filter_tps_with_pending_acks())


def test_the_timer_commits_nothing_between_two_generations():
    assert pending(draining=True) == []
    assert pending(draining=False) == [TP("team-a.intake", 3)]
