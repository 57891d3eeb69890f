"""What is looked at before a topic is read: is it there, and of the journal, is it whole?"""

from types import SimpleNamespace

import pytest

from schemas.catalog import encode
from schemas.envelope import JournalRecord
from streams.cluster import Cluster
from streams.journal.same_journal import JournalLostError
from streams.kafka import log as log_module
from streams.kafka.log import KafkaLog
from streams.kafka.topic_faults import TopicMissingError, TopicsWrongError
from streams.topics import CALLS, JOURNAL
from tests.testing.simulated.clock import START

CLUSTER = Cluster(brokers="k1:9092", prefix="north.")
ASIDE = "isthmus-journal-rewritten"
PARTITIONS = 2


class Client:
    """A consumer or a producer, over the ends of topics and the first record of them."""

    def __init__(self, ends, whole=()):
        self.ends, self.first_reads = ends, 0
        record = JournalRecord(term="t", claim="t", lane="", at=START, whole=whole)
        self.first = encode(record)

    async def start(self):
        pass

    stop = start

    async def topics(self):
        return {CLUSTER.named(topic) for topic in self.ends}

    async def partitions(self, _topic):
        return set(range(PARTITIONS))

    async def end_offsets(self, partitions):
        return {tp: self.ends[CLUSTER.ours(tp.topic)][tp.partition] for tp in partitions}

    def assign(self, partitions):
        pass

    def seek(self, partition, offset):
        pass

    async def getone(self, _partition):
        self.first_reads += 1
        return SimpleNamespace(value=self.first)


@pytest.fixture
def broker(monkeypatch):
    def with_topics(ends, whole=()):
        client = Client(ends, whole)
        monkeypatch.setattr(log_module, "_consumer", lambda _cluster: client)
        monkeypatch.setattr(log_module, "Producer", lambda *_args, **_named: client)
        return client

    return with_topics


async def test_half_a_journal_is_looked_for_in_the_journal_alone(broker):
    """A console reads what is left of calls as well, which has no such record."""
    client = broker({JOURNAL.name: [9, 9], CALLS.name: [9, 9]})
    await KafkaLog(CLUSTER, CALLS.name).start()
    assert client.first_reads == 0

    await KafkaLog(CLUSTER, JOURNAL.name).start()
    assert client.first_reads == 1


async def test_half_a_journal_is_refused(broker):
    broker({JOURNAL.name: [9, 8]}, whole=(9, 9))

    with pytest.raises(JournalLostError, match="partition 1 ends at 8, and 9"):
        await KafkaLog(CLUSTER, JOURNAL.name).start()


@pytest.mark.parametrize("ends", [None, [0, 0]], ids=["deleted", "made anew"])
async def test_a_journal_that_is_away_while_it_is_rewritten_is_not_to_be_made(broker, ends):
    broker({ASIDE: [9, 9, 2], **({JOURNAL.name: ends} if ends else {})})

    with pytest.raises(TopicsWrongError, match=r"being rewritten.* run `isthmus erase` again"):
        await KafkaLog(CLUSTER, JOURNAL.name).start()


async def test_a_journal_that_is_whole_is_read_while_it_is_rewritten_and_says_so(broker):
    broker({JOURNAL.name: [9, 9]})
    log = KafkaLog(CLUSTER, JOURNAL.name)
    await log.start()
    assert not log.is_rewritten

    broker({JOURNAL.name: [9, 9], ASIDE: [9, 9, 2]})
    log = KafkaLog(CLUSTER, JOURNAL.name)
    await log.start()
    assert log.is_rewritten


async def test_a_topic_that_is_missing_is_to_be_made(broker):
    broker({})
    with pytest.raises(TopicMissingError, match=r"no topic north\.isthmus-journal: make it"):
        await KafkaLog(CLUSTER, JOURNAL.name).start()
