"""Does a worker that cannot start say why in one sentence, and end?"""

import asyncio
import os
import socket
import sys
import uuid

import pytest
from cryptography.fernet import Fernet

from agents.cli.topics import ensure, topics_on
from agents.lab.demo.stage import surroundings
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from streams.cluster import Cluster
from streams.kafka import probe
from streams.kafka.topic_shapes import Shape, Topics
from streams.outbox.kafka_producer import Producer
from streams.topics import JOURNAL, Layout, aside_of
from tests.testing.simulated.clock import START

pytestmark = pytest.mark.kafka

ENDS_WITHIN_SECONDS = 60


@pytest.fixture
async def cluster(kafka):
    """A place on Kafka that nobody has used, without topics."""
    cluster = Cluster(brokers=kafka, prefix=f"start-{uuid.uuid4().hex[:8]}.")
    yield cluster
    async with probe.admin(cluster) as client:
        made = await client.list_topics()
        await client.delete_topics([name for name in made if name.startswith(cluster.prefix)])


async def started(cluster, folder, **told):
    """Return the exit code of a worker that is to end by itself, and what it said."""
    given = {
        "ISTHMUS_BROKERS": cluster.brokers,
        "ISTHMUS_TOPIC_PREFIX": cluster.prefix,
        "ISTHMUS_TOKEN_KEY": Fernet.generate_key().decode(),
        "ISTHMUS_QBO_CLIENT_ID": "id",
        "ISTHMUS_QBO_CLIENT_SECRET": "secret",
        "ISTHMUS_METRICS_PORT": "0",
        "ISTHMUS_LOG_LEVEL": "WARNING",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agents.cli.main", "worker"),
        cwd=folder,
        env=surroundings(os.environ, {**given, **told}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        said, _ = await process.communicate()
    return process.returncode, said.decode()


def assert_one_sentence(answer, *words):
    code, said = answer
    assert code == 1, said
    assert "Traceback" not in said
    assert "Unclosed" not in said
    last = said.strip().splitlines()[-1]
    for word in words:
        assert word in last


async def test_kafka_is_away(cluster, tmp_path):
    answer = await started(cluster, tmp_path, ISTHMUS_BROKERS="127.0.0.1:1")
    assert_one_sentence(answer, "No Kafka answers at 127.0.0.1:1", "ISTHMUS_BROKERS")


async def test_a_topic_is_missing(cluster, tmp_path):
    answer = await started(cluster, tmp_path)
    assert_one_sentence(answer, f"{cluster.prefix}isthmus-intake", "isthmus topics create")


async def test_a_topic_has_another_partition_count(cluster, tmp_path):
    layout = Layout(partitions=3).on_a_single_node()
    await ensure(cluster, layout, topics_on(cluster))
    answer = await started(cluster, tmp_path)
    assert_one_sentence(answer, "must have 12 partitions", f"{cluster.prefix}isthmus-journal has 3")


@pytest.fixture
async def ready(cluster):
    """The same place with its topics."""
    await ensure(cluster, Layout().on_a_single_node(), topics_on(cluster))
    return cluster


async def test_the_port_of_the_metrics_is_taken(ready, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = await started(ready, tmp_path, ISTHMUS_METRICS_PORT=port)
    assert_one_sentence(answer, f"127.0.0.1:{port}", "ISTHMUS_METRICS_PORT")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("ISTHMUS_STATE_URL", ("state store", "damaged", "delete the file")),
        ("ISTHMUS_CONNECTIONS_URL", ("database of the connections", "ISTHMUS_CONNECTIONS_URL")),
    ],
)
async def test_a_database_is_damaged(ready, tmp_path, setting, words):
    (tmp_path / "odd.db").write_bytes(b"no database at all" * 1_000)
    answer = await started(ready, tmp_path, **{setting: f"sqlite:///{tmp_path}/odd.db"})
    assert_one_sentence(answer, *words)


async def test_a_folder_cannot_be_made(ready, tmp_path):
    answer = await started(ready, tmp_path, ISTHMUS_STATE_URL="sqlite:////proc/none/state.db")
    assert_one_sentence(answer, "/proc/none", "can be written")


async def test_the_intake_was_made_anew_under_what_the_journal_has_finished(ready, tmp_path):
    claim = JournalRecord(term="before", claim="before", lane="", at=START)
    step = JournalRecord(term="before", lane="t1/mediaos/42", at=START, prefix=5_000)
    outbox = Producer(ready)
    await outbox.start()
    for record in (claim, step):
        await outbox.send(JOURNAL.name, b"t1/mediaos/42", encode(record), partition=3)
    await outbox.stop()

    answer = await started(ready, tmp_path)

    words = ("partition 3 of isthmus-intake", "5000", "ends at 0", "made anew")
    assert_one_sentence(answer, *words)


async def test_a_worker_does_not_start_while_the_journal_is_rewritten(cluster, tmp_path):
    layout = Layout().on_a_single_node()
    await ensure(cluster, layout, topics_on(cluster))
    async with probe.admin(cluster) as client:
        shape = Shape(partitions=1, replication=1, config={})
        await Topics(client).make(cluster.named(aside_of(JOURNAL.name)), shape)

    code, said = await started(cluster, tmp_path)

    assert code == 1
    assert "The journal is being rewritten" in said
    assert "isthmus erase" in said
    assert "Traceback" not in said
