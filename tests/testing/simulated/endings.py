"""A story told once for every call that its worker makes, with a worker that ends there.

It ends before the call has reached anybody, or after the call was carried out and before its answer
is there.  It dies, or freezes and thaws when its heir is at work: by turns over a store of its own,
or over the one that its heir has written on meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal

from tests.testing.simulated.turns import in_turn
from tests.testing.simulated.world import SimulatedWorker, World

Story = Callable[[World], Awaitable[object]]
How = Literal["dies", "freezes"]
When = Literal["before", "after"]

SIDES: tuple[When, ...] = ("before", "after")
#: For how long who shares a store with its heir is frozen: until the heir has let go of rows.
SHARED_SECONDS = 20


async def _nothing(world: World) -> None:
    """Begin with the story."""


async def each_ending(
    how: How, when: When, story: Story, rest: Story, *, given: Story = _nothing
) -> AsyncIterator[tuple[World, SimulatedWorker, str]]:
    """Give each world at its end, the worker that is left in it, and where the other one ended.

    The first is undisturbed.  Whoever ends in the story or in the rest of it has an heir by the end
    of that part, and beside the heir the rest is told, perhaps again; what was `given` is safe.
    Of a run each call is ended before it or after it, by turns.
    """
    others = asyncio.all_tasks()
    world, worker, first = await _undisturbed(story, rest, given)
    names = worker.mortal.names.copy()
    yield world, worker, "undisturbed"
    for place in in_turn(range(first, len(names)), first=when == "before"):
        await take_away(asyncio.all_tasks() - others)
        world = World()
        worker = await world.worker()
        setattr(worker.mortal, f"{how}_{when}", place)
        for part in (given, story, rest):
            if not worker.mortal.ended:
                await part(world)
        where = f"{how} {when} call {place}: {names[place]}"
        assert worker.mortal.ended, f"never {where}"
        heir = await _heir(world, worker, shares=bool(place % 2))
        await rest(world)
        assert world.failed == [], where
        yield world, heir, where


async def take_away(tasks: set[asyncio.Task[object]]) -> None:
    """Cancel tasks: a killed process waits for ever, and so does one at work."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _undisturbed(
    story: Story, rest: Story, given: Story
) -> tuple[World, SimulatedWorker, int]:
    world = World()
    worker = await world.worker()
    await given(world)
    first = worker.mortal.calls
    await story(world)
    await rest(world)
    assert worker.mortal.calls > first, "nothing of it is a call"
    return world, worker, first


async def _heir(world: World, worker: SimulatedWorker, *, shares: bool) -> SimulatedWorker:
    if worker.mortal.dead.is_set():
        return await world.worker()
    heir = await world.worker(kill=False, shares=shares)
    await world.run(SHARED_SECONDS if shares else 2)
    worker.mortal.thaw()
    return heir
