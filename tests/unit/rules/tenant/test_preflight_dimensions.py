"""What a preflight says of accounts, classes, locations and terms."""

import pytest
from msgspec.structs import replace

from agents.rules.tenant.preflight_dimensions import dimensions_told
from schemas.company import Classes, Company
from schemas.tenant_state import CatalogEntry, Tenant, TenantSettings
from schemas.values import MappingKind, Revision

CHECKING = {"35": CatalogEntry(name="Checking", revision=Revision(False, 1))}
NOTHING_KEPT = Company()
INTO = {MappingKind.PAYMENT_ACCOUNT: {"Other": "35", "Cash": "9"}}


def told(tenant: Tenant, company: Company = NOTHING_KEPT) -> dict[str, str]:
    found = list(dimensions_told(tenant, company))
    assert not any(each.blocking for each in found)
    return {each.name: each.what for each in found}


def test_where_payments_go_is_told_before_anybody_maps_it():
    assert told(Tenant())["deposit-accounts"] == (
        "Payments that cross go in QuickBooks: all to Undeposited Funds"
    )


def test_a_type_that_is_mapped_is_told_with_the_name_of_its_account():
    tenant = Tenant(mappings=INTO, targets={MappingKind.REFUND_ACCOUNT: CHECKING})
    assert told(tenant)["deposit-accounts"] == (
        "Payments that cross go in QuickBooks: Cash to account 9; Other to Checking; any other to "
        "Undeposited Funds"
    )


def test_what_waits_for_a_required_account_is_told_and_so_is_no_inactive_one():
    gone = {"35": CatalogEntry(name="Checking", active=False, revision=Revision(False, 1))}
    tenant = Tenant(
        settings=TenantSettings(require=(MappingKind.PAYMENT_ACCOUNT,)),
        mappings={MappingKind.PAYMENT_ACCOUNT: {"Other": "35"}},
        targets={MappingKind.REFUND_ACCOUNT: gone},
    )
    assert told(tenant)["deposit-accounts"] == (
        "Payments that cross go in QuickBooks: each type waits until it is mapped"
    )


FULL, HALF, FEE = (
    CatalogEntry(name=name, revision=Revision(False, 1))
    for name in ("Full page", "Half page", "Late fee")
)
SOLD = {MappingKind.PRODUCT: {"101": FULL, "102": HALF}, MappingKind.LINE_TYPE: {"11": FEE}}


def test_what_goes_without_a_class_is_named_where_quickbooks_keeps_classes():
    tenant = Tenant(sources=SOLD, mappings={MappingKind.CLASS: {"101": "7", "line-type-11": "8"}})
    assert "classes" not in told(tenant)
    assert told(tenant, Company(classes=Classes.BY_LINE))["classes"] == (
        "QuickBooks keeps a class for each line; mapped to no class: Half page"
    )


def test_what_waits_for_a_location_is_told_as_the_setting_is():
    tenant = Tenant(
        sources=SOLD, settings=TenantSettings(require=(MappingKind.LOCATION, MappingKind.CLASS))
    )
    found = {each.name: each for each in dimensions_told(tenant, Company(locations=True))}
    assert found["locations"].what == (
        "QuickBooks keeps a location for each sale; mapped to no location: Full page, Half page, "
        "Late fee"
    )
    assert found["locations"].why.startswith("what is not mapped waits until it is mapped")
    assert found["classes-off"].what == "a class is required, and QuickBooks keeps none"


def test_terms_that_are_not_mapped_are_named_with_what_becomes_of_their_invoices():
    terms = {"31": CatalogEntry(name="Net 30", revision=Revision(False, 1))}
    tenant = Tenant(sources={MappingKind.TERM: terms})
    assert told(tenant)["terms"] == "terms of MediaOS without a term of QuickBooks: Net 30"
    waits = replace(tenant, settings=TenantSettings(require=(MappingKind.TERM,)))
    [found] = [each for each in dimensions_told(waits, NOTHING_KEPT) if each.name == "terms"]
    assert found.why == "an invoice with them waits until they are mapped"
    assert "terms" not in told(replace(tenant, mappings={MappingKind.TERM: {"31": "3"}}))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("4010", "Late fee (4010 in MediaOS, 4000 in QuickBooks)"),
        ("4000", None),
        ("Advertising Income", None),
        ("", None),
    ],
)
def test_a_line_item_type_whose_item_earns_for_another_account_is_named(code, said):
    at = {"revision": Revision(False, 1)}
    tenant = Tenant(
        sources={MappingKind.LINE_TYPE: {"11": CatalogEntry(name="Late fee", ledger=code, **at)}},
        targets={
            MappingKind.PRODUCT: {"19": CatalogEntry(name="Late fee", ledger="1", **at)},
            MappingKind.REFUND_ACCOUNT: {
                "1": CatalogEntry(name="Advertising Income", code="4000", **at)
            },
        },
        mappings={MappingKind.LINE_TYPE: {"11": "19"}},
    )
    named = told(tenant).get("gl-codes")
    assert (named is not None) is (said is not None)
    assert said is None or (named or "").endswith(said)
