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
from agents.sweep.sweep import Finished
from agents.view.lane_context import LaneContext
from agents.view.record_lookup import live_records
from schemas.kinds import OF_THEIR_OWN, parts_of
from schemas.values import Side

log = logging.getLogger("isthmus.sweep")


@dataclass(frozen=True, slots=True)
class QuickbooksSweep:
    """Sweeps a company: see agents.sweep.sweep.Sweeper."""

    books: Books
    finds: Finds

    async def sweep(self, context: LaneContext, covered: datetime | None) -> Finished | None:
        """Publish what changed since then; None when that is not everything."""
        now = self.books.clock.now()
        since = begin_at(covered, now)
        try:
            for start in (since - LOOK_BACK, since):
                if not within_horizon(start, now):
                    continue
                if (captured := await self._captured(context, start)) is not None:
                    return captured
            return await self._listed(context, since)
        except UnansweredError as why:
            log.warning("no answer", extra={"tenant": context.tenant, "reason": str(why)})
            return None

    async def _captured(self, context: LaneContext, since: datetime) -> Finished | None:
        """Publish what one question tells; None when that is not everything."""
        changes = await self.books.changes(context.tenant, OF_THEIR_OWN, since)
        if changes is None:
            return None
        published = 0
        for kind, found in changes.items():
            published += await self.finds.publish(context, kind, found)
        return Finished(until=next(iter(changes.values())).at - LAG, published=published)

    async def _listed(self, context: LaneContext, since: datetime) -> Finished:
        """Publish all pages, then what is gone; what happens meanwhile is the next sweep's."""
        log.info("listing", extra={"tenant": context.tenant, "since": since})
        began: datetime | None = None
        published = 0
        for kind in OF_THEIR_OWN:
            async for found in self.books.pages(context.tenant, kind, since):
                began = began or found.at
                published += await self.finds.publish(context, kind, found)
        for kind in OF_THEIR_OWN:
            kinds = (kind, *parts_of(kind))
            known = sorted(await live_records(context, Side.QBO, kinds))
            async for found in self.books.gone(context.tenant, kind, known):
                published += await self.finds.publish(context, kind, found)
        return Finished(until=(began or since) - LAG, published=published)
