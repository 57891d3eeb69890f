"""What do the deep parts of the engine need from the world?  Only this.

Lanes, journal, fold and effects name these Protocols and nothing else of the outside, so the
same code runs on Kafka and HTTP and on a simulated clock, broker and remotes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from schemas.commands import Command, Create
from schemas.outcomes import Answer, No, Unknown
from schemas.records import Record
from schemas.values import Kind, MappingKind, Revision


class Clock(Protocol):
    """Time, handed in: nothing below the composition root reads a clock of its own."""

    def now(self) -> datetime:
        """Return the wall clock, in UTC and aware."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds of this clock."""
        ...


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One record as a consumer delivered it; its slot is what may be committed."""

    tp: TopicPartition
    offset: int
    key: bytes
    value: bytes | None
    generation: int
    #: The trace that it belongs to (W3C), blank where it came without one.
    traceparent: str = ""


class LaneHandler(Protocol):
    """What a lane does with its events.  It never raises: what went wrong is its business."""

    async def handle(self, delivery: Delivery) -> bool:
        """Do the work; True once it is finished for good, False to have it read again later."""
        ...

    async def hold(self, delivery: Delivery) -> bool:
        """Keep the event durably, to be worked off in order by `wake`; True once it is kept."""
        ...

    async def wake(self, tp: TopicPartition, key: bytes) -> None:
        """Look again at what waits in this lane: held events, open work, conditions met."""
        ...


class Feed(Protocol):
    """The part of a consumer group's member that lanes steer."""

    def generation(self) -> int:
        """Return the generation of the group as this member knows it."""
        ...

    def pause(self, tp: TopicPartition, offset: int | None = None) -> None:
        """Stop fetching one partition; what was fetched from this offset on may be forgotten."""
        ...

    async def seek(self, tp: TopicPartition, offset: int) -> None:
        """Fetch from this offset on; afterwards nothing that was read before is delivered."""
        ...

    def resume(self, tp: TopicPartition) -> None:
        """Fetch one partition again."""
        ...


class LogRecord(NamedTuple):
    """One record of a log, as it was read back."""

    partition: int
    offset: int
    key: bytes
    value: bytes


class AppendUnknownError(Exception):
    """The log did not say whether it kept the record; whoever appended must claim anew."""


class Log(Protocol):
    """A partitioned, append-only log: the journal's topic, on Kafka or simulated."""

    async def append(self, partition: int, key: bytes, value: bytes) -> int:
        """Append one record and return its offset; AppendUnknownError when that is not known."""
        ...

    async def read(self, timeout_seconds: float) -> Sequence[LogRecord]:
        """Return the next records of all partitions, in order within each; may be empty."""
        ...

    async def ends(self) -> Mapping[int, int]:
        """Return, by partition, the offset that the next record will get."""
        ...

    def start_at(self, positions: Mapping[int, int]) -> None:
        """Read every partition from these offsets on (0 where none is named)."""
        ...


class TopicReader(Protocol):
    """Reading what stands on a topic."""

    async def __call__(self, topic: str, take: Callable[[LogRecord], None]) -> None:
        """Hand over each record up to the topic's present end; raises what its client raises."""
        ...


class Outbox(Protocol):
    """Sending to a topic, confirmed."""

    async def send(
        self,
        topic: str,
        key: bytes,
        value: bytes,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> object:
        """Return once the broker has the record; raises what the broker's client raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A record as a side showed it when asked; `record` is None when it is deleted or unknown."""

    kind: Kind
    id: str
    revision: Revision
    customer: str | None
    record: Record | None
    at: datetime
    began: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something of QuickBooks that a thing of MediaOS can be mapped to, an item say.

    `path`, `unsold` and `ledger` are as in `schemas.products.Product`; `sort` and `code` as in
    `TargetSeen`.
    """

    id: str
    name: str
    active: bool
    revision: Revision
    path: str = ""
    unsold: str = ""
    sort: str = ""
    code: str = ""
    ledger: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something of MediaOS that is mapped; `sort`, `code` and `ledger` as in `SourceSeen`."""

    id: str
    name: str
    active: bool
    revision: Revision
    sort: str = ""
    code: str = ""
    ledger: str = ""


class SourceLists(Protocol):
    """The lists of what MediaOS publishes nothing of: line item types."""

    async def sources(self, tenant: str, kind: MappingKind) -> tuple[Source, ...] | No | Unknown:
        """Read every one, archived ones too; each call takes its own place in the budget."""
        ...


class TargetLists(Protocol):
    """What QuickBooks alone has: the lists that things of MediaOS are mapped to, bank deposits."""

    async def deposited_on(self, tenant: str, deposit: str) -> date | No | Unknown:
        """Read when a bank deposit was made, by its id."""
        ...

    async def target(self, tenant: str, kind: MappingKind, target_id: str) -> Target | No | Unknown:
        """Read one by its id; the revision of one that is no more says so."""
        ...

    async def targets(self, tenant: str, kind: MappingKind) -> tuple[Target, ...] | No | Unknown:
        """Read every one, inactive ones too.

        The first call's place in the budget is the caller's, each further one takes its own.
        """
        ...


class Remote(Protocol):
    """One of the two systems; what it refuses, or fails to answer, is data and no exception."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place in the tenant's budget of calls.

        Returns 0.0 once a place is taken, or the seconds until there may be one when that is more
        than the patience; then nothing was taken.
        """
        ...

    async def carry_out(self, tenant: str, command: Command, not_after: datetime) -> Answer:
        """Send a command once, unless its first byte is due later than `not_after`."""
        ...

    async def read(self, tenant: str, kind: Kind, record_id: str) -> Reading | No | Unknown:
        """Read one record by its id; a deleted or unknown one is a Reading without record."""
        ...

    async def look(self, tenant: str, command: Create) -> tuple[Reading, ...] | No | Unknown:
        """Find what a create may have made: by number, name, marker or external reference."""
        ...
