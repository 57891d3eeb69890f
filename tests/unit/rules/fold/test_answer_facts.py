"""What a lane's last requests were answered with: once each, and the oldest goes."""

import pytest

from agents.rules.fold.answer_facts import MOST_ANSWERS, answered_again, evolve_answers
from schemas.answers import RequestAnswer
from schemas.facts import RequestTaken


def taken(request="r1", detail="noted", *, done=True, said=""):
    return RequestTaken(request=request, done=done, detail=detail, by="ada", said=said)


def test_the_first_answer_stays():
    answers = evolve_answers(None, taken())
    again = evolve_answers(answers, answered_again(answers.to("r1"), "", "ada"))

    assert again == answers
    assert again.to("r1") == RequestAnswer(request="r1", done=True)
    assert again.to("r2") is None


def test_who_asks_again_hears_the_first_answer_and_that_it_is_not_done_twice():
    told = answered_again(RequestAnswer(request="r1", done=False, said="0a1b"), "0a1b", "ada")

    assert (told.request, told.done, told.by) == ("r1", False, "ada")
    assert told.detail == "it was asked for before, and is not done twice"


@pytest.mark.parametrize(("kept", "said"), [("", "0a1b"), ("0a1b", ""), ("", "")])
def test_what_an_earlier_release_answered_and_what_the_engine_asks_is_answered_as_ever(kept, said):
    told = answered_again(RequestAnswer(request="r1", done=True, said=kept), said, "ada")

    assert (told.done, told.detail) == (True, "it was asked for before, and is not done twice")


def test_another_request_under_the_id_of_one_is_refused_by_name_and_the_first_answer_stays():
    answers = evolve_answers(None, taken(said="0a1b"))
    told = answered_again(answers.to("r1"), "2c3d", "bob")

    assert (told.request, told.done, told.by, told.said) == ("r1", False, "bob", "2c3d")
    assert told.detail == (
        "this id was used for another request, so nothing was done: ask under an id of its own"
    )
    assert evolve_answers(answers, told) == answers


def test_no_words_are_kept_which_may_name_somebody():
    """Who is erased from the journal's words changes no row."""
    assert evolve_answers(None, taken(detail="Ann Lee is linked")) == evolve_answers(None, taken())


def test_so_many_are_kept():
    answers = None
    for number in range(MOST_ANSWERS + 5):
        answers = evolve_answers(answers, taken(f"r{number}"))

    assert len(answers.given) == MOST_ANSWERS
    assert answers.to("r4") is None
    assert answers.to("r5") is not None
