"""Stories of records that change their customer: one document each, in the lane that has it."""

import asyncio

import pytest
from msgspec.structs import replace

from schemas.commands import Command, Create
from schemas.facts import Seen
from schemas.outcomes import Fault, No
from schemas.records import Customer
from schemas.requests import PauseTenant, ResumeTenant, Retry, SetMapping
from schemas.state import ParkReason
from schemas.values import Kind, Side
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, LINE, invoice, payment
from tests.testing.simulated.world import World

OTHER = "t1/mediaos/43"
INVOICE = "mediaos/invoice/136"
LOCKED = Fault(side=Side.QBO, status=400, code="6000", detail="locked")


async def given_two_customers(world: World) -> tuple[str, str]:
    """Return the ids of customers 42 and 43 in QuickBooks."""
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(1)
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "43")
    await world.run(1)
    first, second = world.qbo.of(Kind.CUSTOMER)
    return first, second


async def test_an_invoice_that_moves_to_another_customer_moves_in_quickbooks_too():
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)
    world.qbo.forget_requests()
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.run(5)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert crossed.customer == second
    assert INVOICE in worker.lane(LANE).documents
    assert INVOICE not in worker.lane(OTHER).documents


async def test_an_edit_after_a_move_and_its_payment_still_reach_quickbooks():
    world = World()
    await world.worker()
    _, second = await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.mediaos.person_creates(Kind.PAYMENT, replace(payment("136"), customer="43"), "9")
    await world.run(5)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert (crossed.customer, crossed.memo) == (second, "April")
    assert paid.customer == second


async def test_an_edit_of_an_invoice_that_moved_while_its_reply_was_lost_makes_no_second_one():
    """QuickBooks has told the new customer's lane that it has it, for the customer before."""
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(0)
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.run(0)
    parked = worker.lane(OTHER).documents[INVOICE].park
    assert "QuickBooks already has it" in parked.detail
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(0)
    assert worker.lane(OTHER).documents[INVOICE].park == parked
    await world.run(21 * 60)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert (crossed.customer, crossed.memo) == (second, "April")


async def test_an_invoice_that_moves_to_a_customer_that_has_not_crossed_parks_by_name():
    world = World()
    worker = await world.worker()
    first, _ = await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="44")
    await world.run(5)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert crossed.customer == first
    assert worker.lane(LANE).documents[INVOICE].park.reason is ParkReason.CUSTOMER_CHANGED


async def test_an_invoice_that_moves_in_quickbooks_is_listed_and_not_taken_for_a_new_one():
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)
    [made] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_edits(Kind.INVOICE, made, customer=second)
    await world.run(5)

    assert "customer" in worker.lane(LANE).documents[INVOICE].unplaced
    assert f"qbo/invoice/{made}" not in worker.lane(OTHER).documents


async def test_an_invoice_parked_under_both_its_customers_is_made_once():
    world = World()
    worker = await world.worker()
    for customer, name in (("42", "Harbour Books"), ("43", "Tide Press")):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=name), customer)
    await world.run(5)
    world.qbo.webhooks = False
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.run(5)
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(5)

    assert len(world.qbo.of(Kind.INVOICE)) == 1
    ours, other = (worker.lane(lane).documents[INVOICE] for lane in (LANE, OTHER))
    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert world.qbo.of(Kind.CUSTOMER)[crossed.customer].name == "Tide Press"
    assert (ours.agreed is None) != (other.agreed is None), "one lane speaks for it"
    assert "speaks for it" in (ours.unplaced or other.unplaced or "")


async def test_a_payment_that_moves_is_made_anew_once_though_requests_are_forgotten():
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(5)
    world.qbo.forget_requests()
    # No side has a payment of one customer settle another's invoice.
    await world.mediaos.person_edits(Kind.PAYMENT, "9", customer="43", applied=())
    await world.run(5)
    world.qbo.forget_requests()
    await world.run(130)

    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert paid.customer == second
    assert "mediaos/payment/9" not in worker.lane(OTHER).documents


async def test_a_move_before_the_record_crossed_ends_in_the_lane_that_made_it():
    world = World()
    worker = await world.worker()
    for customer, name in (("42", "Harbour Books"), ("43", "Tide Press")):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=name), customer)
    await world.run(5)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.run(5)
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(5)
    for lane in (LANE, OTHER):
        await world.ask(lane, Retry(id=f"r-{lane}", lane=lane, document=INVOICE))
    await world.run(5)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert world.qbo.of(Kind.CUSTOMER)[crossed.customer].name == "Tide Press"
    parks = [worker.lane(lane).documents[INVOICE].park for lane in (LANE, OTHER)]
    assert parks == [None, None]


