"""A customer may be born on either side: one lane speaks for it, and the other side's finds it."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.records import Allocation, Customer, Payment
from schemas.requests import ChangeSettings, SetMapping
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks, TenantSettings
from schemas.values import Kind
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import (
    LANE,
    LINE,
    given_a_customer_with_an_invoice,
    invoice,
    payment,
)
from tests.testing.simulated.world import SimulatedWorker, World


async def test_a_customer_of_mediaos_has_a_home_that_its_lane_in_quickbooks_knows():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()

    [made] = world.qbo.of(Kind.CUSTOMER)
    journal = worker.engine.journal
    assert journal.state(f"home:t1/qbo/{made}").lane == "t1/mediaos/42"
    assert journal.state("home:t1/mediaos/42") is None


async def test_a_customer_of_quickbooks_has_a_home_that_its_lane_in_mediaos_knows():
    world = World()
    worker = await world.worker()
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await world.run()

    [made] = world.mediaos.of(Kind.CUSTOMER)
    journal = worker.engine.journal
    assert journal.state(f"home:t1/mediaos/{made}").lane == "t1/qbo/58"
    assert journal.state("home:t1/qbo/58") is None
    assert worker.lane(f"t1/mediaos/{made}").documents == {}


async def test_what_mediaos_says_of_such_a_customer_reaches_the_lane_that_speaks_for_it():
    world = World()
    worker = await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await world.run()
    [made] = world.mediaos.of(Kind.CUSTOMER)

    await world.mediaos.person_edits(Kind.CUSTOMER, made, email="ads@tide.example")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(made), "136")
    await world.run()

    assert world.qbo.of(Kind.CUSTOMER)["58"].email == "ads@tide.example"
    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert crossed.customer == "58"
    assert worker.lane("t1/qbo/58").documents.keys() >= {"qbo/customer/58", "mediaos/invoice/136"}
    assert len(world.mediaos.of(Kind.CUSTOMER)) == len(world.qbo.of(Kind.CUSTOMER)) == 1


async def test_a_lane_of_mediaos_waits_while_its_customer_may_be_the_one_being_made():
    world = World()
    worker = await world.worker()
    world.mediaos.outage_after_commit = True
    world.mediaos.lose_replies = 1
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await world.run(5)

    [made] = world.mediaos.of(Kind.CUSTOMER)
    assert worker.lane(f"t1/mediaos/{made}").documents == {}
    assert len(worker.lane(f"t1/mediaos/{made}").held) == 1

    world.mediaos.outage_after_commit = False
    await world.run(900)
    assert len(world.mediaos.of(Kind.CUSTOMER)) == len(world.qbo.of(Kind.CUSTOMER)) == 1
    assert worker.lane(f"t1/mediaos/{made}").held == ()


async def test_a_payment_waits_for_no_customer_that_mediaos_will_never_have():
    world = World()
    await world.worker()
    settings = TenantSettings(born_in_quickbooks=BornInQuickbooks.LIST)
    await world.ask("t1", ChangeSettings(id="r1", tenant="t1", settings=settings))
    await world.run(1)
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    paid = Payment(customer="58", amount=Decimal(5), received=date(2026, 3, 9))
    await world.qbo.person_creates(Kind.PAYMENT, paid)
    await world.run()

    assert world.mediaos.of(Kind.CUSTOMER) == {}
    assert world.mediaos.of(Kind.PAYMENT) == {}


async def born_there(world: World) -> None:
    """Two are made in QuickBooks, of whom MediaOS's reply is lost, and one is edited on both."""
    world.mediaos.lose_replies = 2
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    for customer, name in (("58", "Tide Press"), ("59", "Harbour Books")):
        await world.qbo.person_creates(Kind.CUSTOMER, Customer(name=name), customer)
    await world.run(5)
    await world.qbo.person_edits(Kind.CUSTOMER, "58", phone="555-0100")
    for made, known in world.mediaos.of(Kind.CUSTOMER).items():
        if known.name == "Tide Press":
            await world.mediaos.person_edits(Kind.CUSTOMER, made, email="ads@tide.example")
            await world.mediaos.person_creates(Kind.INVOICE, invoice(made), "136")
    await world.run(3)


async def time_goes_by(world: World) -> None:
    """All that waits has its time; what was not edited or sold for a dead hour is so now."""
    world.mediaos.lose_replies = 0
    await world.run(5)
    await world.sleep_through(21 * 60)
    for made, known in world.mediaos.of(Kind.CUSTOMER).items():
        if known.name == "Tide Press" and known.email is None:
            await world.mediaos.person_edits(Kind.CUSTOMER, made, email="ads@tide.example")
        if known.name == "Tide Press" and (Kind.INVOICE, "136") not in world.mediaos.book:
            await world.mediaos.person_creates(Kind.INVOICE, invoice(made), "136")
    for _ in range(2):
        await world.sleep_through(21 * 60)
    await world.run(5)


