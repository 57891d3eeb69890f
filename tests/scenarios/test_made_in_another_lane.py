"""Stories of a lane that is shown what another customer's lane is just making: it goes on.

Payment 9 of customer 42 has moved to customer 44.  The lane of 42 makes it anew for 44, and is not
told that it did; QuickBooks says so to the lane of 44, which stands in another partition.
"""

import asyncio

import pytest
from msgspec.structs import replace

from agents.rules.wording import awaited_words
from schemas.commands import Command, Create
from schemas.outcomes import Answer, Fault, No
from schemas.records import Customer
from schemas.requests import SetMapping
from schemas.state import ParkReason
from schemas.values import Kind, Side
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, invoice, payment
from tests.testing.simulated.world import SimulatedWorker, World

OTHER = "t1/mediaos/44"
NAME = "mediaos/payment/9"
LOCKED = No(fault=Fault(side=Side.QBO, status=400, code="6000", detail="locked"))
#: Longer than a lockout, and than any wait that a lane was told of another one.
LONG_SECONDS = 25 * 60


class Held:
    """QuickBooks makes the payment when it is first told to, and does not say so.

    It says that it is locked, or nothing until it is `over`.
    """

    def __init__(self, world: World, *, locked: bool) -> None:
        self._over = asyncio.Event()
        self._world, self._locked = world, locked
        self._carry_out = world.qbo.carry_out
        world.qbo.carry_out = self._answer

    def over(self) -> None:
        self._over.set()

    async def _answer(self, tenant: str, command: Command) -> Answer:
        before = moved(self._world)
        answer = await self._carry_out(tenant, command)
        if not self._locked and moved(self._world) and isinstance(command, Create):
            await self._over.wait()
        return LOCKED if self._locked and moved(self._world) != before else answer


async def given_its_move(world: World) -> None:
    """Have a payment on both sides, of which MediaOS says that it is another customer's."""
    await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
    for number, name in (("42", "Harbour Books"), ("44", "Tide Press")):
        await world.mediaos.person_creates(Kind.CUSTOMER, Customer(name=name), number)
        await world.run(2)
    await world.mediaos.person_creates(Kind.INVOICE, invoice("42"), "136")
    await world.mediaos.person_creates(Kind.INVOICE, invoice("44"), "137")
    await world.mediaos.person_creates(Kind.PAYMENT, payment("136"), "9")
    await world.run(5)


async def it_moves(world: World) -> None:
    parts = (replace(payment("137").applied[0], invoice="137"),)
    await world.mediaos.person_edits(Kind.PAYMENT, "9", customer="44", applied=parts)


def moved(world: World) -> list[str]:
    """Return the ids of what QuickBooks has as customer 44's payments."""
    payments = world.qbo.of(Kind.PAYMENT).items()
    return [made for made, each in payments if each.applied[0].invoice == second(world)]


def second(world: World) -> str:
    """Return the id of customer 44's invoice in QuickBooks."""
    [found] = (i for i, each in world.qbo.of(Kind.INVOICE).items() if each.number == "137")
    return found


async def made(world: World) -> list[str]:
    """Return the ids under which QuickBooks has it for customer 44, once it has, or had time to."""
    for _ in range(100):
        if moved(world):
            break
        await world.run(2)
    return moved(world)


async def crossing_takes(world: World, memo: str) -> float:
    """Return the seconds after which QuickBooks shows what MediaOS says of invoice 137."""
    begun = world.clock.monotonic()
    await world.mediaos.person_edits(Kind.INVOICE, "137", memo=memo)
    while world.qbo.of(Kind.INVOICE)[second(world)].memo != memo:
        await world.run(1)
        if world.clock.monotonic() - begun > LONG_SECONDS:
            break
    return world.clock.monotonic() - begun


async def it_ends(world: World, held: Held) -> None:
    """Have QuickBooks tell of the payment at last, behind a lockout and all."""
    held.over()
    await world.sleep_through(LONG_SECONDS)
    await world.run(60)


