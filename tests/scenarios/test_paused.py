"""Stories of a tenant that a person pauses, and of another beside it."""

from functools import partial

import pytest

from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import PauseTenant, ResumeTenant, SetMapping, TryLane
from schemas.state import WaitReason
from schemas.values import Kind, Side
from tests.scenarios.test_suspended import (
    LAPSED,
    OUTAGE,
    REVOKED,
    connect,
    everything_across,
    given_a_linked_invoice,
    suspension,
)
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, invoice
from tests.testing.simulated.world import World

MINUTE = 60.0


async def pause(world: World) -> None:
    asked = PauseTenant(id="pause", tenant="t1", reason="month end", by="Ada")
    await world.ask("t1", asked)
    await world.run(1)


async def resume(world: World) -> None:
    await world.ask("t1", ResumeTenant(id="resume", tenant="t1", by="Ada"))
    await world.run(1)


async def people_work_on(world: World) -> None:
    for memo in ("April", "May"):
        await world.mediaos.person_edits(Kind.INVOICE, "136", memo=memo)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    for number in range(50, 60):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=f"C{number}"), str(number))
    await world.run(1)


async def test_nothing_of_a_paused_tenant_is_written_and_all_of_it_goes_in_order_afterwards():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    await pause(world)
    written = dict(world.qbo.carried_out)
    await people_work_on(world)
    await world.run(120 * MINUTE)

    assert dict(world.qbo.carried_out) == written
    held = worker.lane("t1/mediaos/50")
    assert held.waits.why == "its tenant is paused by Ada: month end"
    assert [each.id for each in held.held] == ["50"]
    [told] = [w for w in (worker.engine.journal.state("tenant:t1").paused,) if w is not None]
    assert (told.by, told.reason) == ("Ada", "month end")

    await resume(world)
    await everything_across(world, worker)


async def test_another_tenant_goes_on_beside_it():
    world = World()
    await world.worker()
    await given_a_linked_invoice(world)
    await pause(world)
    for number in range(70, 80):
        record = Customer(name=f"C{number}")
        await world.mediaos.person_creates(Kind.CUSTOMER, record, str(number), tenant="t2")
    await world.run(1)

    assert len(world.qbo.of(Kind.CUSTOMER)) == 11


async def test_a_pause_stands_through_a_restart():
    world = World()
    await world.worker()
    await given_a_linked_invoice(world)
    await pause(world)
    await people_work_on(world)
    written = dict(world.qbo.carried_out)
    heir = await world.worker()
    await world.run(10 * MINUTE)
    assert dict(world.qbo.carried_out) == written

    await resume(world)
    await everything_across(world, heir)


async def test_what_was_decided_and_not_answered_is_sent_again_only_after_the_pause():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.refuse.append(Fault(side=Side.QBO, status=429, retry_after_seconds=30.0))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(1)
    assert worker.lane(LANE).in_flight is not None
    await pause(world)
    written = dict(world.qbo.carried_out)
    await world.run(10 * MINUTE)
    assert dict(world.qbo.carried_out) == written
    assert worker.lane(LANE).in_flight is not None

    await resume(world)
    await people_work_on(world)
    await everything_across(world, worker)


async def test_what_a_mapping_lets_go_waits_for_the_pause_too():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    await world.ask("t1", SetMapping(id="off", tenant="t1", source="7", target=None))
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.run(1)
    await pause(world)
    written = dict(world.qbo.carried_out)
    await world.ask("t1", SetMapping(id="on", tenant="t1", source="7", target="19"))
    await world.run(MINUTE)
    assert dict(world.qbo.carried_out) == written

    await resume(world)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.run(1)
    await everything_across(world, worker, customers=1)


@pytest.mark.parametrize("fault", [LAPSED, REVOKED], ids=["tried", "reconnected"])
async def test_a_pause_outlasts_a_suspension_and_is_outlasted_by_one(fault):
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.shut["t1"] = fault
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(1)
    assert suspension(worker) is not None
    await pause(world)
    asked = world.qbo.asked["t1"]
    await people_work_on(world)
    await world.run(60 * MINUTE)
    assert world.qbo.asked["t1"] == asked, "nothing is tried while it is paused"
    await resume(world)
    await world.run(1)
    assert suspension(worker) is not None
    assert world.qbo.asked["t1"] - asked == (1 if fault is LAPSED else 0)

    del world.qbo.shut["t1"]
    await connect(world, 2)
    await world.run(16 * MINUTE)
    await everything_across(world, worker)


async def test_what_waits_for_a_time_goes_at_once_when_a_person_says_so():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.refuse.append(Fault(side=Side.QBO, status=429, retry_after_seconds=3000.0))
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.run(10)
    assert worker.lane(LANE).waits.reason is WaitReason.TIME
    asked = world.qbo.asked["t1"]
    await world.ask(LANE, TryLane(id="n1", lane=LANE, by="Ada"))
    await world.run(5)

    assert world.qbo.asked["t1"] > asked
    assert {each.memo for each in world.qbo.of(Kind.INVOICE).values()} == {"May"}
    assert worker.lane(LANE).waits is None


async def test_an_outage_of_one_lane_s_tenant_is_no_time_that_a_lane_brings_forward():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.shut["t1"] = OUTAGE
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.run(20)
    asked = world.qbo.asked["t1"]
    await world.ask(LANE, TryLane(id="n1", lane=LANE, by="Ada"))
    await world.run(5)
    assert world.qbo.asked["t1"] == asked
    assert suspension(worker) is not None


@pytest.mark.slow
@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_around_a_pause_loses_and_doubles_nothing(when):
    async for world, heir, where in each_ending(
        "dies", when, partial(a_pause), the_end_of_it, given=given_a_linked_invoice
    ):
        await everything_across(world, heir, where)


async def a_pause(world: World) -> None:
    await pause(world)
    await people_work_on(world)
    await resume(world)
    await world.run(MINUTE)


async def the_end_of_it(world: World) -> None:
    await world.sleep_through(16 * MINUTE)
    await world.run(MINUTE)
