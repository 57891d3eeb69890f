"""What a person is shown of a conflict is worked out once, for the screen and the console."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.conflict_sides import conflict_sides
from schemas.state import ParkReason
from schemas.values import Side
from tests.unit.rules.documents.test_resolving import invoice
from tests.unit.rules.records import AT


def voided(document, side):
    """Return the document with one side's record voided, whatever else that shows."""
    shown = document.shown(side)
    record = replace(shown.record, voided=True)
    return replace(document, **{str(side): replace(shown, record=record)})


def test_a_field_is_told_as_both_agreed_on_it_and_as_each_side_shows_it():
    sides = conflict_sides(invoice("ours", "theirs"))

    [memo] = sides.fields
    assert (memo.called, memo.agreed, memo.mediaos, memo.qbo) == ("memo", "base", "ours", "theirs")
    assert [memo.of(side) for side in (Side.MEDIAOS, Side.QBO)] == ["ours", "theirs"]
    assert sides.ended is None
    assert sides.keeps == tuple(Side)
    assert sides.changed == dict.fromkeys(Side, AT)
    assert sides.revisions == dict.fromkeys(Side, "2")


def test_a_side_that_deleted_the_record_shows_nothing_of_it():
    sides = conflict_sides(invoice(None, "theirs"))

    [memo] = sides.fields
    assert (sides.ended, memo.mediaos, memo.qbo) == (Side.MEDIAOS, None, "theirs")
    assert sides.revisions[Side.MEDIAOS].startswith("2")


@pytest.mark.parametrize("reason", [ParkReason.VOIDED, ParkReason.CONFLICT])
def test_a_side_that_voided_the_record_shows_nothing_of_it_either(reason):
    sides = conflict_sides(voided(invoice("ours", "Voided", reason), Side.QBO))

    [memo] = [each for each in sides.fields if each.field == "memo"]
    assert (sides.ended, memo.mediaos, memo.qbo) == (Side.QBO, "ours", None)


def test_a_document_in_no_conflict_has_no_sides_to_show():
    assert conflict_sides(invoice("ours", "theirs", ParkReason.UNSAYABLE)) is None
