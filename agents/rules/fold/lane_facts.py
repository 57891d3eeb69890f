"""What does a fact change of a lane itself: its open decision, its held events, its waits?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from agents.rules.fold.before import twins
from agents.rules.locks import remembered
from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided, Refused
from schemas.conditions import condition_of
from schemas.facts import Fact, Linked, Parked, Seen, Settled, Unlinked
from schemas.kinds import is_customer
from schemas.lane_conditions import CustomerActive, CustomerTaxed
from schemas.lane_facts import Held, HomeChanged, LaneWaited, LaneWentOn, LockedOut, Taken
from schemas.records import Record
from schemas.state import Lane, Underway, WaitReason, Waits
from schemas.values import Side


def evolve_lane(lane: Lane, fact: Fact) -> Lane:
    """Return the lane as it stands after one fact that concerns it."""
    return _STEPS[type(fact)](lane, fact)


def _seen(lane: Lane, fact: Seen) -> Lane:
    lane = _taken_again(lane, fact.change, fact.change.record)
    if fact.order <= lane.order:
        return lane
    founds = is_customer(fact.change.kind)
    customers = (*lane.customers, fact.document) if founds else lane.customers
    return replace(lane, order=fact.order, customers=customers)


def _decided(lane: Lane, fact: Decided) -> Lane:
    if lane.in_flight is not None:
        return lane
    return replace(lane, in_flight=Underway(document=fact.document, command=fact.command.id))


def _taken_again(lane: Lane, shown: Change | CommandApplied, record: Record | None) -> Lane:
    """Forget that a customer was inactive in QuickBooks, or exempt, once it is shown so no more.

    Or that it is a part of another one, under which all of it goes.
    """
    if shown.side is not Side.QBO or not is_customer(shown.kind):
        return lane
    merged = isinstance(shown, Change) and shown.merged_into is not None
    gone = record is None or merged
    if gone or getattr(record, "active", True):
        lane = _without(lane, "inactive", shown.id)
    if gone or not getattr(record, "exempt", False):
        lane = _without(lane, "exempt", shown.id)
    return lane


def _without(lane: Lane, name: str, customer: str) -> Lane:
    known = getattr(lane, name)
    if customer not in known:
        return lane
    return replace(lane, **{name: tuple(each for each in known if each != customer)})


def _applied(lane: Lane, fact: CommandApplied) -> Lane:
    return _ended(_taken_again(lane, fact, fact.record), fact)


def _ended(lane: Lane, fact: CommandApplied | Refused) -> Lane:
    if lane.in_flight is None or lane.in_flight.command != fact.command:
        return lane
    return replace(lane, in_flight=None)


def _parked(lane: Lane, fact: Parked) -> Lane:
    for each in map(condition_of, fact.park.waits_for):
        if isinstance(each, CustomerActive) and each.customer not in lane.inactive:
            lane = replace(lane, inactive=(*lane.inactive, each.customer))
        if isinstance(each, CustomerTaxed) and each.customer not in lane.exempt:
            lane = replace(lane, exempt=(*lane.exempt, each.customer))
    if lane.in_flight is None or lane.in_flight.document != fact.document:
        return lane
    return replace(lane, in_flight=None)


def _linked(lane: Lane, fact: Linked) -> Lane:
    """Give up the name of a customer that is the same as another one.

    Who waited for the one that the lane's customer was in QuickBooks is judged on the one it is.
    """
    if is_customer(fact.kind) and (lane.inactive or lane.exempt):
        lane = replace(lane, inactive=(), exempt=())
    same = set(twins(fact))
    left = tuple(name for name in lane.customers if name not in same)
    return lane if left == lane.customers else replace(lane, customers=left)


def _settled(lane: Lane, _fact: Settled) -> Lane:
    return lane if lane.linked else replace(lane, linked=True)


def _unlinked(lane: Lane, _fact: Unlinked) -> Lane:
    return replace(lane, linked=False)


def _held(lane: Lane, fact: Held) -> Lane:
    # Not by its id alone: one revision published with two contents must be told apart later.
    if fact.change in lane.held:
        return lane
    return replace(lane, held=lane.held.with_last(fact.change))


def _taken(lane: Lane, fact: Taken) -> Lane:
    first = lane.held.first
    if first is None or first.event != fact.event:
        return lane
    return replace(lane, held=lane.held.without_first())


def _waited(lane: Lane, fact: LaneWaited) -> Lane:
    if fact.at is not None:
        lane = replace(lane, locks=remembered(lane.locks, fact.at))
    if not fact.lockout and _is_locked_beyond(lane.waits, fact.until):
        return lane
    waits = Waits(
        reason=fact.reason or WaitReason.TIME,
        why=fact.why,
        until=fact.until,
        lockout=fact.lockout,
    )
    return replace(lane, waits=waits)


def _is_locked_beyond(waits: Waits | None, until: datetime | None) -> bool:
    """Tell whether a lockout of the lane ends later: what it was at must not cut that short."""
    if waits is None or not waits.lockout or waits.until is None:
        return False
    return until is None or waits.until >= until


def _went_on(lane: Lane, _fact: LaneWentOn) -> Lane:
    return replace(lane, waits=None)


def _locked(lane: Lane, fact: LockedOut) -> Lane:
    return lane if fact.at is None else replace(lane, locks=remembered(lane.locks, fact.at))


def _home_changed(lane: Lane, fact: HomeChanged) -> Lane:
    return lane if fact.more else Lane(key=lane.key, home=fact.home)


_STEPS: dict[type, Callable[[Lane, Any], Lane]] = {
    Seen: _seen,
    Decided: _decided,
    CommandApplied: _applied,
    Refused: _ended,
    Parked: _parked,
    Linked: _linked,
    Settled: _settled,
    Unlinked: _unlinked,
    Held: _held,
    Taken: _taken,
    LaneWaited: _waited,
    LaneWentOn: _went_on,
    LockedOut: _locked,
    HomeChanged: _home_changed,
}
