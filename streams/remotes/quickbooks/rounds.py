"""How do many questions become few calls?  Those that come together are asked as one.

The first of a round waits for others to join it, and they may as long as the call has no place in
the budget yet.  From then on it is being answered: who comes later is the next round's.
"""

import asyncio
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

    asked: set[str] = field(default_factory=set)
    answer: "asyncio.Task[Answer]" = field(init=False)


class Rounds(Generic[Of, Answer]):
    """Questions by what they are of; only those of the same may share a call."""

    def __init__(
        self,
        clock: Clock,
        *,
        most: int,
        place: Callable[[Of], Awaitable[Answer | None]],
        ask: Callable[[Of, Collection[str]], Awaitable[Answer]],
    ) -> None:
        """`most` questions are one call; `place` waits for its place, or says why it has none."""
        self._clock = clock
        self._most = most
        self._place = place
        self._ask = ask
        self._open: dict[Of, _Round[Answer]] = {}
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
            joined = self._open[of] = _Round()
            joined.answer = asyncio.create_task(self._answered(of, joined))
            self._answers.add(joined.answer)
            joined.answer.add_done_callback(self._answers.discard)
        joined.asked.add(question)
        if len(joined.asked) == self._most:
            del self._open[of]
        return joined

    async def _answered(self, of: Of, joined: _Round[Answer]) -> Answer:
        try:
            await self._clock.sleep(WINDOW_SECONDS)
            unplaced = await self._place(of)
        finally:
            if self._open.get(of) is joined:
                del self._open[of]
        return await self._ask(of, joined.asked) if unplaced is None else unplaced
