"""Stories of partitions that stand still, and of the ways in which they go on."""

from datetime import timedelta

import orjson
import pytest

from schemas.identity import lockout_id
from schemas.locks import LockSign
from schemas.outcomes import Fault
from schemas.requests import ImposeLockout, ReleaseLockout, Retry, SetMapping
from schemas.state import ParkReason
from schemas.values import Kind, Side
from streams.settings import ProcessSettings
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import SimulatedWorker, World

LOCKED = Fault(side=Side.QBO, status=400, code="6000", detail="locked")
MINUTES = 60.0


def standing(world: World, worker: SimulatedWorker):
    return worker.engine.context(world.kafka.partition_of(LANE.encode()), LANE).lockout


def published(world: World, partition: int) -> object:
    """Return the last view of a partition, as a reader of the compacted topic has it."""
    views = [
        r.value
        for records in world.kafka.topics["isthmus-lockouts"].records
        for r in records
        if r.key == str(partition).encode()
    ]
    return orjson.loads(views[-1])


def memo(world: World) -> str | None:
    [crossed] = world.qbo.of(Kind.INVOICE).values()
    return crossed.memo


async def given_a_locked_invoice(world: World, *, refusals: int = 1) -> None:
    await given_an_invoice(world)
    await given_its_edit_is_refused(world, refusals)


async def given_an_invoice(world: World) -> None:
    await given_a_customer_with_an_invoice(world)
    await world.run(5)


async def given_its_edit_is_refused(world: World, refusals: int) -> None:
    world.qbo.refuse += [LOCKED] * refusals
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)


async def test_a_release_lets_the_locked_lane_probe_before_anything_flows():
    world = World()
    worker = await world.worker()
    await given_a_locked_invoice(world, refusals=2)
    first = standing(world, worker)
    await world.ask(LANE, ReleaseLockout(id="r9", lane=LANE, lockout=first.id))
    await world.run(5)
    second = standing(world, worker)
    assert memo(world) is None
    assert second.id != first.id, "the probe was answered: locked"

    await world.ask(LANE, ReleaseLockout(id="r10", lane=LANE, lockout=second.id))
    await world.run(5)
    assert standing(world, worker) is None
    assert memo(world) == "April"


async def test_a_release_that_names_another_lockout_changes_nothing():
    world = World()
    worker = await world.worker()
    await given_a_locked_invoice(world)
    before = standing(world, worker)
    await world.ask(LANE, ReleaseLockout(id="r9", lane=LANE, lockout="another"))
    await world.run(5)
    assert standing(world, worker) == before
    assert memo(world) is None


async def test_a_lockout_that_is_asked_for_does_not_shorten_the_one_in_force():
    world = World()
    worker = await world.worker()
    await given_a_locked_invoice(world)
    before = standing(world, worker)
    await world.ask(LANE, ImposeLockout(id="r9", lane=LANE, minutes=1, reason="care"))
    await world.run(2 * MINUTES)
    assert standing(world, worker) == before


async def test_a_lockout_that_is_asked_for_holds_the_lane_and_ends_by_itself():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    await world.ask(LANE, ImposeLockout(id="r9", lane=LANE, minutes=2, reason="care"))
    await world.run(5)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(1 * MINUTES)
    assert memo(world) is None
    await world.run(2 * MINUTES)
    assert memo(world) == "April"
    assert standing(world, worker) is None


async def test_the_customer_scope_holds_that_customer_alone():
    world = World(ProcessSettings(lockout_scope="customer"))
    worker = await world.worker()
    await given_a_locked_invoice(world, refusals=2)
    assert standing(world, worker) is None
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.run(5 * MINUTES)
    assert memo(world) is None
    assert [c.record.memo for c in worker.lane(LANE).held] == ["May"]
    for _ in range(2):
        await world.sleep_through(21 * MINUTES)
    assert memo(world) == "May"


async def test_a_lockout_of_one_customer_is_asked_for_and_released_by_its_id():
    world = World(ProcessSettings(lockout_scope="customer"))
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    await world.ask(LANE, ImposeLockout(id="r9", lane=LANE, minutes=600, reason="care"))
    await world.run(5)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(30 * MINUTES)
    assert memo(world) is None
    lockout = worker.lane(LANE).waits.lockout
    assert lockout == lockout_id("r9")

    await world.ask(LANE, ReleaseLockout(id="r10", lane=LANE, lockout=lockout))
    await world.run(5)
    assert memo(world) == "April"
    assert worker.lane(LANE).waits is None


async def test_the_third_lock_of_a_customer_within_a_day_says_so():
    world = World()
    worker = await world.worker()
    await given_a_locked_invoice(world, refusals=2)
    reasons = [standing(world, worker).reason]
    await world.sleep_through(20 * MINUTES)
    reasons.append(standing(world, worker).reason)
    await world.sleep_through(20 * MINUTES)
    world.qbo.refuse.append(LOCKED)
    await world.mediaos.person_edits(Kind.CUSTOMER, "42", phone="555-0100")
    await world.run(5)
    reasons.append(standing(world, worker).reason)
    again = "lock of this customer within a day"
    assert reasons == [
        "QuickBooks says locked",
        f"QuickBooks says locked, the second {again}",
        f"QuickBooks says locked, the third {again}",
    ]


