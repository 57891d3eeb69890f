"""What does the engine say that it does?  Added up from the journal, the notices and the letters.

The adding up is the ledger check's, so the demo waits for the very things that the check will ask
for.  A record of a term that is over never happened and is not counted.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.audit.history import History
from agents.audit.journal import Terms
from schemas.changes import Change
from schemas.command_facts import CommandApplied, Refused, Unanswered
from schemas.envelope import JournalRecord
from schemas.facts import Fact, Linked, Parked, Seen
from schemas.identity import tenant_of
from schemas.lane_facts import LockedOut, LockoutEnded
from schemas.records import Invoice
from schemas.state import ParkReason
from schemas.tenant_facts import Mapped
from schemas.values import Kind, Side

#: Tells a person what has just come true.
Tell = Callable[[str], None]


@dataclass(slots=True)
class Watch:
    """What is known so far of one tenant; `now` counts seconds and never goes back."""

    tenant: str
    tell: Tell
    now: Callable[[], float]
    history: History = field(init=False)
    #: Which partition of the journal was claimed when, in that order.
    claims: list[tuple[int, float]] = field(default_factory=list)
    #: How many facts of each kind came true.
    facts: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0
    #: Notices that came once more, word for word.
    notices_twice: int = 0
    #: Commands whose answer was lost, and those of them that had one in the end.
    unanswered: set[str] = field(default_factory=set)
    answered_later: set[str] = field(default_factory=set)
    mapped: set[str] = field(default_factory=set)
    #: Memos of invoices, as QuickBooks showed them.
    memos: set[str] = field(default_factory=set)
    #: Documents that ever waited, by reason.
    parked: defaultdict[ParkReason, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: When the last fact came true.
    moved_at: float = 0.0
    _links: dict[tuple[Kind, str], str] = field(default_factory=dict)
    _notices: set[tuple[bytes, bytes]] = field(default_factory=set)
    _terms: Terms = field(default_factory=Terms)
    _more: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.history = History(self.tenant)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when something that is added up here has come true."""
        async with self._more:
            await self._more.wait_for(condition)

    async def read_some(self) -> None:
        """Wake who waits for something to come true."""
        async with self._more:
            self._more.notify_all()

    async def linked(self, kind: Kind, mediaos_id: str) -> str:
        """Return the id in QuickBooks of a record of MediaOS, once it is there."""
        await self.until(lambda: (kind, mediaos_id) in self._links)
        return self._links[kind, mediaos_id]

    def link(self, kind: Kind, mediaos_id: str) -> str | None:
        """Return the id in QuickBooks of a record of MediaOS, None as long as it is not there."""
        return self._links.get((kind, mediaos_id))

    def crossed(self, kind: Kind) -> int:
        """Return how many records of a kind are linked."""
        return sum(linked is kind for linked, _ in self._links)

    @property
    def open(self) -> tuple[str, ...]:
        """Return the commands that have no outcome yet."""
        lanes = self.history.lanes.values()
        return tuple(lane.in_flight.command.id for lane in lanes if lane.in_flight is not None)

    @property
    def held(self) -> tuple[str, ...]:
        """Return the events that wait in their lanes."""
        return tuple(event for lane in self.history.lanes.values() for event in lane.held)

    def lane_of(self, document: str) -> str:
        """Return the lane in which a document waits; KeyError where it waits in none."""
        for name, lane in self.history.lanes.items():
            if document in lane.waits:
                return name
        raise KeyError(document)

    def waits(self, document: str, reason: ParkReason) -> bool:
        """Tell whether a document waits for a reason now."""
        found = (lane.waits.get(document) for lane in self.history.lanes.values())
        return any(one is not None and one.reason == reason for one in found)

    def waiting(self, how: str) -> int:
        """Return how many documents wait so: `parked` or `unplaced`."""
        return sum(one.how == how for one in self.history.documents_waiting())

    def take_letter(self) -> None:
        """Count a dead letter."""
        self.dead_letters += 1
        self.tell("dead letter: an event that makes no sense was put aside with its bytes")

    def take_notice(self, key: bytes, value: bytes) -> None:
        """Count a notice of QuickBooks that came before."""
        self.notices_twice += (key, value) in self._notices
        self._notices.add((key, value))

    def take(self, partition: int, value: bytes) -> None:
        """Add what stands on the journal; what is none of ours is gone past, as a worker does."""
        step = self._terms.decoded(partition, value)
        if step is not None:
            self.take_step(partition, step)

    def take_step(self, partition: int, step: JournalRecord) -> None:
        """Add a record of the journal, in the order of its partition."""
        if not self._terms.count(partition, step):
            return
        if step.claim is not None:
            self.claims.append((partition, self.now()))
        if tenant_of(step.lane) != self.tenant:
            return
        self.history.take(step)
        for fact in step.facts:
            self._take(fact)

    def _take(self, fact: Fact) -> None:
        self.facts[type(fact).__name__] += 1
        self.moved_at = self.now()
        match fact:
            case Linked():
                self._links[fact.kind, fact.mediaos] = fact.qbo
            case Mapped():
                self.mapped.add(fact.source)
            case Seen(change=Change(side=Side.QBO, record=Invoice(memo=str(memo)))):
                self.memos.add(memo)
            case Parked():
                self.parked[fact.park.reason].add(fact.document)
            case CommandApplied() | Refused() if fact.command in self.unanswered:
                self.answered_later.add(fact.command)
            case Unanswered():
                self.unanswered.add(fact.command)
                self.tell(f"no answer came to {fact.command}: {fact.detail}")
            case LockedOut() | LockoutEnded():
                self._tell_lockout(fact)
            case _:
                return

    def _tell_lockout(self, fact: LockedOut | LockoutEnded) -> None:
        if isinstance(fact, LockedOut):
            self.tell(f"locked out: {fact.reason}")
        else:
            self.tell(f"the lockout has ended: {fact.why}")
