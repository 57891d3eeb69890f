"""What a preflight says of line item types and of the accounts of refunds that are not mapped."""

from agents.rules.tenant.preflight_mappings import mappings_told
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import MappingKind, Revision

LINE_TYPE, ACCOUNT = MappingKind.LINE_TYPE, MappingKind.REFUND_ACCOUNT


def entry(name, *, active=True):
    return CatalogEntry(name=name, active=active, revision=Revision(False, 1))


def told(tenant):
    return {each.name: each for each in mappings_told(tenant)}


def test_a_line_item_type_in_use_that_is_not_mapped_is_named():
    types = {"1": entry("Late fee"), "2": entry("Barter"), "3": entry("Old", active=False)}
    found = told(Tenant(sources={LINE_TYPE: types}, mappings={LINE_TYPE: {"2": "9"}}))
    assert found["unmapped-line-type"].what.endswith("without an item of QuickBooks: Late fee")
    assert "isthmus map line-types add" in found["unmapped-line-type"].remedy
    assert not any(each.blocking for each in found.values())


def test_how_a_refund_may_be_paid_without_an_account_is_named_until_each_has_one():
    some = Tenant(mappings={ACCOUNT: {"Check": "35", "Credit": "41"}})
    assert "paid by Cash, Other" in told(some)["unmapped-account"].what
    assert "isthmus map accounts add" in told(some)["unmapped-account"].remedy
    every = {"Cash": "35", "Check": "35", "Credit": "41", "Other": "35"}
    assert told(Tenant(mappings={ACCOUNT: every})) == {}
