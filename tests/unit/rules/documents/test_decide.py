"""What is decided about a document, as both sides stand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.decide import decide
from agents.rules.documents.outcome import applied
from agents.rules.documents.removal import may_be_made_anew
from schemas.commands import Create, Removal, Remove
from schemas.decisions import InStep, OnlyOnOneSide, Send
from schemas.outcomes import Done
from schemas.state import Agreed, Document, InFlight, Park, ParkReason
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from tests.unit.rules.records import (
    ADVERTISER,
    AT,
    INVOICE,
    PAYMENT,
    QBO_INVOICE,
    given,
    linked_invoice,
    shown,
)

NEW_INVOICE = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"))
NEW_PAYMENT = Document(kind=Kind.PAYMENT, mediaos=shown(PAYMENT, "9"))


def test_a_new_invoice_is_created_under_its_prefixed_number_with_our_marker():
    decision = decide(given(NEW_INVOICE), "d#1")

    assert isinstance(decision, Send)
    command = decision.command
    assert isinstance(command, Create)
    assert command.side is Side.QBO
    assert command.about == RecordRef(Side.MEDIAOS, Kind.INVOICE, "136")
    lines = tuple(replace(line, tax="NON") for line in QBO_INVOICE.lines)
    assert command.record == replace(QBO_INVOICE, due=None, lines=lines)
    assert "due" not in command.fields


def test_without_doc_numbers_quickbooks_is_asked_to_number_the_invoice():
    decision = decide(given(NEW_INVOICE, settings=TenantSettings(assign_invoice_id=False)), "d#1")

    assert isinstance(decision, Send)
    assert decision.command.auto_number
    assert "number" not in decision.command.fields


def test_a_number_over_21_characters_parks_only_that_document():
    decision = decide(given(NEW_INVOICE, settings=TenantSettings(number_prefix="A" * 19)), "d#1")

    assert isinstance(decision, Park)
    assert decision.reason is ParkReason.NUMBER_TOO_LONG
    assert "21" in decision.detail


def test_an_unmapped_product_parks_the_invoice_by_the_products_name():
    decision = decide(given(NEW_INVOICE, items={}), "d#1")

    assert isinstance(decision, Park)
    assert decision.waits_for == ("product:7",)
    assert "isthmus map products add" in decision.detail


def test_an_invoice_waits_for_its_customer():
    decision = decide(given(NEW_INVOICE, customer=None), "d#1")

    assert isinstance(decision, Park)
    assert decision.waits_for == ("customer",)


def test_a_payment_waits_for_its_invoice_and_names_it():
    decision = decide(given(NEW_PAYMENT, invoices={"mediaos:136": None}), "d#1")

    assert isinstance(decision, Park)
    assert decision.waits_for == ("mediaos-invoice:136",)


def test_a_payment_names_the_invoice_of_the_other_side():
    decision = decide(given(NEW_PAYMENT), "d#1")

    assert isinstance(decision, Send)
    assert decision.command.record.applied[0].invoice == "266"
    assert decision.command.record.customer == "58"


def test_a_payment_born_in_quickbooks_is_created_in_mediaos_with_its_reference():
    record = replace(PAYMENT, customer="58", applied=(replace(PAYMENT.applied[0], invoice="266"),))
    decision = decide(given(Document(kind=Kind.PAYMENT, qbo=shown(record, "77"))), "d#1")

    assert isinstance(decision, Send)
    assert decision.command.side is Side.MEDIAOS
    assert decision.command.record == replace(PAYMENT, marker="77")


def test_an_invoice_born_in_quickbooks_has_no_home_and_is_listed():
    document = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "300"))
    assert isinstance(decide(given(document), "d#1"), OnlyOnOneSide)


def test_a_customer_born_in_quickbooks_is_made_with_its_id_unless_it_is_only_listed():
    document = Document(kind=Kind.CUSTOMER, qbo=shown(ADVERTISER, "300"))
    made = decide(given(document), "d#1")
    assert isinstance(made, Send)
    assert made.command.side is Side.MEDIAOS
    assert made.command.record == replace(ADVERTISER, marker="300")

    listed = given(document, listed="set to be listed")
    assert decide(listed, "d#1") == OnlyOnOneSide(reason="set to be listed")
    pushed = given(document, listed="set to be listed", pushed=True)
    assert isinstance(decide(pushed, "d#1"), Send)


@pytest.mark.parametrize(("generation", "waits"), [(0, True), (1, False)])
def test_an_advertiser_that_bears_a_customers_id_is_not_made_anew(generation, waits):
    """A person who has taken the two apart wants another."""
    here = shown(replace(ADVERTISER, marker="58"), "42")
    document = Document(kind=Kind.CUSTOMER, mediaos=here, generation=generation)
    decision = decide(given(document), "d#1")

    assert isinstance(decision, Park) is waits
    if waits:
        assert decision.reason is ParkReason.NOT_LINKED
        assert "isthmus link customer 42 58" in decision.detail


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (TenantSettings(manual_push=True), ParkReason.MANUAL),
        (TenantSettings(observe=True), ParkReason.OBSERVE),
    ],
)
def test_nothing_flows_by_itself_while_it_must_not(setting, reason):
    decision = decide(given(NEW_INVOICE, settings=setting), "d#1")

    assert isinstance(decision, Park)
    assert decision.reason is reason


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (
            linked_invoice(mediaos=replace(INVOICE, memo="April")),
            "would change memo of this invoice in QuickBooks",
        ),
        (
            linked_invoice(qbo=replace(QBO_INVOICE, due=date(2026, 4, 30))),
            "would change due date of this invoice in MediaOS",
        ),
    ],
    ids=["to-quickbooks", "to-mediaos"],
)
def test_an_observing_tenant_changes_nothing_of_a_linked_document_on_either_side(document, told):
    decision = decide(given(document, settings=TenantSettings(observe=True)), "d#1")

    assert isinstance(decision, Park)
    assert (decision.reason, decision.detail) == (ParkReason.OBSERVE, told)
    assert isinstance(decide(given(document), "d#1"), Send)


def test_a_push_goes_although_two_way_sync_is_off():
    manual = TenantSettings(manual_push=True)
    assert isinstance(decide(given(NEW_INVOICE, settings=manual, pushed=True), "d#1"), Send)


def test_an_agreed_invoice_needs_nothing_though_quickbooks_filled_in_its_due_date():
    assert decide(given(linked_invoice()), "d#1") == InStep(why="the sides agree")


def test_a_changed_prefix_renumbers_nothing_that_is_linked():
    changed = given(linked_invoice(), settings=TenantSettings(number_prefix="00-"))
    assert decide(changed, "d#1") == InStep(why="the sides agree")


def test_the_number_that_quickbooks_gave_goes_back_to_mediaos():
    document = linked_invoice()
    unnumbered = replace(document.mediaos.record, number=None, marker=None)
    document = replace(document, mediaos=shown(unnumbered, "136", 3))

    decision = decide(given(document), "d#1")

    assert isinstance(decision, Send)
    assert decision.command.side is Side.MEDIAOS
    assert decision.command.fields == ("number", "marker")
    assert decision.command.record.marker == "266"


def test_different_fields_of_both_sides_both_survive():
    document = linked_invoice(
        mediaos=replace(INVOICE, memo="April issue"),
        qbo=replace(QBO_INVOICE, due=date(2026, 4, 30)),
    )
    decision = decide(given(document), "d#1")

    assert isinstance(decision, Send)
    assert (decision.command.side, decision.command.fields) == (Side.QBO, ("memo",))
    assert decision.command.record.due == date(2026, 4, 30)
    assert decision.command.based_on == Revision(False, 4)


def test_lines_changed_in_quickbooks_have_no_home_and_are_listed():
    lines = (replace(QBO_INVOICE.lines[0], amount=Decimal("1.00")),)
    decision = decide(given(linked_invoice(qbo=replace(QBO_INVOICE, lines=lines))), "d#1")

    assert decision == OnlyOnOneSide(reason="changed in QuickBooks only: lines")


def test_a_document_deleted_on_one_side_is_taken_away_on_the_other():
    document = replace(linked_invoice(), qbo=shown(None, "266", 0))
    counted = decide(given(document), "d#1")
    assert isinstance(counted, Park)
    assert counted.waits_for == ("counted:mediaos/invoice/136",)

    decision = decide(given(document, may_remove=True), "d#1")
    assert isinstance(decision, Send)
    assert isinstance(decision.command, Remove)
    assert (decision.command.side, decision.command.how) == (Side.MEDIAOS, Removal.DELETE)


def test_a_deleted_customer_waits_for_a_person():
    agreed = Agreed(mediaos=ADVERTISER, qbo=ADVERTISER)
    document = Document(
        kind=Kind.CUSTOMER, mediaos=shown(ADVERTISER, "42"), qbo=shown(None, "58"), agreed=agreed
    )
    decision = decide(given(document), "d#1")

    assert isinstance(decision, Park)
    assert decision.reason is ParkReason.DELETED


def test_a_document_deleted_on_both_sides_needs_nothing():
    linked = linked_invoice()
    document = replace(linked, mediaos=shown(None, "136", 9), qbo=shown(None, "266", 0))

    assert decide(given(document), "d#1") == InStep(why="deleted on both sides")


def test_the_same_edit_on_both_sides_is_agreed_on_from_now():
    document = linked_invoice(
        mediaos=replace(INVOICE, memo="April"), qbo=replace(QBO_INVOICE, memo="April")
    )

    assert decide(given(document), "d#1") == InStep(why="the sides agree", settled=("memo",))


def test_an_unowned_field_that_both_changed_becomes_an_open_conflict():
    document = Document(
        kind=Kind.CUSTOMER,
        mediaos=shown(replace(ADVERTISER, name="Harbor"), "42", 2),
        qbo=shown(replace(ADVERTISER, name="Harbour Ltd"), "58", 2),
        agreed=given(NEW_INVOICE).customer.agreed,
    )
    decision = decide(given(document), "d#1")

    assert isinstance(decision, Park)
    assert decision.reason is ParkReason.CONFLICT


memos = st.none() | st.text(alphabet="ab", min_size=1, max_size=3)
dues = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 4))


@dataclass
class Sides:
    """A linked invoice, and two sides that obey every command."""

    document: Document

    def obey(self, command, decision):
        shown_now = self.document.shown(command.side)
        revision = Revision(False, shown_now.revision.number + 1)
        assert command.based_on == shown_now.revision
        changes = {name: getattr(command.record, name) for name in command.fields}
        record = replace(shown_now.record, **changes)
        opened = InFlight(
            decision=decision, document="d", command=command, first_attempt=AT, last_attempt=AT
        )
        done = Done(id=shown_now.id, revision=revision, record=record, at=AT)
        after = shown(record, shown_now.id, revision.number)
        facts = applied(opened, self.document, done, adopted=False, home="t1/mediaos/42")
        self.document = replace(self.document, **{str(command.side): after})
        agreed = self.document.agreed
        self.document = replace(
            self.document,
            agreed=replace(
                agreed,
                mediaos=_with(agreed.mediaos, facts[1].mediaos, facts[1].fields),
                qbo=_with(agreed.qbo, facts[1].qbo, facts[1].fields),
            ),
        )


def _with(half, showing, names):
    return replace(half, **{name: getattr(showing, name) for name in names})


@drawn(memo_m=memos, memo_q=memos, due_m=dues, due_q=dues)
def test_obeying_every_decision_brings_the_sides_to_rest(memo_m, memo_q, due_m, due_q):
    sides = Sides(
        linked_invoice(
            mediaos=replace(INVOICE, memo=memo_m, due=due_m),
            qbo=replace(QBO_INVOICE, memo=memo_q, due=due_q),
        )
    )
    for number in range(4):
        decision = decide(given(sides.document), f"d#{number}")
        if not isinstance(decision, Send):
            break
        sides.obey(decision.command, f"d#{number}")

    assert isinstance(decision, InStep)
    memo_changed_by_both = memo_m != INVOICE.memo and memo_q != QBO_INVOICE.memo
    if memo_changed_by_both:
        assert sides.document.qbo.record.memo == memo_m


def test_an_edit_of_a_linked_invoice_waits_too_while_two_way_sync_is_off():
    document = linked_invoice(mediaos=replace(INVOICE, memo="April"))
    decision = decide(given(document, settings=TenantSettings(manual_push=True)), "d#1")

    assert isinstance(decision, Park)
    assert decision.reason is ParkReason.MANUAL


def test_an_edited_line_waits_for_its_product_and_an_edited_memo_does_not():
    lines = (replace(INVOICE.lines[0], product="8"),)
    edited = linked_invoice(mediaos=replace(INVOICE, lines=lines))
    decision = decide(given(edited), "d#1")
    assert isinstance(decision, Park)
    assert decision.waits_for == ("product:8",)

    memo = linked_invoice(mediaos=replace(INVOICE, memo="April"))
    assert isinstance(decide(given(memo, items={}), "d#1"), Send)


def test_a_move_to_a_customer_that_is_not_linked_waits_and_is_named():
    moved = linked_invoice(mediaos=replace(INVOICE, customer="43"))
    decision = decide(given(moved, customer=None), "d#1")

    assert isinstance(decision, Park)
    assert decision.reason is ParkReason.CUSTOMER_CHANGED
    assert decision.waits_for == ("customer-crossed:43",)


def test_a_move_in_quickbooks_alone_is_listed():
    moved = linked_invoice(qbo=replace(QBO_INVOICE, customer="59"))
    decision = decide(given(moved), "d#1")

    assert isinstance(decision, OnlyOnOneSide)
    assert "customer" in decision.reason


@pytest.mark.parametrize("customer", [None, Document(kind=Kind.CUSTOMER)])
def test_a_payment_in_quickbooks_of_a_customer_that_is_not_linked_has_no_home(customer):
    document = Document(kind=Kind.PAYMENT, qbo=shown(replace(PAYMENT, customer="58"), "77"))

    assert isinstance(decide(given(document, customer=customer), "d#1"), OnlyOnOneSide)


@pytest.mark.parametrize(
    ("kind", "mediaos", "qbo", "may"),
    [
        (Kind.INVOICE, INVOICE, None, True),
        (Kind.INVOICE, None, QBO_INVOICE, False),
        (Kind.INVOICE, None, replace(QBO_INVOICE, marker=None), True),
        (Kind.INVOICE, INVOICE, QBO_INVOICE, False),
        (Kind.INVOICE, None, None, False),
        (Kind.PAYMENT, PAYMENT, None, True),
        (Kind.PAYMENT, None, PAYMENT, True),
        (Kind.PAYMENT, None, None, False),
        (Kind.CUSTOMER, ADVERTISER, None, False),
    ],
)
def test_what_was_deleted_may_be_made_anew_where_it_would_cross_by_itself(kind, mediaos, qbo, may):
    document = Document(kind=kind, mediaos=shown(mediaos, "1"), qbo=shown(qbo, "2"))

    assert may_be_made_anew(document) is may


def test_what_only_one_side_showed_is_not_made_anew():
    assert not may_be_made_anew(Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "1")))
    assert not may_be_made_anew(Document(kind=Kind.PAYMENT, qbo=shown(None, "2")))


MANUAL = TenantSettings(manual_push=True)


def edited_on_both_sides() -> Document:
    return linked_invoice(
        mediaos=replace(INVOICE, memo="April"), qbo=replace(QBO_INVOICE, due=date(2026, 4, 30))
    )


def test_a_push_does_not_run_over_an_edit_of_quickbooks_unless_it_is_told_to():
    document = edited_on_both_sides()
    kept_back = decide(given(document, settings=MANUAL, pushed=True), "d#1")
    assert isinstance(kept_back, Park)
    assert (kept_back.reason, kept_back.waits_for) == (ParkReason.MANUAL, ("push",))
    assert kept_back.detail.startswith("due date was changed in QuickBooks")

    sent = decide(given(document, settings=MANUAL, pushed=True, overwrite=True), "d#1")
    assert isinstance(sent, Send)
    assert sent.command.side is Side.QBO
    assert (sent.command.record.memo, sent.command.record.due) == ("April", INVOICE.due)


def test_with_two_way_sync_on_each_sides_edit_goes_its_way_and_nothing_is_run_over():
    decision = decide(given(edited_on_both_sides()), "d#1")

    assert isinstance(decision, Send)
    assert (decision.command.side, decision.command.fields) == (Side.QBO, ("memo",))


def test_a_payment_that_is_applied_anew_waits_for_the_invoice_that_has_not_crossed():
    across = replace(PAYMENT, customer="58", applied=(replace(PAYMENT.applied[0], invoice="266"),))
    more = replace(PAYMENT, applied=(replace(PAYMENT.applied[0], invoice="137"),))
    document = Document(
        kind=Kind.PAYMENT,
        mediaos=shown(more, "9", 2),
        qbo=shown(across, "77"),
        agreed=Agreed(mediaos=PAYMENT, qbo=across),
    )
    decision = decide(given(document), "d#1")

    assert isinstance(decision, Park)
    assert decision.waits_for == ("mediaos-invoice:137",)
