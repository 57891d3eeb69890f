"""Which rows does each fact change?  Every fact stands in one table here.

One that is not in it is refused, for a fact that changes nothing unseen would be history lost.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from agents.rules.fold.before import State, twins
from agents.rules.fold.tenant_facts import OF_TENANTS
from agents.rules.fold.waiting_facts import wakes
from agents.rules.fold.waiting_news import may_wake
from schemas.command_facts import (
    Answered,
    Attempted,
    CommandApplied,
    Decided,
    Declined,
    Refused,
    Unanswered,
)
from schemas.commands import Create
from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.erasure_facts import Erased
from schemas.facts import (
    Asked,
    Fact,
    LinkAsked,
    Linked,
    LinkTargetShown,
    OnOneSide,
    Parked,
    Regenerated,
    Released,
    RequestTaken,
    Seen,
    Settled,
    UnlinkAsked,
    Unlinked,
)
from schemas.identity import lane_key, tenant_of
from schemas.kinds import is_customer, kind_of
from schemas.lane_facts import (
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    LockedOut,
    LockoutEnded,
    Taken,
)
from schemas.note_facts import Noted
from schemas.rows import (
    AnswersRow,
    DocumentRow,
    LaneRow,
    LockoutRow,
    OwnerRow,
    PendingCreatesRow,
    RecordOwnerRow,
    RowKey,
    SeenRow,
    TenantRow,
    WaitingRow,
)
from schemas.state import Owner
from schemas.values import RecordRef, Side


class Step(NamedTuple):
    """Where a fact stands: its partition and lane, and the rows as they are before it."""

    partition: int
    lane: str
    state: State

    @property
    def tenant(self) -> str:
        """Return the tenant's name."""
        return tenant_of(self.lane)


def looks_at(step: Step, fact: Fact) -> Iterator[RowKey]:
    """Name the rows whose state says which rows a fact changes."""
    match fact:
        case Seen():
            yield from _of_document(step, fact)
            if may_wake(fact):
                yield WaitingRow(step.lane)
        case CommandApplied() if may_wake(fact):
            yield WaitingRow(step.lane)
        case HomeChanged():
            yield from _seen_rows(step, fact)
        case _:
            return


def _nothing(_step: Step, _fact: Fact) -> Iterator[RowKey]:
    return iter(())


def _of_tenant(step: Step, _fact: Fact) -> Iterator[RowKey]:
    yield TenantRow(step.tenant)


def _of_lane(step: Step, _fact: Fact) -> Iterator[RowKey]:
    yield LaneRow(step.lane)


def _of_document(step: Step, fact: Any) -> Iterator[RowKey]:
    if fact.document:
        yield DocumentRow(step.lane, fact.document)


def _of_park(step: Step, fact: Any) -> Iterator[RowKey]:
    """Yield the rows of what may come to wait, or wait no more."""
    yield from _of_document(step, fact)
    yield WaitingRow(step.lane)


def _seen(step: Step, fact: Seen) -> Iterator[RowKey]:
    yield from _of_document(step, fact)
    if fact.order or is_customer(fact.change.kind):
        yield LaneRow(step.lane)
    yield from _of_woken(step, fact)


def _of_woken(step: Step, fact: Seen | CommandApplied) -> Iterator[RowKey]:
    """Yield the row of what waits where what a payment or an invoice shows wakes any of it."""
    row = WaitingRow(step.lane)
    if may_wake(fact) and wakes(step.state(str(row)), fact):
        yield row


def _decided(step: Step, fact: Decided) -> Iterator[RowKey]:
    yield from _of_park(step, fact)
    yield LaneRow(step.lane)
    if isinstance(fact.command, Create) and is_customer(fact.command.kind):
        yield PendingCreatesRow(step.tenant, step.partition, fact.command.side)


def _applied(step: Step, fact: CommandApplied) -> Iterator[RowKey]:
    yield from _of_document(step, fact)
    yield LaneRow(step.lane)
    yield from _of_woken(step, fact)
    if is_customer(fact.kind):
        yield PendingCreatesRow(step.tenant, step.partition, fact.side)


def _refused(step: Step, fact: Refused) -> Iterator[RowKey]:
    yield from _of_document(step, fact)
    yield LaneRow(step.lane)
    yield from _pending_creates(step)


def _parked(step: Step, fact: Parked) -> Iterator[RowKey]:
    yield from _of_park(step, fact)
    yield LaneRow(step.lane)
    yield from _pending_creates(step)


