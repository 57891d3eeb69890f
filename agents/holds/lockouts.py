"""How does a partition stand still after a side said locked, and how does it go on?

The lockout is a fact with an absolute end, so it outlives restarts and rebalances.  When its time
has come the locked lane tries its command alone: only an answer other than locked opens the
partition for the others.  With the scope `customer` it is a wait of the lane, and nobody else's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson

from agents.rules.locks import reason_of, wait_told
from agents.view.lane_context import LaneContext, LaneContexts
from agents.view.lane_result import LaneResult
from schemas.identity import lockout_id
from schemas.lane_facts import LaneWaited, LockedOut, LockoutEnded
from schemas.requests import ImposeLockout
from schemas.state import Lockout, WaitReason
from streams.ports import Clock, Outbox
from streams.topics import LOCKOUTS

log = logging.getLogger("isthmus.lockouts")

#: Before a probe that came to no answer is tried again, when nothing says until when.
SHORTLY = 1.0

Probe = Callable[[LaneContext], Awaitable[LaneResult]]


@dataclass(slots=True)
class Lockouts:
    """The lockouts of the partitions that this worker owns."""

    contexts: LaneContexts
    outbox: Outbox
    clock: Clock
    minutes: float
    scope: str
    probe: Probe
    _on_begun: list[Callable[[int], None]] = field(default_factory=list)
    _on_ended: list[Callable[[int], Awaitable[None]]] = field(default_factory=list)
    _publishing: set[asyncio.Task[None]] = field(default_factory=set)

    def on_begun(self, listener: Callable[[int], None]) -> None:
        """Have it told of each partition that stands still from now on."""
        self._on_begun.append(listener)

    def on_ended(self, listener: Callable[[int], Awaitable[None]]) -> None:
        """Have it told of each partition that goes on."""
        self._on_ended.append(listener)

    def own(self, partition: int) -> None:
        """Publish how a partition stands that is ours now: its last owner may not have."""
        task = asyncio.create_task(self._publish(partition, self.standing(partition)))
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)

    def disown(self, partition: int) -> None:
        """Do nothing: the next owner publishes."""

    async def begin(self, context: LaneContext) -> None:
        """Pause the lane's partition, or only the lane where the scope is the customer."""
        in_flight, now = context.in_flight, self.clock.now()
        cause = (
            f"{in_flight.command.id}/{in_flight.attempts}" if in_flight else f"{context.key}@{now}"
        )
        reason = reason_of(
            in_flight.command.side.called if in_flight else "a side", context.lane.locks, now
        )
        until = now + timedelta(minutes=self.minutes)
        fact = self._fact(context, lockout_id(cause), until, reason, at=now)
        where = {"partition": context.partition, "lane": context.key, "reason": reason}
        log.warning("locked out", extra={**where, "until": until.isoformat()})
        if fact is None or await context.write(fact):
            await self.stand(context.partition)

    def imposed(
        self, context: LaneContext, request: ImposeLockout
    ) -> LockedOut | LaneWaited | None:
        """Return the fact of a lockout that is asked for.

        None while one that ends no earlier is in force, or when its end has passed.
        """
        now = self.clock.now()
        until = request.until or now + timedelta(minutes=request.minutes)
        if until <= now:
            return None
        return self._fact(context, lockout_id(request.id), until, request.reason, at=None)

    def _fact(
        self,
        context: LaneContext,
        lockout: str,
        until: datetime,
        reason: str,
        *,
        at: datetime | None,
    ) -> LockedOut | LaneWaited | None:
        standing, waits = context.lockout, context.lane.waits
        document = context.in_flight.document if context.in_flight and at is not None else ""
        if self.scope == "customer":
            if waits is not None and waits.lockout and waits.until and waits.until >= until:
                return None
            return LaneWaited(
                reason=WaitReason.LOCKED,
                why=wait_told(reason),
                until=until,
                lockout=lockout,
                at=at,
                document=document,
            )
        if standing is not None and standing.until >= until:
            return None
        return LockedOut(
            lockout=lockout,
            lane=context.key,
            until=until,
            reason=reason,
            at=at,
            document=document,
        )

    def released(self, context: LaneContext, lockout: str) -> LockedOut | LaneWaited | None:
        """Return the fact that its time has come; None when another, or none, is in force.

        What follows is as at any lockout's end: its lane probes alone.
        """
        now = self.clock.now()
        standing, waits = context.lockout, context.lane.waits
        if standing is not None and standing.id == lockout:
            reason = standing.reason
            return LockedOut(lockout=lockout, lane=standing.lane, until=now, reason=reason)
        if waits is not None and waits.lockout == lockout:
            return LaneWaited(reason=WaitReason.LOCKED, why=waits.why, until=now, lockout=lockout)
        return None

    async def stand(self, partition: int) -> None:
        """Act on the lockout that the journal holds now, if any: shut, see out, publish."""
        standing = self.standing(partition)
        if standing is not None:
            for listener in self._on_begun:
                listener(partition)
            await self._publish(partition, standing)

    async def _end(self, context: LaneContext, lockout: str) -> bool:
        why = "its time came, and the probe was answered"
        if not await context.write(LockoutEnded(lockout=lockout, why=why)):
            return False
        await self._publish(context.partition, None)
        for listener in self._on_ended:
            await listener(context.partition)
        return True

    async def see_out(self, partition: int) -> None:
        """Wait for a partition's lockout to end, and let its lane probe; returns when it is open.

        Cancelled when the partition is given away: its next owner does the same from the fact.
        """
        while (lockout := self.standing(partition)) is not None:
            left = (lockout.until - self.clock.now()).total_seconds()
            if left > 0:
                await self.clock.sleep(left)
                continue
            if not await self._probed(partition, lockout):
                return

    async def _probed(self, partition: int, lockout: Lockout) -> bool:
        """Try the locked lane's command; False when our term is over."""
        context = self.contexts(partition, lockout.lane)
        await context.loaded()
        went = await self.probe(context)
        if went is LaneResult.OVER:
            return False
        if went is LaneResult.LOCKED:
            await self.begin(context)
            return True
        if went is LaneResult.WAITS:
            await self.clock.sleep(self._left(context))
            return True
        return await self._end(context, lockout.id)

    def _left(self, context: LaneContext) -> float:
        """Return for how long the locked lane waits, which is no answer to its probe."""
        until = context.lane.waits.until if context.lane.waits is not None else None
        return max((until - self.clock.now()).total_seconds(), 0.0) if until else SHORTLY

    def standing(self, partition: int) -> Lockout | None:
        """Return the lockout that a partition waits out, if any."""
        return self.contexts(partition, "").lockout

    async def _publish(self, partition: int, lockout: Lockout | None) -> None:
        view = None if lockout is None else orjson.dumps(_view(lockout))
        await self.outbox.send(LOCKOUTS.name, str(partition).encode(), view or b"null")


def _view(lockout: Lockout) -> dict[str, str]:
    return {
        "id": lockout.id,
        "lane": lockout.lane,
        "until": lockout.until.isoformat(),
        "reason": lockout.reason,
    }
