"""Notices of QuickBooks into whole records: read once, never older than what was told."""

import asyncio
import json
from datetime import timedelta

import msgspec
import pytest
from aiokafka.errors import KafkaConnectionError

from agents.hydrate.hydrate import Hydrate
from schemas.dead_letters import DeadLetter
from schemas.outcomes import Fault, No, Unknown
from schemas.records import Invoice
from schemas.values import Kind, Side
from streams.ports import Delivery, TopicPartition
from streams.remotes.quickbooks.client import Fetched
from streams.remotes.quickbooks.events import change_from_event
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from tests.testing.simulated.clock import START, SimulatedClock, settle

#: What notices tell of happened before the test begins.
TOLD = START - timedelta(seconds=30)
#: Stands for the trace of a record that is not there.
MISSING = object()


def invoice(token, at, record_id="7"):
    entity = {
        "Id": record_id,
        "SyncToken": str(token),
        "MetaData": {"LastUpdatedTime": at.isoformat()},
        "CustomerRef": {"value": "58"},
        "TxnDate": "2026-03-01",
        "TotalAmt": 12.5,
        "Balance": 12.5,
        "Line": [],
    }
    return json.dumps(entity).encode()


class Book:
    """QuickBooks: answers in turn what the test lists, and the last one for ever."""

    def __init__(self, clock):
        self._clock = clock
        self.answers = []
        self.waits = []
        self.asked = []

    def shows(self, entity):
        self.answers.append(entity)

    async def acquire(self, _tenant, _patience_seconds):
        return self.waits.pop(0) if self.waits else 0.0

    async def fetch(self, tenant, kind, record_id):
        self.asked.append((tenant, kind, record_id))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is MISSING:
            answer = json.dumps({"Id": record_id, "status": "Deleted"}).encode()
        if isinstance(answer, bytes):
            return Fetched(realm="9", entity=answer, began=self._clock.now())
        return answer


class Journal:
    """What the journal knows: whose record it is, and up to when it has been seen."""

    def __init__(self):
        self.owners = {}
        self.answered = []
        self.seen = {}

    async def covered(self, tenant, kind, record_id, at):
        return (tenant, kind, record_id) in self.seen and self.seen[tenant, kind, record_id] >= at

    async def told(self, tenant):
        self.answered.append(tenant)

    async def whose(self, tenant, kind, record_id):
        return self.owners.get((tenant, kind, record_id))


class Broker:
    def __init__(self):
        self.sent = []
        self.failures = []

    async def send(self, topic, key, value, headers=()):
        del headers
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((topic, key, value))

    def changes(self):
        return [change_from_event(v) for topic, _, v in self.sent if topic == "quickbooks-changes"]

    def reasons(self):
        letters = [v for topic, _, v in self.sent if topic == "isthmus-dead-letters"]
        return [msgspec.json.decode(letter, type=DeadLetter).reason for letter in letters]


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def book(clock):
    return Book(clock)


@pytest.fixture
def journal():
    return Journal()


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def hydrate(broker, clock, book, journal):
    return hydrating(broker, clock, book, book, journal)


def hydrating(broker, clock, source, again, journal):
    return Hydrate(
        broker, clock, source=source, again=again, knowledge=journal, answered=journal.told
    )


def told(operation="update", *, kind=Kind.INVOICE, record_id="7", at=TOLD, loser=None, tenant="t1"):
    notice = Notice(
        realm="9", kind=kind, id=record_id, operation=operation, at=at, deleted_id=loser
    )
    key, value = notice_event(tenant, notice)
    return delivery(value, key.encode())


def delivery(value, key=b"t1/qbo-notice/invoice/7"):
    tp = TopicPartition("quickbooks-notices", 2)
    return Delivery(tp=tp, offset=5, key=key, value=value, generation=1)


async def test_a_notice_becomes_the_whole_record_under_its_customer(hydrate, book, broker):
    book.shows(invoice(3, TOLD))
    assert await hydrate.handle(told())
    ((topic, key, _),) = broker.sent
    assert (topic, key) == ("quickbooks-changes", b"t1/qbo/58")
    (change,) = broker.changes()
    assert (change.event, change.customer) == ("t1/qbo/invoice/7@3", "58")
    assert isinstance(change.record, Invoice)


