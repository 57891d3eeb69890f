"""A worker that dies between the journal and a view: does the view say what stands, later?"""

import json

import pytest

from schemas.requests import ChangeSettings, SetMapping
from schemas.tenant_state import TenantSettings
from tests.testing.simulated.endings import SIDES, each_ending
from tests.testing.simulated.world import World

MAPPED = {"kind": "product", "product": "7", "item": "19"}


async def the_night(world):
    await world.run(60)


def last(world, topic):
    told = world.kafka.values(topic)
    return json.loads(told[-1]) if told else None


@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_of_a_mapping_leaves_a_view_that_says_it(when):
    async def the_day(world):
        await world.ask("t1", SetMapping(id="r1", tenant="t1", source="7", target="19"))
        await world.run(5)

    ends = each_ending("dies", when, the_day, the_night)
    lacking = [where async for world, _, where in ends if last(world, "isthmus-mappings") != MAPPED]
    assert lacking == []


@pytest.mark.parametrize("when", SIDES)
async def test_a_kill_at_each_call_of_new_settings_leaves_a_view_that_says_them(when):
    async def the_day(world):
        settings = TenantSettings(number_prefix="M-")
        await world.ask("t1", ChangeSettings(id="r1", tenant="t1", settings=settings))
        await world.run(5)

    ends = each_ending("dies", when, the_day, the_night)
    told = [(where, last(world, "isthmus-settings")) async for world, _, where in ends]
    assert [where for where, view in told if not view or view["number_prefix"] != "M-"] == []
    # Who reads the view is not to know what stands where one is not said.
    assert {tuple(view) for _, view in told if view} == {TenantSettings.__struct_fields__}


async def test_the_next_owner_shows_what_stands_and_not_what_was_asked_last_but_one():
    world = World()
    await world.worker()
    for number, item in enumerate(("19", "20")):
        request = SetMapping(id=f"r{number}", tenant="t1", source="7", target=item)
        await world.ask("t1", request)
    await world.run(5)
    before = world.kafka.values("isthmus-mappings")
    await world.worker()
    await world.run(5)

    assert world.kafka.values("isthmus-mappings") == [*before, before[-1]]
