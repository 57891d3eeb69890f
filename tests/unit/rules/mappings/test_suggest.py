"""Which item a product may be, by name; and what a table of mappings asks for."""

import pytest
from msgspec.structs import replace

from agents.rules.mappings.mapping_csv import Wanted, header_faults, wanted
from agents.rules.mappings.suggest import COMPARED, plain_name, suggestions
from agents.rules.mappings.table import CLASS, LINE_TYPE, PAYMENT_ACCOUNT, PAYMENT_TYPE, PRODUCT
from schemas.tenant_state import CatalogEntry, Tenant
from schemas.values import MappingKind, Revision


def ware(name: str, *, active: bool = True) -> CatalogEntry:
    return CatalogEntry(name=name, active=active, revision=Revision(False, 1))


@pytest.mark.parametrize(
    ("product", "item", "reason"),
    [
        ("Full page", "Full page", "the same name"),
        ("Full page", "FULL-PAGE", "the same name but for case, accents and marks"),
        ("Café ads", "Cafe Ads", "the same name but for case, accents and marks"),
        ("Ads & banners", "Ads and banners", "the same name but for case, accents and marks"),
        ("Display: Banner", "Banner display", "the same words in another order"),
        ("Full page ad", "Full page advert", "a similar name, both with full page"),
        ("Newsletter", "Newsletters", "a similar name"),
    ],
)
def test_a_likely_item_is_suggested_with_the_reason(product, item, reason):
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": ware(product)}},
        targets={MappingKind.PRODUCT: {"19": ware(item), "20": ware("Rent")}},
    )
    [found] = suggestions(tenant, PRODUCT)
    assert (found.source, found.target, found.reason) == ("7", "19", reason)


def test_items_that_share_a_name_are_told_by_their_whole_names():
    banners = {
        "5": CatalogEntry(name="Banner", path="Print:Banner", revision=Revision(False, 1)),
        "6": CatalogEntry(name="Banner", path="Web:Banner", revision=Revision(False, 1)),
        "7": CatalogEntry(name="Banners", path="Web:Banners", revision=Revision(False, 1)),
    }
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": ware("Banner")}},
        targets={MappingKind.PRODUCT: banners},
    )
    found = suggestions(tenant, PRODUCT)
    assert [each.target_name for each in found] == ["Print:Banner", "Web:Banner", "Banners"]


@pytest.mark.parametrize("sort", ["category", "bundle"])
def test_what_no_line_can_name_is_no_choice(sort):
    print_ = CatalogEntry(name="Print", unsold=sort, revision=Revision(False, 1))
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": ware("Print")}},
        targets={MappingKind.PRODUCT: {"19": print_}},
    )
    assert suggestions(tenant, PRODUCT) == []
    asked = wanted([(2, {"product": "7", "item": "19"})], tenant, PRODUCT)
    assert asked.faults == (f"line 2, column item: item 19 (Print) is a {sort} of QuickBooks",)


@pytest.mark.parametrize(
    "tenant",
    [
        Tenant(
            sources={MappingKind.PRODUCT: {"7": ware("Booth")}},
            targets={MappingKind.PRODUCT: {"19": ware("Rent")}},
        ),
        Tenant(
            sources={MappingKind.PRODUCT: {"7": ware("Booth")}},
            targets={MappingKind.PRODUCT: {"19": ware("Booth", active=False)}},
        ),
        Tenant(
            sources={MappingKind.PRODUCT: {"7": ware("Booth", active=False)}},
            targets={MappingKind.PRODUCT: {"19": ware("Booth")}},
        ),
        Tenant(
            sources={MappingKind.PRODUCT: {"7": ware("Booth")}},
            targets={MappingKind.PRODUCT: {"19": ware("Booth")}},
            mappings={MappingKind.PRODUCT: {"7": "20"}},
        ),
    ],
    ids=["nothing-like-it", "item-inactive", "product-inactive", "mapped-already"],
)
def test_nothing_is_suggested_where_nothing_can_be_sold_by_it(tenant):
    assert suggestions(tenant, PRODUCT) == []


