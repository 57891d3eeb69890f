"""How much waits, by tenant and reason?  Kept by watching the fold, never by reading every row.

A row may leave memory; what it contributes stays here, and only lanes in which something waits
contribute, or is on one side alone: of those a number is all that is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.process.metrics import Labels, Metrics
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.rows import LANE_ROWS, LaneRow, WaitingRow, parsed
from schemas.state import Lane
from schemas.waiting import Waiting, WaitingPart
from streams.metric import Metric
from streams.telemetry import HELD, OPEN, PARKED, UNPLACED, WAITING

Count = tuple[Metric, Labels]


@dataclass(slots=True)
class Holds:
    """What each lane's rows contribute, by its partition; a watcher of the journal."""

    state: Callable[[str], Any]
    partition_of: Callable[[str], int]
    _counts: "dict[str, Counter[Count]]" = field(default_factory=dict)
    #: What waits in each lane as it was counted last: of that only what changed is counted anew.
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    #: By row in which nothing waits, how many documents are on one side alone.
    _one_sided: dict[str, int] = field(default_factory=dict)
    _sums: "dict[int, Counter[Count]]" = field(default_factory=dict)

    def learn(self, rows: Iterable[tuple[str, Lane | Waiting]]) -> None:
        """Take in rows of lanes, and of what waits in them, as they stand now."""
        for row, state in rows:
            self._note(row, state)

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Look at the lanes that a record changed."""
        for row in changed:
            if isinstance(parsed(row), LaneRow | WaitingRow):
                self._note(row, self.state(row))

    def show(self, metrics: Metrics, owned: Iterable[int]) -> None:
        """Say what waits in the partitions that are ours."""
        total: Counter[Count] = Counter()
        for partition in owned:
            total.update(self._sums.get(partition, {}))
        for metric in (PARKED, UNPLACED, HELD, WAITING, OPEN):
            shown = {labels: n for (of, labels), n in total.items() if of is metric and n > 0}
            metrics.show_all(metric, shown)

    def _note(self, row: str, state: Lane | Waiting | None) -> None:
        key = _lane_of(row)
        if row.startswith(LANE_ROWS):
            self._count(key, row, _of_lane(key, state) if isinstance(state, Lane) else Counter())
            return
        waiting = state if isinstance(state, Waiting) else Waiting()
        self._count_one_sided(key, row, 0 if waiting.is_open else waiting.one_sided)
        kept = waiting if waiting.is_open else Waiting()
        for name, part in kept.changed_since(self._waiting.pop(row, None)):
            self._count(key, f"{row}#{name}", _of_part(key, part))
        if kept.parts:
            self._waiting[row] = kept

    def _count_one_sided(self, key: str, row: str, now: int) -> None:
        before = self._one_sided.pop(row, 0)
        if now != before:
            sums = self._sums.setdefault(self.partition_of(key), Counter())
            sums[UNPLACED, (tenant_of(key),)] += now - before
        if now:
            self._one_sided[row] = now

    def _count(self, key: str, what: str, now: "Counter[Count]") -> None:
        before = self._counts.pop(what, None)
        if before is None and not now:
            return
        sums = self._sums.setdefault(self.partition_of(key), Counter())
        sums.subtract(before or {})
        sums.update(now)
        if now:
            self._counts[what] = now


def _lane_of(row: str) -> str:
    match parsed(row):
        case LaneRow(lane=key) | WaitingRow(lane=key):
            return key
        case other:
            raise ValueError(f"{other} is no row of what waits")


def _of_lane(key: str, lane: Lane) -> "Counter[Count]":
    of = (tenant_of(key),)
    counts: Counter[Count] = Counter()
    counts[HELD, of] = len(lane.held)
    counts[WAITING, of] = int(lane.waits is not None)
    counts[OPEN, of] = int(lane.in_flight is not None)
    return +counts


def _of_part(key: str, part: WaitingPart) -> "Counter[Count]":
    tenant = tenant_of(key)
    counts: Counter[Count] = Counter({(UNPLACED, (tenant,)): len(part.one_sided)})
    counts.update((PARKED, (tenant, str(each.reason))) for each in part.parked.values())
    return +counts
