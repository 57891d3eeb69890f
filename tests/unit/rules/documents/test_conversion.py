"""How values cross, what an adopted record confirms, and the limits of a number."""

from datetime import date

import pytest
from msgspec.structs import replace

from agents.rules.documents.conversion import across, marked
from agents.rules.documents.decide import decide
from agents.rules.documents.numbers import number_for
from agents.rules.documents.outcome import adopted, applied
from agents.rules.documents.settle import settle
from agents.rules.kinds.table import POLICIES
from schemas.command_facts import CommandApplied
from schemas.commands import Create, Removal, Remove
from schemas.company import Company
from schemas.decisions import Send
from schemas.facts import Linked, Parked, Settled
from schemas.outcomes import Done
from schemas.state import Document, InFlight
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.commands import write
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
SENT = ("customer", "issued", "lines", "marker", "memo", "number")


def create(record=ASKED, fields=SENT) -> InFlight:
    command = Create(
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
    fields = set(POLICIES[Kind.INVOICE].fields)
    assert set(settled.fields) == fields, "also what QuickBooks filled in"


def test_an_answered_update_agrees_on_what_it_wrote_and_no_more():
    edited = linked_invoice(
        mediaos=replace(INVOICE, memo="April"), qbo=replace(QBO_INVOICE, due=date(2026, 4, 30))
    )
    answered = replace(edited.qbo.record, memo="April")
    update = write(
        id="c1",
        request_id="r1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        record=answered,
        fields=("memo",),
        target="266",
    )
    done = Done(id="266", revision=Revision(False, 5), record=answered, at=AT)
    _, settled = applied(
        replace(create(), command=update), edited, done, adopted=False, home="t1/mediaos/42"
    )

    assert settled.fields == ("memo",), "its due date was edited since and has yet to go"
    assert (settled.mediaos.memo, settled.qbo.memo) == ("April", "April")


def test_an_adopted_record_confirms_only_what_was_asked():
    found = replace(QBO_INVOICE, memo="Thank you", due=date(2026, 5, 1), email="a@b.example")
    *_, settled = ended(found, adopted=True)

    assert settled.qbo == ASKED


def test_the_number_that_an_adopted_record_was_given_is_no_edit():
    asked = create(replace(ASKED, number=None), tuple(f for f in SENT if f != "number"))
    *_, settled = ended(QBO_INVOICE, adopted=True, in_flight=asked)

    assert settled.qbo.number == "MediaOS-136"


def test_a_removal_is_done_and_nothing_is_agreed_upon():
    removal = Remove(
        id="c1",
        request_id="r1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        target="266",
        based_on=Revision(False, 4),
        how=Removal.VOID,
    )
    in_flight = replace(create(), command=removal)

    [told] = ended(None, adopted=False, in_flight=in_flight)

    assert isinstance(told, CommandApplied)
    assert (told.id, told.record) == ("266", None)


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
    assert across(QBO_INVOICE, Side.MEDIAOS, given(NEW)).lines[0].product is None


@pytest.mark.parametrize(
    ("sources", "product"), [({"19": ("7",)}, "7"), ({"19": ("7", "8")}, None), ({"19": ()}, None)]
)
def test_an_item_is_the_one_product_that_it_may_be(sources, product):
    born = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"))
    lines = across(QBO_INVOICE, Side.MEDIAOS, given(born, sources=sources)).lines
    assert [line.product for line in lines] == [product]


def test_an_item_of_a_line_item_type_is_that_type_and_no_product():
    born = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"))
    [line] = across(QBO_INVOICE, Side.MEDIAOS, given(born, sources={"19": ("line-type/3",)})).lines
    assert (line.product, line.line_type) == (None, "3")


def test_a_line_item_type_is_sold_as_its_item_and_no_product_of_its_id_is():
    lines = tuple(replace(line, product=None, line_type="7") for line in INVOICE.lines)
    typed = replace(INVOICE, lines=lines)
    items = {"7": "19", "line-type/7": "25"}
    [line] = across(typed, Side.QBO, given(NEW, items=items)).lines
    assert (line.product, line.line_type) == ("25", None)
    [line] = across(typed, Side.QBO, given(NEW, items={"7": "19"})).lines
    assert (line.product, line.line_type) == (None, None)


def test_a_name_is_made_fit_for_quickbooks_and_left_alone_for_mediaos():
    odd = replace(ADVERTISER, name="Harbour:  Books\t& Co")

    assert across(odd, Side.QBO, given(linked_customer())).name == "Harbour- Books & Co"
    assert across(odd, Side.MEDIAOS, given(linked_customer())).name == odd.name


TO_QBO = given(NEW)


def described(text: str) -> str:
    lines = (replace(INVOICE.lines[0], description=text),)
    return across(replace(INVOICE, lines=lines), Side.QBO, TO_QBO).lines[0].description


@pytest.mark.parametrize(
    ("longest", "told"),
    [
        (1000, lambda text: across(replace(INVOICE, memo=text), Side.QBO, TO_QBO).memo),
        (1000, lambda text: across(replace(PAYMENT, memo=text), Side.QBO, TO_QBO).memo),
        (21, lambda text: across(replace(PAYMENT, reference=text), Side.QBO, TO_QBO).reference),
        (500, lambda text: across(replace(ADVERTISER, name=text), Side.QBO, TO_QBO).name),
        (30, lambda text: across(replace(ADVERTISER, phone=text), Side.QBO, TO_QBO).phone),
        (4000, described),
    ],
    ids=["memo", "payment-memo", "reference", "name", "phone", "description"],
)
def test_a_text_crosses_as_far_as_quickbooks_holds_it(longest, told):
    text = "ab" * longest

    assert told(text[:longest]) == text[:longest]
    assert told(text[: longest + 1]) == text[:longest]
    assert told(text) == text[:longest]


def test_a_memo_that_was_cut_is_no_edit_and_stays_whole_in_mediaos():
    whole = replace(INVOICE, memo="m" * 1500)
    cut = replace(QBO_INVOICE, memo="m" * 1000)
    document = linked_invoice()
    document = replace(
        document,
        mediaos=shown(replace(document.mediaos.record, memo=whole.memo), "136", 3),
        qbo=shown(cut, "266", 4),
        agreed=replace(
            document.agreed,
            mediaos=replace(document.agreed.mediaos, memo=whole.memo),
            qbo=cut,
        ),
    )
    result = settle(document, lambda record, to: across(record, to, given(document)))

    assert (result.write, result.conflict, result.no_home) == ({}, (), ())


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


@pytest.mark.parametrize("email", [None, "ads@harbour.example"])
@pytest.mark.parametrize("mails", [False, True])
def test_an_invoice_names_no_address_where_quickbooks_would_mail_it(mails, email):
    invoice = replace(INVOICE, email=email)
    new = Document(kind=Kind.INVOICE, mediaos=shown(invoice, "136"))
    known = replace(given(new), company=Company(realm="9130", mails=mails))
    answer = decide(known, "d")

    assert isinstance(answer, Send)
    said = email if not mails else None
    assert (answer.command.record.email, "email" in answer.command.fields) == (said, bool(said))


def test_one_that_is_found_there_without_the_address_is_no_edit_of_it():
    invoice = replace(INVOICE, email="ads@harbour.example")
    bearer = Document(kind=Kind.INVOICE, mediaos=shown(invoice, "136"))
    found = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"))
    known = replace(given(bearer), company=Company(realm="9130", mails=True))
    _, settled = adopted(found, "mediaos/invoice/136", known, "t1/mediaos/42")

    assert (settled.mediaos.email, settled.qbo.email) == ("ads@harbour.example", None)
