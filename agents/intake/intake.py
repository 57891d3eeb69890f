"""Validate, normalise and merge: changes of both sides, each under the key of its customer.

It has no state, and it puts nothing in order: a change that comes twice or late comes out twice or
late, and its lane knows it by its event id and revision.
"""

import logging
from collections.abc import Callable, Mapping

from agents.dead_letters.write import DeadLetters
from agents.rules.lane_keys import key_of
from schemas.catalog import NotUnderstoodError, encode
from schemas.changes import Change
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import Clock, Delivery, Outbox, TopicPartition
from streams.topics import INTAKE

log = logging.getLogger("isthmus.intake")

#: Reads value and key of an event; raises NotUnderstoodError naming the field that is wrong.
Reader = Callable[[bytes, bytes], Change]


class Intake:
    """The handler of the change topics, each by its own reader."""

    def __init__(self, outbox: Outbox, clock: Clock, readers: Mapping[str, Reader]) -> None:
        """Take the way out, the time, and by topic name who reads its events."""
        self._outbox = SteadfastOutbox(outbox, clock)
        self._letters = DeadLetters(self._outbox, clock)
        self._readers = readers

    async def handle(self, delivery: Delivery) -> bool:
        """Append one change to the merged log; True once it, or its dead letter, is in Kafka."""
        try:
            change = self._read(delivery)
            await self._outbox.send(INTAKE.name, key_of(change).encode(), encode(change))
        except NotUnderstoodError as fault:
            await self._bury(delivery, str(fault))
        except Exception as fault:
            # A bug of ours; it must not stop the partition, and the bytes are kept for after it.
            log.exception("event not taken in", extra=_where(delivery))
            await self._bury(delivery, f"a fault of Isthmus: {type(fault).__name__}")
        return True

    async def hold(self, delivery: Delivery) -> bool:
        """Take a change in as any other: to append it is to keep it."""
        return await self.handle(delivery)

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Do nothing: nothing waits here."""

    def _read(self, delivery: Delivery) -> Change:
        if delivery.value is None:
            raise NotUnderstoodError("expected a value, got a record without one")
        return self._readers[delivery.tp.topic](delivery.value, delivery.key or b"")

    async def _bury(self, delivery: Delivery, reason: str) -> None:
        log.warning("dead letter", extra={**_where(delivery), "reason": reason})
        await self._letters.post(delivery, reason)


def _where(delivery: Delivery) -> dict[str, object]:
    tp = delivery.tp
    return {"topic": tp.topic, "partition": tp.partition, "offset": delivery.offset}
