"""What does a lane do with a record that bears the marker of what another lane has?"""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from agents.sync.answers import Answers
from agents.view.lane_view import LaneView
from schemas.commands import Create
from schemas.decision_input import DecisionInput
from schemas.decisions import Adopt
from schemas.rows import DocumentRow, RecordOwnerRow
from schemas.state import Document, InFlight, Owner, Park, ParkReason
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


def answered(rows, bearer, seconds=0.0):
    """Return what is answered so long after the other lane's last attempt."""
    effects = SimpleNamespace(now=lambda: AT + timedelta(seconds=seconds))
    half = Document(kind=Kind.INVOICE, qbo=shown(QBO_INVOICE, "266"))
    return Answers(effects=effects, lists=None).in_another_lane(
        LaneView(OTHER, rows.get),
        DecisionInput(tenant="t1", document=half, bearer=bearer),
        Adopt(mediaos=INVOICE.id),
    )


@pytest.mark.parametrize(
    ("since", "wait"), [(-9, 5.0), (0, 5.0), (20, 20.0), (40, 40.0), (1200, 60.0)]
)
def test_it_waits_for_what_that_one_makes_and_looks_ever_more_seldom(since, wait):
    answer = answered(THEIRS, Document(kind=Kind.INVOICE, in_flight=MAKING), since)

    assert answer.seconds == wait
    assert "invoice 136, which customer 42 of MediaOS has" in answer.why
    assert raw_words(answer.why) == []


def test_it_parks_what_that_one_does_not_make_now_and_holds_nothing_else_up():
    answer = answered(THEIRS, Document(kind=Kind.INVOICE))

    assert isinstance(answer, Park)
    assert answer.reason is ParkReason.CUSTOMER_CHANGED, "it is passed on when that lane has it"
    assert raw_words(answer.detail) == []


def test_what_it_has_itself_or_nobody_has_is_its_own_to_take():
    making = Document(kind=Kind.INVOICE, in_flight=MAKING)
    own = {str(DocumentRow(OTHER, str(INVOICE))): Document(kind=Kind.INVOICE)}

    assert answered({}, making) is None
    assert answered({**THEIRS, **own}, making) is None