def test_the_likeliest_item_comes_first():
    catalogue = {"1": ware("Full pages"), "2": ware("Full page"), "3": ware("A full page")}
    found = suggestions(
        Tenant(
            sources={MappingKind.PRODUCT: {"7": ware("Full page")}},
            targets={MappingKind.PRODUCT: catalogue},
        ),
        PRODUCT,
    )
    assert found[0].target == "2"
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_several_likely_items_are_suggested_and_three_at_most():
    names = ("Full page", "FULL PAGE", "Page full", "Full pages", "Rent")
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": ware("Full page"), "8": ware("Rents")}},
        targets={MappingKind.PRODUCT: {str(n): ware(name) for n, name in enumerate(names)}},
    )
    found = suggestions(tenant, PRODUCT)
    assert [(each.source, each.target) for each in found] == [
        ("7", "0"),
        ("7", "1"),
        ("7", "2"),
        ("8", "4"),
    ]


def test_a_name_without_letters_is_like_no_other():
    assert plain_name("!?") == ""
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": ware("!?")}},
        targets={MappingKind.PRODUCT: {"19": ware("**")}},
    )
    assert suggestions(tenant, PRODUCT) == []


def test_a_payment_type_is_suggested_by_its_name_or_by_what_quickbooks_takes_it_for():
    methods = {
        "1": ware("Cash"),
        "2": ware("Check"),
        "3": replace(ware("Visa"), sort="CREDIT_CARD"),
        "4": replace(ware("Old card", active=False), sort="CREDIT_CARD"),
    }
    tenant = Tenant(
        targets={MappingKind.PAYMENT_TYPE: methods},
        mappings={MappingKind.PAYMENT_TYPE: {"Cash": "1"}},
    )
    found = suggestions(tenant, PAYMENT_TYPE)
    assert [(each.source, each.target, each.reason) for each in found] == [
        ("Check", "2", "the same name"),
        ("Credit", "3", "QuickBooks takes it for a credit card"),
    ]


SOLD = ("101", "line-type-11", "line-type-12")


def test_a_class_is_suggested_for_what_is_sold_a_line_item_type_too():
    tenant = Tenant(
        sources={
            MappingKind.PRODUCT: {"101": ware("Print")},
            MappingKind.LINE_TYPE: {"11": replace(ware("Late fee"), code="Fees")},
        },
        targets={MappingKind.CLASS: {"1": ware("Print"), "2": ware("Fees")}},
    )
    assert [(each.source, each.target, each.reason) for each in suggestions(tenant, CLASS)] == [
        ("line-type-11", "2", "its GL Item Code Fees is the class's name"),
        ("101", "1", "the same name"),
    ]


def test_a_table_of_classes_names_products_and_line_item_types_that_were_shown():
    tenant = Tenant(
        sources={
            MappingKind.PRODUCT: {"101": ware("Print")},
            MappingKind.LINE_TYPE: {"11": ware("Late fee")},
        },
        targets={MappingKind.CLASS: {"1": ware("Print")}},
    )
    rows = [(n, {"product": each, "class": "1"}) for n, each in enumerate(SOLD, start=2)]
    asked = wanted(rows, tenant, CLASS)
    assert asked.mappings == (("101", "1"), ("line-type-11", "1"))
    assert asked.faults == ("line 4, column product: MediaOS has shown no product line-type-12",)


def test_where_a_payment_goes_is_suggested_first_as_quickbooks_does_it_by_itself():
    funds = {"35": ware("Checking"), "4": ware("Undeposited Funds")}
    tenant = Tenant(targets={MappingKind.REFUND_ACCOUNT: funds})
    found = [each for each in suggestions(tenant, PAYMENT_ACCOUNT) if each.source == "Check"]
    assert [(each.target, each.reason) for each in found] == [
        ("4", "QuickBooks puts it there by itself"),
        ("35", "a similar name"),
    ]


def test_a_payment_type_that_mediaos_has_not_said_yet_may_be_mapped_by_a_table():
    tenant = Tenant(targets={MappingKind.PAYMENT_TYPE: {"2": ware("Check")}})
    asked = wanted([(2, {"payment_type": "Wire", "payment_method": "2"})], tenant, PAYMENT_TYPE)
    assert asked == Wanted(mappings=(("Wire", "2"),), faults=())


