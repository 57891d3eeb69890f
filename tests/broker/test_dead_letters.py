"""Dead letters on a real broker: listed by place, their bytes published again, and ended."""

import asyncio
import json
from dataclasses import replace
from functools import partial

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import RecordsToDelete

from agents.cli import gateway_console as gateway
from agents.cli.main import cli, main
from agents.dead_letters import manage as dead_letters
from agents.dead_letters import write as letters
from agents.process.clock import SystemClock
from streams import ports
from streams.cluster import Cluster
from streams.kafka import probe
from streams.kafka.history import KafkaHistory
from streams.outbox.kafka_producer import Producer
from streams.topics import DEAD_LETTERS

pytestmark = pytest.mark.kafka

KEY, GARBAGE = b"t1/mediaos/42", bytes.fromhex("00ff8ac3280d0a1fdeadbeef")


@pytest.fixture
async def outbox(kafka):
    producer = Producer(Cluster(brokers=kafka))
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
async def topic(topic_factory, monkeypatch):
    """A dead-letter topic of this test's own: the broker is shared."""
    topic = await topic_factory("letters", partitions=3)
    for module in (letters, dead_letters):
        monkeypatch.setattr(module, "DEAD_LETTERS", replace(DEAD_LETTERS, name=topic))
    return topic


@pytest.fixture
def isthmus(kafka, monkeypatch, capsys):
    """Run a command line as its own process would: with an event loop of its own."""
    monkeypatch.setenv("ISTHMUS_BROKERS", kafka)

    # Typer ends a command line by SystemExit, which would end the thread's loop as well.
    monkeypatch.setattr("agents.cli.main.cli", partial(cli, standalone_mode=False))

    async def run(*arguments):
        await asyncio.to_thread(main, ["dead-letters", *arguments, "--json"])
        return json.loads(capsys.readouterr().out)

    return run


async def bury(outbox, topic, value=GARBAGE):
    kept = await outbox.send(topic, KEY, value)
    tp = ports.TopicPartition(topic, kept.partition)
    delivery = ports.Delivery(tp=tp, offset=kept.offset, key=KEY, value=value, generation=1)
    await letters.DeadLetters(outbox, SystemClock()).post(delivery, "value: not JSON")
    return f"{topic}/{kept.partition}/{kept.offset}"


async def read(kafka, topic):
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        tps = [TopicPartition(topic, number) for number in range(3)]
        consumer.assign(tps)
        ends = await consumer.end_offsets(tps)
        return [await consumer.getone() for _ in range(sum(ends.values()))]
    finally:
        await consumer.stop()


@pytest.mark.usefixtures("topic")
async def test_bytes_are_published_again_as_they_were_and_the_letter_is_ended(
    kafka, topic_factory, outbox, isthmus, monkeypatch
):
    changes = await topic_factory("changes", partitions=3)
    monkeypatch.setattr(dead_letters, "READ", {changes})
    retried, discarded = [await bury(outbox, changes) for _ in range(2)]
    assert [row["place"] for row in await isthmus("list")] == [retried, discarded]

    for _ in range(2):
        await isthmus("retry", retried)
        await isthmus("discard", discarded)

    assert await isthmus("list") == []
    rows = await isthmus("list", "--all")
    assert [(row["place"], row["closed"]) for row in rows] == [
        (retried, "retried"),
        (discarded, "discarded"),
    ]
    records = await read(kafka, changes)
    assert [(record.key, record.value) for record in records] == [(KEY, GARBAGE)] * 3
    assert len({record.partition for record in records}) == 1


async def test_the_console_reads_them_too_and_gives_one_back_to_its_readers(
    kafka, topic_factory, topic, outbox, isthmus, monkeypatch
):
    changes = await topic_factory("changes", partitions=3)
    monkeypatch.setattr(dead_letters, "READ", {changes})
    monkeypatch.setattr(gateway, "DEAD_LETTERS", replace(DEAD_LETTERS, name=topic))
    places = [await bury(outbox, changes) for _ in range(2)]
    cluster = Cluster(brokers=kafka)

    waiting = (await gateway._letters(cluster)).waiting()
    await gateway._retried(cluster, outbox, SystemClock(), waiting[0], "ada")

    assert sorted(str(each.place) for each in waiting) == sorted(places)
    left = (await gateway._letters(cluster)).waiting()
    assert [each.place for each in left] == [waiting[1].place]
    assert [row["closed"] for row in await isthmus("list", "--all")].count("retried") == 1
    assert [record.value for record in await read(kafka, changes)] == [GARBAGE] * 3


async def test_letters_that_kafka_no_longer_keeps_are_not_waited_for(
    kafka, topic_factory, topic, outbox, isthmus
):
    changes = await topic_factory("changes", partitions=3)
    await bury(outbox, changes)
    [letter] = await read(kafka, topic)
    stays = await bury(outbox, changes)
    tp = TopicPartition(topic, letter.partition)
    async with probe.admin(Cluster(brokers=kafka)) as client:
        await client.delete_records({tp: RecordsToDelete(before_offset=letter.offset + 1)})

    assert [row["place"] for row in await isthmus("list")] == [stays]


@pytest.mark.usefixtures("topic")
async def test_a_value_too_large_for_a_letter_is_read_where_it_is(topic_factory, outbox, isthmus):
    changes = await topic_factory("changes", partitions=3)
    place = await bury(outbox, changes, b"x" * 900_000)

    assert (await isthmus("show", place))["text"] == "x" * 900_000


async def test_a_place_that_its_topic_does_not_have_is_none(kafka, topic_factory, outbox):
    changes = await topic_factory("changes", partitions=1)
    await outbox.send(changes, KEY, GARBAGE)
    history = KafkaHistory(Cluster(brokers=kafka))
    await history.start()
    try:
        kept = await history.read_one(changes, 0, 0)
        assert (kept.key, kept.value) == (KEY, GARBAGE)
        assert await history.read_one(changes, 0, 1) is None
        assert await history.read_one(changes, 5, 0) is None
    finally:
        await history.stop()
