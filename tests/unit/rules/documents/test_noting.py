"""What people note of a document: only of what waits, and dismissed only as it stood."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.noting import is_dismissed, noted, standing
from schemas.requests import NoteDocument
from schemas.state import Document, Park, ParkReason
from schemas.values import Kind
from tests.testing.simulated.clock import START

NAME = "mediaos/invoice/136"
PARKED = Document(
    kind=Kind.INVOICE,
    event="t1/mediaos/invoice/136@1",
    decisions=1,
    park=Park(reason=ParkReason.REFUSED, detail="no"),
)
WISH = NoteDocument(id="n1", lane="t1/mediaos/42", document=NAME, owner="vera", note="x", by="ada")


@pytest.mark.parametrize("document", [None, replace(PARKED, park=None)])
def test_of_what_does_not_wait_nothing_is_noted(document):
    done, told, facts = noted(document, WISH, START)

    assert (done, told, facts) == (False, f"{NAME} does not wait", ())


def test_what_is_noted_is_kept_word_for_word_with_who_said_it():
    done, _, (fact,) = noted(PARKED, WISH, START)

    assert done
    assert (fact.owner, fact.note, fact.by, fact.at) == ("vera", "x", "ada", START)
    assert not is_dismissed(fact, PARKED)


def test_it_is_dismissed_for_as_long_as_nothing_new_happens_to_it():
    _, _, (fact,) = noted(PARKED, replace(WISH, dismiss=True), START)

    assert is_dismissed(fact, PARKED)
    assert is_dismissed(fact, replace(PARKED, locks=(START,)))
    assert not is_dismissed(fact, replace(PARKED, event="t1/mediaos/invoice/136@2", decisions=1))
    assert not is_dismissed(fact, replace(PARKED, decisions=2))
    assert not is_dismissed(None, PARKED)


def test_nothing_is_dismissed_without_a_word():
    done, told, facts = noted(PARKED, replace(WISH, dismiss=True, note=""), START)

    assert (done, facts) == (False, ())
    assert "says why" in told


def test_what_is_only_on_one_side_may_be_noted_too():
    done, _, (fact,) = noted(replace(PARKED, park=None, unplaced="by rule"), WISH, START)

    assert done
    assert fact.standing == standing(PARKED)
