"""Where do bytes go that make no sense?  To the dead letters, confirmed before their slot is done.

A letter carries where it came from, why it could not be read, and the bytes as they were.
"""

import base64
from dataclasses import dataclass

import orjson

from streams.ports import Clock, Delivery, Outbox
from streams.topics import DEAD_LETTERS


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The way to `isthmus-dead-letters`."""

    outbox: Outbox
    clock: Clock

    async def post(self, delivery: Delivery, reason: str) -> None:
        """Keep one delivery there; returns once Kafka has it."""
        letter = {
            "topic": delivery.tp.topic,
            "partition": delivery.tp.partition,
            "offset": delivery.offset,
            "key": _text(delivery.key),
            "value": _text(delivery.value),
            "reason": reason,
            "at": self.clock.now().isoformat(),
        }
        await self.outbox.send(DEAD_LETTERS.name, delivery.key or b"", orjson.dumps(letter))


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
