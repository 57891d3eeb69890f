"""How does a partition of the intake become this worker's, and how does it stop being it?

A commit first, which the coordinator refuses to a stale member; then a claim, read back, so that
everything before it is folded; then the lanes that wait are woken, and the topic is read from the
first unfinished offset.  A lockout in force keeps the partition shut until it has been seen out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from agents.holds.lockouts import Lockouts
from agents.holds.waiting_lanes import WaitingLanes
from streams.journal.journal import Journal
from streams.journal.terms import ClaimFailedError, PartitionStoppedError
from streams.lanes.lanes import Lanes
from streams.ports import Clock, TopicPartition
from streams.topics import INTAKE

log = logging.getLogger("isthmus.ownership")

#: Before a claim is tried again.
AGAIN_SECONDS = 0.2
#: Before events are read again whose handler failed.
FAULT_SECONDS = 1.0

CommitNow = Callable[[TopicPartition, int], Awaitable[bool]]


class Attendant(Protocol):
    """What else follows a partition's owner: the requests of people and services."""

    def own(self, partition: int) -> None:
        """Begin to follow this partition."""
        ...

    def disown(self, partition: int) -> None:
        """Stop."""
        ...


class Ownership:
    """This worker's partitions of the intake; the transport's Membership."""

    def __init__(
        self,
        journal: Journal,
        lanes: Lanes,
        waiting_lanes: WaitingLanes,
        clock: Clock,
        *,
        commit_now: CommitNow,
        lockouts: Lockouts,
    ) -> None:
        self._journal = journal
        self._lanes = lanes
        self._waiting_lanes = waiting_lanes
        self._clock = clock
        self._commit_now = commit_now
        self._lockouts = lockouts
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._vigils: dict[int, asyncio.Task[None]] = {}
        self._starts: dict[int, int] = {}
        self._reopening: set[asyncio.Task[None]] = set()
        self.attendants: list[Attendant] = []

    @property
    def owned(self) -> tuple[int, ...]:
        """The partitions that we hold a live term of."""
        return tuple(p for p in self._tasks if self._journal.term(p) is not None)

    def on_assigned(self, tps: frozenset[TopicPartition], generation: int) -> None:  # noqa: ARG002
        """Claim the intake partitions that a new generation gave us."""
        self._let_go(tuple(self._tasks))
        for partition in sorted(tp.partition for tp in tps if tp.topic == INTAKE.name):
            self._tasks[partition] = asyncio.create_task(self._own(partition))

    def on_revoked(self, tps: frozenset[TopicPartition]) -> None:  # noqa: ARG002
        """Write nothing more of what is no longer ours."""
        self._let_go(tuple(self._tasks))

    def stop(self) -> None:
        """Have nobody follow our partitions any more; their terms stay, to store what is folded."""
        for partition in self._tasks:
            for attendant in self.attendants:
                attendant.disown(partition)

    def term_lost(self, partition: int) -> None:
        """Stop a partition's lanes; if the group still gives it to us, claim it again."""
        self._lanes.shut(TopicPartition(INTAKE.name, partition))
        task = self._tasks.get(partition)
        if task is not None and task.done():
            self._tasks[partition] = asyncio.create_task(self._own(partition))

    def shut(self, partition: int) -> None:
        """Let no lane of the partition work, and see its lockout out."""
        self._lanes.shut(TopicPartition(INTAKE.name, partition))
        vigil = self._vigils.get(partition)
        if vigil is not None and vigil is asyncio.current_task():
            return
        if vigil is not None:
            vigil.cancel()
        vigil = asyncio.create_task(self._see_out(partition))
        vigil.add_done_callback(lambda done: self._seen_out(partition, done))
        self._vigils[partition] = vigil

    async def _see_out(self, partition: int) -> None:
        # What its lane has begun may be out still: the probe would send the same command beside it.
        await self._lanes.quiet(TopicPartition(INTAKE.name, partition))
        await self._lockouts.see_out(partition)

    def _seen_out(self, partition: int, vigil: asyncio.Task[None]) -> None:
        """Have a lockout seen out by another vigil when one went wrong; nobody else would."""
        fault = None if vigil.cancelled() else vigil.exception()
        if isinstance(fault, Exception):
            log.error("lockout not seen out", exc_info=fault, extra={"partition": partition})
            self.faulted(TopicPartition(INTAKE.name, partition), fault)

    async def open(self, partition: int) -> None:
        """Read the partition from its first unfinished offset on, and wake what waits in it."""
        if self._lockouts.standing(partition) is not None:
            self.shut(partition)
            return
        tp = TopicPartition(INTAKE.name, partition)
        if not await self._lanes.open(tp, self._starts.pop(partition, None)):
            return
        self._waiting_lanes.wake(self._waiting_lanes.of(partition))

    def faulted(self, tp: TopicPartition, fault: Exception) -> None:
        """Open a partition again whose handler failed; its events are read once more."""
        log.error("handler failed", extra={"topic": tp.topic, "partition": tp.partition})
        del fault  # the lanes have logged it with its traceback
        again = self._reopen(tp)
        task = asyncio.create_task(again)
        self._reopening.add(task)
        task.add_done_callback(self._reopening.discard)

    async def _reopen(self, tp: TopicPartition) -> None:
        await self._clock.sleep(FAULT_SECONDS)
        if tp.topic == INTAKE.name:
            await self.open(tp.partition)
        else:
            await self._lanes.open(tp)

    async def _own(self, partition: int) -> None:
        while self._journal.term(partition) is None:
            try:
                await self._take(partition)
            except PartitionStoppedError as fault:
                # Until another release folds it; a claim would only be one more record.
                where = {"partition": partition, "reason": str(fault)}
                log.critical("partition cannot be owned", extra=where)
                return
            except Exception:
                # Nobody waits for this task: it must not end before the partition is ours.
                log.exception("partition not taken", extra={"partition": partition})
                self._journal.release(partition)
                await self._clock.sleep(FAULT_SECONDS)

    async def _take(self, partition: int) -> None:
        while not await self._claimed(partition):
            await self._clock.sleep(AGAIN_SECONDS)
        for attendant in self.attendants:
            attendant.own(partition)
        await self.open(partition)
        log.info("partition owned", extra={"partition": partition})

    async def _claimed(self, partition: int) -> bool:
        tp = TopicPartition(INTAKE.name, partition)
        committed = self._lanes.unfinished_first(tp) or 0
        if not await self._commit_now(tp, committed):
            return False
        try:
            await self._journal.claim(partition)
        except ClaimFailedError:
            return False
        # A group that lost its offsets starts where the journal says, never from "latest".
        self._starts[partition] = max(committed, self._journal.prefix(partition) or 0)
        return True

    def _let_go(self, partitions: tuple[int, ...]) -> None:
        for partition in partitions:
            self._tasks.pop(partition).cancel()
            vigil = self._vigils.pop(partition, None)
            if vigil is not None:
                vigil.cancel()
            for attendant in self.attendants:
                attendant.disown(partition)
            self._journal.release(partition)
