"""Is rest only what stays still in every place for a while?"""

import asyncio
from types import SimpleNamespace

import pytest

from agents.lab.demo.resting import STILL_SECONDS, Resting
from tests.testing.simulated.clock import SimulatedClock


class Measured:
    def __init__(self):
        self.waiting = {}

    async def measure(self):
        return dict(self.waiting)


class Books:
    def __init__(self):
        self.shown, self.asked, self.sweeping = 1, [], True

    async def books(self):
        return ({}, {"Invoice": [self.shown]})

    async def requests(self):
        """Sweep each time that somebody looks, but for a test that says when."""
        if self.sweeping:
            self.swept()
        return [], self.asked

    def swept(self, status=200):
        self.asked.append({"path": "/v3/company/1/cdc", "status": status})


@pytest.fixture
def at():
    watch = SimpleNamespace(open=(), held=(), moved_at=0.0)
    return SimpleNamespace(clock=SimulatedClock(), measured=Measured(), books=Books(), watch=watch)


async def looking(at, seconds=60.0):
    resting = Resting(at.measured, at.watch, at.books, at.clock)
    task = asyncio.create_task(resting.until_rest(seconds))
    await at.clock.advance(0)
    return task


async def test_rest_takes_a_few_still_seconds(at):
    task = await looking(at)
    await at.clock.advance(STILL_SECONDS - 1)
    assert not task.done()
    await at.clock.advance(2)
    assert await task == ()


async def test_a_book_that_changes_puts_rest_off(at):
    task = await looking(at)
    await at.clock.advance(STILL_SECONDS - 1)
    at.books.shown = 2
    await at.clock.advance(STILL_SECONDS - 1)
    assert not task.done()
    await at.clock.advance(3)
    assert await task == ()


async def test_what_no_webhook_told_is_waited_for_until_a_sweep_has_asked_for_it(at):
    at.books.sweeping = False
    at.books.swept()
    task = await looking(at)
    await at.clock.advance(STILL_SECONDS + 2)
    at.books.swept(status=429)
    await at.clock.advance(2)
    assert not task.done()
    at.books.swept()
    await at.clock.advance(2)
    assert await task == ()


async def test_a_sweep_that_never_comes_is_named(at):
    at.books.sweeping = False
    task = await looking(at, seconds=10)
    await at.clock.advance(12)
    assert await task == ("no sweep has asked QuickBooks since its book changed last",)


async def test_a_journal_that_moves_puts_rest_off(at):
    task = await looking(at)
    await at.clock.advance(STILL_SECONDS - 1)
    at.watch.moved_at = at.clock.monotonic()
    await at.clock.advance(2)
    assert not task.done()
    await at.clock.advance(STILL_SECONDS)
    assert await task == ()


async def test_what_never_rests_is_named(at):
    at.measured.waiting = {"isthmus-intake": 3}
    at.watch.open = ("demo/x#1/0",)
    at.watch.held = tuple(f"e{number}" for number in range(7))
    task = await looking(at, seconds=10)
    await at.clock.advance(12)
    assert await task == (
        "3 events wait on isthmus-intake",
        "1 commands are open: demo/x#1/0",
        "7 events are held: e0, e1, e2, e3, e4 and 2 more",
    )
