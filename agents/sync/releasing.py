"""How does what waits in a lane go on?  It is judged again once it has what it waits for."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from agents.rules.documents.readiness import news_awaited
from agents.rules.documents.renewal import asked_anew
from agents.sync.by_hand import of_park
from agents.sync.first_looks import first_known
from agents.sync.lane_waits import Report, lane_waited
from agents.sync.looked_at import LookedAt
from agents.sync.open_balances import OpenBalances
from agents.sync.release_queue import ReleaseQueue
from agents.sync.settling import Settling
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.facts import Fact, Released
from schemas.rows import record_of
from schemas.state import Document, Park
from streams.effects.effects import Effects
from streams.effects.results import MustWait


@dataclass(frozen=True, slots=True)
class Releasing:
    """Judges again what is parked in a lane."""

    effects: Effects
    report: Report
    settling: Settling
    looked_at: LookedAt

    async def release(self, context: LaneContext, elsewhere: Collection[str] = ()) -> LaneResult:
        """Judge again, oldest first, what is parked and has what it waits for.

        Until nothing is left: what crosses may be what another one waits for.  None is judged twice
        for the same.  `elsewhere` are the conditions that other lanes have met.
        """
        went = await self._unapplied_first(context)
        if went is not LaneResult.DONE:
            return went
        judged: set[tuple[str, Park]] = set()
        before = -1
        while before < len(judged):
            before = len(judged)
            look = self.looked_at.ready
            queue = ReleaseQueue(
                look(context.waiting, context.lane, context.tenant_state, elsewhere)
            )
            while (name := queue.pop(context.waiting)) is not None:
                went = await self._release_one(context, name, judged)
                if went is not LaneResult.DONE:
                    return went
        return LaneResult.DONE

    async def _unapplied_first(self, context: LaneContext) -> LaneResult:
        """Have the payments judged that something is to be taken off, where the tenant wants it."""
        wanted = context.tenant_state.settings.unapply_first
        for record in news_awaited(context.waiting) if wanted else ():
            await context.turn_to(record)
            name = context.name_of(record)
            if context.document(name) is not None:
                later = partial(self._judged_later, context, name)
                judge = partial(self.settling.settle, context, name, later=later)
                went = await self.settling.spared(context, name, judge)
                if went is not LaneResult.DONE:
                    return went
        return LaneResult.DONE

    async def _release_one(
        self, context: LaneContext, name: str, judged: set[tuple[str, Park]]
    ) -> LaneResult:
        # A lane with thousands of them must let others run, however fast the journal is.
        await asyncio.sleep(0)
        await context.turn_to(record_of(name))
        document = context.document(name)
        if document is None or document.park is None or (name, document.park) in judged:
            return LaneResult.DONE
        judged.add((name, document.park))
        return await self.settling.spared(context, name, lambda: self._judge(context, name))

    async def _judge(self, context: LaneContext, name: str) -> LaneResult:
        await context.turn_to(record_of(name))
        document = context.document(name)
        if document is None or document.park is None:
            return await self.settling.resume(context)
        first = await first_known(self.effects, context, name, document)
        if isinstance(first, MustWait):
            return await self._judged_later(context, name, first)
        owed = await OpenBalances(self.effects).again(context.tenant, document)
        if isinstance(owed, MustWait):
            return await self._judged_later(context, name, owed)
        facts = (*_released(name, document, document.park), *first)
        by_hand = of_park(document.park)
        return await self.settling.settle(
            context,
            name,
            *facts,
            by_hand=by_hand,
            owed=owed,
            later=partial(self._judged_later, context, name),
        )

    async def _judged_later(self, context: LaneContext, name: str, wait: MustWait) -> LaneResult:
        waited = await lane_waited(
            self.effects, self.report, context, context.tenant_state.version, name, wait
        )
        return LaneResult.WAITS if await context.write(waited) else LaneResult.OVER


def _released(name: str, document: Document, park: Park) -> tuple[Fact, ...]:
    released = Released(document=name, why=", ".join(park.waits_for))
    return (released, *asked_anew(name, document, park))
