"""What does a worker say of the calls that it has left?  To who looks, and asks no worker.

The figures stand on a topic that is kept for an hour and not in the journal; nothing waits for
them, and while Kafka is away there are none.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeVar

from schemas.calls import MOST_TENANTS, DayCalls, TenantCalls, WorkerCalls
from schemas.catalog import encode
from streams.ports import Clock, Outbox
from streams.topics import CALLS

log = logging.getLogger("isthmus.calls")

T = TypeVar("T", TenantCalls, DayCalls)

#: Is looked at so often, told where something is new, and after so long where nothing is.
LOOK_SECONDS, TOLD_SECONDS, SAME_SECONDS = 5.0, 10.0, 30.0


class Spent(Protocol):
    """A budget of calls, as it is looked at."""

    @property
    def used(self) -> int:
        """Calls of the last minute."""
        ...

    @property
    def left(self) -> int:
        """Calls that this minute still has."""
        ...

    @property
    def waiting(self) -> int:
        """Those who wait for one."""
        ...


class SpentOfDay(Protocol):
    """A budget of a day's calls, as it is looked at."""

    @property
    def used(self) -> int:
        """Calls of the last 24 hours."""
        ...

    @property
    def left(self) -> int:
        """Calls that they still have."""
        ...


class CallsTold:
    """Tells what one worker's calls come to.

    `places` are what a tenant has of all of QuickBooks' calls of a minute, `day_places` of
    MediaOS' calls of a day, which `daily` are about.
    """

    def __init__(
        self,
        budgets: Callable[[], Mapping[str, Spent]],
        daily: Callable[[], Mapping[str, SpentOfDay]],
        owned: Callable[[], Collection[int]],
        partitions: int,
        outbox: Outbox,
        clock: Clock,
        places: int,
        day_places: int,
    ) -> None:
        self._daily, self._day_places = daily, day_places
        self._budgets, self._owned, self._partitions = budgets, owned, partitions
        self._outbox, self._clock, self._places = outbox, clock, places
        self._last: WorkerCalls | None = None

    async def run(self) -> None:
        """Tell until it is cancelled."""
        while True:
            try:
                await self.tell()
            except Exception:
                # Nobody waits for this task: a fault in telling must not end the telling.
                log.exception("calls not told")
            await self._clock.sleep(LOOK_SECONDS)

    async def tell(self) -> None:
        """Tell once, where there is something to tell."""
        told = self._told()
        if told is None or not self._is_due(told):
            return
        self._last = told
        try:
            await self._outbox.send(CALLS.name, str(min(told.partitions)).encode(), encode(told))
        except Exception as fault:  # noqa: BLE001 - the next look tells it again
            log.warning("calls not told", extra={"reason": type(fault).__name__})
            self._last = None

    def _told(self) -> WorkerCalls | None:
        owned = tuple(sorted(self._owned()))
        if not owned:
            return None
        places, day_places = (
            len(owned) * each // self._partitions for each in (self._places, self._day_places)
        )
        at, found, of_day = self._clock.now(), self._spent(places), self._spent_of_day()
        tenants, mediaos = _most(found), _most(of_day)
        return WorkerCalls(
            at=at,
            partitions=owned,
            of=self._partitions,
            places=places,
            tenants=tenants,
            whole=len(tenants) == len(found) and len(mediaos) == len(of_day),
            mediaos=mediaos,
            day_places=day_places,
        )

    def _spent_of_day(self) -> dict[str, DayCalls]:
        """Return what each tenant's calls of the day come to of whom there are any."""
        found = ((name, each.used, each.left) for name, each in self._daily().items())
        return {name: DayCalls(used=used, left=left) for name, used, left in found if used}

    def _spent(self, places: int) -> dict[str, TenantCalls]:
        """Return what each tenant's calls come to of whom there is anything to say."""
        found = {
            name: TenantCalls(used=each.used, left=each.left, waiting=each.waiting)
            for name, each in self._budgets().items()
        }
        idle = TenantCalls(used=0, left=places, waiting=0)
        return {name: each for name, each in found.items() if each != idle}

    def _is_due(self, told: WorkerCalls) -> bool:
        if self._last is None or self._last.partitions != told.partitions:
            return True
        # A clock that was set back says nothing of how long ago it was: all who listen wait.
        age = abs((told.at - self._last.at).total_seconds())
        before = (self._last.tenants, self._last.mediaos)
        is_news = before != (told.tenants, told.mediaos)
        return age >= (TOLD_SECONDS if is_news else SAME_SECONDS)


def _most(found: Mapping[str, T]) -> dict[str, T]:
    """Return those that called most, in order of their names."""
    most = sorted(found, key=lambda name: -found[name].used)[:MOST_TENANTS]
    return {name: found[name] for name in sorted(most)}
