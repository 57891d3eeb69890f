"""How does the whole installation stand?  Counts of what works and what waits, and how far it is.

From the journal, and the backlog from offsets: a worker that has nothing to do does not show here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from agents.cli.backlog import Forecast, forecast, queued
from agents.cli.console import show_json
from agents.cli.coverage import covered, viewed
from agents.cli.formatting import count, left, moment, plain, say, seconds_left, show_table
from agents.cli.journal_state import State, reading
from agents.cli.lockouts import Standstill, show, standstills
from agents.cli.options import Json
from agents.process.clock import SystemClock
from agents.rules.documents.lane_book import LaneBook
from agents.rules.kinds.money import told
from agents.rules.locks import recent
from agents.sweep.coverage_view import CoverageView
from schemas.state import Lockout
from schemas.tenant_state import Tenant
from schemas.values import ZERO, Side
from streams.journal.fold import PartitionFold


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLane:
    """A lane that waits as a whole; `until` None is for a condition."""

    lane: str
    why: str
    until: datetime | None
    seconds_left: int | None
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDecision:
    """A command without outcome; `unknown` when an attempt of it ended so."""

    lane: str
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
class RemovalsStopped:
    """A tenant of whom one side took away so much at once that a person must confirm it.

    `went` documents of `amount` in all went before it stopped.
    """

    tenant: str
    side: Side
    since: datetime
    went: int
    amount: Decimal


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

    `view_unread` says why `covered` is as the journal has it, which may be a day old.
    """

    suspended: tuple[Suspended, ...]
    observing: tuple[str, ...]
    removals_stopped: tuple[RemovalsStopped, ...]
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
    lockouts: tuple[Standstill, ...]
    locked_again: dict[str, int]
    journal: tuple[Position, ...]
    backlog: Forecast


def status(as_json: Json = False) -> None:
    """Show what works, what waits, and how far the journal is."""

    async def work(state: State) -> Status:
        now = SystemClock().now()
        tenants = {name: state.tenant(name) for name in state.tenants()}
        lanes, lockouts = state.lanes(), state.lockouts()
        suspended = any(tenant.suspended is not None for tenant in tenants.values())
        ahead = forecast(await queued(), lanes, lockouts, now, suspended=suspended)
        return summary(lanes, lockouts, state.partition_folds, now, tenants, ahead, await viewed())

    found = reading(work)
    if as_json:
        show_json(plain(asdict(found)))
    else:
        _show(found)


def summary(
    lanes: Sequence[LaneBook],
    lockouts: Mapping[int, Lockout],
    partition_folds: Sequence[PartitionFold],
    now: datetime,
    tenants: Mapping[str, Tenant],
    ahead: Forecast,
    view: CoverageView,
) -> Status:
    """Count what stands in these rows."""
    documents = [document for lane in lanes for document in lane.documents.values()]
    reasons = Counter(str(each.park.reason) for each in documents if each.park is not None)
    return Status(
        suspended=tuple(_suspended(tenants)),
        observing=tuple(name for name, tenant in tenants.items() if tenant.observes),
        removals_stopped=tuple(_stopped(tenants)),
        lanes=len(lanes),
        forwarding=sum(lane.home is not None for lane in lanes),
        documents=len(documents),
        held_events=sum(len(lane.held) for lane in lanes),
        waiting=tuple(_waiting(lanes, now)),
        open_decisions=tuple(_open(lanes)),
        parked=dict(sorted(reasons.items())),
        unplaced=sum(document.unplaced is not None for document in documents),
        covered=covered(tenants, view),
        view_unread=view.unread,
        lockouts=tuple(standstills(lockouts, lanes, now)),
        locked_again=_locked_again(lanes, now),
        journal=tuple(
            _position(number, partition_fold)
            for number, partition_fold in enumerate(partition_folds)
        ),
        backlog=ahead,
    )


def _suspended(tenants: Mapping[str, Tenant]) -> Iterable[Suspended]:
    for name, tenant in tenants.items():
        if tenant.suspended is not None:
            yield Suspended(
                tenant=name,
                reason=tenant.suspended.reason,
                detail=tenant.suspended.detail,
                since=tenant.suspended.since,
                until=tenant.suspended.until,
                connection=tenant.suspended.version,
            )


def _stopped(tenants: Mapping[str, Tenant]) -> Iterable[RemovalsStopped]:
    for name, tenant in tenants.items():
        for side, removals in tenant.removals.items():
            if removals.guard and removals.since is not None:
                yield RemovalsStopped(
                    tenant=name,
                    side=side,
                    since=removals.since,
                    went=len(removals.passed),
                    amount=sum((each.amount for each in removals.passed), ZERO),
                )


