"""How is made good what nobody told us?  Each side is asked now and then what has changed.

A webhook may never come, and nobody would know.  The owner of a tenant's partition sweeps it; the
watermark of a side moves only once everything that was found is in Kafka.  It is published, and
stands in the journal too where something was found or a day went by: the next owner goes on from
the newer of both.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from agents.rules.tenant.coverage import is_due, is_journaled
from agents.sweep.watermarks import Watermarks
from agents.view.lane_context import LaneContext, LaneContexts
from schemas.identity import tenant_lane
from schemas.tenant_facts import Swept
from schemas.values import Side
from streams.ports import Clock

log = logging.getLogger("isthmus.sweep")

#: How often is looked whether a tenant is due; a new one is found as soon.
LOOK_SECONDS = 30.0
#: What one partition read of the tenants serves the others that look at the same time.
SHARED_SECONDS = 1.0
#: A sweep that could not be finished is begun anew after this part of its interval.
AGAIN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A sweep that came to its end: up to when that is everything, and how much it published."""

    until: datetime
    published: int


class Sweeper(Protocol):
    """Sweeps one side of a tenant."""

    async def sweep(self, context: LaneContext, covered: datetime | None) -> Finished | None:
        """Put into Kafka what changed since then; return up to when that is everything.

        None when it could not be finished: what was found is in Kafka, and nothing is covered.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """How often a side is swept, and by whom."""

    side: Side
    every: timedelta
    sweeper: Sweeper


@dataclass(slots=True, kw_only=True)
class Sweeps:
    """The sweeps of this worker's tenants; an Attendant of its partitions."""

    beats: Sequence[Beat]
    tenants: Callable[[], Awaitable[Sequence[str]]]
    contexts: LaneContexts
    watermarks: Watermarks
    #: Looks what a tenant's company is set to, before its books are swept.
    look_at_company: Callable[[LaneContext], Awaitable[None]]
    partition_of: Callable[[str], int]
    #: Told when a side has answered a sweep: what waits for it need not wait longer.
    answered: Callable[[LaneContext, Side], Awaitable[None]]
    clock: Clock
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    #: The tenants that are being swept, by their lanes.
    _under_way: set[str] = field(default_factory=set)
    _not_before: dict[tuple[str, Side], datetime] = field(default_factory=dict)
    #: The lanes of all tenants, and when they were read.
    _read: tuple[float, Sequence[str]] = (float("-inf"), ())
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def own(self, partition: int) -> None:
        """Begin to sweep the tenants of this partition."""
        self.disown(partition)
        self._tasks[partition] = asyncio.create_task(self._attend(partition))

    def disown(self, partition: int) -> None:
        """Stop sweeping them."""
        task = self._tasks.pop(partition, None)
        if task is not None:
            task.cancel()

    async def _attend(self, partition: int) -> None:
        await self.watermarks.recall()
        async with asyncio.TaskGroup() as sweeping:
            while True:
                try:
                    await self._look(partition, sweeping)
                except Exception:
                    # To end here would be to stop sweeping without a word.
                    log.exception("tenants not swept", extra={"partition": partition})
                shortest = min(beat.every for beat in self.beats)
                await self.clock.sleep(min(LOOK_SECONDS, shortest.total_seconds()))

    async def _look(self, partition: int, sweeping: asyncio.TaskGroup) -> None:
        """Begin to sweep what is due; a tenant that takes long delays nobody else."""
        for key in await self._keys():
            if self.partition_of(key) == partition and key not in self._under_way:
                sweeping.create_task(self._tenant(self.contexts(partition, key), key))

    async def _keys(self) -> Sequence[str]:
        async with self._reading:
            at, keys = self._read
            if self.clock.monotonic() - at >= SHARED_SECONDS:
                keys = [tenant_lane(tenant) for tenant in await self.tenants()]
                self._read = self.clock.monotonic(), keys
        return keys

    async def _tenant(self, context: LaneContext, key: str) -> None:
        self._under_way.add(key)
        try:
            await self.look_at_company(context)
            await self._sides(context)
        except Exception:
            log.exception("tenant not swept", extra={"tenant": context.tenant})
        finally:
            self._under_way.discard(key)

    async def _sides(self, context: LaneContext) -> None:
        for beat in self.beats:
            await context.loaded()
            journaled = context.tenant_state.covered
            covered = self.watermarks.of(context.tenant, journaled).get(beat.side)
            if self._may(context.tenant, beat) and is_due(covered, self.clock.now(), beat.every):
                await self._side(context, beat, covered)

    def _may(self, tenant: str, beat: Beat) -> bool:
        waits = self._not_before.get((tenant, beat.side))
        return waits is None or self.clock.now() >= waits

    async def _side(self, context: LaneContext, beat: Beat, covered: datetime | None) -> None:
        began = self.clock.now()
        # Set before: a sweep that raises is not begun anew at once either.
        self._not_before[context.tenant, beat.side] = began + beat.every * AGAIN
        finished = await beat.sweeper.sweep(context, covered)
        said = {"tenant": context.tenant, "side": str(beat.side)}
        if finished is None:
            log.warning("sweep not finished", extra=said)
            return
        await self.answered(context, beat.side)
        if await self._known(context, beat.side, finished):
            # Not by the watermark alone: it lies behind, and would be due that much too early.
            self._not_before[context.tenant, beat.side] = began + beat.every
            self.watermarks.reached(context.tenant, beat.side, finished.until)
            log.info("swept", extra={**said, "until": finished.until})

    async def _known(self, context: LaneContext, side: Side, finished: Finished) -> bool:
        """Tell the journal what it must know; False when our term is over."""
        await context.loaded()
        journaled = context.tenant_state.covered.get(side)
        if not is_journaled(finished.until, journaled, found=finished.published > 0):
            return True
        return await context.write(Swept(side=side, until=finished.until))
