"""What comes of a person's word on a conflict, whatever the sides show by then?"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from agents.rules.documents.conflicts import Conflict, conflict_of
from agents.rules.documents.decide import decide
from agents.rules.documents.resolving import conceded, resolved
from agents.rules.fold.document_facts import evolve_document
from schemas.conflict_facts import ConflictResolved
from schemas.decision_input import DecisionInput
from schemas.decisions import InStep, Send
from schemas.facts import Parked
from schemas.records import Invoice, Line
from schemas.requests import ResolveConflict
from schemas.state import Agreed, Document, Park, ParkReason, Snapshot
from schemas.tenant_state import FieldOwner, TenantSettings
from schemas.values import Kind, Revision, Side
from tests.unit.rules.records import AT, shown

NAME = "mediaos/invoice/136"
HUNDRED = Decimal("100.00")
LINE = Line(product="7", unit_price=HUNDRED, amount=HUNDRED)
BASE = Invoice(
    customer="42",
    issued=date(2026, 3, 1),
    memo="base",
    lines=(LINE,),
    total=HUNDRED,
    balance=HUNDRED,
    marker="266",
)
THERE = replace(
    BASE,
    customer="58",
    number="136",
    lines=(replace(LINE, id="1", product="19"),),
    marker="MediaOS t1 invoice 136",
)
HERE = replace(BASE, number="136")
PERSON = TenantSettings(owners={"invoice.memo": FieldOwner.PERSON})


def invoice(mediaos: str | None, qbo: str | None, reason: ParkReason = ParkReason.CONFLICT):
    """Both agreed on the memo `base`; None is a deletion."""
    halves = (
        replace(HERE, memo=mediaos) if mediaos is not None else None,
        replace(THERE, memo=qbo) if qbo is not None else None,
    )
    here, there = (
        Snapshot(id=record_id, revision=Revision(half is None, 2), record=half, at=AT)
        for record_id, half in zip(("136", "266"), halves, strict=True)
    )
    return Document(
        kind=Kind.INVOICE,
        mediaos=here,
        qbo=there,
        agreed=Agreed(mediaos=HERE, qbo=THERE),
        park=Park(reason=reason, detail="both changed it"),
        event="e",
    )


def given_of(document: Document) -> DecisionInput:
    customer = Document(
        kind=Kind.CUSTOMER,
        mediaos=Snapshot(id="42", revision=Revision(False, 1), record=None, at=AT),
        qbo=Snapshot(id="58", revision=Revision(False, 1), record=None, at=AT),
    )
    return DecisionInput(
        tenant="t1", document=document, customer=customer, items={"7": "19"}, settings=PERSON
    )


def word(keep: Side, **more: Any) -> ResolveConflict:
    return ResolveConflict(id="r", lane="t1/mediaos/42", document=NAME, keep=keep, **more)


def followed(document: Document, keep: Side) -> Document:
    """Return the document once a person's word on it is taken down."""
    done, told, [fact] = resolved(document, word(keep), observes=False)
    assert done, told
    after = evolve_document(document, NAME, fact)
    assert after is not None
    return after


def yielded(document: Document) -> Document:
    after = evolve_document(document, NAME, conceded(NAME, given_of(document)))
    assert after is not None
    return after


@pytest.mark.parametrize("keep", list(Side))
def test_what_is_decided_against_counts_as_agreed_and_what_stands_as_the_one_edit(keep):
    document = yielded(followed(invoice("mine", "theirs"), keep))
    answer = decide(given_of(replace(document, park=None)), "d")

    assert isinstance(answer, Send)
    assert (answer.command.side, answer.command.fields) == (keep.other, ("memo",))
    assert answer.command.record.memo == {Side.MEDIAOS: "mine", Side.QBO: "theirs"}[keep]
    assert document.resolution is None


@pytest.mark.parametrize("keep", list(Side))
def test_what_stands_is_written_though_it_is_put_back_as_it_was_first(keep):
    document = yielded(followed(invoice("mine", "theirs"), keep))
    back = invoice(*(("base", "theirs") if keep is Side.MEDIAOS else ("mine", "base")))
    answer = decide(given_of(replace(back, park=None, agreed=document.agreed)), "d")

    assert isinstance(answer, Send)
    assert (answer.command.side, answer.command.record.memo) == (keep.other, "base")


@pytest.mark.parametrize("keep", list(Side))
def test_a_third_edit_of_what_was_decided_against_is_a_conflict_of_its_own(keep):
    document = followed(invoice("mine", "theirs"), keep)
    third = invoice(*(("mine", "third") if keep is Side.MEDIAOS else ("third", "theirs")))
    document = yielded(replace(document, mediaos=third.mediaos, qbo=third.qbo))
    answer = decide(given_of(replace(document, park=None)), "d")

    assert isinstance(answer, Park)
    assert (answer.reason, answer.fields) == (ParkReason.CONFLICT, ("memo",))
    halves = document.agreed
    assert halves is not None
    lost = halves.qbo if keep is Side.MEDIAOS else halves.mediaos
    assert lost.memo == ("theirs" if keep is Side.MEDIAOS else "mine")


