"""Stories of a record that a side fails on each time, while it does all others."""

from datetime import timedelta

from schemas.command_facts import Attempted, Decided
from schemas.commands import Command, Create
from schemas.records import Customer
from schemas.requests import Retry
from schemas.state import ParkReason
from schemas.values import Kind
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice, invoice
from tests.testing.simulated.world import SimulatedWorker, World

INVOICE = "mediaos/invoice/137"
LINKED = "mediaos/invoice/136"
MINUTE = 60.0


def about(record_id: str, memo: str | None = None):
    def fails(command: Command) -> bool:
        return command.about.id == record_id and command.record.memo == memo

    return fails


def tries(world: World, document: str) -> list[timedelta]:
    """Return when each attempt was made, since the first."""
    told = [f for f in world.told(LANE) if isinstance(f, Decided | Attempted)]
    times = [fact.at for fact in told if fact.document == document]
    return [at - times[0] for at in times]


def park(worker: SimulatedWorker, document: str):
    return worker.lane(LANE).documents[document].park


async def given_a_linked_invoice(world: World) -> None:
    await given_a_customer_with_an_invoice(world)
    await world.run()


async def test_what_a_side_fails_on_each_time_parks_by_name_and_the_others_go_on():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.fails = about("137")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.run(1)
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "138")
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(25 * MINUTE)

    assert park(worker, INVOICE).reason is ParkReason.REFUSED
    assert "QuickBooks answered 500 10000: System Failure, 12 times" in park(worker, INVOICE).detail
    made = tries(world, INVOICE)
    assert len(made) == 12
    assert timedelta(minutes=12) < made[-1] < timedelta(minutes=20)
    invoices = {i.number: i.memo for i in world.qbo.of(Kind.INVOICE).values()}
    assert invoices == {"MediaOS-136": "April", "MediaOS-138": None}

    world.qbo.fails = about("")
    await world.ask(LANE, Retry(id="r9", lane=LANE, document=INVOICE))
    await world.run(MINUTE)
    assert len(world.qbo.of(Kind.INVOICE)) == 3
    assert set(world.qbo.carried_out.values()) == {1}


async def test_a_correction_is_not_held_behind_what_it_corrects():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.fails = about("137")
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.run(20)
    await world.mediaos.person_edits(Kind.INVOICE, "137", memo="without the odd letter")
    await world.run(3 * MINUTE)

    assert park(worker, INVOICE) is None
    memos = {i.number: i.memo for i in world.qbo.of(Kind.INVOICE).values()}
    assert memos["MediaOS-137"] == "without the odd letter"
    assert len(memos) == 2
    creates = {
        fact.command.request_id
        for fact in world.told(LANE)
        if isinstance(fact, Decided) and isinstance(fact.command, Create)
        if fact.document == INVOICE
    }
    assert len(creates) == 2, "another body, another id"


async def test_an_update_that_a_side_fails_on_each_time_parks_and_a_correction_of_it_goes():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    before = len(tries(world, LINKED))
    world.qbo.fails = about("136", "April")
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(25 * MINUTE)
    assert park(worker, LINKED).reason is ParkReason.REFUSED
    assert len(tries(world, LINKED)) - before == 12

    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="May")
    await world.run(MINUTE)
    assert [i.memo for i in world.qbo.of(Kind.INVOICE).values()] == ["May"]
    assert park(worker, LINKED) is None


async def test_what_was_done_although_the_side_says_each_time_that_it_failed_is_one_record():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.webhooks = False
    world.qbo.fails, world.qbo.fails_after_commit = about("137"), True
    await world.mediaos.person_creates(Kind.INVOICE, invoice(), "137")
    await world.run(0)
    world.qbo.fails_after_commit = False
    world.qbo.forget_requests()
    await world.run(5 * MINUTE)

    assert len(world.qbo.of(Kind.INVOICE)) == 2
    assert worker.lane(LANE).documents[INVOICE].agreed is not None


async def test_a_customer_that_a_side_fails_on_parks_and_no_create_of_one_is_open():
    world = World()
    worker = await world.worker()
    await given_a_linked_invoice(world)
    world.qbo.fails = lambda command: command.about.id == "77"
    await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name="Odd & Sons"), "77")
    await world.run(25 * MINUTE)

    odd = worker.lane("t1/mediaos/77").documents["mediaos/customer/77"]
    assert odd.park.reason is ParkReason.REFUSED
    born = await world.qbo.person_creates(Kind.CUSTOMER, Customer(name="North Light"))
    await world.run(MINUTE)
    other = worker.lane(f"t1/qbo/{born}")
    assert (other.waits, other.held) == (None, ())
    assert other.documents[f"qbo/customer/{born}"].agreed is not None
