"""Stories of commands that have to wait for a place in a side's budget."""

import pytest

from schemas.values import Kind
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.story import LANE, given_a_customer_with_an_invoice
from tests.testing.simulated.world import World

WAIT = 30.0


async def an_edit_that_waits(world: World) -> None:
    await given_a_customer_with_an_invoice(world)
    await world.run(5)
    world.qbo.waits = [WAIT, WAIT]
    await world.mediaos.person_edits(Kind.INVOICE, "136", memo="April")
    await world.run(5)


def memo(world: World) -> str | None:
    [crossed] = world.qbo.of(Kind.INVOICE).values()
    return crossed.memo


async def test_a_command_that_was_never_sent_needs_no_look_at_what_became_of_it():
    world = World()
    worker = await world.worker()
    await an_edit_that_waits(world)
    before = len(worker.mortal.names)
    assert worker.lane(LANE).in_flight.unsent
    await world.run(3 * WAIT)

    assert memo(world) == "April"
    assert worker.mortal.names[before:].count("carry out qbo") == 1
    assert "read qbo" not in worker.mortal.names[before:]


@pytest.mark.parametrize("when", SIDES)
async def test_a_create_that_waited_is_made_once_wherever_its_worker_is_killed(when):
    async for world, _, where in each_ending("dies", when, a_create_that_waits, ten_minutes):
        assert len(world.qbo.of(Kind.INVOICE)) == 1, where
        assert set(world.qbo.carried_out.values()) == {1}, where


async def ten_minutes(world: World) -> None:
    await world.run(1)
    await world.sleep_through(600)


async def a_create_that_waits(world: World) -> None:
    world.qbo.waits = [WAIT, WAIT]
    await given_a_customer_with_an_invoice(world)
    await world.run(3 * WAIT)
