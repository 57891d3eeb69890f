"""How does a page read the journal at some places?  By the client of the gateway's loop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from streams.ports import LogRecord

#: Reads the journal at some places.
ReadPlaces = Callable[[Sequence[tuple[int, int]]], Awaitable[Sequence[LogRecord]]]
#: How long a page waits for that.
PLACES_SECONDS = 8.0


def read_places(
    loop: asyncio.AbstractEventLoop, places: ReadPlaces, wanted: Sequence[tuple[int, int]]
) -> Sequence[bytes]:
    """Read the journal on the loop that has the client, from the thread that makes a page."""

    async def read() -> list[bytes]:
        return [each.value for each in await places(wanted)]

    reading = asyncio.run_coroutine_threadsafe(read(), loop)
    try:
        return reading.result(PLACES_SECONDS)
    except TimeoutError:
        # Else those after it would wait for what nobody wants any more.
        reading.cancel()
        raise
