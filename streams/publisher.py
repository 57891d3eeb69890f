"""How does a MediaOS service say that something changed?

    async with Publisher(brokers="kafka-1:9092") as publisher:
        await publisher.publish(change_event(tenant="t1", kind="invoice", ...))

The surprise: the Kafka key names the customer, not the record, so that an invoice and its payments
stay in order with each other. This file needs only aiokafka and orjson, so a service may vendor it.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Literal, NamedTuple, Self, TypeGuard, get_args

import orjson
from aiokafka import AIOKafkaProducer

#: The topic on which every MediaOS service says what changed.
TOPIC = "mediaos-changes"
#: A tenant, or an id that is a text.
NAME = re.compile(r"[0-9A-Za-z_-]{1,64}")
#: What 18 digits can say: an id that is a number, a row version.
MOST_WHOLE = 10**18 - 1
#: As JSON; a larger one is a dead letter.
MOST_BYTES = 64_000
#: In which a change may have happened.
YEARS = range(1900, 2101)
#: Days that stand for no date.
NO_DAYS = frozenset({"0000-00-00", "1969-12-31"})

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
    customer_id: str | int | None,
    row_version: int,
    occurred_at: datetime,
) -> Change:
    """Say in a CloudEvent what one record looks like now.

    ``record`` is the record whole, exactly as the API's GET shows it: its id and its row version
    are texts or whole numbers, and a ``date_deleted`` in it makes the event a deletion, unless it
    is one of the days that mean none. ``customer_id`` is None for a product and only for a product.
    ``row_version`` counts the record's changes from 1. Raises ValueError naming the argument; a
    record of more than 64,000 bytes of JSON is refused, since Isthmus could not take it.
    """
    record_id = _checked_record(kind, record, row_version)
    subject = f"{kind}/{record_id}"
    verb = "deleted" if _is_dated(record.get("date_deleted")) else "changed"
    event = {
        "specversion": "1.0",
        "id": f"{_checked_tenant(tenant)}/mediaos/{subject}@{row_version}",
        "source": f"/mediaos/{tenant}",
        "type": f"com.mediaos.{kind}.{verb}.v1",
        "subject": subject,
        "time": _rfc3339(occurred_at),
        "datacontenttype": "application/json",
        "tenant": tenant,
        "sequence": str(row_version),
        "data": _data(record),
    }
    headers = (("content-type", b"application/cloudevents+json"),)
    return Change(_key(tenant, kind, customer_id), orjson.dumps(event), headers)


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
    if not _is_whole(row_version) or not 1 <= row_version <= MOST_WHOLE:
        raise ValueError(
            f"row_version: expected a whole number from 1 to {MOST_WHOLE}, got {row_version!r}"
        )
    own = record.get("row_version")
    if not (own == str(row_version) or (_is_whole(own) and own == row_version)):
        raise ValueError(
            f"record['row_version']: expected {row_version}, the row_version of this change, or"
            f" its text, got {own!r}"
        )
    return _checked_id("record['id']", record.get("id"))


def _checked_tenant(value: object) -> str:
    if not (isinstance(value, str) and NAME.fullmatch(value)):
        raise ValueError(f"tenant: expected 1 to 64 of A-Z a-z 0-9 _ -, got {value!r}")
    return value


def _checked_id(argument: str, value: object) -> str:
    # A slash separates the parts of keys and event ids; inside a part it would make two one.
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    if _is_whole(value) and 0 <= value <= MOST_WHOLE:
        return str(value)
    raise ValueError(
        f"{argument}: expected 1 to 64 of A-Z a-z 0-9 _ -, or a whole number of at most 18 digits,"
        f" got {value!r}"
    )


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_dated(value: object) -> bool:
    return bool(value) and str(value)[:10] not in NO_DAYS


def _key(tenant: str, kind: Kind, customer_id: str | int | None) -> bytes:
    if kind != "product":
        return f"{tenant}/mediaos/{_checked_id('customer_id', customer_id)}".encode()
    if customer_id is not None:
        raise ValueError(
            f"customer_id: expected None, a product has no customer, got {customer_id!r}"
        )
    return tenant.encode()


def _rfc3339(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError("occurred_at: expected a time with its zone (aware), got a naive one")
    # Of year 1 or 9999 there may be no time in UTC.
    if moment.year not in YEARS or (utc := moment.astimezone(UTC)).year not in YEARS:
        raise ValueError(f"occurred_at: expected a year from 1900 to 2100, got {moment.year}")
    return utc.isoformat().replace("+00:00", "Z")


def _data(record: Mapping[str, Any]) -> orjson.Fragment:
    """Return a record as it goes, once it is known that it can be read."""
    try:
        data = orjson.dumps(dict(record))
    except TypeError as unfit:
        raise ValueError(
            f"record: expected only what JSON carries, money as text; {unfit}"
        ) from unfit
    if len(data) > MOST_BYTES:
        raise ValueError(
            f"record: expected at most {MOST_BYTES} bytes of JSON (divide it), got {len(data)}"
        )
    _check_numbers(record, "record")
    return orjson.Fragment(data)


def _check_numbers(value: object, path: str) -> None:
    """Refuse what is no number: JSON has no word for it, and it would go as if it were not set."""
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{path}: expected a finite number, or money as text, got {value}")
    if isinstance(value, Mapping):
        for name, each in value.items():
            _check_numbers(each, f"{path}[{name!r}]")
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            _check_numbers(each, f"{path}[{place}]")
