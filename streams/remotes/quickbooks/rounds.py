"""How do many questions become few calls?  Those that come together are asked as one.

The first of a round waits for others to join it, and they may as long as the call has no place in
the budget yet.  From then on it is being answered: who comes later is the next round's, which
leaves no sooner than the pause after it, unless it is full.  So a lone question waits for the short
window alone, and a stream of them costs one call a pause.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streams.ports import Clock

#: How long the first question waits for others to join it.
WINDOW_SECONDS = 0.25

Of = TypeVar("Of", bound=Hashable)
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Round(Generic[Answer]):
    """What one call asks about; its answer is the task's."""

    gathering: "asyncio.Task[None]"
    asked: set[str] = field(default_factory=set)
    answer: "asyncio.Task[Answer]" = field(init=False)


class Rounds(Generic[Of, Answer]):
    """Questions by what they are of; only those of the same may share a call."""

    def __init__(
        self,
        clock: Clock,
        *,
        most: int,
        pause: float = 0.0,
        place: Callable[[Of], Awaitable[Answer | None]],
        ask: Callable[[Of, Collection[str]], Awaitable[Answer]],
    ) -> None:
        """`most` questions are one call; `place` waits for its place, or says why it has none.

        `pause` is how many seconds lie between two calls of which none is full.
        """
        self._clock = clock
        self._most = most
        self._pause = pause
        self._place = place
        self._ask = ask
        self._open: dict[Of, _Round[Answer]] = {}
        self._left: dict[Of, float] = {}
        self._answers: set[asyncio.Task[Answer]] = set()

    async def answer(self, of: Of, question: str) -> Answer:
        """Return what answers this question, and all others of its round."""
        # Whoever gives up leaves the others their answer.
        return await asyncio.shield(self._join(of, question).answer)

    async def close(self) -> None:
        """Give up every call that nobody waits for any more."""
        for answer in self._answers:
            answer.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._answers, return_exceptions=True)

    def _join(self, of: Of, question: str) -> _Round[Answer]:
        joined = self._open.get(of)
        if joined is None:
            joined = self._open[of] = _Round(asyncio.create_task(self._gathered(of)))
            joined.answer = asyncio.create_task(self._answered(of, joined))
            self._answers.add(joined.answer)
            joined.answer.add_done_callback(self._answers.discard)
        joined.asked.add(question)
        if len(joined.asked) == self._most:
            del self._open[of]
            joined.gathering.cancel()
        return joined

    async def _gathered(self, of: Of) -> None:
        """Wait as long as others may join."""
        next_call = self._left.get(of, -math.inf) + self._pause
        await self._clock.sleep(max(WINDOW_SECONDS, next_call - self._clock.monotonic()))

    async def _answered(self, of: Of, joined: _Round[Answer]) -> Answer:
        try:
            # Not awaited itself: a full round ends it.
            await asyncio.wait({joined.gathering})
            unplaced = await self._place(of)
            self._left[of] = self._clock.monotonic()
        finally:
            joined.gathering.cancel()
            if self._open.get(of) is joined:
                del self._open[of]
        return await self._ask(of, joined.asked) if unplaced is None else unplaced
