"""What is told of the whole installation, at one moment?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from agents.cli.backlog import Forecast
from agents.cli.lockouts import Standstill
from agents.rules.documents.document_called import Called
from agents.rules.tenant.calls_left import CallsLeft, NotTold
from schemas.tenant_state import Reconciled
from schemas.values import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLane:
    """A lane that waits as a whole, and whose it is; `until` None is for a condition."""

    lane: str
    customer: str
    why: str
    until: datetime | None
    seconds_left: int | None
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDecision:
    """A command without outcome, and of what; `unknown` when an attempt of it ended so."""

    lane: str
    document: str
    called: Called
    decision: str
    attempts: int
    last_attempt: datetime
    unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """A tenant of whom nothing can go; `until` is when it is tried again (None: reconnect)."""

    tenant: str
    reason: str
    detail: str
    since: datetime
    until: datetime | None
    connection: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A tenant of whom nothing is written, by a person's word."""

    tenant: str
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalsStopped:
    """A tenant of whom one side took away so much at once that a person must confirm it.

    `went` documents of `amount` in all went before it stopped, `besides` by currency of what is not
    in the home one.
    """

    tenant: str
    side: Side
    since: datetime
    went: int
    amount: Decimal
    besides: dict[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a partition of the journal is; `term` is empty while nobody ever claimed it."""

    partition: int
    records: int
    term: str
    intake_finished: int | None
    requests_finished: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The whole at one moment; `locked_again` counts a lane's locks within a day, from two on.

    `view_unread` says why `covered` is as the journal has it, which may be a day old,
    `calls_unread` why nothing is known of the calls that are left, and `rewriting` that the
    journal is being rewritten, and what ends that.  `unusable` is why whose connection cannot be
    used though the journal has it, and `connections_unread` why nobody can tell here.
    """

    suspended: tuple[Suspended, ...]
    paused: tuple[Paused, ...]
    observing: tuple[str, ...]
    removals_stopped: tuple[RemovalsStopped, ...]
    reconciled: dict[str, Reconciled | None]
    lanes: int
    forwarding: int
    documents: int
    held_events: int
    waiting: tuple[WaitingLane, ...]
    open_decisions: tuple[OpenDecision, ...]
    parked: dict[str, int]
    unplaced: int
    covered: dict[str, dict[str, datetime | None]]
    view_unread: str | None
    calls: dict[str, CallsLeft | NotTold]
    calls_unread: str | None
    lockouts: tuple[Standstill, ...]
    locked_again: dict[str, int]
    journal: tuple[Position, ...]
    backlog: Forecast
    rewriting: str | None = None
    unusable: Mapping[str, str] = field(default_factory=dict)
    connections_unread: str | None = None
