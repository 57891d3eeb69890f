"""How does a rewritten topic take the place of the one that it was made of, whoever dies when?

Kafka renames no topic and takes no record out of one, so: the rewritten records are written aside
and compared; that they are whole is written there too; only then is the topic deleted, made anew,
filled from aside, compared again, and what is aside deleted.  At each moment one of the two is
whole, and what stands on the brokers says which: so whoever goes on needs nothing else.

Nobody may take half of it for the whole.  Its first record says where each partition must end; that
record is there before the topic has all its partitions, and every reader counts those.  And before
it is deleted, nothing can be appended to it any more, whoever wakes up late.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from hashlib import sha256

from streams.cluster import Cluster
from streams.kafka.copying import Copying, NotSameError, Progress
from streams.kafka.minutes import Begun, Going, MinuteBook, Minutes, whole_of
from streams.kafka.topic_shapes import SHUT, Shape, Topics
from streams.topics import aside_of

#: Hears what is done next, with how many records it is about.
Begins = Callable[[str, int], Progress]


class UnderWayError(Exception):
    """It cannot be done now; the text is one sentence with the remedy."""


class WrittenSinceError(UnderWayError):
    """Records came since the topic was rewritten; nothing of it is deleted."""


class Place(Enum):
    """What stands in the topic's place."""

    ORIGINAL = auto()
    #: Made anew, whole or not.
    COPY = auto()
    NOTHING = auto()
    #: It is neither.
    STRANGER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What an earlier run has left aside; `minutes` is None where that is not whole."""

    minutes: Minutes | None
    shape: Shape


def digest(value: bytes | None) -> str:
    """Return by what a first record is known again."""
    return sha256(value or b"").hexdigest()


class Replacing:
    """One topic and what stands aside of it; `users` tells how many processes use it.

    `run` is an id that no other run has.
    """

    def __init__(
        self,
        cluster: Cluster,
        topic: str,
        topics: Topics,
        users: Callable[[], Awaitable[int]],
        run: str,
    ) -> None:
        self.topic = cluster.named(topic)
        self.aside = cluster.named(aside_of(topic))
        self.run = run
        self._topics, self._users = topics, users
        self.copying = Copying(cluster)

    async def left(self) -> Left | None:
        """Return what an earlier run has left aside."""
        shape = await self._topics.shape(self.aside)
        if shape is None:
            return None
        entries = await self._book(shape.partitions - 1).read()
        return Left(minutes=whole_of(entries), shape=shape)

    async def shape(self) -> Shape:
        """Return what the topic is; UnderWayError where it is not there."""
        shape = await self._topics.shape(self.topic)
        if shape is None:
            raise UnderWayError(f"Kafka has no topic {self.topic}, and none of it stands aside.")
        return shape

    async def give_up(self, left: Left) -> None:
        """Delete what stands aside; the topic itself must be whole."""
        await self._refuse_used()
        shape = await self.shape()
        if shape.is_shut:
            await self._topics.set(self.topic, left.shape.config)
        if await self.left() != left:
            raise _another()
        await self._topics.delete(self.aside)

    async def make_aside(self, about: Mapping[str, str]) -> Shape:
        """Make the topic aside, with one more partition for its minutes; return the topic's own.

        `about` is told there, as in `Minutes`.
        """
        await self._refuse_used()
        shape = await self.shape()
        await self._topics.make(self.aside, replace(shape, partitions=shape.partitions + 1))
        await self._book(shape.partitions).write(Begun(run=self.run, about=about))
        return shape

    async def whole(self, minutes: Minutes) -> None:
        """Say that what stands aside is whole and compared."""
        await self._book(len(minutes.ends)).write(minutes)

    async def put_in_place(self, minutes: Minutes, begins: Begins) -> None:
        """Have what stands aside take the topic's place, from wherever that was left."""
        await self._refuse_used()
        await self._book(len(minutes.ends)).write(Going(run=self.run))
        place = await self._place(minutes)
        if place is Place.STRANGER:
            raise UnderWayError(
                f"{self.topic} is neither what was rewritten nor what it became, so nothing of it "
                f"is deleted: {self.aside} has all records as they are to be."
            )
        if place is Place.COPY and await self._is_whole(minutes, begins):
            await self._delete(self.aside, minutes)
            return
        if place is Place.ORIGINAL:
            await self._shut(minutes)
        if place is not Place.NOTHING:
            await self._delete(self.topic, minutes)
        await self._fill(minutes, begins)
        await self.copying.compare(
            self.aside, self.topic, minutes.ends, progress=begins("Comparing", sum(minutes.ends))
        )
        await self._delete(self.aside, minutes)

    def _book(self, partition: int) -> MinuteBook:
        return MinuteBook(self.copying, self.aside, partition)

    async def _delete(self, topic: str, minutes: Minutes) -> None:
        """Delete a topic, if what stands aside is what was compared, and nobody else goes on."""
        if await self._topics.shape(self.aside) is None:
            raise _another()
        entries = await self._book(len(minutes.ends)).read()
        ends = tuple(await self.copying.ends(self.aside, len(minutes.ends)))
        going = entries[-1:] == [Going(run=self.run)]
        if whole_of(entries) != minutes or not going or ends != minutes.ends:
            raise _another()
        await self._topics.delete(topic)

    async def _place(self, minutes: Minutes) -> Place:
        shape = await self._topics.shape(self.topic)
        if shape is None:
            return Place.NOTHING
        first = await self.copying.first(self.topic, 0)
        if first is None or digest(first) == minutes.first:
            # None: made, and not begun to be filled.  The original had a first record.
            return Place.COPY
        if digest(first) != minutes.first_before or shape.partitions != len(minutes.ends):
            return Place.STRANGER
        return Place.ORIGINAL

    async def _shut(self, minutes: Minutes) -> None:
        """See that nothing came since, and that nothing comes any more: then it can go."""
        shape = await self.shape()
        await self._topics.set(self.topic, {**shape.config, **SHUT})
        await self._refuse_used()
        ends = await self.copying.ends(self.topic, shape.partitions)
        if tuple(ends) != minutes.ends_before:
            raise WrittenSinceError(
                f"{self.topic} was written to since it was rewritten: run the command again, with "
                "all workers stopped. Nothing is lost, and nothing is written there before that."
            )

    async def _is_whole(self, minutes: Minutes, begins: Begins) -> bool:
        shape = await self.shape()
        if shape.partitions != len(minutes.ends):
            return False
        ends = await self.copying.ends(self.topic, shape.partitions)
        if tuple(ends) != minutes.ends:
            return False
        comparing = begins("Comparing", sum(minutes.ends))
        try:
            await self.copying.compare(self.aside, self.topic, minutes.ends, progress=comparing)
        except NotSameError:
            return False
        return True

    async def _fill(self, minutes: Minutes, begins: Begins) -> None:
        aside = await self._topics.shape(self.aside)
        if aside is None:
            raise UnderWayError(f"Kafka has no topic {self.aside} any more.")
        await self._topics.make(self.topic, replace(aside, partitions=1))
        await self.copying.copy(self.aside, self.topic, {0: (0, 1)})
        if len(minutes.ends) > 1:
            await self._topics.grow(self.topic, len(minutes.ends))
        rest = {p: (int(p == 0), end) for p, end in enumerate(minutes.ends)}
        copying = begins("Putting records in place", sum(minutes.ends))
        await self.copying.copy(self.aside, self.topic, rest, progress=copying)
        await self._refuse_longer(minutes.ends)

    async def _refuse_longer(self, ends: Sequence[int]) -> None:
        if await self.copying.ends(self.topic, len(ends)) != list(ends):
            raise NotSameError(
                f"{self.topic} does not end where it must: somebody else writes there, so see that "
                "no worker runs, and run the command again."
            )

    async def _refuse_used(self) -> None:
        if users := await self._users():
            raise UnderWayError(
                f"{users} of the workers run: stop all workers, and all gateways, and run the "
                "command again."
            )


def _another() -> UnderWayError:
    return UnderWayError(
        "Another run of the command goes on with it: wait until that has ended, and run it again."
    )
