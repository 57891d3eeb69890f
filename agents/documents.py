"""How does one document of a lane come to rest?  Decide, do, look again, until nothing is left.

Every round is one journal record: what was seen or done, and the next decision.  So an event that
needs one command costs two records, and a crash between any two lines finds the open decision.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from agents.desk import Desk
from agents.rules.decide import RULES, decide
from agents.rules.dependencies import PUSHED, document_of, met
from agents.rules.given import given_for
from agents.rules.match import taken
from agents.rules.outcome import applied
from agents.rules.revisions import clash, is_newer
from schemas.changes import Change
from schemas.decisions import Act, NoHome, Nothing, Wait
from schemas.facts import (
    Decided,
    Fact,
    LaneWaited,
    Parked,
    Refused,
    Released,
    Seen,
    Settled,
    Unplaced,
)
from schemas.identity import decision_id, event_id
from schemas.outcomes import Verdict
from schemas.state import Document, Open, Park, ParkReason
from schemas.values import Record, Side
from streams.effects import Denied, Effects, Ended, MustWait, Result, TermOver
from streams.ports import Reading

#: A document that is decided so often for one event is going in circles: a person looks.
MOST_DECISIONS = 20
#: QBO's index may lag behind its records (quickbooks-online.md 2.3): read again after this.
LAG_SECONDS = 0.5


class Went(Enum):
    """How a piece of a lane's work ended."""

    #: Everything of it is in the journal, and the lane can go on.
    DONE = "done"
    #: It is in the journal, and the lane waits.
    WAITS = "waits"
    #: A side said locked; whoever asked must impose the lockout.
    LOCKED = "locked"
    #: Our term is over: nothing more may be done here.
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Documents:
    """The work on documents, for any lane."""

    effects: Effects

    async def take(self, desk: Desk, change: Change, *facts: Fact) -> Went:
        """Take in one change, with `facts` in the same step, and bring its document to rest."""
        lane = desk.after(facts)
        document = document_of(lane, change.name)
        shown = document.shown(change.side) if document else None
        name = lane.names.get(str(change.name), str(change.name))
        if not is_newer(change, shown):
            park = clash(change, shown) if shown else None
            if park is not None:
                facts = (*facts, self._parked(name, change.event, park))
            return await self._finish(desk, facts)
        return await self.settle(desk, name, *facts, Seen(document=name, change=change))

    async def settle(self, desk: Desk, name: str, *facts: Fact, pushed: bool = False) -> Went:
        """Decide and do until the document rests; `facts` stand in the first step."""
        while True:
            step = self._decide(desk, name, facts, pushed=pushed)
            if not isinstance(step[-1] if step else None, Decided):
                return await self._finish(desk, step)
            if not await desk.write(*step):
                return Went.OVER
            ended = await self._do(desk, fresh=True)
            if isinstance(ended, Went):
                return ended
            facts = ended

    async def go_on(self, desk: Desk) -> Went:
        """Go on with the lane's open decision, here or as another worker left it."""
        open_ = desk.lane.open
        if open_ is None:
            return Went.DONE
        ended = await self._do(desk, fresh=False)
        if isinstance(ended, Went):
            return ended
        return await self.settle(desk, open_.document, *ended)

    async def release(self, desk: Desk) -> Went:
        """Judge again, oldest first, what is parked and has what it waits for."""
        for name in self._released(desk):
            park = desk.lane.documents[name].park
            if park is None:
                continue
            why = ", ".join(park.waits_for)
            released = Released(document=name, why=why)
            went = await self.settle(desk, name, released, pushed=PUSHED in park.waits_for)
            if went is not Went.DONE:
                return went
        return Went.DONE

    def _released(self, desk: Desk) -> list[str]:
        lane, tenant = desk.lane, desk.settings
        ready = [
            (document.order, name)
            for name, document in lane.documents.items()
            if document.park is not None
            and document.park.waits_for
            and all(met(condition, lane, tenant) for condition in document.park.waits_for)
        ]
        return [name for _, name in sorted(ready)]

    def _decide(
        self, desk: Desk, name: str, facts: tuple[Fact, ...], *, pushed: bool
    ) -> tuple[Fact, ...]:
        """Return the step: `facts`, and what the rules answer to where they lead."""
        lane = desk.after(facts)
        document = lane.documents[name]
        if any(isinstance(fact, Parked) for fact in facts):
            return facts
        if document.decisions >= MOST_DECISIONS:
            park = Park(reason=ParkReason.BUG, detail="it goes in circles: decided 20 times")
            return (*facts, self._parked(name, document.event, park))
        given = given_for(desk.tenant, lane, name, desk.settings, pushed=pushed)
        decision = decision_id(document.event, document.decisions + 1)
        match decide(given, decision):
            case Act(command=command):
                decided = Decided(
                    decision=decision,
                    document=name,
                    given=given,
                    rules=RULES,
                    command=command,
                    at=self.effects.now(),
                )
                return (*facts, decided)
            case Wait(park=park):
                told = document.park == park
                return facts if told else (*facts, self._parked(name, document.event, park))
            case NoHome(reason=reason):
                told = document.unplaced == reason
                return facts if told else (*facts, Unplaced(document=name, reason=reason))
            case Nothing(settled=fields, why=why):
                return (*facts, *_rested(name, document, fields, why))

    async def _finish(self, desk: Desk, facts: tuple[Fact, ...]) -> Went:
        if facts and not await desk.write(*facts):
            return Went.OVER
        return Went.DONE

    async def _do(self, desk: Desk, *, fresh: bool) -> tuple[Fact, ...] | Went:
        """Carry the open command out; the facts of its end, or how the lane stands."""
        open_ = desk.lane.open
        if open_ is None:
            return Went.OVER
        result = await self.effects.carry_out(desk.tenant, open_, desk.write, fresh=fresh)
        return await self._ended(desk, open_, result)

    async def _ended(self, desk: Desk, open_: Open, result: Result) -> tuple[Fact, ...] | Went:
        match result:
            case Ended(answer=answer, adopted=adopted):
                document = desk.lane.documents[open_.document]
                return applied(open_, document, answer, adopted=adopted, home=desk.key)
            case MustWait(seconds=seconds, why=why):
                until = self.effects.now() + timedelta(seconds=seconds)
                kept = await desk.write(LaneWaited(why=why, until=until))
                return Went.WAITS if kept else Went.OVER
            case Denied() as denied:
                return await self._denied(desk, open_, denied)
            case TermOver():
                return Went.OVER

    async def _denied(self, desk: Desk, open_: Open, denied: Denied) -> tuple[Fact, ...] | Went:
        if denied.verdict is Verdict.LOCKED:
            return Went.LOCKED
        refused = Refused(command=open_.command.id, fault=denied.fault, verdict=denied.verdict)
        if denied.verdict is Verdict.STALE and open_.command.target is not None:
            return await self._stale(desk, open_, refused)
        if denied.verdict is Verdict.TAKEN:
            park = taken(open_.command, "")
        else:
            bug = denied.verdict is Verdict.BUG
            reason = ParkReason.BUG if bug else ParkReason.REFUSED
            park = Park(reason=reason, detail=str(denied.fault))
        event = desk.lane.documents[open_.document].event
        return (refused, self._parked(open_.document, event, park))

    async def _stale(self, desk: Desk, open_: Open, refused: Refused) -> tuple[Fact, ...] | Went:
        """Read the record that moved on, by its id, and decide anew on what it shows now."""
        command = open_.command
        remote = self.effects.remote(command.side)
        wait = await remote.admit(desk.tenant, LAG_SECONDS * 10)
        reading = await remote.read(desk.tenant, command.kind, command.target or "")
        if wait > 0 or not isinstance(reading, Reading):
            until = self.effects.now() + timedelta(seconds=max(wait, LAG_SECONDS * 20))
            kept = await desk.write(LaneWaited(why="reading what moved on", until=until))
            return Went.WAITS if kept else Went.OVER
        if command.based_on is not None and reading.revision <= command.based_on:
            await self.effects.pause(LAG_SECONDS)
            return (refused,)
        change = change_of(desk.tenant, command.side, reading)
        return (refused, Seen(document=open_.document, change=change))

    def _parked(self, name: str, event: str, park: Park) -> Parked:
        return Parked(document=name, event=event, park=park, at=self.effects.now())


def change_of(tenant: str, side: Side, reading: Reading) -> Change:
    """Return what a reading says as the change that it stands for."""
    record = Record(side, reading.kind, reading.id)
    return Change(
        event=event_id(tenant, record, reading.revision),
        tenant=tenant,
        side=side,
        kind=reading.kind,
        id=reading.id,
        customer=reading.customer,
        revision=reading.revision,
        at=reading.at,
        record=reading.record,
    )


def _rested(name: str, document: Document, fields: tuple[str, ...], why: str) -> tuple[Fact, ...]:
    """Return what comes true when nothing is left to do: agreement, and no more reason to wait."""
    mediaos, qbo = document.mediaos, document.qbo
    if fields and mediaos and qbo and mediaos.record and qbo.record:
        return (Settled(document=name, fields=fields, mediaos=mediaos.record, qbo=qbo.record),)
    if document.park is not None or document.unplaced is not None:
        return (Released(document=name, why=why),)
    return ()