def stands_once(world: World, worker: SimulatedWorker, memo: str, where: str = "") -> None:
    """Say that both sides show one payment, as a person edited it last, and that nobody waits."""
    [there], [here] = (side.of(Kind.PAYMENT).values() for side in world.sides.values())
    assert there.memo == here.memo == memo, where
    assert world.kafka.values("isthmus-dead-letters") == [], where
    assert worker.lane(LANE).in_flight is None, where
    [made] = world.qbo.of(Kind.PAYMENT)
    assert worker.lane(LANE).documents[NAME].qbo.id == made, where
    left = worker.lane(OTHER).documents.get(f"qbo/payment/{made}")
    assert left is None or (left.park, left.unplaced) == (None, None), where
    assert worker.lane(OTHER).waits is None, where
    assert not worker.lane(OTHER).held, where


@pytest.mark.parametrize("locked", [True, False])
async def test_another_document_of_its_customer_waits_for_none_of_it(locked):
    world = World()
    worker = await world.worker()
    await given_its_move(world)
    held = Held(world, locked=locked)
    await it_moves(world)
    [number] = await made(world)
    await world.qbo.person_edits(Kind.PAYMENT, number, memo="by hand")
    await world.run(5)
    assert worker.lane(LANE).in_flight is not None
    waits = worker.lane(OTHER).documents[f"qbo/payment/{number}"].park
    assert waits.reason is ParkReason.CUSTOMER_CHANGED
    assert "payment 9, which customer 42 of MediaOS has" in waits.detail
    assert awaited_words(waits.waits_for) == "payment 9 of MediaOS to be the same on both sides"

    assert await crossing_takes(world, "April") <= 1
    assert worker.lane(LANE).in_flight is not None, "it is still not said"
    await it_ends(world, held)

    stands_once(world, worker, "by hand")


@pytest.mark.parametrize("locked", [True, False])
async def test_of_its_own_edits_meanwhile_the_last_one_stands(locked):
    world = World()
    worker = await world.worker()
    await given_its_move(world)
    held = Held(world, locked=locked)
    await it_moves(world)
    [number] = await made(world)
    for memo in ("first", "second", "third"):
        await world.qbo.person_edits(Kind.PAYMENT, number, memo=memo)
        await world.run(20)
    world.qbo.webhooks = False
    await it_ends(world, held)

    stands_once(world, worker, "third")


@pytest.mark.parametrize("locked", [True, False])
async def test_how_long_it_takes_does_not_fill_the_journal(locked):
    world = World()
    worker = await world.worker()
    await given_its_move(world)
    Held(world, locked=locked)
    await it_moves(world)
    assert await made(world)
    await world.run(5)
    before = len(world.told(OTHER))
    for _ in range(30):
        await world.run(30)

    assert worker.lane(LANE).in_flight is not None
    assert len(world.told(OTHER)) == before


async def it_moves_unheard(world: World) -> None:
    """Have it made and edited by a person while its making is not told."""
    held = Held(world, locked=True)
    await it_moves(world)
    for number in await made(world):
        await world.qbo.person_edits(Kind.PAYMENT, number, memo="by hand")
    await world.run(5)
    held.over()


async def time_goes_by(world: World) -> None:
    for _ in range(2):
        await world.sleep_through(LONG_SECONDS)
    for made in moved(world):
        # A worker that ended before it was made has an heir that makes it, unedited.
        if world.qbo.of(Kind.PAYMENT)[made].memo is None:
            await world.qbo.person_edits(Kind.PAYMENT, made, memo="by hand")
    await world.run(60)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.parametrize("when", SIDES)
@pytest.mark.parametrize("how", ["dies", "freezes"])
async def test_a_kill_at_each_call_loses_nothing_and_doubles_nothing(how, when):
    async for world, heir, where in each_ending(
        how, when, it_moves_unheard, time_goes_by, given=given_its_move
    ):
        stands_once(world, heir, "by hand", where)
