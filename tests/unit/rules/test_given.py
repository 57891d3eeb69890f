"""What the rules are given: what the document names, wherever it stands."""

from msgspec.structs import replace

from agents.rules.documents.decision_input import given_for, named_by
from schemas.state import Document, Lane, Tenant
from schemas.values import Kind, RecordRef, Side
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


def lane(**documents: Document) -> Lane:
    known = {"mediaos/customer/42": linked_customer(), NAME: linked_invoice()}
    names = {"qbo/customer/58": "mediaos/customer/42", "qbo/invoice/266": NAME}
    return Lane(key="t1/mediaos/42", documents={**known, **documents}, names=names)


def payment(customer: str, invoice: str, side: Side = Side.MEDIAOS) -> Document:
    applied = (replace(PAYMENT.applied[0], invoice=invoice),)
    record = shown(replace(PAYMENT, customer=customer, applied=applied), "9")
    if side is Side.MEDIAOS:
        return Document(kind=Kind.PAYMENT, mediaos=record)
    return Document(kind=Kind.PAYMENT, qbo=record)


def test_only_the_items_of_the_documents_own_products_are_given():
    tenant = Tenant(items={"7": "19", "8": "20"})
    lines = (LINE, replace(LINE, product="9"))
    document = Document(kind=Kind.INVOICE, mediaos=shown(replace(INVOICE, lines=lines), "1"))

    assert given_for("t1", lane(x=document), "x", tenant).items == {"7": "19"}


def test_a_payment_of_either_side_is_given_its_customer_and_the_invoice_across():
    of_mediaos = given_for("t1", lane(x=payment("42", "136")), "x", Tenant())
    assert of_mediaos.invoices == {"mediaos:136": "266"}
    assert of_mediaos.customer == linked_customer()
    assert not of_mediaos.pushed

    of_qbo = given_for("t1", lane(x=payment("58", "266", Side.QBO)), "x", Tenant(), pushed=True)
    assert of_qbo.invoices == {"qbo:266": "136"}
    assert of_qbo.customer == linked_customer()
    assert of_qbo.pushed


def test_an_invoice_that_is_not_linked_has_nothing_across():
    alone = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "137"))
    moved = replace(alone, qbo=linked_invoice().qbo)
    for known in ({}, {"mediaos/invoice/137": alone}, {"mediaos/invoice/137": moved}):
        here = lane(x=payment("42", "137"), **known)
        assert given_for("t1", here, "x", Tenant()).invoices == {"mediaos:137": None}


def test_what_stands_in_another_lane_is_named_and_given_from_there():
    here = lane(x=payment("43", "138"))
    customer = RecordRef(Side.MEDIAOS, Kind.CUSTOMER, "43")
    invoice = RecordRef(Side.MEDIAOS, Kind.INVOICE, "138")
    assert named_by(here, "x") == (customer, invoice)

    others = {str(customer): OTHER, str(invoice): linked_invoice()}
    asked = given_for("t1", here, "x", Tenant(), others=others)
    assert asked.customer == OTHER
    assert asked.invoices == {"mediaos:138": "266"}


def test_the_customer_is_the_one_that_mediaos_names_and_no_other():
    moved = replace(
        linked_invoice(),
        mediaos=replace(linked_invoice().mediaos, record=replace(INVOICE, customer="43")),
    )
    assert given_for("t1", lane(x=moved), "x", Tenant()).customer is None

    deleted = replace(linked_invoice(), mediaos=shown(None, "136", 9))
    assert given_for("t1", lane(x=deleted), "x", Tenant()).customer == linked_customer()
    assert named_by(lane(x=deleted), "x") == ()
