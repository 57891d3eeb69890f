"""When is all folded that stood in the journal when it was asked?

But for what stands behind a record that stopped its partition: nobody waits for that, who would
wait for ever.  Whoever tells people what is known asks which partitions are stopped.
"""

import asyncio
from collections.abc import Callable, Mapping

from streams.ports import Log

#: Tells whether less is known than up to these offsets, by partition.
IsShortOf = Callable[[Mapping[int, int]], bool]


class CatchUp:
    """Whoever waits until the fold has come as far as the journal."""

    def __init__(self, journal: Log, is_short_of: IsShortOf) -> None:
        self._log = journal
        self._is_short_of = is_short_of
        self._reached: list[tuple[Mapping[int, int], asyncio.Future[None]]] = []
        self._asking = asyncio.Lock()
        self._next_look: asyncio.Task[None] | None = None

    async def caught_up(self) -> None:
        """Return once all partitions are folded to where they ended after this was called."""
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._look())
            # Who asked may have gone by then.
            self._next_look.add_done_callback(_heard)
        await asyncio.shield(self._next_look)

    def folded(self) -> None:
        """Tell whoever waits for what is folded by now."""
        if not self._reached:
            return
        waiting = []
        for ends, done in self._reached:
            if self._is_short_of(ends):
                waiting.append((ends, done))
            elif not done.done():
                done.set_result(None)
        self._reached = waiting

    def fail(self, fault: BaseException) -> None:
        """Tell whoever waits that nothing more will be folded."""
        for _, done in self._reached:
            if not done.done():
                done.set_exception(fault)
        self._reached.clear()

    async def _look(self) -> None:
        async with self._asking:
            # From here on the question is on its way: who comes later asks again.
            self._next_look = None
            ends = await self._log.ends()
        if self._is_short_of(ends):
            done = asyncio.get_running_loop().create_future()
            self._reached.append((ends, done))
            await done


def _heard(look: asyncio.Task[None]) -> None:
    """Take how it ended: whoever waited for it may have been ended before."""
    if not look.cancelled():
        look.exception()
