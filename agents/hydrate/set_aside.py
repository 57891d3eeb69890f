"""Which notices wait for others of their kind, since what they tell is hardly news?

Those of one kind are followed together, and so read by one query: as soon as something of that kind
is read that is news, or some seconds later.  They are kept in memory, and take nobody's place; what
a process that ends had here is found by the next sweep, which looks an hour further back.
"""

import asyncio
from collections.abc import Awaitable, Callable

from agents.hydrate.echoes import Name
from schemas.values import Kind
from streams.ports import Clock, Delivery

#: How long the first of them waits at most.
ECHO_SECONDS = 10.0
#: Notices that are kept; more are followed at once.
MOST = 10_000

#: Follows a notice to its end.
Follow = Callable[[Delivery], Awaitable[None]]


class SetAside:
    """Notices by what they are of; the latest of each record."""

    def __init__(self, clock: Clock, follow: Follow) -> None:
        """Take the time, and what to do with a notice when its time has come."""
        self._clock = clock
        self._follow = follow
        self._of: dict[tuple[str, Kind], dict[Name, Delivery]] = {}
        self._news: dict[tuple[str, Kind], asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, name: Name, delivery: Delivery) -> bool:
        """Keep a notice; False where there are too many."""
        if sum(map(len, self._of.values())) >= MOST:
            return False
        of = (name.tenant, name.kind)
        if of not in self._of:
            self._of[of], self._news[of] = {}, asyncio.Event()
            task = asyncio.create_task(self._see_out(of, self._news[of]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._of[of][name] = delivery
        return True

    def leave(self, name: Name) -> None:
        """Have all of a record's kind followed now: it is read itself."""
        if (news := self._news.get((name.tenant, name.kind))) is not None:
            news.set()

    async def _see_out(self, of: tuple[str, Kind], news: asyncio.Event) -> None:
        ends = [
            asyncio.create_task(self._clock.sleep(ECHO_SECONDS)),
            asyncio.create_task(news.wait()),
        ]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        del self._news[of]
        await asyncio.gather(*map(self._follow, self._of.pop(of).values()))
