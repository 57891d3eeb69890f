"""How does a partition stand still after a side said locked, and how does it go on?

The lockout is a fact with an absolute end, so it outlives restarts and rebalances.  When its time
has come the locked lane tries its command alone: only an answer other than locked opens the
partition for the others.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import orjson

from agents.desk import Desk, Desks
from agents.documents import Went
from schemas.facts import LaneWaited, LockedOut, LockoutEnded
from schemas.state import Lockout
from streams.ports import Clock, Outbox
from streams.topics import LOCKOUTS

Probe = Callable[[Desk], Awaitable[Went]]


@dataclass(slots=True)
class Lockouts:
    """The lockouts of the partitions that this worker owns."""

    desks: Desks
    outbox: Outbox
    clock: Clock
    minutes: float
    scope: str
    shut: Callable[[int], None]
    opened: Callable[[int], Awaitable[None]]
    probe: Probe

    async def begin(self, desk: Desk) -> None:
        """Pause the lane's partition, or only the lane where the scope is the customer."""
        open_ = desk.lane.open
        reason = f"{open_.command.side} says locked" if open_ else "asked for"
        number = open_.attempts if open_ else 0
        lockout = f"{desk.partition}-{open_.command.id if open_ else desk.key}-{number}"
        await self.impose(desk, lockout, self.minutes, reason)

    async def impose(self, desk: Desk, lockout: str, minutes: float, reason: str) -> bool:
        """Write a lockout of so many minutes; False when our term is over."""
        until = self.clock.now() + timedelta(minutes=minutes)
        if self.scope == "customer":
            return await desk.write(LaneWaited(why=f"locked: {reason}", until=until))
        fact = LockedOut(lockout=lockout, lane=desk.key, until=until, reason=reason)
        if not await desk.write(fact):
            return False
        self.shut(desk.partition)
        await self._publish(desk.partition, desk.lockout)
        return True

    async def end(self, desk: Desk, lockout: str, why: str) -> bool:
        """End the lockout of that id; False when another, or none, is in force."""
        standing = desk.lockout
        if standing is None or standing.id != lockout:
            return False
        if not await desk.write(LockoutEnded(lockout=lockout, why=why)):
            return False
        await self._publish(desk.partition, None)
        await self.opened(desk.partition)
        return True

    async def see_out(self, partition: int) -> None:
        """Wait for a partition's lockout to end, and let its lane probe; returns when it is open.

        Cancelled when the partition is given away: its next owner does the same from the fact.
        """
        while (lockout := self._standing(partition)) is not None:
            left = (lockout.until - self.clock.now()).total_seconds()
            if left > 0:
                await self.clock.sleep(left)
                continue
            if not await self._probed(partition, lockout):
                return

    async def _probed(self, partition: int, lockout: Lockout) -> bool:
        """Try the locked lane's command; False when our term is over."""
        desk = self.desks(partition, lockout.lane)
        went = await self.probe(desk)
        if went is Went.OVER:
            return False
        if went is Went.LOCKED:
            await self.begin(desk)
            return True
        return await self.end(desk, lockout.id, "its time came, and the probe was answered")

    def _standing(self, partition: int) -> Lockout | None:
        return self.desks(partition, "").lockout

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
