"""Does the page say of every topic who needs what, and of the worker what it asks for itself?"""

from streams.kafka.needs import WORKER
from streams.topics import TOPICS
from tests.broker.secured.rules import KINDS, OPERATIONS, rules


def test_the_worker_asks_for_what_the_page_says():
    told = {
        rule.name: set(rule.operations)
        for rule in rules()
        if (rule.who, rule.kind) == ("worker", "topic")
    }

    assert told == {topic: {right.name for right in rights} for topic, rights in WORKER.items()}
    assert set(WORKER) == {topic.name for topic in TOPICS}


def test_the_page_names_only_what_there_is_and_each_once():
    found = rules()

    assert {rule.who for rule in found} == {"worker", "gateway", "publisher", "pusher", "operator"}
    assert {rule.kind for rule in found} == set(KINDS)
    assert {rule.name for rule in found} == {topic.name for topic in TOPICS} | {"isthmus-sync"}
    assert len({(rule.who, rule.kind, rule.name) for rule in found}) == len(found)
    assert {each for rule in found for each in rule.operations} <= set(OPERATIONS)


def test_who_may_push_may_do_nothing_else():
    assert [rule[1:] for rule in rules() if rule.who == "pusher"] == [
        ("topic", "isthmus-pushes", ("WRITE",))
    ]
