"""Where does a change go in its lane?  To its document, to another lane, or to the catalog."""

from collections.abc import Collection
from dataclasses import dataclass

from agents.rules.mappings.catalog_entries import product_seen
from agents.rules.wording import lane_called
from agents.sync.credits_told import credit_told
from agents.sync.documents import Documents
from agents.sync.forwarding import Forwarding
from agents.sync.late_reads import kept
from agents.sync.losers import Losers
from agents.sync.payment_parts import part_in, told_by
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.below_zero import may_be
from schemas.changes import Change
from schemas.facts import Fact, Released
from schemas.kinds import KINDS, Anchor
from schemas.values import RecordRef
from streams.effects.results import MustWait


def may_tell(record: RecordRef) -> tuple[RecordRef, ...]:
    """Return all of which a record's change may tell, before anything is known of it."""
    part = part_in(record)
    return may_be(record) if part is None else (*may_be(record), part)


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes changes in, in the lane that has nothing before them."""

    documents: Documents
    forwarding: Forwarding

    async def take(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Take in what a change tells, of each record; it is kept where the lane must wait."""
        told = await credit_told(self.documents.effects, context, change)
        if isinstance(told, MustWait):
            return await self.documents.keep(context, change, facts, told)
        *parts, last = await told_by(context, told)
        for each in parts:
            went = await self._take_one(context, each)
            if went is LaneResult.OVER:
                return went
            behind = kept(change, facts, "behind what else it tells")
            if went is not LaneResult.DONE:
                return went if not behind or await context.write(*behind) else LaneResult.OVER
        return await self._take_one(context, last, *facts)

    async def _take_one(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        if KINDS[change.kind].anchor is Anchor.TENANT:
            return await self._product(context, change, *facts)
        losers = Losers(self.documents.effects)
        other = await context.elsewhere(change.name) or await losers.lane(context, change)
        if isinstance(other, MustWait):
            return await self.documents.keep(context, change, facts, other)
        if other is not None:
            await self.forwarding.redirect(other, change)
            facts = (*facts, *await self._left(context, change, other))
            if facts and not await context.write(*facts):
                return LaneResult.OVER
            moved = str(change.name) in context.waiting.moved
            return await self.release(context) if moved else LaneResult.DONE
        went = await self.documents.customer_first(context, change, *facts)
        if went is not LaneResult.DONE:
            return went
        went = await self.documents.take(context, change, *facts)
        return await self.release(context) if went is LaneResult.DONE else went

    async def _left(self, context: LaneContext, change: Change, other: str) -> tuple[Fact, ...]:
        """Return that what QuickBooks alone showed is listed no more: another lane has it.

        What has moved is passed on first: it may be newer than the change, which may be late.
        """
        name = str(change.name)
        if name in context.waiting.moved:
            return ()
        document = await context.at_hand(lambda: context.document(name))
        if document is None or document.mediaos is not None:
            return ()
        waits = document.park is not None or document.unplaced is not None
        return (
            (Released(document=name, why=f"{lane_called(other)} speaks for it"),) if waits else ()
        )

    async def release(self, context: LaneContext, elsewhere: Collection[str] = ()) -> LaneResult:
        """Judge again what has what it waits for, and pass on what another lane speaks for."""
        went = await self.documents.release(context, elsewhere)
        while went is LaneResult.DONE and context.waiting.moved:
            before = context.waiting
            if not await self.forwarding.pass_on_moved(context):
                return LaneResult.OVER
            if context.waiting is before:
                break
            # What waited here for that is judged again.
            went = await self.documents.release(context, elsewhere)
        return went

    async def _product(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Remember a product of MediaOS or an item of QuickBooks: what waits for it is woken."""
        facts = (*facts, *product_seen(change, context.tenant_state))
        return LaneResult.DONE if not facts or await context.write(*facts) else LaneResult.OVER
