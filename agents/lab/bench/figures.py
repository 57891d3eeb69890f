"""What is promised, and was it kept?  Every figure by its name, with its target.

A figure that could not be measured is missed: a promise is not kept by not looking.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One promise: which run measures it, its unit, and the value that is just good enough."""

    name: str
    run: str
    about: str
    unit: str
    target: float
    at_most: bool

    def is_met(self, value: float) -> bool:
        """Judge a value."""
        return value <= self.target if self.at_most else value >= self.target


FIGURES = (
    Figure(
        name="lanes_s",
        run="lanes",
        about="10,000 events of 0 to 5 ms, one partition, 100 in flight",
        unit="s",
        target=0.75,
        at_most=True,
    ),
    Figure(
        name="lanes_vs_serial",
        run="lanes",
        about="the same, as a multiple of a serial loop",
        unit="x",
        target=20.0,
        at_most=False,
    ),
    Figure(
        name="lanes_journal_s",
        run="journal",
        about="the same, each event two records in the journal, read back",
        unit="s",
        target=4.5,
        at_most=True,
    ),
    Figure(
        name="lanes_inversions",
        run="lanes",
        about="events begun before an earlier one of their key ended",
        unit="",
        target=0,
        at_most=True,
    ),
    Figure(
        name="lanes_50ms_per_s",
        run="lanes",
        about="50 ms work, 10 partitions, 1,000 keys, 100 in flight",
        unit="/s",
        target=1900,
        at_most=False,
    ),
    Figure(
        name="edit_cpu_ratio",
        run="edits",
        about="processor for an edit, as events of a plain Faust agent",
        unit="x",
        target=30.0,
        at_most=True,
    ),
    Figure(
        name="latency_p50_ms",
        run="latency",
        about="change on the topic to call issued, 200/s, median",
        unit="ms",
        target=15,
        at_most=True,
    ),
    Figure(
        name="latency_p99_ms",
        run="latency",
        about="the same, p99",
        unit="ms",
        target=40,
        at_most=True,
    ),
    Figure(
        name="takeover_p99_s",
        run="takeover",
        about="worker killed to its lanes working again, p99",
        unit="s",
        target=15,
        at_most=True,
    ),
    Figure(
        name="qbo_budget_used",
        run="budget",
        about="of QuickBooks' 500 calls a minute, by one worker with too much to do",
        unit="%",
        target=95,
        at_most=False,
    ),
    Figure(
        name="qbo_429",
        run="budget",
        about="calls of that run beyond 10 in any second or 500 in any minute",
        unit="",
        target=0,
        at_most=True,
    ),
    Figure(
        name="lock_p99_ratio",
        run="lock",
        about="other partitions' p99 during a lockout by that without (1: within 5 ms)",
        unit="x",
        target=1.1,
        at_most=True,
    ),
    Figure(
        name="lock_memory_mb",
        run="lock",
        about="memory that a worker gains while edits queue behind a lockout",
        unit="MB",
        target=50,
        at_most=True,
    ),
    Figure(
        name="journal_bytes_per_change",
        run="journal_size",
        about="what one change adds to the journal, compressed",
        unit="B",
        target=2_500,
        at_most=True,
    ),
    Figure(
        name="qbo_calls_per_change",
        run="calls",
        about="calls to QuickBooks for one change of the demo's day",
        unit="",
        target=1.6,
        at_most=True,
    ),
    Figure(
        name="edit_growth",
        run="growth",
        about="an edit of a customer with 50,000 documents by that of one with 10",
        unit="x",
        target=1.2,
        at_most=True,
    ),
    Figure(
        name="release_4000_s",
        run="growth",
        about="4,000 parked invoices released by a mapping, beyond 4,000 that never waited",
        unit="s",
        target=1.0,
        at_most=True,
    ),
    Figure(
        name="rebuild_facts_per_s",
        run="rebuild",
        about="facts folded by a rebuild",
        unit="/s",
        target=10_000,
        at_most=False,
    ),
    Figure(
        name="start_1m_s",
        run="million",
        about="a worker on 1,000,000 linked documents: its start to a call in each partition",
        unit="s",
        target=10,
        at_most=True,
    ),
    Figure(
        name="start_1m_mb",
        run="million",
        about="memory of that worker, after edits of thousands of customers",
        unit="MB",
        target=400,
        at_most=True,
    ),
    Figure(
        name="takeover_1m_p99_s",
        run="million",
        about="takeover_p99_s with those documents",
        unit="s",
        target=15,
        at_most=True,
    ),
    Figure(
        name="latency_1m_ratio",
        run="million",
        about="latency_p50_ms with those documents by that with 1,000",
        unit="x",
        target=1.2,
        at_most=True,
    ),
    Figure(
        name="console_p95_ms",
        run="console",
        about="the slowest page of the console with 1,000,000 documents, Kafka aside",
        unit="ms",
        target=200,
        at_most=True,
    ),
)

RUNS = tuple(dict.fromkeys(figure.run for figure in FIGURES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run found: values by figure, what each stands beside, and everything else."""

    values: Mapping[str, float]
    rivals: Mapping[str, str]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure as it came out; no value, and why, when its run came to nothing."""

    figure: Figure
    value: float | None
    rival: str
    fault: str = ""

    @property
    def met(self) -> bool:
        """Tell whether the promise is kept."""
        return self.value is not None and self.figure.is_met(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One bench: the runs that measured something, and those that did not, with the reason."""

    measured: Mapping[str, Measured]
    faults: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> tuple[Row, ...]:
        """Return the figures whose run was wanted, in the order in which they are promised."""
        wanted = self.measured.keys() | self.faults.keys()
        return tuple(self._row(figure) for figure in FIGURES if figure.run in wanted)

    def _row(self, figure: Figure) -> Row:
        found = self.measured.get(figure.run)
        if found is None:
            return Row(figure=figure, value=None, rival="", fault=self.faults[figure.run])
        value, rival = found.values[figure.name], found.rivals.get(figure.name, "none")
        return Row(figure=figure, value=value, rival=rival)

    def as_json(self, machine: Mapping[str, Any]) -> dict[str, Any]:
        """Return the figures by name, and under `details` all that stands behind them."""
        rows = self.rows()
        return {
            **{row.figure.name: row.value for row in rows},
            "missed": [row.figure.name for row in rows if not row.met],
            "targets": {row.figure.name: row.figure.target for row in rows},
            "rivals": {row.figure.name: row.rival for row in rows if row.rival},
            "not_measured": dict(self.faults),
            "details": {name: found.details for name, found in self.measured.items()},
            "machine": dict(machine),
        }


def chosen(names: Iterable[str]) -> tuple[str, ...]:
    """Return the runs that these names of runs or figures mean; all for none.

    ValueError, in words for a person, when a name is neither.
    """
    by_name = {figure.name: figure.run for figure in FIGURES} | {run: run for run in RUNS}
    unknown = sorted(set(names) - by_name.keys())
    if unknown:
        raise ValueError(
            f"{', '.join(unknown)} is no figure of the bench: name one of {', '.join(by_name)}."
        )
    wanted = {by_name[name] for name in names}
    return tuple(run for run in RUNS if not wanted or run in wanted)
