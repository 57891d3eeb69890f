"""Does the consumer seek and commit so that nothing is skipped, and nothing old written over?"""

from types import SimpleNamespace

from aiokafka import TopicPartition as KafkaPartition
from faust.types import TP

from streams.transport import LanesConsumer, SeekingThread

FRESH, STARTED = KafkaPartition("notices", 0), KafkaPartition("notices", 1)


class Consumer:
    """aiokafka's consumer, as far as a seek needs it."""

    def __init__(self, committed):
        self._committed = committed
        self.sought = {}

    def assignment(self):
        return set(self._committed)

    async def committed(self, tp):
        return self._committed[tp]

    def seek(self, tp, offset):
        self.sought[tp] = offset


def thread_of(consumer):
    thread = SeekingThread.__new__(SeekingThread)
    thread.seeks, thread._consumer = {}, consumer
    return thread


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


class Lanes:
    partitions = (("intake", 3),)

    def __init__(self, *, draining):
        self.draining = draining


def pending(*, draining):
    consumer = LanesConsumer.__new__(LanesConsumer)
    consumer.app = SimpleNamespace(lanes=Lanes(draining=draining))
    return list(consumer._filter_tps_with_pending_acks())


def test_the_timer_commits_nothing_between_two_generations():
    assert pending(draining=True) == []
    assert pending(draining=False) == [TP("intake", 3)]
