from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import topics
from streams.topics import Existing, Fault, Layout, Topic

PRODUCTION = Layout()
SINGLE_NODE = PRODUCTION.on_a_single_node()
DAY = 24 * 60 * 60 * 1000

every_topic = st.sampled_from(topics.TOPICS)


def as_created(topic: Topic, layout: Layout) -> Existing:
    return Existing(
        name=topic.name,
        partitions=layout.partitions,
        replication=layout.replication,
        config=topics.config(topic, layout),
    )


@pytest.mark.parametrize("topic", topics.TOPICS, ids=lambda topic: topic.name)
@pytest.mark.parametrize("layout", [PRODUCTION, SINGLE_NODE, Layout(partitions=3)])
def test_what_we_create_is_what_we_accept(topic, layout):
    assert topics.compare(topic, as_created(topic, layout), layout) == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"partitions": 11}, ("partition count", "11", "12")),
        ({"partitions": 13}, ("partition count", "13", "12")),
        ({"replication": 2}, ("replication factor", "2", "3 or more")),
        ({"config": {"cleanup.policy": "compact"}}, ("cleanup.policy", "compact", "delete")),
        (
            {"config": {"cleanup.policy": "compact,delete"}},
            ("cleanup.policy", "compact,delete", "delete"),
        ),
        (
            {"config": {"retention.ms": str(30 * DAY - 1)}},
            ("retention.ms", "2591999999", "2592000000 or more"),
        ),
        ({"config": {"retention.bytes": "1000"}}, ("retention.bytes", "1000", "-1 (no limit)")),
        ({"config": {"min.insync.replicas": "1"}}, ("min.insync.replicas", "1", "2 to 3")),
        ({"config": {"min.insync.replicas": "4"}}, ("min.insync.replicas", "4", "2 to 3")),
    ],
)
def test_each_weakness_is_named_with_what_is_and_what_must_be(change, fault):
    good = as_created(topics.INTAKE, PRODUCTION)
    found = replace(good, **{**change, "config": {**good.config, **change.get("config", {})}})

    what, given_, expected = fault
    assert topics.compare(topics.INTAKE, found, PRODUCTION) == (
        Fault(topic="isthmus-intake", what=what, found=given_, expected=expected),
    )


def test_a_journal_that_forgets_after_a_thousand_years_is_refused():
    good = as_created(topics.JOURNAL, PRODUCTION)
    mortal = replace(good, config={**good.config, "retention.ms": str(365_000 * DAY)})

    assert [fault.what for fault in topics.compare(topics.JOURNAL, mortal, PRODUCTION)] == [
        "retention.ms"
    ]


@given(topic=every_topic, more=st.integers(0, 10**9))
def test_a_longer_retention_and_more_replicas_are_welcome(topic, more):
    good = as_created(topic, PRODUCTION)
    longer = {"retention.ms": "-1" if topic.retention is None else str(90 * DAY + more)}
    found = replace(good, replication=3 + more, config={**good.config, **longer})

    assert topics.compare(topic, found, PRODUCTION) == ()


@given(topic=every_topic)
def test_a_single_node_relaxes_replication_and_nothing_else(topic):
    good = as_created(topic, SINGLE_NODE)

    assert topics.compare(topic, good, SINGLE_NODE) == ()
    assert {fault.what for fault in topics.compare(topic, good, PRODUCTION)} == {
        "replication factor",
        "min.insync.replicas",
    }
    wrong = replace(good, partitions=1, config={**good.config, "cleanup.policy": "other"})
    assert {"partition count", "cleanup.policy"} <= {
        fault.what for fault in topics.compare(topic, wrong, SINGLE_NODE)
    }


@given(topic=every_topic)
def test_a_topic_without_any_setting_is_refused_and_not_taken_for_the_default(topic):
    bare = replace(as_created(topic, PRODUCTION), config={})

    faults = topics.compare(topic, bare, PRODUCTION)

    assert {"cleanup.policy", "min.insync.replicas"} <= {fault.what for fault in faults}
    assert "not set" in {fault.found for fault in faults}


def test_the_names_are_these_and_carry_no_dot_or_underscore():
    names = [topic.name for topic in topics.TOPICS]

    assert names == [
        "mediaos-changes",
        "quickbooks-notices",
        "quickbooks-changes",
        "isthmus-intake",
        "isthmus-journal",
        "isthmus-requests",
        "isthmus-pushes",
        "isthmus-lockouts",
        "isthmus-settings",
        "isthmus-mappings",
        "isthmus-coverage",
        "isthmus-calls",
        "isthmus-dead-letters",
    ]


def test_published_views_are_compacted_and_the_rest_is_deleted_by_age():
    assert {t.name: (t.cleanup, t.retention and t.retention.days) for t in topics.TOPICS} == {
        "mediaos-changes": ("delete", 30),
        "quickbooks-notices": ("delete", 30),
        "quickbooks-changes": ("delete", 30),
        "isthmus-intake": ("delete", 30),
        "isthmus-journal": ("delete", None),
        "isthmus-requests": ("delete", 30),
        "isthmus-pushes": ("delete", 30),
        "isthmus-lockouts": ("compact", None),
        "isthmus-settings": ("compact", None),
        "isthmus-mappings": ("compact", None),
        "isthmus-coverage": ("compact", None),
        "isthmus-calls": ("delete", 0),
        "isthmus-dead-letters": ("delete", 90),
    }
