"""What does the journal say that is worth counting?  Watched as it folds, under our own terms.

Every worker reads the whole journal, and its past again at each start; so only what was written
under a term that this worker holds is counted, and a sum over all workers counts it once.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from agents.process.metrics import Metrics
from schemas.command_facts import Attempted, CommandApplied, Decided, Refused, Unanswered
from schemas.commands import Command
from schemas.envelope import JournalRecord
from schemas.facts import Fact, Seen
from schemas.identity import event_id, tenant_of
from schemas.lane_facts import LockedOut
from schemas.outcomes import Verdict
from schemas.rows import DocumentRow
from schemas.state import Document
from schemas.values import RecordRef
from streams.journal.journal import Journal
from streams.telemetry import CHANGES, EFFECT_SECONDS, EFFECTS, LOCKOUTS, RETRIES

#: Commands without an outcome (each lane has at most one), and own writes, that are remembered.
REMEMBERED = 10_000

T = TypeVar("T")


@dataclass(slots=True)
class JournalCounts:
    """Counts for one journal, from `watch` on."""

    metrics: Metrics
    _journal: Journal | None = None
    #: Command and time of its decision, by the command's id.
    _open: "OrderedDict[str, tuple[Command, datetime]]" = field(default_factory=OrderedDict)
    #: Events that our own writes come back as.
    _wrote: "OrderedDict[str, bool]" = field(default_factory=OrderedDict)

    def watch(self, journal: Journal) -> None:
        """Count what this journal accepts from now on."""
        self._journal = journal
        journal.watch(self.folded)

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Count one accepted record."""
        if self._journal is None or record.term != self._journal.term(partition):
            return
        for fact in record.facts:
            self._count(record.lane, fact)

    def came_back(self, event: str) -> bool:
        """Tell, once, whether an event is what a write of ours led to.

        One that is forwarded to its home lane passes the intake twice.
        """
        return self._wrote.pop(event, False)

    def _count(self, lane: str, fact: Fact) -> None:
        tenant = tenant_of(lane)
        match fact:
            case Seen(change=change):
                self.metrics.add(CHANGES, tenant, change.side, change.kind)
            case Decided(command=command, at=at):
                self._remember(command, at)
            case Attempted():
                self._learn(lane, fact.document)
                self._attempted(tenant, fact.command)
            case Unanswered():
                self._learn(lane, fact.document)
                self._ended(tenant, fact.command, "unanswered", None)
            case CommandApplied():
                outcome = "adopted" if fact.adopted else "applied"
                self._ended(tenant, fact.command, outcome, fact.at)
                about = RecordRef(fact.side, fact.kind, fact.id)
                _keep(self._wrote, event_id(tenant, about, fact.revision), value=True)
            case Refused():
                unsent = fact.verdict is Verdict.UNSENT
                self._ended(tenant, fact.command, "unsent" if unsent else "refused", None)
            case LockedOut():
                self.metrics.add(LOCKOUTS, tenant)
            case _:
                return

    def _remember(self, command: Command, at: datetime) -> None:
        _keep(self._open, command.id, (command, at))

    def _attempted(self, tenant: str, command: str) -> None:
        if (known := self._open.get(command)) is not None:
            self.metrics.add(RETRIES, tenant, known[0].side)

    def _learn(self, lane: str, name: str) -> None:
        """Take in an open decision that another worker made, while its document still shows it.

        The fold has the document at hand that a fact names, and not the one that it leaves to be
        guessed.
        """
        if not name:
            return
        row = str(DocumentRow(lane, name))
        document: Document | None = self._journal.state(row) if self._journal else None
        in_flight = document.in_flight if document is not None else None
        if in_flight is not None and in_flight.command.id not in self._open:
            self._remember(in_flight.command, in_flight.first_attempt)

    def _ended(self, tenant: str, command: str, outcome: str, at: datetime | None) -> None:
        known = self._open.get(command)
        if known is None:
            return
        write, since = known
        self.metrics.add(EFFECTS, tenant, write.side, write.kind, outcome)
        if at is not None:
            seconds = max((at - since).total_seconds(), 0.0)
            self.metrics.observe(EFFECT_SECONDS, seconds, write.side, write.kind)
        if outcome != "unanswered":
            del self._open[command]


def _keep(kept: "OrderedDict[str, T]", key: str, value: T) -> None:
    kept[key] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
