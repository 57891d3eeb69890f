"""What an observing tenant would write, and what ends its observing."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.observing import CHANGED_SINCE, answer, intends_create, intends_update
from agents.rules.fold.rows import evolve
from agents.rules.tenant.preflight_standing import standing_of
from schemas.decision_input import DecisionInput
from schemas.requests import GoLive
from schemas.state import Document, ParkReason, Snapshot
from schemas.tenant_facts import WentLive
from schemas.tenant_state import Connected, Live, Tenant, TenantSettings
from schemas.values import Kind, MappingKind, Revision, Side
from tests.unit.rules.records import AT, INVOICE

CONNECTED = Connected(version=3, realm="9130", environment="production")
NEW = Tenant(connection=CONNECTED)
ASKED = GoLive(id="r1", tenant="t1", by="Ada", overruled=("closing-date",))
LIVE = Live(realm="9130", by="Ada", overruled=("closing-date",), since=AT)


def invoice_given(**settings) -> tuple[DecisionInput, Snapshot]:
    shown = Snapshot(id="136", revision=Revision(False, 1), record=INVOICE, at=AT)
    document = Document(kind=Kind.INVOICE, mediaos=shown)
    linked = Document(kind=Kind.CUSTOMER, agreed=object())
    asked = DecisionInput(
        tenant="t1",
        document=document,
        customer=linked,
        settings=TenantSettings(**settings),
        items={},
    )
    return asked, shown


@pytest.mark.parametrize(
    ("tenant", "observes"),
    [
        (Tenant(), False),
        (Tenant(settings=TenantSettings(observe=True)), True),
        (NEW, True),
        (replace(NEW, live=LIVE), False),
        (replace(NEW, live=replace(LIVE, realm="")), False),
        (replace(NEW, live=replace(LIVE, realm="9131")), True),
        (replace(NEW, live=LIVE, settings=TenantSettings(observe=True)), True),
    ],
    ids=["unknown", "set", "new", "live", "live-before", "another-company", "set-again"],
)
def test_a_connected_tenant_observes_until_it_is_live_with_that_company(tenant, observes):
    assert tenant.observes is observes


def test_going_live_is_one_fact_with_who_decided_and_over_what():
    done, _, facts = answer(NEW, ASKED, AT)
    assert (done, facts) == (True, (WentLive(request="r1", live=LIVE),))
    live = evolve("tenant:t1", replace(NEW, settings=TenantSettings(observe=True)), facts[0])
    assert live == replace(NEW, live=LIVE)
    assert answer(live, ASKED, AT) == (True, "it is live already", ())


JUDGED = replace(ASKED, standing=standing_of(NEW))


@pytest.mark.parametrize(
    "meanwhile",
    [
        replace(NEW, connection=replace(CONNECTED, realm="9131")),
        replace(NEW, connection=None),
        replace(NEW, settings=TenantSettings(number_prefix="M-")),
        replace(NEW, mappings={MappingKind.PRODUCT: {"11": "1"}}),
    ],
    ids=["another-company", "disconnected", "settings", "mappings"],
)
def test_what_was_set_or_connected_since_the_preflight_was_judged_by_none_and_does_not_go_live(
    meanwhile,
):
    """The request may have waited for a worker for hours."""
    assert answer(meanwhile, JUDGED, AT) == (False, CHANGED_SINCE, ())


def test_what_stands_as_the_preflight_judged_it_goes_live_and_is_live_if_asked_twice():
    anew = replace(NEW, connection=replace(CONNECTED, version=4))
    assert answer(anew, JUDGED, AT)[2] == (WentLive(request="r1", live=LIVE),)
    live = replace(NEW, live=LIVE, settings=TenantSettings(number_prefix="M-"))
    assert answer(live, JUDGED, AT) == (True, "it is live already", ())


def test_a_tenant_of_an_earlier_release_says_once_more_that_it_is_live_so_that_it_is_known_since():
    live = replace(NEW, live=replace(LIVE, by="Bob", since=None))
    done, told, facts = answer(live, ASKED, AT)

    assert (done, facts) == (True, (WentLive(request="r1", live=replace(LIVE, by="Bob")),))
    assert "from now on" in told


def test_a_live_tenant_that_was_set_to_observe_goes_live_again():
    observing = replace(NEW, live=LIVE, settings=TenantSettings(observe=True))
    done, _, facts = answer(observing, ASKED, AT)

    assert (done, facts) == (True, (WentLive(request="r1", live=LIVE),))
    assert not evolve("tenant:t1", observing, facts[0]).observes


def test_an_intended_create_names_its_number_and_what_it_lacks():
    park = intends_create(*invoice_given(number_prefix="MediaOS-"), Side.MEDIAOS)
    assert (park.reason, park.waits_for) == (ParkReason.OBSERVE, ("go-live",))
    assert park.detail.startswith("would create this invoice in QuickBooks as MediaOS-136; but ")
    assert "is not mapped" in park.detail


def test_an_intended_number_that_is_too_long_is_said():
    park = intends_create(*invoice_given(number_prefix="M" * 20), Side.MEDIAOS)
    assert "as M" not in park.detail
    assert "21" in park.detail


def test_an_intended_change_names_its_fields_and_its_side():
    park = intends_update(invoice_given()[0], Side.MEDIAOS, ("due", "memo"))
    assert park.detail == "would change due date, memo of this invoice in MediaOS"
