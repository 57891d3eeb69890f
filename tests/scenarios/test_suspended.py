"""Stories of a tenant that is suspended, and of another beside it."""

from functools import partial

import pytest
from msgspec.structs import replace

from agents.holds.suspensions import SUSPENDED
from schemas.engine_requests import Suspend
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import ConnectTenant, GoLive, Retry, SetMapping, TryNow
from schemas.tenant_state import Connected
from schemas.values import Kind, MappingKind, Side
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import SimulatedWorker, World

FIRST = Connected(version=1, realm="9130", environment="production", installation="here")
REVOKED = Fault(side=Side.QBO, status=403, code="reconnect", detail="Token revoked")
LAPSED = Fault(side=Side.QBO, status=400, code="6190", detail="Invalid Company Status")
LOCKED = Fault(side=Side.QBO, status=400, code="6000", detail="locked")
MINUTE = 60.0


def suspension(worker: SimulatedWorker, tenant: str = "t1"):
    row = worker.engine.journal.state(f"tenant:{tenant}")
    return row.suspended if row else None


async def connect(world: World, version: int) -> None:
    connection = replace(FIRST, version=version)
    asked = ConnectTenant(id=f"connect-{version}", tenant="t1", connection=connection)
    await world.ask("t1", asked)
    await world.ask("t1", GoLive(id="live", tenant="t1", by="the owner"))


async def given_a_suspended_tenant(world: World, fault: Fault) -> None:
    """Customer 42 and invoice 136 are across; then invoice 136 and a new customer are refused."""
    await given_a_linked_invoice(world)
    await given_nothing_of_it_goes(world, fault)


async def given_a_linked_invoice(world: World) -> None:
    await connect(world, 1)
    await given_a_customer_with_an_invoice(world)
    await world.run(5)


async def given_nothing_of_it_goes(world: World, fault: Fault, customers: int = 10) -> None:
    world.qbo.shut["t1"] = fault
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(1)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    for number in range(50, 50 + customers):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=f"C{number}"), str(number))
    await world.run(1)


async def everything_across(
    world: World, worker: SimulatedWorker, where: str = "", customers: int = 11
) -> None:
    invoices = {i.number: i.memo for i in world.qbo.of(Kind.INVOICE).values()}
    assert invoices == {"MediaOS-136": "May", "MediaOS-137": None}, where
    assert len(world.qbo.of(Kind.CUSTOMER)) == customers, where
    assert set(world.qbo.carried_out.values()) == {1}, where
    lanes = [lane for _, lane in worker.kept.rows(worker.engine.journal, "lane:t1/")]
    rest = {(lane.waits, tuple(lane.held), lane.in_flight) for lane in lanes}
    assert rest == {(None, (), None)}, where
    assert suspension(worker) is None, where


async def test_a_revoked_connection_is_one_hold_that_a_reconnect_ends_in_order():
    world = World()
    worker = await world.worker()
    await given_a_suspended_tenant(world, REVOKED)
    standing = suspension(worker)
    assert (standing.reason, standing.version, standing.until) == ("invalid_grant", 1, None)
    assert standing.detail.startswith("reconnect: ")
    asked = world.qbo.asked["t1"]
    await world.run(120 * MINUTE)
    assert world.qbo.asked["t1"] == asked, "nobody tries what only a person ends"
    held = worker.lane("t1/mediaos/50")
    assert (held.waits.why, [c.id for c in held.held]) == (SUSPENDED, ["50"])

    del world.qbo.shut["t1"]
    await connect(world, 2)
    await world.run(1)
    await everything_across(world, worker)


async def test_nothing_of_a_suspended_tenant_stands_in_the_way_of_another():
    world = World()
    worker = await world.worker()
    await given_a_suspended_tenant(world, REVOKED)
    for number in range(70, 80):
        record = Customer(name=f"C{number}")
        await world.mediaos.person_creates(Kind.CUSTOMER, record, str(number), tenant="t2")
    await world.run(1)

    assert len(world.qbo.of(Kind.CUSTOMER)) == 11
    assert suspension(worker, "t2") is None
    ends = {tp: len(world.kafka.topics[tp.topic].records[tp.partition]) for tp in worker.member.tps}
    assert {tp: world.kafka.committed[tp] for tp in ends} == ends, "no slot is kept"


