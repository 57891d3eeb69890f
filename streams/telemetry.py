"""Which metrics are there?  These and no others: Prometheus knows Isthmus by this list alone.

A label never holds a customer, a record or an id of either: a tenant is as fine as it gets, since
each combination of labels is a series that Prometheus keeps for weeks.
"""

from collections.abc import Iterator
from typing import Final

from streams.gateway_telemetry import (
    REQUEST_SECONDS,
    REQUESTS,
    SPOOL_BYTES,
    SPOOL_OLDEST,
    SPOOL_RECORDS,
    SPOOL_ROOM,
)
from streams.metric import Metric, counter, gauge, histogram

# Every process

BUILD = Metric(
    name="isthmus_build_info",
    kind="gauge",
    help="1, by the release that runs.",
    labels=("version",),
    of="both",
)

TRACES_DROPPED = Metric(
    name="isthmus_trace_spans_dropped_total",
    kind="counter",
    help="Spans that a collector did not take, or that came faster than it took them.",
    of="both",
)

# Kafka

LAG = gauge(
    "lag_records",
    "Records of an assigned partition after the group's committed offset, as Kafka's tool says.",
    "topic",
    "partition",
    unit="records",
)
JOURNAL_LAG = gauge(
    "journal_lag_records",
    "Records of the journal that this worker has not folded yet.",
    "partition",
    unit="records",
)
JOURNAL_JUNK = gauge(
    "journal_junk_records",
    "Records of the journal that are none of ours and were gone past, since the worker's start.",
    unit="records",
)
JOURNAL_CLASHES = gauge(
    "journal_clashes",
    "Rows that two partitions speak of and no person decided, as two links of one record.",
)
JOURNAL_STOPPED = gauge(
    "journal_stopped",
    "1 for a partition of the journal that is folded no further; no series while it goes.",
    "partition",
)
KAFKA_REACHABLE = gauge("kafka_reachable", "1 when Kafka answered the last question, else 0.")
ASSIGNED = gauge("partitions_assigned", "Partitions of the intake that the group gave this worker.")
OWNED = gauge("partitions_owned", "Partitions of the intake that this worker holds a term of.")
SENT = counter("sent_records", "Records sent to a topic and confirmed; the journal's not.", "topic")
DEAD_LETTERS = counter("dead_letters", "Records that were buried in the dead letters.")

# Work

EVENTS = counter(
    "events",
    "Events of a topic that a lane took: done, held, or to be read again.",
    "topic",
    "result",
)
EVENT_SECONDS = histogram("event", "From an event's turn to its end.", "topic")
ECHOES = counter(
    "echoes",
    "Intake events that were this worker's own writes coming back.",
)
CHANGES = counter(
    "changes",
    "Newer revisions that a side showed, as the journal has them.",
    "tenant",
    "side",
    "kind",
)
OLDEST = gauge(
    "oldest_event_seconds", "Since when the longest running event is at work.", unit="seconds"
)
LANES = gauge("lanes", "Lanes that have something to do.")
IN_FLIGHT = gauge("in_flight", "Events at work now.")
BACKLOG = gauge("backlog_events", "Events that are queued in lanes and have not begun.")
HOLDING = gauge("holding_events", "Events on their way into the journal, to be held there.")
UNSTORED = gauge("unstored_rows", "Rows of the fold that the state store does not hold yet.")
REFUSED_ROWS = gauge(
    "refused_rows", "Rows that the state store does not take as they are; they stay in memory."
)
STORE_REACHABLE = gauge(
    "store_reachable", "1 when the state store answered the last question, else 0."
)
LATE = gauge("loop_late_seconds", "How late the event loop was at its last beat.", unit="seconds")

# Effects

EFFECTS = counter(
    "effects",
    "Ends of commands: applied, adopted, refused; unanswered ones go on.",
    "tenant",
    "side",
    "kind",
    "outcome",
)
EFFECT_SECONDS = histogram(
    "effect", "From a decision to its answer, waits included.", "side", "kind"
)
RETRIES = counter("retries", "Attempts of a command after its first.", "tenant", "side")
BUDGET_USED = gauge(
    "budget_used_calls",
    "Calls that this worker made of its share: QuickBooks' minute, MediaOS' day.",
    "tenant",
    "side",
    unit="calls",
)
BUDGET_LEFT = gauge(
    "budget_left_calls", "Calls that are left of that share.", "tenant", "side", unit="calls"
)
BUDGET_PACE = gauge(
    "budget_pace", "Part of QuickBooks' limit that is used: below 1 after a 429.", "tenant"
)
TOKEN = gauge(
    "token_left_seconds",
    "Until the QuickBooks access token expires; it is renewed when it is used.",
    "tenant",
    unit="seconds",
)
RECONNECT = gauge(
    "reconnect_needed", "1 when a person must connect the tenant anew, else 0.", "tenant"
)

