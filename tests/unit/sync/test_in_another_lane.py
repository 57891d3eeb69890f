"""What does a lane do with a record that bears the marker of what another lane has?"""

import pytest

from agents.sync.answers import Answers
from agents.view.lane_view import LaneView
from schemas.commands import Create
from schemas.decision_input import DecisionInput
from schemas.decisions import Adopt
from schemas.rows import DocumentRow, RecordOwnerRow
from schemas.state import Document, InFlight, Owner, ParkReason
from schemas.values import Kind, RecordRef, Side
from tests.testing.plain_words import raw_words
from tests.unit.rules.records import AT, QBO_INVOICE, shown

LANE, OTHER = "t1/mediaos/42", "t1/mediaos/43"
INVOICE = RecordRef(Side.MEDIAOS, Kind.INVOICE, "136")
THEIRS = {str(RecordOwnerRow("t1", str(INVOICE))): Owner(lane=LANE)}
MAKING = InFlight(
    decision="d",
    document=str(INVOICE),
    command=Create(
        id="d/0",
        request_id="r",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=INVOICE,
        record=QBO_INVOICE,
        fields=(),
    ),
    first_attempt=AT,
    last_attempt=AT,
)


def answered(rows, bearer):
    half = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"))
    return Answers.in_another_lane(
        LaneView(OTHER, rows.get),
        DecisionInput(tenant="t1", document=half, bearer=bearer),
        Adopt(mediaos=INVOICE.id),
    )


@pytest.mark.parametrize("in_flight", [MAKING, None])
def test_it_alone_waits_for_what_that_one_has_whether_it_is_making_it_or_waits_itself(in_flight):
    answer = answered(THEIRS, Document(kind=Kind.INVOICE, in_flight=in_flight))

    assert answer.reason is ParkReason.CUSTOMER_CHANGED, "it is passed on when that lane has it"
    assert answer.waits_for == ("right:mediaos/invoice/136",)
    assert "invoice 136, which customer 42 of MediaOS has" in answer.detail
    assert raw_words(answer.detail) == []


def test_it_waits_for_the_document_as_which_that_lane_has_it():
    theirs = {str(RecordOwnerRow("t1", str(INVOICE))): Owner(lane=LANE, document="qbo/invoice/265")}

    assert answered(theirs, None).waits_for == ("right:qbo/invoice/265",)


def test_what_it_had_itself_before_that_moved_is_nobodys_half():
    own = {str(DocumentRow(OTHER, str(INVOICE))): Document(kind=Kind.INVOICE)}
    there = {str(DocumentRow(LANE, str(INVOICE))): Document(kind=Kind.INVOICE, in_flight=MAKING)}

    assert answered({**THEIRS, **own, **there}, None).waits_for == ("right:mediaos/invoice/136",)


def test_what_it_has_itself_or_nobody_has_is_its_own_to_take():
    making = Document(kind=Kind.INVOICE, in_flight=MAKING)
    own = {str(DocumentRow(OTHER, str(INVOICE))): Document(kind=Kind.INVOICE)}

    assert answered({}, making) is None
    assert answered({**THEIRS, **own}, making) is None