async def test_a_record_that_two_lanes_made_by_one_request_stops_nobody():
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    # QuickBooks makes it for the first customer, and the reply is lost...
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    # ...when the other customer's lane makes it by the same request.
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.run(120)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(60)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert (crossed.customer, crossed.memo) == (second, "April")
    lanes = [worker.lane(lane).documents.get(INVOICE) for lane in (LANE, OTHER)]
    assert [lane for lane in lanes if lane and lane.unplaced is None and lane.park is None]


async def test_an_invoice_that_goes_to_and_fro_while_its_tenant_is_paused_is_made_once():
    world = World()
    await world.worker()
    _, second = await given_two_customers(world)
    await world.ask("t1", PauseTenant(id="r2", tenant="t1", reason="the bank calls"))
    await world.run(1)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("43"), "136")
    for customer in ("42", "43"):
        memo = f"for {customer}"
        await world.mediaos.person_edits(Kind.INVOICE, "136", customer=customer, memo=memo)
    await world.run(1)
    # Both lanes go on at once, each with what was kept for it.
    await world.ask("t1", ResumeTenant(id="r3", tenant="t1"))
    await world.run(60)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert (crossed.customer, crossed.memo) == (second, "for 43")


class Forgetful(dict):
    """What a side keeps of the requests that it has answered, when that is nothing."""

    def __setitem__(self, _request: str, _answer: object) -> None:
        return


async def test_of_an_invoice_that_waits_under_both_its_customers_the_newest_counts():
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    world.qbo.webhooks = False
    world.qbo.replies = Forgetful()
    # Each customer's lane keeps it for a product of its own, so they are released one by one.
    first_lines = (replace(LINE, product="8"),)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42", lines=first_lines), "136")
    await world.run(5)
    lines = (replace(LINE, product="9"),)
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43", lines=lines)
    await world.run(5)
    # What the first had of it is given up: it is nobody's any more.
    assert "speaks for it" in worker.lane(LANE).documents[INVOICE].unplaced
    await world.ask("t1", SetMapping(id="r8", tenant="t1", source="8", target="19"))
    await world.run(5)
    assert world.qbo.of(Kind.INVOICE) == {}
    await world.ask("t1", SetMapping(id="r9", tenant="t1", source="9", target="20"))
    await world.run(5)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert crossed.customer == second
    assert crossed.lines == (replace(LINE, product="20", tax="NON"),)
    assert worker.lane(OTHER).documents[INVOICE].agreed is not None


async def test_a_record_that_one_lane_has_linked_is_not_created_again_from_another():
    world = World()
    worker = await world.worker()
    _, second = await given_two_customers(world)
    world.qbo.webhooks = False
    world.qbo.replies = Forgetful()
    # Each customer's lane keeps it for an invoice of its own, so they are released one by one.
    for number, customer, product in (("208", "42", "8"), ("209", "43", "9")):
        sold = invoice(customer, lines=(replace(LINE, product=product),))
        await world.mediaos.person_creates(Kind.INVOICE, sold, number)
    await world.mediaos.person_creates(Kind.PAYMENT, payment("208"), "9")
    await world.run(5)
    parts = (replace(payment("209").applied[0], invoice="209"),)
    await world.mediaos.person_edits(Kind.PAYMENT, "9", customer="43", applied=parts)
    await world.run(5)
    await world.ask("t1", SetMapping(id="r8", tenant="t1", source="8", target="19"))
    await world.run(5)
    assert worker.lane(LANE).documents["mediaos/payment/9"].agreed is not None
    await world.ask("t1", SetMapping(id="r9", tenant="t1", source="9", target="20"))
    await world.run(150)

    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert paid.customer == second
    assert "speaks for it" in worker.lane(OTHER).documents["mediaos/payment/9"].unplaced


async def test_an_edit_of_a_linked_record_goes_to_its_lane_whatever_customer_it_names():
    world = World()
    await world.worker()
    _, second = await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.run(5)
    world.qbo.replies = Forgetful()
    await world.mediaos.person_edits(Kind.INVOICE, "136", customer="43")
    await world.run(5)

    [crossed] = world.qbo.of(Kind.INVOICE).values()
    assert crossed.customer == second
    seen = [fact.document for fact in world.told(OTHER) if isinstance(fact, Seen)]
    assert INVOICE not in seen


async def given_a_payment(world: World) -> None:
    await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.mediaos.person_creates(Kind.INVOICE, invoice("43"), "137")
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(3)


async def it_moves(world: World) -> None:
    parts = (replace(payment("137").applied[0], invoice="137"),)
    await world.mediaos.person_edits(Kind.PAYMENT, "9", customer="43", applied=parts)
    await world.run(3)


async def time_goes_by(world: World) -> None:
    for _ in range(2):
        await world.sleep_through(21 * 60)
    await world.run(5)


