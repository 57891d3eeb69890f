"""A fuller day, with a worker that dies at each call, or freezes there and thaws beside another."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.outcomes import Fault
from schemas.records import Allocation, Customer, Payment
from schemas.requests import Retry, SetMapping
from schemas.values import Kind, MappingKind, Side
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import (
    LANE,
    LINE,
    given_a_customer_with_an_invoice,
    invoice,
    payment,
)
from tests.testing.simulated.world import SimulatedWorker, World

LOCKED = Fault(side=Side.QBO, status=400, code="6000", detail="locked")
CLOSED = Fault(side=Side.QBO, status=400, code="6210", detail="Account Period Closed")


async def the_day(world: World) -> None:
    """Park and release, lost answers, both sides' payments and edits, a move, a lock."""
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    world.qbo.lose_replies = 2
    for customer, name in (("42", "Harbour Books"), ("43", "Tide Press")):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=name), customer)
    await world.run(3)
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(3)
    world.qbo.refuse_about["mediaos/invoice/137"] = CLOSED
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.run(3)
    await world.ask(LANE, Retry(id="r2", lane=LANE, document="mediaos/invoice/137"))
    await paid_in_quickbooks(world)
    await world.run(3)
    for made, crossed in world.qbo.of(Kind.INVOICE).items():
        if crossed.number == "136":
            await world.qbo.person_edits(Kind.INVOICE, made, due=date(2026, 5, 1))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.mediaos.person_edits(Kind.INVOICE, "137", customer="43")
    await world.run(3)
    world.qbo.refuse_about["mediaos/invoice/136"] = LOCKED
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.run(3)


async def paid_in_quickbooks(world: World) -> None:
    """Someone pays invoice 136 there, once it is there."""
    for made, crossed in world.qbo.of(Kind.INVOICE).items():
        if crossed.number == "136":
            paid = Payment(
                customer=crossed.customer,
                amount=Decimal("50.00"),
                received=date(2026, 3, 10),
                applied=(Allocation(invoice=made, amount=Decimal("50.00")),),
            )
            await world.qbo.person_creates(Kind.PAYMENT, paid, "7001")


async def the_rest_of_the_day(world: World) -> None:
    """What people would do again after a dead hour, and time for all that waits."""
    world.qbo.lose_replies = 0
    world.qbo.refuse_about.clear()
    await world.run(5)
    await world.sleep_through(21 * 60)
    for lane in (LANE, "t1/mediaos/43"):
        await world.ask(lane, Retry(id=f"r3-{lane}", lane=lane, document="mediaos/invoice/137"))
    if (Kind.PAYMENT, "7001") not in world.qbo.book:
        await paid_in_quickbooks(world)
    for made, crossed in world.qbo.of(Kind.INVOICE).items():
        if crossed.number == "136" and crossed.due is None:
            await world.qbo.person_edits(Kind.INVOICE, made, due=date(2026, 5, 1))
    await world.run(5)
    for _ in range(2):
        await world.sleep_through(21 * 60)
    await world.run(5)


def check(world: World, worker: SimulatedWorker, where: str) -> None:
    customers = {c.name: made for made, c in world.qbo.of(Kind.CUSTOMER).items()}
    assert sorted(customers) == ["Harbour Books", "Tide Press"], where
    assert len(world.qbo.of(Kind.CUSTOMER)) == 2, where
    crossed = {i.number: i for i in world.qbo.of(Kind.INVOICE).values()}
    assert (sorted(crossed), len(world.qbo.of(Kind.INVOICE))) == (["136", "137"], 2), where
    assert crossed["136"].lines == (replace(LINE, product="19", tax="NON"),), where
    there = world.mediaos.of(Kind.INVOICE)
    assert (crossed["136"].memo, there["136"].memo) == ("May", "May"), where
    assert crossed["136"].due == there["136"].due == date(2026, 5, 1), where
    assert crossed["137"].customer == customers["Tide Press"], where
    for book in (world.qbo, world.mediaos):
        amounts = sorted(p.amount for p in book.of(Kind.PAYMENT).values())
        assert amounts == [Decimal("50.00"), Decimal("100.00")], where
        assert set(book.carried_out.values()) == {1}, where
    for lane in (LANE, "t1/mediaos/43"):
        state = worker.lane(lane)
        assert (state.in_flight, state.held, state.waits) == (None, (), None), where
        assert [d.park for d in state.documents.values() if d.park] == [], where


@pytest.mark.slow
@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_of_a_full_day_loses_and_doubles_nothing(when):
    async for world, heir, where in each_ending("dies", when, the_day, the_rest_of_the_day):
        check(world, heir, where)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.parametrize("when", SIDES)
async def test_a_worker_that_freezes_at_each_call_and_thaws_beside_its_heir_does_no_harm(when):
    async for world, heir, where in each_ending("freezes", when, the_day, the_rest_of_the_day):
        check(world, heir, where)