@pytest.mark.parametrize(
    ("answer", "told_of"),
    [
        (invoice(3, TOLD), ["t1"]),
        (Unknown(detail="no answer"), []),
        (No(fault=Fault(side=Side.QBO, status=503)), []),
        (No(fault=Fault(side=Side.QBO, status=400, code="2010")), []),
    ],
    ids=["read", "lost", "away", "refused"],
)
async def test_who_waits_for_quickbooks_hears_of_a_read_and_of_nothing_else(
    hydrate, book, clock, journal, answer, told_of
):
    book.answers = [answer]
    done = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(6)
    assert await done
    assert await hydrate.handle(told("delete", record_id="8"))
    assert journal.answered == told_of


async def test_a_notice_that_the_fold_covers_costs_no_read(hydrate, book, journal, broker):
    journal.seen["t1", Kind.INVOICE, "7"] = TOLD
    assert await hydrate.handle(told())
    assert (book.asked, broker.sent) == ([], [])


async def test_a_read_answers_every_notice_that_was_told_before_it_began(hydrate, book, broker):
    book.shows(invoice(3, TOLD))
    for _ in range(3):
        assert await hydrate.handle(told())
    assert await hydrate.handle(told(at=TOLD - timedelta(seconds=9)))
    assert len(book.asked) == len(broker.sent) == 1


async def test_a_notice_is_not_joined_to_a_read_that_had_begun(hydrate, book, broker, clock):
    book.shows(invoice(3, TOLD))
    await hydrate.handle(told())
    since = clock.now() + timedelta(seconds=1)
    book.answers = [invoice(4, since)]
    await clock.advance(1)
    await hydrate.handle(told(at=since))
    assert [change.revision.number for change in broker.changes()] == [3, 4]


async def test_two_changes_in_the_second_of_a_read_are_both_read(hydrate, book, clock, broker):
    now = clock.now()
    book.shows(invoice(3, now))
    await hydrate.handle(told(at=now))
    book.answers = [invoice(4, now)]
    await hydrate.handle(told(at=now + timedelta(milliseconds=900)))
    assert [change.revision.number for change in broker.changes()] == [3, 4]


async def test_an_answer_older_than_the_notice_is_read_again(hydrate, book, broker, clock):
    old = TOLD - timedelta(seconds=1)
    book.shows(invoice(2, old))
    book.shows(invoice(3, TOLD))
    done = asyncio.create_task(hydrate.handle(told(at=TOLD + timedelta(milliseconds=400))))
    await settle()
    assert (len(book.asked), broker.sent) == (1, [])
    await clock.advance(0.5)
    assert await done
    assert [change.revision.number for change in broker.changes()] == [3]


async def test_what_gathered_reads_show_too_old_is_read_again_by_its_id(
    book, broker, clock, journal
):
    gathered = Book(clock)
    gathered.shows(invoice(2, TOLD - timedelta(seconds=1)))
    book.shows(invoice(2, TOLD - timedelta(seconds=1)))
    book.shows(invoice(3, TOLD))
    hydrate = hydrating(broker, clock, gathered, book, journal)
    done = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(1.5)
    assert await done
    assert (len(gathered.asked), len(book.asked)) == (1, 2)
    assert [change.revision.number for change in broker.changes()] == [3]


async def test_a_record_that_lags_for_too_long_is_published_as_it_is(hydrate, book, broker, clock):
    old = TOLD - timedelta(seconds=1)
    book.shows(invoice(2, old))
    done = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(7.4)
    assert not done.done()
    await clock.advance(0.1)
    assert await done
    assert len(book.asked) == 5
    assert [change.revision.number for change in broker.changes()] == [2]


async def test_a_full_budget_is_waited_for(hydrate, book, broker, clock):
    book.waits = [40.0, 7.0]
    book.shows(invoice(3, TOLD))
    done = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(46.9)
    assert book.asked == []
    await clock.advance(0.1)
    assert await done
    assert len(broker.changes()) == 1


