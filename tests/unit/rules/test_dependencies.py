"""What a document waits for, and when that is there."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.dependencies import missing
from schemas.state import Document, ParkReason
from schemas.values import Kind, Side
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


def test_products_are_mapped_one_way_only():
    assert missing(QBO_INVOICE, Side.QBO, given(NOT_LINKED, items={})) is None
    assert missing(INVOICE, Side.MEDIAOS, given(NOT_LINKED, items={})) is not None


def test_a_line_without_a_product_is_for_a_person():
    lines = (replace(LINE, product=None), LINE)
    park = missing(replace(INVOICE, lines=lines), Side.MEDIAOS, given(NOT_LINKED))

    assert (park.reason, park.waits_for) == (ParkReason.UNMAPPED_PRODUCT, ())


def test_each_product_is_named_once():
    lines = (replace(LINE, product="8"), LINE, replace(LINE, product="9"), LINE)
    park = missing(replace(INVOICE, lines=lines), Side.MEDIAOS, given(NOT_LINKED, items={"7": "1"}))

    assert park.waits_for == ("product:8", "product:9")