async def given_a_lane_of_its_own(world: World) -> None:
    """A create is refused after a lost answer, so its echo founds a lane that collects records."""
    await world.run(1)
    world.qbo.outage_after_commit = True
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(1)
    world.qbo.outage_after_commit = False
    world.qbo.forget_requests()
    world.qbo.refuse_about["mediaos/customer/42"] = CLOSED
    await world.run(5)
    await world.qbo.person_creates(Kind.INVOICE, invoice("1002"), "7100")
    await world.sleep_through(130)
    await world.run(5)


async def a_hand_over(world: World) -> None:
    await world.qbo.person_edits(Kind.CUSTOMER, "1002", phone="555-0100")
    await world.qbo.person_edits(Kind.INVOICE, "7100", memo="by hand")
    await world.ask(LANE, Retry(id="r1", lane=LANE, document="mediaos/customer/42"))
    await world.run(5)


def handed_over(world: World, worker: SimulatedWorker, where: str) -> None:
    assert list(world.qbo.of(Kind.CUSTOMER)) == ["1002"], where
    assert world.mediaos.of(Kind.CUSTOMER)["42"].phone == "555-0100", where
    home, other = worker.lane(LANE), worker.lane("t1/qbo/1002")
    assert (other.home, other.documents, other.held) == (LANE, {}, ()), where
    assert sorted(home.documents) == ["mediaos/customer/42", "qbo/invoice/7100"], where
    assert home.documents["qbo/invoice/7100"].qbo.record.memo == "by hand", where
    assert (home.in_flight, home.held, home.waits) == (None, (), None), where


async def until_it_settles(world: World) -> None:
    await world.sleep_through(130)
    await world.run(5)


@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_of_a_hand_over_loses_and_doubles_nothing(when):
    async for world, heir, where in each_ending(
        "dies", when, a_hand_over, until_it_settles, given=given_a_lane_of_its_own
    ):
        handed_over(world, heir, where)


async def given_two_invoices_and_a_payment(world: World) -> None:
    await given_a_customer_with_an_invoice(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "138")
    await world.mediaos.person_creates(Kind.PAYMENT, payment("138"), "9")
    await world.run(10)


async def all_is_taken_away(world: World) -> None:
    """An invoice on each side, and a payment, with lost answers; one is brought back."""
    world.qbo.lose_replies, world.mediaos.lose_replies = 1, 1
    await world.mediaos.person_deletes(Kind.INVOICE, "136")
    for made, crossed in world.qbo.of(Kind.INVOICE).items():
        if crossed.number == "MediaOS-137":
            await world.qbo.person_deletes(Kind.INVOICE, made)
    await world.mediaos.person_deletes(Kind.PAYMENT, "9")
    await world.run(5)
    world.qbo.lose_replies = world.mediaos.lose_replies = 0
    await world.mediaos.person_restores(Kind.INVOICE, "136", invoice())
    await world.run(5)


async def until_it_may_be_made_anew(world: World) -> None:
    await world.run(5)
    for _ in range(2):
        await world.sleep_through(130)
    await world.run(5)


def taken_away_once(world: World, worker: SimulatedWorker, where: str) -> None:
    numbers = sorted(crossed.number for crossed in world.qbo.of(Kind.INVOICE).values())
    assert numbers == ["MediaOS-136", "MediaOS-138"], where
    assert sorted(world.mediaos.of(Kind.INVOICE)) == ["136", "138"], where
    assert (world.qbo.of(Kind.PAYMENT), world.mediaos.of(Kind.PAYMENT)) == ({}, {}), where
    for book in (world.qbo, world.mediaos):
        assert set(book.carried_out.values()) == {1}, where
    state = worker.lane(LANE)
    assert (state.in_flight, state.held, state.waits) == (None, (), None), where
    assert [d.park for d in state.documents.values() if d.park] == [], where


@pytest.mark.slow
@pytest.mark.parametrize("when", SIDES)
@pytest.mark.parametrize("how", ["dies", "freezes"])
async def test_a_kill_at_each_call_of_a_removal_leaves_one_outcome(how, when):
    async for world, heir, where in each_ending(
        how,
        when,
        all_is_taken_away,
        until_it_may_be_made_anew,
        given=given_two_invoices_and_a_payment,
    ):
        taken_away_once(world, heir, where)


async def test_a_request_taken_twice_by_two_owners_is_done_once():
    world = World()
    first = await world.worker()
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    heir = await world.worker(kill=False)
    await world.run(5)
    for worker in (first, heir):
        partition = world.kafka.partition_of(b"t1")
        assert worker.engine.context(partition, "t1").tenant_state.mapped(MappingKind.PRODUCT) == {
            "7": "19"
        }
