"""Every way to publish that the README shows, on a real Kafka: the same key, read by intake.

Each example is run as a service would run it, and what it wrote is taken in; events of one customer
end on one partition of the merged log, whatever partitioner their publisher had.
"""

import asyncio
import json
import os
import shutil
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from fastapi import FastAPI

from agents.gateway import publishing_http
from agents.gateway.publishing import Publishing
from agents.intake import intake
from agents.intake.known_tenants import everyone
from agents.lab.local import ports
from agents.process.clock import SystemClock
from schemas.catalog import decode_intake
from streams.cluster import Cluster
from streams.outbox.kafka_producer import Producer
from streams.ports import Delivery
from streams.ports import TopicPartition as OurPartition
from streams.publisher import Publisher, change_event
from streams.remotes.mediaos.events import change_from_event
from tests.testing.means import missing

pytestmark = [pytest.mark.kafka, pytest.mark.deployed]

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "schemas/examples/announcement.v1").glob("*.json"))
EVENTS = [path.read_bytes() for path in EXAMPLES]
PARTITIONS = 6
TOKEN = "a-token-of-this-test"
#: Where this process has put the Node example with its packages.
INSTALLED: set[Path] = set()


def key_of(event):
    if event["subject"].startswith("product/"):
        return "t1"
    return f"t1/mediaos/{event['data']['advertiser_id']}"


WANTED = [(key_of(json.loads(event)).encode(), event) for event in EVENTS]


async def known(_tenant):
    return True


async def run(*command, cwd=ROOT, **environment):
    status, said = await ended(*command, cwd=cwd, **environment)
    assert status == 0, said
    return said.split()


def places(topic, words):
    """Return where events went; a library also tells of a broker that it asks again."""
    return [each for each in words if each.startswith(f"{topic}/")]


async def ended(*command, cwd=ROOT, **environment):
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), 90)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, said.decode()


async def read(kafka, topic):
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        tps = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(tps)
        ends = await consumer.end_offsets(tps)
        return [await consumer.getone() for _ in range(sum(ends.values()))]
    finally:
        await consumer.stop()


async def taken_in(kafka, records, merged, monkeypatch):
    """Return what intake makes of records on a real topic: the merged log's records."""
    monkeypatch.setattr(intake, "INTAKE", replace(intake.INTAKE, name=merged))
    producer = Producer(Cluster(brokers=kafka))
    try:
        handler = intake.Intake(
            producer,
            SystemClock(),
            {record.topic: change_from_event for record in records},
            everyone,
        )
        for record in records:
            tp = OurPartition(record.topic, record.partition)
            await handler.handle(
                Delivery(
                    tp=tp, offset=record.offset, key=record.key, value=record.value, generation=1
                )
            )
    finally:
        await producer.stop()
    return await read(kafka, merged)


async def by_helper(kafka, topic):
    async with Publisher(brokers=kafka, topic=topic) as publisher:
        for text in EVENTS:
            event = json.loads(text)
            await publisher.publish(
                change_event(
                    tenant=event["tenant"],
                    kind=event["subject"].partition("/")[0],
                    record=event["data"],
                    customer_id=event["data"].get("advertiser_id"),
                    row_version=int(event["sequence"]),
                    occurred_at=datetime.fromisoformat(event["time"]),
                )
            )


async def by_http(kafka, topic):
    producer = Producer(Cluster(brokers=kafka))
    app = FastAPI()
    publishing = Publishing(producer, ((None, TOKEN),), known, topic=topic)
    app.include_router(publishing_http.routes(publishing))
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    transport = httpx.ASGITransport(app)
    try:
        async with httpx.AsyncClient(transport=transport, headers=headers) as client:
            batch = b"[" + b",".join(EVENTS) + b"]"
            answer = await client.post("http://gateway/v1/changes", content=batch)
            # Kafka has them when the answer is there, not some time later.
            assert (answer.status_code, len(await read(kafka, topic))) == (202, len(EVENTS))
    finally:
        await producer.stop()


async def by_confluent(kafka, topic, partitioner="murmur2_random", **login):
    command = (sys.executable, "deploy/examples/confluent/publish.py", *map(str, EXAMPLES))
    told = {"KAFKA_BROKERS": kafka, "CHANGES_TOPIC": topic, "PARTITIONER": partitioner}
    assert len(places(topic, await run(*command, **told, **login))) == len(EVENTS)


async def by_librdkafkas_default(kafka, topic):
    await by_confluent(kafka, topic, "consistent_random")


