"""Stories of a record that moves to a customer which QuickBooks does not have yet.

It waits in its first customer's lane for what happens in another one, and then goes by itself.
"""

import pytest

from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import Link, Retry
from schemas.state import ParkReason
from schemas.values import Kind, Side
from tests.scenarios.test_moves import INVOICE, given_two_customers, time_goes_by
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, invoice, payment
from tests.testing.simulated.world import World

NEW = "t1/mediaos/44"
CUSTOMER = "mediaos/customer/44"
REFUSED = Fault(side=Side.QBO, status=400, code="2210", detail="Invalid Email Address format")
WAITS = ("customer-crossed:44",)


async def given_an_invoice(world: World) -> None:
    await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)


async def it_moves_too_early(world: World) -> None:
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="44")
    await world.run(5)


async def the_customer_comes(world: World, name: str = "Quay Books") -> None:
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=name), "44")
    await world.run(5)


async def moved_too_early() -> World:
    """Return a world with a worker, where the invoice has moved and its customer has not come."""
    world = World()
    await world.worker()
    await given_an_invoice(world)
    await it_moves_too_early(world)
    return world


def park_of(world: World, name: str = INVOICE):
    return world.workers[-1].lane(LANE).documents[name].park


def customer_of_the_invoice(world: World) -> str:
    [made] = world.qbo.of(Kind.INVOICE).values()
    return world.qbo.of(Kind.CUSTOMER)[made.customer].name


async def test_an_invoice_moves_by_itself_once_its_new_customer_has_crossed():
    world = await moved_too_early()
    waiting = park_of(world)
    assert (waiting.reason, waiting.waits_for) == (ParkReason.CUSTOMER_CHANGED, WAITS)
    assert customer_of_the_invoice(world) == "Harbour Books"

    await the_customer_comes(world)

    assert customer_of_the_invoice(world) == "Quay Books"
    assert park_of(world) is None


async def test_an_edit_meanwhile_goes_with_it():
    world = await moved_too_early()
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)
    await the_customer_comes(world)

    [made] = world.qbo.of(Kind.INVOICE).values()
    assert (customer_of_the_invoice(world), made.memo) == ("Quay Books", "April")


async def test_a_payment_moves_by_itself_once_its_new_customer_has_crossed():
    world = World()
    await world.worker()
    await given_an_invoice(world)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(5)
    await world.mediaos.person_edits(Kind.PAYMENT, "9", customer="44", applied=())
    await world.run(5)
    assert park_of(world, "mediaos/payment/9").waits_for == WAITS
    await the_customer_comes(world)
    await world.run(130)

    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert world.qbo.of(Kind.CUSTOMER)[paid.customer].name == "Quay Books"


async def test_it_waits_on_while_its_new_customer_waits_itself():
    world = await moved_too_early()
    world.qbo.refuse_about[CUSTOMER] = REFUSED
    await the_customer_comes(world)
    assert world.workers[-1].lane(NEW).documents[CUSTOMER].park is not None
    assert park_of(world).waits_for == WAITS

    await world.ask(NEW, Retry(id="r2", lane=NEW, document=CUSTOMER))
    await world.run(5)

    assert customer_of_the_invoice(world) == "Quay Books"
    assert park_of(world) is None


async def test_it_goes_when_a_person_links_its_new_customer_with_one_of_quickbooks():
    world = World()
    await world.worker()
    await given_an_invoice(world)
    # Nobody tells of it, so that it is not made in MediaOS.
    world.qbo.webhooks = False
    known = await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="The Quay, Books"))
    world.qbo.webhooks = True
    await it_moves_too_early(world)
    world.qbo.refuse_about[CUSTOMER] = REFUSED
    await the_customer_comes(world)
    await world.ask(NEW, Link(id="r2", lane=NEW, document=CUSTOMER, target=known))
    await world.run(130)

    [made] = world.qbo.of(Kind.INVOICE).values()
    assert made.customer == known
    assert park_of(world) is None


async def test_one_that_is_moved_back_meanwhile_stays_where_it_is():
    world = await moved_too_early()
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="42")
    await world.run(5)
    assert park_of(world) is None
    await the_customer_comes(world)

    assert customer_of_the_invoice(world) == "Harbour Books"
    assert park_of(world) is None


async def test_one_that_moves_on_meanwhile_waits_for_the_last_alone():
    world = await moved_too_early()
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="45")
    await world.run(5)
    await the_customer_comes(world)
    assert customer_of_the_invoice(world) == "Harbour Books"
    assert park_of(world).waits_for == ("customer-crossed:45",)
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Pier Press"), "45")
    await world.run(5)

    assert customer_of_the_invoice(world) == "Pier Press"


async def test_two_that_wait_for_one_customer_both_move():
    world = World()
    await world.worker()
    await given_an_invoice(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("43"), "137")
    await world.run(5)
    for number in ("136", "137"):
        await world.mediaos.person_edits(Kind.INVOICE, number, customer="44")
    await world.run(5)
    await the_customer_comes(world)

    [new] = [key for key, one in world.qbo.of(Kind.CUSTOMER).items() if one.name == "Quay Books"]
    assert [made.customer for made in world.qbo.of(Kind.INVOICE).values()] == [new, new]


async def test_a_customer_that_crosses_while_no_worker_runs_the_lane_is_seen_by_the_next():
    world = World()
    worker = await world.worker()
    await given_an_invoice(world)
    await it_moves_too_early(world)
    worker.mortal.dies_after = worker.mortal.calls + 1
    await the_customer_comes(world)
    await world.run(5)
    await world.worker()
    await time_goes_by(world)

    assert customer_of_the_invoice(world) == "Quay Books"


async def it_moves_and_the_customer_comes(world: World) -> None:
    await it_moves_too_early(world)
    if "44" not in world.mediaos.of(Kind.CUSTOMER):
        await the_customer_comes(world)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.parametrize("when", SIDES)
@pytest.mark.parametrize("how", ["dies", "freezes"])
async def test_a_kill_at_each_call_leaves_it_with_its_new_customer_once(how, when):
    story = it_moves_and_the_customer_comes
    async for world, heir, where in each_ending(
        how, when, story, time_goes_by, given=given_an_invoice
    ):
        assert customer_of_the_invoice(world) == "Quay Books", where
        assert len(world.qbo.of(Kind.CUSTOMER)) == 3, where
        document = heir.lane(LANE).documents[INVOICE]
        assert (document.park, heir.lane(LANE).in_flight) == (None, None), where