def _pending_creates(step: Step) -> Iterator[RowKey]:
    return (PendingCreatesRow(step.tenant, step.partition, side) for side in Side)


def _linked(step: Step, fact: Linked) -> Iterator[RowKey]:
    yield from (RecordOwnerRow(step.tenant, str(record)) for record in fact.records)
    yield SeenRow(step.tenant, str(fact.records[1]), step.partition)
    if is_customer(fact.kind):
        keys = (lane_key(step.tenant, each.side, each.id) for each in fact.records)
        yield from (OwnerRow(key) for key in keys if key != fact.home)
    if fact.home == step.lane:
        yield from _of_park(step, fact)
        yield from (DocumentRow(step.lane, name) for name in twins(fact))
        if is_customer(fact.kind):
            yield LaneRow(step.lane)


def _unlinked(step: Step, fact: Unlinked) -> Iterator[RowKey]:
    yield from _of_document(step, fact)
    yield LaneRow(step.lane)
    for side, record_id in ((Side.MEDIAOS, fact.mediaos), (Side.QBO, fact.qbo)):
        yield RecordOwnerRow(step.tenant, str(RecordRef(side, fact.kind, record_id)))
        key = lane_key(step.tenant, side, record_id)
        if key != step.lane:
            yield OwnerRow(key)


def _settled(step: Step, fact: Settled) -> Iterator[RowKey]:
    yield from _of_park(step, fact)
    if is_customer(kind_of(fact.mediaos)):
        yield LaneRow(step.lane)


def _regenerated(step: Step, fact: Regenerated) -> Iterator[RowKey]:
    yield from _of_document(step, fact)
    yield from (RecordOwnerRow(step.tenant, str(record)) for record in fact.gone)


def _waited(step: Step, fact: LaneWaited) -> Iterator[RowKey]:
    yield LaneRow(step.lane)
    if fact.unsent or fact.at is not None:
        yield from _of_document(step, fact)


def _locked_out(step: Step, fact: LockedOut) -> Iterator[RowKey]:
    yield LockoutRow(step.partition)
    if fact.at is not None:
        yield LaneRow(step.lane)
        yield from _of_document(step, fact)


def _lockout_ended(step: Step, _fact: LockoutEnded) -> Iterator[RowKey]:
    yield LockoutRow(step.partition)


def _home_changed(step: Step, fact: HomeChanged) -> Iterator[RowKey]:
    yield LaneRow(step.lane)
    yield WaitingRow(step.lane)
    yield from (DocumentRow(step.lane, name) for name in fact.documents)
    for row in _seen_rows(step, fact):
        owner: Owner | None = step.state(str(row))
        if owner is not None and owner.lane == step.lane:
            yield row


def _seen_rows(step: Step, fact: HomeChanged) -> Iterator[SeenRow]:
    names = (name for name in fact.documents if name.startswith(f"{Side.QBO}/"))
    return (SeenRow(step.tenant, name, step.partition) for name in names)


def _answered(step: Step, fact: RequestTaken) -> Iterator[RowKey]:
    # The engine sends none of its own again.
    if fact.by:
        yield AnswersRow(step.lane)


ROUTES: Mapping[type, Callable[[Step, Any], Iterator[RowKey]]] = {
    Seen: _seen,
    Decided: _decided,
    Attempted: _of_document,
    Unanswered: _of_document,
    Declined: _of_document,
    Answered: _of_document,
    CommandApplied: _applied,
    Refused: _refused,
    Linked: _linked,
    Settled: _settled,
    Parked: _parked,
    Released: _of_park,
    Asked: _of_park,
    ConflictResolved: _of_park,
    Conceded: _of_document,
    LinkAsked: _of_park,
    LinkTargetShown: _of_document,
    UnlinkAsked: _of_park,
    Unlinked: _unlinked,
    OnOneSide: _of_park,
    Regenerated: _regenerated,
    Held: _of_lane,
    Taken: _of_lane,
    LaneWaited: _waited,
    LaneWentOn: _of_lane,
    HomeChanged: _home_changed,
    LockedOut: _locked_out,
    LockoutEnded: _lockout_ended,
    **dict.fromkeys(OF_TENANTS, _of_tenant),
    RequestTaken: _answered,
    # Told to people: whoever shows it keeps it, and no rule is given it.
    Noted: _nothing,
    Erased: _nothing,
}
