"""How does a service with confluent-kafka say that something changed?  The same event and key.

    KAFKA_BROKERS=kafka-1:9092 python publish.py event.json...

The surprise: librdkafka puts a key on another partition than the Java client unless it is told
`murmur2_random`. Isthmus takes both; all that writes one topic had better agree.
"""

import json
import os
import sys
from pathlib import Path

from confluent_kafka import KafkaError, KafkaException, Message, Producer

TOPIC = os.environ.get("CHANGES_TOPIC", "mediaos-changes")
HEADERS = [("content-type", b"application/cloudevents+json")]


def key_of(event: dict) -> str:
    """Return the Kafka key: the customer's, so that an invoice and its payments stay in order."""
    kind, _, record_id = event["subject"].partition("/")
    if kind == "product":
        return event["tenant"]
    customer = record_id if kind == "customer" else event["data"]["advertiser_id"]
    return f"{event['tenant']}/mediaos/{customer}"


def publish(producer: Producer, text: bytes) -> str:
    """Send one event, and return its place once all in-sync replicas have it."""
    places: list[str] = []

    def told(fault: KafkaError | None, message: Message) -> None:
        if fault is not None:
            raise KafkaException(fault)
        places.append(f"{message.topic()}/{message.partition()}/{message.offset()}")

    key = key_of(json.loads(text))
    producer.produce(TOPIC, key=key, value=text, headers=HEADERS, on_delivery=told)
    producer.flush()
    return places[0]


if __name__ == "__main__":
    connected = Producer(
        {
            "bootstrap.servers": os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092"),
            "enable.idempotence": True,
            "partitioner": os.environ.get("PARTITIONER", "murmur2_random"),
        }
    )
    for file in sys.argv[1:]:
        sys.stdout.write(f"{publish(connected, Path(file).read_bytes())}\n")
