"""What changed in MediaOS that none of its services told?

Its lists say it by the time of the last change.  What is young is left to the services, which
publish it by themselves; so this watermark is never younger than that, though the changes are.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agents.rules.lane_keys import key_of
from agents.rules.tenant.coverage import LEFT_TO_SERVICES, begin_at, tells_more
from agents.sweep.sweep import Finished
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from agents.view.record_lookup import RecordLookup
from schemas.catalog import encode
from schemas.kinds import KINDS
from schemas.outcomes import No, Unknown
from schemas.values import Kind, RecordRef, Side
from streams.ports import Clock, Outbox, Reading
from streams.topics import INTAKE

log = logging.getLogger("isthmus.sweep")

#: MediaOS writes its times so, in UTC.
TIME = "%Y-%m-%d %H:%M:%S"


class Lists(Protocol):
    """The lists of MediaOS's client, which leave the lanes their part of the budget."""

    async def list_all(
        self, tenant: str, kind: Kind, *, deleted: bool = False, **filters: str
    ) -> tuple[Reading, ...] | No | Unknown:
        """Read every record of a kind that the filters let through."""
        ...


@dataclass(frozen=True, slots=True)
class MediaosSweep:
    """Sweeps an account: see agents.sweep.sweep.Sweeper."""

    lists: Lists
    outbox: Outbox
    clock: Clock
    knowledge: RecordLookup

    async def sweep(self, context: LaneContext, covered: datetime | None) -> Finished | None:
        """Take in what changed since then; None when that is not everything."""
        now = self.clock.now()
        since, until, published = begin_at(covered, now), now - LEFT_TO_SERVICES, 0
        for kind in KINDS:
            # With an upper bound too, a record that changes meanwhile would leave its page.
            found = await self.lists.list_all(
                context.tenant, kind, deleted=True, date_modified_after=since.strftime(TIME)
            )
            if not isinstance(found, tuple):
                log.warning("no answer", extra={"tenant": context.tenant, "reason": str(found)})
                return None
            for reading in found:
                if reading.at < until:
                    published += await self._tell(context, reading)
        return Finished(until=until, published=published)

    async def _tell(self, context: LaneContext, reading: Reading) -> bool:
        """Take a reading in when it is news; tell whether it was."""
        record = RecordRef(Side.MEDIAOS, reading.kind, reading.id)
        seen = await self.knowledge.revision(context.tenant, record, reading.customer)
        news = tells_more(Side.MEDIAOS, reading.revision, seen)
        if not news or (seen is None and reading.record is None):
            return False
        change = change_of(context.tenant, Side.MEDIAOS, reading)
        await self.outbox.send(INTAKE.name, key_of(change).encode(), encode(change))
        return True
