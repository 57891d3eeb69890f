"""Does the publisher say what changed in the agreed form, and refuse what would mislead?"""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import FIRST_YEAR, LARGEST_RECORD, LAST_YEAR
from streams import publisher as module
from streams.publisher import Change, Publisher, change_event
from streams.remotes.mediaos.events import change_from_event

INVOICE = json.loads(
    (Path(__file__).parents[3] / "schemas/examples/invoice.v1/part-paid.json").read_text()
)
RECORD = {"id": "136", "row_version": "3", "total": "1861.08", "date_deleted": None}


def said(**changes):
    arguments = {
        "tenant": "t1",
        "kind": "invoice",
        "record": RECORD,
        "customer_id": "42",
        "row_version": 3,
        "occurred_at": datetime(2025, 3, 10, 14, 30, 5, tzinfo=UTC),
    }
    return change_event(**arguments | changes)


def test_a_change_is_a_cloudevent_keyed_by_its_customer():
    change = said()

    assert change.key == b"t1/mediaos/42"
    assert change.headers == (("content-type", b"application/cloudevents+json"),)
    assert json.loads(change.value) == {
        "specversion": "1.0",
        "id": "t1/mediaos/invoice/136@3",
        "source": "/mediaos/t1",
        "type": "com.mediaos.invoice.changed.v1",
        "subject": "invoice/136",
        "time": "2025-03-10T14:30:05Z",
        "datacontenttype": "application/json",
        "tenant": "t1",
        "sequence": "3",
        "data": RECORD,
    }


def test_a_record_with_a_date_of_deletion_is_a_deletion():
    deleted = said(record=RECORD | {"date_deleted": "2025-03-10 14:30:05"})

    assert json.loads(deleted.value)["type"] == "com.mediaos.invoice.deleted.v1"


@pytest.mark.parametrize("none", [None, "", "0000-00-00 00:00:00", "1969-12-31", "0000-00-00"])
def test_a_day_that_means_none_deletes_nothing(none):
    change = said(record=INVOICE | {"date_deleted": none}, row_version=7)

    assert json.loads(change.value)["type"] == "com.mediaos.invoice.changed.v1"
    assert not change_from_event(change.value, change.key).revision.deleted


@pytest.mark.parametrize("written", [str, int])
@pytest.mark.parametrize("number", [0, 136, 10**18 - 1])
def test_an_id_is_a_text_or_a_number_as_the_contract_allows(written, number):
    customer = written(number)
    record = INVOICE | {"id": customer, "advertiser_id": customer, "row_version": written(1)}

    change = said(record=record, customer_id=customer, row_version=1)

    assert change.key == f"t1/mediaos/{number}".encode()
    read = change_from_event(change.value, change.key)
    assert (read.id, read.customer, read.revision.number) == (str(number), str(number), 1)


def test_a_product_is_keyed_by_its_tenant():
    assert said(kind="product", customer_id=None).key == b"t1"


def test_a_time_of_another_zone_is_said_in_utc():
    pacific = timezone(timedelta(hours=-8))
    change = said(occurred_at=datetime(2025, 3, 10, 6, 30, 5, 250_000, tzinfo=pacific))

    assert json.loads(change.value)["time"] == "2025-03-10T14:30:05.250000Z"


@pytest.mark.parametrize(
    ("argument", "wrong"),
    [
        ("tenant", {"tenant": ""}),
        ("tenant", {"tenant": "t1/t2"}),
        ("tenant", {"tenant": "t 1"}),
        ("kind", {"kind": "contract"}),
        ("customer_id", {"customer_id": None}),
        ("customer_id", {"customer_id": "4/2"}),
        ("customer_id", {"customer_id": "4 2"}),
        ("customer_id", {"customer_id": -1}),
        ("customer_id", {"customer_id": 10**18}),
        ("customer_id", {"customer_id": True}),
        ("customer_id", {"kind": "product"}),
        ("row_version", {"row_version": 0}),
        ("row_version", {"row_version": True}),
        ("row_version", {"row_version": "3"}),
        ("record['row_version']", {"row_version": 4}),
        ("record['id']", {"record": RECORD | {"id": "1/2"}}),
        ("record['id']", {"record": RECORD | {"id": 1.5}}),
        ("record['id']", {"record": RECORD | {"id": None}}),
        ("record['id']", {"record": RECORD | {"id": "136\n"}}),
        ("record['row_version']", {"record": RECORD | {"row_version": True}, "row_version": 1}),
        ("row_version", {"row_version": 10**18}),
        ("tenant", {"tenant": "x" * 65}),
        ("record", {"record": RECORD | {"total": Decimal("1861.08")}}),
        ("occurred_at", {"occurred_at": datetime(2025, 3, 10)}),  # noqa: DTZ001 - naive on purpose
    ],
)
def test_what_would_mislead_is_refused_by_the_name_of_its_argument(argument, wrong):
    with pytest.raises(ValueError, match=r"expected") as refused:
        said(**wrong)

    assert str(refused.value).startswith(f"{argument}:")


