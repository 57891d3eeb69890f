import asyncio
import uuid
from dataclasses import replace

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import InvalidReplicationFactorError

from agents.cli import topics as command
from agents.cli.main import main
from streams import topics
from streams.cluster import Cluster
from streams.kafka import probe
from streams.topics import TOPICS, Fault, Layout, Topic

LAYOUT = Layout(partitions=4).on_a_single_node()


@pytest.fixture
async def admin(kafka):
    async with probe.admin(Cluster(brokers=kafka)) as client:
        yield client


@pytest.fixture
def wanted() -> list[Topic]:
    """Names of this test's own: the broker is shared, and forgets a deleted topic only slowly."""
    prefix = uuid.uuid4().hex[:8]
    return [replace(topic, name=f"{prefix}-{topic.name}") for topic in TOPICS]


def names(wanted: list[Topic]) -> list[str]:
    return [topic.name for topic in wanted]


def journal(wanted: list[Topic]) -> Topic:
    return wanted[TOPICS.index(topics.JOURNAL)]


async def make(client: AIOKafkaAdminClient, topic: Topic, **changes: object) -> None:
    config = {**topics.config(topic, LAYOUT), **changes.pop("config", {})}
    shape = {"num_partitions": LAYOUT.partitions, "replication_factor": 1, **changes}
    response = await client.create_topics([NewTopic(topic.name, topic_configs=config, **shape)])
    assert [code for _, code, *_ in response.topic_errors] == [0]
    async with asyncio.timeout(60):
        while topic.name not in await client.list_topics():
            pass


async def test_missing_topics_are_made_once_and_then_found_right(kafka, admin, wanted):
    assert await command.ensure(Cluster(brokers=kafka), LAYOUT, wanted) == (names(wanted), [])
    assert await command.ensure(Cluster(brokers=kafka), LAYOUT, wanted) == ([], [])

    found = await command.existing(admin, wanted)
    assert sorted(found) == sorted(names(wanted))
    assert {each.partitions for each in found.values()} == {4}
    assert found[journal(wanted).name].config["retention.ms"] == "-1"


async def test_only_the_missing_ones_are_made(kafka, admin, wanted):
    await make(admin, journal(wanted))

    made, faults = await command.ensure(Cluster(brokers=kafka), LAYOUT, wanted)

    assert (set(made), faults) == (set(names(wanted)) - {journal(wanted).name}, [])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"num_partitions": 5}, ("partition count", "5", "4")),
        ({"config": {"cleanup.policy": "compact"}}, ("cleanup.policy", "compact", "delete")),
        (
            {"config": {"retention.ms": "604800000"}},
            ("retention.ms", "604800000", "-1 (for ever)"),
        ),
        (
            {"config": {"retention.bytes": "1048576"}},
            ("retention.bytes", "1048576", "-1 (no limit)"),
        ),
        ({"config": {"min.insync.replicas": "2"}}, ("min.insync.replicas", "2", "1")),
    ],
)
async def test_a_topic_that_differs_is_named_and_nothing_is_made(
    kafka, admin, wanted, changes, fault
):
    await make(admin, journal(wanted), **changes)

    made, faults = await command.ensure(Cluster(brokers=kafka), LAYOUT, wanted)

    what, found, expected = fault
    name = journal(wanted).name
    assert made == []
    assert faults == [Fault(topic=name, what=what, found=found, expected=expected)]
    assert set(names(wanted)) & set(await admin.list_topics()) == {name}


async def test_three_copies_on_one_broker_are_refused_by_kafka_and_not_quietly_one(kafka, wanted):
    with pytest.raises(InvalidReplicationFactorError, match="mediaos-changes"):
        await command.ensure(Cluster(brokers=kafka), Layout(partitions=4), wanted)


async def test_a_setting_that_is_altered_later_is_noticed(kafka, admin, wanted):
    await command.ensure(Cluster(brokers=kafka), LAYOUT, wanted)
    altered = {**topics.config(journal(wanted), LAYOUT), "retention.ms": "1000"}

    resource = ConfigResource(ConfigResourceType.TOPIC, journal(wanted).name, altered)
    await admin.alter_configs([resource])

    async with asyncio.timeout(60):
        # The broker applies an alteration a moment after it has agreed to it.
        while not (faults := (await command.ensure(Cluster(brokers=kafka), LAYOUT, wanted))[1]):
            pass
    assert [(fault.topic, fault.what) for fault in faults] == [
        (journal(wanted).name, "retention.ms")
    ]


def test_the_commands_say_what_they_did_and_exit_by_the_verdict(kafka, monkeypatch, capsys):
    monkeypatch.setenv("ISTHMUS_BROKERS", kafka)
    ours = names(list(TOPICS))

    assert run("topics", "create", "--single-node", "--json") == 0
    said = orjson.loads(capsys.readouterr().out)
    assert sorted(said["made"] + said["kept"]) == sorted(ours)
    assert run("topics", "describe", "--single-node", "--json") == 0
    shown = orjson.loads(capsys.readouterr().out)
    assert [(each["name"], each["partitions"], each["faults"]) for each in shown] == [
        (name, 12, []) for name in ours
    ]

    assert run("topics", "create", "--partitions", "6", "--single-node") == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "isthmus-journal: partition count is 12, must be 6" in told
    assert run("topics", "describe") == 1


def test_a_broker_that_is_not_there_is_one_sentence_with_the_remedy(monkeypatch, capsys):
    monkeypatch.setenv("ISTHMUS_BROKERS", "127.0.0.1:1")

    assert run("topics", "create") == 1

    assert " ".join(capsys.readouterr().err.split()) == (
        "No Kafka answers at 127.0.0.1:1 (ConnectionRefusedError): start one by "
        "`isthmus broker start`, or correct ISTHMUS_BROKERS."
    )


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


async def test_the_fixture_makes_topics_that_take_records(kafka, topic_factory):
    name = await topic_factory("try", partitions=3, cleanup_policy="compact")

    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        done = await producer.send_and_wait(name, b"v", key=b"k", partition=2)

    assert (done.topic, done.partition, done.offset) == (name, 2, 0)
