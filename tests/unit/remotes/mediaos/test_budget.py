"""How many calls a day a worker may make: never more in any 24 hours, and lanes before lists."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streams.remotes.mediaos.budget import DAY_SECONDS, DailyBudget
from tests.testing.simulated.clock import SimulatedClock, settle


async def taken(budget, times):
    return [await budget.acquire(0.0) for _ in range(times)]


async def test_a_place_comes_back_a_day_after_it_was_taken():
    clock = SimulatedClock()
    budget = DailyBudget(clock, per_day=2, reserve=0)
    assert await budget.acquire(0.0) == 0.0
    await clock.advance(100)
    assert await taken(budget, 2) == [0.0, DAY_SECONDS - 100]
    await clock.advance(DAY_SECONDS - 100)
    assert await taken(budget, 2) == [0.0, 100.0]


async def test_who_is_patient_enough_waits_for_a_place():
    clock = SimulatedClock()
    budget = DailyBudget(clock, per_day=1, reserve=0)
    await budget.acquire(0.0)
    await clock.advance(DAY_SECONDS - 3)
    assert await budget.acquire(2.0) == 3.0
    waiting = asyncio.create_task(budget.acquire(5.0))
    await settle()
    assert not waiting.done()
    await clock.advance(3)
    assert await waiting == 0.0


async def test_a_share_is_that_part_of_the_account_and_may_be_none():
    budget = DailyBudget(SimulatedClock(), per_day=4, reserve=0, share=0.5)
    assert await taken(budget, 3) == [0.0, 0.0, DAY_SECONDS]
    budget.set_share(1.0)
    assert await taken(budget, 3) == [0.0, 0.0, DAY_SECONDS]
    budget.set_share(0.0)
    assert await budget.acquire(0.0) == DAY_SECONDS


async def test_each_further_429_doubles_the_pause_up_to_an_hour_until_an_answer_comes():
    clock = SimulatedClock()
    budget = DailyBudget(clock)
    pauses = []
    for _ in range(8):
        budget.refused(None)
        pauses.append(await budget.acquire(0.0))
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    budget.answered()
    await clock.advance(3600)
    assert await budget.acquire(0.0) == 0.0
    budget.refused(None)
    assert await budget.acquire(0.0) == 60


async def test_a_longer_wait_that_the_side_named_is_kept_to():
    budget = DailyBudget(SimulatedClock())
    budget.refused(900.0)
    assert await budget.acquire(5.0) == 900.0


@given(
    gaps=st.lists(st.floats(0, DAY_SECONDS / 4), max_size=60),
    per_day=st.integers(1, 6),
    reserve=st.integers(0, 3),
    listing=st.booleans(),
)
def test_no_day_ever_sees_more_calls_than_there_are(gaps, per_day, reserve, listing):
    async def run():
        clock = SimulatedClock()
        budget = DailyBudget(clock, per_day=per_day, reserve=reserve)
        times = []
        for gap in gaps:
            await clock.advance(gap)
            if await budget.acquire(0.0, listing=listing) == 0.0:
                times.append(clock.monotonic())
        return times

    times = asyncio.run(run())
    most = per_day - reserve if listing else per_day
    for place, start in enumerate(times):
        assert sum(1 for later in times[place:] if later - start < DAY_SECONDS) <= max(most, 0)