@pytest.mark.parametrize("scope", ["partition", "customer"])
async def test_a_record_that_is_locked_for_the_third_time_within_a_day_parks_by_name(scope):
    world = World(ProcessSettings(lockout_scope=scope))
    worker = await world.worker()
    await given_a_locked_invoice(world, refusals=1_000)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    world.qbo.refuse = [LOCKED] * 2
    for _ in range(3):
        await world.sleep_through(20 * MINUTES)

    assert world.qbo.refuse == [], "three in all"
    assert standing(world, worker) is None
    park = worker.lane(LANE).documents["mediaos/invoice/136"].park
    assert (park.reason, "third time" in park.detail) == (ParkReason.REFUSED, True)
    assert {i.number for i in world.qbo.of(Kind.INVOICE).values()} == {"MediaOS-136", "MediaOS-137"}

    await world.sleep_through(24 * 60 * MINUTES)
    world.qbo.refuse.append(LOCKED)
    await world.ask(LANE, Retry(id="r9", lane=LANE, document="mediaos/invoice/136"))
    await world.run(5)
    assert worker.lane(LANE).documents["mediaos/invoice/136"].park is None, "another day"
    await world.sleep_through(20 * MINUTES)
    memos = {i.number: i.memo for i in world.qbo.of(Kind.INVOICE).values()}
    assert memos["MediaOS-136"] == "April"


async def test_a_record_that_moves_on_each_time_parks_at_the_third_lock():
    world = World()
    worker = await world.worker()
    await given_an_invoice(world)
    stale = Fault(side=Side.QBO, status=400, code="5010", detail="Stale Object Error")
    world.qbo.refuse += [stale] * 1_000
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(60)
    for _ in range(3):
        await world.sleep_through(21 * MINUTES)

    park = worker.lane(LANE).documents["mediaos/invoice/136"].park
    assert "another revision each time" in park.detail
    assert standing(world, worker) is None


async def test_the_answers_that_count_as_a_lock_are_set():
    busy = Fault(side=Side.QBO, status=400, code="6210", detail="In use by another Program")
    world = World(ProcessSettings(lock_signs=(LockSign(code="6210", text="in use"),)))
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    world.qbo.refuse.append(busy)
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)
    assert standing(world, worker) is not None
    await world.sleep_through(20 * MINUTES)
    assert memo(world) == "April"


async def test_a_lockout_whose_end_has_passed_is_not_begun():
    world = World()
    worker = await world.worker()
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    past = world.clock.now() - timedelta(minutes=1)
    await world.ask(LANE, ImposeLockout(id="r9", lane=LANE, until=past, reason="late"))
    await world.run(5)
    assert standing(world, worker) is None


@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_of_a_lockout_leaves_the_edit_and_the_view_right(when):
    async for world, heir, where in each_ending(
        "dies", when, a_lockout_from_begin_to_end, the_hour_after, given=given_an_invoice
    ):
        partition = world.kafka.partition_of(LANE.encode())
        assert memo(world) == "April", where
        assert standing(world, heir) is None, where
        assert published(world, partition) is None, where
        assert set(world.qbo.carried_out.values()) == {1}, where


async def a_lockout_from_begin_to_end(world: World) -> None:
    await given_its_edit_is_refused(world, refusals=2)
    await world.sleep_through(20 * MINUTES)
    await world.sleep_through(20 * MINUTES)


async def the_hour_after(world: World) -> None:
    await world.run(1)
    await world.sleep_through(21 * MINUTES)
    await world.sleep_through(21 * MINUTES)


async def test_a_probe_that_meets_an_outage_keeps_the_partition_shut():
    world = World()
    worker = await world.worker()
    await given_a_locked_invoice(world)
    world.qbo.outage_after_commit = True
    await world.sleep_through(20 * MINUTES)
    await world.run(1 * MINUTES)
    assert standing(world, worker) is not None
    world.qbo.outage_after_commit = False
    await world.sleep_through(6 * MINUTES)
    assert standing(world, worker) is None
    assert memo(world) == "April"


async def test_a_request_that_is_filed_under_another_key_is_a_dead_letter_and_the_rest_is_heard():
    world = World()
    await world.worker()
    await world.ask(LANE, SetMapping(id="r8", tenant="t1", source="7", target="20"))
    await world.ask("t1", ImposeLockout(id="r7", lane="t1/mediaos/1", minutes=1, reason="care"))
    await given_a_customer_with_an_invoice(world)
    await world.run(5)

    assert len(world.qbo.of(Kind.INVOICE)) == 1
    letters = [orjson.loads(each) for each in world.kafka.values("isthmus-dead-letters")]
    assert sorted(each["reason"].split(":")[0] for each in letters) == ["key", "key"]
