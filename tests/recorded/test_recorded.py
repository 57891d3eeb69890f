"""The rules answer what they answered when a journal was recorded: a decision can be made again."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.decide import RULES
from schemas.commands import Create, Remove
from schemas.values import Side
from tests.recorded.record import DAY
from tests.testing.simulated.replay import decisions_in, made_again


@pytest.fixture(scope="module")
def decisions():
    return decisions_in(DAY.read_bytes().splitlines())


def test_the_recorded_days_decisions_are_made_again_word_for_word(decisions):
    made_again(decisions)


def test_it_was_recorded_with_these_rules(decisions):
    assert {each.rules for each in decisions} == {RULES}, "python -m tests.recorded.record"


def test_it_holds_a_decision_of_each_sort(decisions):
    commands = [each.command for each in decisions]
    sorts = {(each.side, each.kind.value, isinstance(each, Create)) for each in commands}

    made = ("customer", "invoice", "payment", "credit-memo", "credit-application")
    assert {(Side.QBO, kind, True) for kind in made} <= sorts
    assert {(Side.MEDIAOS, "payment", True), (Side.MEDIAOS, "invoice", False)} <= sorts
    assert any(isinstance(each, Remove) for each in commands)
    assert {each.given.pushed for each in decisions} == {True, False}


def test_a_decision_that_is_not_what_the_rules_answer_is_found(decisions):
    first = decisions[0]
    elsewhere = replace(first, command=replace(first.command, request_id="another"))

    with pytest.raises(AssertionError):
        made_again([elsewhere])