# Holds

PARKED = gauge("parked_records", "Records that wait, by the reason.", "tenant", "reason")
UNPLACED = gauge("unplaced_records", "Records that are only on one side, by rule.", "tenant")
HELD = gauge("held_events", "Events that the journal holds until their lane goes on.", "tenant")
WAITING = gauge("waiting_lanes", "Lanes that wait as a whole.", "tenant")
OPEN = gauge("open_decisions", "Decisions whose command has no outcome yet.", "tenant")
LOCKOUTS = counter("lockouts", "Lockouts that began.", "tenant")
LOCKOUT_LEFT = gauge(
    "lockout_left_seconds", "Until a locked-out partition works again.", "partition", unit="seconds"
)
SUSPENDED = gauge(
    "suspended_seconds",
    "Since when nothing of a tenant goes, by the reason; no series while it goes.",
    "tenant",
    "reason",
    unit="seconds",
)
PAUSED = gauge(
    "paused_seconds",
    "Since when a person has paused a tenant; no series while it goes.",
    "tenant",
    unit="seconds",
)
REMOVALS = gauge(
    "removals_stopped_seconds",
    "Since when the removals of one side wait for a person's word; no series while they go.",
    "tenant",
    "side",
    unit="seconds",
)
RECONCILE_DIFFERENCE = gauge(
    "reconcile_records",
    "Records of the last kept reconciliation that differ, and that only wait.",
    "tenant",
    "result",
)
RECONCILE_AMOUNT = gauge(
    "reconcile_amount",
    "Money between the ledgers in the documents that differ, in the home currency.",
    "tenant",
)
RECONCILE_AGE = gauge(
    "reconcile_age_seconds",
    "Since when both ledgers were read for the last kept reconciliation, or the tenant went live.",
    "tenant",
    unit="seconds",
)
COVERAGE = gauge(
    "coverage_age_seconds",
    "How far behind now a side is known to be covered by the sweep.",
    "tenant",
    "side",
    unit="seconds",
)

METRICS: Final = (
    BUILD,
    TRACES_DROPPED,
    LAG,
    JOURNAL_LAG,
    JOURNAL_JUNK,
    JOURNAL_CLASHES,
    JOURNAL_STOPPED,
    KAFKA_REACHABLE,
    ASSIGNED,
    OWNED,
    SENT,
    DEAD_LETTERS,
    EVENTS,
    EVENT_SECONDS,
    ECHOES,
    CHANGES,
    OLDEST,
    LANES,
    IN_FLIGHT,
    BACKLOG,
    HOLDING,
    UNSTORED,
    REFUSED_ROWS,
    STORE_REACHABLE,
    LATE,
    EFFECTS,
    EFFECT_SECONDS,
    RETRIES,
    BUDGET_USED,
    BUDGET_LEFT,
    BUDGET_PACE,
    TOKEN,
    RECONNECT,
    PARKED,
    UNPLACED,
    HELD,
    WAITING,
    OPEN,
    LOCKOUTS,
    LOCKOUT_LEFT,
    SUSPENDED,
    PAUSED,
    REMOVALS,
    RECONCILE_DIFFERENCE,
    RECONCILE_AMOUNT,
    RECONCILE_AGE,
    COVERAGE,
    REQUESTS,
    REQUEST_SECONDS,
    SPOOL_BYTES,
    SPOOL_ROOM,
    SPOOL_RECORDS,
    SPOOL_OLDEST,
)


def table() -> str:
    """Return the list as a table in Markdown, for deploy/prometheus/metrics.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| Metric | Kind | Unit | Labels | Of | What it says |"
    yield "|---|---|---|---|---|---|"
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        about = f"{metric.kind} | {metric.unit} | {labels} | {metric.of} | {metric.help}"
        yield f"| `{metric.name}` | {about} |"
