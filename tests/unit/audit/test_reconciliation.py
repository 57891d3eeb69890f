"""What an accountant reads of two ledgers: the sums, the differences, and why they are there."""

from dataclasses import replace as replace_book
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.audit.as_of import as_of
from agents.audit.books import Application, Beside, Credit, Entry
from agents.audit.compare import compare
from agents.audit.reconciliation import Why, reconciled
from agents.audit.report import Agreement
from agents.audit.standing import Customers, rows, totals
from schemas.facts import OnOneSide, Parked
from schemas.lane_facts import Held, LaneWaited
from schemas.state import Park, ParkReason
from schemas.values import Kind, Side
from tests.unit.audit.story import AT, Story, change

CENT = Decimal("0.01")
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
INVOICE = "mediaos/invoice/136"


def reconciliation(story, day=None):
    history = story.journal.history()
    report = compare(mediaos=story.mediaos, qbo=story.qbo, history=history, day=day)
    return reconciled(report, history, day)


def edited(story, *, seen=True, **changes):
    """Have a person edit the first invoice in MediaOS; what it is now is returned."""
    entry = story.mediaos.invoices["136"]
    newer = Entry(replace(entry.revision, number=3), replace(entry.shape, **changes))
    story.mediaos.invoices["136"] = newer
    if seen:
        story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer)
    return newer


def test_books_that_are_alike_agree_on_every_day():
    for day in (None, date(2026, 2, 28), FIRST, SECOND):
        found = reconciliation(Story(), day)
        assert (found.agreement, found.differences) == (Agreement.AGREE, ())


def test_a_day_before_the_first_document_has_none():
    found = reconciliation(Story(), date(2026, 2, 28))
    assert found.rows == ()
    assert found.totals[0].mediaos.receivable == 0


def test_a_payment_after_the_day_leaves_its_invoice_open():
    found = reconciliation(Story(), FIRST)
    assert found.totals[0].qbo.receivable == Decimal("437.60")
    assert found.totals[0].qbo.payments == 0
    assert reconciliation(Story(), SECOND).totals[0].qbo.receivable == Decimal("337.60")


def test_a_payment_of_a_later_invoice_is_on_account_on_the_day():
    story = Story()
    for side, invoice in ((Side.MEDIAOS, "136"), (Side.QBO, "266")):
        story.put(side, Kind.INVOICE, invoice, issued=date(2026, 4, 1))
    totals = reconciliation(story, SECOND).totals[0]
    assert totals.mediaos == totals.qbo
    assert (totals.qbo.unapplied, totals.qbo.receivable) == (Decimal(100), Decimal("0.10"))


@pytest.mark.parametrize(
    ("made", "applied", "credits_", "open_"),
    [(FIRST, FIRST, "25", "0"), (FIRST, SECOND, "25", "25"), (SECOND, SECOND, "0", "0")],
)
def test_a_credit_of_mediaos_is_what_it_was_on_the_day(made, applied, credits_, open_):
    story = Story()
    memo = Credit(
        kind="credit memo", id="9", customer="42", amount=Decimal(25), open=Decimal(0), dated=made
    )
    parts = {"9": Decimal(25)}, {"136": Decimal(25)}
    shape = Application(customer="42", given=parts[0], got=parts[1], dated=applied)
    entry = Entry(story.mediaos.invoices["136"].revision, shape)
    owed = story.mediaos.invoices["136"].shape.balance
    book = replace_book(story.mediaos, credits=(memo,), applications={"55": entry})

    stood = as_of(book, FIRST)
    assert sum(each.amount for each in stood.credits) == Decimal(credits_)
    assert sum(each.open for each in stood.credits) == Decimal(open_)
    paid_later = Decimal(100)
    back = Decimal(25) if applied > FIRST else Decimal(0)
    assert stood.invoices["136"].shape.balance == owed + paid_later + back


@given(st.sampled_from([FIRST, SECOND, date(2026, 3, 3)]), st.data())
def test_what_is_owed_on_a_day_is_what_was_billed_less_what_was_received(day, data):
    story = Story(amounts=("337.50", "100.10", "20.00"), paid=("10.00", "20.00", "15.00"))
    days = st.dates(FIRST, date(2026, 3, 4))
    for kind, name in ((Kind.INVOICE, "issued"), (Kind.PAYMENT, "received")):
        for record in story.qbo.of(kind):
            story.put(Side.QBO, kind, record, **{name: data.draw(days)})
    billed = sum(e.shape.total for e in story.qbo.invoices.values() if e.shape.issued <= day)
    paid = sum(e.shape.amount for e in story.qbo.payments.values() if e.shape.received <= day)
    stood = as_of(story.qbo, day)
    left = sum(e.beside.unapplied for e in stood.payments.values())
    assert sum(e.shape.balance for e in stood.invoices.values()) - left == billed - paid


@pytest.mark.parametrize(
    ("dated", "used", "open_", "left"),
    [(FIRST, SECOND, "30", None), (SECOND, FIRST, None, "-20")],
)
def test_a_credit_is_open_before_it_was_used_and_nothing_before_it_was_given(
    dated, used, open_, left
):
    story = Story()
    credit = Credit(
        kind="credit memo", id="7", customer="5", dated=dated, amount=Decimal(30), open=Decimal(10)
    )
    zero = story.qbo.payments["900"]
    shape = replace(zero.shape, amount=Decimal(0), applied=(), received=used)
    takes = (("credit memo", "7", Decimal(20)),)
    beside = Beside(credit=Decimal(20), takes=takes, unapplied=Decimal(0))
    story.qbo.payments["900"] = Entry(zero.revision, shape, beside)
    object.__setattr__(story.qbo, "credits", (credit,))
    stood = as_of(story.qbo, FIRST)
    assert [str(each.open) for each in stood.credits] == ([open_] if open_ else [])
    assert [str(e.beside.unapplied) for e in stood.payments.values()] == ([left] if left else [])


