"""Is all that a lane holds worked off by itself, however its events, holds and wakes interleave?

Nothing is shut, opened, or assigned anew here, and nobody wakes the lane once all is said: the
state machine of the lanes does all of that, and would not see a lane that stands still.
"""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.lanes.test_lanes import TP, World, settled

KEY = b"a"


class Handler:
    """Begins everything that it is given, and ends it when it is told to."""

    def __init__(self):
        self.running, self.held, self.order = [], [], []

    async def handle(self, delivery):
        await self._told()
        self.order.append(delivery.offset)
        return True

    async def hold(self, delivery):
        await self._told()
        self.held.append(delivery.offset)
        return True

    async def wake(self, _tp, _key):
        await self._told()
        while self.held:
            self.order.append(self.held.pop(0))
            await self._told()

    async def _told(self):
        told = asyncio.get_running_loop().create_future()
        self.running.append(told)
        await told

    async def end(self, index):
        if self.running:
            self.running.pop(index % len(self.running)).set_result(None)
        await settled()


@given(st.lists(st.one_of(st.sampled_from(["event", "wake"]), st.integers(0, 2)), max_size=40))
def test_nothing_stays_held_when_all_has_ended(steps):
    asyncio.run(_played(steps))


async def _played(steps):
    handler, offset = Handler(), 0
    world = World(handler, max_queued_per_lane=1)
    for step in steps:
        if step == "event":
            await world.submit((offset, "a"))
            offset += 1
        elif step == "wake":
            world.lanes.wake(TP, KEY)
        else:
            await handler.end(step)
        await settled()
    while handler.running:
        await handler.end(0)

    assert handler.held == []
    assert handler.order == list(range(offset))
    assert (world.lanes.lanes, world.lanes.backlog, world.lanes.holds) == (0, 0, 0)
    await world.lanes.close()