def _waiting(lanes: Iterable[LaneBook], now: datetime) -> Iterable[WaitingLane]:
    for lane in lanes:
        if lane.waits is not None:
            until = lane.waits.until
            yield WaitingLane(
                lane=lane.key,
                why=lane.waits.why,
                until=until,
                seconds_left=None if until is None else seconds_left(until, now),
                held=len(lane.held),
            )


def _locked_again(lanes: Iterable[LaneBook], now: datetime) -> dict[str, int]:
    counted = {lane.key: len(recent(lane.locks, now)) for lane in lanes}
    return {key: number for key, number in counted.items() if number > 1}


def _open(lanes: Iterable[LaneBook]) -> Iterable[OpenDecision]:
    for lane in lanes:
        if lane.in_flight is not None:
            yield OpenDecision(
                lane=lane.key,
                decision=lane.in_flight.decision,
                attempts=lane.in_flight.attempts,
                last_attempt=lane.in_flight.last_attempt,
                unknown=lane.in_flight.unknown,
            )


def _position(number: int, partition_fold: PartitionFold) -> Position:
    return Position(
        partition=number,
        records=partition_fold.position,
        term=partition_fold.term,
        intake_finished=partition_fold.prefix,
        requests_finished=partition_fold.requests_prefix,
    )


def _clears(backlog: Forecast) -> str:
    if backlog.clears_at is None:
        return "which clears at a time that is not known while a tenant is suspended"
    return f"which clears at {moment(backlog.clears_at)}"


def _show(found: Status) -> None:
    _show_tenants(found)
    say(
        f"{count(found.lanes, 'lane')} ({found.forwarding} of them forwarding only), "
        f"{count(found.documents, 'document')}, {count(found.held_events, 'held event')}, "
        f"{count(len(found.open_decisions), 'open decision')}."
    )
    if found.backlog.events:
        say(f"Backlog: {count(found.backlog.events, 'event')}, {_clears(found.backlog)}.")
    if found.parked:
        counted = ", ".join(f"{count} {reason}" for reason, count in found.parked.items())
        say(f"Parked: {counted} (`isthmus parked`).")
    else:
        say("Nothing is parked.")
    if found.unplaced:
        say(f"Unplaced: {found.unplaced} (`isthmus unplaced`).")
    for tenant, sides in found.covered.items():
        shown = ", ".join(f"{side} {_until(at)}" for side, at in sides.items())
        say(f"All changes are taken in: {tenant}: {shown}.")
    if found.view_unread is not None:
        say(f"That is what the journal says, up to a day ago: {found.view_unread}")
    _show_waits(found)
    columns = ("journal partition", "records", "intake", "requests", "term")
    show_table(columns, (_cells(each) for each in found.journal), ids=("term",))


def _show_tenants(found: Status) -> None:
    for each in found.suspended:
        tried = f", tried again {moment(each.until)}" if each.until else ""
        say(f"Tenant {each.tenant} is suspended: {each.reason}{tried}. {each.detail}")
    for name in found.observing:
        say(f"Tenant {name} only observes: `isthmus observe` shows what it would write.")
    for stopped in found.removals_stopped:
        say(
            f"Tenant {stopped.tenant}: what {stopped.side.called} took away at once waits since "
            f"{moment(stopped.since)}; {count(stopped.went, 'document')} of {told(stopped.amount)} "
            f"in all went before (`isthmus confirm {stopped.tenant}`)."
        )


def _until(at: datetime | None) -> str:
    return "not known yet" if at is None else f"up to {moment(at)}"


def _show_waits(found: Status) -> None:
    if found.lockouts:
        show(found.lockouts)
    for lane, number in found.locked_again.items():
        say(f"{lane} was locked {number} times within a day: who else edits its documents?")
    if found.waiting:
        rows = (
            (
                each.lane,
                each.why,
                "a condition" if each.seconds_left is None else left(each.seconds_left),
                str(each.held),
            )
            for each in found.waiting
        )
        show_table(("lane", "waits", "left", "held"), rows, ids=("lane",))
    if found.open_decisions:
        decisions = (
            (
                each.decision,
                str(each.attempts),
                moment(each.last_attempt),
                "not known" if each.unknown else "under way",
            )
            for each in found.open_decisions
        )
        columns = ("open decision", "attempts", "last attempt", "outcome")
        show_table(columns, decisions, ids=("open decision", "last attempt"))


def _cells(each: Position) -> tuple[str, ...]:
    return (
        str(each.partition),
        str(each.records),
        "-" if each.intake_finished is None else str(each.intake_finished),
        "-" if each.requests_finished is None else str(each.requests_finished),
        each.term or "nobody's yet",
    )
