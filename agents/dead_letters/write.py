"""Where do bytes go that make no sense?  To the dead letters, confirmed before their slot is done.

A letter carries where it came from, why it could not be read, and the bytes as they were.  What is
understood and goes wrong all the same is tried three times: a bug of ours may stop one record, and
never the partition behind it.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar

from aiokafka.errors import KafkaError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from schemas.catalog import NotUnderstoodError, encode
from schemas.dead_letters import DeadLetter
from streams.ports import Clock, Delivery, Outbox, TopicPartition
from streams.topics import DEAD_LETTERS

log = logging.getLogger("isthmus.dead_letters")

T = TypeVar("T")

TRIES = 3
LONGEST_REASON = 1_000
#: Bytes of a key that a letter keeps: it stands there twice, and no lane is called as long.
LONGEST_KEY = 4_096
#: Of these the record is not guilty: whoever reads it waits until Kafka or the database is back.
WEATHER = (KafkaError, OSError, TimeoutError, InterfaceError, OperationalError, PoolTimeoutError)


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """The way to `isthmus-dead-letters`."""

    outbox: Outbox
    clock: Clock

    async def spared(self, delivery: Delivery, work: Callable[[Delivery], Awaitable[bool]]) -> bool:
        """Do the work with a delivery, or bury it; True once either is done for good."""
        ended = await tried(lambda: work(delivery), _where(delivery))
        if isinstance(ended, bool):
            return ended
        await self.post(delivery, ended)
        return True

    async def post(self, delivery: Delivery, reason: str) -> None:
        """Keep one delivery there; returns once Kafka has it.

        A key or a value that is too large for a letter stays where it came from, and the letter
        says so.
        """
        if len(delivery.key) > LONGEST_KEY:
            reason += f" (the key of {len(delivery.key):,} bytes is too large for a letter)"
            delivery = replace(delivery, key=b"")
        log.warning("dead letter", extra={**_where(delivery), "reason": reason})
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


async def tried(work: Callable[[], Awaitable[T]], where: dict[str, object]) -> T | str:
    """Return what the work with a record returned, which is no text, or why it is to be given up.

    A ValueError buries it at once (not understood, too large: it would come back the same), what
    else goes wrong at the third time.  Only WEATHER is raised.
    """
    reason = ""
    for left in reversed(range(TRIES)):
        try:
            return await work()
        except WEATHER:
            raise
        except ValueError as fault:
            reason = f"{fault!s:.{LONGEST_REASON}}"
            break
        except Exception as fault:
            log.exception("record not handled", extra={**where, "tries_left": left})
            reason = f"a fault of Isthmus: {type(fault).__name__}"
    return reason


def held_delivery(tp: TopicPartition, key: bytes, value: bytes) -> Delivery:
    """Return an event that the journal held as its lane is given it.

    Which offset it had nobody knows any more: its place is a number below zero, of its bytes.
    """
    number = int.from_bytes(sha256(key + value).digest()[:7], "big")
    return Delivery(tp=tp, offset=-1 - number, key=key, value=value, generation=0)


def _where(delivery: Delivery) -> dict[str, object]:
    tp = delivery.tp
    return {"topic": tp.topic, "partition": tp.partition, "offset": delivery.offset}


def lane_of(key: bytes) -> str:
    """Return the lane that a record's key names; NotUnderstoodError when that is no text."""
    try:
        return key.decode()
    except UnicodeDecodeError as fault:
        raise NotUnderstoodError(
            f"key: expected text in UTF-8, got other bytes ({fault})"
        ) from fault
