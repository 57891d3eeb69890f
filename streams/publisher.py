"""How does a MediaOS service say that something changed?

    async with Publisher(brokers="kafka-1:9092") as publisher:
        await publisher.publish(change_event(tenant="t1", kind="invoice", ...))

The surprise: the Kafka key names the customer, not the record, so that an invoice and its payments
stay in order with each other. This file needs only aiokafka and orjson, so a service may vendor it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, Self, get_args

import orjson
from aiokafka import AIOKafkaProducer

#: The topic on which every MediaOS service says what changed.
TOPIC = "mediaos-changes"

Kind = Literal[
    "customer", "invoice", "credit-memo", "payment", "credit-application", "refund", "product"
]


class Change(NamedTuple):
    """One change as Kafka carries it: the lane's key, a CloudEvent in JSON, its content type."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def change_event(
    *,
    tenant: str,
    kind: Kind,
    record: Mapping[str, Any],
    customer_id: str | None,
    row_version: int,
    occurred_at: datetime,
) -> Change:
    """Say in a CloudEvent what one record looks like now.

    ``record`` is the record whole, exactly as the API's GET shows it; a ``date_deleted`` in it
    makes the event a deletion. ``customer_id`` is None for a product and only for a product.
    ``row_version`` counts the record's changes from 1. Raises ValueError naming the argument.
    """
    record_id = _checked_record(kind, record, row_version)
    subject = f"{kind}/{record_id}"
    event = {
        "specversion": "1.0",
        "id": f"{_checked_name('tenant', tenant)}/mediaos/{subject}@{row_version}",
        "source": f"/mediaos/{tenant}",
        "type": f"com.mediaos.{kind}.{'deleted' if record.get('date_deleted') else 'changed'}.v1",
        "subject": subject,
        "time": _rfc3339(occurred_at),
        "datacontenttype": "application/json",
        "tenant": tenant,
        "sequence": str(row_version),
        "data": dict(record),
    }
    headers = (("content-type", b"application/cloudevents+json"),)
    return Change(_key(tenant, kind, customer_id), _encoded(event), headers)


class Publisher:
    """An idempotent producer on ``mediaos-changes``; open it with ``async with``.

    ``brokers`` is ``host:port``, several separated by commas; ``topic`` is the topic's whole name,
    with the prefix of the tenant's installation where it has one (``team-a.mediaos-changes``).
    How to log in is said in aiokafka's own words (``security_protocol="SASL_SSL"``,
    ``ssl_context=``, ``sasl_mechanism="SCRAM-SHA-512"``, ``sasl_plain_username=``, ...).
    """

    def __init__(self, *, brokers: str, topic: str = TOPIC, **login: Any) -> None:
        if not brokers.strip():
            raise ValueError("brokers: expected host:port, several separated by commas, got none")
        self._brokers = brokers
        self._topic = topic
        self._login = login
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        # aiokafka's default partitioner is murmur2, as the Java client's: one customer, one place.
        producer = AIOKafkaProducer(
            bootstrap_servers=self._brokers,
            client_id="mediaos-publisher",
            acks="all",
            enable_idempotence=True,
            **self._login,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer
        return self

    async def __aexit__(self, *raised: object) -> None:
        if self._producer is not None:
            await self._producer.stop()
            self._producer = None

    async def publish(self, change: Change) -> None:
        """Return when Kafka has the change on all in-sync replicas; raises aiokafka's KafkaError.

        After an error, publish the same change again before any newer one of the same record: a
        second copy costs nothing, since its event id is the same.
        """
        if self._producer is None:
            raise RuntimeError("the publisher is closed; open it with 'async with Publisher(...)'")
        await self._producer.send_and_wait(
            self._topic, value=change.value, key=change.key, headers=list(change.headers)
        )


def _checked_record(kind: str, record: Mapping[str, Any], row_version: object) -> str:
    if kind not in get_args(Kind):
        raise ValueError(f"kind: expected one of {', '.join(get_args(Kind))}, got {kind!r}")
    if isinstance(row_version, bool) or not (isinstance(row_version, int) and row_version >= 1):
        raise ValueError(f"row_version: expected an integer of 1 or more, got {row_version!r}")
    if record.get("row_version") != str(row_version):
        raise ValueError(
            f"record['row_version']: expected {str(row_version)!r}, the row_version of this change,"
            f" got {record.get('row_version')!r}"
        )
    return _checked_name("record['id']", record.get("id"))


def _checked_name(argument: str, value: object) -> str:
    # A slash separates the parts of keys and event ids; inside a part it would make two one.
    if not isinstance(value, str) or not value.strip() or "/" in value:
        raise ValueError(
            f"{argument}: expected a text that is not empty, without '/', got {value!r}"
        )
    return value


def _key(tenant: str, kind: Kind, customer_id: str | None) -> bytes:
    if kind != "product":
        return f"{tenant}/mediaos/{_checked_name('customer_id', customer_id)}".encode()
    if customer_id is not None:
        raise ValueError(
            f"customer_id: expected None, a product has no customer, got {customer_id!r}"
        )
    return tenant.encode()


def _rfc3339(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError("occurred_at: expected a time with its zone (aware), got a naive one")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _encoded(event: Mapping[str, object]) -> bytes:
    try:
        return orjson.dumps(event)
    except TypeError as unfit:
        raise ValueError(
            f"record: expected only what JSON carries, money as text; {unfit}"
        ) from unfit
