"""What is known of products and items, and which item a product is sold as."""

import pytest
from msgspec.structs import replace

from agents.rules.mappings.catalog_entries import (
    billed_as,
    product_seen,
    sharers,
    shown_entries,
    usable_target,
)
from schemas.changes import Change
from schemas.products import Product
from schemas.tenant_facts import SourceSeen, TargetSeen
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import Kind, MappingKind, Revision, Side
from tests.unit.rules.records import AT

KNOWN = CatalogEntry(name="Print", revision=Revision(False, 5))
TENANT = Tenant(
    mappings={MappingKind.PRODUCT: {"7": "19"}},
    targets={MappingKind.PRODUCT: {"19": KNOWN}},
    sources={MappingKind.PRODUCT: {"7": KNOWN}},
)
SEEN = TargetSeen(target="19", name="Print ad", active=True, revision=Revision(False, 6))


def change(number: int, record: Product | None, side: Side = Side.QBO) -> Change:
    return Change(
        event="e",
        tenant="t1",
        side=side,
        kind=Kind.PRODUCT,
        id="19" if side is Side.QBO else "7",
        customer="",
        revision=Revision(record is None, number),
        at=AT,
        record=record,
    )


@pytest.mark.parametrize(
    ("catalogue", "item"),
    [({}, "19"), ({"19": KNOWN}, "19"), ({"19": replace(KNOWN, active=False)}, None)],
    ids=["never-seen", "active", "inactive"],
)
def test_a_product_is_sold_as_its_item_unless_that_is_known_to_be_inactive(catalogue, item):
    tenant = Tenant(
        mappings={MappingKind.PRODUCT: {"7": "19"}}, targets={MappingKind.PRODUCT: catalogue}
    )
    assert usable_target(tenant, MappingKind.PRODUCT, "7") == item
    unmapped = replace(tenant, mappings={})
    assert usable_target(unmapped, MappingKind.PRODUCT, "7") is None, "it is not mapped"


@pytest.mark.parametrize("side", Side)
def test_only_a_newer_revision_is_news(side):
    record = Product(name="Print ad")
    assert product_seen(change(4, record, side), TENANT) == ()
    assert product_seen(change(5, record, side), TENANT) == ()
    [fact] = product_seen(change(6, record, side), TENANT)
    assert isinstance(fact, TargetSeen if side is Side.QBO else SourceSeen)
    assert (fact.name, fact.active, fact.revision) == ("Print ad", True, Revision(False, 6))
    assert len(product_seen(change(1, record, side), Tenant())) == 1, "the first of it"


def test_one_that_was_deleted_is_news_whatever_its_number():
    [fact] = product_seen(change(0, None), TENANT)

    assert (fact.active, fact.revision.deleted) == (False, True)


def test_what_was_shown_replaces_what_is_known_and_leaves_the_others():
    other = {"20": KNOWN}
    after = shown_entries({"19": KNOWN, **other}, "19", SEEN)

    assert after == {"19": CatalogEntry(name="Print ad", revision=SEEN.revision), **other}
    assert shown_entries(after, "19", replace(SEEN, name="Old", revision=KNOWN.revision)) == after


@pytest.mark.parametrize("active", [True, False])
def test_one_that_was_deleted_or_merged_cannot_be_sold_and_keeps_its_name(active):
    gone = replace(SEEN, name="", active=active, revision=Revision(True, 6))

    assert shown_entries({"19": KNOWN}, "19", gone)["19"] == CatalogEntry(
        name="Print", active=False, revision=gone.revision
    )
    assert shown_entries({}, "19", gone)["19"].name == ""


SOLD = CatalogEntry(name="Page", revision=Revision(False, 1))
RETIRED = replace(SOLD, active=False)


@pytest.mark.parametrize(
    ("mapped", "shown", "default", "found"),
    [
        ({}, {}, None, ()),
        ({"7": "19", "8": "20"}, {}, None, ("7",)),
        ({"8": "19", "7": "19"}, {}, None, ("7", "8")),
        ({"7": "19", "8": "19"}, {}, "8", ("8",)),
        ({"7": "19", "8": "20"}, {}, "8", ("7",)),
        ({"7": "19", "8": "19"}, {"7": RETIRED, "8": SOLD}, None, ("8",)),
        ({"7": "19", "8": "19"}, {"7": RETIRED, "8": RETIRED}, None, ("7", "8")),
        ({"7": "19"}, {"7": RETIRED}, None, ("7",)),
    ],
    ids=["none", "one", "two", "default", "mapped-anew", "one-sold", "none-sold", "retired"],
)
def test_an_item_is_billed_as_its_default_or_as_all_that_is_sold_as_it(
    mapped, shown, default, found
):
    kind = MappingKind.PRODUCT
    tenant = Tenant(
        mappings={kind: mapped},
        sources={kind: shown},
        defaults={kind: {"19": default}} if default else {},
    )
    assert billed_as(tenant, kind, "19") == found


@pytest.mark.parametrize(
    ("products", "types", "defaults", "found"),
    [
        ({}, {"3": "19"}, {}, ("line-type/3",)),
        ({"7": "19"}, {"3": "19"}, {}, ("7", "line-type/3")),
        ({"3": "19"}, {"3": "19"}, {}, ("3", "line-type/3")),
        ({"7": "19"}, {"3": "20"}, {}, ("7",)),
        ({"7": "19"}, {"3": "19"}, {MappingKind.LINE_TYPE: {"19": "3"}}, ("line-type/3",)),
        ({"7": "19"}, {"3": "19"}, {MappingKind.PRODUCT: {"19": "7"}}, ("7",)),
        ({"7": "19"}, {"3": "20"}, {MappingKind.LINE_TYPE: {"19": "3"}}, ("7",)),
    ],
    ids=["type", "both", "one-id", "another-item", "default-type", "default-product", "no-more"],
)
def test_an_item_may_be_a_product_or_a_line_item_type(products, types, defaults, found):
    tenant = Tenant(
        mappings={MappingKind.PRODUCT: products, MappingKind.LINE_TYPE: types}, defaults=defaults
    )
    assert billed_as(tenant, MappingKind.PRODUCT, "19") == found


def test_what_shares_an_item_is_told_with_its_kind_where_that_is_another():
    mapped = {MappingKind.PRODUCT: {"7": "19", "8": "19"}, MappingKind.LINE_TYPE: {"3": "19"}}
    tenant = Tenant(mappings=mapped)
    assert sharers(tenant, MappingKind.PRODUCT, "7", "19") == ("8", "line-type 3")
    assert sharers(tenant, MappingKind.LINE_TYPE, "3", "19") == ("product 7", "product 8")


def test_an_item_shown_for_a_line_type_is_one_for_products_too():
    assert TENANT.targets_of(MappingKind.LINE_TYPE) == TENANT.targets_of(MappingKind.PRODUCT)
    gone = replace(TENANT, mappings={MappingKind.LINE_TYPE: {"3": "19"}})
    gone = replace(gone, targets={MappingKind.PRODUCT: {"19": replace(KNOWN, active=False)}})
    assert usable_target(gone, MappingKind.LINE_TYPE, "3") is None


def test_a_sku_that_an_earlier_build_did_not_keep_is_news():
    [fact] = product_seen(change(5, Product(name="Print", code="P-1")), TENANT)
    assert fact.code == "P-1"
    told = {MappingKind.PRODUCT: shown_entries({"19": KNOWN}, "19", fact)}
    again = replace(TENANT, targets=told)
    assert again.targets_of(MappingKind.PRODUCT)["19"].code == "P-1"
    assert product_seen(change(5, Product(name="Print", code="P-1")), again) == ()
