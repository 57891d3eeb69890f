"""Stories of answers that were lost, late, old or hard to believe, and of one document each."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from schemas.catalog import decode_journal
from schemas.command_facts import Decided
from schemas.facts import Linked
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import Retry, SetMapping
from schemas.state import ParkReason
from schemas.values import Kind, Side
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice, payment
from tests.testing.simulated.world import World

INVOICE = "mediaos/invoice/136"
PAYMENT = "mediaos/payment/9"
HOUR = 3600.0


async def given_a_linked_customer(world: World) -> str:
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run()
    [qbo_customer] = world.qbo.of(Kind.CUSTOMER)
    return qbo_customer


def refused(code: str = "2210") -> Fault:
    return Fault(side=Side.QBO, status=400, code=code, detail="Invalid Email Address format")


async def test_a_payment_with_our_marker_and_another_amount_parks_and_is_not_made_twice():
    world = World()
    worker = await world.worker()
    await given_a_linked_customer(world)
    world.qbo.webhooks = False
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run()
    world.qbo.lose_replies = 1
    world.qbo.outage_after_commit = True
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.sleep_through(HOUR + 600)
    [made] = world.qbo.of(Kind.PAYMENT)
    world.qbo.book[Kind.PAYMENT, made] = (
        2,
        replace(world.qbo.of(Kind.PAYMENT)[made], amount=Decimal("90.00")),
    )
    world.qbo.forget_requests()
    world.qbo.outage_after_commit = False
    await world.sleep_through(320)
    await world.run(30)

    assert list(world.qbo.of(Kind.PAYMENT)) == [made]
    park = worker.lane(LANE).documents[PAYMENT].park
    assert park.reason is ParkReason.CUSTOMER_CHANGED
    assert made in park.detail


async def test_a_create_refused_after_a_lost_answer_is_looked_for_before_it_is_sent_again():
    world = World()
    worker = await world.worker()
    await given_a_linked_customer(world)
    world.qbo.webhooks = False
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(0)
    world.qbo.forget_requests()
    world.qbo.refuse.append(refused())
    await world.run(60)
    assert worker.lane(LANE).documents[INVOICE].park.reason is ParkReason.REFUSED

    await world.ask(LANE, Retry(id="r3", lane=LANE, document=INVOICE))
    await world.sleep_through(320)
    await world.run(30)
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert worker.lane(LANE).documents[INVOICE].agreed is not None


async def test_a_create_that_may_still_arrive_is_not_sent_again_within_two_minutes():
    world = World()
    worker = await world.worker()
    await given_a_linked_customer(world)
    world.qbo.commit_late_seconds = 100
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(0)
    world.qbo.refuse.append(refused())
    await world.run(60)
    await world.ask(LANE, Retry(id="r3", lane=LANE, document=INVOICE))
    await world.run(10)
    assert "may still arrive" in worker.lane(LANE).waits.why

    await world.run(50)
    await world.qbo.commit_what_is_due()
    world.qbo.forget_requests()
    await world.run(300)
    assert len(world.qbo.of(Kind.INVOICE)) == 1
    assert worker.lane(LANE).documents[INVOICE].agreed is not None


async def test_an_old_success_that_is_replayed_does_not_hide_a_persons_edit():
    world = World()
    await world.worker()
    await given_a_linked_customer(world)
    world.qbo.webhooks = False
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(0)
    [made] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_edits(Kind.INVOICE, made, memo="Thank you")
    await world.run()

    assert world.mediaos.of(Kind.INVOICE)["136"].memo == "Thank you"


async def test_an_old_success_of_a_record_that_is_deleted_meanwhile_is_none():
    world = World()
    worker = await world.worker()
    await given_a_linked_customer(world)
    world.qbo.webhooks = False
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(0)
    [made] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_deletes(Kind.INVOICE, made)
    await world.run()

    assert worker.lane(LANE).documents[INVOICE].park is None
    assert world.mediaos.of(Kind.INVOICE) == {}


async def test_what_a_person_typed_before_a_record_was_adopted_is_an_edit():
    world = World()
    await world.worker()
    await given_a_linked_customer(world)
    world.qbo.webhooks = False
    world.qbo.lose_replies = 1
    world.qbo.outage_after_commit = True
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.sleep_through(HOUR + 600)
    [made] = world.qbo.of(Kind.INVOICE)
    await world.qbo.person_edits(Kind.INVOICE, made, memo="Thank you")
    world.qbo.forget_requests()
    world.qbo.outage_after_commit = False
    await world.sleep_through(320)
    await world.run(30)

    assert list(world.qbo.of(Kind.INVOICE)) == [made]
    assert world.mediaos.of(Kind.INVOICE)["136"].memo == "Thank you"


async def test_an_echo_of_a_create_that_was_refused_afterwards_is_ours_with_its_edit():
    world = World()
    worker = await world.worker()
    await given_a_linked_customer(world)
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.run(0)
    [made] = world.qbo.of(Kind.INVOICE)
    world.qbo.forget_requests()
    world.qbo.refuse.append(refused())
    await world.qbo.person_edits(Kind.INVOICE, made, memo="Thank you")
    await world.run(60)
    assert list(world.qbo.of(Kind.INVOICE)) == [made]
    assert world.mediaos.of(Kind.INVOICE)["136"].memo == "Thank you"
    assert f"qbo/invoice/{made}" not in worker.lane(LANE).documents
    records = (r for each in world.kafka.topics["isthmus-journal"].records for r in each)
    steps = [decode_journal(record.value).facts for record in records]
    [joined] = [
        step for step in steps if any(isinstance(fact, Linked) and fact.twin for fact in step)
    ]
    assert isinstance(joined[-1], Decided), "a kill finds both documents, or what is to be done"


async def test_stale_again_and_again_is_a_lockout_and_then_goes_on():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run()
    stale = Fault(side=Side.QBO, status=400, code="5010", detail="Stale Object Error")
    world.qbo.refuse += [stale] * 6
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(60)
    partition = world.kafka.partition_of(LANE.encode())
    lockout = worker.engine.context(partition, LANE).lockout
    assert lockout.until - world.clock.now() > timedelta(minutes=18)
    assert len(world.qbo.refuse) == 1, "five refusals are enough"

    await world.sleep_through(20 * 60)
    assert worker.engine.context(partition, LANE).lockout is not None, "the probe was stale as well"
    await world.sleep_through(20 * 60)
    assert worker.engine.context(partition, LANE).lockout is None
    assert next(iter(world.qbo.of(Kind.INVOICE).values())).memo == "April"


async def test_what_becomes_ready_while_others_are_judged_goes_in_the_same_round():
    world = World()
    await world.worker()
    world.qbo.webhooks = world.mediaos.webhooks = True
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "136")
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    await world.run(1)
    world.qbo.webhooks = False
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    world.mediaos.webhooks = False
    await world.run(1)

    assert len(world.qbo.of(Kind.PAYMENT)) == 1


async def test_a_name_that_is_taken_parks_also_when_an_earlier_answer_was_lost():
    world = World()
    worker = await world.worker()
    world.qbo.outage_after_commit = True
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(0.5)
    world.qbo.outage_after_commit = False
    world.qbo.refuse += [refused("6240")] * 2
    await world.run(10)
    parked = worker.lane(LANE).documents["mediaos/customer/42"].park
    assert parked.reason is ParkReason.NAME_TAKEN

    await world.run(130)
    await world.mediaos.person_edits(Kind.CUSTOMER, "42", phone="555-0100")
    await world.run(10)
    assert worker.lane(LANE).documents["mediaos/customer/42"].park is not None
    assert worker.lane(LANE).in_flight is None
    assert world.qbo.refuse == []
