"""Which dead letters still wait for somebody, and how does one end?

A letter is ended by a later one of the same place on the same topic, so the list needs no store.
Bytes are published again before that is written down: who dies in between publishes them twice,
which an event's id makes harmless, and never not at all.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from schemas.catalog import NotUnderstoodError, decoded, encode
from schemas.dead_letters import Closed, DeadLetter
from streams.kafka.history import TopicRecord
from streams.ports import Clock, Outbox
from streams.topics import (
    DEAD_LETTERS,
    INTAKE,
    LOCKOUTS,
    MEDIAOS_CHANGES,
    PUSHES,
    QUICKBOOKS_CHANGES,
    QUICKBOOKS_NOTICES,
    REQUESTS,
)

#: Where something reads that buries what it cannot use.  A letter of any other topic is forged.
READ = frozenset(
    topic.name
    for topic in (MEDIAOS_CHANGES, QUICKBOOKS_NOTICES, QUICKBOOKS_CHANGES, INTAKE, REQUESTS)
) | {PUSHES.name, LOCKOUTS.name}
#: What a topic was called before; bytes from there go to what it is called now.
FORMER = {"isthmus-commands": REQUESTS.name}
_letter = msgspec.json.Decoder(DeadLetter)


class History(Protocol):
    """Topics as they stand."""

    def read(self, topic: str) -> AsyncIterator[TopicRecord]:
        """Yield all records of a topic."""
        ...

    async def read_one(self, topic: str, partition: int, offset: int) -> TopicRecord | None:
        """Return the record at one place; None when the topic does not have it."""
        ...


class Place(NamedTuple):
    """Where the bytes came from; as text `mediaos-changes/3/17`."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        """Return it as `place_of` reads it."""
        return f"{self.topic}/{self.partition}/{self.offset}"


class StuckError(Exception):
    """A letter's bytes cannot be published again; the text says what is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A letter without its value, which may be large: that stays at `kept` until it is wanted."""

    letter: DeadLetter
    size: int | None
    kept: tuple[int, int]
    closed: Closed | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_why: str = ""

    @property
    def place(self) -> Place:
        """Return where its bytes came from."""
        return Place(self.letter.topic, self.letter.partition, self.letter.offset)


@dataclass(slots=True)
class Files:
    """All letters by place, oldest first, and how many records were no letters at all."""

    by_place: dict[Place, Filed] = field(default_factory=dict)
    illegible: int = 0

    def waiting(self) -> list[Filed]:
        """Return those that nobody has ended."""
        return [filed for filed in self.by_place.values() if filed.closed is None]

    def take(self, kept: TopicRecord) -> None:
        """File one record of the topic."""
        try:
            letter = decoded(_letter, kept.value or b"")
        except NotUnderstoodError:
            self.illegible += 1
            return
        place = Place(letter.topic, letter.partition, letter.offset)
        if letter.closed is None:
            # The same bytes may be buried twice; what was ended stays ended.
            self.by_place.setdefault(place, _filed(letter, kept))
        elif (filed := self.by_place.get(place)) is not None:
            self.by_place[place] = _closed(filed, letter)


async def file(history: History) -> Files:
    """Read all letters to the topic's present end."""
    files = Files()
    async for kept in history.read(DEAD_LETTERS.name):
        files.take(kept)
    found = sorted(files.by_place.values(), key=lambda filed: (filed.letter.at, filed.place))
    return Files({filed.place: filed for filed in found}, files.illegible)


async def value_of(history: History, filed: Filed) -> bytes | None:
    """Return the bytes of a letter, from where they came when it has them not itself."""
    kept = await history.read_one(DEAD_LETTERS.name, *filed.kept)
    if kept is None:
        raise StuckError(f"The letter of {filed.place} has just left its topic.")
    value = _letter.decode(kept.value or b"").value
    if value is not None:
        return value
    original = await history.read_one(*filed.place)
    if original is None:
        raise StuckError(
            f"The letter of {filed.place} has no bytes, and its topic has them no longer: have the "
            "record published anew by its service, then discard the letter."
        )
    return original.value


async def retry(history: History, outbox: Outbox, clock: Clock, filed: Filed, by: str = "") -> None:
    """Publish the bytes again where they came from, under the letter's key, then end the letter.

    A key that was too large for it is none that we know anybody by.  `by` is who asks for it.
    StuckError when there are no bytes, Kafka does not take them, or nobody buries what comes there.
    """
    topic = FORMER.get(filed.place.topic, filed.place.topic)
    if topic not in READ:
        raise StuckError(
            f"The letter of {filed.place} is not ours: what reads there writes no letters. "
            "Nothing is published there: look who wrote it, then discard it."
        )
    value = await value_of(history, filed)
    if value is None:
        raise StuckError(f"The record at {filed.place} had no value: there is nothing to retry.")
    try:
        await outbox.send(topic, filed.letter.key or b"", value)
    except ValueError as fault:
        raise StuckError(
            f"The record at {filed.place} is larger than Kafka takes from us ({fault}): have it "
            "published anew by its service, smaller, then discard the letter."
        ) from fault
    await close(outbox, clock, filed, "retried", by)


async def discard(outbox: Outbox, clock: Clock, filed: Filed, by: str, why: str = "") -> None:
    """Give a letter up; it can still be retried while Kafka keeps it."""
    await close(outbox, clock, filed, "discarded", by, why)


async def close(
    outbox: Outbox, clock: Clock, filed: Filed, how: Closed, by: str = "", why: str = ""
) -> None:
    """Write down that a letter is ended; under its own key, so behind the letter."""
    ending = msgspec.structs.replace(
        filed.letter, value=None, at=clock.now(), closed=how, by=by, why=why
    )
    await outbox.send(DEAD_LETTERS.name, filed.letter.key or b"", encode(ending))


def _filed(letter: DeadLetter, kept: TopicRecord) -> Filed:
    size = None if letter.value is None else len(letter.value)
    bare = msgspec.structs.replace(letter, value=None)
    return Filed(letter=bare, size=size, kept=(kept.partition, kept.offset))


def _closed(filed: Filed, ending: DeadLetter) -> Filed:
    return Filed(
        letter=filed.letter,
        size=filed.size,
        kept=filed.kept,
        closed=ending.closed,
        closed_at=ending.at,
        closed_by=ending.by,
        closed_why=ending.why,
    )