# Few letters, so that the parts of two customers often run together to the same text.
names = st.text("a1_-", min_size=1, max_size=3)


@given(one=st.tuples(names, names), two=st.tuples(names, names))
def test_two_customers_never_share_a_key(one, two):
    keys = [said(tenant=tenant, customer_id=customer).key for tenant, customer in (one, two)]

    assert (keys[0] == keys[1]) == (one == two)


class RecordingProducer:
    def __init__(self, **options):
        self.options = options
        self.calls = []
        made.append(self)

    async def start(self):
        self.calls.append("start")
        if self.options["bootstrap_servers"] == "nobody:9092":
            raise ConnectionError("nobody")

    async def stop(self):
        self.calls.append("stop")

    async def send_and_wait(self, topic, **message):
        self.calls.append((topic, message))


made: list[RecordingProducer] = []


@pytest.fixture
def producers(monkeypatch):
    made.clear()
    monkeypatch.setattr(module, "AIOKafkaProducer", RecordingProducer)
    return made


async def test_a_change_is_sent_idempotently_to_all_replicas(producers):
    async with Publisher(brokers="k1:9092,k2:9092") as publisher:
        await publisher.publish(Change(b"key", b"value", (("content-type", b"x"),)))

    (producer,) = producers
    assert producer.options["bootstrap_servers"] == "k1:9092,k2:9092"
    assert (producer.options["acks"], producer.options["enable_idempotence"]) == ("all", True)
    assert "partitioner" not in producer.options
    message = {"key": b"key", "value": b"value", "headers": [("content-type", b"x")]}
    assert producer.calls == ["start", ("mediaos-changes", message), "stop"]


async def test_how_to_log_in_is_said_in_aiokafkas_own_words(producers):
    login = {"security_protocol": "SASL_SSL", "sasl_plain_password": "secret"}

    async with Publisher(brokers="k1:9092", **login) as publisher:
        assert "secret" not in repr(publisher)

    assert login.items() <= producers[0].options.items()


async def test_a_producer_that_does_not_start_is_stopped(producers):
    with pytest.raises(ConnectionError):
        await Publisher(brokers="nobody:9092").__aenter__()

    assert producers[0].calls == ["start", "stop"]


@pytest.mark.usefixtures("producers")
async def test_a_closed_publisher_says_how_to_open_it():
    publisher = Publisher(brokers="k1:9092")
    async with publisher:
        pass

    with pytest.raises(RuntimeError, match="async with"):
        await publisher.publish(said())


def test_no_brokers_is_refused():
    with pytest.raises(ValueError, match="host:port"):
        Publisher(brokers=" ")


def test_a_record_that_would_be_too_large_to_be_read_is_refused_with_its_size():
    notes = {"comments": "x" * 9_900}
    lines = {"line_items": [{"description": "y" * 90}] * 500}
    whole = INVOICE | notes | lines
    with pytest.raises(ValueError, match=r"record: expected at most 64000 bytes .*, got \d{5}$"):
        said(record=whole | {"more": ["z" * 9_000] * 3}, row_version=7)
    assert module.MOST_BYTES == LARGEST_RECORD


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_does_not_go_as_if_it_were_not_set(number):
    lines = [{"amount": "1.00"}, {"amount": number}]
    with pytest.raises(ValueError, match=r"record\['line_items'\]\[1\]\['amount'\]: expected a"):
        said(record=RECORD | {"line_items": lines})


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
        datetime(2100, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))),
        datetime(1900, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    ],
)
def test_a_time_that_isthmus_would_not_take_is_refused(moment):
    with pytest.raises(ValueError, match="occurred_at: expected a year from 1900 to 2100"):
        said(occurred_at=moment)
    assert (module.YEARS[0], module.YEARS[-1]) == (FIRST_YEAR, LAST_YEAR)
