"""Two or more who work beside each other, call by call, in an order that a test chooses.

Each stands before its next call until it has a turn, and may be killed there: before the call has
reached anybody, or after it was carried out and before its answer is there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any, Literal

Death = tuple[int, Literal["before", "after"]]

#: What is no call to anybody else, and is done whatever became of who asks for it.
OWN = ("bring_up", "dispose")

_WORKING: ContextVar["Actor | None"] = ContextVar("working", default=None)


class KilledError(BaseException):
    """It is dead; what catches errors does not see it."""


class Actor:
    """One that works; `answer` is what its work returned, None as long as it has not."""

    def __init__(self, work: Callable[[], Awaitable[Any]], dies: Death | None = None) -> None:
        self.calls: list[str] = []
        self.answer: Any = None
        self.ended = self.dead = False
        self._dies = dies
        self._turn, self._stands = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._work(work))

    async def step(self) -> None:
        """Let it make its next call, and return once it stands before another one or has ended."""
        await self._stands.wait()
        self._stands.clear()
        if not self.ended:
            self._turn.set()
            await self._stands.wait()
        if self.ended:
            await self._task

    async def call(self, name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        """Make a call when its turn comes."""
        self._is_alive()
        self._stands.set()
        await self._turn.wait()
        self._turn.clear()
        self.calls.append(name)
        number = len(self.calls) - 1
        self._may_die(number, "before")
        answer = await work()
        self._may_die(number, "after")
        return answer

    async def _work(self, work: Callable[[], Awaitable[Any]]) -> None:
        _WORKING.set(self)
        try:
            self.answer = await work()
        except KilledError:
            pass
        finally:
            self.ended = True
            self._stands.set()

    def _may_die(self, number: int, when: Literal["before", "after"]) -> None:
        self.dead = self.dead or self._dies == (number, when)
        self._is_alive()

    def _is_alive(self) -> None:
        if self.dead:
            raise KilledError


async def called(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    """Make a call, in the turn of who works here if anybody does."""
    actor = _WORKING.get()
    return await (work() if actor is None else actor.call(name, work))


def threads(real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return what stands in for `asyncio.to_thread`: each thread's work is a call."""

    async def to_thread(function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        if function.__name__ in OWN:
            return await real(function, *arguments, **named)
        return await called(function.__name__, lambda: real(function, *arguments, **named))

    return to_thread


async def play(actors: Sequence[Actor], order: Sequence[int]) -> None:
    """Give turns in this order, each a number among those that still work; then to the end."""
    for number in order:
        working = [each for each in actors if not each.ended]
        if not working:
            return
        await working[number % len(working)].step()
    for each in actors:
        while not each.ended:
            await each.step()