async def test_news_of_a_payment_that_another_lane_makes_anew_waits_for_that_lane():
    """QuickBooks tells of it before the lane that made it has folded that it did."""
    world = World()
    worker = await world.worker()
    await given_a_payment(world)
    await it_moves(world)
    await time_goes_by(world)

    assert world.kafka.values("isthmus-dead-letters") == []
    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert world.qbo.of(Kind.CUSTOMER)[paid.customer].name == "Tide Press"
    assert len(world.mediaos.of(Kind.PAYMENT)) == 1
    assert "mediaos/payment/9" in worker.lane(LANE).documents
    assert worker.lane(OTHER).waits is None


async def test_what_a_person_edits_in_that_moment_reaches_mediaos():
    world = World()
    await world.worker()
    await given_a_payment(world)
    await it_moves(world)
    await world.run(100)
    world.qbo.lose_replies = 1
    async with asyncio.timeout(30):
        while not world.qbo.of(Kind.PAYMENT):
            await world.run(1)
    [made] = world.qbo.of(Kind.PAYMENT)
    await world.qbo.person_edits(Kind.PAYMENT, made, memo="by hand")
    await time_goes_by(world)

    assert world.kafka.values("isthmus-dead-letters") == []
    [paid] = world.qbo.of(Kind.PAYMENT).values()
    assert paid.memo == world.mediaos.of(Kind.PAYMENT)["9"].memo == "by hand"


async def test_a_payment_that_moved_while_its_reply_was_lost_is_one_lanes_alone():
    """What the new customer's lane gave up of it is not joined with the one that is made anew."""
    world = World()
    worker = await world.worker()
    await given_two_customers(world)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.mediaos.person_creates(Kind.INVOICE, invoice("43"), "137")
    await world.run(5)
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(0)
    parts = (replace(payment("137").applied[0], invoice="137"),)
    await world.mediaos.person_edits(Kind.PAYMENT, "9", customer="43", applied=parts)
    await world.run(0)
    await time_goes_by(world)

    [made] = world.qbo.of(Kind.PAYMENT)
    assert worker.lane(LANE).documents["mediaos/payment/9"].qbo.id == made
    theirs = worker.lane(OTHER).documents
    assert [name for name, each in theirs.items() if each.park is not None] == []
    assert theirs["mediaos/payment/9"].agreed is None


async def test_what_bears_the_marker_of_what_another_lane_parked_is_no_copy_of_itself(monkeypatch):
    world = World()
    worker = await world.worker()
    await given_a_payment(world)
    [before] = world.qbo.of(Kind.PAYMENT).values()
    monkeypatch.setattr(world.qbo, "_refused", no_payment_is_made)
    await it_moves(world)
    for _ in range(3):
        await world.sleep_through(21 * 60)
    [other] = ((i, each) for i, each in world.qbo.of(Kind.INVOICE).items() if each.number == "137")
    parts = (replace(before.applied[0], invoice=other[0]),)
    by_hand = replace(before, customer=other[1].customer, applied=parts)
    made = await world.qbo.person_creates(Kind.PAYMENT, by_hand)
    await world.run(30)
    name = f"qbo/payment/{made}"
    assert "it goes on once that one is in step" in worker.lane(OTHER).documents[name].park.detail
    assert worker.lane(OTHER).waits is None

    monkeypatch.undo()
    await world.ask(LANE, Retry(id="r1", lane=LANE, document="mediaos/payment/9"))
    await world.run(60)

    assert list(world.qbo.of(Kind.PAYMENT)) == [made]
    assert worker.lane(LANE).documents["mediaos/payment/9"].qbo.id == made
    left = worker.lane(OTHER).documents[name]
    assert (left.park, left.unplaced) == (None, None)


def no_payment_is_made(command: Command) -> No | None:
    is_one = isinstance(command, Create) and command.kind is Kind.PAYMENT
    return No(fault=LOCKED) if is_one else None


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.parametrize("when", SIDES)
@pytest.mark.parametrize("how", ["dies", "freezes"])
async def test_a_kill_at_each_call_of_a_payments_move_leaves_it_once(how, when):
    async for world, heir, where in each_ending(
        how, when, it_moves, time_goes_by, given=given_a_payment
    ):
        [paid] = world.qbo.of(Kind.PAYMENT).values()
        customers = {made: one.name for made, one in world.qbo.of(Kind.CUSTOMER).items()}
        assert customers[paid.customer] == "Tide Press", where
        [part] = paid.applied
        assert world.qbo.of(Kind.INVOICE)[part.invoice].number == "137", where
        assert len(world.mediaos.of(Kind.PAYMENT)) == 1, where
        assert heir.lane(LANE).in_flight is None, where
        assert world.kafka.values("isthmus-dead-letters") == [], where
