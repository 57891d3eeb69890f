"""Where do bytes go that make no sense?  To the dead letters, confirmed before their slot is done.

A letter carries where it came from, why it could not be read, and the bytes as they were.
"""

from dataclasses import dataclass, replace

from schemas.catalog import NotUnderstoodError, encode
from schemas.dead_letters import DeadLetter
from streams.ports import Clock, Delivery, Outbox
from streams.topics import DEAD_LETTERS


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The way to `isthmus-dead-letters`."""

    outbox: Outbox
    clock: Clock

    async def post(self, delivery: Delivery, reason: str) -> None:
        """Keep one delivery there; returns once Kafka has it.

        A value that is too large for a letter stays where it came from, and the letter says so.
        """
        try:
            await self._post(delivery, reason)
        except ValueError:
            letter = replace(delivery, value=None)
            await self._post(letter, f"{reason} (the value is too large for a letter)")

    async def _post(self, delivery: Delivery, reason: str) -> None:
        letter = DeadLetter(
            topic=delivery.tp.topic,
            partition=delivery.tp.partition,
            offset=delivery.offset,
            key=delivery.key,
            value=delivery.value,
            reason=reason,
            at=self.clock.now(),
        )
        await self.outbox.send(DEAD_LETTERS.name, delivery.key or b"", encode(letter))


def lane_of(key: bytes) -> str:
    """Return the lane that a record's key names; NotUnderstoodError when that is no text."""
    try:
        return key.decode()
    except UnicodeDecodeError as fault:
        raise NotUnderstoodError(
            f"key: expected text in UTF-8, got other bytes ({fault})"
        ) from fault
