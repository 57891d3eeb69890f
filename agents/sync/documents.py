"""How does one document of a lane come to rest?  Decide, do, look again, until nothing is left.

Every round is one journal record: what was seen or done, and the next decision.  So an event that
needs one command costs two records, and a crash between any two lines finds the open decision.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from msgspec.structs import replace

from agents.rules.documents.decide import RULES, decide, may_be_made_anew
from agents.rules.documents.decision_input import given_for, named_by
from agents.rules.documents.dependencies import ASKED, OVERWRITE, PUSHED, document_of, met
from agents.rules.documents.revisions import clash, is_newer
from agents.rules.tenant.suspension import cause_of
from agents.sync.command_results import Ask, CommandResults
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.catalog import encode
from schemas.changes import Change
from schemas.commands import Write
from schemas.decisions import InStep, OnlyOnOneSide, Send
from schemas.facts import (
    Decided,
    DecisionInput,
    Fact,
    LaneWaited,
    OnOneSide,
    Parked,
    Regenerated,
    Released,
    Seen,
    Settled,
)
from schemas.identity import decision_id
from schemas.outcomes import Fault
from schemas.state import Document, InFlight, Park, ParkReason
from streams.effects import Denied, Effects, MustWait, TermOver

#: A document that is decided so often for one event is going in circles: a person looks.
MOST_DECISIONS = 20
#: Refused so often in a row because the record moved on, it counts as locked (design.md 9).
MOST_STALE = 5
#: A lane whose fault concerns its tenant looks so soon whether the tenant is suspended by now.
SHORTLY = timedelta(seconds=5)
#: A decision's outcome must fit into one record of 1 MB with the next decision.
LARGEST_DECISION = 400_000


class Push(Enum):
    """Whether somebody sends a document by hand."""

    NONE = "none"
    SEND = "send"
    #: MediaOS's values win over an edit made in QuickBooks.
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Documents:
    """The work on documents, for any lane."""

    effects: Effects
    #: Tells of a fault that concerns the whole tenant, met with this version of its connection.
    report: Callable[[LaneContext, int, Fault], Awaitable[None]]
    ask: Ask

    @property
    def command_results(self) -> CommandResults:
        """Return what becomes of the effects' results."""
        return CommandResults(self.effects, self.ask)

    async def take(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Take in one change, with `facts` in the same step, and bring its document to rest."""
        lane = context.after(facts)
        document = document_of(lane, change.name)
        shown = document.shown(change.side) if document else None
        name = lane.names.get(str(change.name), str(change.name))
        if not is_newer(change, shown):
            park = clash(change, shown) if shown else None
            if park is not None:
                facts = (*facts, self._parked(name, change.event, park))
            return await self._finish(context, facts)
        return await self.settle(context, name, *facts, Seen(document=name, change=change))

    async def settle(
        self, context: LaneContext, name: str, *facts: Fact, push: Push = Push.NONE
    ) -> LaneResult:
        """Decide and do until the document rests; `facts` stand in the first step."""
        while True:
            step = await self._decide(context, name, facts, push)
            if not isinstance(step[-1] if step else None, Decided):
                return await self._finish(context, step)
            if not await context.write(*step):
                return LaneResult.OVER
            if context.lane.documents[name].stale >= MOST_STALE:
                return LaneResult.LOCKED
            ended = await self._do(context, fresh=True)
            if isinstance(ended, LaneResult):
                return ended
            facts = ended

    async def go_on(self, context: LaneContext) -> LaneResult:
        """Go on with the lane's open decision, here or as another worker left it."""
        in_flight = context.lane.in_flight
        if in_flight is None:
            return LaneResult.DONE
        ended = await self._do(context, fresh=False)
        if isinstance(ended, LaneResult):
            return ended
        return await self.settle(context, in_flight.document, *ended, push=_push_of(in_flight))

    async def release(self, context: LaneContext) -> LaneResult:
        """Judge again, oldest first, what is parked and has what it waits for.

        Until nothing is left: what crosses may be what another one waits for.  None is judged twice
        for the same.
        """
        tried: set[tuple[str, Park]] = set()
        while (ready := self._ready(context, tried)) is not None:
            name, park = ready
            tried.add(ready)
            facts = _released(name, context.lane.documents[name], park)
            went = await self.settle(context, name, *facts, push=_pushed(park))
            if went is not LaneResult.DONE:
                return went
        return LaneResult.DONE

    def _ready(self, context: LaneContext, tried: set[tuple[str, Park]]) -> tuple[str, Park] | None:
        lane, tenant = context.lane, context.tenant_state
        ready = [
            (document.order, name, document.park)
            for name, document in lane.documents.items()
            if document.park is not None
            and document.park.waits_for
            and (name, document.park) not in tried
            and all(met(condition, lane, tenant) for condition in document.park.waits_for)
        ]
        return min(ready, key=lambda one: one[0])[1:] if ready else None

    async def _decide(
        self, context: LaneContext, name: str, facts: tuple[Fact, ...], push: Push
    ) -> tuple[Fact, ...]:
        """Return the step: `facts`, and what the rules answer to where they lead."""
        lane = context.after(facts)
        document = lane.documents[name]
        if any(isinstance(fact, Parked) for fact in facts):
            return facts
        if document.decisions >= MOST_DECISIONS:
            park = Park(reason=ParkReason.BUG, detail="it goes in circles: decided 20 times")
            return (*facts, self._parked(name, document.event, park))
        others = await context.others(named_by(lane, name))
        given = given_for(
            context.tenant,
            lane,
            name,
            context.tenant_state,
            pushed=push is not Push.NONE,
            overwrite=push is Push.OVERWRITE,
            others=others,
        )
        decision = decision_id(document.event, document.decisions + 1)
        answer = decide(given, decision)
        if isinstance(answer, Send):
            step = await self._act(context, name, given, decision, answer.command)
            return (*facts, step)
        return (*facts, *self._rests(name, document, _kept(answer, push)))

    async def _act(
        self, context: LaneContext, name: str, given: DecisionInput, decision: str, command: Write
    ) -> Decided | Parked:
        """Return the decision to send a command, or why it must not be sent from here."""
        event = given.document.event
        park = await self._elsewhere(context, command)
        if park is not None:
            return self._parked(name, event, park)
        decided = Decided(
            decision=decision,
            document=name,
            given=given,
            rules=RULES,
            command=command,
            at=self.effects.now(),
        )
        size = len(encode(decided))
        return decided if size <= LARGEST_DECISION else self._parked(name, event, _too_large(size))

    def _rests(
        self, name: str, document: Document, answer: InStep | Park | OnlyOnOneSide
    ) -> tuple[Fact, ...]:
        """Return what to tell of a document for which there is nothing to send; once is enough."""
        match answer:
            case Park():
                told = document.park == answer
                return () if told else (self._parked(name, document.event, answer),)
            case OnlyOnOneSide(reason=reason):
                told = document.unplaced == reason
                return () if told else (OnOneSide(document=name, reason=reason),)
            case InStep(settled=fields, why=why):
                return _rested(name, document, fields, why)

    async def _elsewhere(self, context: LaneContext, command: Write) -> Park | None:
        """Tell why a record that another lane has linked must not be created from this one."""
        other = await context.elsewhere(command.about) if command.creates else None
        if other is None:
            return None
        told = f"it changed its customer, and {other} has it already: publish it again"
        return Park(reason=ParkReason.CUSTOMER_CHANGED, detail=told)

    async def _finish(self, context: LaneContext, facts: tuple[Fact, ...]) -> LaneResult:
        if facts and not await context.write(*facts):
            return LaneResult.OVER
        return LaneResult.DONE

    async def _do(self, context: LaneContext, *, fresh: bool) -> tuple[Fact, ...] | LaneResult:
        """Carry the open command out; the facts of its end, or how the lane stands."""
        in_flight = context.lane.in_flight
        if in_flight is None:
            return LaneResult.OVER
        # Read before the call: a connection that is newer by then is not blamed for its answer.
        version = context.tenant_state.version
        result = await self.effects.carry_out(context.tenant, in_flight, context.write, fresh=fresh)
        ending = await self.command_results.of(context, in_flight, result)
        match ending:
            case MustWait():
                kept = await context.write(await self._waited(context, version, ending))
                return LaneResult.WAITS if kept else LaneResult.OVER
            case Denied():
                return LaneResult.LOCKED
            case TermOver():
                return LaneResult.OVER
            case facts:
                return facts

    async def _waited(self, context: LaneContext, version: int, wait: MustWait) -> LaneWaited:
        """Return for how long the lane waits; a fault of the tenant is told first."""
        until = self.effects.now() + timedelta(seconds=wait.seconds)
        if wait.fault is not None and cause_of(wait.fault) is not None:
            await self.report(context, version, wait.fault)
            until = self.effects.now() + SHORTLY
        return LaneWaited(why=wait.why, until=until, unsent=wait.unsent)

    def _parked(self, name: str, event: str, park: Park) -> Parked:
        return Parked(document=name, event=event, park=park, at=self.effects.now())


def _kept(answer: InStep | Park | OnlyOnOneSide, push: Push) -> InStep | Park | OnlyOnOneSide:
    """Return an answer of the rules in which a push is remembered while its document waits."""
    if isinstance(answer, Park) and push is not Push.NONE:
        return replace(answer, pushed=answer.reason is not ParkReason.MANUAL)
    return answer


def _push_of(in_flight: InFlight) -> Push:
    if in_flight.overwrite:
        return Push.OVERWRITE
    return Push.SEND if in_flight.pushed else Push.NONE


def _pushed(park: Park) -> Push:
    if OVERWRITE in park.waits_for:
        return Push.OVERWRITE
    return Push.SEND if park.pushed or PUSHED in park.waits_for else Push.NONE


def _released(name: str, document: Document, park: Park) -> tuple[Fact, ...]:
    released = Released(document=name, why=", ".join(park.waits_for))
    asked = {ASKED, PUSHED} & set(park.waits_for)
    if asked and park.reason is ParkReason.DELETED and may_be_made_anew(document):
        return (released, Regenerated(document=name, generation=document.generation + 1))
    return (released,)


def _too_large(size: int) -> Park:
    told = f"deciding it takes {size} bytes, expected at most {LARGEST_DECISION}: divide the record"
    return Park(reason=ParkReason.TOO_LARGE, detail=told)


def _rested(name: str, document: Document, fields: tuple[str, ...], why: str) -> tuple[Fact, ...]:
    """Return what comes true when nothing is left to do: agreement, and no more reason to wait."""
    mediaos, qbo = document.mediaos, document.qbo
    if fields and mediaos and qbo and mediaos.record and qbo.record:
        return (Settled(document=name, fields=fields, mediaos=mediaos.record, qbo=qbo.record),)
    if document.park is not None or document.unplaced is not None:
        return (Released(document=name, why=why),)
    return ()
