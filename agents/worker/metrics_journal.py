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
from schemas.commands import Write
from schemas.envelope import JournalRecord
from schemas.facts import (
    Attempted,
    CommandApplied,
    Decided,
    Fact,
    LockedOut,
    Refused,
    Seen,
    Unanswered,
)
from schemas.identity import event_id, tenant_of
from schemas.state import Lane
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
    _open: "OrderedDict[str, tuple[Write, datetime]]" = field(default_factory=OrderedDict)
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
                self._attempted(tenant, lane, fact.command)
            case Unanswered():
                self._ended(tenant, lane, fact.command, "unanswered", None)
            case CommandApplied():
                outcome = "adopted" if fact.adopted else "applied"
                self._ended(tenant, lane, fact.command, outcome, fact.at)
                about = RecordRef(fact.side, fact.kind, fact.id)
                _keep(self._wrote, event_id(tenant, about, fact.revision), value=True)
            case Refused():
                self._ended(tenant, lane, fact.command, "refused", None)
            case LockedOut():
                self.metrics.add(LOCKOUTS, tenant)
            case _:
                return

    def _remember(self, command: Write, at: datetime) -> None:
        _keep(self._open, command.id, (command, at))

    def _attempted(self, tenant: str, lane: str, command: str) -> None:
        self._learn(lane)
        if (known := self._open.get(command)) is not None:
            self.metrics.add(RETRIES, tenant, known[0].side)

    def _learn(self, lane: str) -> None:
        """Take in an open decision that another worker made, while its lane still shows it."""
        row: Lane | None = self._journal.state(f"lane:{lane}") if self._journal else None
        in_flight = row.in_flight if row is not None else None
        if in_flight is not None and in_flight.command.id not in self._open:
            self._remember(in_flight.command, in_flight.first_attempt)

    def _ended(
        self, tenant: str, lane: str, command: str, outcome: str, at: datetime | None
    ) -> None:
        if outcome == "unanswered":
            self._learn(lane)
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
