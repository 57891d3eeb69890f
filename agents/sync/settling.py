"""How does one document of a lane come to rest?  Decide, do, look again, until nothing is left.

Every round is one journal record: what was seen or done, and the next decision.  So an event that
needs one command costs two records, and a crash between any two lines finds the open decision.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agents.dead_letters.write import tried
from agents.rules.documents.resting import parked
from agents.rules.documents.settle import NOTHING_READ
from agents.sync.by_hand import ByHand, of_decision
from agents.sync.carrying_out import CarryingOut
from agents.sync.deciding import Deciding
from agents.sync.lane_waits import Report, lane_waited
from agents.sync.rivals import Rivals
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.command_facts import Decided
from schemas.facts import Fact, Linked, Parked, Released
from schemas.lane_conditions import CustomerLinked
from schemas.parts import part_of
from schemas.rows import record_of
from schemas.state import Park, ParkReason
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import TargetLists

#: What becomes of a document for which the lane must wait before anything of it is written.
Later = Callable[[MustWait], Awaitable[LaneResult]]


@dataclass(frozen=True, slots=True)
class Settling:
    """Brings one document of a lane to rest."""

    effects: Effects
    lists: TargetLists
    report: Report
    ask: Ask

    @property
    def deciding(self) -> Deciding:
        """Return what asks the rules."""
        return Deciding(self.effects, self.lists, self.ask)

    @property
    def carrying_out(self) -> CarryingOut:
        """Return what carries commands out."""
        return CarryingOut(self.effects, self.lists, self.report, self.ask)

    async def settle(
        self,
        context: LaneContext,
        name: str,
        *facts: Fact,
        by_hand: ByHand = ByHand.NO,
        owed: Mapping[str, Decimal] = NOTHING_READ,
        later: Later | None = None,
    ) -> LaneResult:
        """Decide and do until the document rests; `facts` stand in the first step.

        The lane is turned to the document already; `owed` is what was read for it of invoices.
        `later` has what the first step stands on kept, where that cannot be decided now.
        """
        while True:
            step = await self.deciding.step(context, name, facts, by_hand, owed)
            if isinstance(step, MustWait):
                waits = later(step) if later else self._ended_before(context, name, facts, step)
                return await waits
            owed = NOTHING_READ
            last = step[-1] if step else None
            if not isinstance(last, Decided):
                joined = next((f for f in step[len(facts) :] if isinstance(f, Linked)), None)
                if joined is None:
                    return await self._rested(context, name, step)
                # Two documents have become one, which is judged in the same step: after a kill
                # between two, nothing would come to have it judged.
                name, facts = joined.document, step
                await context.look_at((record_of(name),))
                continue
            if not await context.write(*step):
                return LaneResult.OVER
            doing = self.carrying_out
            ended = doing.moving(context, name) or await doing.carry_out(context, fresh=True)
            if isinstance(ended, LaneResult):
                return ended
            facts, later = ended, None

    async def _rested(self, context: LaneContext, name: str, step: tuple[Fact, ...]) -> LaneResult:
        """Write down how a document rests; what waits of it as it was before is judged again."""
        if _as_before(context, name, step):
            return LaneResult.DONE
        went = await self.finish(context, step)
        if went is LaneResult.DONE and step:
            await Rivals(self.ask).tell(context, name)
        return went

    async def _ended_before(
        self, context: LaneContext, name: str, facts: tuple[Fact, ...], wait: MustWait
    ) -> LaneResult:
        """Tell what a command came to, though the lane must wait before it is decided on.

        Neither a decision nor an event is left then, so a park that is met at once says that the
        document is to be judged when the lane goes on.
        """
        document = (await context.after(facts)).document(name)
        if document is None:
            raise ValueError(f"{name} is not in lane {context.key}")
        park = Park(
            reason=ParkReason.CREDIT_USED, detail=wait.why, waits_for=(str(CustomerLinked()),)
        )
        left = parked(name, document, park, self.effects.now())
        waited = await lane_waited(
            self.effects, self.report, context, context.tenant_state.version, name, wait
        )
        written = await context.write(*facts, left, waited)
        return LaneResult.WAITS if written else LaneResult.OVER

    async def go_on(self, context: LaneContext) -> LaneResult:
        """Go on with the lane's open decision, here or as another worker left it."""
        in_flight = context.in_flight
        if in_flight is None:
            return LaneResult.DONE
        return await self.spared(context, in_flight.document, lambda: self.resume(context))

    async def resume(self, context: LaneContext) -> LaneResult:
        """Go on with the open decision; a bug of ours comes out."""
        await context.loaded()
        in_flight = context.in_flight
        if in_flight is None:
            return LaneResult.DONE
        await context.turn_to(record_of(in_flight.document))
        ended = await self.carrying_out.carry_out(context, fresh=False)
        if isinstance(ended, LaneResult):
            return ended
        return await self.settle(
            context, in_flight.document, *ended, by_hand=of_decision(in_flight)
        )

    async def spared(
        self, context: LaneContext, name: str, work: Callable[[], Awaitable[LaneResult]]
    ) -> LaneResult:
        """Do the work on a document, or park it: a bug of ours may stop one, and never its lane."""
        ended = await tried(work, {"partition": context.partition, "document": name})
        if isinstance(ended, LaneResult):
            return ended
        await context.turn_to(record_of(name))
        document = context.document(name)
        if document is None:
            return LaneResult.DONE
        park = Park(reason=ParkReason.BUG, detail=ended)
        return await self.finish(context, (parked(name, document, park, self.effects.now()),))

    async def finish(self, context: LaneContext, facts: tuple[Fact, ...]) -> LaneResult:
        """Write the last facts of a document down, if any: the lane is done with it."""
        if facts and not await context.write(*facts):
            return LaneResult.OVER
        return LaneResult.DONE


def _as_before(context: LaneContext, name: str, step: tuple[Fact, ...]) -> bool:
    """Tell whether what was let go waits again for the very same: that is no news to anybody.

    What it waits for may be true all the time, and its lane looks at each event; told each time it
    would be in circles.  What a fact has woken is told, so that it rests again.
    """
    match step:
        case (Released(), Parked(park=park)):
            document, part = context.document(name), context.waiting.parts.get(part_of(name))
            same = document is not None and document.park == park
            return same and (part is None or name not in part.woken)
        case _:
            return False
