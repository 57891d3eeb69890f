"""What a preflight says of accounts, classes, locations and terms."""

from agents.rules.tenant.preflight_dimensions import dimensions_told
from schemas.tenant_state import CatalogEntry, Tenant, TenantSettings
from schemas.values import MappingKind, Revision

CHECKING = {"35": CatalogEntry(name="Checking", revision=Revision(False, 1))}
INTO = {MappingKind.PAYMENT_ACCOUNT: {"Other": "35", "Cash": "9"}}


def told(tenant: Tenant) -> dict[str, str]:
    found = list(dimensions_told(tenant))
    assert not any(each.blocking for each in found)
    return {each.name: each.what for each in found}


def test_where_payments_go_is_told_before_anybody_maps_it():
    assert told(Tenant())["deposit-accounts"] == (
        "Payments that cross go in QuickBooks: all to Undeposited Funds"
    )


def test_a_type_that_is_mapped_is_told_with_the_name_of_its_account():
    tenant = Tenant(mappings=INTO, targets={MappingKind.DEPOSIT_ACCOUNT: CHECKING})
    assert told(tenant)["deposit-accounts"] == (
        "Payments that cross go in QuickBooks: Cash to account 9; Other to Checking; any other to "
        "Undeposited Funds"
    )


def test_what_waits_for_a_required_account_is_told_and_so_is_no_inactive_one():
    gone = {"35": CatalogEntry(name="Checking", active=False, revision=Revision(False, 1))}
    tenant = Tenant(
        settings=TenantSettings(require=(MappingKind.PAYMENT_ACCOUNT,)),
        mappings={MappingKind.PAYMENT_ACCOUNT: {"Other": "35"}},
        targets={MappingKind.DEPOSIT_ACCOUNT: gone},
    )
    assert told(tenant)["deposit-accounts"] == (
        "Payments that cross go in QuickBooks: each type waits until it is mapped"
    )
