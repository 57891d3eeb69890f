"""How does a day go by?  Everybody at once, each one deed after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from agents.lab.demo.deeds import Act, Trouble
from agents.lab.demo.people import PersonsDeed
from agents.lab.demo.plan import Day
from agents.lab.demo.rare_deeds import RareDeed
from streams.ports import Clock

#: So long after the day's last deed was due, nobody waits for a record any more.  The minutes for
#: which a company stands still are waited out: one after each call too many, of which a busy
#: machine makes several.
PATIENCE_SECONDS = 400.0

Do = Callable[[PersonsDeed | RareDeed], Awaitable[None]]
Make = Callable[[Trouble], Awaitable[None]]


@dataclass(slots=True)
class Playing:
    """One day being played."""

    do: Do
    make: Make
    clock: Clock
    patience_seconds: float = PATIENCE_SECONDS
    #: What each person is about to do or waits for.
    busy: dict[str, Act] = field(default_factory=dict)

    async def play(self, day: Day) -> tuple[str, ...]:
        """Play the day; return, in words, the deeds that could not be done in time."""
        began = self.clock.monotonic()
        longest = max((act.at for act in day.acts), default=0.0) + self.patience_seconds
        try:
            async with asyncio.timeout(longest), asyncio.TaskGroup() as everybody:
                for acts in day.by_person().values():
                    everybody.create_task(self._person(acts, began))
        except TimeoutError:
            return tuple(f"{act.who} still waits to do: {act.deed}" for act in self.busy.values())
        return ()

    async def _person(self, acts: Iterable[Act], began: float) -> None:
        for act in acts:
            await self.clock.sleep(max(0.0, began + act.at - self.clock.monotonic()))
            self.busy[act.who] = act
            if isinstance(act.deed, Trouble):
                await self.make(act.deed)
            else:
                await self.do(act.deed)
            self.busy.pop(act.who)
