"""Does everybody work at once, and each one in order?"""

import asyncio

from agents.lab.demo.deeds import Act, ChangeReference, Trouble
from agents.lab.demo.plan import Day
from agents.lab.demo.playing import Playing
from tests.testing.simulated.clock import SimulatedClock


def act(at, who, name):
    return Act(at=at, who=who, deed=ChangeReference(payment=name, text=""))


async def nothing(trouble):
    return None


async def test_one_persons_wait_stops_nobody_else():
    clock, done, gate = SimulatedClock(), [], asyncio.Event()

    async def do(deed):
        if deed.payment == "slow":
            await gate.wait()
        done.append(deed.payment)

    day = Day(1, (act(0, "Ana", "slow"), act(1, "Ana", "next"), act(2, "Ben", "quick")))
    playing = asyncio.create_task(Playing(do, nothing, clock).play(day))
    await clock.advance(5)
    assert done == ["quick"]
    gate.set()
    await clock.advance(1)
    assert await playing == ()
    assert done == ["quick", "slow", "next"]


async def test_no_deed_is_done_before_its_time():
    clock, done = SimulatedClock(), []

    async def do(deed):
        done.append((deed.payment, clock.monotonic()))

    day = Day(1, (act(1, "Ana", "a"), act(3, "Ana", "b")))
    playing = asyncio.create_task(Playing(do, nothing, clock).play(day))
    await clock.advance(5)
    await playing
    assert done == [("a", 1.0), ("b", 3.0)]


async def test_troubles_are_the_operators():
    made = []

    async def make(trouble):
        made.append(trouble)

    day = Day(1, (Act(at=0, who="the operator", deed=Trouble.WORKER_KILLED),))
    await Playing(nothing, make, SimulatedClock()).play(day)
    assert made == [Trouble.WORKER_KILLED]


async def test_a_deed_that_cannot_be_done_in_time_is_named():
    async def do(deed):
        await asyncio.Event().wait()

    day = Day(1, (act(0, "Rosa", "q001"),))
    playing = Playing(do, nothing, SimulatedClock(), patience_seconds=0.01)
    [told] = await playing.play(day)
    assert told.startswith("Rosa still waits to do: ChangeReference(payment='q001'")
