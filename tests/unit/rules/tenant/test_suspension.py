"""Which faults hold a tenant, and what ends that."""

from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.fold.rows import evolve
from agents.rules.tenant.suspension import answer, cause_of, pause_after, tried_now
from schemas.engine_requests import Resume, Suspend
from schemas.outcomes import Fault
from schemas.requests import TryNow
from schemas.tenant_facts import Resumed, Suspended, TenantConnected, TokenRefreshed
from schemas.tenant_state import Connected, Suspension, Tenant
from schemas.values import Side
from tests.unit.rules.records import AT

MINUTE = timedelta(minutes=1)
CONNECTED = Connected(version=5, realm="9130", environment="production")
TENANT = Tenant(connection=CONNECTED)
LANE, OTHER = "t1/mediaos/42", "t1/mediaos/43"
REVOKED = Fault(side=Side.QBO, status=403, code="reconnect", detail="Token revoked")
LAPSED = Fault(side=Side.QBO, status=400, code="6190", detail="Invalid Company Status")
NOT_ACCEPTED = Fault(side=Side.QBO, status=403, code="not-accepted")
FORBIDDEN = Fault(side=Side.QBO, status=403, code="3100", detail="ApplicationAuthorizationFailed")


def asks(fault=REVOKED, *, lane=LANE, version=5, at=AT) -> Suspend:
    return Suspend(id=f"{lane}@{at}", tenant="t1", lane=lane, version=version, fault=fault, at=at)


def after(tenant: Tenant, *requests) -> Tenant:
    for request in requests:
        for fact in answer(tenant, request)[2]:
            tenant = evolve("tenant:t1", tenant, fact)
    return tenant


@pytest.mark.parametrize(
    ("fault", "reason", "remedy", "by_itself"),
    [
        (REVOKED, "invalid_grant", "reconnect", False),
        (FORBIDDEN, "permission", "Master Administrator", True),
        (Fault(side=Side.QBO, status=403), "permission", "Master Administrator", True),
        (NOT_ACCEPTED, "not-accepted", "Master Administrator", True),
        (LAPSED, "subscription", "renew", True),
        (Fault(side=Side.QBO, status=400, code="140"), "company-locked", "by itself", True),
        (Fault(side=Side.QBO, status=400, code="150"), "maintenance", "by itself", True),
        (Fault(side=Side.QBO, status=503), "outage", "by itself", True),
        (Fault(side=Side.QBO, status=0, code="unreachable"), "outage", "by itself", True),
        (
            Fault(side=Side.MEDIAOS, status=401, code="unauthorized"),
            "mediaos-key",
            "reconnect",
            False,
        ),
        (Fault(side=Side.MEDIAOS, status=401), "mediaos-key", "reconnect", True),
        (Fault(side=Side.MEDIAOS, status=403), "mediaos-permission", "allow", True),
    ],
)
def test_each_cause_has_its_word_its_remedy_and_whether_it_may_end_by_itself(
    fault, reason, remedy, by_itself
):
    cause = cause_of(fault)
    assert (cause.reason, cause.by_itself) == (reason, by_itself)
    assert remedy in cause.remedy
    standing = after(TENANT, asks(fault)).suspended
    assert (standing.reason, standing.until is not None) == (reason, by_itself)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(side=Side.QBO, status=429, code="3001"),
        Fault(side=Side.QBO, status=500),
        Fault(side=Side.QBO, status=401, code="3200"),
        Fault(side=Side.QBO, status=400, code="5010"),
        Fault(side=Side.QBO, status=400, code="6210"),
        Fault(side=Side.QBO, status=400, code="6000", detail="locked"),
        Fault(side=Side.MEDIAOS, status=422),
    ],
)
def test_a_limit_and_a_fault_of_one_record_hold_no_tenant(fault):
    assert cause_of(fault) is None
    assert answer(TENANT, asks(fault))[0::2] == (False, ())


def test_a_try_before_its_time_is_now_and_asked_for_twice_is_one():
    tenant = after(TENANT, asks(LAPSED))
    soon, asked = AT + MINUTE / 2, TryNow(id="n1", tenant="t1")
    done, told, facts = tried_now(tenant, asked, soon)
    assert (done, told) == (True, "it is tried now")
    tenant = evolve("tenant:t1", tenant, facts[0])
    assert tenant.suspended.until == soon
    assert tried_now(tenant, asked, soon) == (True, "it is tried already", ())
    again = after(tenant, asks(LAPSED, at=soon + MINUTE))
    assert (again.suspended.probes, again.suspended.id) == (1, tenant.suspended.id)


