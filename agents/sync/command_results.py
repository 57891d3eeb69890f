"""What comes true when a command has ended, one way or the other?

Facts, and where the side must be read for them, what it shows.  Two answers are not taken at their
word: "it moved on" is met by reading the record, and so is a success that may be an old one
replayed, since a person may have edited or deleted the record after it.
"""

from dataclasses import dataclass
from functools import partial

from agents.sync.ended_commands import CommandResult, document_of, parked_now, read_again, seen_now
from agents.sync.inactive_things import InactiveThings, names_inactive
from agents.sync.refusals import Refusals
from agents.sync.successes import Successes
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from schemas.command_facts import Refused
from schemas.commands import Create, Remove, Update
from schemas.facts import Fact, Regenerated
from schemas.outcomes import Verdict
from schemas.state import InFlight, Park, ParkReason
from streams.effects.effects import Effects
from streams.effects.results import Denied, Ended, MustWait, Result
from streams.ports import TargetLists

#: QBO's index may lag behind its records (quickbooks-online.md 2.3): read again after this.
LAG_SECONDS = 0.5

#: A side may fail so often on one revision, with proof between the last ones that it was not done,
#: before the record parks.  By the waits between them that is 20 minutes, as a lockout: so long the
#: customer's other documents wait for it, and a side that is ill is seldom so in its writes alone.
MOST_FAILURES = 12


@dataclass(frozen=True, slots=True)
class CommandResults:
    """Turns the results of effects into facts."""

    effects: Effects
    lists: TargetLists
    ask: Ask

    async def of(self, context: LaneContext, in_flight: InFlight, result: Result) -> CommandResult:
        """Return the facts that close the decision, or what keeps it open (`Denied`: a lock)."""
        match result:
            case Ended():
                return await Successes(self.effects).of(context, in_flight, result)
            case Denied() if result.verdict is not Verdict.LOCKED:
                return await self._denied(context, in_flight, result)
            case _:
                return result

    async def _denied(
        self, context: LaneContext, in_flight: InFlight, denied: Denied
    ) -> CommandResult:
        refused = Refused(
            command=in_flight.command.id,
            document=in_flight.document,
            fault=denied.fault,
            verdict=denied.verdict,
        )
        command = in_flight.command
        if denied.verdict is Verdict.FAILED:
            return await self._failed(context, in_flight, refused)
        if denied.verdict is Verdict.STALE and not isinstance(command, Create):
            return await self._stale(context, in_flight, command, refused)
        if denied.found is None and _may_be_replayed(context, in_flight):
            return (refused,)
        return await Refusals(self.effects, self.lists, self.ask).of(
            context, in_flight, denied, refused
        )

    async def _failed(
        self, context: LaneContext, in_flight: InFlight, refused: Refused
    ) -> CommandResult:
        """Have what a side fails on decided anew, now that it has not been done; or park it.

        At once where a newer revision waits: that one is judged in its turn.
        """
        command = in_flight.command
        if not isinstance(command, Create):
            reading = await read_again(
                self.effects, context, in_flight, command.kind, command.target
            )
            if isinstance(reading, MustWait):
                return reading
            if reading.revision > command.based_on:
                return (refused, seen_now(context, in_flight, reading))
        facts = (refused, *_another_id(context, in_flight))
        present = context.in_flight or in_flight
        # Whose the held records are may have left memory.
        superseded = await context.at_hand(partial(_is_superseded, context, in_flight))
        if present.failures < MOST_FAILURES and not superseded:
            return facts
        return (*facts, parked_now(self.effects, context, in_flight, _given_up(present)))

    async def _stale(
        self,
        context: LaneContext,
        in_flight: InFlight,
        command: Update | Remove,
        refused: Refused,
    ) -> CommandResult:
        """Read the record that moved on, by its id, so that it is decided on what it shows now."""
        reading = await read_again(self.effects, context, in_flight, command.kind, command.target)
        if isinstance(reading, MustWait):
            return reading
        if names_inactive(refused.fault) and reading.record is not None:
            return await InactiveThings(self.effects, self.lists, self.ask).of(
                context, in_flight, refused
            )
        if reading.revision <= command.based_on:
            await self.effects.pause(LAG_SECONDS)
            return (refused,)
        return (refused, seen_now(context, in_flight, reading))


def _may_be_replayed(context: LaneContext, in_flight: InFlight) -> bool:
    """Tell whether a refusal may be that of an earlier create under the same id: ask once more."""
    document, command = document_of(context, in_flight), in_flight.command
    if not isinstance(command, Create) or document.refusals != 1:
        return False
    return command.body == document.said


def _another_id(context: LaneContext, in_flight: InFlight) -> tuple[Fact, ...]:
    """Return the next generation of a create: what is decided anew may have another body."""
    if not isinstance(in_flight.command, Create):
        return ()
    anew = document_of(context, in_flight).generation + 1
    return (Regenerated(document=in_flight.document, generation=anew),)


def _is_superseded(context: LaneContext, in_flight: InFlight) -> bool:
    held = (context.name_of(change.name) for change in context.lane.held)
    return in_flight.document in held


def _given_up(in_flight: InFlight) -> Park:
    told = (
        f"{in_flight.failure}, {in_flight.failures} times, and it has not done it: "
        "change the record, or retry it"
    )
    return Park(reason=ParkReason.REFUSED, detail=told)
