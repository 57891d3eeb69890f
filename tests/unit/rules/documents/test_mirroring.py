"""What of QuickBooks is made in MediaOS by itself, and what is only listed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.rules.documents.mirroring import only_listed, stays_here
from schemas.decision_input import DecisionInput
from schemas.records import Customer
from schemas.state import Document
from schemas.tenant_state import BornInQuickbooks, Connected, Live, Tenant, TenantSettings
from schemas.values import Kind
from tests.unit.rules.records import AT, CUSTOMER, INVOICE, PAYMENT, shown

CONNECTED = Connected(version=1, realm="9130", environment="production")
LIVE = Tenant(connection=CONNECTED, live=Live(realm="9130", by="Ada", since=AT))
HERE = shown(CUSTOMER, "42")


def document(**fields) -> Document:
    record = Customer(**{"name": "Tide Press", "made": AT, **fields})
    return Document(kind=Kind.CUSTOMER, qbo=shown(record, "58"))


@pytest.mark.parametrize(
    ("tenant", "made"),
    [
        (LIVE, AT),
        (LIVE, AT + timedelta(days=1)),
        (replace(LIVE, live=replace(LIVE.live, since=AT + timedelta(microseconds=1))), AT),
        (Tenant(), AT),
        (Tenant(), None),
    ],
    ids=["live", "later", "to-the-second", "never-told-to-observe", "of-no-known-age"],
)
def test_what_was_made_since_the_tenant_is_live_goes_by_itself(tenant, made):
    assert only_listed(document(made=made), tenant) == ""


@pytest.mark.parametrize(
    ("tenant", "fields", "why"),
    [
        (LIVE, {"made": AT - timedelta(seconds=1)}, "before the tenant went live"),
        (LIVE, {"made": None}, "before the tenant went live"),
        (replace(LIVE, live=replace(LIVE.live, since=None)), {}, "isthmus go-live"),
        (replace(LIVE, live=None), {}, "not live yet"),
        (
            replace(LIVE, settings=TenantSettings(born_in_quickbooks=BornInQuickbooks.LIST)),
            {},
            "set to be listed",
        ),
        (LIVE, {"parent": "57"}, "of customer 57"),
    ],
    ids=["earlier", "of-no-known-age", "live-since-when", "observing", "set", "job"],
)
def test_all_else_is_listed_with_the_reason_and_the_push_that_makes_it(tenant, fields, why):
    told = only_listed(document(**fields), tenant)

    assert why in told
    assert "isthmus push customer 58 --side qbo" in told


@pytest.mark.parametrize(
    "other",
    [
        Document(kind=Kind.PAYMENT, qbo=shown(PAYMENT, "9")),
        Document(kind=Kind.CUSTOMER, mediaos=HERE, qbo=shown(CUSTOMER, "58")),
        Document(kind=Kind.CUSTOMER, qbo=replace(HERE, record=None)),
        Document(kind=Kind.CUSTOMER, mediaos=HERE),
    ],
    ids=["follows-its-customer", "linked", "deleted", "of-mediaos"],
)
def test_nothing_is_listed_for_that_which_is_no_settings_to_say(other):
    assert only_listed(other, replace(LIVE, live=None)) == ""


def stays(kind, record, *, pushed=False, **settings):
    here = shown(record, "136")
    given = DecisionInput(
        tenant="t1",
        document=Document(kind=kind, mediaos=here),
        settings=TenantSettings(**settings),
        pushed=pushed,
    )
    return stays_here(given, here)


@pytest.mark.parametrize(
    ("method", "settings", "listed"),
    [
        ("Barter", {}, True),
        ("TRADE", {}, True),
        ("Check", {}, False),
        (None, {}, False),
        ("Barter", {"alternative_payments": ()}, False),
        ("Contra deal", {"alternative_payments": ("contra deal",)}, True),
    ],
)
def test_a_payment_that_brings_no_money_is_listed_until_somebody_pushes_it(
    method, settings, listed
):
    paid = replace(PAYMENT, method=method)
    answer = stays(Kind.PAYMENT, paid, **settings)
    assert (answer is not None) is listed
    if answer is not None:
        assert "`isthmus push payment 136` has it made in QuickBooks" in answer.reason
    assert stays(Kind.PAYMENT, paid, pushed=True, **settings) is None


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("total", [0, 5])
def test_an_invoice_of_zero_is_listed_where_that_is_set(skip, total):
    answer = stays(Kind.INVOICE, replace(INVOICE, total=Decimal(total)), skip_zero_invoices=skip)
    assert (answer is not None) is (skip and not total)


def test_what_was_deleted_in_mediaos_is_no_matter_of_settings():
    gone = replace(shown(PAYMENT, "9"), record=None)
    given = DecisionInput(tenant="t1", document=Document(kind=Kind.PAYMENT, mediaos=gone))
    assert stays_here(given, gone) is None
