"""What the command line says of a tenant that a person has paused, and of what waits for a time."""

import pytest

from schemas.lane_facts import LaneWaited, LaneWentOn
from schemas.requests import PauseTenant, ResumeTenant, TryLane
from schemas.state import WaitReason
from schemas.tenant_facts import TenantDisconnected, TenantGoesOn, TenantPaused
from schemas.tenant_state import Pause
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import LANE, change, customer_seen, held, seen

FAR = START.replace(year=2999)
PAUSED = TenantPaused(request="p1", pause=Pause(since=START, by="Ada", reason="month end"))
TIMED = LaneWaited(reason=WaitReason.TIME, why="no answer: timed out", until=FAR)


@pytest.fixture
def known(world):
    world.tell("t1", TenantDisconnected(request="r1"))
    return world


def test_a_pause_goes_to_the_tenant_with_its_reason_and_under_a_name(known):
    done = known.isthmus("pause", "t1", "--reason", "month end", "--by", "Ada")

    assert done.code == 0, done.err
    [(topic, key, request)] = known.asked
    assert (topic, key) == ("isthmus-requests", "t1")
    assert request == PauseTenant(id=request.id, tenant="t1", reason="month end", by="Ada")


def test_without_a_reason_nothing_is_paused(known):
    assert known.isthmus("pause", "t1").code == 2
    assert known.isthmus("pause", "t1", "--reason", " ").code == 1
    assert known.asked == []


def test_status_says_who_paused_a_tenant_and_why_until_it_is_resumed(known):
    known.tell("t1", PAUSED)

    told = known.isthmus("status").said
    assert "Tenant t1: paused since 2026-03-02 09:00:00Z by Ada: month end. Nothing is" in told
    assert "`isthmus resume t1` has it go on." in told
    expected = {"tenant": "t1", "since": "2026-03-02T09:00:00Z", "by": "Ada", "reason": "month end"}
    assert known.json("status")[1]["paused"] == [expected]

    known.tell("t1", TenantGoesOn(request="p2"))
    assert known.json("status")[1]["paused"] == []


def test_a_paused_tenant_is_resumed_and_another_is_not(known):
    refused = known.isthmus("resume", "t1")
    assert (refused.code, known.asked) == (1, [])
    assert "Tenant t1 is not paused" in refused.told

    known.tell("t1", PAUSED)
    assert known.isthmus("resume", "t1").code == 0
    [(_, key, request)] = known.asked
    assert (key, request) == ("t1", ResumeTenant(id=request.id, tenant="t1", by="ada"))


def test_nothing_of_a_paused_tenant_is_tried(known):
    known.tell("t1", PAUSED)
    known.tell(LANE, customer_seen(), TIMED)

    refused = known.isthmus("retry-now", "t1")

    assert (refused.code, known.asked) == (1, [])
    assert "Tenant t1 is paused by Ada: month end: `isthmus resume t1`." in refused.told


def test_what_waits_for_a_time_is_tried_now_and_what_waits_out_a_lock_is_not(known):
    known.tell(LANE, customer_seen(), TIMED)
    locked = LaneWaited(why="locked: care", until=FAR, lockout="lock-2", reason=WaitReason.LOCKED)
    known.tell("t1/mediaos/43", locked)
    known.tell("t1/mediaos/44", LaneWaited(reason=WaitReason.CREATING, why="it waits", until=None))
    over = LaneWaited(reason=WaitReason.TIME, why="no answer", until=START)
    known.tell("t1/mediaos/45", over)

    assert known.isthmus("retry-now", "t1").code == 0

    [(_, key, request)] = known.asked
    assert (key, request) == (LANE, TryLane(id=request.id, lane=LANE, by="ada"))
    known.tell(LANE, LaneWentOn(why="somebody had it tried"))
    assert "Nothing of tenant t1 waits for a time" in known.isthmus("retry-now", "t1").told


@pytest.mark.parametrize("facts", [(seen(),), (held(change()),)], ids=["known", "held"])
def test_what_waits_with_one_record_is_tried_alone(known, facts):
    known.tell(LANE, customer_seen(), *facts, TIMED)
    known.tell("t1/mediaos/43", TIMED)

    assert known.isthmus("retry-now", "t1", "invoice", "136").code == 0

    assert [key for _, key, _ in known.asked] == [LANE]


def test_a_record_is_named_by_kind_and_id(known):
    refused = known.isthmus("retry-now", "t1", "invoice")
    assert (refused.code, known.asked) == (1, [])
    assert "its kind and its id" in refused.told
