"""How does a record on `isthmus-lockouts` become a request of the lane that it is about?

By a copy on `isthmus-requests`, where the owner of the lane follows it, lockout or not.  The same
topic carries our own published view, which asks for nothing.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from agents.dead_letters.write import DeadLetters
from schemas.catalog import NotUnderstoodError, encode
from schemas.lockout_requests import decode_lockout_request
from schemas.requests import ImposeLockout, ReleaseLockout
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Delivery, Outbox, TopicPartition
from streams.topics import REQUESTS

log = logging.getLogger("isthmus.lockouts")

#: A lockout of more than a day is a mistake in a date, and would stop a partition till it is seen.
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LockoutRequests:
    """The handler of `isthmus-lockouts`."""

    outbox: Outbox
    clock: Clock

    async def handle(self, delivery: Delivery) -> bool:
        """Pass on what is asked for; True once it, or its dead letter, is in Kafka."""
        letters = DeadLetters(SteadfastOutbox(self.outbox, self.clock), self.clock)
        return await letters.spared(delivery, self._pass_on)

    async def hold(self, delivery: Delivery) -> bool:
        """Pass it on as any other: to copy it is to keep it."""
        return await self.handle(delivery)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Do nothing: nothing waits here."""

    async def _pass_on(self, delivery: Delivery) -> bool:
        request = self._read(delivery)
        if request is not None:
            outbox = SteadfastOutbox(self.outbox, self.clock)
            await outbox.send(REQUESTS.name, request.lane.encode(), encode(request))
            log.info("lockout request passed on", extra={"request": request.id})
        return True

    def _read(self, delivery: Delivery) -> ImposeLockout | ReleaseLockout | None:
        request = decode_lockout_request(delivery.value)
        until = request.until if isinstance(request, ImposeLockout) else None
        if until is not None and until - self.clock.now() > LONGEST:
            raise NotUnderstoodError(f"until: expected at most a day ahead, got {until}")
        return request
