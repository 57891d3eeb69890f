"""What the rules are given: what the document names, wherever it stands."""

from msgspec.structs import replace

from agents.rules.documents.decision_input import given_for
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.named_records import named_by, own_records
from schemas.state import Document, Lane
from schemas.tenant_state import CatalogEntry, Connected, Live, Tenant
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side
from tests.unit.rules.records import (
    INVOICE,
    LINE,
    PAYMENT,
    linked_customer,
    linked_invoice,
    shown,
)

NAME, PAID = "mediaos/invoice/136", "mediaos/payment/9"
OTHER = replace(
    linked_customer(),
    mediaos=replace(linked_customer().mediaos, id="43"),
    qbo=replace(linked_customer().qbo, id="59"),
)


def book(**documents: Document) -> LaneBook:
    known = {"mediaos/customer/42": linked_customer(), NAME: linked_invoice()}
    return LaneBook(Lane(key="t1/mediaos/42"), {**known, **documents})


def given(document: Document, *, tenant: Tenant | None = None, pushed: bool = False, **known):
    find = book(**known).document_of
    return given_for("t1", document, find, tenant or Tenant(), pushed=pushed)


def payment(customer: str, invoice: str, side: Side = Side.MEDIAOS) -> Document:
    applied = (replace(PAYMENT.applied[0], invoice=invoice),)
    record = shown(replace(PAYMENT, customer=customer, applied=applied), "9")
    if side is Side.MEDIAOS:
        return Document(kind=Kind.PAYMENT, mediaos=record)
    return Document(kind=Kind.PAYMENT, qbo=record)


def test_a_documents_own_records_are_those_of_each_side_that_has_shown_it():
    linked = linked_invoice()
    ours = RecordRef(Side.MEDIAOS, Kind.INVOICE, linked.mediaos.id)
    theirs = RecordRef(Side.QBO, Kind.INVOICE, linked.qbo.id)

    assert set(own_records(linked)) == {ours, theirs}
    assert own_records(replace(linked, qbo=None)) == (ours,)
    assert own_records(replace(linked, mediaos=None)) == (theirs,)


def test_only_the_items_of_the_documents_own_products_are_given():
    tenant = Tenant(mappings={MappingKind.PRODUCT: {"7": "19", "8": "20"}})
    lines = (LINE, replace(LINE, product="9"))
    document = Document(kind=Kind.INVOICE, mediaos=shown(replace(INVOICE, lines=lines), "1"))

    assert given(document, tenant=tenant).items == {"7": "19"}


def test_an_item_that_cannot_be_sold_is_given_as_such_with_its_products_name():
    tenant = Tenant(
        mappings={MappingKind.PRODUCT: {"7": "19", "8": "20"}},
        targets={
            MappingKind.PRODUCT: {
                "19": CatalogEntry(name="Print", active=False, revision=Revision(False, 2))
            }
        },
        sources={
            MappingKind.PRODUCT: {"7": CatalogEntry(name="Full page", revision=Revision(False, 1))}
        },
    )
    document = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "1"))
    asked = given(document, tenant=tenant)

    assert (asked.items, asked.inactive, asked.names) == ({}, {"7": "19"}, {"7": "Full page"})


def test_a_tenant_that_has_not_gone_live_is_given_as_observing_whatever_its_settings_say():
    connected = Connected(version=1, realm="9130", environment="production")
    new = Tenant(connection=connected)
    live = replace(new, live=Live(realm="9130", by="Ada"))

    assert given(linked_invoice(), tenant=new).settings.observe
    assert not given(linked_invoice(), tenant=live).settings.observe


def test_a_payment_of_either_side_is_given_its_customer_and_the_invoice_across():
    of_mediaos = given(payment("42", "136"))
    assert of_mediaos.invoices == {"mediaos:136": "266"}
    assert of_mediaos.customer == linked_customer()
    assert not of_mediaos.pushed

    of_qbo = given(payment("58", "266", Side.QBO), pushed=True)
    assert of_qbo.invoices == {"qbo:266": "136"}
    assert of_qbo.customer == linked_customer()
    assert of_qbo.pushed


def test_an_invoice_that_is_not_linked_has_nothing_across():
    alone = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "137"))
    moved = replace(alone, qbo=linked_invoice().qbo)
    for known in ({}, {"mediaos/invoice/137": alone}, {"mediaos/invoice/137": moved}):
        assert given(payment("42", "137"), **known).invoices == {"mediaos:137": None}


def test_what_a_document_names_is_asked_for_by_record():
    customer = RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "43")
    invoice = RecordRef(Side.MEDIAOS, Kind.INVOICE, "138")
    assert named_by("t1", payment("43", "138")) == (customer, invoice)

    elsewhere = {customer: OTHER, invoice: linked_invoice()}
    asked = given_for("t1", payment("43", "138"), elsewhere.get, Tenant())
    assert asked.customer == OTHER
    assert asked.invoices == {"mediaos:138": "266"}


def test_the_customer_is_the_one_that_mediaos_names_and_no_other():
    moved = replace(
        linked_invoice(),
        mediaos=replace(linked_invoice().mediaos, record=replace(INVOICE, customer="43")),
    )
    assert given(moved).customer is None

    deleted = replace(linked_invoice(), mediaos=shown(None, "136", 9))
    assert given(deleted).customer == linked_customer()
    assert RecordRef(Side.QBO, Kind.CUSTOMER, "58") in named_by("t1", deleted)
