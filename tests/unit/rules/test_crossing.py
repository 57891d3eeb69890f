"""How values cross, what an adopted record confirms, and the limits of a number."""

from datetime import date

import pytest
from msgspec.structs import replace

from agents.rules.documents.conversion import across, marked
from agents.rules.documents.numbers import number_for
from agents.rules.documents.outcome import applied
from agents.rules.documents.settle import settle
from schemas.commands import Write
from schemas.facts import CommandApplied, Linked, Parked, Settled
from schemas.outcomes import Done
from schemas.state import Document, InFlight, TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from tests.unit.rules.records import (
    ADVERTISER,
    AT,
    CUSTOMER,
    INVOICE,
    PAYMENT,
    QBO_INVOICE,
    given,
    linked_customer,
    linked_invoice,
    shown,
)

NEW = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"), event="e")
#: What only this create leaves unsaid: QuickBooks numbers it and fills in the due date.
ASKED = replace(QBO_INVOICE, due=None)
FIELDS = ("customer", "issued", "lines", "marker", "memo", "number")


def create(record=ASKED, fields=FIELDS) -> InFlight:
    command = Write(
        id="c1",
        request_id="r1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        record=record,
        fields=fields,
    )
    return InFlight(decision="d1", document="x", command=command, first_attempt=AT, last_attempt=AT)


def ended(record, *, adopted: bool, in_flight: InFlight | None = None):
    done = Done(id="266", revision=Revision(False, 0), record=record, at=AT)
    return applied(in_flight or create(), NEW, done, adopted=adopted, home="t1/mediaos/42")


def test_an_answered_create_agrees_on_what_the_side_shows():
    told, linked, settled = ended(QBO_INVOICE, adopted=False)

    assert isinstance(told, CommandApplied)
    assert isinstance(linked, Linked)
    assert (linked.mediaos, linked.qbo) == ("136", "266")
    assert isinstance(settled, Settled)
    assert (settled.mediaos, settled.qbo) == (INVOICE, QBO_INVOICE)


def test_an_adopted_record_confirms_only_what_was_asked():
    found = replace(QBO_INVOICE, memo="Thank you", due=date(2026, 5, 1), email="a@b.example")
    *_, settled = ended(found, adopted=True)

    assert settled.qbo == ASKED


def test_the_number_that_an_adopted_record_was_given_is_no_edit():
    asked = create(replace(ASKED, number=None), tuple(f for f in FIELDS if f != "number"))
    *_, settled = ended(QBO_INVOICE, adopted=True, in_flight=asked)

    assert settled.qbo.number == "MediaOS-136"


@pytest.mark.parametrize("record", [None, replace(QBO_INVOICE, customer="59")])
def test_a_create_answered_with_something_else_is_parked_and_not_linked(record):
    told, parked = ended(record, adopted=False)

    assert isinstance(told, CommandApplied)
    assert isinstance(parked, Parked)


def test_a_customer_crosses_only_where_it_is_linked():
    assert across(INVOICE, Side.QBO, given(NEW)).customer == "58"
    assert across(QBO_INVOICE, Side.MEDIAOS, given(NEW)).customer == "42"
    assert across(replace(INVOICE, customer="43"), Side.QBO, given(NEW)).customer == ""
    assert across(INVOICE, Side.QBO, given(NEW, customer=None)).customer == ""
    half = replace(linked_customer(), qbo=None)
    assert across(INVOICE, Side.QBO, given(NEW, customer=half)).customer == ""
    assert across(QBO_INVOICE, Side.MEDIAOS, given(NEW, customer=half)).customer == ""


def test_what_is_not_linked_crosses_as_nothing():
    assert across(INVOICE, Side.QBO, given(NEW, items={})).lines[0].product is None
    assert across(PAYMENT, Side.QBO, given(NEW, invoices={})).applied[0].invoice == ""
    assert across(QBO_INVOICE, Side.MEDIAOS, given(NEW)).lines == QBO_INVOICE.lines


def test_a_name_is_made_fit_for_quickbooks_and_left_alone_for_mediaos():
    odd = replace(ADVERTISER, name="Harbour:  Books\t& Co")

    assert across(odd, Side.QBO, given(linked_customer())).name == "Harbour- Books & Co"
    assert across(odd, Side.MEDIAOS, given(linked_customer())).name == odd.name


def test_a_record_carries_the_other_sides_id_where_there_is_one():
    both = given(linked_invoice())
    assert marked(INVOICE, Side.QBO, both).marker == "MediaOS t1 invoice 136"
    assert marked(INVOICE, Side.MEDIAOS, both).marker == "266"
    assert marked(INVOICE, Side.MEDIAOS, given(NEW)) == INVOICE
    only_qbo = given(Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266")))
    assert marked(INVOICE, Side.QBO, only_qbo) == INVOICE


@pytest.mark.parametrize(("prefix", "fits"), [("A" * 18, True), ("A" * 19, False)])
def test_a_number_holds_21_characters(prefix, fits):
    number = number_for("136", TenantSettings(number_prefix=prefix))

    assert isinstance(number, str) is fits


def settled(mediaos, qbo):
    document = replace(linked_customer(), mediaos=shown(mediaos, "42", 2), qbo=shown(qbo, "58", 2))
    return settle(document, lambda record, to: across(record, to, given(document)))


def test_a_field_that_nobody_owns_conflicts_only_when_the_sides_differ():
    name = {"name": "Tide Press"}
    conflicting = settled(replace(ADVERTISER, **name), replace(CUSTOMER, name="Ebb Press"))
    assert conflicting.conflict == ("name",)

    agreeing = settled(replace(ADVERTISER, **name), replace(CUSTOMER, **name))
    assert (agreeing.conflict, agreeing.agree) == ((), ("name",))
    fitting = settled(
        replace(ADVERTISER, name="Tide: Press"), replace(CUSTOMER, name="Tide- Press")
    )
    assert (fitting.conflict, fitting.agree) == ((), ("name",))

    untouched = settled(ADVERTISER, CUSTOMER)
    assert (untouched.conflict, untouched.agree, untouched.write) == ((), (), {})
