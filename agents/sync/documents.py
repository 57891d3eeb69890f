"""What does a lane do with a change, and with what is open or waits in it?

The door to the work on documents: a change is taken in here, and `settling` brings its document to
rest, now or, where it waited, as `releasing` finds that it has what it waits for.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial

from agents.rules.documents.renewal import brought_back
from agents.rules.documents.resting import parked
from agents.rules.documents.revisions import clash, is_newer
from agents.sync.customer_reads import CustomerReads
from agents.sync.first_looks import first_known
from agents.sync.lane_waits import Report, lane_waited
from agents.sync.late_reads import LateReads, kept
from agents.sync.looked_at import LookedAt
from agents.sync.releasing import Releasing
from agents.sync.settling import Settling
from agents.sync.tenant_requests import Ask
from agents.sync.torn_reads import TornReads
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.changes import Change
from schemas.facts import Fact, Seen
from schemas.state import Snapshot
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import TargetLists


@dataclass(frozen=True, slots=True)
class Documents:
    """The work on documents, for any lane."""

    effects: Effects
    lists: TargetLists
    report: Report
    ask: Ask
    looked_at: LookedAt = field(default_factory=LookedAt)

    @property
    def settling(self) -> Settling:
        """Return what brings a document to rest."""
        return Settling(self.effects, self.lists, self.report, self.ask)

    @property
    def releasing(self) -> Releasing:
        """Return what judges again what waits."""
        return Releasing(self.effects, self.report, self.settling, self.looked_at)

    async def take(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Take in one change, with `facts` in the same step, and bring its document to rest."""
        await context.turn_to(change.name)
        name = context.name_of(change.name)
        document = context.document(name)
        shown = document.shown(change.side) if document else None
        if document is not None and shown is not None and not is_newer(change, shown):
            return await self._known(context, change, facts, shown)
        first = await first_known(self.effects, context, name, document, change)
        if isinstance(first, MustWait):
            return await self.keep(context, change, facts, first)
        if document is None:
            gone = await LateReads(self.effects).gone(context, change)
            if isinstance(gone, MustWait):
                return await self.keep(context, change, facts, gone)
            if gone:
                return await self.settling.finish(context, facts)
        order = context.lane.order + 1 if document is None else 0
        seen = Seen(document=name, change=change, order=order)
        anew = brought_back(name, document, change)
        later = partial(self.keep, context, change, facts)
        return await self.settling.settle(context, name, *facts, *first, seen, *anew, later=later)

    async def customer_first(
        self, context: LaneContext, change: Change, *facts: Fact
    ) -> LaneResult:
        """Have the customer of a change at rest first, where its lane has not heard of it.

        The change is taken behind it, or kept where that has to wait.
        """
        customer = await CustomerReads(self.effects).unheard(context, change)
        if customer is None:
            return LaneResult.DONE
        if isinstance(customer, MustWait):
            return await self.keep(context, change, facts, customer)
        went = await self.take(context, customer)
        behind = kept(change, facts, "behind its customer")
        if went in {LaneResult.DONE, LaneResult.OVER} or not behind:
            return went
        return went if await context.write(*behind) else LaneResult.OVER

    async def _known(
        self, context: LaneContext, change: Change, facts: tuple[Fact, ...], shown: Snapshot
    ) -> LaneResult:
        """Take in a change that is no newer than what its side has shown."""
        name = context.name_of(change.name)
        document = context.document(name)
        park = clash(change, shown)
        if park is not None and document is not None:
            facts = (*facts, parked(name, document, park, self.effects.now(), event=change.event))
            return await self.settling.finish(context, facts)
        torn = await TornReads(self.effects).again(context, name, change, shown)
        if isinstance(torn, MustWait):
            return await self.keep(context, change, facts, torn)
        if torn is not None:
            later = partial(self.keep, context, change, facts)
            return await self.settling.settle(context, name, *facts, torn, later=later)
        return await self.settling.finish(context, facts)

    async def keep(
        self, context: LaneContext, change: Change, facts: tuple[Fact, ...], wait: MustWait
    ) -> LaneResult:
        """Keep a change that cannot be decided on now."""
        waited = await lane_waited(
            self.effects, self.report, context, context.tenant_state.version, "", wait
        )
        written = await context.write(*kept(change, facts, wait.why), waited)
        return LaneResult.WAITS if written else LaneResult.OVER

    async def go_on(self, context: LaneContext) -> LaneResult:
        """Go on with the lane's open decision, here or as another worker left it."""
        return await self.settling.go_on(context)

    async def release(self, context: LaneContext, elsewhere: Collection[str] = ()) -> LaneResult:
        """Judge again, oldest first, what is parked and has what it waits for.

        `elsewhere` are the conditions that other lanes have met.
        """
        return await self.releasing.release(context, elsewhere)
