"""Whether a change is newer, and whether its revision can be believed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.rules.documents.revisions import clash, fuller, is_newer, is_torn
from schemas.changes import Change
from schemas.state import ParkReason
from schemas.values import Kind, Revision, Side
from tests.unit.rules.records import AT, INVOICE, QBO_INVOICE, shown

SHOWN = shown(INVOICE, "136", 5)
#: By so much the clocks of one side may differ.
SOON_AFTER = AT + timedelta(minutes=5)
LONG_AFTER = SOON_AFTER + timedelta(seconds=1)


def change(revision: int, *, record=INVOICE, side=Side.MEDIAOS, record_id="136", at=AT) -> Change:
    return Change(
        event="e",
        tenant="t1",
        side=side,
        kind=Kind.INVOICE,
        id=record_id,
        customer="42",
        revision=Revision(record is None, revision),
        at=at,
        record=record,
    )


@pytest.mark.parametrize(("revision", "newer"), [(4, False), (5, False), (6, True)])
def test_only_a_higher_revision_is_newer(revision, newer):
    assert is_newer(change(revision), SHOWN) is newer


def test_the_first_is_newer_than_nothing_and_a_deletion_than_any_number():
    assert is_newer(change(1), None)
    assert is_newer(change(0, record=None), SHOWN)
    assert not is_newer(change(5), shown(None, "136", 5))


def test_what_is_said_of_a_record_that_was_replaced_is_old_and_no_clash():
    assert not is_newer(change(9, record_id="135"), SHOWN)
    assert clash(change(4, record_id="135", at=LONG_AFTER), SHOWN) is None


def test_the_same_again_is_no_clash():
    assert clash(change(5), SHOWN) is None
    assert clash(change(5, at=LONG_AFTER), SHOWN) is None


def test_one_revision_with_two_contents_parks():
    park = clash(change(5, record=replace(INVOICE, memo="other")), SHOWN)

    assert park.reason is ParkReason.REVISION_CLASH
    assert "twice" in park.detail


def test_a_revision_that_went_back_while_time_went_on_parks():
    park = clash(change(4, at=LONG_AFTER), SHOWN)

    assert park.reason is ParkReason.REVISION_CLASH
    assert "from 5 to 4" in park.detail
    assert clash(change(4, at=SOON_AFTER), SHOWN) is None


def test_quickbooks_and_what_is_deleted_do_not_clash():
    other = replace(INVOICE, memo="other")
    assert clash(change(5, record=other, side=Side.QBO), SHOWN) is None
    assert clash(change(5, record=other, at=LONG_AFTER), shown(None, "136", 5)) is None


WHOLE = QBO_INVOICE
TORN = replace(QBO_INVOICE, lines=())


def test_one_revision_of_quickbooks_in_two_ways_is_torn_and_a_balance_is_none():
    there = shown(WHOLE, "266", 4)

    def again(record, number=4, record_id="266"):
        return is_torn(change(number, record=record, side=Side.QBO, record_id=record_id), there)

    assert again(TORN)
    assert not again(WHOLE)
    assert not again(replace(WHOLE, balance=WHOLE.balance - 1))
    assert not again(TORN, number=3)
    assert not again(TORN, record_id="267")
    assert not again(None)


def test_the_fuller_says_all_that_the_other_does_and_more():
    assert fuller(WHOLE, TORN)
    assert not fuller(TORN, WHOLE)
    assert not fuller(WHOLE, WHOLE)
    assert not fuller(replace(WHOLE, memo=None), TORN), "each has something of its own"


def test_what_earlier_releases_did_not_read_is_neither_a_clash_nor_torn():
    at_home = replace(INVOICE, currency="USD", rate=Decimal(1))
    assert clash(change(5, record=at_home), SHOWN) is None

    kept = shown(replace(INVOICE, foreign="a currency at a rate of 0.8"), "136", 5)
    assert clash(change(5, record=replace(INVOICE, currency="EUR")), kept) is None
    assert clash(change(5, record=replace(at_home, memo="other")), SHOWN) is not None
    other = replace(INVOICE, currency="EUR")
    assert clash(change(5, record=other), shown(at_home, "136", 5)) is not None

    there = replace(QBO_INVOICE, currency="USD", rate=Decimal(1), home_total=Decimal(9))
    told = change(5, record=there, side=Side.QBO)
    assert not is_torn(told, shown(QBO_INVOICE, "136", 5))
