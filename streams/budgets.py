"""When may the next call to a side go out?

Two sliding windows, QuickBooks' 10 calls a second and 500 a minute (quickbooks-online.md 4), first
come, first served.  A place is written down when it is really taken, not when it was planned: after
a pause of the process, planned times would come in a burst.  For the same reason a call passes both
windows once more when its first byte leaves: what took places in turn and was then held up together
(by the journal, by a new token) would leave at once, and in the minute of those that follow.

The side counts a call when it arrives: after it left, and before its answer came.  So a call whose
answer came late counts from later than its departure, and one that was held up on its way out (the
whole process stood still) from when it was out.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from streams.ports import Clock

SECOND = 1.0
MINUTE = 60.0

#: Of QuickBooks' 10 calls a second, what all workers share (its 500 a minute are reached all the
#: same), and what that leaves to a command of a person, which knows nothing of the workers.
WORKERS_A_SECOND, COMMANDS_A_SECOND = 9, 1

#: A window is kept a little longer than the side's own: calls do not travel equally fast.
SLACK = 1.1
MINUTE_SLACK = 1.005
#: The gate's is less: the difference makes room for what is uneven between place and departure.
#: On a busy machine two calls that left a second apart arrived 0.92 s apart.
GATE_SLACK = 1.08
#: What the gate's second keeps after an answer: no call arrives later than its answer does.
ANSWERED_SLACK = 1.01
#: An answer that takes longer was worked on, and did not travel so long: else slow answers would
#: cost more than 5 of 100 calls a minute.
LONGEST_TRAVEL = 0.12

#: After a 429 fewer calls go out, down to this part, and the way back takes minutes.
LOWER_BY = 0.8
LOWEST = 0.1
RECOVER_PER_MINUTE = 0.1


@dataclass(slots=True)
class Departure:
    """When a call left; of one that is answered, so much later that its second is kept."""

    at: float = -math.inf


#: What QuickBooks takes of one company.
CALLS_A_MINUTE = 500
#: What MediaOS takes of one account in any 24 hours.
CALLS_A_DAY = 5_000


class Budget:
    """The calls that one process may make for one tenant; times in seconds."""

    def __init__(
        self,
        clock: Clock,
        per_second: int = 10,
        per_minute: int = CALLS_A_MINUTE,
        share: float = 1.0,
    ) -> None:
        self._clock = clock
        self._limits = ((per_second, SECOND * SLACK), (per_minute, MINUTE * MINUTE_SLACK))
        self._share = share
        self._pace = 1.0
        self._closed_until = -math.inf
        self._taken: deque[float] = deque(maxlen=per_minute)
        self._departed: deque[Departure] = deque(maxlen=per_minute)
        self._turn = asyncio.Lock()
        self._gate = asyncio.Lock()
        self._waiting = 0

    async def acquire(self, patience_seconds: float) -> float:
        """Return 0.0 once a place is taken, else the seconds until there may be one.

        When that is more than the patience, nothing was taken.
        """
        wait = self._wait(self._waiting)
        if wait > patience_seconds:
            return wait
        self._waiting += 1
        try:
            async with self._turn:
                return await self._take(patience_seconds)
        finally:
            self._waiting -= 1

    async def pass_gate(self, patience_seconds: float, departure: Departure) -> float:
        """Return 0.0 once a call that has its place may leave, else the seconds until it may.

        `departure` says from then on when it left, and is handed back with its answer.
        When that is more than the patience, it must not leave: a 429 came in between.
        """
        async with self._gate:
            while (wait := self._gate_wait()) > 0:
                if wait > patience_seconds:
                    return wait
                await self._clock.sleep(wait)
            departure.at = self._clock.monotonic()
            self._departed.append(departure)
            return 0.0

    def sent(self, departure: Departure) -> None:
        """Learn when the last byte of a call was handed on: a process may stand still before it."""
        departure.at = max(departure.at, self._clock.monotonic())

    def answered(self, departure: Departure) -> None:
        """Learn when a call had arrived at the latest."""
        arrived = min(self._clock.monotonic(), departure.at + LONGEST_TRAVEL)
        departure.at = max(departure.at, arrived - SECOND * (GATE_SLACK - ANSWERED_SLACK))

    def back_off(self, seconds: float = 60.0) -> None:
        """Close for that long after a 429, and go slower then; answers in a row count once."""
        now = self._clock.monotonic()
        if now >= self._closed_until:
            self._pace = max(LOWEST, self._present_pace(now) * LOWER_BY)
        self._closed_until = max(self._closed_until, now + seconds)

    @property
    def share(self) -> float:
        """The part of the limits that is this process's."""
        return self._share

    @property
    def used(self) -> int:
        """Calls of the last minute."""
        since = self._clock.monotonic() - MINUTE
        # From the last one on: of a thousand tenants nearly all have made no call in this minute.
        return sum(1 for _ in takewhile(lambda at: at > since, reversed(self._taken)))

    @property
    def left(self) -> int:
        """Calls that this minute still has, at the present share and pace."""
        places, window = self._present_limits(self._clock.monotonic())[-1]
        return max(math.floor(places * (MINUTE * MINUTE_SLACK / window)) - self.used, 0)

    @property
    def waiting(self) -> int:
        """Those who wait for a call now."""
        return self._waiting

    @property
    def pace(self) -> float:
        """The part of the limits that is used now: less than 1 after a 429."""
        return self._present_pace(self._clock.monotonic())

    def set_share(self, fraction: float) -> None:
        """Use this part of the limits: other processes use the rest.

        Whoever had what is gained may have spent this second's part of it just now: it counts as
        spent.
        """
        if not 0 < fraction <= 1:
            raise ValueError(f"share: expected more than 0 and at most 1, got {fraction}")
        gained = math.ceil(self._limits[0][0] * max(fraction - self._share, 0))
        self.remember([0.0] * gained)
        now = self._clock.monotonic()
        self._departed.extend(Departure(now) for _ in range(gained))
        self._share = fraction

    def remember(self, seconds_ago: Sequence[float]) -> None:
        """Count calls that another process made with what is this one's share now.

        None was made later than now, whatever its clock said.
        """
        now = self._clock.monotonic()
        known = [*self._taken, *(now - max(ago, 0.0) for ago in seconds_ago)]
        self._taken = deque(sorted(known), maxlen=self._taken.maxlen)

    async def _take(self, patience_seconds: float) -> float:
        # Looked at again after each sleep: the share, the pace or a 429 may have moved the time.
        while (wait := self._wait(0)) > 0:
            if wait > patience_seconds:
                return wait
            await self._clock.sleep(wait)
        self._taken.append(self._clock.monotonic())
        return 0.0

    def _wait(self, ahead: int) -> float:
        """Plan the calls of those who wait already; return the seconds until the next one's."""
        now = self._clock.monotonic()
        limits = self._present_limits(now)
        times = list(self._taken)
        for _ in range(ahead + 1):
            due = max(now, self._closed_until)
            for places, window in limits:
                if len(times) >= places:
                    due = max(due, times[-places] + window)
            times.append(due)
        return max(0.0, times[-1] - now)

    def _gate_wait(self) -> float:
        now = self._clock.monotonic()
        due = max(now, self._closed_until)
        slacks = (GATE_SLACK / SLACK, 1 / MINUTE_SLACK)
        # Calls are answered out of their order.
        departed = sorted(each.at for each in self._departed)
        for (places, window), slack in zip(self._present_limits(now), slacks, strict=True):
            if len(departed) >= places:
                due = max(due, departed[-places] + window * slack)
        return due - now

    def _present_limits(self, now: float) -> list[tuple[int, float]]:
        part = self._share * self._present_pace(now)
        return [_scaled(places * part, window) for places, window in self._limits]

    def _present_pace(self, now: float) -> float:
        minutes = (now - self._closed_until) / MINUTE
        return self._pace if minutes < 0 else min(1.0, self._pace + RECOVER_PER_MINUTE * minutes)


def _scaled(places: float, window: float) -> tuple[int, float]:
    # Less than one place a window is one place in a longer window.
    return (math.floor(places), window) if places >= 1 else (1, window / places)


class Places:
    """Calls under way at once: as many as `limit` says now, first come, first served."""

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._taken = 0
        self._left = asyncio.Condition()

    async def __aenter__(self) -> None:
        async with self._left:
            await self._left.wait_for(lambda: self._taken < self._limit())
            self._taken += 1

    async def __aexit__(self, *_: object) -> None:
        async with self._left:
            self._taken -= 1
            # All look: the limit may have grown by more than the one that left.
            self._left.notify_all()
