"""What time is it for a command?  The machine's: the command line is a composition root."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """The Clock of a command."""

    def now(self) -> datetime:
        """Return the wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)
