from dataclasses import replace as with_changes
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.audit.books import Beside, Entry
from agents.audit.compare import compare
from agents.audit.fields import differing_products, other_products
from agents.audit.findings import What
from agents.audit.report import Agreement
from schemas.company import Company
from schemas.facts import Linked, OnOneSide, Parked
from schemas.identity import marker
from schemas.lane_facts import Held, HomeChanged, Taken
from schemas.records import Allocation, Customer, Invoice, Line
from schemas.state import Park, ParkReason
from schemas.tenant_facts import SettingsChanged
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from tests.unit.audit.story import AT, LANE, Story, at_revision, change

CENT = Decimal("0.01")
MONEY = st.decimals("0.01", "99999.99", places=2).map(str)
BOTH = st.sampled_from(Side)


@st.composite
def stories(draw):
    amounts = draw(st.lists(MONEY, min_size=2, max_size=5))
    paid = draw(st.lists(MONEY, min_size=1, max_size=2))
    return Story(amounts=amounts, paid=paid)


def report_of(story):
    return compare(mediaos=story.mediaos, qbo=story.qbo, history=story.journal.history())


def told(report):
    return {(each.what, each.where, each.field) for each in report.findings}


def book(story, side):
    return story.mediaos if side is Side.MEDIAOS else story.qbo


@given(stories())
def test_books_that_are_alike_agree(story):
    report = report_of(story)
    assert report.findings == ()
    assert report.agrees
    assert (report.counts.invoices, report.counts.payments) == (
        len(story.qbo.invoices),
        len(story.qbo.payments),
    )


@given(stories(), BOTH, st.sampled_from(["total", "balance", "tax", "discount"]), st.data())
def test_one_cent_on_an_invoice_is_found(story, side, name, data):
    record_id = data.draw(st.sampled_from(sorted(book(story, side).invoices)))
    amount = getattr(book(story, side).invoices[record_id].shape, name)
    story.put(side, Kind.INVOICE, record_id, **{name: amount + CENT})
    mediaos_id = record_id if side is Side.MEDIAOS else str(int(record_id) - 130)
    assert told(report_of(story)) == {(What.AMOUNT, f"mediaos/invoice/{mediaos_id}", name)}


@given(stories(), BOTH)
def test_one_cent_on_a_line_is_found(story, side):
    record_id = min(book(story, side).invoices)
    line = book(story, side).invoices[record_id].shape.lines[0]
    changed = replace(line, amount=line.amount + CENT)
    story.put(side, Kind.INVOICE, record_id, lines=(changed,))
    assert told(report_of(story)) == {(What.AMOUNT, "mediaos/invoice/136", "line 1")}


@given(stories(), BOTH)
def test_a_line_that_is_missing_is_found(story, side):
    story.put(side, Kind.INVOICE, min(book(story, side).invoices), lines=())
    assert told(report_of(story)) == {(What.AMOUNT, "mediaos/invoice/136", "line 1")}


@given(stories(), BOTH)
def test_one_cent_on_a_payment_is_found(story, side):
    record_id = min(book(story, side).payments)
    amount = book(story, side).payments[record_id].shape.amount
    story.put(side, Kind.PAYMENT, record_id, amount=amount + CENT)
    assert told(report_of(story)) == {(What.AMOUNT, "mediaos/payment/500", "amount")}


@given(stories(), BOTH)
def test_a_removed_payment_is_found(story, side):
    removed = min(book(story, side).payments)
    del book(story, side).payments[removed]
    what = What.MISSING_IN_MEDIAOS if side is Side.MEDIAOS else What.MISSING_IN_QBO
    where = "qbo/payment/900" if side is Side.MEDIAOS else "mediaos/payment/500"
    found = {(each.what, each.where) for each in report_of(story).findings}
    assert (what, where) in found
    # Its invoice's balance was left as it was, so that one does not follow any more.
    assert {what for what, _ in found} == {what, What.AMOUNT}


