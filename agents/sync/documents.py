"""How does one document of a lane come to rest?  Decide, do, look again, until nothing is left.

Every round is one journal record: what was seen or done, and the next decision.  So an event that
needs one command costs two records, and a crash between any two lines finds the open decision.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial

from agents.dead_letters.write import tried
from agents.rules.documents.decide import RULES
from agents.rules.documents.decision_input import given_for
from agents.rules.documents.named_records import named_by, own_records
from agents.rules.documents.readiness import news_awaited
from agents.rules.documents.renewal import asked_anew, brought_back
from agents.rules.documents.resting import parked, rests
from agents.rules.documents.revisions import clash, is_newer
from agents.rules.documents.settle import NOTHING_READ
from agents.rules.locks import is_too_often
from agents.rules.tenant.suspension import cause_of
from agents.rules.wording import lane_called
from agents.sync.answers import Answers
from agents.sync.by_hand import ByHand, of_decision, of_park, remembered
from agents.sync.command_results import CommandResults
from agents.sync.counting import counted_first
from agents.sync.customer_reads import CustomerReads
from agents.sync.late_reads import LateReads, kept
from agents.sync.linking import before_linking, rewired
from agents.sync.looked_at import LookedAt
from agents.sync.open_balances import OpenBalances
from agents.sync.release_queue import ReleaseQueue
from agents.sync.standing import leaves_mediaos, standing_now
from agents.sync.tenant_requests import Ask
from agents.sync.torn_reads import TornReads
from agents.sync.whole_reads import whole_first
from agents.view.applied import applied_to
from agents.view.lane_context import LaneContext
from agents.view.lane_result import LaneResult
from schemas.catalog import encode
from schemas.changes import Change
from schemas.command_facts import Decided, Refused
from schemas.commands import Command, Create
from schemas.decision_input import DecisionInput
from schemas.decisions import Adopt, Join, Send, Sever
from schemas.facts import Fact, Linked, Parked, Released, Seen
from schemas.identity import decision_id
from schemas.lane_facts import LaneWaited
from schemas.outcomes import Fault, Verdict
from schemas.rows import record_of
from schemas.state import Document, InFlight, Park, ParkReason, Snapshot, WaitReason
from streams.effects import Denied, Effects, MustWait, TermOver
from streams.ports import Reading, TargetLists

#: A document that is decided so often for one event is going in circles: a person looks.
MOST_DECISIONS = 20
#: Refused so often in a row because the record moved on, it counts as locked (design.md 9).
MOST_STALE = 5
#: A lane whose fault concerns its tenant looks so soon whether the tenant is suspended by now.
SHORTLY = timedelta(seconds=5)
#: A decision's outcome must fit into one record of 1 MB with the next decision.
LARGEST_DECISION = 400_000


@dataclass(frozen=True, slots=True)
class Documents:
    """The work on documents, for any lane."""

    effects: Effects
    lists: TargetLists
    #: Tells of a fault that concerns the whole tenant, met with this version of its connection.
    report: Callable[[LaneContext, int, Fault], Awaitable[None]]
    ask: Ask
    looked_at: LookedAt = field(default_factory=LookedAt)

    @property
    def command_results(self) -> CommandResults:
        """Return what becomes of the effects' results."""
        return CommandResults(self.effects, self.lists, self.ask)

    async def take(self, context: LaneContext, change: Change, *facts: Fact) -> LaneResult:
        """Take in one change, with `facts` in the same step, and bring its document to rest."""
        await context.turn_to(change.name)
        name = context.name_of(change.name)
        document = context.document(name)
        shown = document.shown(change.side) if document else None
        if document is not None and shown is not None and not is_newer(change, shown):
            return await self._known(context, change, facts, shown)
        first = await self._before(context, name, document, change)
        if isinstance(first, MustWait):
            return await self.keep(context, change, facts, first)
        if document is None:
            gone = await LateReads(self.effects).gone(context, change)
            if isinstance(gone, MustWait):
                return await self.keep(context, change, facts, gone)
            if gone:
                return await self._finish(context, facts)
        order = context.lane.order + 1 if document is None else 0
        seen = Seen(document=name, change=change, order=order)
        anew = brought_back(name, document, change)
        return await self.settle(context, name, *facts, *first, seen, *anew)

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
            facts = (*facts, self._parked(name, document, park, event=change.event))
            return await self._finish(context, facts)
        torn = await TornReads(self.effects).again(context, name, change, shown)
        if isinstance(torn, MustWait):
            return await self.keep(context, change, facts, torn)
        if torn is not None:
            return await self.settle(context, name, *facts, torn)
        return await self._finish(context, facts)

    async def keep(
        self, context: LaneContext, change: Change, facts: tuple[Fact, ...], wait: MustWait
    ) -> LaneResult:
        """Keep a change whose record cannot be read now."""
        waited = await self._waited(context, context.tenant_state.version, "", wait)
        written = await context.write(*kept(change, facts), waited)
        return LaneResult.WAITS if written else LaneResult.OVER

    async def settle(
        self,
        context: LaneContext,
        name: str,
        *facts: Fact,
        by_hand: ByHand = ByHand.NO,
        owed: Mapping[str, Decimal] = NOTHING_READ,
    ) -> LaneResult:
        """Decide and do until the document rests; `facts` stand in the first step.

        The lane is turned to the document already; `owed` is what was read for it of invoices.
        """
        while True:
            step = await self._decide(context, name, facts, by_hand, owed)
            owed = NOTHING_READ
            last = step[-1] if step else None
            if not isinstance(last, Decided):
                joined = next((f for f in step[len(facts) :] if isinstance(f, Linked)), None)
                if joined is None:
                    return await self._finish(context, step)
                # Two documents have become one, which is judged in the same step: after a kill
                # between two, nothing would come to have it judged.
                name, facts = joined.document, step
                await context.look_at((record_of(name),))
                continue
            if not await context.write(*step):
                return LaneResult.OVER
            ended = self._moving(context, name) or await self._do(context, fresh=True)
            if isinstance(ended, LaneResult):
                return ended
            facts = ended

    async def go_on(self, context: LaneContext) -> LaneResult:
        """Go on with the lane's open decision, here or as another worker left it."""
        in_flight = context.in_flight
        if in_flight is None:
            return LaneResult.DONE
        return await self._spared(context, in_flight.document, lambda: self._go_on(context))

    async def _go_on(self, context: LaneContext) -> LaneResult:
        await context.loaded()
        in_flight = context.in_flight
        if in_flight is None:
            return LaneResult.DONE
        await context.turn_to(record_of(in_flight.document))
        ended = await self._do(context, fresh=False)
        if isinstance(ended, LaneResult):
            return ended
        return await self.settle(
            context, in_flight.document, *ended, by_hand=of_decision(in_flight)
        )

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
                went = await self._spared(context, name, partial(self.settle, context, name))
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
        return await self._spared(context, name, lambda: self._judge(context, name))

    async def _judge(self, context: LaneContext, name: str) -> LaneResult:
        await context.turn_to(record_of(name))
        document = context.document(name)
        if document is None or document.park is None:
            return await self._go_on(context)
        first = await self._before(context, name, document)
        if isinstance(first, MustWait):
            return await self._judged_later(context, name, first)
        owed = await OpenBalances(self.effects).again(context.tenant, document)
        if isinstance(owed, MustWait):
            return await self._judged_later(context, name, owed)
        facts = (*_released(name, document, document.park), *first)
        by_hand = of_park(document.park)
        return await self.settle(context, name, *facts, by_hand=by_hand, owed=owed)

    async def _judged_later(self, context: LaneContext, name: str, wait: MustWait) -> LaneResult:
        waited = await self._waited(context, context.tenant_state.version, name, wait)
        return LaneResult.WAITS if await context.write(waited) else LaneResult.OVER

    async def _before(
        self,
        context: LaneContext,
        name: str,
        document: Document | None,
        change: Change | None = None,
    ) -> tuple[Fact, ...] | MustWait:
        """Return what is to be known first of a document that a person links, or unlinks.

        Or of one that MediaOS edits or takes away, by `change` where there is one.
        """
        if document is None:
            return ()
        if leaves_mediaos(document, change):
            return await standing_now(self.effects, context, name, document)
        found = await before_linking(self.effects, context, document)
        if isinstance(found, Park):
            return (self._parked(name, document, found),)
        if found is not None:
            return found if isinstance(found, MustWait) else (found,)
        return await whole_first(self.effects, context, name, document, change)

    async def _spared(
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
        return await self._finish(context, (self._parked(name, document, park),))

    async def _decide(
        self,
        context: LaneContext,
        name: str,
        facts: tuple[Fact, ...],
        by_hand: ByHand,
        owed: Mapping[str, Decimal],
    ) -> tuple[Fact, ...]:
        """Return the step: `facts`, and what the rules answer to where they lead."""
        view = await context.after(facts)
        document = view.document(name)
        if document is None:
            raise ValueError(f"{name} is not in lane {context.key}")
        if any(isinstance(fact, Parked) for fact in facts):
            return facts
        if document.decisions >= MOST_DECISIONS:
            park = Park(reason=ParkReason.BUG, detail="it goes in circles: decided 20 times")
            return (*facts, self._parked(name, document, park))
        # Its own with them: of what has left memory the folding of the answer asks no more.
        await context.look_at((*own_records(document), *named_by(context.tenant, document)))
        applied = await applied_to(context, document)
        gathered = partial(
            given_for,
            context.tenant,
            document,
            view.find,
            context.tenant_state,
            name_of=view.name_of,
            pushed=by_hand is not ByHand.NO,
            overwrite=by_hand is ByHand.OVERWRITE,
            applied=applied,
            confirmed=by_hand is ByHand.CONFIRMED,
            owed={**owed, **_told(facts)},
        )
        given = await context.at_hand(gathered)
        decision = decision_id(document.event, document.decisions + 1)
        answers = Answers(self.effects, self.lists)
        given, answer = await answers.answer(context, view, given, decision)
        if isinstance(answer, Reading | Adopt):
            return (*facts, *await answers.joined(context, view, name, given, answer))
        if isinstance(answer, Send):
            step = await self._act(context, name, given, decision, answer.command)
            return (*facts, step)
        if isinstance(answer, Join | Sever):
            wired = rewired(context, name, document, answer, self.effects.now())
            if isinstance(answer, Sever):
                park = Park(reason=ParkReason.NOT_LINKED, detail=answer.detail)
                wired = (*wired, self._parked(name, document, park))
            return (*facts, *wired)
        await counted_first(self.ask, context, document, decision, answer)
        return (*facts, *rests(name, document, remembered(answer, by_hand), self.effects.now()))

    async def _act(
        self, context: LaneContext, name: str, given: DecisionInput, decision: str, command: Command
    ) -> Decided | Parked:
        """Return the decision to send a command, or why it must not be sent from here."""
        park = await self._elsewhere(context, command)
        if park is not None:
            return self._parked(name, given.document, park)
        decided = Decided(
            decision=decision,
            document=name,
            given=given,
            rules=RULES,
            command=command,
            at=self.effects.now(),
        )
        size = len(encode(decided))
        if size > LARGEST_DECISION:
            return self._parked(name, given.document, _too_large(size))
        return decided

    async def _elsewhere(self, context: LaneContext, command: Command) -> Park | None:
        """Tell why a record that another lane has linked must not be created from this one."""
        other = await context.elsewhere(command.about) if isinstance(command, Create) else None
        if other is None:
            return None
        told = f"it changed its customer, and {lane_called(other)} has it already: publish it again"
        return Park(reason=ParkReason.CUSTOMER_CHANGED, detail=told)

    async def _finish(self, context: LaneContext, facts: tuple[Fact, ...]) -> LaneResult:
        if facts and not await context.write(*facts):
            return LaneResult.OVER
        return LaneResult.DONE

    async def _do(self, context: LaneContext, *, fresh: bool) -> tuple[Fact, ...] | LaneResult:
        """Carry the open command out; the facts of its end, or how the lane stands."""
        in_flight = context.in_flight
        if in_flight is None:
            return LaneResult.OVER
        # Read before the call: a connection that is newer by then is not blamed for its answer.
        version = context.tenant_state.version
        result = await self.effects.carry_out(context.tenant, in_flight, context.write, fresh=fresh)
        ending = await self.command_results.of(context, in_flight, result)
        match ending:
            case MustWait():
                name = in_flight.document
                written = await context.write(await self._waited(context, version, name, ending))
                return LaneResult.WAITS if written else LaneResult.OVER
            case Denied():
                return self._locked(context, in_flight, ending.fault)
            case TermOver():
                return LaneResult.OVER
            case facts:
                return facts

    def _moving(self, context: LaneContext, name: str) -> tuple[Fact, ...] | LaneResult | None:
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
        return (refused, self._parked(name, document, park))

    async def _waited(
        self, context: LaneContext, version: int, document: str, wait: MustWait
    ) -> LaneWaited:
        """Return for how long the lane waits; a fault of the tenant is told first."""
        until = self.effects.now() + timedelta(seconds=wait.seconds)
        if wait.fault is not None and cause_of(wait.fault) is not None:
            await self.report(context, wait.fault.version or version, wait.fault)
            until = self.effects.now() + SHORTLY
        return LaneWaited(
            reason=WaitReason.TIME,
            why=wait.why,
            until=until,
            unsent=wait.unsent,
            document=document,
        )

    def _parked(
        self, name: str, document: Document, park: Park, *, event: str | None = None
    ) -> Parked:
        return parked(name, document, park, self.effects.now(), event=event)


def _told(facts: tuple[Fact, ...]) -> dict[str, Decimal]:
    """Return what invoices owe that were read because QuickBooks refused to have more settled."""
    refused = (fact for fact in facts if isinstance(fact, Refused))
    return {invoice: owed for fact in refused for invoice, owed in fact.owed.items()}


def _released(name: str, document: Document, park: Park) -> tuple[Fact, ...]:
    released = Released(document=name, why=", ".join(park.waits_for))
    return (released, *asked_anew(name, document, park))


def _too_large(size: int) -> Park:
    told = f"deciding it takes {size} bytes, expected at most {LARGEST_DECISION}: divide the record"
    return Park(reason=ParkReason.TOO_LARGE, detail=told)
