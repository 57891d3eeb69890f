"""What time is it really?  The one clock that composition roots hand to everything below."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the wall clock, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)
