"""The journal that the engine itself writes, examined: no false alarm, and no mistake missed."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.audit.books import Book, Entry
from agents.audit.compare import compare
from agents.audit.findings import What
from agents.audit.history import History
from agents.audit.journal import Terms
from agents.audit.report import Agreement
from schemas.catalog import decode_journal
from schemas.records import Allocation, Customer, Invoice, Line, Payment
from schemas.requests import ChangeSettings, SetMapping
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Revision
from tests.testing.simulated.world import World

LINE = Line(
    product="7", unit_price=Decimal("128.35"), quantity=Decimal("14.5"), amount=Decimal("1861.08")
)
INVOICE = Invoice(
    customer="42",
    issued=date(2026, 3, 1),
    due=date(2026, 4, 1),
    lines=(LINE,),
    total=Decimal("1861.08"),
    balance=Decimal("1861.08"),
)
PAYMENT = Payment(
    customer="42",
    amount=Decimal("100.00"),
    received=date(2026, 3, 9),
    applied=(Allocation(invoice="136", amount=Decimal("100.00")),),
)


@pytest.fixture(autouse=True)
async def nothing_runs_on():
    """A killed process waits for ever, and the loop that it waits in ends with the test."""
    yield
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def history_of(world):
    history = History("t1")
    for partition, records in enumerate(world.kafka.topics["isthmus-journal"].records):
        terms = Terms()
        for read in records:
            record = decode_journal(read.value)
            if terms.count(partition, record):
                history.take(record)
    return history


def book_of(side):
    book = Book(side=side.side)
    for (kind, record_id), (number, record) in side.book.items():
        if kind is not Kind.PRODUCT:
            book.of(kind)[record_id] = Entry(Revision(deleted=False, number=number), record)
    return book


def report_of(world):
    return compare(
        mediaos=book_of(world.mediaos), qbo=book_of(world.qbo), history=history_of(world)
    )


async def a_day(world):
    world.qbo.lose_replies = 1
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    settings = TenantSettings(number_prefix="MediaOS-")
    await world.ask("t1", ChangeSettings(id="r2", tenant="t1", settings=settings))
    await world.run(1)
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.mediaos.person_creates(Kind.INVOICE, INVOICE, "136")
    await world.mediaos.person_creates(Kind.INVOICE, INVOICE, "137")
    await world.mediaos.person_creates(Kind.PAYMENT, PAYMENT, "9")
    await world.run(5)
    for qbo_invoice in list(world.qbo.of(Kind.INVOICE)):
        await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, due=date(2026, 5, 1))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)


async def a_payment_in_quickbooks(world, **parts):
    """Parts are what the first invoice gets of it; the simulated sides move no balances."""
    (customer,) = world.qbo.of(Kind.CUSTOMER)
    amount = Decimal("7.77")
    made = replace(PAYMENT, customer=customer, amount=amount, **parts)
    return await world.qbo.person_creates(Kind.PAYMENT, made)


@pytest.fixture
async def world():
    made = World()
    await made.worker()
    await a_day(made)
    await made.run(40)
    return made


async def test_what_the_engine_kept_in_step_agrees(world):
    part = Allocation(invoice=next(iter(world.qbo.of(Kind.INVOICE))), amount=Decimal("7.77"))
    await a_payment_in_quickbooks(world, applied=(part,))
    await world.run()
    report = report_of(world)
    assert report.findings == ()
    assert report.verdict == "The ledgers agree: 2 invoices, 2 payments, 1 customer."


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", range(3, 45, 7))
async def test_what_a_killed_engine_went_on_with_agrees(when, place):
    world = World()
    worker = await world.worker()
    setattr(worker.mortal, f"dies_{when}", place)
    await a_day(world)
    await world.worker()
    await world.run(40)
    assert report_of(world).findings == ()


async def test_what_the_engine_did_not_do_yet_is_found(world):
    world.workers[-1].kill()
    made = await a_payment_in_quickbooks(world, applied=())
    await world.mediaos.person_edits(Kind.INVOICE, "137", memo="June")
    await world.run()
    found = {(each.what, each.where) for each in report_of(world).findings}
    assert found == {
        (What.MISSING_IN_MEDIAOS, f"qbo/payment/{made}"),
        (What.NOT_SEEN, "mediaos/invoice/137"),
        (What.FIELD, "mediaos/invoice/137"),
    }


async def test_what_the_engine_could_not_place_waits_with_its_amount(world):
    qbo_invoice = next(iter(world.qbo.of(Kind.INVOICE)))
    line = replace(LINE, product="20", amount=Decimal("1.00"), unit_price=Decimal("1.00"))
    await world.qbo.person_edits(Kind.INVOICE, qbo_invoice, lines=(line,))
    await world.mediaos.person_creates(
        Kind.INVOICE, replace(INVOICE, lines=(replace(LINE, product="8"),)), "138"
    )
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Walk-in", active=False), "300")
    await world.run()
    report = report_of(world)
    assert report.findings == ()
    assert (report.counts.parked, report.counts.unplaced) == (1, 2)
    # A line of 1.00 for one of 1861.08 (this world adds nothing up), and an invoice that waits
    # for its product; the customer is unplaced, and nobody misses him.
    assert {(one.document, one.amount) for one in report.excepted} == {
        ("mediaos/invoice/136", Decimal("1860.08")),
        ("mediaos/invoice/138", Decimal("1861.08")),
    }
    assert report.agreement is Agreement.EXCEPT


class Forgetful(dict):
    """A side that does not recognise a request id."""

    def __contains__(self, _request_id):
        return False


async def test_a_build_that_makes_a_document_twice_is_caught():
    world = World()
    world.qbo.replies = Forgetful()
    await world.worker()
    await a_day(world)
    await world.run(40)
    assert What.TWICE_IN_QBO in {each.what for each in report_of(world).findings}


async def test_a_build_that_numbers_wrongly_is_caught(monkeypatch):
    monkeypatch.setattr(
        "agents.rules.documents.crossing.number_for", lambda invoice, *_: f"M{invoice}"
    )
    world = World()
    await world.worker()
    await a_day(world)
    await world.run(40)
    found = {(each.what, each.where) for each in report_of(world).findings}
    assert found == {(What.NUMBER, f"mediaos/invoice/{number}") for number in (136, 137)}


async def test_a_build_that_takes_an_older_change_for_a_newer_is_caught(monkeypatch):
    monkeypatch.setattr("agents.sync.documents.is_newer", lambda _change, _shown: True)
    world = World()
    await world.worker()
    await a_day(world)
    earlier = [record for part in world.kafka.topics["isthmus-intake"].records for record in part]
    for record in earlier:
        await world.kafka.send("isthmus-intake", record.key, record.value)
    await world.run(40)
    assert What.ORDER in {each.what for each in report_of(world).findings}
