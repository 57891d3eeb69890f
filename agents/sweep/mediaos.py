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
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from agents.view.swept import revision_of
from schemas.catalog import encode
from schemas.outcomes import No, Unknown
from schemas.values import Kind, RecordRef, Side
from streams.ports import Clock, Outbox, Reading
from streams.topics import INTAKE

log = logging.getLogger("isthmus.sweep")

#: A customer before what names it: so nothing has to wait for the next of its lane.
KINDS = (Kind.PRODUCT, Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT)
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

    async def sweep(self, context: LaneContext, covered: datetime | None) -> datetime | None:
        """Take in what changed since then; return up to when that is everything, or None."""
        now = self.clock.now()
        since, until = begin_at(covered, now), now - LEFT_TO_SERVICES
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
                    await self._tell(context, reading)
        return until

    async def _tell(self, context: LaneContext, reading: Reading) -> None:
        record = RecordRef(Side.MEDIAOS, reading.kind, reading.id)
        seen = await revision_of(context, record, reading.customer)
        if not tells_more(reading.revision, seen) or (seen is None and reading.record is None):
            return
        change = change_of(context.tenant, Side.MEDIAOS, reading)
        await self.outbox.send(INTAKE.name, key_of(change).encode(), encode(change))
