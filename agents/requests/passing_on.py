"""How does a record of a topic that others write become a request of the lane that it is about?

By a copy on `isthmus-requests`, where the owner of the lane follows it, lockout or not.  Who may
write such a topic can ask for what that topic is for, and for nothing else; and whoever they say
they are, the copy says over which topic they said it.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from msgspec.structs import replace

from agents.dead_letters.write import DeadLetters
from agents.requests.ask import RequestSender, key_of
from schemas.catalog import NotUnderstoodError
from schemas.identity import tenant_of, who_mark
from schemas.requests import OfSomebody
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Delivery, Outbox, TopicPartition
from streams.topics import LOCKOUTS, PUSHES

log = logging.getLogger("isthmus.requests")

NAMELESS = "a service"


@dataclass(frozen=True, slots=True)
class PassingOn:
    """The handler of such a topic; each says what it reads there."""

    outbox: Outbox
    clock: Clock
    known: Callable[[str], Awaitable[bool]]
    """Tells whether a tenant is known: of any other a word would stay in the journal for ever."""

    def read(self, value: bytes | None) -> OfSomebody | None:
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
            await self._look_whose(request)
            said = replace(request, by=over(delivery.tp.topic, request.by))
            await RequestSender(SteadfastOutbox(self.outbox, self.clock)).ask(said)
            who = who_mark(said.by)
            where = {"topic": delivery.tp.topic, "request": said.id, "who": who}
            log.info("request passed on", extra=where)
        return True

    async def _look_whose(self, request: OfSomebody) -> None:
        tenant = tenant_of(key_of(request))
        if not await self.known(tenant):
            expected = "that of a tenant that is connected (`isthmus connect`)"
            raise NotUnderstoodError(f"lane: expected {expected}, got {tenant}")


def over(topic: str, by: str) -> str:
    """Return who asks over a topic of services: no name that is given there is a person's."""
    for each in (PUSHES, LOCKOUTS):
        by = by.removeprefix(f"{each.name}: ")
    return f"{topic}: {by.strip() or NAMELESS}"
