"""How does a service with confluent-kafka say that something changed?  The same event and key.

    KAFKA_BROKERS=kafka-1:9092 python publish.py event.json...

KAFKA_USERNAME and KAFKA_PASSWORD log in, by TLS and SCRAM-SHA-512 unless KAFKA_MECHANISM says
PLAIN; KAFKA_CA_FILE names the authority of the brokers' certificates where it is not known here.
A file that holds no event ends it before anything is sent.
What Kafka does not take within PUBLISH_SECONDS (30) is given up: the last line names it, and the
exit status is 1.

The surprise: librdkafka puts a key on another partition than the Java client unless it is told
`murmur2_random`. Isthmus takes both; all that writes one topic had better agree.
"""

import json
import logging
import os
import sys
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

TOPIC = os.environ.get("CHANGES_TOPIC", "mediaos-changes")
#: How to log in, by librdkafka's names; without a user Kafka is spoken to in the open.
LOGIN = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": os.environ.get("KAFKA_MECHANISM", "SCRAM-SHA-512"),
    "sasl.username": os.environ.get("KAFKA_USERNAME", ""),
    "sasl.password": os.environ.get("KAFKA_PASSWORD", ""),
    "ssl.ca.location": os.environ.get("KAFKA_CA_FILE", "probe"),
}
SECONDS = float(os.environ.get("PUBLISH_SECONDS", "30"))
BROKERS = os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092")
HEADERS = [("content-type", b"application/cloudevents+json")]


def key_of(event: dict) -> str:
    """Return the Kafka key: the customer's, so that an invoice and its payments stay in order."""
    kind, _, record_id = event["subject"].partition("/")
    if kind == "product":
        return event["tenant"]
    customer = record_id if kind == "customer" else event["data"]["advertiser_id"]
    return f"{event['tenant']}/mediaos/{customer}"


class Event(NamedTuple):
    """One event: its Kafka key, and its bytes as they go."""

    key: str
    text: bytes


def read(file: str) -> Event:
    """Return the event that a file holds; an exit where it holds none, before any is sent."""
    try:
        text = Path(file).read_bytes()
        return Event(key_of(json.loads(text)), text)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as fault:
        sys.exit(f"nothing is published: {file} holds no event: {fault!r}")


def publish(producer: Producer, event: Event) -> str:
    """Send one event, and return its place once all in-sync replicas have it.

    KafkaException when Kafka does not take it in time.
    """
    places: list[str] = []

    def told(fault: KafkaError | None, message: Message) -> None:
        if fault is not None:
            raise KafkaException(fault)
        places.append(f"{message.topic()}/{message.partition()}/{message.offset()}")

    producer.produce(TOPIC, key=event.key, value=event.text, headers=HEADERS, on_delivery=told)
    producer.flush()
    return places[0]


def why(fault: KafkaException) -> str:
    """Return why an event is not in Kafka."""
    error = fault.args[0]
    late = error.name() == "_MSG_TIMED_OUT"
    return f"{BROKERS}: {f'no answer within {SECONDS:g} s' if late else error.str()}"


if __name__ == "__main__":
    events = {file: read(file) for file in sys.argv[1:]}
    connected = Producer(
        {
            "bootstrap.servers": BROKERS,
            "enable.idempotence": True,
            "message.timeout.ms": int(SECONDS * 1000),
            "partitioner": os.environ.get("PARTITIONER", "murmur2_random"),
            **(LOGIN if LOGIN["sasl.username"] else {}),
        },
        # What librdkafka says of its connections comes while it is waited for, never behind us.
        logger=logging.getLogger("kafka"),
    )
    for file, event in events.items():
        try:
            sys.stdout.write(f"{publish(connected, event)}\n")
        except KafkaException as fault:
            sys.exit(f"not published: {file} and those behind it: {why(fault)}; send them again")
