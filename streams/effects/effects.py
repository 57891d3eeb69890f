"""How does a command reach a side once?  Attempt, answer, and the same words again if need be.

Before every sending an attempt stands in the journal, read back and at most ten seconds old; so a
worker that was frozen, or that another has replaced, sends nothing.  A lost answer is met with
the same request id; after an hour, or when a name is taken, the side is asked first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from schemas.outcomes import Fault, Verdict
from schemas.state import InFlight
from schemas.values import Side
from streams.effects.attempts import Append, Attempts, Means
from streams.effects.look import IsOurs
from streams.effects.results import Ended, Result
from streams.ports import Clock, Remote


class Effects:
    """Carries out open commands against both sides."""

    def __init__(
        self,
        remotes: Mapping[Side, Remote],
        clock: Clock,
        *,
        judge: Callable[[Fault], Verdict],
        is_ours: IsOurs,
    ) -> None:
        """Take the two sides, the clock, and the two rules that read a side's answer."""
        self._remotes = remotes
        self._clock = clock
        self._judge = judge
        self._is_ours = is_ours
        #: How often in a row each read failed that a lane waits for, by what it asks.
        self.failed_reads: dict[tuple[str, ...], int] = {}

    def remote(self, side: Side) -> Remote:
        """Return one side."""
        return self._remotes[side]

    async def carry_out(
        self, tenant: str, in_flight: InFlight, append: Append, *, fresh: bool
    ) -> Result:
        """Send the open command until it has an answer, or until the lane must wait.

        `fresh` says that this process appended the last attempt just now and has not used it.
        """
        if in_flight.answered is not None:
            return Ended(in_flight.answered, repeated=True)
        means = Means(
            remote=self.remote(in_flight.command.side),
            clock=self._clock,
            judge=self._judge,
            is_ours=self._is_ours,
        )
        attempts = Attempts(means, tenant, in_flight, append, spent=not fresh)
        while True:
            result = await attempts.once()
            if result is not None:
                return result

    def now(self) -> datetime:
        """Return the time."""
        return self._clock.now()

    async def pause(self, seconds: float) -> None:
        """Wait in place."""
        await self._clock.sleep(seconds)
