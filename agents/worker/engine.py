"""Which parts make one worker's engine, and how do they know each other?

Built from ports alone, so that the same engine runs on Kafka and HTTP (`agents.worker.worker`) and
on a simulated clock, broker and remotes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiokafka.partitioner import murmur2

from agents.dead_letters.write import DeadLetters
from agents.holds.lockouts import Lockouts
from agents.holds.suspensions import Suspensions
from agents.holds.waiting_lanes import WaitingLanes
from agents.requests.item_requests import ItemRequests
from agents.requests.request_consumer import RequestConsumer, RequestLog
from agents.rules.documents.adoption import is_ours
from agents.rules.faults import judge
from agents.sync.documents import Documents
from agents.sync.forwarding import Forwarding
from agents.sync.sync import Sync
from agents.view.lane_context import LaneContext
from agents.worker.ownership import CommitNow, Ownership
from schemas.catalog import encode
from schemas.facts import Fact
from schemas.identity import tenant_lane, tenant_of
from schemas.locks import LOCK_SIGNS, LockSign
from schemas.requests import OfTenant, Request
from schemas.state import Lockout
from schemas.values import Side
from streams.effects import Effects
from streams.journal.journal import Accepted, Journal
from streams.lanes.lanes import Lanes, Route
from streams.outbox.steadfast import SteadfastOutbox
from streams.ports import (
    Clock,
    Delivery,
    Feed,
    ItemList,
    LaneHandler,
    LogRecord,
    Outbox,
    Remote,
    TopicPartition,
)
from streams.topics import COMMANDS, INTAKE


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What an engine stands on.

    `journal` is made with whom to tell that a term is over, the handlers of the other topics with
    the journal, which some of them ask.
    """

    feed: Feed
    commit_now: CommitNow
    journal: Callable[[Callable[[int], None]], Journal]
    outbox: Outbox
    requests: RequestLog
    remotes: Mapping[Side, Remote]
    items: ItemList
    clock: Clock
    handlers: Callable[[Journal], Mapping[str, LaneHandler]]
    #: What stands around each topic's handler, to look at it.
    around: Callable[[str, LaneHandler], LaneHandler] = lambda _topic, handler: handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a worker takes on at once, and how long a lockout lasts."""

    partitions: int = 12
    max_in_flight: int = 100
    max_queued_per_lane: int = 50
    max_backlog: int = 20_000
    lockout_minutes: float = 20.0
    lockout_scope: str = "partition"
    lock_signs: tuple[LockSign, ...] = LOCK_SIGNS


class Engine:
    """One worker: its lanes, what they do, and its partitions."""

    def __init__(self, outside: Outside, limits: Limits) -> None:
        self._outside = outside
        self._limits = limits
        self.journal = outside.journal(self._term_lost)
        outbox = self._outbox = SteadfastOutbox(outside.outbox, outside.clock)
        effects = Effects(
            outside.remotes,
            outside.clock,
            judge=partial(judge, lock_signs=limits.lock_signs),
            is_ours=is_ours,
        )
        self.letters = DeadLetters(outbox, outside.clock)
        suspensions = Suspensions(outbox, outside.clock)
        self.sync = Sync(
            contexts=self.context,
            documents=Documents(effects, suspensions.report, self._ask),
            forwarding=Forwarding(outbox),
            suspensions=suspensions,
            letters=self.letters,
            clock=outside.clock,
            wake_later=self._wake_later,
            locked=self._locked,
        )
        self.lanes = Lanes(
            outside.feed,
            self._routes(outside.handlers(self.journal)),
            outside.clock,
            share_of=lambda key: tenant_of(key.decode(errors="replace")),
            on_fault=self._faulted,
            max_in_flight=limits.max_in_flight,
            max_queued_per_lane=limits.max_queued_per_lane,
            max_backlog=limits.max_backlog,
        )
        self.waiting_lanes = WaitingLanes(self.journal.state, self.wake, self.partition_of)
        self.lockouts = Lockouts(
            contexts=self.context,
            outbox=outbox,
            clock=outside.clock,
            minutes=limits.lockout_minutes,
            scope=limits.lockout_scope,
            shut=self._shut,
            opened=self._open,
            probe=self.sync.probe,
        )
        self.ownership = Ownership(
            self.journal,
            self.lanes,
            self.waiting_lanes,
            outside.clock,
            commit_now=outside.commit_now,
            lockout=self.lockout,
            see_out=self.lockouts.see_out,
        )
        self.request_consumer = RequestConsumer(
            requests=outside.requests,
            contexts=self.context,
            lockouts=self.lockouts,
            items=ItemRequests(outside.remotes[Side.QBO], outside.items),
            outbox=outbox,
            wake=self.wake,
            start=self.journal.commands_prefix,
            letter=self._letter,
            partition_of=self.partition_of,
            clock=outside.clock,
        )
        self.ownership.attendants += [self.lockouts, self.request_consumer]

    async def start(self) -> None:
        """Follow the journal; from here on partitions may be assigned."""
        self.journal.watch(self.waiting_lanes.folded)
        await self.journal.start()
        await self.journal.loaded_under("lane:")
        self.waiting_lanes.learn(self.journal.rows("lane:"))

    @property
    def partitions(self) -> int:
        """How many partitions the intake has."""
        return self._limits.partitions

    def partition_of(self, key: str) -> int:
        """Return the partition of a key, as every Kafka client with murmur2 computes it."""
        return int(murmur2(key.encode()) & 0x7FFFFFFF) % self._limits.partitions

    def context(self, partition: int, key: str) -> LaneContext:
        """Return a lane's context."""
        return LaneContext(self, partition, key)

    def wake(self, partition: int, key: str) -> None:
        """Have a lane look again, if its partition is ours."""
        self.lanes.wake(TopicPartition(INTAKE.name, partition), key.encode())

    # The journal as contexts use it: under our term, with the finished prefix of the intake.

    def state(self, row: str) -> Any:
        """Return a row as it is folded, or None."""
        return self.journal.state(row)

    def rows(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Return the rows whose key starts so."""
        return self.journal.rows(prefix)

    async def loaded(self, row_keys: Sequence[str]) -> None:
        """Return once these rows can be asked for; a colon at the end makes a key a prefix."""
        await self.journal.loaded([key for key in row_keys if not key.endswith(":")])
        for prefix in row_keys:
            if prefix.endswith(":"):
                await self.journal.loaded_under(prefix)

    async def caught_up(self) -> None:
        """Return once every partition is folded to its present end."""
        await self.journal.caught_up()

    async def write(
        self,
        partition: int,
        lane: str,
        facts: tuple[Fact, ...],
        commands_prefix: int | None = None,
    ) -> bool:
        """Append one step; False when we have no term, or it is over."""
        term = self.journal.term(partition)
        if term is None:
            return False
        ended = await self.journal.append(
            partition,
            lane,
            facts,
            term=term,
            prefix=self.lanes.finished(TopicPartition(INTAKE.name, partition)),
            commands_prefix=commands_prefix,
        )
        return isinstance(ended, Accepted)

    # What the parts need of each other.

    def _routes(self, handlers: Mapping[str, LaneHandler]) -> dict[str, Route]:
        around = self._outside.around
        others = {topic: Route(handler=around(topic, each)) for topic, each in handlers.items()}
        return {INTAKE.name: Route(handler=around(INTAKE.name, self.sync), gated=True), **others}

    def _wake_later(self, tp: TopicPartition, key: bytes, seconds: float) -> None:
        self.lanes.wake_later(tp, key, seconds)

    async def _locked(self, context: LaneContext) -> None:
        await self.lockouts.begin(context)

    def lockout(self, partition: int) -> Lockout | None:
        """Return the lockout that a partition waits out, if any."""
        return self.context(partition, "").lockout

    def _shut(self, partition: int) -> None:
        self.ownership.shut(partition)

    async def _open(self, partition: int) -> None:
        await self.ownership.open(partition)

    def _term_lost(self, partition: int) -> None:
        self.ownership.term_lost(partition)

    def _faulted(self, tp: TopicPartition, fault: Exception) -> None:
        self.ownership.faulted(tp, fault)

    async def _ask(self, request: Request) -> None:
        key = tenant_lane(request.tenant) if isinstance(request, OfTenant) else request.lane
        await self._outbox.send(COMMANDS.name, key.encode(), encode(request))

    async def _letter(self, asking: LogRecord, reason: str) -> None:
        delivery = Delivery(
            tp=TopicPartition(COMMANDS.name, asking.partition),
            offset=asking.offset,
            key=asking.key,
            value=asking.value,
            generation=0,
        )
        await self.letters.post(delivery, reason)
