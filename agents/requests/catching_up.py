"""How long does a request wait for what the journal has already?

Whoever asks may have read there what is not folded here yet, so it is answered from all of it.  But
one partition that is away (it has no leader) has nobody who pauses a tenant, or ends a lockout,
wait for its return: those of its own partition know within the time that an append has to be read
back all that this worker wrote, which is all that its lanes are.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from streams.journal.journal import READ_BACK_SECONDS, READ_SECONDS
from streams.ports import Clock

#: Before the journal is asked again that did not answer.
AGAIN_SECONDS = 1.0

log = logging.getLogger("isthmus.request_consumer")


@dataclass(slots=True)
class CatchingUp:
    """Whoever is to answer from all that the journal had."""

    caught_up: Callable[[], Awaitable[None]]
    clock: Clock
    #: What did not come to its end in time, while it does not.
    _away: asyncio.Task[None] | None = field(default=None, init=False)

    async def whole(self) -> None:
        """Return once all is folded, however long a partition is away."""
        while True:
            try:
                return await self.caught_up()
            except (KafkaError, TimeoutError):
                await self.clock.sleep(AGAIN_SECONDS)

    async def in_time(self) -> None:
        """Return once all is folded, or cannot be in time; while it cannot, sooner."""
        if self._away is not None and not await self._ends(self._away, READ_SECONDS):
            return
        self._away = None
        reading = asyncio.create_task(self.whole())
        try:
            if await self._ends(reading, READ_BACK_SECONDS):
                await reading
                return
        except asyncio.CancelledError:
            reading.cancel()
            raise
        log.warning("requests are answered without the end of the journal, which is away")
        reading.add_done_callback(_heard)
        self._away = reading

    async def _ends(self, reading: asyncio.Task[None], seconds: float) -> bool:
        patience = asyncio.create_task(self.clock.sleep(seconds))
        try:
            await asyncio.wait({reading, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
        return reading.done()


def _heard(reading: asyncio.Task[None]) -> None:
    """Take how it ended: whoever waited for it was answered without."""
    if not reading.cancelled():
        reading.exception()
