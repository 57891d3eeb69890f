"""Stories of a customer whom QuickBooks tells of before anybody knows whose it is."""

from msgspec.structs import replace

from schemas.facts import Seen
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.values import Kind, Side
from tests.testing.simulated.story import LANE, payment
from tests.testing.simulated.world import SimulatedWorker, World

CREATING = "a customer of this tenant is being created"
NEWCOMER, STRANGER = "t1/qbo/1002", "t1/qbo/300"


async def given_a_customer_whose_create_has_no_answer(world: World) -> SimulatedWorker:
    """Its echo comes, and the answer does not, for as long as the outage lasts."""
    worker = await world.worker()
    world.qbo.outage_after_commit = True
    world.qbo.lose_replies = 1
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Harbour Books"), "42")
    await world.run(1)
    assert list(world.qbo.of(Kind.CUSTOMER)) == ["1002"]
    return worker


async def test_a_lane_of_quickbooks_waits_while_a_customer_is_being_created():
    world = World()
    worker = await given_a_customer_whose_create_has_no_answer(world)
    lane = worker.lane(NEWCOMER)

    assert (lane.waits.why, lane.waits.until) == (CREATING, None)
    assert [change.id for change in lane.held] == ["1002"]
    assert lane.documents == {}


async def test_what_such_a_lane_held_goes_to_the_lane_that_made_the_customer():
    world = World()
    worker = await given_a_customer_whose_create_has_no_answer(world)
    await world.qbo.person_edits(Kind.CUSTOMER, "1002", phone="555-0100")
    paid = replace(payment("none"), customer="1002", applied=())
    await world.qbo.person_creates(Kind.PAYMENT, paid, "7001")
    await world.run(1)
    assert len(worker.lane(NEWCOMER).held) == 3
    world.qbo.outage_after_commit = False
    await world.run(60)

    assert world.mediaos.of(Kind.CUSTOMER)["42"].phone == "555-0100"
    assert list(world.mediaos.of(Kind.PAYMENT).values()) == [
        replace(paid, customer="42", marker="7001")
    ]
    lane = worker.lane(NEWCOMER)
    assert (lane.home, lane.held, lane.waits) == (LANE, (), None)
    assert [fact for fact in world.told(NEWCOMER) if isinstance(fact, Seen)] == []


async def test_a_lane_learns_of_its_home_though_another_customer_is_still_being_created():
    world = World()
    worker = await given_a_customer_whose_create_has_no_answer(world)
    other = "t1/mediaos/43"
    assert world.kafka.partition_of(other.encode()) == world.kafka.partition_of(LANE.encode())
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Tide Press"), "43")
    await world.run(1)
    throttled = Fault(side=Side.QBO, status=429, code="3001", retry_after_seconds=300.0)
    world.qbo.refuse_about["mediaos/customer/43"] = throttled
    world.qbo.outage_after_commit = False
    await world.run(60)

    assert worker.lane(other).in_flight is not None
    lane = worker.lane(NEWCOMER)
    assert (lane.home, lane.held, lane.waits) == (LANE, (), None)


async def test_a_strangers_lane_waits_no_longer_than_until_the_create_is_answered():
    world = World()
    worker = await given_a_customer_whose_create_has_no_answer(world)
    walk_in = Customer(name="Walk-in", active=False)
    await world.qbo.person_creates(Kind.CUSTOMER, walk_in, STRANGER[-3:])
    await world.run(1)
    assert worker.lane(STRANGER).waits.why == CREATING

    world.qbo.outage_after_commit = False
    await world.run(60)
    lane = worker.lane(STRANGER)
    assert (lane.held, lane.waits) == ((), None)
    assert lane.documents["qbo/customer/300"].unplaced


async def test_a_lane_that_waits_for_its_home_is_found_again_by_the_next_worker():
    world = World()
    await given_a_customer_whose_create_has_no_answer(world)
    heir = await world.worker()
    await world.run(1)
    assert heir.lane(NEWCOMER).waits.why == CREATING

    world.qbo.outage_after_commit = False
    await world.run(60)
    lane = heir.lane(NEWCOMER)
    assert (lane.home, lane.held, lane.waits) == (LANE, (), None)
