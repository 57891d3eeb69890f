"""What do the rules answer, where only a read tells them what they must know?

They are asked with what is known, and once more with what was read for it; what cannot be read at
once is not waited for.
"""

from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from agents.rules.documents import outcome
from agents.rules.documents.conversion import across
from agents.rules.documents.decide import decide
from agents.rules.documents.decision_input import given_for
from agents.rules.documents.named_records import bearer_of, named_by
from agents.rules.wording import lane_called
from agents.sync.credit_room import CreditRoom
from agents.sync.deposits import deposited_on
from agents.sync.mediaos_room import MediaosRoom
from agents.sync.open_balances import OpenBalances, balances, over, settled_in_qbo
from agents.view.lane_context import LaneContext
from agents.view.lane_view import LaneView
from schemas.decision_input import DecisionInput
from schemas.decisions import Adopt, Decision, Send
from schemas.facts import Fact
from schemas.lane_conditions import StandsRight
from schemas.rows import RecordOwnerRow
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.values import RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import Reading, TargetLists

#: Before what cannot be folded here is looked for again.
UNREAD_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Answers:
    """Asks the rules."""

    effects: Effects
    lists: TargetLists

    async def answer(
        self, context: LaneContext, view: LaneView, given: DecisionInput, decision: str
    ) -> tuple[DecisionInput, Decision | Reading | MustWait]:
        """Decide, and once more where an invoice is known to owe less than is to settle it.

        Here or in MediaOS.  Or where a credit is to be applied: a payment that does it already is
        the answer then, and that the lane must wait where it cannot be read.
        """
        answer = decide(given, decision)
        day = await deposited_on(self.effects, self.lists, context.tenant, given.document, answer)
        if day is not None:
            given = replace(given, deposited=day)
            return given, decide(given, decision)
        room = await CreditRoom(self.effects).before(context, view, given, answer)
        if not isinstance(room, DecisionInput):
            return given, room
        if room is given:
            room = await MediaosRoom(self.effects).before(context, view, given, answer)
        if room is not given:
            return room, decide(room, decision)
        if not isinstance(answer, Send) or given.owed:
            return given, answer
        named = settled_in_qbo(answer.command)
        known = await context.at_hand(lambda: balances(named, view.find))
        short = over(answer.command, given.document.qbo, known)
        owed = await OpenBalances(self.effects).read(context.tenant, short)
        if not owed or isinstance(owed, MustWait):
            # What cannot be read now is left to QuickBooks to refuse.
            return given, answer
        given = replace(given, owed=owed)
        return given, decide(given, decision)

    @staticmethod
    async def unread(context: LaneContext, given: DecisionInput) -> MustWait | None:
        """Return that the lane waits with what bears the mark of a record that nobody knows.

        Where a partition of the journal is folded no further here, that may stand behind its stop,
        and what rested here now would be looked at by nobody when it can be read.
        """
        named = bearer_of(given.tenant, given.document)
        if named is None or (given.bearer is not None and given.bearer.shown(named.side)):
            return None
        row = str(RecordOwnerRow(context.tenant, str(named)))
        stale = await context.at_hand(lambda: context.journal.is_stale(row))
        told = f"{named.kind.called} {named.id} of {named.side.called}, whose mark it bears,"
        why = f"{told} may stand in a partition of the journal that is folded no further here"
        return MustWait(seconds=UNREAD_SECONDS, why=why) if stale else None

    @staticmethod
    def in_another_lane(view: LaneView, given: DecisionInput, answer: Adopt) -> Park | None:
        """Return that a record waits for another lane's document, whose marker it bears.

        QuickBooks may tell of what that one makes before it has folded that it did, and it may wait
        itself, as behind a lockout: so nothing but this record waits for it.  What this lane had of
        it before it moved is given up, and becomes nobody's half.
        """
        named = RecordRef(Side.MEDIAOS, given.document.kind, answer.mediaos)
        owner, own = view.owner(named), view.document(view.name_of(named))
        if owner is None or (own is not None and view.find(named) == own):
            return None
        whose = f"{named.kind.called} {named.id}, which {lane_called(owner.lane)} has"
        return Park(
            reason=ParkReason.CUSTOMER_CHANGED,
            detail=f"it bears the marker of {whose}: it goes on once that one is in step",
            waits_for=(str(StandsRight(owner.document or str(named))),),
        )

    async def joined(
        self,
        context: LaneContext,
        view: LaneView,
        name: str,
        given: DecisionInput,
        answer: Adopt | Reading,
    ) -> tuple[Fact, ...]:
        """Return the facts that make a document one with what was found to be the same."""
        if isinstance(answer, Adopt):
            return await self._adopted(context, view, given.document, answer)
        return self._taken(context, name, given, answer)

    def _taken(
        self, context: LaneContext, name: str, given: DecisionInput, found: Reading
    ) -> tuple[Fact, ...]:
        """Return the facts that make a document one with what QuickBooks did by itself."""
        shown = Snapshot(id=found.id, revision=found.revision, record=found.record, at=found.at)
        theirs = Document(kind=found.kind, order=given.document.order, qbo=shown)
        return outcome.adopted(theirs, name, given, context.key)

    async def _adopted(
        self, context: LaneContext, view: LaneView, document: Document, answer: Adopt
    ) -> tuple[Fact, ...]:
        """Return the facts that make one document of this one and of the bearer of its marker."""
        named = RecordRef(Side.MEDIAOS, document.kind, answer.mediaos)
        bearer = view.find(named)
        if bearer is None:
            raise ValueError(f"{named} is not in lane {context.key}")
        await context.look_at(named_by(context.tenant, bearer))
        gathered = partial(given_for, context.tenant, bearer, view.find, context.tenant_state)
        given = await context.at_hand(gathered)
        if bearer.mediaos is not None and bearer.mediaos.record is not None:
            asked = across(bearer.mediaos.record, Side.QBO, given)
            owed = await OpenBalances(self.effects).behind(context.tenant, asked, document.qbo)
            given = replace(given, owed=dict(owed))
        return outcome.adopted(document, view.name_of(named), given, context.key)
