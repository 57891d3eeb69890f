"""Brokers, rights and topics, as they are on a bad day."""

from contextlib import asynccontextmanager

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.cli.doctor import kafka_checks
from agents.cli.doctor.kafka_checks import kafka
from streams.cluster import Cluster
from streams.kafka import rewriting
from streams.kafka.knocking import MissingRightError, NotLetInError
from streams.kafka.needs import NEEDS
from streams.kafka.rights import Right
from streams.topics import TOPICS, Existing, Layout, config

CLUSTER = Cluster(brokers="k1:9092", prefix="north.")


def topic(each, layout, **other):
    made = {
        "name": CLUSTER.named(each.name),
        "partitions": layout.partitions,
        "replication": layout.replication,
        "config": config(each, layout),
    }
    return Existing(**made | other)


class Broker:
    """What the checks find; `away` and `lacks` are sentences."""

    def __init__(self):
        self.away = self.lacks = self.silent = None
        self.asked = []
        self.there = {CLUSTER.named(each.name): topic(each, Layout()) for each in TOPICS}

    async def knock(self, _cluster, topics=None, group=None, *, of_group=Right.READ):
        self.asked.append((topics, group, of_group))
        if self.away:
            raise NotLetInError(self.away)
        if topics and self.lacks:
            raise MissingRightError(self.lacks)

    @asynccontextmanager
    async def admin(self, _cluster):
        if self.silent:
            raise self.silent
        yield self

    async def existing(self, _client, wanted):
        names = {each.name for each in wanted}
        return {name: each for name, each in self.there.items() if name in names}

    async def describe_topics(self):
        return [
            {"topic": name, "partitions": [None] * each.partitions}
            for name, each in self.there.items()
        ]


@pytest.fixture
def broker(monkeypatch):
    made = Broker()
    for name in ("knock", "admin", "existing"):
        monkeypatch.setattr(kafka_checks, name, getattr(made, name))
    return made


async def said(role="operator", *, single_node=False, console=True):
    found = await kafka(CLUSTER, "isthmus-sync", role, single_node=single_node, console=console)
    return [(each.check, str(each.state), each.says) for each in found]


async def test_all_is_well(broker):
    assert await said() == [
        ("kafka", "ok", "k1:9092 answers and lets us in."),
        ("rights", "ok", "All that operator needs is given."),
        ("topics", "ok", "All 13 are there, each with 12 partitions."),
    ]


@pytest.mark.parametrize(("role", "right"), [("worker", Right.READ), ("gateway", Right.DESCRIBE)])
async def test_each_role_has_its_own_rights_and_topics(broker, role, right):
    found = await said(role)

    assert [state for _, state, _ in found] == ["ok"] * 3
    _, (topics, group, of_group) = broker.asked
    assert (set(topics), group, of_group) == (
        set(NEEDS[role]),
        "isthmus-sync",
        right,
    )


async def test_a_gateway_whose_console_is_off_is_asked_for_no_journal(broker):
    found = await said("gateway", console=False)

    assert [state for _, state, _ in found] == ["ok"] * 3
    _, (topics, _, _) = broker.asked
    assert set(topics) == {"quickbooks-notices", "mediaos-changes", "isthmus-requests"}


async def test_of_brokers_that_do_not_let_us_in_nothing_else_is_asked(broker):
    broker.away = "Kafka at k1:9092 refuses the login."

    assert await said() == [("kafka", "fault", "Kafka at k1:9092 refuses the login.")]


async def test_a_right_that_is_missing_is_a_fault_beside_the_topics(broker):
    broker.lacks = "Kafka does not give ada all that is needed, missing: READ on the topic x."

    found = await said("worker")

    assert [(check, state) for check, state, _ in found] == [
        ("kafka", "ok"),
        ("rights", "fault"),
        ("topics", "ok"),
    ]
    assert found[1][2] == f"As worker: {broker.lacks}"


