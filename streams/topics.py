"""Which Kafka topics there are, and what must hold for each.

A partition count never changes after creation: an intake partition, its journal partition and
its requests partition share one number, and a key must find the same lane for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)

#: Fine or not, what was looked at, what was found, what must be.
Check = tuple[bool, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A Kafka topic, by what it is for."""

    name: str
    doc: str
    cleanup: Literal["delete", "compact"] = "delete"
    #: How long a record stays at least; None is for ever (of a compacted topic: the newest of
    #: each key).
    retention: timedelta | None = MONTH
    #: How long a segment grows; what is in it is not compacted yet.  None is the broker's own,
    #: days: too long where one key is written all day and the topic is read whole.
    segment: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How topics are spread over brokers: the same for each of them."""

    partitions: int = 12
    replication: int = 3
    min_insync: int = 2

    def on_a_single_node(self) -> "Layout":
        """Relax replication and min.insync.replicas, and nothing else."""
        return Layout(partitions=self.partitions, replication=1, min_insync=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A topic as a broker describes it; replication is that of its weakest partition."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A topic that is not as it must be: one property, what is found, what must be."""

    topic: str
    what: str
    found: str
    expected: str

    def __str__(self) -> str:
        """One clause for a person."""
        return f"{self.topic}: {self.what} is {self.found}, must be {self.expected}"


MEDIAOS_CHANGES = Topic(
    name="mediaos-changes",
    doc="What MediaOS services say happened: one CloudEvent with the record's full state.",
)
QUICKBOOKS_NOTICES = Topic(
    name="quickbooks-notices",
    doc="Webhook notices as QuickBooks sent them: which record, not what is in it.",
)
QUICKBOOKS_CHANGES = Topic(
    name="quickbooks-changes",
    doc="What QuickBooks says happened, after a read: the record's full state.",
)
INTAKE = Topic(
    name="isthmus-intake",
    doc="Changes of both sides, validated and merged: what the lanes read.",
)
JOURNAL = Topic(
    name="isthmus-journal",
    doc="The truth: every fact, decision, attempt and outcome, kept for ever.",
    retention=None,
)
REQUESTS = Topic(
    name="isthmus-requests",
    doc="What people ask of a lane, what services do by way of other topics, a tenant's own work.",
)
PUSHES = Topic(
    name="isthmus-pushes",
    doc="Pushes by services, which may ask for nothing else here.",
)
LOCKOUTS = Topic(
    name="isthmus-lockouts",
    doc="Published view of the partitions' pauses, and the way to ask for one or its release.",
    cleanup="compact",
    retention=None,
)
SETTINGS = Topic(
    name="isthmus-settings",
    doc="Published view of each tenant's settings.",
    cleanup="compact",
    retention=None,
)
MAPPINGS = Topic(
    name="isthmus-mappings",
    doc="Published view of each tenant's product mappings.",
    cleanup="compact",
    retention=None,
)
COVERAGE = Topic(
    name="isthmus-coverage",
    doc="Published view of up to when each side of a tenant is known, told by every sweep.",
    cleanup="compact",
    retention=None,
    segment=timedelta(hours=6),
)
CALLS = Topic(
    name="isthmus-calls",
    doc="What each worker has left of both sides' calls, for the console and the status to show.",
    retention=timedelta(hours=1),
    segment=timedelta(minutes=10),
)
DEAD_LETTERS = Topic(
    name="isthmus-dead-letters",
    doc="Bytes that make no sense, with where they came from and why.",
    retention=QUARTER,
)

TOPICS = (
    MEDIAOS_CHANGES,
    QUICKBOOKS_NOTICES,
    QUICKBOOKS_CHANGES,
    INTAKE,
    JOURNAL,
    REQUESTS,
    PUSHES,
    LOCKOUTS,
    SETTINGS,
    MAPPINGS,
    COVERAGE,
    CALLS,
    DEAD_LETTERS,
)


def aside_of(name: str) -> str:
    """Return where a topic's records stand while it is rewritten (streams/kafka/replacing.py)."""
    return f"{name}-rewritten"


def config(topic: Topic, layout: Layout) -> dict[str, str]:
    """Give the topic's own broker settings, by their Kafka names."""
    wanted = {"cleanup.policy": topic.cleanup, "min.insync.replicas": str(layout.min_insync)}
    if topic.cleanup == "delete":
        # A cluster-wide size limit would delete the journal while its retention says never.
        wanted |= {"retention.ms": _milliseconds(topic.retention), "retention.bytes": "-1"}
    if topic.segment is not None:
        wanted["segment.ms"] = _milliseconds(topic.segment)
    return wanted


def compare(topic: Topic, found: Existing, layout: Layout) -> tuple[Fault, ...]:
    """Name every property in which a topic differs from, or is weaker than, what it must be."""
    checks = (
        _partitions(found, layout),
        _cleanup(topic, found),
        _retention(topic, found),
        _size_limit(topic, found),
        _replication(found, layout),
        _min_insync(found, layout),
    )
    return tuple(
        Fault(topic=topic.name, what=what, found=given or "not set", expected=expected)
        for fine, what, given, expected in checks
        if not fine
    )


def _partitions(found: Existing, layout: Layout) -> Check:
    fine = found.partitions == layout.partitions
    return fine, "partition count", str(found.partitions), str(layout.partitions)


def _cleanup(topic: Topic, found: Existing) -> Check:
    policy = found.config.get("cleanup.policy", "")
    return policy == topic.cleanup, "cleanup.policy", policy, topic.cleanup


def _retention(topic: Topic, found: Existing) -> Check:
    given = found.config.get("retention.ms", "")
    least = _milliseconds(topic.retention)
    longer = least != "-1" and given.isdigit() and int(given) >= int(least)
    fine = topic.cleanup == "compact" or given == "-1" or longer
    return fine, "retention.ms", given, "-1 (for ever)" if least == "-1" else f"{least} or more"


def _size_limit(topic: Topic, found: Existing) -> Check:
    given = found.config.get("retention.bytes", "")
    return topic.cleanup == "compact" or given == "-1", "retention.bytes", given, "-1 (no limit)"


def _replication(found: Existing, layout: Layout) -> Check:
    fine = found.replication >= layout.replication
    return fine, "replication factor", str(found.replication), f"{layout.replication} or more"


def _min_insync(found: Existing, layout: Layout) -> Check:
    given = found.config.get("min.insync.replicas", "")
    most = max(found.replication, layout.min_insync)
    fine = given.isdigit() and layout.min_insync <= int(given) <= most
    least = str(layout.min_insync)
    expected = least if most == layout.min_insync else f"{least} to {most}"
    return fine, "min.insync.replicas", given, expected


def _milliseconds(retention: timedelta | None) -> str:
    return "-1" if retention is None else str(retention // timedelta(milliseconds=1))
