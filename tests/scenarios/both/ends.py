"""A story told in a town once for every call that its worker makes, with a worker that ends there.

As tests.testing.simulated.endings, with both real clients and both simulators: a call is one to
Kafka, or one by HTTP to either side.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

from tests.scenarios.both.town import Town, opened
from tests.testing.simulated.endings import How, When
from tests.testing.simulated.turns import in_turn

Story = Callable[[Town], Awaitable[object]]


async def each_end(
    how: How, when: When, story: Story, rest: Story, *, given: Story, but: tuple[str, ...] = ()
) -> AsyncIterator[tuple[Town, str]]:
    """Give each town at its end, and where its first worker ended.

    It ends in the story; what was `given` is safe, and the rest is told beside its heir.  Calls
    whose names begin with one of `but` are passed over.  Of a run a worker dies at each call or
    freezes there, by turns.
    """
    async with opened() as town:
        await given(town)
        mortal = town.workers[0].mortal
        first = mortal.calls
        await story(town)
        names = mortal.names.copy()
        await rest(town)
        yield town, "undisturbed"
    places = [n for n in range(first, len(names)) if not names[n].startswith(but)]
    assert places, "nothing of it is a call"
    for place in in_turn(places, first=how == "dies"):
        async with opened() as town:
            await given(town)
            worker = town.workers[0]
            setattr(worker.mortal, f"{how}_{when}", place)
            await story(town)
            where = f"{how} {when} call {place}: {names[place]}"
            assert worker.mortal.ended, f"never {where}"
            await _an_heir(town)
            await rest(town)
            yield town, where


async def _an_heir(town: Town) -> None:
    worker = town.workers[0]
    if worker.mortal.dead.is_set():
        await town.worker()
        return
    await town.worker(kill=False)
    await town.run(2)
    worker.mortal.thaw()
