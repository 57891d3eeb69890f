"""A recorded day in a journal on Kafka, and what must be so once its customer is erased."""

from agents.cli.topics import ensure, topics_on
from schemas.catalog import decode_journal
from schemas.erasure_facts import Erased
from schemas.values import Kind, RecordRef, Side
from streams.kafka import probe
from streams.kafka.copying import Copying
from streams.outbox.kafka_producer import Producer
from streams.topics import JOURNAL, Layout
from tests.recorded.record import DAY

CUSTOMER = RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "1001")
EARLIER, NOW = b"555-0199", b"555-0100"
PARTITIONS = 3
LAYOUT = Layout(partitions=PARTITIONS).on_a_single_node()
HEADERS = [("traceparent", b"00-1")]


async def with_a_day(cluster):
    """Make the topics, and put the day's records into the journal as they were."""
    await ensure(cluster, LAYOUT, topics_on(cluster))
    producer, places = Producer(cluster), {}
    for value in DAY.read_bytes().splitlines():
        record = decode_journal(value)
        partition = places.setdefault(record.term, len(places))
        key = record.lane.encode()
        await producer.send(JOURNAL.name, key, value, HEADERS, partition=partition)
    await producer.stop()


async def forget(cluster):
    """Delete all topics under the cluster's prefix."""
    async with probe.admin(cluster) as client:
        made = await client.list_topics()
        await client.delete_topics([name for name in made if name.startswith(cluster.prefix)])


async def records(cluster, topic=JOURNAL.name, partitions=PARTITIONS):
    copying, named = Copying(cluster), cluster.named(topic)
    ends = await copying.ends(named, partitions)
    places = {partition: (0, end) for partition, end in enumerate(ends)}
    found = [[] for _ in range(partitions)]
    async for each in copying.read(named, places):
        found[each.partition].append((each.key, each.value, each.timestamp, each.headers))
    return found


def is_erased(before, after):
    """Hold the journal against the one of before: the same records, but for the strings."""
    assert [len(each) + 1 for each in before] == [len(each) for each in after]
    for one, other in zip(before, after, strict=True):
        *copied, claim = other
        assert [(k, at, h) for k, _, at, h in one] == [(k, at, h) for k, _, at, h in copied]
        assert decode_journal(claim[1]).claim
    said = b"".join(value for each in after for _, value, _, _ in each)
    assert EARLIER not in said
    assert said.count(NOW) == b"".join(v for each in before for _, v, _, _ in each).count(NOW)
    acts = [fact for each in after for fact in decode_journal(each[-1][1]).facts]
    [act] = acts
    assert isinstance(act, Erased)
    assert (act.document, act.by) == (str(CUSTOMER), "ann")