def test_what_only_a_person_ends_is_not_tried():
    revoked = after(TENANT, asks(REVOKED))
    done, told, facts = tried_now(revoked, TryNow(id="n1", tenant="t1"), AT)
    assert (done, facts) == (False, ())
    assert "connect QuickBooks again" in told
    assert tried_now(TENANT, TryNow(id="n1", tenant="t1"), AT)[0] is False


def test_a_late_fault_of_an_older_version_changes_nothing():
    assert answer(TENANT, asks(version=4)) == (
        False,
        "version 4 of the connection met it, 5 holds",
        (),
    )


def test_the_second_lane_with_the_same_fault_adds_nothing():
    tenant = after(TENANT, asks(LAPSED))
    assert answer(tenant, asks(LAPSED, lane=OTHER, at=AT + 5 * MINUTE))[2] == ()
    assert answer(tenant, asks(LAPSED, at=AT + MINUTE / 2))[2] == ()


def test_a_try_that_fails_doubles_the_pause_and_keeps_the_suspensions_name():
    first = after(TENANT, asks(LAPSED)).suspended
    second = after(TENANT, asks(LAPSED), asks(LAPSED, at=AT + MINUTE)).suspended
    assert first.until == AT + MINUTE
    assert second == replace(first, until=AT + 3 * MINUTE, probes=1)


def test_what_only_a_person_ends_takes_the_place_of_what_may_end_by_itself():
    tenant = after(TENANT, asks(LAPSED), asks(REVOKED, lane=OTHER, at=AT + MINUTE / 2))
    assert (tenant.suspended.reason, tenant.suspended.until) == ("invalid_grant", None)
    assert after(tenant, asks(LAPSED, at=AT + 9 * MINUTE)) == tenant


def test_a_connection_that_the_journal_does_not_know_is_tried_again():
    assert after(Tenant(), asks(REVOKED, version=0)).suspended.until == AT + MINUTE


def test_a_resume_ends_the_suspension_that_it_names_and_no_other():
    tenant = after(TENANT, asks(LAPSED))
    stale = Resume(id="r1", tenant="t1", suspension="another")
    assert answer(tenant, stale) == (False, "that suspension is over", ())
    named = Resume(id="r2", tenant="t1", suspension=tenant.suspended.id)
    assert after(tenant, named) == TENANT
    assert answer(TENANT, named)[2] == ()


@pytest.mark.parametrize(
    "fact",
    [
        TokenRefreshed(request="r", version=6),
        TenantConnected(request="r", connection=replace(CONNECTED, version=6)),
    ],
)
def test_a_connection_that_moves_ends_the_suspension(fact):
    moved = evolve("tenant:t1", after(TENANT, asks()), fact)
    assert (moved.suspended, moved.connection.version) == (None, 6)
    late = Suspended(request="r", suspension=after(TENANT, asks()).suspended)
    assert evolve("tenant:t1", moved, late) == moved


def test_pauses_grow_up_to_a_quarter_of_an_hour():
    assert [pause_after(n) / MINUTE for n in (0, 1, 2, 3, 4, 5, 99)] == [1, 2, 4, 8, 15, 15, 15]


def suspension(name: str, version: int) -> Suspension:
    return Suspension(
        id=name, version=version, side=Side.QBO, reason="r", detail="d", lane=LANE, since=AT
    )


names, versions = st.sampled_from("ab"), st.integers(1, 4)
facts = st.one_of(
    st.builds(lambda n, v: Suspended(request="r", suspension=suspension(n, v)), names, versions),
    st.builds(lambda n: Resumed(request="r", suspension=n), names),
    st.builds(lambda v: TokenRefreshed(request="r", version=v), versions),
)


@drawn(story=st.lists(facts, max_size=8))
def test_in_any_order_no_tenant_is_held_for_an_older_connection_and_twice_is_once(story):
    tenant = Tenant(connection=replace(CONNECTED, version=1))
    for fact in story:
        tenant = evolve("tenant:t1", tenant, fact)
        assert tenant.suspended is None or tenant.suspended.version >= tenant.version
        assert evolve("tenant:t1", tenant, fact) == tenant