@given(stories())
def test_a_doubled_invoice_is_found_by_marker_and_number(story):
    story.qbo.invoices["999"] = story.qbo.invoices["266"]
    (one,) = report_of(story).findings
    assert (one.what, one.where) == (What.TWICE_IN_QBO, "mediaos/invoice/136")
    assert one.found == "266 (by link and marker and number), 999 (by marker and number)"


def test_a_doubled_invoice_without_a_marker_is_found_by_its_number():
    story = Story()
    entry = story.qbo.invoices["266"]
    story.qbo.invoices["999"] = Entry(entry.revision, replace(entry.shape, marker=None))
    (one,) = report_of(story).findings
    assert one.what is What.TWICE_IN_QBO


@given(stories())
def test_a_doubled_payment_is_found_by_its_marker(story):
    story.qbo.payments["999"] = story.qbo.payments["900"]
    found = {each.what for each in report_of(story).findings}
    assert What.TWICE_IN_QBO in found


def test_two_links_of_one_invoice_are_one_too_many():
    story = Story()
    story.qbo.invoices["999"] = at_revision(
        0, replace(story.qbo.invoices["266"].shape, marker=None, number="X")
    )
    again = Linked(
        kind=Kind.INVOICE, document="mediaos/invoice/136", mediaos="136", qbo="999", home=LANE
    )
    story.journal.say(again)
    (one,) = report_of(story).findings
    assert one.found == "266 (by link and marker), 999 (by link)"


def test_a_document_made_again_after_it_was_deleted_is_no_double():
    story = Story()
    story.qbo.invoices["999"] = story.qbo.invoices.pop("266")
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", marker="999")
    story.put(Side.MEDIAOS, Kind.PAYMENT, "500", applied=())
    story.put(Side.QBO, Kind.PAYMENT, "900", applied=())
    story.journal.say(
        Linked(
            kind=Kind.INVOICE, document="mediaos/invoice/136", mediaos="136", qbo="999", home=LANE
        )
    )
    assert report_of(story).findings == ()


@given(stories())
def test_a_twin_in_mediaos_is_found_by_its_reference(story):
    story.mediaos.invoices["999"] = story.mediaos.invoices["136"]
    (one,) = report_of(story).findings
    assert (one.what, one.where) == (What.TWICE_IN_MEDIAOS, "qbo/invoice/266")


@given(stories(), BOTH)
def test_swapped_numbers_are_found(story, side):
    first, second = sorted(book(story, side).invoices)[:2]
    numbers = [book(story, side).invoices[each].shape.number for each in (second, first)]
    for record_id, number in zip((first, second), numbers, strict=True):
        story.put(side, Kind.INVOICE, record_id, number=number)
    found = told(report_of(story))
    assert {(what, where) for what, where, _ in found} == {
        (What.NUMBER, "mediaos/invoice/136"),
        (What.NUMBER, "mediaos/invoice/137"),
    }


def test_a_number_that_was_not_the_promised_one_is_found():
    story = Story()
    for side, record_id in ((Side.MEDIAOS, "136"), (Side.QBO, "266")):
        story.put(side, Kind.INVOICE, record_id, number="136")
    for record in story.journal.records:
        for fact in record.facts:
            if getattr(fact, "id", None) == "266":
                shown = replace(fact.record, number="136")
                place = story.journal.records.index(record)
                facts = tuple(
                    replace(each, record=shown) if each is fact else each for each in record.facts
                )
                story.journal.records[place] = replace(record, facts=facts)
    (one,) = report_of(story).findings
    assert (one.expected, one.found, one.field) == ("MediaOS-136", "136", "number at creation")


def test_an_invoice_that_a_person_renumbered_in_quickbooks_agrees():
    story = Story()
    for side, record_id in ((Side.MEDIAOS, "136"), (Side.QBO, "266")):
        story.put(side, Kind.INVOICE, record_id, number="A-1")
    renumbered = at_revision(1, story.qbo.invoices["266"].shape)
    story.qbo.invoices["266"] = renumbered
    story.journal.saw(Side.QBO, Kind.INVOICE, "266", renumbered, document="mediaos/invoice/136")
    assert report_of(story).findings == ()


