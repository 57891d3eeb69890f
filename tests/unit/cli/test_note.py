"""What the command line notes of a record that waits, and lists no more where it is dismissed."""

import pytest

from schemas.note_facts import Noted
from schemas.requests import NoteDocument
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import INVOICE_136, LANE, parked, seen

#: How the invoice stands that came in once and was parked once.
ONCE = "t1/mediaos/invoice/136@1#1"


def noted(*, owner="vera", note="asked the agency", dismissed=False, standing=ONCE):
    return Noted(
        document=INVOICE_136,
        request="n1",
        owner=owner,
        note=note,
        dismissed=dismissed,
        standing=standing,
        by="otto",
        at=START,
    )


@pytest.fixture
def waits(world):
    world.tell(LANE, seen(), parked())
    return world


def asked(world):
    [(_, key, request)] = world.asked
    assert key == LANE
    return request


def test_an_owner_and_a_note_go_to_the_lane_under_a_name(waits):
    done = waits.isthmus("note", "invoice", "136", "--owner", "vera", "--note", "asked them")

    assert done.code == 0, done.err
    request = asked(waits)
    assert request == NoteDocument(
        id=request.id, lane=LANE, document=INVOICE_136, owner="vera", note="asked them", by="ada"
    )


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (("--owner", "anna"), ("anna", "asked the agency")),
        (("--note", "they pay"), ("vera", "they pay")),
        (("--owner", ""), ("", "asked the agency")),
    ],
)
def test_what_is_not_said_stays_as_it_was(waits, option, expected):
    waits.tell(LANE, noted())

    waits.isthmus("note", "invoice", "136", *option)

    assert (asked(waits).owner, asked(waits).note) == expected


def test_nothing_at_all_is_not_noted(waits):
    refused = waits.isthmus("note", "invoice", "136")

    assert (refused.code, waits.asked) == (1, [])
    assert "Say who sees to it" in refused.told


def test_a_record_is_dismissed_with_a_word(waits):
    assert waits.isthmus("dismiss", "invoice", "136").code == 2
    assert waits.isthmus("dismiss", "invoice", "136", "--note", "a trial").code == 0

    assert (asked(waits).dismiss, asked(waits).note) == (True, "a trial")


def test_what_is_not_here_is_refused(waits):
    refused = waits.isthmus("dismiss", "invoice", "999", "--note", "a trial")

    assert (refused.code, waits.asked) == (1, [])


def test_parked_says_who_sees_to_it_and_lists_what_is_dismissed_where_it_is_asked_for(waits):
    waits.tell(LANE, noted())
    assert "vera sees to it: asked the agency" in waits.isthmus("parked").said

    waits.tell(LANE, noted(dismissed=True))
    assert waits.json("parked") == (0, [])
    [row] = waits.json("parked", "--dismissed")[1]
    assert (row["owner"], row["note"], row["dismissed"]) == ("vera", "asked the agency", True)
    assert "dismissed: asked the agency" in waits.isthmus("parked", "--dismissed").said


def test_what_is_dismissed_is_listed_again_once_it_is_judged_again(waits):
    waits.tell(LANE, noted(dismissed=True))
    assert waits.json("parked")[1] == []

    waits.tell(LANE, parked())

    [row] = waits.json("parked")[1]
    assert (row["note"], row["dismissed"]) == ("asked the agency", False)


def test_the_raw_story_has_it(waits):
    waits.tell(LANE, noted(dismissed=True))

    assert "dismissed by otto" in waits.isthmus("explain", "invoice", "136", "--raw").said
    assert "Nobody has to see to it" in waits.isthmus("explain", "invoice", "136").said
