"""What a document waits for, and when that is there."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.dependencies import met, missing
from schemas.state import Document, Lane, ParkReason, Tenant, TenantSettings
from schemas.values import Kind, Side
from tests.unit.rules.records import (
    ADVERTISER,
    INVOICE,
    LINE,
    PAYMENT,
    QBO_INVOICE,
    given,
    linked_customer,
    linked_invoice,
    shown,
)

CUSTOMER = Document(kind=Kind.CUSTOMER, mediaos=shown(ADVERTISER, "42"))
NOT_LINKED = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"))


def lane(*documents: Document) -> Lane:
    names = {"qbo/invoice/266": "mediaos/invoice/136"}
    ids = {Kind.CUSTOMER: "mediaos/customer/42", Kind.INVOICE: "mediaos/invoice/136"}
    return Lane(key="t1/mediaos/42", documents={ids[d.kind]: d for d in documents}, names=names)


@pytest.mark.parametrize(
    ("condition", "lane_", "tenant", "is_met"),
    [
        ("product:7", lane(), Tenant(items={"7": "19"}), True),
        ("product:8", lane(), Tenant(items={"7": "19"}), False),
        ("customer", lane(linked_customer()), Tenant(), True),
        ("customer", lane(CUSTOMER), Tenant(), False),
        ("customer", lane(linked_invoice()), Tenant(), False),
        ("mediaos-invoice:136", lane(linked_invoice()), Tenant(), True),
        ("qbo-invoice:266", lane(linked_invoice()), Tenant(), True),
        ("mediaos-invoice:136", lane(NOT_LINKED), Tenant(), False),
        ("mediaos-invoice:137", lane(linked_invoice()), Tenant(), False),
        ("push", lane(), Tenant(), True),
        ("push", lane(), Tenant(settings=TenantSettings(manual_push=True)), False),
        ("go-live", lane(), Tenant(), True),
        ("go-live", lane(), Tenant(settings=TenantSettings(observe=True)), False),
        ("asked", lane(), Tenant(), True),
        ("pushed", lane(), Tenant(), True),
        ("another", lane(), Tenant(), False),
    ],
)
def test_a_condition_is_met_when_what_it_names_is_there(condition, lane_, tenant, is_met):
    assert met(condition, lane_, tenant) is is_met


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
