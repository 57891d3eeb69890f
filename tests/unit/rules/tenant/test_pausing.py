"""What a person's pause does to a tenant, and when a lane that waits may be tried at once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.rules.fold.rows import evolve
from agents.rules.tenant.met_conditions import goes_on, tries
from agents.rules.tenant.pausing import answer, tried_now
from schemas.lane_facts import LaneWentOn
from schemas.requests import PauseTenant, ResumeTenant
from schemas.state import Lane, WaitReason, Waits
from schemas.tenant_facts import TenantGoesOn, TenantPaused
from schemas.tenant_state import Pause, Suspension, Tenant
from schemas.values import Side
from tests.unit.rules.records import AT

PAUSE = PauseTenant(id="p1", tenant="t1", reason="month end", by="Ada")
RESUME = ResumeTenant(id="p2", tenant="t1", by="Bob")
PAUSED = Tenant(paused=Pause(since=AT, by="Ada", reason="month end"))
LATER = AT + timedelta(minutes=5)
STANDING = Suspension(
    id="s", version=1, side=Side.QBO, reason="outage", detail="d", lane="t1/mediaos/42", since=AT
)


def folded(tenant: Tenant, *facts) -> Tenant:
    for fact in facts:
        tenant = evolve("tenant:t1", tenant, fact)
    return tenant


def test_a_pause_is_kept_with_who_and_why_and_ends_by_a_word():
    done, _, facts = answer(Tenant(), PAUSE, AT)
    assert (done, facts) == (True, (TenantPaused(request="p1", pause=PAUSED.paused),))
    assert folded(Tenant(), *facts) == PAUSED
    assert PAUSED.stands_still

    done, _, facts = answer(PAUSED, RESUME, LATER)
    assert (done, facts) == (True, (TenantGoesOn(request="p2"),))
    assert not folded(PAUSED, *facts).stands_still


def test_said_twice_it_is_told_whose_the_first_is():
    assert answer(PAUSED, replace(PAUSE, id="p3"), LATER) == (
        False,
        "it is paused by Ada: month end already",
        (),
    )
    assert answer(Tenant(), RESUME, AT) == (False, "it is not paused", ())


def test_lanes_go_on_when_neither_a_person_nor_a_side_holds_the_tenant():
    suspended, both = Tenant(suspended=STANDING), replace(PAUSED, suspended=STANDING)
    assert goes_on(PAUSED, Tenant())
    assert goes_on(suspended, Tenant())
    assert not goes_on(both, suspended)
    assert not goes_on(both, PAUSED)
    assert not goes_on(Tenant(), Tenant())


def test_a_suspended_tenant_is_tried_again_once_it_is_paused_no_more():
    suspended, both = Tenant(suspended=STANDING), replace(PAUSED, suspended=STANDING)
    assert tries(PAUSED, both) is None
    assert tries(both, suspended) == STANDING.lane
    assert tries(suspended, suspended) is None


WAITS = Waits(reason=WaitReason.TIME, why="no answer", until=LATER)


@pytest.mark.parametrize(
    ("tenant", "waits", "done"),
    [
        (Tenant(), WAITS, True),
        (PAUSED, WAITS, False),
        (Tenant(suspended=STANDING), WAITS, False),
        (Tenant(), None, False),
        (Tenant(), replace(WAITS, until=None), False),
        (Tenant(), replace(WAITS, until=AT), False),
        (Tenant(), replace(WAITS, lockout="l"), False),
        (Tenant(), replace(WAITS, reason=WaitReason.LOCKED), False),
        (Tenant(), replace(WAITS, reason=WaitReason.CREATING), False),
    ],
)
def test_only_a_time_is_brought_forward(tenant, waits, done):
    went, _, facts = tried_now(tenant, Lane(key="t1/mediaos/42", waits=waits), AT)
    assert went is done
    assert [type(fact) for fact in facts] == ([LaneWentOn] if done else [])
