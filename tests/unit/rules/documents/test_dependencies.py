"""What a document waits for, and when that is there."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.dependencies import missing
from schemas.conditions import condition_of
from schemas.mapping_conditions import MappingUsable
from schemas.state import Agreed, Document, ParkReason
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, MappingKind, Side
from tests.unit.rules.records import (
    ADVERTISER,
    INVOICE,
    LINE,
    PAYMENT,
    QBO_INVOICE,
    given,
    shown,
)

CUSTOMER = Document(kind=Kind.CUSTOMER, mediaos=shown(ADVERTISER, "42"))
NOT_LINKED = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"))


def test_a_customer_waits_for_nothing():
    assert missing(ADVERTISER, Side.MEDIAOS, given(CUSTOMER, customer=None, items={})) is None


@pytest.mark.parametrize("customer", [None, CUSTOMER])
@pytest.mark.parametrize("record", [INVOICE, PAYMENT])
def test_everything_else_waits_for_its_customer(record, customer):
    park = missing(record, Side.MEDIAOS, given(NOT_LINKED, customer=customer))

    assert park.reason is ParkReason.CUSTOMER_UNKNOWN
    assert park.waits_for == ("customer",)


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ({"19": ("7",)}, None),
        ({}, "no product of MediaOS is sold as item 19 (Print) of QuickBooks: map one"),
        ({"19": ("7", "8")}, "products 7, 8 of MediaOS are sold as item 19 (Print) of QuickBooks"),
    ],
)
def test_an_invoice_of_quickbooks_waits_for_one_product_for_each_item(sources, told):
    born = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"))
    names = {"19": "Print"}
    park = missing(QBO_INVOICE, Side.QBO, given(born, items={}, sources=sources, names=names))

    assert (park is None) is (told is None)
    if park is not None and told is not None:
        assert told in park.detail
        assert (park.reason, park.waits_for) == (ParkReason.UNMAPPED_PRODUCT, ("product-of:19",))


def test_a_line_without_a_product_is_for_a_person():
    lines = (replace(LINE, product=None), LINE)
    park = missing(replace(INVOICE, lines=lines), Side.MEDIAOS, given(NOT_LINKED))

    assert (park.reason, park.waits_for) == (ParkReason.UNMAPPED_PRODUCT, ())


@pytest.mark.parametrize("kind", [MappingKind.PAYMENT_TYPE, MappingKind.PAYMENT_ACCOUNT])
def test_a_payment_without_a_type_waits_where_a_setting_asks_for_what_that_is_mapped_to(kind):
    alone = Document(kind=Kind.PAYMENT, mediaos=shown(PAYMENT, "9"))
    customer = replace(CUSTOMER, agreed=Agreed(mediaos=ADVERTISER, qbo=ADVERTISER))
    typeless = replace(PAYMENT, method=None, applied=())
    asked = given(alone, customer=customer)
    assert missing(typeless, Side.MEDIAOS, asked) is None

    asked = replace(asked, settings=TenantSettings(require=(kind,)))
    park = missing(typeless, Side.MEDIAOS, asked)
    assert park is not None
    assert park.detail == "it says no payment type: give it one in MediaOS"
    assert park.waits_for == (f"{kind}:",)
    assert condition_of(f"{kind}:") == MappingUsable(kind, "")


@pytest.mark.parametrize(
    ("inactive", "reason", "told"),
    [
        ({}, ParkReason.UNMAPPED_PRODUCT, ["7, 8 (Letter)", "isthmus map products add"]),
        (
            {"7": "19"},
            ParkReason.UNMAPPED_PRODUCT,
            ["product 8 (Letter) of", "item 19, which product 7 is"],
        ),
        (
            {"7": "19", "8": "20"},
            ParkReason.ITEM_INACTIVE,
            ["item 19, which product 7 is sold as, is inactive", "item 20"],
        ),
    ],
    ids=["unmapped", "one-of-each", "inactive"],
)
def test_what_is_not_mapped_and_what_is_inactive_are_told_apart(inactive, reason, told):
    both = replace(INVOICE, lines=(LINE, replace(LINE, product="8")))
    asked = given(NOT_LINKED, items={}, inactive=inactive, names={"8": "Letter"})
    park = missing(both, Side.MEDIAOS, asked)

    assert (park.reason, park.waits_for) == (reason, ("product:7", "product:8"))
    assert [text for text in told if text not in park.detail] == []
    assert ("is not mapped" in park.detail) is (len(inactive) < 2)
    assert ("is inactive" in park.detail) is bool(inactive)


def test_each_product_is_named_once():
    lines = (replace(LINE, product="8"), LINE, replace(LINE, product="9"), LINE)
    park = missing(replace(INVOICE, lines=lines), Side.MEDIAOS, given(NOT_LINKED, items={"7": "1"}))

    assert park.waits_for == ("product:8", "product:9")


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("linked", [{}, {"136": "266"}, {"137": "267"}], ids=str)
def test_a_payment_waits_for_each_of_its_invoices_that_has_not_crossed(linked, side):
    applied = tuple(replace(PAYMENT.applied[0], invoice=each) for each in ("136", "137"))
    paid = replace(PAYMENT, applied=applied)
    across = {f"{side}:{each}": linked.get(each) for each in ("136", "137")}
    park = missing(paid, side, given(NOT_LINKED, invoices=across))

    waited_for = tuple(f"{side}-invoice:{each}" for each in ("136", "137") if each not in linked)
    assert (park.reason, park.waits_for) == (ParkReason.INVOICE_UNKNOWN, waited_for)

    both = given(NOT_LINKED, invoices={f"{side}:136": "266", f"{side}:137": "267"})
    assert missing(paid, side, both) is None
