"""Validate, normalise and merge: changes of both sides, each under the key of its customer.

It has no state, and it puts nothing in order: a change that comes twice or late comes out twice or
late, and its lane knows it by its event id and revision.
"""

from collections.abc import Callable, Mapping

from agents.dead_letters.write import DeadLetters
from agents.intake.known_tenants import Known
from agents.rules.lane_keys import key_of
from schemas.catalog import NotUnderstoodError, encode
from schemas.changes import Change
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Delivery, Outbox, TopicPartition
from streams.topics import INTAKE

#: Reads value and key of an event; raises NotUnderstoodError naming the field that is wrong.
Reader = Callable[[bytes, bytes], Change]


class Intake:
    """The handler of the change topics, each by its own reader."""

    def __init__(
        self, outbox: Outbox, clock: Clock, readers: Mapping[str, Reader], known: Known
    ) -> None:
        """Take the way out, the time, by topic name who reads its events, and who knows tenants."""
        self._outbox = SteadfastOutbox(outbox, clock)
        self._letters = DeadLetters(self._outbox, clock)
        self._readers = readers
        self._known = known

    async def handle(self, delivery: Delivery) -> bool:
        """Append one change to the merged log; True once it, or its dead letter, is in Kafka."""
        return await self._letters.spared(delivery, self._append)

    async def hold(self, delivery: Delivery) -> bool:
        """Take a change in as any other: to append it is to keep it."""
        return await self.handle(delivery)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Do nothing: nothing waits here."""

    async def _append(self, delivery: Delivery) -> bool:
        change = self._read(delivery)
        if not await self._known(change.tenant):
            raise NotUnderstoodError(
                f"tenant: expected one that is connected (`isthmus connect`), got {change.tenant}"
            )
        await self._outbox.send(INTAKE.name, key_of(change).encode(), encode(change))
        return True

    def _read(self, delivery: Delivery) -> Change:
        if delivery.value is None:
            raise NotUnderstoodError("expected a value, got a record without one")
        return self._readers[delivery.tp.topic](delivery.value, delivery.key or b"")
