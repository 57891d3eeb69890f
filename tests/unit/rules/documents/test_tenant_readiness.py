"""Is what a preview says would go what a lane finds ready once it is set so?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.readiness import ready
from agents.rules.documents.tenant_readiness import met_by_tenant, newly_met
from agents.rules.fold.tenant_facts import evolve_tenant
from schemas.company import Classes, Company
from schemas.lane_conditions import CustomerActive, CustomerLinked, OwesAgain
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.state import Lane, ParkReason
from schemas.tenant_conditions import (
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_facts import CompanySeen, Mapped, SettingsChanged, TenantConnected
from schemas.tenant_state import Connected, TaxBy, Tenant, TenantSettings
from schemas.values import MappingKind
from schemas.waiting import ParkedEntry, Waiting, WaitingPart

KINDS = (MappingKind.PRODUCT, MappingKind.PAYMENT_TYPE, MappingKind.TAX_CODE)
SOURCES = ("7", "8", "product-7|taxed", "taxed")
CONDITIONS = st.one_of(
    st.builds(MappingUsable, st.sampled_from(KINDS), st.sampled_from(SOURCES)),
    st.builds(TargetClear, st.just(MappingKind.PRODUCT), st.sampled_from(("12", "13"))),
    st.builds(NoWriteOff, st.sampled_from(SOURCES)),
    st.builds(NumberFree, st.just("136"), st.sampled_from(("136", "M-136"))),
    st.sampled_from((SyncOn(), TenantLive(), ZoneKnown(), TaxReckoned(TaxBy.QUICKBOOKS))),
    st.builds(TrackedOtherwise, st.sampled_from(Classes), st.booleans()),
    st.sampled_from((CustomerLinked(), CustomerActive("5"), OwesAgain("9"))),
).map(str)
PARKED = st.lists(st.frozensets(CONDITIONS, min_size=1, max_size=3), max_size=8)
FACTS = st.one_of(
    st.builds(
        Mapped,
        request=st.just("r"),
        kind=st.sampled_from(KINDS),
        source=st.sampled_from(("7", "8", "taxed", "product-7")),
        target=st.sampled_from(("12", "13", None)),
        default=st.booleans(),
    ),
    st.builds(
        SettingsChanged,
        request=st.just("r"),
        settings=st.builds(
            TenantSettings,
            manual_push=st.booleans(),
            number_prefix=st.sampled_from(("", "M-")),
            time_zone=st.sampled_from(("", "America/New_York")),
            require=st.sampled_from(((), (MappingKind.PAYMENT_TYPE,))),
            tax=st.sampled_from((None, TaxBy.MEDIAOS)),
        ),
    ),
)


def tenant_of(facts):
    tenant = Tenant()
    for fact in facts:
        tenant = evolve_tenant(tenant, fact)
    return tenant


def found_ready(parked, tenant):
    entries = {
        str(order): ParkedEntry(order=order, reason=ParkReason.REFUSED, lacks=tuple(lacks))
        for order, lacks in enumerate(parked)
    }
    conditions = {}
    for name, entry in entries.items():
        for text in entry.lacks:
            conditions.setdefault(text, {})[name] = entry.order
    # Nobody is linked, and one customer is inactive: a lane has no more of its own to say.
    lane = Lane(key="t1/mediaos/42", inactive=("5",))
    part = WaitingPart(parked=entries, conditions=conditions)
    return set(ready(Waiting(parts={"0": part}), lane, tenant))


@given(before=st.lists(FACTS, max_size=4), fact=FACTS, parked=PARKED)
def test_what_a_preview_lets_go_is_what_a_lane_finds_ready(before, fact, parked):
    old = tenant_of(before)
    new = evolve_tenant(old, fact)
    news = set(newly_met({text for lacks in parked for text in lacks}, old, new))

    foretold = {
        str(order)
        for order, lacks in enumerate(parked)
        if lacks & news and all(met_by_tenant(each, new) for each in lacks)
    }

    assert foretold == found_ready(parked, new) - found_ready(parked, old)


@pytest.mark.parametrize("text", ["customer", "owes:9", "customer-active:5", "no-such:1", ""])
def test_what_hangs_on_a_lane_or_is_no_condition_is_met_by_no_tenant(text):
    settings = replace(TenantSettings(), manual_push=False)

    assert not met_by_tenant(text, Tenant(settings=settings))


def test_what_names_classes_that_a_company_keeps_no_more_is_met_by_its_tenant():
    text = str(TrackedOtherwise(Classes.BY_LINE, locations=False))
    company = Company(realm="9130", classes=Classes.BY_LINE)
    connection = Connected(version=1, realm="9130", environment="production")
    keeps = tenant_of(
        (TenantConnected(request="r", connection=connection), CompanySeen(company=company))
    )

    assert met_by_tenant(text, Tenant())
    assert not met_by_tenant(text, keeps)
