"""When does a worker say what it has left of QuickBooks' calls, and what?"""

import asyncio
from datetime import timedelta

import pytest

from agents.worker.calls_told import CallsTold
from schemas.calls import MOST_TENANTS, DayCalls, TenantCalls, decode_calls
from streams.budgets import Budget
from streams.remotes.mediaos.budget import DailyBudget
from tests.testing.simulated.clock import SimulatedClock


class World:
    def __init__(self):
        self.clock = SimulatedClock()
        self.budgets, self.daily = {}, {}
        self.owned = {0, 1, 2}
        self.sent, self.away = [], False
        self.told = CallsTold(
            budgets=lambda: self.budgets,
            daily=lambda: self.daily,
            owned=lambda: self.owned,
            partitions=4,
            outbox=self,
            clock=self.clock,
            places=500,
            day_places=5_000,
        )

    def budget(self, tenant="t1"):
        self.budgets[tenant] = Budget(self.clock, share=0.75)
        return self.budgets[tenant]

    async def send(self, topic, key, value, headers=()):
        assert topic == "isthmus-calls"
        if self.away:
            raise OSError
        self.sent.append((key, decode_calls(value)))

    async def minutes(self, seconds):
        for _ in range(seconds // 5):
            await self.told.tell()
            await self.clock.advance(5)


@pytest.fixture
def world():
    return World()


async def test_a_worker_says_what_it_used_has_left_and_who_waits(world):
    budget = world.budget()
    for _ in range(3):
        assert await budget.acquire(5.0) == 0.0

    await world.told.tell()

    [(key, told)] = world.sent
    assert (key, told.partitions, told.of, told.places) == (b"0", (0, 1, 2), 4, 375)
    assert told.tenants == {"t1": TenantCalls(used=3, left=372, waiting=0)}
    assert told.at == world.clock.now()


async def test_an_idle_worker_speaks_twice_a_minute_and_names_nobody(world):
    world.budget()

    await world.minutes(600)

    assert len(world.sent) == 20
    assert all(not told.tenants for _, told in world.sent)


async def test_news_is_told_within_ten_seconds_and_no_more_often(world):
    budget = world.budget()
    for _ in range(12):
        await budget.acquire(5.0)
        await world.minutes(5)

    assert len(world.sent) == 6


async def test_whose_clock_is_set_back_goes_on_to_speak(world):
    world.budget()
    await world.minutes(60)
    world.clock._start -= timedelta(hours=2)
    world.sent.clear()

    await world.minutes(60)
    assert len(world.sent) >= 2


async def test_who_has_other_partitions_says_so_at_once(world):
    await world.told.tell()
    world.owned = {3}

    await world.told.tell()

    assert [told.partitions for _, told in world.sent] == [(0, 1, 2), (3,)]


async def test_who_has_none_says_nothing(world):
    world.owned = set()
    await world.told.tell()

    assert world.sent == []


async def test_what_is_over_the_most_is_left_out_by_those_that_call_least_and_said_to_be(world):
    for number in range(MOST_TENANTS + 1):
        budget = world.budget(f"t{number}")
        budget.remember([0.0] * (1 if number == 7 else 2))

    await world.told.tell()

    [(_, told)] = world.sent
    assert not told.whole
    assert len(told.tenants) == MOST_TENANTS
    assert "t7" not in told.tenants


async def test_what_kafka_did_not_take_is_told_at_the_next_look(world):
    world.away = True
    await world.told.tell()
    world.away = False

    await world.minutes(5)

    assert len(world.sent) == 1


async def test_it_looks_until_it_is_ended_whatever_happens(world, caplog):
    def owned():
        raise RuntimeError

    world.told._owned = owned
    telling = asyncio.create_task(world.told.run())
    await world.clock.advance(6)
    world.told._owned = lambda: {0}
    await world.clock.advance(5)
    telling.cancel()

    assert len(world.sent) == 1
    assert "calls not told" in caplog.text


async def test_it_says_what_it_called_mediaos_within_a_day_and_what_its_part_has_left(world):
    budget = world.daily["t1"] = DailyBudget(world.clock, share=0.75)
    world.daily["t2"] = DailyBudget(world.clock, share=0.75)
    for _ in range(3):
        assert await budget.acquire(5.0) == 0.0

    await world.told.tell()
    [(_, told)] = world.sent
    assert told.mediaos == {"t1": DayCalls(used=3, left=3_747)}
    assert told.day_places == 3_750

    budget.spend()
    await world.minutes(15)
    assert world.sent[-1][1].mediaos["t1"].used == 4, "it is news"


async def test_of_more_tenants_than_are_told_those_that_call_mediaos_most_are(world):
    for number in range(MOST_TENANTS + 1):
        budget = world.daily[f"t{number}"] = DailyBudget(world.clock, share=0.75)
        budget.spend()
    world.daily["t7"].spend()

    await world.told.tell()
    [(_, told)] = world.sent
    assert (len(told.mediaos), told.whole) == (MOST_TENANTS, False)
    assert told.mediaos["t7"].used == 2