async def test_topics_that_are_not_there_are_named(broker):
    del broker.there["north.isthmus-journal"], broker.there["north.isthmus-pushes"]

    assert (await said())[2] == (
        "topics",
        "fault",
        (
            "Kafka has no north.isthmus-journal, north.isthmus-pushes: make them by `isthmus "
            "topics create`."
        ),
    )


@pytest.mark.parametrize("role", ["operator", "worker"])
async def test_a_partition_count_that_is_not_the_journal_s_is_a_fault(broker, role):
    intake = next(each for each in TOPICS if each.name == "isthmus-intake")
    broker.there["north.isthmus-intake"] = topic(intake, Layout(), partitions=6)

    check, state, says = (await said(role))[2]

    assert (check, state) == ("topics", "fault")
    assert says.startswith("The journal has 12 partitions, and north.isthmus-intake has 6: ")


async def test_how_a_topic_is_set_is_a_fault_where_it_would_lose_records(broker):
    journal = next(each for each in TOPICS if each.name == "isthmus-journal")
    set_ = {**config(journal, Layout()), "retention.ms": "604800000"}
    broker.there["north.isthmus-journal"] = topic(journal, Layout(), config=set_)

    assert (await said())[2:] == [
        (
            "topics",
            "fault",
            (
                "north.isthmus-journal: retention.ms is 604800000, must be -1 (for ever): have "
                "Kafka's owners set it."
            ),
        )
    ]


async def test_one_broker_alone_is_a_warning_until_it_is_said_to_be_meant(broker):
    alone = Layout().on_a_single_node()
    broker.there = {CLUSTER.named(each.name): topic(each, alone) for each in TOPICS}

    replication, insync = (await said())[2:]
    assert replication == (
        "topics",
        "warning",
        (
            "replication factor is 1, must be 3 or more, on 13 topics: a broker that is lost takes "
            "records along; --single-node says that one broker is meant."
        ),
    )
    assert insync[1] == "warning"
    assert (await said(single_node=True))[2][1] == "ok"


async def test_a_broker_that_falls_silent_in_between_is_a_fault(broker, monkeypatch):
    broker.silent = KafkaConnectionError("gone")
    monkeypatch.setattr(kafka_checks, "refused", lambda fault, _: f"No Kafka: {fault!r}")

    assert (await said())[2][:2] == ("topics", "fault")


@pytest.mark.parametrize("role", ["operator", "worker"])
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "deleted"])
async def test_an_erasure_that_is_under_way_or_was_broken_off_is_told_with_its_command(
    broker, monkeypatch, role, is_there
):
    """Whatever the journal is meanwhile: nobody is told to make it anew."""
    journal = next(each for each in TOPICS if each.name == "isthmus-journal")
    aside = "north.isthmus-journal-rewritten"
    broker.there[aside] = topic(journal, Layout(), name=aside, partitions=13)
    if not is_there:
        del broker.there["north.isthmus-journal"]

    async def by(_cluster, partitions):
        assert partitions == 13
        return "isthmus erase t1 42"

    monkeypatch.setattr(rewriting, "_command", by)

    assert (await said(role))[2:] == [
        (
            "erasing",
            "fault",
            (
                f"The journal is being rewritten, for there is a topic {aside}: while that runs, "
                "wait; where it was broken off, run `isthmus erase t1 42` again, to its end, and "
                "start nothing before that."
            ),
        )
    ]


async def test_a_journal_that_is_shut_with_nothing_aside_is_a_fault(broker):
    journal = next(each for each in TOPICS if each.name == "isthmus-journal")
    shut = {**config(journal, Layout()), "max.message.bytes": "1"}
    broker.there["north.isthmus-journal"] = topic(journal, Layout(), config=shut)

    check, state, says = (await said())[2]
    assert (check, state) == ("erasing", "fault")
    assert says.startswith("The journal takes no records (its max.message.bytes is 1)")
