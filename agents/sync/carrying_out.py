"""What comes of the open command of a lane, once it is carried out?"""

from dataclasses import dataclass

from msgspec.structs import replace

from agents.holds.suspensions import Suspensions
from agents.rules.documents.resting import parked
from agents.rules.locks import is_too_often
from agents.sync.command_results import CommandResults
from agents.sync.lane_waits import Report, lane_waited
from agents.sync.rivals import Rivals
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.command_facts import Refused
from schemas.facts import Fact
from schemas.outcomes import Fault, Verdict
from schemas.state import InFlight, Park, ParkReason
from streams.effects.effects import Effects
from streams.effects.results import Denied, MustWait, TermOver
from streams.ports import TargetLists

#: Refused so often in a row because the record moved on, it counts as locked (design.md 9).
MOST_STALE = 5


@dataclass(frozen=True, slots=True)
class CarryingOut:
    """Carries the open command of a lane out."""

    effects: Effects
    lists: TargetLists
    report: Report
    ask: Ask

    async def carry_out(
        self, context: LaneContext, *, fresh: bool
    ) -> tuple[Fact, ...] | LaneResult:
        """Carry the open command out; the facts of its end, or how the lane stands."""
        in_flight = context.in_flight
        if in_flight is None:
            return LaneResult.OVER
        kept_back = await self._kept_back(context, in_flight, fresh=fresh)
        if kept_back:
            return kept_back
        # Read before the call: a connection that is newer by then is not blamed for its answer.
        version = context.tenant_state.version
        result = await self.effects.carry_out(context.tenant, in_flight, context.write, fresh=fresh)
        ending = await CommandResults(self.effects, self.lists, self.ask).of(
            context, in_flight, result
        )
        match ending:
            case MustWait():
                name = in_flight.document
                written = await context.write(
                    await lane_waited(self.effects, self.report, context, version, name, ending)
                )
                return LaneResult.WAITS if written else LaneResult.OVER
            case Denied():
                return self._locked(context, in_flight, ending.fault)
            case TermOver():
                return LaneResult.OVER
            case facts:
                return facts

    async def _kept_back(
        self, context: LaneContext, in_flight: InFlight, *, fresh: bool
    ) -> tuple[Fact, ...] | LaneResult:
        """Return how the lane stands where nothing is to be sent, or why it never will be."""
        if context.tenant_state.paused is not None:
            # Decided before somebody paused it: not sent, and sent on as it is afterwards.
            waits = Suspensions.waits(context.tenant_state)
            unsent = replace(waits, unsent=fresh, document=in_flight.document)
            return LaneResult.WAITS if await context.write(unsent) else LaneResult.OVER
        return await Rivals(self.ask).before_sending(context, in_flight, fresh=fresh)

    def moving(self, context: LaneContext, name: str) -> tuple[Fact, ...] | LaneResult | None:
        """Take what was refused again and again, because it had moved on, for locked."""
        document, in_flight = context.document(name), context.in_flight
        if document is None or in_flight is None or document.stale < MOST_STALE:
            return None
        side = in_flight.command.side
        fault = Fault(side=side, status=0, detail=f"{side.called} shows another revision each time")
        return self._locked(context, in_flight, fault)

    def _locked(
        self, context: LaneContext, in_flight: InFlight, fault: Fault
    ) -> tuple[Fact, ...] | LaneResult:
        """Return that the lane is locked; of a record that is so too often, that it parks."""
        name = in_flight.document
        document = context.document(name)
        if document is None or not is_too_often(document.locks, self.effects.now()):
            return LaneResult.LOCKED
        told = f"locked for the third time within a day: {fault.detail or fault.message}"
        park = Park(reason=ParkReason.REFUSED, detail=f"{told}; retry it when nobody works on it")
        refused = Refused(
            command=in_flight.command.id, document=name, fault=fault, verdict=Verdict.LOCKED
        )
        return (refused, parked(name, document, park, self.effects.now()))