async def test_a_lapsed_subscription_is_tried_by_one_lane_ever_more_seldom_until_it_is_renewed():
    world = World()
    worker = await world.worker()
    await given_a_suspended_tenant(world, LAPSED)
    asked = world.qbo.asked["t1"]
    await world.run(59 * MINUTE)
    assert world.qbo.asked["t1"] - asked == 6, "after 1, 2, 4, 8, 15 and 15 minutes"
    assert suspension(worker).lane == LANE

    del world.qbo.shut["t1"]
    await world.run(16 * MINUTE)
    await everything_across(world, worker)


OUTAGE = Fault(side=Side.QBO, status=503, detail="Service Unavailable")


@pytest.mark.parametrize(
    ("fault", "answered", "tried"),
    [
        (LAPSED, None, True),
        (LAPSED, Side.QBO, False),
        (OUTAGE, None, True),
        (OUTAGE, Side.QBO, True),
        (OUTAGE, Side.MEDIAOS, False),
        (REVOKED, None, False),
    ],
)
async def test_a_suspended_tenant_is_tried_at_once_when_a_person_asks_or_its_side_answers(
    fault, answered, tried
):
    world = World()
    worker = await world.worker()
    await given_a_suspended_tenant(world, fault)
    await world.run(9 * MINUTE)
    asked = world.qbo.asked["t1"]
    await world.ask("t1", TryNow(id="n1", tenant="t1", answered=answered))
    await world.run(5)
    assert world.qbo.asked["t1"] - asked == (1 if tried else 0)
    assert suspension(worker) is not None, "it was answered as before"

    del world.qbo.shut["t1"]
    await world.ask("t1", TryNow(id="n2", tenant="t1", answered=answered))
    await world.run(5)
    assert (suspension(worker) is None) is tried
    if tried:
        await everything_across(world, worker)


async def test_a_late_fault_of_an_older_connection_changes_nothing():
    world = World()
    worker = await world.worker()
    await connect(world, 1)
    await connect(world, 2)
    asked = Suspend(id="s1", tenant="t1", lane=LANE, version=1, fault=REVOKED, at=world.clock.now())
    await world.ask("t1", asked)
    await given_a_customer_with_an_invoice(world)
    await world.run(1)
    assert suspension(worker) is None
    assert len(world.qbo.of(Kind.INVOICE)) == 1


async def test_what_people_ask_during_a_suspension_is_done_after_it():
    world = World()
    worker = await world.worker()
    await given_a_suspended_tenant(world, LAPSED)
    asked = world.qbo.asked["t1"]
    await world.ask("t1", SetMapping(id="r8", tenant="t1", source="8", target="20"))
    await world.ask(LANE, Retry(id="r9", lane=LANE, document="mediaos/invoice/136"))
    await world.run(MINUTE / 2)
    assert world.qbo.asked["t1"] == asked
    assert worker.engine.journal.state("tenant:t1").mapped(MappingKind.PRODUCT) == {
        "7": "19",
        "8": "20",
    }


async def test_a_lockout_of_a_suspended_tenants_lane_opens_its_partition_for_the_others():
    world = World()
    worker = await world.worker()
    await connect(world, 1)
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    world.qbo.refuse.append(LOCKED)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(1)
    world.qbo.shut["t1"] = REVOKED
    await world.sleep_through(21 * MINUTE)
    await world.run(MINUTE)

    assert suspension(worker).reason == "invalid_grant"
    partition = world.kafka.partition_of(LANE.encode())
    assert worker.engine.context(partition, LANE).lockout is None


@pytest.mark.slow
@pytest.mark.parametrize("when", SIDES)
@pytest.mark.parametrize("fault", [REVOKED, LAPSED], ids=["reconnected", "renewed"])
async def test_a_kill_at_each_call_of_a_suspension_loses_and_doubles_nothing(fault, when):
    story = partial(a_suspension, fault=fault)
    async for world, heir, where in each_ending(
        "dies", when, story, the_end_of_it, given=given_a_linked_invoice
    ):
        await everything_across(world, heir, where, customers=4)


async def a_suspension(world: World, fault: Fault) -> None:
    await given_nothing_of_it_goes(world, fault, customers=3)
    await world.run(2 * MINUTE)
    del world.qbo.shut["t1"]
    if fault is REVOKED:
        await connect(world, 2)
    await world.run(8 * MINUTE)


async def the_end_of_it(world: World) -> None:
    await world.sleep_through(16 * MINUTE)
    await world.run(MINUTE)
