"""How is a worker looked at while it works?  A beat each second, a look every few seconds.

The looks run on the event loop, where the engine's parts may be read, and leave figures and notes
behind; the thread that answers Prometheus and the orchestrator reads only those.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agents.process.health import Health, Stand
from agents.process.metrics import Labels, Metrics
from agents.worker.engine import Engine
from agents.worker.metrics_holds import Holds
from agents.worker.metrics_lanes import Instruments
from agents.worker.metrics_tenants import Tenants
from schemas.rows import LANE_ROWS, WAITING_ROWS
from streams.kafka.offsets import GroupOffsets, KafkaAwayError
from streams.ports import Clock, TopicPartition
from streams.telemetry import (
    ASSIGNED,
    BACKLOG,
    HOLDING,
    IN_FLIGHT,
    JOURNAL_CLASHES,
    JOURNAL_JUNK,
    JOURNAL_LAG,
    JOURNAL_STOPPED,
    KAFKA_REACHABLE,
    LAG,
    LANES,
    LATE,
    LOCKOUT_LEFT,
    OLDEST,
    OWNED,
    REFUSED_ROWS,
    STORE_REACHABLE,
    UNSTORED,
)
from streams.topics import INTAKE, JOURNAL, QUICKBOOKS_NOTICES

log = logging.getLogger("isthmus.watching")

BEAT_SECONDS = 1.0
LOOK_SECONDS = 5.0

Stretches = Mapping[TopicPartition, GroupOffsets]


class Offsets(Protocol):
    """Who knows where topics end and how far the group is."""

    async def stretches(self, tps: Sequence[TopicPartition]) -> Stretches:
        """Return where each stands; KafkaAwayError when that cannot be told."""
        ...


@dataclass(slots=True)
class Watching:
    """One worker under observation."""

    engine: Engine
    offsets: Offsets
    instruments: Instruments
    health: Health
    holds: Holds
    tenants: Tenants
    clock: Clock
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def metrics(self) -> Metrics:
        """Where the figures go."""
        return self.instruments.metrics

    def begin(self) -> None:
        """Beat from now on; before anything that may block or take long."""
        self._tasks.append(asyncio.create_task(self._for_ever(BEAT_SECONDS, self._beat)))

    async def started(self) -> None:
        """Look from now on: the engine has started."""
        for prefix in (LANE_ROWS, WAITING_ROWS):
            self.holds.learn(self.engine.journal.open_rows(prefix))
        self.engine.journal.watch(self.holds.folded)
        self._tasks.append(asyncio.create_task(self._count_closed()))
        for work in (self.look, self.look_at_tenants):
            self._tasks.append(asyncio.create_task(self._for_ever(LOOK_SECONDS, work)))

    async def end(self) -> None:
        """Look no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def look(self) -> None:
        """Take all figures once, and note what gets on and what does not."""
        self._show_work()
        assigned = self.engine.lanes.partitions
        try:
            found = await self.offsets.stretches([*assigned, *self._journal()])
        except KafkaAwayError as fault:
            log.warning("Kafka away", extra={"reason": str(fault)})
            self.metrics.show(KAFKA_REACHABLE, 0)
            self.health.kafka_away()
            return
        self.metrics.show(KAFKA_REACHABLE, 1)
        self._show_lag(assigned, found)
        self.health.looked(self._stands(assigned, found), self._unready(assigned))

    async def look_at_tenants(self) -> None:
        """Take the tenants' figures once; apart from the rest, since databases are asked."""
        await self.tenants.show(self.engine.ownership.owned)

    async def _for_ever(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except Exception:
                # Nobody waits for this task: a fault in looking must not end the looking.
                log.exception("not looked at")
            await self.clock.sleep(seconds)

    async def _count_closed(self) -> None:
        """Count what a start does not load, for nothing waits there; begun anew after a fault."""
        while True:
            try:
                async for page in self.engine.journal.pages(WAITING_ROWS):
                    self.holds.learn(page)
            except Exception:
                log.exception("not counted")
                await self.clock.sleep(LOOK_SECONDS)
            else:
                return

    async def _beat(self) -> None:
        late = self.health.beat() - BEAT_SECONDS
        self.metrics.show(LATE, max(late, 0.0))

    def _journal(self) -> list[TopicPartition]:
        return [TopicPartition(JOURNAL.name, p) for p in range(self.engine.partitions)]

    def _show_work(self) -> None:
        lanes, owned = self.engine.lanes, self.engine.ownership.owned
        assigned = [tp for tp in lanes.partitions if tp.topic == INTAKE.name]
        for metric, value in (
            (LANES, lanes.lanes),
            (IN_FLIGHT, lanes.in_flight),
            (BACKLOG, lanes.backlog),
            (HOLDING, lanes.holds),
            (UNSTORED, self.engine.journal.unstored()),
            (JOURNAL_JUNK, self.engine.journal.junk()),
            (JOURNAL_CLASHES, self.engine.journal.clashes()),
            (REFUSED_ROWS, self.engine.journal.refused()),
            (STORE_REACHABLE, self.engine.journal.store_away is None),
            (OLDEST, self.instruments.stopwatch.oldest()),
            (ASSIGNED, len(assigned)),
            (OWNED, len(owned)),
        ):
            self.metrics.show(metric, value)
        stopped: dict[Labels, float] = {(str(p),): 1 for p in self.engine.journal.stopped()}
        self.metrics.show_all(JOURNAL_STOPPED, stopped)
        self.holds.show(self.metrics, owned)
        self.metrics.show_all(LOCKOUT_LEFT, self._lockouts(owned))

    def _lockouts(self, owned: Iterable[int]) -> dict[Labels, float]:
        now = self.clock.now()
        standing = {p: self.engine.lockouts.standing(p) for p in owned}
        return {
            (str(p),): max((lockout.until - now).total_seconds(), 0.0)
            for p, lockout in standing.items()
            if lockout is not None
        }

    def _show_lag(self, assigned: Iterable[TopicPartition], found: Stretches) -> None:
        lags: dict[Labels, float] = {
            (tp.topic, str(tp.partition)): float(found[tp].lag) for tp in assigned
        }
        self.metrics.show_all(LAG, lags)
        behind: dict[Labels, float] = {
            (str(tp.partition),): float(self._behind(tp, found)) for tp in self._journal()
        }
        self.metrics.show_all(JOURNAL_LAG, behind)

    def _behind(self, tp: TopicPartition, found: Stretches) -> int:
        return max(found[tp].end - self.engine.journal.position(tp.partition), 0)

    def _stands(self, assigned: Iterable[TopicPartition], found: Stretches) -> Iterable[Stand]:
        lanes, folded = self.engine.lanes, self._folded()
        # Who needs a row waits for the store, and a restart would not bring it back.
        away, stopped = self.engine.journal.store_away is not None, self.engine.journal.stopped()
        yield Stand(name="the consumer group", waiting=lanes.draining, mark=folded)
        yield Stand(
            name="the journal",
            waiting=any(
                self._behind(tp, found) for tp in self._journal() if tp.partition not in stopped
            ),
            mark=folded,
            held=away,
        )
        for tp in assigned:
            # What a notice is about is read from QuickBooks, and a read waits out its outage.
            if tp.topic != QUICKBOOKS_NOTICES.name:
                gone = tp.topic == INTAKE.name and tp.partition in stopped
                yield self._stand(tp, found[tp], folded, held=away or gone)

    def _stand(
        self, tp: TopicPartition, stretch: GroupOffsets, folded: int, *, held: bool
    ) -> Stand:
        gated = tp.topic == INTAKE.name
        unclaimed = gated and self.engine.journal.term(tp.partition) is None
        locked = gated and self.engine.lockouts.standing(tp.partition) is not None
        return Stand(
            name=f"{tp.topic}/{tp.partition}",
            waiting=unclaimed or stretch.lag > 0,
            # An attempt of a command is progress too, and stands in the journal.
            mark=(self.engine.lanes.finished(tp), self._mark(tp, folded, unclaimed=unclaimed)),
            held=held or (locked and not unclaimed),
        )

    def _mark(self, tp: TopicPartition, folded: int, *, unclaimed: bool) -> int:
        if tp.topic != INTAKE.name:
            return 0
        # A claim waits until everything before it is folded, of all partitions.
        return folded if unclaimed else self.engine.journal.position(tp.partition)

    def _folded(self) -> int:
        return sum(self.engine.journal.position(p) for p in range(self.engine.partitions))

    def _unready(self, assigned: Iterable[TopicPartition]) -> Iterable[str]:
        if self.engine.journal.store_away is not None:
            yield self.engine.journal.store_away
        if self.engine.lanes.draining:
            yield "it has no place in the consumer group now"
        ours = {tp.partition for tp in assigned if tp.topic == INTAKE.name}
        stopped = self.engine.journal.stopped()
        yield from (why for partition, why in stopped.items() if partition in ours)
        missing = sorted(ours - set(self.engine.ownership.owned))
        if missing:
            yield f"partitions that are not claimed yet: {', '.join(map(str, missing))}"
