"""What comes true when a command has ended, one way or the other?

Facts, and where the side must be read for them, what it shows.  Two answers are not taken at their
word: "it moved on" is met by reading the record, and so is a success that may be an old one
replayed, since a person may have edited or deleted the record after it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from agents.rules.documents.adoption import taken
from agents.rules.documents.closed_books import first_day
from agents.rules.documents.dependencies import customer_inactive, named_things
from agents.rules.documents.figures import stands
from agents.rules.documents.merged import found_gone
from agents.rules.documents.outcome import applied
from agents.rules.documents.resting import parked
from agents.rules.kinds.characters import odd_characters
from agents.rules.mappings.lacking import made_inactive
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import MAPPINGS
from agents.rules.remedies import is_spent, with_remedy
from agents.sync.open_balances import OpenBalances, over, settled_in_qbo
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.command_facts import Answered, Refused
from schemas.commands import Create, Remove, Update
from schemas.conditions import BooksOpen
from schemas.facts import Fact, Parked, Regenerated, Seen
from schemas.kinds import customer_of, is_customer, refs_of
from schemas.outcomes import Done, Fault, Verdict
from schemas.records import Customer
from schemas.requests import ReadCompany, ReadTargets, Request
from schemas.state import Document, InFlight, Park, ParkReason, Snapshot
from schemas.values import Kind, MappingKind, RecordRef, Side
from streams.effects import Denied, Effects, Ended, MustWait, Result, TermOver
from streams.ports import Reading, Target, TargetLists

#: QBO's index may lag behind its records (quickbooks-online.md 2.3): read again after this.
LAG_SECONDS = 0.5
#: What a lane waits for that could not read.
WHY = "reading what moved on"

#: A side may fail so often on one revision, with proof between the last ones that it was not done,
#: before the record parks.  By the waits between them that is 20 minutes, as a lockout: so long the
#: customer's other documents wait for it, and a side that is ill is seldom so in its writes alone.
MOST_FAILURES = 12

#: QBO's "object not found" is also its word for a thing that was made inactive (3.3), and so is
#: another code with the same words (quickbooks-money.md 7); 6250 is a customer's own.
NOT_FOUND, INACTIVE_CUSTOMER, MADE_INACTIVE = "610", "6250", "made inactive"
#: QBO's word for a reference that leads nowhere (3.3), and not for which one.
INVALID_REFERENCE = "2500"

#: The books are closed on its day, with a password or without one (3.3).
BOOKS_CLOSED = frozenset({"6210", "6200"})

#: A text has characters that the company does not hold (2.1).
BAD_CHARACTERS = "2040"

#: Asks the tenant's own lane for something.
Ask = Callable[[Request], Awaitable[None]]
CommandResult = tuple[Fact, ...] | MustWait | Denied | TermOver


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
                return await self._done(context, in_flight, result)
            case Denied() if result.verdict is not Verdict.LOCKED:
                return await self._denied(context, in_flight, result)
            case _:
                return result

    async def _done(
        self, context: LaneContext, in_flight: InFlight, result: Ended
    ) -> CommandResult:
        answer, command = result.answer, in_flight.command
        if not isinstance(command, Create) and answer.id != command.target:
            return self._another(context, in_flight, command, answer.id)
        if isinstance(command, Remove) and stands(answer.record):
            return self._stands(context, in_flight, command)
        await context.look_at((RecordRef(command.side, command.kind, answer.id),))
        facts = applied(
            in_flight,
            _document(context, in_flight),
            answer,
            adopted=result.adopted,
            home=context.key,
            twin=_twin(context, in_flight, answer.id),
        )
        if not result.repeated:
            return facts
        reading = await self._read(context, in_flight, in_flight.command.kind, answer.id)
        if isinstance(reading, MustWait):
            return await self._done_unread(context, in_flight, answer, reading)
        if reading.revision <= answer.revision:
            return facts
        return (*facts, self._seen(context, in_flight, reading))

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
            f"asked to {command.how} {command.kind.called} {command.target}, it shows it standing"
        )
        return self._no_success(context, in_flight, "stands", told, "look at it")

    def _another(
        self, context: LaneContext, in_flight: InFlight, command: Update | Remove, record_id: str
    ) -> tuple[Fact, ...]:
        """Take an answer that shows another record for no success: a person looks at both."""
        told = (
            f"asked to change {command.kind.called} {command.target}, it answered with {record_id}"
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
        return (refused, self._parked(context, in_flight, park))

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
        return await self._refused(context, in_flight, denied, refused)

    async def _refused(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Find out what is behind a refusal, and park what a person must see."""
        if _names_inactive(denied.fault):
            return await self._inactive(context, in_flight, refused)
        if denied.fault.code == INVALID_REFERENCE:
            return await self._dangling(context, in_flight, denied, refused)
        if denied.fault.code in BOOKS_CLOSED:
            return await self._closed(context, in_flight, denied, refused)
        if is_spent(denied.fault):
            return await self._spent(context, in_flight, denied, refused)
        return (refused, self._parked(context, in_flight, _park(in_flight, denied)))

    async def _closed(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Have the tenant's lane read until when the books are closed: nobody has told us."""
        asked = f"company:{in_flight.command.id}"
        await self.ask(ReadCompany(id=asked, tenant=context.tenant))
        park = _park(in_flight, denied)
        first = first_day(in_flight.command, _document(context, in_flight).qbo)
        if first is not None:
            park = replace(park, waits_for=(str(BooksOpen(first)),))
        return (refused, self._parked(context, in_flight, park))

    async def _spent(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Read what the invoices of a payment owe: what has room goes, or a person looks."""
        command = in_flight.command
        shown = _document(context, in_flight).qbo
        owed = await OpenBalances(self.effects).read(context.tenant, settled_in_qbo(command))
        if isinstance(owed, MustWait):
            return owed
        if over(command, shown, owed):
            return (replace(refused, owed=owed),)
        return (refused, self._parked(context, in_flight, _park(in_flight, denied)))

    async def _failed(
        self, context: LaneContext, in_flight: InFlight, refused: Refused
    ) -> CommandResult:
        """Have what a side fails on decided anew, now that it has not been done; or park it.

        At once where a newer revision waits: that one is judged in its turn.
        """
        command = in_flight.command
        if not isinstance(command, Create):
            reading = await self._read(context, in_flight, command.kind, command.target)
            if isinstance(reading, MustWait):
                return reading
            if reading.revision > command.based_on:
                return (refused, self._seen(context, in_flight, reading))
        facts = (refused, *_another_id(context, in_flight))
        present = context.in_flight or in_flight
        if present.failures < MOST_FAILURES and not _is_superseded(context, in_flight):
            return facts
        return (*facts, self._parked(context, in_flight, _given_up(present)))

    async def _dangling(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Find out whether it is the customer that QuickBooks does not have any more."""
        shown = _document(context, in_flight).mediaos
        named = refs_of(shown.record if shown else None, Side.MEDIAOS)
        here = next((each for each in named if is_customer(each.kind)), None)
        there = None if isinstance(in_flight.command, Remove) else in_flight.command.record
        customer = customer_of(there)
        if here is not None and customer is not None and in_flight.command.side is Side.QBO:
            reading = await self._read(context, in_flight, here.kind, customer)
            if isinstance(reading, MustWait):
                return reading
            if reading.record is None:
                return (refused, self._parked(context, in_flight, found_gone(customer, here.id)))
        return (refused, self._parked(context, in_flight, _park(in_flight, denied)))

    async def _inactive(
        self, context: LaneContext, in_flight: InFlight, refused: Refused
    ) -> CommandResult:
        """Find out what that it names was made inactive without our having heard of it.

        Its customer, or what its products are mapped to: that list the tenant's lane reads anew, so
        that whatever else names one waits by itself.
        """
        customer = await self._customer(context, in_flight)
        if isinstance(customer, MustWait):
            return customer
        if isinstance(customer, Park):
            return (refused, self._parked(context, in_flight, customer))
        gone: dict[MappingPolicy, dict[str, str]] = {}
        shown = _document(context, in_flight).mediaos
        for kind, source in named_things(shown.record if shown else None):
            target = context.tenant_state.mapped(kind).get(source)
            if target is None:
                continue
            read = await self._target(context, in_flight, kind, target)
            if isinstance(read, MustWait):
                return read
            if not read.active:
                gone.setdefault(MAPPINGS[kind], {})[source] = target
        for policy in gone:
            asked = f"{policy.target}s:{in_flight.command.id}"
            await self.ask(ReadTargets(id=asked, tenant=context.tenant, kind=policy.kind))
        return (refused, self._parked(context, in_flight, made_inactive(gone, refused.fault)))

    async def _customer(self, context: LaneContext, in_flight: InFlight) -> Park | MustWait | None:
        """Return that QuickBooks' customer of what was refused is inactive, where it is."""
        command = in_flight.command
        named = None if isinstance(command, Remove) else customer_of(command.record)
        if named is None or command.side is not Side.QBO:
            return None
        read = await self._read(context, in_flight, Kind.CUSTOMER, named)
        if isinstance(read, MustWait):
            return read
        if not isinstance(read.record, Customer) or read.record.active:
            return None
        return customer_inactive(command.kind, named, read.record.name)

    async def _stale(
        self,
        context: LaneContext,
        in_flight: InFlight,
        command: Update | Remove,
        refused: Refused,
    ) -> CommandResult:
        """Read the record that moved on, by its id, so that it is decided on what it shows now."""
        reading = await self._read(context, in_flight, command.kind, command.target)
        if isinstance(reading, MustWait):
            return reading
        if _names_inactive(refused.fault) and reading.record is not None:
            return await self._inactive(context, in_flight, refused)
        if reading.revision <= command.based_on:
            await self.effects.pause(LAG_SECONDS)
            return (refused,)
        return (refused, self._seen(context, in_flight, reading))

    async def _read(
        self, context: LaneContext, in_flight: InFlight, kind: Kind, record_id: str
    ) -> Reading | MustWait:
        side = in_flight.command.side
        read = partial(self.effects.remote(side).read, context.tenant, kind, record_id)
        return await read_or_wait(self.effects, context.tenant, side, read, WHY)

    async def _target(
        self, context: LaneContext, in_flight: InFlight, kind: MappingKind, target: str
    ) -> Target | MustWait:
        side = in_flight.command.side
        read = partial(self.lists.target, context.tenant, kind, target)
        return await read_or_wait(self.effects, context.tenant, side, read, WHY)

    def _parked(self, context: LaneContext, in_flight: InFlight, park: Park) -> Parked:
        document = _document(context, in_flight)
        return parked(in_flight.document, document, park, self.effects.now())

    def _seen(self, context: LaneContext, in_flight: InFlight, reading: Reading) -> Seen:
        change = change_of(context.tenant, in_flight.command.side, reading)
        return Seen(document=in_flight.document, change=change)


def _names_inactive(fault: Fault) -> bool:
    return fault.code in {NOT_FOUND, INACTIVE_CUSTOMER} or MADE_INACTIVE in fault.detail


def _document(context: LaneContext, in_flight: InFlight) -> Document:
    document = context.document(in_flight.document)
    if document is None:
        raise ValueError(f"{in_flight.document} has an open decision, and is not in its lane")
    return document


def _may_be_replayed(context: LaneContext, in_flight: InFlight) -> bool:
    """Tell whether a refusal may be that of an earlier create under the same id: ask once more."""
    document, command = _document(context, in_flight), in_flight.command
    if not isinstance(command, Create) or document.refusals != 1:
        return False
    return command.body == document.said


def _another_id(context: LaneContext, in_flight: InFlight) -> tuple[Fact, ...]:
    """Return the next generation of a create: what is decided anew may have another body."""
    if not isinstance(in_flight.command, Create):
        return ()
    anew = _document(context, in_flight).generation + 1
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


def _twin(context: LaneContext, in_flight: InFlight, record_id: str) -> Snapshot | None:
    """Return what the side showed of a created record before it was known whose it is."""
    side, kind = in_flight.command.side, in_flight.command.kind
    name = str(RecordRef(side, kind, record_id))
    twin = context.document(name) if name != in_flight.document else None
    return twin.shown(side) if twin is not None else None


def _unwritable(command: Create | Update, fault: Fault) -> Park:
    """Name the fields whose characters a company does not hold."""
    odd = odd_characters(command)
    where = f"it does not hold what stands in {odd}: write that otherwise" if odd else "change it"
    return Park(
        reason=ParkReason.REFUSED, detail=f"{fault}; {where} in {command.about.side.called}"
    )


def _park(in_flight: InFlight, denied: Denied) -> Park:
    side = in_flight.command.side
    if denied.verdict is Verdict.TAKEN and isinstance(in_flight.command, Create | Update):
        return taken(in_flight.command, "")
    if denied.found is not None:
        told = f"{side.called}: {denied.fault.detail}; put it right there, then retry"
        return Park(reason=ParkReason.CUSTOMER_CHANGED, detail=told)
    command = in_flight.command
    if denied.fault.code == BAD_CHARACTERS and not isinstance(command, Remove):
        return _unwritable(command, denied.fault)
    reason = ParkReason.BUG if denied.verdict is Verdict.BUG else ParkReason.REFUSED
    return Park(reason=reason, detail=with_remedy(denied.fault))
