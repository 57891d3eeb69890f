import asyncio
import heapq
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.budgets import Budget, Departure
from tests.testing.simulated.clock import settle


class SleepersClock:
    """Time moves to the next sleeper's hour once nobody has anything to do."""

    def __init__(self):
        self.seconds = 0.0
        self._sleepers = []
        self._order = count()

    def now(self):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self):
        return self.seconds

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        due = self.seconds + seconds
        heapq.heappush(self._sleepers, (due, next(self._order), woken))
        await woken

    async def run_until(self, seconds):
        await idle()
        while self._sleepers and self._sleepers[0][0] <= seconds:
            due, _, woken = heapq.heappop(self._sleepers)
            self.seconds = max(self.seconds, due)
            if not woken.done():
                woken.set_result(None)
            await idle()
        self.seconds = seconds


async def idle():
    assert await settle(100)


class Crowd:
    """Callers of one budget, and when each of them got its place."""

    def __init__(self, clock, budget):
        self.clock, self.budget = clock, budget
        self.taken = []
        self.order = []
        self.tasks = []

    async def call_for_ever(self):
        while await self.budget.acquire(1e9) == 0.0:
            self.taken.append(self.clock.monotonic())

    async def call_once(self, name, patience):
        wait = await self.budget.acquire(patience)
        if wait == 0.0:
            self.taken.append(self.clock.monotonic())
            self.order.append(name)
        return wait

    def start(self, work):
        self.tasks.append(asyncio.create_task(work))
        return self.tasks[-1]

    async def stop(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@pytest.fixture
async def crowd():
    clock = SleepersClock()
    crowd = Crowd(clock, Budget(clock))
    yield crowd
    await crowd.stop()


def most_in_any(window, times):
    times = sorted(times)
    return max(
        (bisect_left(times, start + window) - bisect_left(times, start) for start in times),
        default=0,
    )


async def test_a_free_place_is_taken_at_once(crowd):
    assert await crowd.budget.acquire(0.0) == 0.0


async def test_more_than_the_patience_is_refused_and_takes_nothing(crowd):
    for _ in range(10):
        assert await crowd.budget.acquire(0.0) == 0.0

    assert await crowd.budget.acquire(0.5) == pytest.approx(1.1)
    await crowd.clock.run_until(1.2)
    assert [await crowd.budget.acquire(0.0) for _ in range(10)] == [0.0] * 10


async def test_places_are_given_in_the_order_of_asking(crowd):
    for name in range(30):
        crowd.start(crowd.call_once(name, 10))

    await crowd.clock.run_until(10)

    assert crowd.order == list(range(30))


async def test_who_waits_already_counts_against_the_patience_of_the_next(crowd):
    for name in range(30):
        crowd.start(crowd.call_once(name, 10))
    await idle()

    assert await crowd.budget.acquire(2.0) > 2.0
    assert len(crowd.order) == 10


async def test_a_saturated_budget_uses_95_percent_of_500_a_minute(crowd):
    crowd.start(crowd.call_for_ever())

    await crowd.clock.run_until(600)

    assert len(crowd.taken) >= 0.95 * 500 * 10
    assert most_in_any(1.0, crowd.taken) <= 10
    assert all(
        later - earlier >= 60
        for earlier, later in zip(crowd.taken, crowd.taken[500:], strict=False)
    )


async def test_nobody_starves_beside_a_greedy_caller(crowd):
    for _ in range(5):
        crowd.start(crowd.call_for_ever())
    await idle()

    late = crowd.start(crowd.call_once("late", 1e9))
    await crowd.clock.run_until(2.5)

    assert late.done()


@settings(max_examples=60, deadline=None)
@given(
    arrivals=st.lists(st.floats(0, 20), min_size=1, max_size=60),
    per_second=st.integers(1, 10),
    per_minute=st.integers(5, 60),
    share=st.floats(0.05, 1.0),
    penalty=st.none() | st.floats(0, 20),
)
async def test_never_more_than_the_limit_in_any_window(
    arrivals, per_second, per_minute, share, penalty
):
    clock = SleepersClock()
    crowd = Crowd(clock, Budget(clock, per_second, per_minute, share))
    for at in sorted(arrivals):
        if penalty is not None and penalty <= at:
            await clock.run_until(penalty)
            crowd.budget.back_off(7.0)
            penalty = None
        await clock.run_until(at)
        crowd.start(crowd.call_once(at, 30))
    await clock.run_until(120)
    await crowd.stop()

    assert crowd.taken
    assert most_in_any(1.0, crowd.taken) <= max(1, per_second * share)
    assert most_in_any(60.0, crowd.taken) <= max(1, per_minute * share)
    assert crowd.order == sorted(crowd.order)


async def test_calls_that_were_held_up_after_their_places_do_not_leave_in_a_burst(crowd):
    left = []

    async def leave():
        assert await crowd.budget.pass_gate(30, Departure()) == 0.0
        left.append(crowd.clock.monotonic())

    for name in range(25):
        crowd.start(crowd.call_once(name, 10))
    await crowd.clock.run_until(5)
    assert len(crowd.order) == 25, "all have their places, and something holds them up until now"

    for _ in range(25):
        crowd.start(leave())
    await crowd.clock.run_until(10)

    assert len(left) == 25
    assert most_in_any(1.0, left) == 10
    # On a busy machine some travel longer than those a second after them.
    arrived = [at + 0.07 if at == left[0] else at for at in left]
    assert most_in_any(1.0, arrived) == 10


async def test_calls_that_travelled_long_keep_those_of_the_next_second_back(crowd):
    arrived = []

    async def call():
        departure = Departure()
        await crowd.budget.acquire(30)
        assert await crowd.budget.pass_gate(30, departure) == 0.0
        travels = 0.11 if departure.at == 0.0 else 0.0
        await crowd.clock.sleep(travels)
        arrived.append(crowd.clock.monotonic())
        crowd.budget.answered(departure)

    for _ in range(40):
        crowd.start(call())
    await crowd.clock.run_until(10)

    assert len(arrived) == 40
    assert most_in_any(1.0, arrived) == 10


async def test_answers_that_take_long_cost_few_calls(crowd):
    answered = []

    async def call():
        while await crowd.budget.acquire(1e9) == 0.0:
            departure = Departure()
            await crowd.budget.pass_gate(1e9, departure)
            await crowd.clock.sleep(0.8)
            crowd.budget.answered(departure)
            answered.append(crowd.clock.monotonic())

    for _ in range(10):
        crowd.start(call())
    await crowd.clock.run_until(600)

    assert len(answered) >= 0.95 * 500 * 10


async def test_calls_that_were_held_up_for_a_minute_leave_within_the_limit_of_the_minute(crowd):
    left = []

    async def leave():
        while await crowd.budget.pass_gate(5, Departure()):
            await crowd.clock.sleep(5)
        left.append(crowd.clock.monotonic())

    async def call(name):
        await crowd.call_once(name, 1e9)
        await leave()

    for name in range(100):
        crowd.start(crowd.call_once(name, 60))
    await crowd.clock.run_until(75)
    assert len(crowd.order) == 100, "all have their places, and something holds them up until now"

    for _ in range(100):
        crowd.start(leave())
    for name in range(100, 700):
        crowd.start(call(name))
    await crowd.clock.run_until(240)

    assert len(left) == 700
    assert most_in_any(60.0, left) <= 500


async def test_calls_that_leave_as_they_got_their_places_do_not_wait_again(crowd):
    late = []

    async def go():
        while await crowd.budget.acquire(1e9) == 0.0:
            before = crowd.clock.monotonic()
            await crowd.budget.pass_gate(30, Departure())
            late.append(crowd.clock.monotonic() - before)

    for _ in range(3):
        crowd.start(go())
    await crowd.clock.run_until(60)

    assert len(late) >= 490
    assert max(late) == 0.0


async def test_a_call_with_a_place_does_not_leave_after_a_429(crowd):
    assert await crowd.budget.acquire(0.0) == 0.0
    crowd.budget.back_off(60)

    assert await crowd.budget.pass_gate(5, Departure()) == 60.0


async def test_what_a_share_gains_counts_as_spent_within_this_second(crowd):
    crowd.budget.set_share(0.3)
    await crowd.clock.run_until(10)
    crowd.budget.set_share(1.0)

    assert [await crowd.budget.acquire(0.0) == 0.0 for _ in range(4)] == [True] * 3 + [False]
    await crowd.clock.run_until(11.2)
    assert [await crowd.budget.acquire(0.0) == 0.0 for _ in range(10)] == [True] * 10


async def test_after_a_429_nothing_goes_for_a_minute(crowd):
    crowd.budget.back_off()

    assert await crowd.budget.acquire(59.0) == 60.0
    await crowd.clock.run_until(60.0)
    assert await crowd.budget.acquire(0.0) == 0.0


async def test_who_waits_during_a_429_gives_up_rather_than_wait_beyond_its_patience(crowd):
    for name in range(10):
        await crowd.call_once(name, 0)
    waiting = crowd.start(crowd.call_once("waiting", 5))
    await idle()

    crowd.budget.back_off(60)
    await crowd.clock.run_until(2)

    assert waiting.result() > 5


async def test_a_429_lowers_the_pace_and_minutes_without_one_restore_it(crowd):
    crowd.budget.back_off(60)
    crowd.budget.back_off(60)
    await crowd.clock.run_until(60)
    assert [await crowd.budget.acquire(0.0) == 0.0 for _ in range(9)] == [True] * 8 + [False]

    await crowd.clock.run_until(60 + 3 * 60)
    assert [await crowd.budget.acquire(0.0) == 0.0 for _ in range(11)] == [True] * 10 + [False]


async def test_a_share_is_that_part_of_every_limit(crowd):
    crowd.budget.set_share(0.5)

    assert [await crowd.budget.acquire(0.0) == 0.0 for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.parametrize("fraction", [0, -1, 1.1])
async def test_an_impossible_share_is_refused(crowd, fraction):
    with pytest.raises(ValueError, match="share"):
        crowd.budget.set_share(fraction)


async def test_what_another_process_spent_counts(crowd):
    await crowd.clock.run_until(100)
    crowd.budget.remember([0.5] * 10)

    assert await crowd.budget.acquire(0.0) == pytest.approx(0.6)


async def test_who_is_cancelled_while_waiting_takes_nothing(crowd):
    for name in range(10):
        await crowd.call_once(name, 0)
    gone = crowd.start(crowd.call_once("gone", 10))
    stays = crowd.start(crowd.call_once("stays", 10))
    await idle()

    gone.cancel()
    await crowd.clock.run_until(1.2)

    assert stays.result() == 0.0
    assert crowd.order[-1] == "stays"


class Looked(float):
    """The time of a call, which counts how often it is looked at."""

    times = 0

    def __gt__(self, other):
        Looked.times += 1
        return super().__gt__(other)


def test_what_was_used_within_a_minute_is_told_without_a_look_at_each_call_of_before():
    """A worker that works for long looked at 500 of each tenant, for tens of milliseconds."""
    clock = SleepersClock()
    clock.seconds = 600.0
    budget = Budget(clock)
    budget._taken.extend(Looked(at) for at in range(497))
    budget._taken.extend(Looked(at) for at in (541, 550, 600))
    Looked.times = 0

    assert budget.used == 3
    assert Looked.times == 4
