import pytest
from msgspec.structs import replace

from agents.rules.fold.rows import evolve
from agents.rules.tenant.connections import answer
from schemas.engine_requests import NoteRefresh
from schemas.requests import ConnectTenant, DisconnectTenant
from schemas.tenant_facts import TenantConnected, TenantDisconnected, TokenRefreshed
from schemas.tenant_state import Connected, Tenant

FIRST = Connected(version=1, realm="9130", environment="production", installation="here")
TENANT = Tenant(connection=FIRST)


def connect(connection, *, another=False):
    return ConnectTenant(id="r1", tenant="t1", connection=connection, another=another)


def note(**different):
    return NoteRefresh(id="r1", tenant="t1", connection=replace(FIRST, **different))


def test_the_first_connection_of_a_tenant_is_confirmed():
    done, detail, facts = answer({}, connect(FIRST))

    assert (done, detail) == (True, "connected to company 9130")
    assert facts == (TenantConnected(request="r1", connection=FIRST),)
    assert evolve("tenant:t1", None, facts[0]) == TENANT


@pytest.mark.parametrize(
    ("tenants", "request_", "reason"),
    [
        ({"t1": TENANT}, connect(replace(FIRST, version=2, realm="7")), "disconnect it first"),
        (
            {"t1": Tenant(left=FIRST)},
            connect(replace(FIRST, version=2, realm="7")),
            "allow another company",
        ),
        ({"t2": TENANT}, connect(FIRST), "connected to tenant t2"),
        (
            {"t2": Tenant(left=FIRST)},
            connect(replace(FIRST, installation="copy")),
            "another installation",
        ),
        ({"t1": TENANT}, connect(FIRST), "not newer than 1"),
        ({}, note(version=2), "no connection"),
        ({"t1": TENANT}, note(version=2, realm="7"), "not the one"),
        ({"t1": TENANT}, note(version=2, installation="copy"), "not the one"),
        ({"t1": Tenant(connection=replace(FIRST, version=3))}, note(version=2), "older than 3"),
    ],
    ids=[
        "another company",
        "another company than the last",
        "a company of another tenant",
        "a copied installation",
        "an old version",
        "a renewal of nothing",
        "a renewal of another company's token",
        "a renewal by a copy",
        "a renewal that came late",
    ],
)
def test_what_must_not_be_is_refused_with_the_reason(tenants, request_, reason):
    done, detail, facts = answer(tenants, request_)

    assert (done, facts) == (False, ())
    assert reason in detail


def test_another_company_is_taken_once_the_first_was_given_up_and_that_is_allowed():
    elsewhere = replace(FIRST, version=2, realm="7")

    done, _, facts = answer({"t1": Tenant(left=FIRST)}, connect(elsewhere, another=True))

    assert done
    assert evolve("tenant:t1", Tenant(left=FIRST), facts[0]).connection == elsewhere


def test_reconnecting_to_the_same_company_needs_no_permission():
    again = replace(FIRST, version=2)

    for tenant in (TENANT, Tenant(left=FIRST)):
        assert answer({"t1": tenant}, connect(again))[0]


def test_a_renewed_token_moves_the_version_and_never_back():
    done, _, facts = answer({"t1": TENANT}, note(version=2))

    assert (done, facts) == (True, (TokenRefreshed(request="r1", version=2),))
    after = evolve("tenant:t1", TENANT, facts[0])
    assert after.connection.version == 2
    assert evolve("tenant:t1", after, TokenRefreshed(request="r0", version=1)) == after
    assert answer({"t1": after}, note(version=2))[::2] == (True, ())


def disconnect(connection=None):
    return DisconnectTenant(id="r1", tenant="t1", connection=connection)


def test_who_was_connected_again_since_is_not_disconnected_by_who_means_the_one_before():
    again = Tenant(connection=replace(FIRST, version=3))

    done, said, facts = answer({"t1": again}, disconnect(FIRST))
    assert (done, facts) == (False, ())
    assert "disconnect it anew" in said
    assert answer({"t1": again}, disconnect(again.connection))[0]
    assert answer({"t1": again}, disconnect(replace(FIRST, version=9)))[0]


@pytest.mark.parametrize("before", [Tenant(), TENANT, Tenant(left=FIRST)], ids=str)
def test_a_connection_whose_tokens_were_erased_unheard_of_is_confirmed_by_nobody(before):
    """Its word may come later: the gateway that sends it is slow."""
    second = replace(FIRST, version=2)
    done, _, facts = answer({"t1": before}, disconnect(second))
    assert done
    after = before
    for fact in facts:
        after = evolve("tenant:t1", after, fact)

    assert (after.connection, after.left) == (None, second)
    assert not answer({"t1": after}, connect(second))[0]
    assert answer({"t1": after}, disconnect(second))[::2] == (True, ())
    assert answer({"t1": after}, connect(replace(FIRST, version=3)))[0]


@pytest.mark.parametrize("before", [TENANT, Tenant(left=FIRST)], ids=["connected", "left"])
def test_of_another_company_s_tokens_that_were_erased_only_the_version_is_remembered(before):
    """Its documents are those of the last; a link that allows another may be heard of later."""
    other = replace(FIRST, version=2, realm="4711")
    done, _, facts = answer({"t1": before}, disconnect(other))
    assert done
    after = before
    for fact in facts:
        after = evolve("tenant:t1", after, fact)

    assert (after.connection, after.left) == (None, replace(FIRST, version=2))
    assert not answer({"t1": after}, connect(other, another=True))[0]
    assert answer({"t1": after}, connect(replace(other, version=3), another=True))[0]
    assert not answer({"t1": after}, connect(replace(other, version=3)))[0]


def test_what_was_given_up_is_remembered():
    done, _, facts = answer({"t1": TENANT}, DisconnectTenant(id="r1", tenant="t1"))

    assert (done, facts) == (True, (TenantDisconnected(request="r1"),))
    gone = evolve("tenant:t1", TENANT, facts[0])
    assert (gone.connection, gone.left) == (None, FIRST)
    assert answer({"t1": gone}, DisconnectTenant(id="r2", tenant="t1"))[::2] == (True, ())
    assert evolve("tenant:t1", gone, TokenRefreshed(request="r", version=9)) == gone
