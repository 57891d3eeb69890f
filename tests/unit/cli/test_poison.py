"""A record that goes wrong each time is buried with place and bytes; nobody waits for it."""

import asyncio
import base64
from datetime import UTC, datetime

import msgspec
import orjson
import pytest
from aiokafka.errors import KafkaConnectionError
from msgspec.structs import replace
from sqlalchemy.exc import OperationalError

from agents.cli.dead_letters import place_of
from agents.dead_letters.write import TRIES
from agents.hydrate.hydrate import Hydrate
from agents.intake.intake import Intake
from agents.intake.known_tenants import everyone
from agents.requests.lockout_requests import LockoutRequests
from agents.requests.push_requests import PushRequests
from agents.sync.settling import Settling
from schemas.catalog import decode_intake, encode
from schemas.dead_letters import DeadLetter
from schemas.engine_requests import Resume, Suspend
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import Retry, SetMapping
from schemas.state import ParkReason
from schemas.values import Kind, MappingKind, Side
from streams.cluster import Cluster
from streams.effects.effects import Effects
from streams.kafka.request_log import AGAIN_SECONDS, KafkaRequestLog
from streams.ports import Delivery, TopicPartition
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from tests.testing.simulated.clock import START, SimulatedClock
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import World

FAULT = Fault(side=Side.QBO, status=403, code="3100")
SUSPEND = Suspend(id="s1", tenant="t1", lane=LANE, version=0, fault=FAULT, at=START)
NOTICE = Notice(realm="1", kind=Kind.INVOICE, id="7", operation="update", at=START)


class Breaks:
    """Stands for any reader or source: it raises whatever is asked of it."""

    def __init__(self, fault):
        self.fault = fault
        self.calls = 0

    def __getattr__(self, _name):
        return self._raise

    def __call__(self, *_args):
        self.calls += 1
        raise self.fault

    async def _raise(self, *_args, **_named):
        self(self)


def handlers(kafka, clock, broken):
    hydrate = Hydrate(
        kafka, clock, source=broken, again=broken, knowledge=broken, answered=broken.answered
    )
    return {
        "mediaos-changes": Intake(kafka, clock, {"mediaos-changes": broken}, everyone),
        "quickbooks-notices": hydrate,
    }


def delivery(topic):
    _, value = notice_event("t1", NOTICE)
    tp = TopicPartition(topic, 2)
    return Delivery(tp=tp, offset=11, key=b"t1", value=value, generation=1)


@pytest.mark.parametrize("topic", ["mediaos-changes", "quickbooks-notices"])
async def test_what_goes_wrong_each_time_is_a_dead_letter_after_three_tries(topic):
    kafka, clock, broken = SimulatedKafka(3), SimulatedClock(), Breaks(OverflowError("a secret"))
    assert await handlers(kafka, clock, broken)[topic].handle(delivery(topic))
    [value] = kafka.values("isthmus-dead-letters")
    letter = msgspec.json.decode(value, type=DeadLetter)
    assert (letter.topic, letter.partition, letter.offset) == (topic, 2, 11)
    assert letter.value == delivery(topic).value
    assert letter.reason == "a fault of Isthmus: OverflowError"
    assert broken.calls == TRIES


@pytest.mark.parametrize("topic", ["mediaos-changes", "quickbooks-notices"])
@pytest.mark.parametrize(
    "weather", [KafkaConnectionError(), OSError(), OperationalError("", {}, ValueError("away"))]
)
async def test_for_weather_no_record_is_buried(topic, weather):
    kafka, clock, broken = SimulatedKafka(3), SimulatedClock(), Breaks(weather)
    with pytest.raises(type(weather)):
        await handlers(kafka, clock, broken)[topic].handle(delivery(topic))
    assert kafka.values("isthmus-dead-letters") == []


async def test_a_push_of_any_form_is_buried_and_not_read_again():
    kafka, clock = SimulatedKafka(3), SimulatedClock()
    for value in (b"[" * 5_000, b'{"type":"push","id":"\xff"}', b"null"):
        tp = TopicPartition("isthmus-pushes", 0)
        sent = Delivery(tp=tp, offset=1, key=b"", value=value, generation=1)
        assert await PushRequests(kafka, clock, everyone).handle(sent)
    assert len(kafka.values("isthmus-dead-letters")) == 3


async def test_a_lockout_request_of_any_form_is_buried_and_not_read_again():
    kafka, clock = SimulatedKafka(3), SimulatedClock()
    for value in (b"[" * 5_000, b'{"request":"\xff"}', b'{"lane":"' + b"x" * 20_000 + b'"}'):
        tp = TopicPartition("isthmus-lockouts", 0)
        sent = Delivery(tp=tp, offset=1, key=b"", value=value, generation=1)
        assert await LockoutRequests(kafka, clock, everyone).handle(sent)
    assert len(kafka.values("isthmus-dead-letters")) == 3