@pytest.mark.parametrize(
    ("kind", "record_id", "changes", "field"),
    [
        (Kind.INVOICE, "136", {"memo": "Autumn"}, "memo"),
        (Kind.INVOICE, "136", {"email": None}, "email"),
        (Kind.CUSTOMER, "42", {"name": "Amy"}, "name"),
        (Kind.CUSTOMER, "42", {"phone": "1"}, "phone"),
        (Kind.CUSTOMER, "42", {"email": "x@example.com"}, "email"),
        (Kind.PAYMENT, "500", {"reference": "CHK"}, "reference"),
    ],
)
def test_a_field_that_differs_is_found(kind, record_id, changes, field):
    story = Story()
    story.put(Side.MEDIAOS, kind, record_id, **changes)
    assert told(report_of(story)) == {(What.FIELD, f"mediaos/{kind}/{record_id}", field)}


def test_what_quickbooks_cannot_hold_is_no_difference():
    story = Story()
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", memo="m" * 1200, due=None)
    story.put(Side.QBO, Kind.INVOICE, "266", memo="m" * 1000)
    story.put(Side.MEDIAOS, Kind.CUSTOMER, "42", name="Amy's:\tBirds")
    story.put(Side.QBO, Kind.CUSTOMER, "5", name="Amy's- Birds")
    assert report_of(story).findings == ()


def test_a_line_sold_as_another_item_is_found():
    story = Story()
    line = story.qbo.invoices["266"].shape.lines[0]
    story.put(Side.QBO, Kind.INVOICE, "266", lines=(replace(line, product="2"),))
    assert told(report_of(story)) == {(What.FIELD, "mediaos/invoice/136", "line 1 item")}


def test_a_payment_applied_to_another_invoice_is_found_on_both():
    story = Story()
    part = Allocation(invoice="267", amount=Decimal("100.00"))
    story.put(Side.QBO, Kind.PAYMENT, "900", applied=(part,))
    assert told(report_of(story)) == {
        (What.APPLICATION, "mediaos/payment/500", "invoice 266"),
        (What.APPLICATION, "mediaos/payment/500", "invoice 267"),
    }


def test_an_invoice_that_never_crossed_is_missing():
    story = Story()
    shape = replace(story.mediaos.invoices["136"].shape, number=None, marker=None)
    story.mediaos.invoices["140"] = at_revision(1, shape)
    assert told(report_of(story)) == {(What.MISSING_IN_QBO, "mediaos/invoice/140", "")}


def test_an_invoice_that_is_parked_is_no_finding_and_no_agreement():
    story = Story()
    shape = story.mediaos.invoices["136"].shape
    entry = at_revision(1, replace(shape, number=None, marker=None, balance=shape.total))
    story.mediaos.invoices["140"] = entry
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "140", entry)
    park = Park(reason=ParkReason.UNMAPPED_PRODUCT, detail="product 9 is not mapped")
    story.journal.say(Parked(document="mediaos/invoice/140", event="e", park=park, at=AT))
    report = report_of(story)
    assert (report.findings, report.agreement) == ((), Agreement.EXCEPT)
    (waits,) = report.waiting
    assert (waits.how, waits.reason, waits.detail) == ("parked", "unmapped-product", park.detail)
    assert (waits.customer, waits.mediaos, waits.qbo) == ("Amy's Birds", Decimal("337.50"), None)
    assert report.verdict == (
        "The ledgers agree except 1 that waits (337.50): "
        "2 invoices, 1 payment, 1 customer; 1 parked."
    )