def one_of_each(world: World, worker: SimulatedWorker, where: str) -> None:
    here, there = world.mediaos.of(Kind.CUSTOMER), world.qbo.of(Kind.CUSTOMER)
    by_id = {each.marker: each for each in here.values()}
    assert sorted(by_id) == sorted(there) == ["58", "59"], where
    assert len(here) == 2, where
    assert by_id["58"].phone == "555-0100", where
    assert there["58"].email == "ads@tide.example", where
    assert [each.customer for each in world.qbo.of(Kind.INVOICE).values()] == ["58"], where
    for book in (world.qbo, world.mediaos):
        assert set(book.carried_out.values()) == {1}, where
    lanes = [f"t1/qbo/{each}" for each in there] + [f"t1/mediaos/{each}" for each in here]
    for lane in map(worker.lane, lanes):
        assert (lane.in_flight, lane.held, lane.waits) == (None, (), None), where
        assert [d.park for d in lane.documents.values() if d.park] == [], where


@pytest.mark.slow
@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_while_they_are_made_in_mediaos_makes_one_of_each(when):
    async for world, heir, where in each_ending("dies", when, born_there, time_goes_by):
        one_of_each(world, heir, where)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.parametrize("when", SIDES)
async def test_a_worker_that_freezes_while_they_are_made_does_no_harm_when_it_thaws(when):
    async for world, heir, where in each_ending("freezes", when, born_there, time_goes_by):
        one_of_each(world, heir, where)


async def bills(world: World) -> None:
    billed = replace(invoice("58", lines=(replace(LINE, product="19"),)), number="Q-7")
    await world.qbo.person_creates(Kind.INVOICE, billed, "900")
    paid = replace(payment("900"), customer="58")
    await world.qbo.person_creates(Kind.PAYMENT, paid, "7001")


async def billed_there(world: World) -> None:
    """A customer, its invoice and a payment are made in QuickBooks; MediaOS's replies are lost."""
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(1)
    world.mediaos.lose_replies = 3
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    await bills(world)
    await world.run(5)
    await world.qbo.person_edits(Kind.INVOICE, "900", memo="Thank you")
    await world.run(3)


async def replies_come_again(world: World) -> None:
    world.mediaos.lose_replies = 0
    await world.run(5)
    for _ in range(3):
        await world.sleep_through(21 * 60)
    await world.run(5)


def billed_once(world: World, worker: SimulatedWorker, where: str) -> None:
    [customer] = world.mediaos.of(Kind.CUSTOMER)
    [(made, here)] = world.mediaos.of(Kind.INVOICE).items()
    [paid] = world.mediaos.of(Kind.PAYMENT).values()
    assert (here.customer, here.marker, here.number) == (customer, "900", "Q-7"), where
    assert [line.product for line in here.lines] == ["7"], where
    assert (here.total, here.memo) == (LINE.amount, "Thank you"), where
    assert paid.applied == (Allocation(invoice=made, amount=Decimal("100.00")),), where
    for kind, its_id in ((Kind.CUSTOMER, "58"), (Kind.INVOICE, "900"), (Kind.PAYMENT, "7001")):
        assert list(world.qbo.of(kind)) == [its_id], where
    assert set(world.mediaos.carried_out.values()) == {1}, where
    assert world.qbo.carried_out == {}, where
    for lane in (worker.lane("t1/qbo/58"), worker.lane(f"t1/mediaos/{customer}")):
        assert (lane.in_flight, lane.held, lane.waits) == (None, (), None), where
        assert [d.park for d in lane.documents.values() if d.park] == [], where


@pytest.mark.slow
@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_while_an_invoice_is_made_in_mediaos_makes_one(when):
    async for world, heir, where in each_ending("dies", when, billed_there, replies_come_again):
        billed_once(world, heir, where)


async def test_an_invoice_that_is_told_of_before_its_payment_and_its_customer_takes_them_in_order():
    """Of a customer whom no webhook told of, which is read."""
    world = World()
    worker = await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    world.qbo.webhooks = False
    await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "58")
    world.qbo.webhooks = True
    await bills(world)
    await world.run()

    assert len(world.mediaos.of(Kind.INVOICE)) == len(world.mediaos.of(Kind.PAYMENT)) == 1
    assert worker.lane("t1/qbo/58").documents["qbo/customer/58"].agreed is not None


async def test_a_payment_of_an_invoice_below_zero_says_that_it_is_a_credit():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    below = replace(LINE, product="99", unit_price=-LINE.unit_price, amount=-LINE.amount)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(lines=(below,)), "137")
    await world.run(5)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("137"), "9")
    await world.run(5)

    park = worker.lane(LANE).documents["mediaos/payment/9"].park
    assert park.reason is ParkReason.INVOICE_UNKNOWN
    assert park.detail == (
        "invoice 137 of MediaOS is below zero, and a credit memo in QuickBooks: no payment is "
        "applied to one. Take it off this payment in MediaOS, and apply it there as the credit "
        "that it is"
    )
    await world.mediaos.person_edits(Kind.PAYMENT, "9", applied=payment("136").applied)
    await world.run(5)
    assert worker.lane(LANE).documents["mediaos/payment/9"].agreed is not None
