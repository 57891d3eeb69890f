"""What is said of a customer who is locked again and again."""

from datetime import UTC, datetime, timedelta

import pytest

from agents.rules.fold.lane_facts import evolve_lane
from agents.rules.locks import MOST_REMEMBERED, reason_of, recent, remembered
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.state import Lane, WaitReason, Waits

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LANE = "t1/mediaos/42"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def hourly(count):
    return tuple(AT + HOUR * number for number in range(count))


@pytest.mark.parametrize(
    ("locks", "reason"),
    [
        ((), "qbo says locked"),
        (hourly(1), "qbo says locked, the second lock of this customer within a day"),
        (hourly(2), "qbo says locked, the third lock of this customer within a day"),
        (hourly(10), "qbo says locked, the 11th lock of this customer within a day"),
        (hourly(20), "qbo says locked, the 21st lock of this customer within a day"),
        (hourly(21), "qbo says locked, the 22nd lock of this customer within a day"),
    ],
    ids=len,
)
def test_the_reason_of_a_lockout_tells_which_one_it_is(locks, reason):
    assert reason_of("qbo", locks, AT + 23 * HOUR) == reason


def test_a_lock_of_the_day_before_counts_no_more():
    told = reason_of("qbo", hourly(3), AT + 25 * HOUR)
    assert told == "qbo says locked, the second lock of this customer within a day"
    assert recent(hourly(3), AT + 25 * HOUR) == hourly(3)[2:]
    assert remembered(hourly(3), AT + 25 * HOUR) == (AT + 2 * HOUR, AT + 25 * HOUR)


def test_no_more_are_remembered_than_anyone_wants_to_know():
    locks = ()
    for number in range(200):
        locks = remembered(locks, AT + MINUTE * number)
    assert len(locks) == MOST_REMEMBERED
    assert locks[-1] == AT + MINUTE * 199


def locked_out(at):
    return LockedOut(lockout="l1", lane=LANE, until=AT + HOUR, reason="locked", at=at)


def test_a_lock_counts_once_however_often_it_is_told_and_in_either_scope():
    lane = Lane(key=LANE)
    for fact in (
        locked_out(AT),
        locked_out(AT),
        LaneWaited(
            reason=WaitReason.LOCKED, why="locked: x", until=AT + HOUR, lockout="l2", at=AT + MINUTE
        ),
    ):
        lane = evolve_lane(lane, fact)
    assert lane.locks == (AT, AT + MINUTE)


def test_a_lockout_that_was_asked_for_is_no_lock():
    assert evolve_lane(Lane(key=LANE), locked_out(None)).locks == ()


def test_what_a_locked_lane_was_at_does_not_cut_its_lockout_short():
    locked = evolve_lane(
        Lane(key=LANE),
        LaneWaited(reason=WaitReason.LOCKED, why="locked: care", until=AT + HOUR, lockout="l1"),
    )
    for until in (AT + MINUTE, AT + HOUR):
        short = LaneWaited(reason=WaitReason.TIME, why="budget", until=until)
        assert evolve_lane(locked, short) == locked
    longer = evolve_lane(
        locked, LaneWaited(reason=WaitReason.TIME, why="budget", until=AT + 2 * HOUR)
    )
    assert longer.waits == Waits(reason=WaitReason.TIME, why="budget", until=AT + 2 * HOUR)
    released = evolve_lane(
        locked, LaneWaited(reason=WaitReason.LOCKED, why="locked: care", until=AT, lockout="l1")
    )
    assert released.waits == Waits(
        reason=WaitReason.LOCKED, why="locked: care", until=AT, lockout="l1"
    )
