"""Which notices wait for a QuickBooks that cannot be read now, and when are they looked at again?

Kept in memory, so that no other tenant's notice waits for the place of one.  What a process that
ends had here is found by the next sweep: no watermark moves past a time that was not read.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

from agents.dead_letters.write import WEATHER
from agents.hydrate.current_reads import LONGEST_WAIT, Weather
from streams.ports import Clock, Delivery

log = logging.getLogger("isthmus.hydrate")

#: Follows a notice; returns why it must wait still, or None once it is done.
Follow = Callable[[Delivery], Awaitable[Weather | None]]

#: Notices of one tenant that are kept; more are left to the sweep.
MOST = 10_000
#: Followed at once when the side can be read again: as many as one query reads.
AT_ONCE = 30


class WaitingNotices:
    """The notices of tenants whose QuickBooks cannot be read; one of each kind for a record."""

    def __init__(self, clock: Clock, follow: Follow) -> None:
        """Take the time, and what to do with a notice when it is tried again."""
        self._clock = clock
        self._follow = follow
        self._of: defaultdict[str, dict[bytes, Delivery]] = defaultdict(dict)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def has(self, tenant: str) -> bool:
        """Tell whether notices of a tenant wait."""
        return tenant in self._tasks

    def add(self, tenant: str, delivery: Delivery, weather: Weather) -> None:
        """Keep a notice until the tenant's QuickBooks can be read."""
        waiting = self._of[tenant]
        if len(waiting) >= MOST:
            log.warning("notices are left to the sweep", extra={"tenant": tenant})
            return
        waiting[delivery.value or b""] = delivery
        if tenant not in self._tasks:
            told = {"tenant": tenant, "reason": weather.detail}
            log.warning("notices wait: quickbooks cannot be read", extra=told)
            self._tasks[tenant] = asyncio.create_task(self._see_out(tenant, weather))

    async def _see_out(self, tenant: str, weather: Weather | None) -> None:
        wait = 0.0
        while weather is not None:
            wait = min(max(wait * 2, weather.seconds), LONGEST_WAIT)
            await self._clock.sleep(max(wait, weather.named))
            weather = await self._worked_off(tenant)
        del self._tasks[tenant], self._of[tenant]

    async def _worked_off(self, tenant: str) -> Weather | None:
        """Follow what waits, the first alone; return what it waits for still."""
        waiting, at_once = self._of[tenant], 1
        while waiting:
            some = list(waiting.items())[:at_once]
            ended = await asyncio.gather(*(self._ended(delivery) for _, delivery in some))
            for (value, _), still in zip(some, ended, strict=True):
                if still is None:
                    del waiting[value]
            if (weather := next(filter(None, ended), None)) is not None:
                return weather
            at_once = AT_ONCE
        return None

    async def _ended(self, delivery: Delivery) -> Weather | None:
        try:
            return await self._follow(delivery)
        except WEATHER as fault:
            return Weather(detail=type(fault).__name__, seconds=LONGEST_WAIT)
