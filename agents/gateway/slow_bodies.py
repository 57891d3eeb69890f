"""How many slow bodies may one caller have at one time?  Few, so that others find the door open.

A body that comes at once, as nearly all do, is never counted: a burst of them is nobody's harm.
One that takes long holds a connection meanwhile, of which there are so many (`doorkeeper`).
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import Request

from agents.gateway.bodies import RefusedError, read_body

#: From here on a body is slow.
QUICK_SECONDS = 2.0
#: Slow ones at one time: of one caller, and of all together half of the connections.
MOST_OF_ONE, MOST_OF_ALL = 20, 100


@dataclass(slots=True)
class SlowBodies:
    """Reads bodies, and refuses a caller while as many of theirs are slow as may be."""

    quick_seconds: float = QUICK_SECONDS
    most_of_one: int = MOST_OF_ONE
    most_of_all: int = MOST_OF_ALL
    _of: Counter[str] = field(default_factory=Counter)

    async def read(self, request: Request, most_bytes: int, whose: str) -> bytes:
        """Return the whole body of a caller; RefusedError as `read_body`, and where it is slow."""
        self._look(whose)
        reading = asyncio.create_task(read_body(request, most_bytes))
        try:
            await asyncio.wait({reading}, timeout=self.quick_seconds)
            if reading.done():
                return reading.result()
            with self._place(whose):
                return await reading
        finally:
            reading.cancel()

    @contextmanager
    def _place(self, whose: str) -> Iterator[None]:
        self._look(whose)
        self._of[whose] += 1
        try:
            yield
        finally:
            self._of[whose] -= 1

    def _look(self, whose: str) -> None:
        if self._of[whose] >= self.most_of_one or self._of.total() >= self.most_of_all:
            # Its connection is wanted for somebody else.
            raise RefusedError(
                503,
                f"too many bodies come slowly at one time, expected at most {self.most_of_one}: "
                "send it again, which is harmless",
                {"connection": "close"},
            )