SHOP = Tenant(
    mappings={MappingKind.PRODUCT: {"7": "19"}},
    sources={MappingKind.PRODUCT: {"7": ware("Full page"), "8": ware("Booth")}},
    targets={MappingKind.PRODUCT: {"19": ware("Full page"), "20": ware("Old", active=False)}},
)


def test_only_what_differs_is_asked_for():
    rows = [(2, {"product": "7", "item": "19"}), (3, {"product": " 8 ", "item": "19 "})]
    rows.append((4, {"product": "9", "item": ""}))
    found = wanted(rows, SHOP, PRODUCT)
    assert (found.mappings, found.faults) == ((("8", "19"),), ())


def test_all_faults_of_a_table_are_told_at_once_by_line_and_column():
    rows = [
        (2, {"product": "", "item": "19"}),
        (3, {"product": "8", "item": "99"}),
        (4, {"product": "8", "item": "20"}),
        (5, {"product": "77", "item": "19"}),
        (6, {"product": "8", "item": "19"}),
        (7, {"product": "8", "item": "19"}),
    ]
    assert wanted(rows, SHOP, PRODUCT).faults == (
        "line 2, column product: expected a product's id, found nothing",
        "line 3, column item: QuickBooks has no item 99",
        "line 4, column item: item 20 (Old) is inactive in QuickBooks",
        "line 5, column product: MediaOS has shown no product 77",
        "line 7, column product: 8 stands on line 6 already",
    )


def test_a_table_needs_its_two_columns():
    assert header_faults(["item", "product", "note"], PRODUCT) == ()
    assert header_faults(["produkt"], PRODUCT) == (
        "line 1: expected a column called product, found none",
        "line 1: expected a column called item, found none",
    )
    assert len(header_faults([], PRODUCT)) == 2


def test_the_gl_item_code_of_a_line_type_is_compared_with_name_and_sku():
    items = {
        "19": ware("Interest"),
        "20": CatalogEntry(name="Charges", code="late-fee", revision=Revision(False, 1)),
        "21": ware("Late Fee"),
        "22": CatalogEntry(name="Old", code="LATE FEE", active=False, revision=Revision(False, 1)),
    }
    late = CatalogEntry(name="Late fees", code="LATE FEE", revision=Revision(False, 1))
    tenant = Tenant(
        targets={MappingKind.PRODUCT: items},
        sources={MappingKind.LINE_TYPE: {"3": late, "4": ware("Interest")}},
        mappings={MappingKind.PRODUCT: {"3": "19"}},
    )
    found = suggestions(tenant, LINE_TYPE)
    assert [(each.source, each.target, each.score, each.reason) for each in found] == [
        ("4", "19", 100, "the same name"),
        ("3", "21", 100, "its GL Item Code LATE FEE is the item's name"),
        ("3", "20", 100, "its GL Item Code LATE FEE is the item's SKU"),
    ]


def test_an_empty_gl_item_code_is_like_no_empty_sku():
    tenant = Tenant(
        targets={MappingKind.PRODUCT: {"19": ware("Rent")}},
        sources={MappingKind.LINE_TYPE: {"3": ware("Late fee")}},
    )
    assert suggestions(tenant, LINE_TYPE) == []


LONG = "gold banner of the spring issue " * 400


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (LONG, "the same name"),
        (f"{LONG} for all", "the same first 200 characters"),
        (f"The {LONG}", "a similar name, both with gold banner of the spring issue"),
    ],
)
def test_of_a_name_that_goes_on_and_on_the_beginning_is_compared_and_said_to_be(item, reason):
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": ware(LONG)}},
        targets={MappingKind.PRODUCT: {"19": ware(item)}},
    )
    [found] = suggestions(tenant, PRODUCT)
    assert found.reason == reason


def test_no_more_of_a_name_is_compared_than_its_beginning():
    assert len(plain_name(LONG)) <= COMPARED
    assert plain_name("Full page") == "full page"


def test_a_code_that_is_too_long_to_be_one_says_nothing():
    code = "9" * (COMPARED + 1)
    tenant = Tenant(
        sources={MappingKind.PRODUCT: {"7": replace(ware("Full page"), code=f"{code}1")}},
        targets={MappingKind.PRODUCT: {"19": replace(ware("Rent"), code=f"{code}2")}},
    )
    assert suggestions(tenant, PRODUCT) == []