POISON = [
    b"[" * 3_000 + b"]" * 3_000,
    b'{"x":' + b"[" * 3_000 + b"]" * 3_000 + b"}",
    b'{"event":"\xff"}',
    b'{"type":"retry","id":"\xff"}',
    encode(replace(SUSPEND, at=datetime(9999, 12, 31, tzinfo=UTC))),
    encode(replace(SUSPEND, at=START.replace(tzinfo=None))),
    encode(replace(SUSPEND, version=10**9)),
]


def letters(world):
    values = world.kafka.values("isthmus-dead-letters")
    return [orjson.loads(value) for value in values]


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
@pytest.mark.parametrize("topic", ["isthmus-requests", "isthmus-intake"])
async def test_no_record_makes_a_partition_deaf(topic, poison):
    world = World()
    worker = await world.worker()
    key = b"t1" if topic == "isthmus-requests" else LANE.encode()
    world.kafka.topics[topic].keep(world.kafka.partition_of(key), key, poison)
    await world.ask("t1", SetMapping(id="behind", tenant="t1", source="9", target="19"))
    await given_a_customer_with_an_invoice(world)
    await world.run()

    [letter] = letters(world)
    assert (letter["topic"], base64.b64decode(letter["value"])) == (topic, poison)
    assert worker.engine.journal.state("tenant:t1").mapped(MappingKind.PRODUCT)["9"] == "19"
    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_a_request_that_breaks_the_engine_itself_is_buried_after_three_tries(monkeypatch):
    world = World()
    worker = await world.worker()
    broken = Breaks(OverflowError("date value out of range"))
    monkeypatch.setattr(type(worker.engine.request_consumer.mappings), "answer", broken._raise)
    await world.ask("t1", SetMapping(id="r", tenant="t1", source="9", target="19"))
    await world.ask("t1", replace(SUSPEND, version=0))
    await world.run()

    [letter] = letters(world)
    assert letter["reason"] == "a fault of Isthmus: OverflowError"
    assert broken.calls == TRIES
    assert worker.engine.journal.state("tenant:t1").suspended is not None


async def test_an_event_that_breaks_a_lanes_handler_is_buried_after_three_tries(monkeypatch):
    world = World()
    worker = await world.worker()
    broken, take = Breaks(ZeroDivisionError()), worker.engine.sync.documents.take

    async def taken(context, change, *facts):
        return await (broken._raise() if change.kind is Kind.CUSTOMER else take(context, change))

    monkeypatch.setattr(type(worker.engine.sync.documents), "take", lambda _, *a: taken(*a))
    await given_a_customer_with_an_invoice(world)
    await world.run()

    [letter] = letters(world)
    assert (letter["topic"], letter["reason"]) == (
        "isthmus-intake",
        "a fault of Isthmus: ZeroDivisionError",
    )
    assert worker.lane(LANE).documents.keys() == {"mediaos/invoice/136"}


async def test_a_suspension_of_a_time_to_come_begins_now():
    world = World()
    worker = await world.worker()
    await world.ask("t1", replace(SUSPEND, at=datetime(2099, 1, 1, tzinfo=UTC)))
    await world.run(0)
    standing = worker.engine.journal.state("tenant:t1").suspended
    assert standing.since <= world.clock.now()


async def test_a_suspension_for_a_version_that_is_none_yet_is_refused():
    world = World()
    worker = await world.worker()
    await world.ask("t1", replace(SUSPEND, version=10**9 - 1))
    await world.run()
    tenant = worker.engine.journal.state("tenant:t1")
    assert tenant is None or tenant.suspended is None


async def test_the_log_of_requests_goes_on_whatever_its_client_raises(monkeypatch, caplog):
    class Client:
        def __init__(self, **_named):
            self.faults = [RuntimeError("x"), KafkaConnectionError(), AssertionError()]
            self.sought = []

        async def start(self):
            return

        async def stop(self):
            return

        def assign(self, tps):
            self.tps = tps

        def seek(self, tp, offset):
            self.sought.append(offset)

        async def getmany(self, timeout_ms):
            await asyncio.sleep(0)
            if self.faults:
                raise self.faults.pop()
            record = type("R", (), {"offset": 7, "key": b"k", "value": b"v"})
            return {self.tps[0]: [record]}

    monkeypatch.setattr("streams.kafka.request_log.AIOKafkaConsumer", Client)
    monkeypatch.setattr("streams.kafka.request_log.AGAIN_SECONDS", 0.0)
    assert AGAIN_SECONDS > 0
    log = KafkaRequestLog(Cluster(brokers="x:1"), "requests")
    await log.start()
    async with asyncio.timeout(5):
        found = await anext(log.read(0, 7))
    await log.stop()
    assert (found.offset, found.value) == (7, b"v")
    assert caplog.text.count("requests not read") == 3