@pytest.mark.parametrize(
    "weather",
    [
        Unknown(detail="no reply"),
        No(fault=Fault(side=Side.QBO, status=0, code="unreachable")),
        No(fault=Fault(side=Side.QBO, status=503)),
        No(fault=Fault(side=Side.QBO, status=403, code="3100")),
    ],
)
async def test_weather_is_waited_out_with_growing_pauses(hydrate, book, broker, clock, weather):
    book.answers = [weather] * 3
    book.shows(invoice(3, TOLD))
    done = asyncio.create_task(hydrate.handle(told()))
    counts = []
    for _ in range(7):
        await settle()
        counts.append(len(book.asked))
        await clock.advance(0.5)
    assert counts == [1, 2, 2, 3, 3, 3, 3]
    assert await done
    assert len(broker.changes()) == 1


REVOKED = No(fault=Fault(side=Side.QBO, status=403, code="reconnect", detail="revoked"))


async def test_notices_of_tenants_that_cannot_be_read_keep_no_place_and_none_is_lost(
    hydrate, book, broker, clock
):
    book.answers = [REVOKED]
    notices = [told(record_id=str(n), tenant=t) for n in range(50) for t in ("t1", "t2")]
    handled = asyncio.gather(*(hydrate.handle(each) for each in notices))
    await clock.advance(5.0)
    assert handled.done()
    assert all(handled.result())

    asked = len(book.asked)
    for more in range(50, 60):
        late = told(record_id=str(more))
        assert await hydrate.handle(late), "at once: the tenant is known to be ill"
    assert len(book.asked) == asked
    await clock.advance(3600)
    assert len(book.asked) - asked < 1_000, "one of them asks, ever more seldom"

    book.answers = [invoice(3, TOLD)]
    await clock.advance(70)
    assert len(broker.changes()) == 110
    await hydrate.handle(told(record_id="99"))
    assert len(broker.changes()) == 111


async def test_a_deletion_of_a_tenant_that_cannot_be_read_is_told_at_once(
    hydrate, book, broker, journal, clock
):
    book.answers = [REVOKED]
    journal.owners["t1", Kind.INVOICE, "8"] = "58"
    handled = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(5.0)
    assert await handled
    assert await hydrate.handle(told("delete", record_id="8"))
    assert [change.id for change in broker.changes()] == ["8"]


async def test_a_notice_that_waited_and_cannot_be_understood_is_a_dead_letter(
    hydrate, book, broker, clock
):
    book.answers = [REVOKED]
    handled = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(5.0)
    assert await handled
    book.answers = [b'{"Id": 7}']
    await clock.advance(60)
    assert len(broker.reasons()) == 1
    book.answers = [invoice(3, TOLD)]
    await hydrate.handle(told(record_id="9"))
    assert [change.id for change in broker.changes()] == ["7"], "nothing waits any more"


async def test_while_kafka_is_away_what_waited_goes_on_waiting(hydrate, book, broker, clock):
    book.answers = [REVOKED]
    handled = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(5.0)
    assert await handled
    book.answers = [invoice(3, TOLD)]
    broker.failures = [KafkaConnectionError()] * 4
    await clock.advance(300)
    assert len(broker.changes()) == 1


async def test_a_wait_that_the_side_names_is_kept_to(hydrate, book, clock):
    fault = Fault(side=Side.QBO, status=429, code="3001", retry_after_seconds=60.0)
    book.answers = [No(fault=fault)]
    book.shows(invoice(3, TOLD))
    done = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(59.9)
    assert len(book.asked) == 1
    await clock.advance(0.1)
    assert await done


async def test_a_refusal_that_no_waiting_helps_is_a_dead_letter(hydrate, book, broker):
    book.answers = [No(fault=Fault(side=Side.QBO, status=400, code="2500", detail="Invalid Id"))]
    assert await hydrate.handle(told())
    (reason,) = broker.reasons()
    assert reason == "the record cannot be read: QuickBooks answered 400 2500: Invalid Id"


async def test_a_deletion_is_told_to_the_customer_whose_record_it_was(
    hydrate, book, broker, journal
):
    journal.owners["t1", Kind.INVOICE, "7"] = "58"
    assert await hydrate.handle(told("delete"))
    assert book.asked == []
    assert broker.sent[0][1] == b"t1/qbo/58"
    (change,) = broker.changes()
    assert (change.record, change.customer, change.revision.deleted) == (None, "58", True)


