"""What comes true when a side says that a command is done?

It is not taken at its word where the answer may be an old one replayed: a person may have edited or
deleted the record after it.  Nor is one that shows another record, or one that still stands.
"""

from dataclasses import dataclass

from agents.rules.documents.figures import stands
from agents.rules.documents.outcome import applied
from agents.rules.wording import by_document
from agents.sync.ended_commands import CommandResult, document_of, parked_now, read_again, seen_now
from agents.view.lane_context import LaneContext
from schemas.command_facts import Answered, Refused
from schemas.commands import Command, Create, Remove, Update
from schemas.facts import Fact
from schemas.kinds import is_customer
from schemas.outcomes import Done, Fault, Verdict
from schemas.state import InFlight, Park, ParkReason, Snapshot
from schemas.values import RecordRef, Revision
from streams.effects.effects import Effects
from streams.effects.results import Ended, MustWait, TermOver

#: As a side shows what it has just made: nobody has written it since.
AS_MADE = Revision(deleted=False, number=0)


@dataclass(frozen=True, slots=True)
class Successes:
    """Turns an answer that a side gave to a command into facts."""

    effects: Effects

    async def of(self, context: LaneContext, in_flight: InFlight, result: Ended) -> CommandResult:
        """Return the facts that close the decision, or what keeps it open."""
        answer, command = result.answer, in_flight.command
        if not isinstance(command, Create) and answer.id != command.target:
            return self._another(context, in_flight, command, answer.id)
        if isinstance(command, Remove) and stands(answer.record):
            return self._stands(context, in_flight, command)
        await context.look_at((RecordRef(command.side, command.kind, answer.id),))
        facts = applied(
            in_flight,
            document_of(context, in_flight),
            answer,
            adopted=result.adopted,
            home=context.key,
            twin=_twin(context, in_flight, answer.id),
            taken=await _is_taken(context, command, answer),
        )
        if not result.repeated:
            return facts
        reading = await read_again(
            self.effects, context, in_flight, in_flight.command.kind, answer.id
        )
        if isinstance(reading, MustWait):
            return await self._done_unread(context, in_flight, answer, reading)
        if reading.revision <= answer.revision:
            return facts
        return (*facts, seen_now(context, in_flight, reading))

    async def _done_unread(
        self, context: LaneContext, in_flight: InFlight, answer: Done, wait: MustWait
    ) -> MustWait | TermOver:
        """Remember that it is done, so that only its reading is repeated."""
        if in_flight.answered is not None:
            return wait
        told = Answered(command=in_flight.command.id, document=in_flight.document, answer=answer)
        return wait if await context.write(told) else TermOver()

    def _stands(
        self, context: LaneContext, in_flight: InFlight, command: Remove
    ) -> tuple[Fact, ...]:
        """Take an answer that shows the record as it stood for no success: a person looks."""
        told = (
            f"asked to {command.how} {_target(context, in_flight, command)}, it shows it standing"
        )
        return self._no_success(context, in_flight, "stands", told, "look at it")

    def _another(
        self, context: LaneContext, in_flight: InFlight, command: Update | Remove, record_id: str
    ) -> tuple[Fact, ...]:
        """Take an answer that shows another record for no success: a person looks at both."""
        told = (
            f"asked to change {_target(context, in_flight, command)}, "
            f"it answered with {command.kind.called} {record_id}"
        )
        return self._no_success(context, in_flight, "another-record", told, "look at both")

    def _no_success(
        self, context: LaneContext, in_flight: InFlight, code: str, told: str, helps: str
    ) -> tuple[Fact, ...]:
        side = in_flight.command.side
        fault = Fault(side=side, status=0, code=code, detail=told)
        refused = Refused(
            command=in_flight.command.id,
            document=in_flight.document,
            fault=fault,
            verdict=Verdict.PARK,
        )
        park = Park(
            reason=ParkReason.DIFFERS, detail=f"{told}: {helps} in {side.called}, then retry"
        )
        return (refused, parked_now(self.effects, context, in_flight, park))


async def _is_taken(context: LaneContext, command: Command, answer: Done) -> bool:
    """Tell whether another lane has linked by now what a create was answered with.

    One that changed its customer before it crossed goes by one request id from the lanes of both.
    The other one's answer may be this customer's since that lane has moved it: it was written then,
    which shows, and the journal is read to its present end.
    """
    if not isinstance(command, Create) or is_customer(command.kind):
        return False
    if answer.revision != AS_MADE:
        await context.journal.caught_up()
    return await context.linked_elsewhere(command.about) is not None


def _twin(context: LaneContext, in_flight: InFlight, record_id: str) -> Snapshot | None:
    """Return what the side showed of a created record before it was known whose it is."""
    side, kind = in_flight.command.side, in_flight.command.kind
    name = str(RecordRef(side, kind, record_id))
    twin = context.document(name) if name != in_flight.document else None
    return twin.shown(side) if twin is not None else None


def _target(context: LaneContext, in_flight: InFlight, command: Update | Remove) -> str:
    record = RecordRef(command.side, command.kind, command.target)
    return by_document(record, document_of(context, in_flight))
