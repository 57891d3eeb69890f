"""What is the next step of a document?  What the rules answer, with all that they must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from agents.rules.documents.decide import RULES
from agents.rules.documents.decision_input import given_for
from agents.rules.documents.named_records import named_by, own_records
from agents.rules.documents.resolving import conceded
from agents.rules.documents.resting import parked, rests
from agents.rules.wording import lane_called
from agents.sync.answers import Answers
from agents.sync.by_hand import ByHand, remembered
from agents.sync.counting import counted_first
from agents.sync.linking import rewired
from agents.sync.rivals import Rivals
from agents.sync.tenant_requests import Ask
from agents.view.applied import applied_to
from agents.view.lane_context import LaneContext
from agents.view.lane_view import LaneView
from schemas.catalog import encode
from schemas.command_facts import Decided, Refused
from schemas.commands import Command, Create
from schemas.decision_input import DecisionInput
from schemas.decisions import Adopt, Decision, InStep, Join, OnlyOnOneSide, Send, Sever
from schemas.facts import Fact, Parked
from schemas.identity import decision_id
from schemas.rows import record_of
from schemas.state import Document, Park, ParkReason
from schemas.values import RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import Reading, TargetLists
from streams.tracing import span

#: A document that is decided so often for one event is going in circles: a person looks.
MOST_DECISIONS = 20
#: A decision's outcome must fit into one record of 1 MB with the next decision.
LARGEST_DECISION = 400_000


@dataclass(frozen=True, slots=True)
class Deciding:
    """Asks the rules about a document, and tells what comes true by their answer."""

    effects: Effects
    lists: TargetLists
    ask: Ask

    async def step(
        self,
        context: LaneContext,
        name: str,
        facts: tuple[Fact, ...],
        by_hand: ByHand,
        owed: Mapping[str, Decimal],
    ) -> tuple[Fact, ...] | MustWait:
        """Return the step: `facts`, and what the rules answer to where they lead.

        Or that the lane must wait for what the rules have to know first.
        """
        view = await context.after(facts)
        document = view.document(name)
        if document is None:
            raise ValueError(f"{name} is not in lane {context.key}")
        if any(isinstance(fact, Parked) for fact in facts):
            return facts
        if document.decisions >= MOST_DECISIONS:
            park = Park(reason=ParkReason.BUG, detail="it goes in circles: decided 20 times")
            return (*facts, parked(name, document, park, self.effects.now()))
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
        if document.resolution is not None:
            return await self.step(context, name, (*facts, conceded(name, given)), by_hand, owed)
        return await self._answered(context, view, name, given, facts, by_hand)

    async def _answered(
        self,
        context: LaneContext,
        view: LaneView,
        name: str,
        given: DecisionInput,
        facts: tuple[Fact, ...],
        by_hand: ByHand,
    ) -> tuple[Fact, ...] | MustWait:
        document = given.document
        decision = decision_id(document.event, document.decisions + 1)
        answers = Answers(self.effects, self.lists)
        with span("decide", lane=context.key, record=name, decision=decision) as at:
            answer: Decision | Reading | MustWait | None = await answers.unread(context, given)
            if answer is None:
                given, answer = await answers.answer(context, view, given, decision)
            if isinstance(answer, Adopt):
                answer = answers.in_another_lane(view, given, answer) or answer
            at.note(answer=type(answer).__name__)
        if isinstance(answer, MustWait):
            return answer
        if isinstance(answer, Reading | Adopt):
            return (*facts, *await answers.joined(context, view, name, given, answer))
        return (*facts, *await self._told_of(context, name, given, decision, answer, by_hand))

    async def _told_of(
        self,
        context: LaneContext,
        name: str,
        given: DecisionInput,
        decision: str,
        answer: Send | Join | Sever | InStep | Park | OnlyOnOneSide,
        by_hand: ByHand,
    ) -> tuple[Fact, ...]:
        """Return what comes true by an answer of the rules."""
        document = given.document
        answer = await Rivals(self.ask).outdone(context, name, document) or answer
        if isinstance(answer, Send):
            return (await self._act(context, name, given, decision, answer.command),)
        if isinstance(answer, Join | Sever):
            wired = await rewired(context, name, document, answer, self.effects.now())
            if isinstance(answer, Sever):
                park = Park(reason=ParkReason.NOT_LINKED, detail=answer.detail)
                wired = (*wired, parked(name, document, park, self.effects.now()))
            return wired
        if isinstance(answer, Park | OnlyOnOneSide) and document.agreed is None:
            theirs = await self._another_has_it(context, document)
            if theirs is None and isinstance(answer, Park):
                theirs = await self._moved(context, record_of(name))
            answer = theirs or answer
        await counted_first(self.ask, context, document, decision, answer)
        return rests(name, document, remembered(answer, by_hand), self.effects.now())

    @staticmethod
    async def _another_has_it(context: LaneContext, document: Document) -> Park | None:
        """Return that another lane has what QuickBooks alone showed: what it showed is passed on.

        Also what a person did there before it was known whose it is.
        """
        shown = document.qbo if document.mediaos is None else None
        record = RecordRef(Side.QBO, document.kind, shown.id) if shown is not None else None
        other = await context.elsewhere(record) if record is not None else None
        if other is None:
            return None
        told = f"{lane_called(other)} speaks for it, and is told what QuickBooks shows"
        return Park(reason=ParkReason.CUSTOMER_CHANGED, detail=told)

    async def _act(
        self, context: LaneContext, name: str, given: DecisionInput, decision: str, command: Command
    ) -> Decided | Parked:
        """Return the decision to send a command, or why it must not be sent from here."""
        park = await self._elsewhere(context, command)
        if park is not None:
            return parked(name, given.document, park, self.effects.now())
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
            return parked(name, given.document, _too_large(size), self.effects.now())
        return decided

    async def _elsewhere(self, context: LaneContext, command: Command) -> Park | None:
        """Tell why a record that another lane has linked must not be created from this one."""
        return await self._moved(context, command.about) if isinstance(command, Create) else None

    @staticmethod
    async def _moved(context: LaneContext, record: RecordRef) -> Park | None:
        """Return that another lane has linked a record, None where none has."""
        other = await context.linked_elsewhere(record)
        if other is None:
            return None
        told = f"it changed its customer, and {lane_called(other)} has it already: publish it again"
        return Park(reason=ParkReason.CUSTOMER_CHANGED, detail=told)


def _told(facts: tuple[Fact, ...]) -> dict[str, Decimal]:
    """Return what invoices owe that were read because QuickBooks refused to have more settled."""
    refused = (fact for fact in facts if isinstance(fact, Refused))
    return {invoice: owed for fact in refused for invoice, owed in fact.owed.items()}


def _too_large(size: int) -> Park:
    told = f"deciding it takes {size} bytes, expected at most {LARGEST_DECISION}: divide the record"
    return Park(reason=ParkReason.TOO_LARGE, detail=told)