@given(st.sampled_from([FIRST, SECOND, date(2026, 3, 3)]), st.data())
def test_what_is_owed_in_mediaos_on_a_day_counts_no_credit_of_a_later_one(day, data):
    """Its memo, its invoice and its application may each be of another day."""
    days = st.dates(FIRST, date(2026, 3, 4))
    story, amount = Story(), Decimal(25)
    issued, made, applied = (data.draw(days) for _ in range(3))
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", issued=issued)
    memo = Credit(
        kind="credit memo", id="9", customer="42", amount=amount, open=Decimal(0), dated=made
    )
    shape = Application(customer="42", given={"9": amount}, got={"136": amount}, dated=applied)
    entry = Entry(story.mediaos.invoices["136"].revision, shape)
    before = story.mediaos.invoices["136"].shape
    story.put(Side.MEDIAOS, Kind.INVOICE, "136", balance=before.balance - amount)
    book = replace_book(story.mediaos, credits=(memo,), applications={"55": entry})
    billed = sum(e.shape.total for e in book.invoices.values() if e.shape.issued <= day)
    paid = sum(e.shape.amount for e in book.payments.values() if e.shape.received <= day)

    stood = as_of(book, day)
    [row] = totals(rows(stood, as_of(story.qbo, day), Customers(stood, story.qbo, {})))
    given_ = amount if made <= day else Decimal(0)
    assert row.mediaos.credits == given_
    assert row.mediaos.receivable == billed - paid - given_
    assert row.mediaos.credited == (amount if max(made, applied) <= day else 0)


def test_a_difference_after_the_day_is_not_told():
    story = Story()
    story.put(Side.QBO, Kind.PAYMENT, "900", amount=Decimal("100.01"))
    assert reconciliation(story).agreement is Agreement.DIFFER
    assert reconciliation(story, FIRST).agreement is Agreement.AGREE


def test_a_cent_is_told_with_its_document_both_amounts_and_the_last_event():
    story = Story()
    line = story.qbo.invoices["266"].shape.lines[0]
    more = Decimal("338.50")
    story.put(Side.QBO, Kind.INVOICE, "266", total=more, lines=(replace(line, amount=more),))
    found = reconciliation(story)
    (one,) = found.differences
    assert found.agreement is Agreement.DIFFER
    assert (one.document, one.number, one.customer) == (INVOICE, "MediaOS-136", "Amy's Birds")
    assert (one.mediaos, one.qbo, one.amount) == (Decimal("337.50"), more, Decimal(1))
    assert one.why is Why.UNKNOWN
    assert "wrong amount, total: expected 337.50, found 338.50" in one.detail
    assert one.event == "written to QuickBooks by Isthmus, revision 0"
    assert one.at == AT


@pytest.mark.parametrize(
    ("fact", "why", "event"),
    [
        (
            Parked(
                document=INVOICE,
                event="e1",
                at=AT,
                park=Park(reason=ParkReason.CONFLICT, detail="memo"),
            ),
            Why.CONFLICT,
            "parked by Isthmus: conflict",
        ),
        (
            Parked(
                document=INVOICE,
                event="e1",
                at=AT,
                park=Park(reason=ParkReason.DIFFERS, detail="tax"),
            ),
            Why.PARKED,
            "parked by Isthmus: differs",
        ),
        (
            OnOneSide(document=INVOICE, reason="two-way sync is off"),
            Why.ONE_SIDED,
            "listed by Isthmus as of one side alone",
        ),
    ],
)
def test_what_waits_has_its_reason_and_is_no_mistake(fact, why, event):
    story = Story()
    more = {"total": Decimal("337.51"), "balance": Decimal("237.51")}
    edited(story, **more)
    story.journal.say(fact)
    found = reconciliation(story)
    assert found.agreement is Agreement.EXCEPT
    (one,) = found.differences
    assert (one.why, one.amount, one.event) == (why, CENT, event)


def test_what_happened_to_a_customer_last_is_not_told_of_a_neighbour_of_its_documents():
    story = Story()
    entry = Credit(kind="journal entry", id="31", customer="5", amount=-CENT, open=-CENT)
    story.qbo = replace_book(story.qbo, credits=(entry,))
    told = {each.document: each for each in reconciliation(story).differences}
    one = told["qbo/journal-entry/31"]
    assert (one.why, one.customer) == (Why.NEIGHBOUR, "Amy's Birds")
    assert (one.event, one.at) == ("", None)


def test_what_its_lane_still_holds_is_on_its_way():
    story = Story()
    newer = edited(story, seen=False, memo="Summer")
    story.journal.say(
        LaneWaited(why="QuickBooks is away", until=None),
        Held(change=change(Side.MEDIAOS, Kind.INVOICE, "136", newer), why="the lane waits"),
    )
    found = reconciliation(story)
    assert found.agreement is Agreement.EXCEPT
    assert {each.why for each in found.differences} == {Why.IN_WORK}
    told = {each.document: each.detail for each in found.differences}
    assert told[INVOICE].startswith("QuickBooks is away; ")
    assert told["t1/mediaos/42"] == "an event of it is held back"


def test_what_never_came_in_is_told_as_not_seen():
    story = Story()
    known = story.mediaos.invoices["136"]
    story.mediaos.invoices["777"] = Entry(known.revision, replace(known.shape, marker=None))
    found = reconciliation(story)
    told = {each.document: each for each in found.differences}
    assert told["mediaos/invoice/777"].why is Why.NOT_SEEN
    assert found.agreement is Agreement.DIFFER
