"""What a push would run over, and what goes with it, in which order."""

from datetime import date

from msgspec.structs import replace

from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.pushing import (
    by_hand,
    conflict,
    goes_along,
    held,
    may_be_pushed,
    sent,
)
from schemas.requests import Push
from schemas.state import Document, Lane, Park, ParkReason
from schemas.values import Kind, Side
from tests.unit.rules.records import (
    ADVERTISER,
    AT,
    INVOICE,
    QBO_INVOICE,
    linked_customer,
    linked_invoice,
    shown,
)

MANUAL = Park(reason=ParkReason.MANUAL, detail="two-way sync is off", waits_for=("push",))
UNMAPPED = Park(reason=ParkReason.UNMAPPED_PRODUCT, detail="map it", waits_for=("product:7",))
CUSTOMER, NAME = "mediaos/customer/42", "mediaos/invoice/136"
NEW_CUSTOMER = Document(kind=Kind.CUSTOMER, mediaos=shown(ADVERTISER, "42"), park=MANUAL, order=9)
NEW_INVOICE = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"), park=MANUAL, order=3)
MINE = replace(INVOICE, memo="April")
THEIRS = replace(QBO_INVOICE, due=date(2026, 4, 30))


def lane(customer: Document, key: str = "t1/mediaos/42", **more: Document) -> LaneBook:
    return LaneBook(Lane(key=key), {NAME: NEW_INVOICE, CUSTOMER: customer, **more})


def test_a_push_from_mediaos_would_run_over_whatever_was_edited_in_quickbooks():
    told = conflict(linked_invoice(mediaos=MINE, qbo=THEIRS), Side.MEDIAOS)
    assert told.startswith("due date was changed in QuickBooks")
    assert conflict(linked_invoice(qbo=THEIRS), Side.MEDIAOS) is not None
    assert conflict(linked_invoice(mediaos=MINE), Side.MEDIAOS) is None


def test_a_push_from_quickbooks_meets_only_an_edit_of_mediaos_as_well():
    assert conflict(linked_invoice(qbo=THEIRS), Side.QBO) is None
    assert conflict(linked_invoice(mediaos=MINE), Side.QBO) is None
    assert conflict(linked_invoice(mediaos=MINE, qbo=THEIRS), Side.QBO) is not None


def test_an_invoice_takes_its_new_customer_along_and_comes_after_it():
    assert goes_along(NAME, NEW_INVOICE, {CUSTOMER: NEW_CUSTOMER}) == (CUSTOMER, NAME)


def test_a_customer_that_has_crossed_or_waits_for_something_else_does_not_go_along():
    edited = replace(linked_customer(), park=MANUAL)
    for customer in (edited, linked_customer(), replace(NEW_CUSTOMER, park=UNMAPPED)):
        assert goes_along(NAME, NEW_INVOICE, {CUSTOMER: customer}) == (NAME,)


def test_a_customer_is_pushed_alone():
    assert goes_along(CUSTOMER, NEW_CUSTOMER, {CUSTOMER: NEW_CUSTOMER}) == (CUSTOMER,)


def test_only_what_waits_for_a_push_is_held_by_hand():
    assert by_hand(NEW_INVOICE)
    assert not by_hand(replace(NEW_INVOICE, park=UNMAPPED))
    assert not by_hand(replace(NEW_INVOICE, park=None))


def test_what_is_held_is_listed_lane_by_lane_customers_first_and_then_as_it_came_in():
    earlier = replace(NEW_INVOICE, order=1)
    other = replace(NEW_INVOICE, park=UNMAPPED, order=2)
    here = lane(NEW_CUSTOMER, **{"mediaos/invoice/137": earlier, "mediaos/invoice/138": other})
    there = lane(linked_customer(), key="t1/mediaos/41")

    assert [(each.key[-2:], name) for each, name in held([here, there])] == [
        ("41", NAME),
        ("42", CUSTOMER),
        ("42", "mediaos/invoice/137"),
        ("42", NAME),
    ]


def test_what_is_only_listed_can_be_pushed_and_waits_for_that_from_then_on():
    listed = Document(kind=Kind.CUSTOMER, qbo=shown(ADVERTISER, "58"), unplaced="set so", order=2)
    asked = Push(id="r1", lane="t1/qbo/58", document="qbo/customer/58", side=Side.QBO)
    assert may_be_pushed(listed)
    assert goes_along("qbo/invoice/7", NEW_INVOICE, {"qbo/customer/58": listed}) == (
        "qbo/customer/58",
        "qbo/invoice/7",
    )

    released, parked, told = sent("qbo/customer/58", listed, asked, AT)
    assert (released.document, told.pushed) == ("qbo/customer/58", True)
    assert (parked.park.reason, parked.park.waits_for) == (ParkReason.MANUAL, ("pushed",))
    assert parked.order == 2


def test_what_both_sides_have_is_not_pushed_for_what_only_one_of_them_shows_of_it():
    assert not may_be_pushed(replace(linked_customer(), unplaced="an e-mail is in MediaOS only"))
