"""How many events wait, when Kafka has more or less to say about it."""

from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.cluster import Cluster
from streams.kafka.backlog import Backlog

TP = TopicPartition("isthmus-intake", 3)


class Consumer:
    async def end_offsets(self, partitions):
        return dict.fromkeys(partitions, 0) | {TP: 7}

    async def beginning_offsets(self, partitions):
        return dict.fromkeys(partitions, 0) | {TP: 2}


class Admin:
    async def list_consumer_group_offsets(self, _group):
        return {TP: OffsetAndMetadata(6, "")}


class NewAdmin:
    async def list_consumer_group_offsets(self, _group):
        raise GroupCoordinatorNotAvailableError


async def waiting(admin):
    found = await Backlog(
        "isthmus-sync", Cluster(brokers="k1:9092"), admin, Consumer()
    ).by_partition()
    return {tp: events for tp, events in found.items() if events}


async def test_what_is_behind_the_committed_offset_waits():
    assert await waiting(Admin()) == {TP: 1}


async def test_on_a_kafka_without_any_group_all_that_is_there_waits():
    assert await waiting(NewAdmin()) == {TP: 5}
