"""What our own writes move comes back as notices: read with others, and never forgotten."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.hydrate.echoes import Echoes, Name
from agents.hydrate.hydrate import EXPLAINED_WITHIN, Hydrate
from agents.hydrate.set_aside import ECHO_SECONDS
from schemas.changes import Change
from schemas.command_facts import CommandApplied
from schemas.envelope import JournalRecord
from schemas.facts import Seen
from schemas.records import Allocation
from schemas.values import Kind, RecordRef, Revision, Side
from streams.ports import Delivery, TopicPartition
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from tests.testing.simulated.clock import START, SimulatedClock, settle
from tests.unit.hydrate.test_hydrate import Book, Broker, Journal, invoice
from tests.unit.rules.records import PAYMENT, QBO_INVOICE

AT = START
#: Of QuickBooks' customer 58, for its invoice 7.
QBO_PAYMENT = replace(
    PAYMENT,
    customer=QBO_INVOICE.customer,
    applied=(Allocation(invoice="7", amount=Decimal(40)),),
)
SECOND = timedelta(seconds=1)


def applied(kind=Kind.INVOICE, record=QBO_INVOICE, record_id="7", side=Side.QBO):
    return CommandApplied(
        command="c1",
        side=side,
        kind=kind,
        id=record_id,
        revision=Revision(False, 0),
        record=record,
        at=AT,
    )


def seen(kind, record, record_id):
    name = RecordRef(Side.QBO, kind, record_id)
    change = Change(
        event="e1",
        tenant="t1",
        side=Side.QBO,
        kind=kind,
        id=record_id,
        customer=record.customer,
        revision=Revision(False, 0),
        at=AT,
        record=record,
    )
    return Seen(document=str(name), change=change)


def told(echoes, *facts):
    echoes.folded(0, JournalRecord(term="a", lane="t1/qbo/58", at=AT, facts=facts), ())


@pytest.fixture
def echoes():
    return Echoes()


@pytest.mark.parametrize(
    "fact",
    [
        applied(),
        applied(Kind.CREDIT_APPLICATION, QBO_PAYMENT),
        seen(Kind.INVOICE, QBO_INVOICE, "7"),
    ],
)
def test_a_document_explains_its_customers_balance_in_its_second_and_the_next(echoes, fact):
    told(echoes, fact)
    customer = Name("t1", Kind.CUSTOMER, QBO_INVOICE.customer)

    explained = [echoes.explain(customer, AT + n * SECOND / 2) for n in range(-1, 5)]
    assert explained == [False, True, True, True, True, False]
    assert not echoes.explain(Name("t2", *customer[1:]), AT)


def test_a_write_of_ours_explains_its_own_record_and_what_was_read_does_not(echoes):
    told(echoes, seen(Kind.PAYMENT, QBO_PAYMENT, "9"))
    assert not echoes.explain(Name("t1", Kind.PAYMENT, "9"), AT)

    told(echoes, applied(Kind.PAYMENT, QBO_PAYMENT, "9"))
    assert echoes.explain(Name("t1", Kind.PAYMENT, "9"), AT)


def test_a_payment_explains_its_invoices_and_not_others(echoes):
    told(echoes, seen(Kind.PAYMENT, QBO_PAYMENT, "9"))

    assert echoes.explain(Name("t1", Kind.INVOICE, "7"), AT)
    assert not echoes.explain(Name("t1", Kind.INVOICE, "999"), AT)


def test_a_credit_application_is_told_of_as_the_payment_that_it_is(echoes):
    told(echoes, applied(Kind.CREDIT_APPLICATION, QBO_PAYMENT, "9"))

    assert echoes.explain(Name("t1", Kind.PAYMENT, "9"), AT)


def test_what_mediaos_did_explains_nothing_of_quickbooks(echoes):
    told(echoes, applied(side=Side.MEDIAOS))

    assert not echoes.explain(Name("t1", Kind.INVOICE, "7"), AT)


class Desk:
    """Hydrate over one QuickBooks, and the notices that it is handed."""

    def __init__(self, echoes):
        self.clock, self.journal, self.broker = SimulatedClock(), Journal(), Broker()
        self.book = Book(self.clock)
        self.book.shows(invoice(1, AT))
        self.hydrate = Hydrate(
            self.broker,
            self.clock,
            source=self.book,
            again=self.book,
            knowledge=self.journal,
            answered=self.journal.told,
            echoes=echoes,
        )

    async def hears(self, record_id, operation="update"):
        notice = Notice(realm="9", kind=Kind.INVOICE, id=record_id, operation=operation, at=AT)
        key, value = notice_event("t1", notice)
        delivery = Delivery(
            tp=TopicPartition("quickbooks-notices", 0),
            offset=0,
            key=key.encode(),
            value=value,
            generation=1,
        )
        return await self.hydrate.handle(delivery)

    def read(self):
        return [record_id for _, _, record_id in self.book.asked]


@pytest.fixture
def desk(echoes):
    return Desk(echoes)


async def test_what_is_explained_takes_no_place_and_is_read_some_seconds_later(desk, echoes):
    told(echoes, applied(record_id="7"), applied(record_id="8"))
    assert await desk.hears("7")
    await desk.clock.advance(ECHO_SECONDS / 2)
    assert await desk.hears("8")
    await desk.clock.advance(ECHO_SECONDS / 2 - 0.1)
    assert desk.read() == []

    await desk.clock.advance(0.2)
    assert desk.read() == ["7", "8"]
    assert len(desk.broker.changes()) == 2


async def test_what_is_explained_is_read_with_the_next_of_its_kind_that_is_news(desk, echoes):
    told(echoes, applied(record_id="7"))
    assert await desk.hears("7")
    assert await desk.hears("12", "create")
    await settle()

    assert sorted(desk.read()) == ["12", "7"]


async def test_many_echoes_of_one_record_are_one_reading(desk, echoes):
    told(echoes, applied(record_id="7"))
    for _ in range(5):
        assert await desk.hears("7")
    await desk.clock.advance(ECHO_SECONDS)

    assert desk.read() == ["7"]


async def test_what_is_explained_a_moment_later_waits_as_well(desk, echoes):
    hearing = asyncio.create_task(desk.hears("7"))
    await desk.clock.advance(EXPLAINED_WITHIN / 2)
    told(echoes, seen(Kind.PAYMENT, QBO_PAYMENT, "9"))
    await desk.clock.advance(EXPLAINED_WITHIN)
    assert hearing.result()
    assert desk.read() == []

    await desk.clock.advance(ECHO_SECONDS)
    assert desk.read() == ["7"]


async def test_what_nothing_explains_is_read_once_others_had_their_time(desk):
    hearing = asyncio.create_task(desk.hears("7"))
    await desk.clock.advance(EXPLAINED_WITHIN - 0.1)
    assert desk.read() == []
    await desk.clock.advance(0.2)

    assert hearing.result()
    assert desk.read() == ["7"]


@pytest.mark.parametrize("operation", ["void", "emailed"])
async def test_what_is_no_mere_change_is_read_at_once(desk, echoes, operation):
    told(echoes, applied(record_id="7"))
    assert await desk.hears("7", operation)

    assert desk.read() == ["7"]


async def test_what_cannot_be_read_when_its_time_comes_waits_as_others_do(desk, echoes):
    told(echoes, applied(record_id="7"))
    desk.book.waits = [100.0, 100.0]
    assert await desk.hears("7")
    await desk.clock.advance(ECHO_SECONDS)
    assert desk.read() == []

    await desk.clock.advance(300)
    assert desk.read() == ["7"]
