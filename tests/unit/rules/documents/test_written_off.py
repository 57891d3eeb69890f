"""Which lines that write an invoice off wait for a person, and which stand already."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.written_off import written_off
from schemas.decision_input import DecisionInput
from schemas.records import CreditMemo, Line
from schemas.state import Agreed, Document, ParkReason
from schemas.values import Kind, Side
from tests.unit.rules.records import INVOICE, QBO_INVOICE

SOLD = INVOICE.lines[0]


def off(amount, line_type="12", text="Bad debt"):
    money = Decimal(amount)
    return Line(product=None, line_type=line_type, description=text, unit_price=money, amount=money)


def asked(*lines, before=None, marked=("12",), side=Side.MEDIAOS):
    agreed = None
    if before is not None:
        agreed = Agreed(mediaos=replace(INVOICE, lines=before), qbo=QBO_INVOICE)
    known = DecisionInput(
        tenant="t1",
        document=Document(kind=Kind.INVOICE, agreed=agreed),
        items={"line-type/12": "25"},
        write_offs=marked,
    )
    return written_off(replace(INVOICE, lines=lines), side, known)


def test_a_new_line_of_a_marked_type_waits_with_what_helps():
    park = asked(SOLD, off("-60.5"), off("-40", text="More"), before=(SOLD,))
    assert (park.reason, park.waits_for) == (ParkReason.WRITE_OFF, ("no-write-off:12",))
    assert "100.50 of it is written off by a line of line item type 12" in park.detail
    assert "make a credit memo of that type there" in park.detail
    assert "(isthmus map line-types add 12 25 --no-write-off)" in park.detail


@pytest.mark.parametrize(
    "park",
    [
        asked(SOLD, before=(SOLD,)),
        asked(SOLD, off("-60", "13"), before=(SOLD,)),
        asked(SOLD, off("-60"), before=(SOLD,), marked=()),
        asked(SOLD, off("-60"), before=(SOLD, off("-60"))),
        asked(off("-60"), SOLD, before=(SOLD, off("-60"))),
        asked(SOLD, before=(SOLD, off("-60"))),
        asked(SOLD, off("-60"), before=(SOLD,), side=Side.QBO),
    ],
    ids=["none", "another-type", "no-mark", "stands", "moved", "taken-back", "of-quickbooks"],
)
def test_all_else_goes(park):
    assert park is None


@pytest.mark.parametrize(
    "before", [None, (SOLD,), (SOLD, off("-50")), (SOLD, off("-60", text="Other"))]
)
def test_what_is_raised_lowered_or_said_anew_waits(before):
    assert asked(SOLD, off("-60"), before=before).reason is ParkReason.WRITE_OFF


def test_a_second_line_that_says_the_same_is_new():
    park = asked(SOLD, off("-60"), off("-60"), before=(SOLD, off("-60")))
    assert "60.00 of it is written off" in park.detail


def test_a_credit_memo_of_a_marked_type_goes():
    memo = CreditMemo(customer="42", issued=INVOICE.issued, lines=(off("60"),), total=Decimal(60))
    known = DecisionInput(tenant="t1", document=Document(kind=Kind.CREDIT_MEMO), write_offs=("12",))
    assert written_off(memo, Side.MEDIAOS, known) is None


lines = st.lists(st.sampled_from([SOLD, off("-60"), off("-50"), off("-60", "13")]), max_size=6)


@given(lines, lines)
def test_it_waits_exactly_where_a_marked_line_is_there_more_often_than_before(before, now):
    marked = [off("-60"), off("-50")]
    more = any(now.count(each) > before.count(each) for each in marked)
    assert (asked(*now, before=tuple(before)) is not None) is more
