"""What stands in the rows of the whole installation?  Counted, for `isthmus status`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from agents.cli.backlog import Forecast
from agents.cli.calls import CallsView
from agents.cli.coverage import covered
from agents.cli.formatting import seconds_left
from agents.cli.lockouts import standstills
from agents.cli.status_rows import (
    OpenDecision,
    Paused,
    Position,
    RemovalsStopped,
    Status,
    Suspended,
    WaitingLane,
)
from agents.rules.documents.document_called import Caller
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.removal_guard import went
from agents.rules.locks import recent
from agents.rules.tenant.calls_left import calls_left
from agents.sweep.coverage_view import CoverageView
from schemas.identity import tenant_of
from schemas.state import Lockout
from schemas.tenant_state import Tenant
from schemas.values import ZERO
from streams.journal.fold import PartitionFold


def summary(
    lanes: Sequence[LaneBook],
    lockouts: Mapping[int, Lockout],
    partition_folds: Sequence[PartitionFold],
    now: datetime,
    tenants: Mapping[str, Tenant],
    ahead: Forecast,
    view: CoverageView,
    calls: CallsView,
) -> Status:
    """Count what stands in these rows."""
    documents = [document for lane in lanes for document in lane.documents.values()]
    reasons = Counter(str(each.park.reason) for each in documents if each.park is not None)
    return Status(
        suspended=tuple(_suspended(tenants)),
        paused=tuple(_paused(tenants)),
        observing=tuple(name for name, tenant in tenants.items() if tenant.observes),
        removals_stopped=tuple(_stopped(tenants)),
        reconciled={name: tenant.reconciled for name, tenant in tenants.items()},
        lanes=len(lanes),
        forwarding=sum(lane.home is not None for lane in lanes),
        documents=len(documents),
        held_events=sum(len(lane.held) for lane in lanes),
        waiting=tuple(_waiting(lanes, now)),
        open_decisions=tuple(_open(lanes, tenants)),
        parked=dict(sorted(reasons.items())),
        unplaced=sum(document.unplaced is not None for document in documents),
        covered=covered(tenants, view),
        view_unread=view.unread,
        calls={
            name: calls_left(tuple(calls.told.values()), name, now)
            for name, tenant in tenants.items()
            if tenant.connection is not None
        },
        calls_unread=calls.unread,
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


def _paused(tenants: Mapping[str, Tenant]) -> Iterable[Paused]:
    for name, tenant in tenants.items():
        if (found := tenant.paused) is not None:
            yield Paused(tenant=name, since=found.since, by=found.by, reason=found.reason)


def _stopped(tenants: Mapping[str, Tenant]) -> Iterable[RemovalsStopped]:
    for name, tenant in tenants.items():
        for side, removals in tenant.removals.items():
            if removals.guard and removals.since is not None:
                besides = went(removals)
                yield RemovalsStopped(
                    tenant=name,
                    side=side,
                    since=removals.since,
                    went=len(removals.passed),
                    amount=besides.pop("", ZERO),
                    besides=besides,
                )


def _waiting(lanes: Iterable[LaneBook], now: datetime) -> Iterable[WaitingLane]:
    for lane in lanes:
        if lane.waits is not None:
            until = lane.waits.until
            yield WaitingLane(
                lane=lane.key,
                customer=Caller(lane).customer(),
                why=lane.waits.why,
                until=until,
                seconds_left=None if until is None else seconds_left(until, now),
                held=len(lane.held),
            )


def _locked_again(lanes: Iterable[LaneBook], now: datetime) -> dict[str, int]:
    counted = {lane.key: len(recent(lane.locks, now)) for lane in lanes}
    return {key: number for key, number in counted.items() if number > 1}


def _open(lanes: Iterable[LaneBook], tenants: Mapping[str, Tenant]) -> Iterable[OpenDecision]:
    for lane in lanes:
        if lane.in_flight is not None:
            home = tenants[tenant_of(lane.key)].company.home
            yield OpenDecision(
                lane=lane.key,
                document=lane.in_flight.document,
                called=Caller(lane, home).of(lane.in_flight.document),
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
