"""Does the page say of every topic who needs what, as the code asks for it?"""

import pytest

from streams.kafka.needs import NEEDS, REWRITTEN
from streams.topics import TOPICS
from tests.broker.secured.rules import KINDS, OPERATIONS, rules


@pytest.mark.parametrize("who", NEEDS)
def test_each_is_asked_for_what_the_page_says(who):
    told = {
        rule.name: set(rule.operations)
        for rule in rules()
        if (rule.who, rule.kind) == (who, "topic")
    }

    assert told == {topic: {right.name for right in rights} for topic, rights in NEEDS[who].items()}


def test_a_worker_has_to_do_with_every_topic():
    assert set(NEEDS["worker"]) == {topic.name for topic in TOPICS} | {REWRITTEN}


def test_the_page_names_only_what_there_is_and_each_once():
    found = rules()

    everybody = {"worker", "gateway", "publisher", "pusher", "operator", "eraser"}
    assert {rule.who for rule in found} == everybody
    assert {rule.kind for rule in found} == set(KINDS)
    topics = {topic.name for topic in TOPICS} | {REWRITTEN}
    assert {rule.name for rule in found} == topics | {"isthmus-sync"}
    assert len({(rule.who, rule.kind, rule.name) for rule in found}) == len(found)
    assert {each for rule in found for each in rule.operations} <= set(OPERATIONS)


def test_who_may_push_may_do_nothing_else():
    assert [rule[1:] for rule in rules() if rule.who == "pusher"] == [
        ("topic", "isthmus-pushes", ("WRITE",))
    ]
