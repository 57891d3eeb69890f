"""The table of kinds is whole, and says of each kind what its records say."""

from decimal import Decimal
from typing import get_args

import pytest
from msgspec.structs import fields, replace

from agents.cli.options import Traded
from agents.rules.documents.conversion import across
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.preview import preview
from agents.rules.kinds.policy import Unique
from agents.rules.kinds.table import POLICIES, numbered, policy_of
from schemas.changes import Change
from schemas.decision_input import link_key
from schemas.held_events import HeldEvents
from schemas.kinds import KINDS, customer_of, kind_of, refs_of
from schemas.products import Product
from schemas.records import Allocation, Record
from schemas.state import Document, Lane
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from streams import publisher
from streams.remotes.mediaos.kinds import table as mediaos
from streams.remotes.quickbooks.kinds import table as quickbooks
from tests.unit.rules.records import (
    ADVERTISER,
    AT,
    CREDIT_APPLICATION,
    CREDIT_MEMO,
    CUSTOMER,
    INVOICE,
    LINE,
    PAYMENT,
    QBO_INVOICE,
    REFUND,
    given,
    shown,
)

RECORDS = {
    Kind.PRODUCT: Product(name="Print"),
    Kind.CUSTOMER: ADVERTISER,
    Kind.INVOICE: INVOICE,
    Kind.CREDIT_MEMO: CREDIT_MEMO,
    Kind.PAYMENT: PAYMENT,
    Kind.CREDIT_APPLICATION: CREDIT_APPLICATION,
    Kind.REFUND: REFUND,
}


def test_every_kind_and_every_shape_stands_in_the_table():
    assert set(KINDS) == set(Kind) == set(RECORDS)
    assert {each.record for each in KINDS.values()} == set(Record.__args__)
    assert all(each.kind is kind for kind, each in KINDS.items())


@pytest.mark.parametrize("kind", Kind)
def test_the_tag_of_a_shape_is_its_kind(kind):
    assert kind_of(RECORDS[kind]) is kind
    assert type(RECORDS[kind]) is KINDS[kind].record


def test_a_kind_stands_behind_all_that_its_records_name():
    order = list(KINDS)
    for kind, record in RECORDS.items():
        for named in refs_of(record, Side.MEDIAOS):
            assert order.index(named.kind) < order.index(kind)


def test_a_record_names_its_customer_its_products_and_what_it_settles_each_once():
    twice = replace(INVOICE, lines=(LINE, replace(LINE, product=None), LINE))
    assert refs_of(twice, Side.MEDIAOS) == (
        RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "42"),
        RecordRef(Side.MEDIAOS, Kind.PRODUCT, "7"),
    )
    part = Allocation(invoice="266", amount=Decimal(1))
    assert refs_of(replace(PAYMENT, applied=(part, part)), Side.QBO) == (
        RecordRef(Side.QBO, Kind.CUSTOMER, "42"),
        RecordRef(Side.QBO, Kind.INVOICE, "266"),
    )
    assert refs_of(ADVERTISER, Side.QBO) == refs_of(None, Side.QBO) == ()


def test_a_record_belongs_to_its_customer_or_to_its_tenant():
    owners = {kind: KINDS[kind].owner("1", record) for kind, record in RECORDS.items()}
    assert owners == {
        Kind.PRODUCT: None,
        Kind.CUSTOMER: "1",
        Kind.INVOICE: "42",
        Kind.CREDIT_MEMO: "42",
        Kind.PAYMENT: "42",
        Kind.CREDIT_APPLICATION: "42",
        Kind.REFUND: "42",
    }
    assert (customer_of(ADVERTISER), customer_of(None)) == (None, None)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_a_policy_speaks_of_fields_that_its_shape_has(policy):
    shape = {field.name for field in fields(KINDS[policy.kind].record)}
    assert set(policy.fields) <= shape
    assert set(policy.created) <= shape
    assert not policy.marked or "marker" in shape
    assert not policy.numbered or "number" in shape
    assert policy.unique is not Unique.NAME or "name" in shape


def test_every_list_of_kinds_names_all_of_them():
    assert set(get_args(publisher.Kind)) == set(Kind)
    assert set(get_args(Traded)) == set(POLICIES)
    assert set(quickbooks.ENTITIES) == set(mediaos.ENTITIES) == set(Kind)


def test_what_has_no_policy_does_not_cross():
    with pytest.raises(TypeError, match="product does not cross"):
        policy_of(RECORDS[Kind.PRODUCT])


@pytest.mark.parametrize(
    ("record", "name", "length"),
    [
        (CUSTOMER, "name", 500),
        (CUSTOMER, "phone", 30),
        (INVOICE, "memo", 1000),
        (PAYMENT, "memo", 1000),
        (PAYMENT, "reference", 21),
    ],
)
def test_a_text_crosses_up_to_what_quickbooks_holds(record, name, length):
    document = Document(kind=kind_of(record), mediaos=shown(record, "1"))
    for text in ("x" * length, "x" * (length + 1)):
        there = across(replace(record, **{name: text}), Side.QBO, given(document))
        assert getattr(there, name) == "x" * length


def test_what_quickbooks_shows_of_a_customer_is_not_cut_for_mediaos():
    long = replace(CUSTOMER, name="x" * 501)
    document = Document(kind=Kind.CUSTOMER, qbo=shown(long, "58"))
    assert across(long, Side.MEDIAOS, given(document)).name == long.name


def test_a_memo_and_a_reference_of_quickbooks_are_cut_for_mediaos():
    long = replace(PAYMENT, memo="x" * 1001, reference="x" * 22)
    document = Document(kind=Kind.PAYMENT, qbo=shown(long, "9"))
    there = across(long, Side.MEDIAOS, given(document))
    assert (len(there.memo), len(there.reference)) == (1000, 21)
    memo = replace(QBO_INVOICE, memo="x" * 1001)
    assert len(across(memo, Side.MEDIAOS, given(document)).memo) == 1000


def test_an_invoice_keeps_the_name_that_decisions_know_it_by():
    assert link_key(RecordRef(Side.QBO, Kind.INVOICE, "266")) == "qbo:266"
    assert link_key(RecordRef(Side.QBO, Kind.PAYMENT, "266")) == "qbo-payment:266"


def test_a_product_that_waits_in_its_tenants_lane_is_not_numbered():
    change = Change(
        event="t1/mediaos/product/7@1",
        tenant="t1",
        side=Side.MEDIAOS,
        kind=Kind.PRODUCT,
        id="7",
        customer=None,
        revision=Revision(False, 1),
        at=AT,
        record=Product(name="Print"),
    )
    lanes = [LaneBook(lane=Lane(key="t1", held=HeldEvents.of(change)), documents={})]
    found = preview(lanes, TenantSettings(), TenantSettings(number_prefix="A-"))
    assert found.touched == ()
    assert not numbered(Kind.PRODUCT)
