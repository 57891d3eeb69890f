"""How many calls may an account of MediaOS still get?  5,000 in any 24 hours, all keys together.

Lists may not use it up: a part is kept for the work of the lanes, so that a long sweep never keeps
an invoice waiting for a day (mediaos-api.md 1).  Where the documentation says both, a rolling
window and a daily reset, the rolling one is kept to, which satisfies either.
"""

from collections import deque

from streams.budgets import CALLS_A_DAY
from streams.ports import Clock

DAY_SECONDS = 86_400.0
#: Places that lists leave to the lanes.
RESERVE = 1_000
#: After a 429: a minute, doubled with each further one, up to an hour.
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3_600.0
#: The least wait: a shorter one might not move the clock at all.
TICK = 0.001


class DailyBudget:
    """The calls of one account by this worker; `share` is its part of what the account has."""

    def __init__(
        self,
        clock: Clock,
        *,
        per_day: int = CALLS_A_DAY,
        reserve: int = RESERVE,
        share: float = 1.0,
    ) -> None:
        """Start with nothing spent."""
        self._clock = clock
        self._per_day = per_day
        self._reserve = reserve
        self._share = share
        self._spent: deque[float] = deque()
        self._paused_until = 0.0
        self._pause = FIRST_PAUSE

    async def acquire(self, patience_seconds: float, *, listing: bool = False) -> float:
        """Take a place: 0.0 once taken, else the seconds until there may be one."""
        until = self._clock.monotonic() + patience_seconds
        while (wait := self._wait(listing=listing)) > 0:
            if self._clock.monotonic() + wait > until:
                return wait
            await self._clock.sleep(max(wait, TICK))
        self.spend()
        return 0.0

    def spend(self) -> None:
        """Note a call that cannot wait, or that has a place."""
        self._spent.append(self._clock.monotonic())

    def refused(self, retry_after_seconds: float | None) -> None:
        """Note a 429: nothing goes for a while, twice as long each time."""
        pause = max(self._pause, min(retry_after_seconds or 0.0, LONGEST_PAUSE))
        self._paused_until = self._clock.monotonic() + pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    def answered(self) -> None:
        """Note an answer that was no 429."""
        self._pause = FIRST_PAUSE

    def set_share(self, fraction: float) -> None:
        """Take this part of the account's calls from now on, 0 to 1."""
        self._share = fraction

    @property
    def used(self) -> int:
        """Calls of the last 24 hours."""
        self._forget(self._clock.monotonic())
        return len(self._spent)

    @property
    def left(self) -> int:
        """Calls that this share of the day still has."""
        return max(int(self._per_day * self._share) - self.used, 0)

    def _forget(self, now: float) -> None:
        while self._spent and self._spent[0] <= now - DAY_SECONDS:
            self._spent.popleft()

    def _wait(self, *, listing: bool) -> float:
        now = self._clock.monotonic()
        self._forget(now)
        kept = self._reserve if listing else 0
        places = int((self._per_day - kept) * self._share)
        paused = self._paused_until - now
        if places < 1:
            return max(paused, DAY_SECONDS)
        over = len(self._spent) - places
        return paused if over < 0 else max(paused, self._spent[over] + DAY_SECONDS - now)