def test_what_both_say_by_then_agrees():
    document = followed(invoice("mine", "theirs"), Side.MEDIAOS)
    same = invoice("theirs", "theirs")
    document = yielded(replace(document, mediaos=same.mediaos))
    assert isinstance(decide(given_of(replace(document, park=None)), "d"), InStep)


def test_a_word_is_followed_once():
    document = followed(invoice("mine", "theirs"), Side.MEDIAOS)
    after = yielded(document)
    again = evolve_document(after, NAME, conceded(NAME, given_of(document)))
    assert again == after
    closed = replace(after, park=None)
    fact = ConflictResolved(document=NAME, request="r", keep=Side.QBO, fields=("memo",), lost=HERE)
    assert evolve_document(closed, NAME, fact) == closed


def test_a_document_that_waits_again_keeps_no_word():
    document = followed(invoice("mine", "theirs"), Side.MEDIAOS)
    park = Park(reason=ParkReason.BUG, detail="a bug")
    after = evolve_document(document, NAME, Parked(document=NAME, event="e", park=park, at=AT))
    assert after is not None
    assert after.resolution is None


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (invoice("mine", "theirs"), Conflict(("memo",))),
        (invoice(None, "theirs"), Conflict(("memo",), Side.MEDIAOS)),
        (invoice("mine", None), Conflict(("memo",), Side.QBO)),
        (invoice("mine", None, ParkReason.VOIDED), Conflict(("memo",), Side.QBO)),
        (invoice("mine", None, ParkReason.DELETED), None),
        (invoice(None, "base"), None),
        (invoice(None, None), None),
        (invoice("mine", "base"), None),
        (invoice("mine", "theirs", ParkReason.REFUSED), None),
        (replace(invoice("mine", "theirs"), park=None), None),
        (replace(invoice("mine", "theirs"), agreed=None), None),
    ],
)
def test_a_conflict_is_known_by_what_both_show(document, found):
    assert conflict_of(document) == found


def test_which_fields_a_park_names_are_in_conflict():
    document = invoice("mine", "theirs")
    park = replace(document.park, fields=("due",))
    assert conflict_of(replace(document, park=park)) == Conflict(("due",))


@pytest.mark.parametrize(
    ("document", "request_", "told"),
    [
        (None, word(Side.QBO), "is in no conflict"),
        (invoice("mine", "base"), word(Side.QBO), "is in no conflict"),
        (invoice("mine", "theirs"), word(Side.QBO, qbo="1"), "changed in QuickBooks since"),
        (invoice("mine", "theirs"), word(Side.QBO, mediaos="3"), "changed in MediaOS since"),
        (invoice("mine", "theirs"), word(Side.QBO, fields=("due",)), "due date is in no conflict"),
        (invoice("mine", None), word(Side.QBO, fields=("memo",)), "name no field"),
        (invoice(None, "theirs"), word(Side.QBO), "bring it back in MediaOS"),
    ],
)
def test_a_word_that_cannot_be_followed_is_refused_with_what_can_be_done(document, request_, told):
    done, why, facts = resolved(document, request_, observes=False)
    assert (done, facts, told in why) == (False, (), True), why


def test_an_observing_tenant_decides_nothing():
    done, why, _ = resolved(invoice("mine", "theirs"), word(Side.QBO), observes=True)
    assert (done, "only observes" in why) == (False, True)


def test_what_was_looked_at_is_decided():
    done, _, [fact] = resolved(
        invoice("mine", "theirs"), word(Side.QBO, mediaos="2", qbo="2"), observes=False
    )
    assert done
    assert (fact.keep, fact.lost.memo) == (Side.QBO, "mine")


def test_lines_are_written_to_quickbooks_alone_and_only_where_both_changed_them():
    def line(amount: int, **more: Any) -> Line:
        price = Decimal(amount)
        return Line(**{"product": None, "unit_price": price, "amount": price, **more})

    base = (line(100), line(50))
    there = (line(100, id="1"), line(50, id="2"))
    document = invoice("base", "base")
    document = replace(
        document,
        mediaos=shown(replace(HERE, lines=(line(80), line(50))), "136", 2),
        qbo=shown(replace(THERE, lines=(line(70, id="1"), line(55, id="2"))), "266", 2),
        agreed=Agreed(mediaos=replace(HERE, lines=base), qbo=replace(THERE, lines=there)),
        park=replace(document.park, fields=("lines",)),
    )
    done, why, _ = resolved(document, word(Side.QBO), observes=False)
    assert (done, "lines is never written to MediaOS" in why) == (False, True), why

    agreed = yielded(followed(document, Side.MEDIAOS)).agreed
    assert agreed is not None
    assert agreed.mediaos.lines == (line(70), line(50))
    assert agreed.qbo.lines == (line(70, id="1"), line(50, id="2"))
