"""The journal says what was asked and what the side showed afterwards: is it the same?"""

from dataclasses import replace as with_changes
from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.audit.compare import compare
from agents.audit.findings import What
from schemas.facts import OnOneSide, Parked
from schemas.records import Allocation
from schemas.state import Park, ParkReason
from schemas.values import Kind, Revision, Side
from tests.unit.audit.story import AT, Story


def told(story):
    report = compare(mediaos=story.mediaos, qbo=story.qbo, history=story.journal.history())
    return {(each.what, each.where, each.field, each.amount) for each in report.findings}


def newer(entry, number, **changes):
    shape = replace(entry.shape, **changes)
    return with_changes(entry, revision=Revision(deleted=False, number=number), shape=shape)


def write(story, kind, ids, *, fields, asked, came):
    """Tell of a write of MediaOS's record to QuickBooks', and what QuickBooks showed then."""
    m, q = ids
    source = story.mediaos.of(kind)[m]
    command = story.journal.decided(
        kind, m, source, to=Side.QBO, target=q, fields=fields, shape=asked, number=7
    )
    story.qbo.of(kind)[q] = came
    story.journal.applied(command, q, came)


def invoice_of(story, amount):
    """Return both sides' first invoice with one line of so much."""
    shape = story.mediaos.invoices["136"].shape
    line = replace(shape.lines[0], amount=Decimal(amount), unit_price=Decimal(amount))
    return replace(shape, lines=(line,))


def test_an_older_body_that_was_replayed_is_told_although_both_books_say_the_same():
    """Case 11, where MediaOS's change was taken back by the answer."""
    story = Story(paid=())
    across = story.qbo.invoices["266"]
    asked = invoice_of(story, "400.00")
    write(story, Kind.INVOICE, ("136", "266"), fields=("lines",), asked=asked, came=across)
    assert told(story) == {
        (What.NOT_AS_ASKED, "mediaos/invoice/136", "lines", Decimal("62.50")),
    }


def test_what_both_books_tell_already_is_told_once():
    story = Story(paid=())
    across = story.qbo.invoices["266"]
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", total=Decimal("400.00"))
    write(
        story,
        Kind.INVOICE,
        ("136", "266"),
        fields=("lines",),
        asked=invoice_of(story, "400.00"),
        came=across,
    )
    assert {what for what, *_ in told(story)} == {What.AMOUNT}


def test_a_write_that_is_parked_with_both_figures_is_no_finding():
    story = Story(paid=())
    asked, across = invoice_of(story, "400.00"), story.qbo.invoices["266"]
    write(story, Kind.INVOICE, ("136", "266"), fields=("lines",), asked=asked, came=across)
    park = Park(reason=ParkReason.REFUSED, detail="400.00 asked, 337.50 shown")
    story.journal.say(Parked(document="mediaos/invoice/136", event="e", park=park, at=AT))
    assert told(story) == set()


def test_an_answer_that_is_taken_for_an_edit_of_quickbooks_is_a_finding_all_the_same():
    story = Story(paid=())
    asked, across = invoice_of(story, "400.00"), story.qbo.invoices["266"]
    write(story, Kind.INVOICE, ("136", "266"), fields=("lines",), asked=asked, came=across)
    reason = "changed in QuickBooks only: lines"
    story.journal.say(OnOneSide(document="mediaos/invoice/136", reason=reason))
    assert {what for what, *_ in told(story)} == {What.NOT_AS_ASKED}


def test_a_persons_later_edit_ends_what_a_write_had_done():
    story = Story(paid=())
    asked, across = invoice_of(story, "400.00"), story.qbo.invoices["266"]
    write(story, Kind.INVOICE, ("136", "266"), fields=("lines",), asked=asked, came=across)
    edited = newer(across, 1, memo="Autumn")
    story.qbo.invoices["266"] = edited
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", memo="Autumn")
    document = "mediaos/invoice/136"
    story.journal.saw(Side.QBO, Kind.INVOICE, "266", edited, document=document)
    assert told(story) == set()


def test_a_payment_that_moves_the_balance_does_not_end_it():
    story = Story(paid=())
    asked, across = invoice_of(story, "400.00"), story.qbo.invoices["266"]
    write(story, Kind.INVOICE, ("136", "266"), fields=("lines",), asked=asked, came=across)
    moved = newer(across, 1, balance=Decimal(0))
    story.journal.saw(Side.QBO, Kind.INVOICE, "266", moved, document="mediaos/invoice/136")
    assert {what for what, *_ in told(story)} == {What.NOT_AS_ASKED}


def test_a_tax_that_a_person_had_typed_and_a_write_of_lines_took_off_is_told():
    """Case 1: TAX became NON."""
    story = Story(paid=())
    across = story.qbo.invoices["266"]
    taxed = newer(across, 1, tax=Decimal("27.84"), total=Decimal("365.34"))
    story.journal.saw(Side.QBO, Kind.INVOICE, "266", taxed, document="mediaos/invoice/136")
    asked = invoice_of(story, "337.50")
    came = newer(across, 2)
    write(story, Kind.INVOICE, ("136", "266"), fields=("lines",), asked=asked, came=came)
    assert told(story) == {(What.UNDONE, "mediaos/invoice/136", "tax", Decimal("27.84"))}


@pytest.mark.parametrize("kept", [True, False])
def test_a_credit_in_a_payment_that_a_write_of_its_amount_dropped_is_told(kept):
    """Case 5: 80.00 of money and 20.00 of credit were one payment of 100.00."""
    story = Story()
    across = story.qbo.payments["900"]
    credited = newer(across, 1, amount=Decimal("80.00"))
    story.journal.saw(Side.QBO, Kind.PAYMENT, "900", credited, document="mediaos/payment/500")
    asked = replace(across.shape, amount=Decimal("80.00" if kept else "100.00"))
    came = newer(across, 2, amount=asked.amount)
    write(story, Kind.PAYMENT, ("500", "900"), fields=("amount",), asked=asked, came=came)
    undone = (What.UNDONE, "mediaos/payment/500", "credit", Decimal("20.00"))
    assert (undone in told(story)) is not kept


def test_a_link_that_quickbooks_dropped_while_it_took_the_money_is_told():
    story = Story()
    across = story.qbo.payments["900"]
    came = newer(across, 1, applied=())
    write(story, Kind.PAYMENT, ("500", "900"), fields=("applied",), asked=across.shape, came=came)
    part = (What.APPLICATION, "mediaos/payment/500", "invoice 266", Decimal("100.00"))
    assert told(story) == {part}


def test_a_write_of_other_fields_promises_no_amount():
    story = Story()
    across = story.qbo.payments["900"]
    asked = replace(across.shape, applied=(Allocation(invoice="1", amount=Decimal(1)),))
    came = newer(across, 1)
    write(story, Kind.PAYMENT, ("500", "900"), fields=("reference",), asked=asked, came=came)
    assert told(story) == set()