async def with_a_suspended_tenant_whose_events_are_held():
    world = World()
    worker = await world.worker()
    await world.ask("t1", SUSPEND)
    await world.run(1)
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    assert [change.kind for change in worker.lane(LANE).held] == [Kind.CUSTOMER, Kind.INVOICE]
    return world, worker


async def test_a_held_event_that_goes_wrong_each_time_is_buried_and_its_lane_goes_on(monkeypatch):
    world, worker = await with_a_suspended_tenant_whose_events_are_held()
    bad = worker.lane(LANE).held[0]
    broken, take = Breaks(ZeroDivisionError()), worker.engine.sync.documents.take

    async def taken(context, change, *facts):
        return await (broken._raise() if change == bad else take(context, change, *facts))

    monkeypatch.setattr(type(worker.engine.sync.documents), "take", lambda _, *a: taken(*a))
    standing = worker.engine.journal.state("tenant:t1").suspended
    await world.ask("t1", Resume(id="go", tenant="t1", suspension=standing.id))
    await world.run(60)

    [letter] = letters(world)
    assert (letter["topic"], letter["reason"]) == (
        "isthmus-intake",
        "a fault of Isthmus: ZeroDivisionError",
    )
    assert letter["offset"] < 0, "which offset it had, the journal does not say"
    assert str(place_of(f"isthmus-intake/{letter['partition']}/{letter['offset']}"))
    assert base64.b64decode(letter["key"]).decode() == LANE
    assert decode_intake(base64.b64decode(letter["value"])) == bad
    assert broken.calls == TRIES
    assert worker.lane(LANE).held == ()
    assert worker.lane(LANE).documents.keys() == {"mediaos/invoice/136"}


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "not-sent"])
async def test_an_open_decision_that_goes_wrong_parks_its_document_and_the_next_event_is_taken(
    monkeypatch, sent
):
    world = World()
    worker = await world.worker()
    # Else what was sent comes back with our marker, and is ours at once.
    world.qbo.webhooks = False
    carry_out = Effects.carry_out

    async def breaks(effects, tenant, in_flight, write, *, fresh):
        if in_flight.document == "mediaos/invoice/136":
            if sent:
                await carry_out(effects, tenant, in_flight, write, fresh=fresh)
            raise ZeroDivisionError
        return await carry_out(effects, tenant, in_flight, write, fresh=fresh)

    with monkeypatch.context() as bug:
        bug.setattr(Effects, "carry_out", breaks)
        await given_a_customer_with_an_invoice(world)
        await world.run(60)
        await world.mediaos.person_edits(Kind.CUSTOMER, "42", name="Harbour & Sons")
        await world.run(60)

        assert letters(world) == []
        park = worker.lane(LANE).documents["mediaos/invoice/136"].park
        assert (park.reason, park.detail) == (
            ParkReason.BUG,
            "a fault of Isthmus: ZeroDivisionError",
        )
        [customer] = world.qbo.of(Kind.CUSTOMER).values()
        assert customer.name == "Harbour & Sons"

    await world.ask(LANE, Retry(id="again", lane=LANE, document="mediaos/invoice/136"))
    await world.run(60)
    assert len(world.qbo.of(Kind.INVOICE)) == 1, "what was sent is found, and not made twice"
    assert worker.lane(LANE).documents["mediaos/invoice/136"].park is None


async def test_what_is_released_and_goes_wrong_keeps_no_other_from_being_released(monkeypatch):
    world = World()
    worker = await world.worker()
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    for number in ("136", "137"):
        await world.mediaos.person_creates(Kind.INVOICE, invoice(), number)
    await world.run(30)
    settle = Settling.settle

    async def breaks(settling, context, name, *facts, **more):
        if name == "mediaos/invoice/136":
            raise ZeroDivisionError
        return await settle(settling, context, name, *facts, **more)

    monkeypatch.setattr(Settling, "settle", breaks)
    await world.ask("t1", SetMapping(id="m", tenant="t1", source="7", target="19"))
    await world.run(60)

    documents = worker.lane(LANE).documents
    assert documents["mediaos/invoice/136"].park.reason is ParkReason.BUG
    assert documents["mediaos/invoice/137"].park is None
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert letters(world) == []
