"""What changed in QuickBooks that no webhook told?

One question (CDC) tells it for all kinds, deletions too, as long as it is young and little.  A full
answer has left changes out without a word: then everything is listed page by page, and what the
journal knows and the books no longer show is looked for by its id (quickbooks-online.md 2.5).
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from agents.rules.tenant.coverage import LAG, LOOK_BACK, begin_at, within_horizon
from agents.sweep.books import Books, UnansweredError
from agents.sweep.finds import Finds
from agents.view.lane_context import LaneContext
from agents.view.swept import live_records
from schemas.values import Kind, Side

log = logging.getLogger("isthmus.sweep")

#: A customer before what names it: so nothing has to wait for the next of its lane.
KINDS = (Kind.PRODUCT, Kind.CUSTOMER, Kind.INVOICE, Kind.PAYMENT)


@dataclass(frozen=True, slots=True)
class QuickbooksSweep:
    """Sweeps a company: see agents.sweep.sweep.Sweeper."""

    books: Books
    finds: Finds

    async def sweep(self, context: LaneContext, covered: datetime | None) -> datetime | None:
        """Publish what changed since then; return up to when that is everything, or None."""
        now = self.books.clock.now()
        since = begin_at(covered, now)
        try:
            for start in (since - LOOK_BACK, since):
                if within_horizon(start, now) and (at := await self._captured(context, start)):
                    return at - LAG
            return await self._listed(context, since) - LAG
        except UnansweredError as why:
            log.warning("no answer", extra={"tenant": context.tenant, "reason": str(why)})
            return None

    async def _captured(self, context: LaneContext, since: datetime) -> datetime | None:
        """Publish what one question tells; None when that is not everything."""
        changes = await self.books.changes(context.tenant, KINDS, since)
        if changes is None:
            return None
        for kind, found in changes.items():
            await self.finds.publish(context, kind, found)
        return changes[KINDS[0]].at

    async def _listed(self, context: LaneContext, since: datetime) -> datetime:
        """Publish all pages, then what is gone; what happens meanwhile is the next sweep's."""
        log.info("listing", extra={"tenant": context.tenant, "since": since})
        began: datetime | None = None
        for kind in KINDS:
            async for found in self.books.pages(context.tenant, kind, since):
                began = began or found.at
                await self.finds.publish(context, kind, found)
        for kind in KINDS:
            known = sorted(await live_records(context, Side.QBO, kind))
            async for found in self.books.gone(context.tenant, kind, known):
                await self.finds.publish(context, kind, found)
        return began or since
