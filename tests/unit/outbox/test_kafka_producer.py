"""After which faults does the next record go out by a new client?"""

import pytest
from aiokafka.errors import (
    KafkaTimeoutError,
    OutOfOrderSequenceNumber,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from streams.cluster import Cluster
from streams.outbox import kafka_producer
from streams.outbox.kafka_producer import Producer


class Client:
    """What Kafka's client is to a producer."""

    made = 0
    faults = ()

    def __init__(self, **_given):
        Client.made += 1

    async def start(self):
        """Connect to nobody."""

    async def stop(self):
        """Disconnect from nobody."""

    async def send_and_wait(self, topic, **_record):
        fault = dict(Client.faults).get(topic)
        if fault is not None:
            raise fault


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(kafka_producer, "AIOKafkaProducer", Client)
    Client.made, Client.faults = 0, ()
    return Client


async def sent(client, fault):
    """Send to a topic that fails so, and then to another; return how many clients that took."""
    client.faults = (("isthmus-calls", fault),)
    producer = Producer(Cluster(brokers="nobody:9092"))
    await producer.send("isthmus-intake", b"k", b"v")
    with pytest.raises(type(fault)):
        await producer.send("isthmus-calls", b"k", b"v")
    await producer.send("isthmus-intake", b"k", b"v")
    await producer.stop()
    return client.made


@pytest.mark.parametrize(
    "fault", [TopicAuthorizationFailedError("isthmus-calls"), UnknownTopicOrPartitionError()]
)
async def test_a_topic_that_we_may_not_write_or_that_is_not_there_disturbs_no_other(client, fault):
    assert await sent(client, fault) == 1


@pytest.mark.parametrize("fault", [KafkaTimeoutError(), OutOfOrderSequenceNumber()])
async def test_after_any_other_fault_a_new_client_goes_on_since_the_old_one_has_a_gap(
    client, fault
):
    assert await sent(client, fault) == 2