def test_a_cent_on_an_invoice_that_waits_is_found_by_what_the_journal_saw_of_it():
    story = Story()
    story.journal.say(OnOneSide(document="mediaos/invoice/136", reason="changed: lines"))
    story.put(Side.QBO, Kind.INVOICE, "266", total=Decimal("337.51"))
    assert told(report_of(story)) == {(What.AMOUNT, "qbo/invoice/266", "total at revision 0")}


def test_an_unplaced_payment_excuses_the_balance_that_it_makes_and_nothing_more():
    story = Story()
    payment = at_revision(0, replace(story.qbo.payments["900"].shape, marker=None))
    story.qbo.payments["950"] = payment
    story.put(Side.QBO, Kind.INVOICE, "266", balance=Decimal("137.50"))
    story.journal.saw(Side.QBO, Kind.PAYMENT, "950", payment)
    story.journal.say(OnOneSide(document="qbo/payment/950", reason="of nobody"))
    assert report_of(story).findings == ()
    story.put(Side.QBO, Kind.INVOICE, "266", balance=Decimal("137.49"))
    assert told(report_of(story)) == {(What.AMOUNT, "mediaos/invoice/136", "balance")}


def test_a_payment_of_quickbooks_that_never_came_to_mediaos_is_missing():
    story = Story()
    shape = replace(story.qbo.payments["900"].shape, marker=None, applied=())
    story.qbo.payments["950"] = at_revision(0, shape)
    assert told(report_of(story)) == {(What.MISSING_IN_MEDIAOS, "qbo/payment/950", "")}


def test_a_customer_that_only_quickbooks_has_is_nobodys_mistake():
    story = Story()
    stranger = at_revision(0, Customer(name="Walk-in"))
    story.qbo.customers["77"] = stranger
    assert report_of(story).agrees
    story.journal.saw(Side.QBO, Kind.CUSTOMER, "77", stranger)
    story.journal.say(OnOneSide(document="qbo/customer/77", reason="of QuickBooks"))
    report = report_of(story)
    assert (report.agrees, report.counts.unplaced, report.excepted) == (True, 1, ())


def test_a_reference_that_leads_elsewhere_is_a_wrong_link():
    story = Story()
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", marker="12345")
    assert told(report_of(story)) == {(What.LINK, "mediaos/invoice/136", "external_reference")}


def test_a_marker_of_nothing_is_a_wrong_link():
    story = Story()
    shape = replace(
        story.qbo.invoices["266"].shape, number="Z", marker=marker("t1", Kind.INVOICE, "777")
    )
    story.qbo.invoices["999"] = at_revision(0, shape)
    assert told(report_of(story)) == {(What.LINK, "qbo/invoice/999", "")}


def test_a_document_that_was_made_and_never_linked_is_told_once():
    story = Story()
    shape = replace(story.mediaos.invoices["136"].shape, number=None, marker=None)
    story.mediaos.invoices["140"] = at_revision(1, shape)
    made = replace(shape, number="MediaOS-140", marker=marker("t1", Kind.INVOICE, "140"))
    story.qbo.invoices["999"] = at_revision(0, made)
    assert told(report_of(story)) == {(What.LINK, "mediaos/invoice/140", "")}


def test_a_link_between_two_records_that_are_gone_is_a_wrong_link():
    story = Story(paid=())
    del story.mediaos.invoices["137"]
    del story.qbo.invoices["267"]
    assert told(report_of(story)) == {(What.LINK, "mediaos/invoice/137", "")}


def test_a_document_deleted_on_both_sides_is_fine():
    story = Story(paid=())
    entry = story.mediaos.invoices["137"]
    gone = with_changes(entry, revision=Revision(deleted=True, number=3))
    story.mediaos.invoices["137"] = gone
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "137", gone)
    del story.qbo.invoices["267"]
    assert report_of(story).findings == ()


def test_a_document_deleted_in_mediaos_alone_is_missing_there():
    story = Story(paid=())
    entry = story.mediaos.invoices["137"]
    gone = with_changes(entry, revision=Revision(deleted=True, number=3))
    story.mediaos.invoices["137"] = gone
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "137", gone)
    (one,) = report_of(story).findings
    assert (one.what, one.found) == (What.MISSING_IN_MEDIAOS, "deleted in MediaOS")