async def test_a_deletion_of_a_record_never_seen_is_dropped(hydrate, broker):
    assert await hydrate.handle(told("delete", kind=Kind.PAYMENT))
    assert broker.sent == []


async def test_a_deleted_item_needs_no_customer(hydrate, broker):
    assert await hydrate.handle(told("delete", kind=Kind.PRODUCT))
    assert broker.sent[0][1] == b"t1"


async def test_a_record_that_stays_missing_counts_as_deleted(hydrate, book, broker, journal, clock):
    journal.owners["t1", Kind.INVOICE, "7"] = "58"
    book.shows(MISSING)
    done = asyncio.create_task(hydrate.handle(told()))
    await clock.advance(7.5)
    assert await done
    assert len(book.asked) == 5
    assert broker.changes()[0].revision.deleted


async def test_a_record_that_is_missing_for_a_moment_does_not(hydrate, book, broker, clock):
    book.shows(MISSING)
    book.shows(invoice(0, TOLD))
    done = asyncio.create_task(hydrate.handle(told("create")))
    await clock.advance(0.5)
    assert await done
    assert [change.revision.deleted for change in broker.changes()] == [False]


async def test_a_merge_is_told_of_both_the_loser_as_deleted(hydrate, book, broker, journal):
    journal.owners["t1", Kind.CUSTOMER, "59"] = "59"
    winner = {"Id": "58", "SyncToken": "4", "DisplayName": "Harbor Light"}
    book.shows(json.dumps(winner).encode())
    book.shows(MISSING)
    await hydrate.handle(told("merge", kind=Kind.CUSTOMER, record_id="58", loser="59"))
    assert [
        (key, change.id, change.revision.deleted)
        for (_, key, _), change in zip(broker.sent, broker.changes(), strict=True)
    ] == [(b"t1/qbo/58", "58", False), (b"t1/qbo/59", "59", True)]


async def test_a_notice_that_makes_no_sense_is_a_dead_letter(hydrate, broker):
    assert await hydrate.handle(delivery(b"{"))
    assert await hydrate.handle(delivery(None))
    assert len(broker.reasons()) == 2


async def test_a_record_that_makes_no_sense_is_a_dead_letter_naming_its_field(
    hydrate, book, broker
):
    entity = json.loads(invoice(3, TOLD))
    del entity["CustomerRef"]
    book.shows(json.dumps(entity).encode())
    assert await hydrate.handle(told())
    assert "CustomerRef" in broker.reasons()[0]


async def test_a_fault_of_ours_keeps_the_notice(hydrate, book, broker, caplog):
    book.fetch = lambda *_: 1 / 0
    assert await hydrate.handle(told())
    assert broker.reasons() == ["a fault of Isthmus: ZeroDivisionError"]
    assert "record not handled" in caplog.text


async def test_while_the_broker_is_away_the_change_waits(hydrate, book, broker, clock):
    book.shows(invoice(3, TOLD))
    broker.failures = [ConnectionError("away")] * 6
    done = asyncio.create_task(hydrate.hold(told()))
    await clock.advance(6)
    assert not done.done()
    await clock.advance(1)
    assert await done
    assert len(broker.changes()) == len(book.asked) == 1


async def test_of_the_loser_of_a_merge_it_is_told_whose_part_it_is_however_much_is_known_of_it(
    hydrate, book, journal, broker
):
    journal.seen["t1", Kind.CUSTOMER, "59"] = START
    journal.owners["t1", Kind.CUSTOMER, "59"] = "59"
    book.shows(json.dumps({"Id": "58", "SyncToken": "4", "DisplayName": "Harbor Light"}).encode())
    book.shows(MISSING)
    assert await hydrate.handle(told("merge", kind=Kind.CUSTOMER, record_id="58", loser="59"))

    survivor, loser = broker.changes()
    assert (survivor.id, survivor.merged_into) == ("58", None)
    assert (loser.id, loser.record, loser.merged_into) == ("59", None, "58")
