"""How does the watch come by what it adds up?  By a plain consumer, as anybody may read."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from agents.lab.demo.watch import Watch
from streams.cluster import Cluster
from streams.topics import DEAD_LETTERS, JOURNAL, QUICKBOOKS_NOTICES, Layout

#: In pieces of so many, so that the screen stays alive.
RECORDS_A_READ = 500
READ_MS = 200


async def tail(cluster: Cluster, watch: Watch) -> None:
    """Read until cancelled: the journal from its beginning, the others from now on."""
    consumer = AIOKafkaConsumer(bootstrap_servers=cluster.brokers, enable_auto_commit=False)
    await consumer.start()
    try:
        await _begin(consumer, cluster)
        while True:
            found = await consumer.getmany(timeout_ms=READ_MS, max_records=RECORDS_A_READ)
            for records in found.values():
                _take(watch, cluster, records)
            if found:
                await watch.read_some()
    finally:
        await consumer.stop()


async def _begin(consumer: AIOKafkaConsumer, cluster: Cluster) -> None:
    of = {
        topic: [
            TopicPartition(cluster.named(topic.name), number)
            for number in range(Layout().partitions)
        ]
        for topic in (JOURNAL, DEAD_LETTERS, QUICKBOOKS_NOTICES)
    }
    consumer.assign([tp for several in of.values() for tp in several])
    await consumer.seek_to_beginning(*of.pop(JOURNAL))
    await consumer.seek_to_end(*(tp for several in of.values() for tp in several))


def _take(watch: Watch, cluster: Cluster, records: Iterable[ConsumerRecord]) -> None:
    for record in records:
        match cluster.ours(record.topic):
            case JOURNAL.name:
                watch.take(record.partition, record.value or b"")
            case DEAD_LETTERS.name:
                watch.take_letter()
            case _:
                watch.take_notice(record.key or b"", record.value or b"")