def test_a_revision_that_the_journal_has_not_seen_is_found():
    story = Story()
    entry = story.mediaos.invoices["136"]
    story.mediaos.invoices["136"] = with_changes(entry, revision=Revision(deleted=False, number=3))
    (one,) = report_of(story).findings
    assert (one.what, one.expected, one.found) == (What.NOT_SEEN, "revision 3", "revision 2")


def test_a_token_that_quickbooks_raised_for_a_balance_alone_is_no_lag():
    story = Story()
    entry = story.qbo.invoices["266"]
    story.qbo.invoices["266"] = with_changes(entry, revision=Revision(deleted=False, number=1))
    assert report_of(story).agrees


def test_an_event_that_is_held_is_found_until_it_is_taken():
    story = Story()
    entry = story.mediaos.invoices["136"]
    newer = with_changes(entry, revision=Revision(deleted=False, number=3))
    story.mediaos.invoices["136"] = newer
    held = change(Side.MEDIAOS, Kind.INVOICE, "136", newer)
    story.journal.say(Held(change=held, why="behind"))
    assert told(report_of(story)) == {(What.HELD, LANE, "")}
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer)
    story.journal.say(Taken(event=held.event))
    assert report_of(story).agrees


def test_a_decision_without_an_end_is_found():
    story = Story()
    entry = story.mediaos.invoices["136"]
    story.journal.decided(Kind.INVOICE, "136", entry, to=Side.QBO, target="266", number=2)
    (one,) = report_of(story).findings
    assert (one.what, one.where) == (What.OPEN, "mediaos/invoice/136")


def test_what_a_lane_handed_over_and_nobody_took_is_not_forgotten():
    story = Story()
    payment = at_revision(0, replace(story.qbo.payments["900"].shape, marker=None, applied=()))
    story.qbo.payments["950"] = payment
    lane = "t1/qbo/5"
    story.journal.saw(Side.QBO, Kind.PAYMENT, "950", payment, lane=lane)
    story.journal.say(OnOneSide(document="qbo/payment/950", reason="of nobody"), lane=lane)
    assert report_of(story).agreement is Agreement.EXCEPT
    story.journal.say(HomeChanged(home=LANE, event="e"), lane=lane)
    assert told(report_of(story)) == {(What.MISSING_IN_MEDIAOS, "qbo/payment/950", "")}


MONEY_OF = [(Kind.INVOICE, name) for name in ("total", "balance", "tax", "discount", "customer")]
MONEY_OF += [(Kind.PAYMENT, name) for name in ("amount", "applied", "customer")]


@given(stories(), BOTH, st.sampled_from(MONEY_OF), st.booleans(), st.data())
def test_no_two_books_agree_whose_customers_do_not_come_to_the_same(
    story, side, what, parked, data
):
    (kind, name), records = what, book(story, side)
    record_id = data.draw(st.sampled_from(sorted(records.of(kind))))
    match getattr(records.of(kind)[record_id].shape, name):
        case Decimal() as amount:
            changed = amount + data.draw(st.sampled_from([CENT, -CENT, Decimal(1000)]))
        case str():
            changed = "77"
        case _:
            changed = ()
    story.put(side, kind, record_id, **{name: changed})
    if parked:
        park = Park(reason=ParkReason.REFUSED, detail="no")
        document = f"mediaos/{kind}/{min(story.mediaos.of(kind))}"
        story.journal.say(Parked(document=document, event="e", park=park, at=AT))
    report = report_of(story)
    assert not report.agrees or not any(row.differs for row in report.rows)
    assert parked or report.findings


