"""How does a record of a topic that others write become a request of the lane that it is about?

By a copy on `isthmus-requests`, where the owner of the lane follows it, lockout or not.  Who may
write such a topic can ask for what that topic is for, and for nothing else.
"""

import logging
from dataclasses import dataclass

from agents.dead_letters.write import DeadLetters
from agents.requests.ask import RequestSender
from schemas.requests import Request
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Delivery, Outbox, TopicPartition

log = logging.getLogger("isthmus.requests")


@dataclass(frozen=True, slots=True)
class PassingOn:
    """The handler of such a topic; each says what it reads there."""

    outbox: Outbox
    clock: Clock

    def read(self, value: bytes | None) -> Request | None:
        """Return what a record asks for, None for nothing; ValueError buries it."""
        raise NotImplementedError

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
        request = self.read(delivery.value)
        if request is not None:
            await RequestSender(SteadfastOutbox(self.outbox, self.clock)).ask(request)
            where = {"topic": delivery.tp.topic, "request": request.id}
            log.info("request passed on", extra=where)
        return True
