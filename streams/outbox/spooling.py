"""How is a webhook kept within a moment, whether Kafka is there or not?

Kafka has a tenth of a second; then the disk has it, and everything behind it too, until the spool
is empty again: so the order stays.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.outbox.spool import Spool
from streams.outbox.spool_records import Spooled
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Outbox

log = logging.getLogger("isthmus.spool")

#: How long Kafka may take before the disk is asked; Intuit is answered within 200 ms.
KAFKA_SECONDS = 0.1
#: How often is looked whether something waits on the disk.
LOOK_SECONDS = 0.5


@dataclass(slots=True)
class SpoolingOutbox:
    """An Outbox that keeps on disk what Kafka does not take at once."""

    outbox: Outbox
    spool: Spool
    clock: Clock
    _under_way: set[asyncio.Task[object]] = field(default_factory=set)

    async def send(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Return once Kafka or the disk has it; SpoolFullError when neither takes it."""
        if headers:
            raise ValueError("headers: expected none, the spool does not keep them")
        if self.spool.waiting_bytes or not await self._sent(topic, key, value):
            await self.spool.keep(Spooled(topic, key, value))

    async def empty(self) -> None:
        """Send what waits on the disk, oldest first, for ever."""
        steadfast = SteadfastOutbox(self.outbox, self.clock)
        while True:
            record = self.spool.first()
            if record is None:
                await self.clock.sleep(LOOK_SECONDS)
                continue
            try:
                await steadfast.send(*record)
            except ValueError as fault:
                log.error("never to be sent", extra={"reason": str(fault)})  # noqa: TRY400
            await self.spool.forget_first()

    async def _sent(self, topic: str, key: bytes, value: bytes) -> bool:
        """Tell whether Kafka has it by now; it may come to have it later all the same."""
        task = asyncio.ensure_future(self.outbox.send(topic, key, value))
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=KAFKA_SECONDS)
        return bool(done) and task.exception() is None

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._under_way.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            log.warning("kafka did not take it", extra={"reason": type(fault).__name__})