async def node_example():
    if shutil.which("npm") is None:
        missing("npm is missing: install Node.js with npm (.ci/run does) to test its example")
    # `npm ci` takes away what is there, which another process of this run may be using.
    folder = ROOT / f".local/examples/node-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    if folder not in INSTALLED:
        shutil.copytree(ROOT / "deploy/examples/node", folder, dirs_exist_ok=True)
        await run("npm", "ci", "--silent", "--no-audit", "--no-fund", cwd=folder)
        INSTALLED.add(folder)
    return folder


async def by_node(kafka, topic, **login):
    folder = await node_example()
    files = [str(path) for path in EXAMPLES]
    told = {"KAFKA_BROKERS": kafka, "CHANGES_TOPIC": topic, "KAFKAJS_NO_PARTITIONER_WARNING": "1"}
    said = await run("node", "publish.js", *files, cwd=folder, **told, **login)
    assert len(places(topic, said)) == len(EVENTS)


@pytest.mark.parametrize("way", [by_helper, by_http, by_confluent, by_librdkafkas_default, by_node])
async def test_what_is_published_is_taken_in_whoever_published_it(
    kafka, topic_factory, monkeypatch, way
):
    topic = await topic_factory("changes", partitions=PARTITIONS)
    merged = await topic_factory("merged", partitions=PARTITIONS)

    await way(kafka, topic)

    records = await read(kafka, topic)
    came = [(record.key, json.loads(record.value)) for record in records]
    assert sorted(came, key=str) == sorted(
        ((key, json.loads(event)) for key, event in WANTED), key=str
    )
    assert {dict(record.headers)["content-type"] for record in records} == {
        b"application/cloudevents+json"
    }

    lanes = await taken_in(kafka, records, merged, monkeypatch)
    changes = [decode_intake(record.value) for record in lanes]
    ids = {f"{change.tenant}/{change.name}@{change.revision.number}" for change in changes}
    assert ids == {json.loads(event)["id"] for event in EVENTS}
    helper = Producer(Cluster(brokers=kafka))
    try:
        for key in {record.key for record in lanes}:
            ours = await helper.send(merged, key, b"{}")
            assert {record.partition for record in lanes if record.key == key} == {ours.partition}
    finally:
        await helper.stop()


async def test_java_partitioners_agree_with_the_helper(kafka, topic_factory):
    found = []
    for way in (by_helper, by_http, by_confluent, by_node):
        topic = await topic_factory("changes", partitions=PARTITIONS)
        await way(kafka, topic)
        found.append({(record.key, record.partition) for record in await read(kafka, topic)})

    assert found[0] == found[1] == found[2]


@pytest.fixture(params=["nobody listens", "nobody answers"])
async def dead_broker(request):
    if request.param == "nobody listens":
        yield f"127.0.0.1:{ports.free(1)[0]}"
        return

    async def silent(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.mark.parametrize("example", ["confluent", "node"])
async def test_an_example_gives_up_in_time_on_a_dead_broker(dead_broker, example):
    told = {"KAFKA_BROKERS": dead_broker, "PUBLISH_SECONDS": "2"}
    files = [str(path) for path in EXAMPLES]
    if example == "node":
        command, folder = ("node", "publish.js", *files), await node_example()
    else:
        command, folder = (sys.executable, "deploy/examples/confluent/publish.py", *files), ROOT

    async with asyncio.timeout(60):
        status, said = await ended(*command, cwd=folder, **told)

    assert status == 1, said
    assert said.splitlines()[-1] == (
        f"not published: {files[0]} and those behind it: {dead_broker}: no answer within 2 s;"
        " send them again"
    )


@pytest.mark.parametrize("example", ["confluent", "node"])
@pytest.mark.parametrize(
    "text", [None, "", "[]", "null", '{"subject": 5}', '{"subject": "invoice/1"}']
)
async def test_an_example_sends_nothing_of_files_of_which_one_holds_no_event(
    tmp_path, example, text
):
    wrong = tmp_path / "event.json"
    if text is not None:
        wrong.write_text(text)
    told = {"KAFKA_BROKERS": "127.0.0.1:1", "PUBLISH_SECONDS": "5"}
    files = [str(EXAMPLES[0]), str(wrong)]
    if example == "node":
        command, folder = ("node", "publish.js", *files), await node_example()
    else:
        command, folder = (sys.executable, "deploy/examples/confluent/publish.py", *files), ROOT

    status, said = await ended(*command, cwd=folder, **told)

    assert status == 1, said
    assert said.startswith(f"nothing is published: {wrong} holds no event: "), said
    assert len(said.splitlines()) == 1
