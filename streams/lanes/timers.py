"""What is under way until its time has come, or its generation is over?"""

import asyncio
from collections.abc import Coroutine


class Timers:
    """Tasks that wait, kept as long as they do."""

    def __init__(self) -> None:
        self._timers: set[asyncio.Task[None]] = set()

    def start(self, timer: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Have it run beside the others."""
        task = asyncio.create_task(timer)
        self._timers.add(task)
        task.add_done_callback(self._timers.discard)
        return task

    def cancel(self) -> None:
        """End all of them."""
        for timer in self._timers:
            timer.cancel()
