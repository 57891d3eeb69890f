"""What comes true when a command has ended, one way or the other?

Facts, and where the side must be read for them, what it shows.  Two answers are not taken at their
word: "it moved on" is met by reading the record, and so is a success that may be an old one
replayed, since a person may have edited or deleted the record after it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agents.rules.documents.adoption import taken
from agents.rules.documents.dependencies import items_of, made_inactive
from agents.rules.documents.outcome import applied
from agents.rules.products.catalog_entries import item_seen
from agents.view.lane_context import Desk
from agents.view.readings import change_of
from schemas.facts import Fact, Parked, Refused, Seen
from schemas.outcomes import No, Verdict
from schemas.requests import ReadItems, Request
from schemas.state import Open, Park, ParkReason
from schemas.values import Kind
from streams.effects import Denied, Effects, Ended, MustWait, Result, TermOver
from streams.ports import Reading

#: QBO's index may lag behind its records (quickbooks-online.md 2.3): read again after this.
LAG_SECONDS = 0.5
#: How long a read may wait for its place in the budget, and how long it is left alone after that.
READ_PATIENCE, READ_AGAIN = 5.0, 10.0

#: QBO's "object not found" is also its word for a thing that was made inactive (3.3).
MADE_INACTIVE = "610"

#: Asks the tenant's own lane for something.
Ask = Callable[[Request], Awaitable[None]]
Ending = tuple[Fact, ...] | MustWait | Denied | TermOver


@dataclass(frozen=True, slots=True)
class Endings:
    """Turns the results of effects into facts."""

    effects: Effects
    ask: Ask

    async def of(self, desk: Desk, open_: Open, result: Result) -> Ending:
        """Return the facts that close the decision, or what keeps it open (`Denied`: a lock)."""
        match result:
            case Ended():
                return await self._done(desk, open_, result)
            case Denied() if result.verdict is not Verdict.LOCKED:
                return await self._denied(desk, open_, result)
            case _:
                return result

    async def _done(self, desk: Desk, open_: Open, result: Ended) -> Ending:
        answer, document = result.answer, desk.lane.documents[open_.document]
        facts = applied(open_, document, answer, adopted=result.adopted, home=desk.key)
        if not result.repeated:
            return facts
        reading = await self._read(desk, open_, open_.command.kind, answer.id)
        if isinstance(reading, MustWait):
            return reading
        if reading.revision <= answer.revision:
            return facts
        return (*facts, self._seen(desk, open_, reading))

    async def _denied(self, desk: Desk, open_: Open, denied: Denied) -> Ending:
        refused = Refused(command=open_.command.id, fault=denied.fault, verdict=denied.verdict)
        if denied.verdict is Verdict.STALE and open_.command.target is not None:
            return await self._stale(desk, open_, refused)
        if denied.fault.code == MADE_INACTIVE:
            return await self._inactive(desk, open_, refused)
        return (refused, self._parked(desk, open_, _park(open_, denied)))

    async def _inactive(self, desk: Desk, open_: Open, refused: Refused) -> Ending:
        """Find out which of its items was made inactive without our having heard of it.

        The tenant's lane reads the items anew, so that whatever else names one waits by itself.
        """
        gone: dict[str, str] = {}
        for product, item in items_of(desk.lane.documents[open_.document], desk.settings).items():
            reading = await self._read(desk, open_, Kind.PRODUCT, item)
            if isinstance(reading, MustWait):
                return reading
            if not item_seen(item, reading.record, reading.revision).active:
                gone[product] = item
        if gone:
            await self.ask(ReadItems(id=f"items:{open_.command.id}", tenant=desk.tenant))
        return (refused, self._parked(desk, open_, made_inactive(gone, refused.fault)))

    async def _stale(self, desk: Desk, open_: Open, refused: Refused) -> Ending:
        """Read the record that moved on, by its id, so that it is decided on what it shows now."""
        command = open_.command
        reading = await self._read(desk, open_, command.kind, command.target or "")
        if isinstance(reading, MustWait):
            return reading
        if refused.fault.code == MADE_INACTIVE and reading.record is not None:
            return await self._inactive(desk, open_, refused)
        if command.based_on is not None and reading.revision <= command.based_on:
            await self.effects.pause(LAG_SECONDS)
            return (refused,)
        return (refused, self._seen(desk, open_, reading))

    async def _read(
        self, desk: Desk, open_: Open, kind: Kind, record_id: str
    ) -> Reading | MustWait:
        remote = self.effects.remote(open_.command.side)
        wait = await remote.admit(desk.tenant, READ_PATIENCE)
        if wait > 0:
            return MustWait(wait, "budget")
        reading = await remote.read(desk.tenant, kind, record_id)
        if isinstance(reading, Reading):
            return reading
        fault = reading.fault if isinstance(reading, No) else None
        return MustWait(READ_AGAIN, "reading what moved on", fault)

    def _parked(self, desk: Desk, open_: Open, park: Park) -> Parked:
        event = desk.lane.documents[open_.document].event
        return Parked(document=open_.document, event=event, park=park, at=self.effects.now())

    def _seen(self, desk: Desk, open_: Open, reading: Reading) -> Seen:
        change = change_of(desk.tenant, open_.command.side, reading)
        return Seen(document=open_.document, change=change)


def _park(open_: Open, denied: Denied) -> Park:
    side = open_.command.side
    if denied.verdict is Verdict.TAKEN:
        return taken(open_.command, "")
    if denied.found is not None:
        told = f"{side}: {denied.fault.detail}; put it right there, then retry"
        return Park(reason=ParkReason.MOVED, detail=told)
    reason = ParkReason.BUG if denied.verdict is Verdict.BUG else ParkReason.REFUSED
    return Park(reason=reason, detail=str(denied.fault))