def test_a_difference_that_nothing_listed_explains_is_found_beside_what_waits():
    story = Story()
    entry = story.mediaos.invoices["136"]
    story.journal.say(OnOneSide(document="mediaos/invoice/136", reason="changed: memo"))
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", balance=entry.shape.balance + CENT)
    (one,) = report_of(story).findings
    assert (one.where, one.amount) == ("all customers", CENT)
    assert one.field == "receivable, after what waits"


#: Half past nine in the evening of the last day of February, in New York.
EVENING = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)


def paid_in_the_evening(there, zone="America/New_York"):
    """A story whose payment MediaOS tells with that time, and QuickBooks with this day."""
    story = Story()
    [here], [across] = story.mediaos.payments, story.qbo.payments
    told = replace(story.mediaos.payments[here].shape, received=EVENING.date())
    beside = Beside(told=EVENING)
    entry = with_changes(story.mediaos.payments[here], shape=told, beside=beside)
    story.mediaos.payments[here] = entry
    shown = story.qbo.payments[across]
    story.qbo.payments[across] = with_changes(shown, shape=replace(shown.shape, received=there))
    story.qbo = with_changes(story.qbo, zone=zone)
    return story


def days_of(story):
    return [(each.expected, each.found) for each in report_of(story).findings]


def test_a_payment_is_held_against_its_day_in_the_companys_zone():
    assert days_of(paid_in_the_evening(date(2026, 2, 28))) == []
    assert days_of(paid_in_the_evening(date(2026, 3, 1))) == [("2026-02-28", "2026-03-01")]


@pytest.mark.parametrize("zone", ["", "Mars"])
def test_without_a_zone_the_day_is_that_of_utc(zone):
    assert days_of(paid_in_the_evening(date(2026, 3, 1), zone)) == []


def test_a_zone_that_somebody_set_stands_in_the_place_of_the_companys():
    story = paid_in_the_evening(date(2026, 3, 1))
    settings = TenantSettings(time_zone="Europe/London")
    story.journal.say(SettingsChanged(request="r", settings=settings), lane="t1")
    assert days_of(story) == []


def test_an_address_is_missed_unless_the_company_mailed_by_itself_when_it_was_made():
    def without_the_address(company):
        story = Story()
        [q, *_] = story.qbo.invoices
        story.put(Side.QBO, Kind.INVOICE, q, email=None)
        [m, *_] = story.mediaos.invoices
        story.put(Side.MEDIAOS, Kind.INVOICE, m, email="ads@harbour.example")
        made = story.journal.history().made
        for where, each in made.items():
            given = replace(each.decided.given, company=company)
            made[where] = with_changes(each, decided=replace(each.decided, given=given))
        history = story.journal.history()
        history.made = made
        found = compare(mediaos=story.mediaos, qbo=story.qbo, history=history).findings
        return [each.field for each in found]

    assert without_the_address(Company()) == ["email"]
    assert without_the_address(Company(realm="9130", mails=True)) == []


@pytest.mark.parametrize(("item", "finds"), [("1", set()), ("2", {"line 1 item"})])
def test_a_line_item_type_that_is_sold_as_another_item_than_its_own_is_found(item, finds):
    where, sold, shown = typed()
    found = differing_products(where, sold, shown, {"7": "9", "line-type/7": item})
    assert {each.field for each in found} == finds


@pytest.mark.parametrize(("made_as", "finds"), [("line-type/7", set()), ("7", {"line 1 product"})])
def test_an_item_that_became_another_thing_than_it_was_made_as_is_found(made_as, finds):
    where, sold, shown = typed()
    found = other_products(where, sold, shown, {"1": made_as})
    assert {each.field for each in found} == finds


def typed():
    """Where it is, an invoice of MediaOS with a line of line item type 7, and that of item 1."""
    line = Line(product=None, line_type="7", unit_price=Decimal(5), amount=Decimal(5))
    sold = Invoice(customer="42", issued=date(2026, 4, 1), lines=(line,), total=Decimal(5))
    shown = replace(sold, lines=(replace(line, product="1", line_type=None),))
    return RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"), sold, shown
