"""Changes of both sides into one log, and what makes no sense into the dead letters."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from agents.intake.intake import Intake
from agents.intake.known_tenants import everyone
from schemas.catalog import NotUnderstoodError, decode_intake
from schemas.changes import Change
from schemas.dead_letters import DeadLetter
from schemas.products import Product
from schemas.records import Customer
from schemas.values import Kind, Revision, Side
from streams.ports import Delivery, TopicPartition
from streams.publisher import change_event
from streams.remotes.mediaos.events import change_from_event
from tests.testing.simulated.clock import START, SimulatedClock, settle

EXAMPLES = Path(__file__).parents[3] / "schemas/examples"
AT = datetime(2025, 3, 12, 9, 16, tzinfo=UTC)


class Broker:
    """Keeps what is sent; fails as often as told, and refuses what is longer than `longest`."""

    def __init__(self):
        self.sent = []
        self.failures = []
        self.longest = 10**6

    async def send(self, topic, key, value, headers=()):
        if self.failures:
            raise self.failures.pop(0)
        if len(key) + len(value) > self.longest:
            raise ValueError("too large")
        self.sent.append((topic, key, value, headers))

    def of(self, topic):
        return [(key, value) for name, key, value, _ in self.sent if name == topic]


class Qbo:
    """Reads an event of the other side as the test says."""

    def __init__(self):
        self.change = None

    def __call__(self, value, _key):
        if isinstance(self.change, Exception):
            raise self.change
        return self.change


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def qbo():
    return Qbo()


@pytest.fixture
def intake(broker, clock, qbo):
    readers = {"mediaos-changes": change_from_event, "quickbooks-changes": qbo}
    return Intake(broker, clock, readers, everyone)


def delivery(value, key=b"t1/mediaos/1001", topic="mediaos-changes"):
    return Delivery(tp=TopicPartition(topic, 3), offset=117, key=key, value=value, generation=1)


def published(kind, case, customer):
    record = json.loads((EXAMPLES / f"{kind}.v1/{case}.json").read_text())
    return change_event(
        tenant="t1",
        kind=kind,
        record=record,
        customer_id=customer,
        row_version=int(record["row_version"]),
        occurred_at=AT,
    )


def change(kind, *, customer, record=None, deleted=False):
    return Change(
        event="e1",
        tenant="t1",
        side=Side.QBO,
        kind=kind,
        id="7",
        customer=customer,
        revision=Revision(deleted=deleted, number=1),
        at=AT,
        record=record,
    )


async def test_a_mediaos_change_goes_into_the_merged_log_under_its_customer(intake, broker):
    event = published("payment", "split", "1001")
    assert await intake.handle(delivery(event.value, event.key))
    ((key, value),) = broker.of("isthmus-intake")
    assert key == b"t1/mediaos/1001"
    assert decode_intake(value) == change_from_event(event.value, event.key)


async def test_the_key_is_made_anew_whatever_a_service_wrote_behind_the_tenant(intake, broker):
    event = published("payment", "split", "1001")
    await intake.handle(delivery(event.value, b"t1/some-other-key"))
    assert broker.of("isthmus-intake")[0][0] == b"t1/mediaos/1001"


async def test_a_product_goes_under_the_tenants_own_key(intake, broker):
    event = published("product", "whole", None)
    await intake.handle(delivery(event.value, event.key))
    ((key, value),) = broker.of("isthmus-intake")
    assert key == b"t1"
    assert decode_intake(value).record == Product(name="Full page, print")


@pytest.mark.parametrize(
    ("kind", "customer", "key"),
    [
        (Kind.CUSTOMER, None, b"t1/qbo/7"),
        (Kind.INVOICE, "58", b"t1/qbo/58"),
        (Kind.PRODUCT, None, b"t1"),
    ],
)
async def test_a_change_of_quickbooks_goes_under_its_customer(
    intake, broker, qbo, kind, customer, key
):
    qbo.change = change(kind, customer=customer, record=Customer(name="A"))
    await intake.handle(delivery(b"{}", topic="quickbooks-changes"))
    assert [key for key, _ in broker.of("isthmus-intake")] == [key]


async def test_a_deletion_is_taken_in_without_a_record(intake, broker, qbo):
    qbo.change = change(Kind.INVOICE, customer="58", deleted=True)
    await intake.handle(delivery(b"{}", topic="quickbooks-changes"))
    assert decode_intake(broker.of("isthmus-intake")[0][1]) == qbo.change


async def letter_of(intake, broker, sent):
    assert await intake.handle(sent)
    assert broker.of("isthmus-intake") == []
    ((key, value),) = broker.of("isthmus-dead-letters")
    assert key == sent.key
    return msgspec.json.decode(value, type=DeadLetter)


async def test_bytes_that_make_no_sense_go_to_the_dead_letters_whole(intake, broker):
    assert await letter_of(intake, broker, delivery(b"\xffyes")) == DeadLetter(
        topic="mediaos-changes",
        partition=3,
        offset=117,
        key=b"t1/mediaos/1001",
        reason="JSON is malformed: invalid character (byte 0)",
        value=b"\xffyes",
        at=START,
    )


async def test_a_record_without_a_value_is_a_dead_letter(intake, broker):
    letter = await letter_of(intake, broker, delivery(None))
    assert (letter.value, letter.reason) == (None, "expected a value, got a record without one")


async def test_another_tenants_key_is_a_dead_letter(intake, broker):
    event = published("payment", "split", "1001")
    letter = await letter_of(intake, broker, delivery(event.value, b"t2/mediaos/1001"))
    assert letter.reason.startswith("tenant: expected 't2'")


async def test_a_change_that_is_nobodys_is_a_dead_letter_that_says_so(intake, broker, qbo):
    qbo.change = change(Kind.PAYMENT, customer=None, deleted=True)
    letter = await letter_of(intake, broker, delivery(b"{}", topic="quickbooks-changes"))
    assert letter.reason == "customer: expected whose payment it is, got nothing"


async def test_a_fault_of_ours_keeps_the_bytes_and_names_no_content(intake, broker, qbo, caplog):
    qbo.change = ZeroDivisionError("secret of a customer")
    letter = await letter_of(intake, broker, delivery(b"{}", topic="quickbooks-changes"))
    assert letter.reason == "a fault of Isthmus: ZeroDivisionError"
    assert caplog.text.count("record not handled") == 3


async def test_what_the_other_side_makes_no_sense_of_is_a_dead_letter_too(intake, broker, qbo):
    qbo.change = NotUnderstoodError("SyncToken: expected a whole number")
    letter = await letter_of(intake, broker, delivery(b"{}", topic="quickbooks-changes"))
    assert letter.reason == "SyncToken: expected a whole number"


async def test_a_letter_that_is_too_large_goes_without_its_value_and_says_so(intake, broker):
    broker.longest = 1_000
    letter = await letter_of(intake, broker, delivery(b"x" * 5_000))
    assert letter.value is None
    assert letter.reason.endswith("(the value is too large for a letter)")


@pytest.mark.parametrize("key", [b"t1/mediaos/" + b"9" * 600_000, b"\xff" * 900_000])
async def test_a_key_as_large_as_kafka_takes_stops_no_partition(intake, broker, key):
    assert await intake.handle(delivery(b"{}", key=key))

    ((kept_under, value),) = broker.of("isthmus-dead-letters")
    letter = msgspec.json.decode(value, type=DeadLetter)
    assert (kept_under, letter.key, letter.value) == (b"", b"", b"{}")
    assert letter.reason.endswith(f"(the key of {len(key):,} bytes is too large for a letter)")
    assert len(value) < 3_000


@pytest.mark.parametrize("value", [published("payment", "split", "1001").value, b"nonsense"])
async def test_while_the_broker_is_away_it_is_tried_for_as_long_as_it_takes(
    intake, broker, clock, value
):
    broker.failures = [ConnectionError("away"), TimeoutError(), OSError()] * 10
    done = asyncio.create_task(intake.handle(delivery(value)))
    await settle()
    assert len(broker.failures) == 29
    await clock.advance(0.1)
    assert len(broker.failures) == 28
    await clock.advance(60)
    assert not done.done()
    await clock.advance(120)
    assert await done
    assert len(broker.sent) == 1


async def test_holding_a_change_is_taking_it_in(intake, broker, clock):
    event = published("customer", "whole", "1001")
    assert await intake.hold(delivery(event.value, event.key))
    assert len(broker.of("isthmus-intake")) == 1
    await intake.wake(TopicPartition("mediaos-changes", 3), event.key)
    assert len(broker.sent) == 1


async def test_a_change_of_a_tenant_that_nobody_connected_is_a_dead_letter(broker, clock):
    async def nobody(_tenant):
        return False

    intake = Intake(broker, clock, {"mediaos-changes": change_from_event}, nobody)
    event = published("customer", "whole", "1001")

    assert await intake.handle(delivery(event.value))

    assert broker.of("isthmus-intake") == []
    [(key, value)] = broker.of("isthmus-dead-letters")
    letter = msgspec.json.decode(value, type=DeadLetter)
    assert (key, letter.value) == (b"t1/mediaos/1001", event.value)
    assert letter.reason == ("tenant: expected one that is connected (`isthmus connect`), got t1")
