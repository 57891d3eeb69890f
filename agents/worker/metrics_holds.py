"""How much waits, by tenant and reason?  Kept by watching the fold, never by reading every row.

A lane's row may leave memory; what it contributes stays here, and only lanes that wait for
something contribute.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.process.metrics import Labels, Metrics
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of
from schemas.state import Lane
from streams.telemetry import HELD, OPEN, PARKED, UNPLACED, WAITING, Metric

Count = tuple[Metric, Labels]


@dataclass(slots=True)
class Holds:
    """What each lane contributes, by its partition; a watcher of the journal."""

    state: Callable[[str], Any]
    partition_of: Callable[[str], int]
    _lanes: "dict[str, Counter[Count]]" = field(default_factory=dict)
    _sums: "dict[int, Counter[Count]]" = field(default_factory=dict)

    def learn(self, rows: Iterable[tuple[str, Lane]]) -> None:
        """Take in the lanes that a store held at the start."""
        for row, lane in rows:
            self._note(row.partition(":")[2], lane)

    def folded(self, partition: int, record: JournalRecord, changed: Sequence[str]) -> None:  # noqa: ARG002
        """Look at the lanes that a record changed."""
        for row in changed:
            what, _, key = row.partition(":")
            if what == "lane":
                self._note(key, self.state(row))

    def show(self, metrics: Metrics, owned: Iterable[int]) -> None:
        """Say what waits in the partitions that are ours."""
        total: Counter[Count] = Counter()
        for partition in owned:
            total.update(self._sums.get(partition, {}))
        for metric in (PARKED, UNPLACED, HELD, WAITING, OPEN):
            shown = {labels: n for (of, labels), n in total.items() if of is metric and n > 0}
            metrics.show_all(metric, shown)

    def _note(self, key: str, lane: Lane | None) -> None:
        before = self._lanes.pop(key, None)
        now = Counter(_counts(tenant_of(key), lane)) if lane is not None else Counter()
        if before is None and not now:
            return
        sums = self._sums.setdefault(self.partition_of(key), Counter())
        sums.subtract(before or {})
        sums.update(now)
        if now:
            self._lanes[key] = now


def _counts(tenant: str, lane: Lane) -> Iterator[Count]:
    yield from [(HELD, (tenant,))] * len(lane.held)
    if lane.waits is not None:
        yield WAITING, (tenant,)
    if lane.in_flight is not None:
        yield OPEN, (tenant,)
    for document in lane.documents.values():
        if document.park is not None:
            yield PARKED, (tenant, str(document.park.reason))
        if document.unplaced is not None:
            yield UNPLACED, (tenant,)
