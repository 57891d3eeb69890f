"""Does everything of ours come in at a Kafka that wants TLS and a login, or say why not?"""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

from agents.audit.journal import Terms, read_journal
from agents.cli.topics import ensure, topics_on
from agents.lab.demo.stage import set_stage, surroundings
from agents.lab.local.faults import LocalBrokerFault
from schemas.values import Kind
from streams.cluster import Cluster
from streams.kafka import probe
from streams.kafka.backlog import backlog
from streams.kafka.history import KafkaHistory
from streams.kafka.knocking import NotLetInError, knock
from streams.kafka.log import KafkaLog
from streams.kafka.offsets import KafkaOffsets
from streams.kafka.request_log import KafkaRequestLog
from streams.outbox.kafka_producer import Producer
from streams.ports import TopicPartition
from streams.publisher import Change, Publisher
from streams.settings import read_settings
from streams.topics import COVERAGE, INTAKE, JOURNAL, MEDIAOS_CHANGES, REQUESTS, Layout
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.broker.secured.broker import PASSWORDS, started, unsigned_token
from tests.broker.test_publishing import by_confluent, by_node
from tests.testing.certificates import authority
from tests.testing.means import missing

pytestmark = [pytest.mark.kafka, pytest.mark.secured, pytest.mark.slow]


@pytest.fixture(scope="module")
def secured(request, tmp_path_factory):
    """A Kafka that asks who one is, with our topics."""
    try:
        found, stop = started(request.config.rootpath, tmp_path_factory.mktemp("secured"))
    except LocalBrokerFault as fault:
        missing(str(fault))
    asyncio.run(furnish(Cluster(brokers=found.owner)))
    yield found
    stop()


async def furnish(owner):
    """Make our topics; the first idempotent producer has the broker load what it needs for them."""
    await ensure(owner, Layout().on_a_single_node(), topics_on(owner))
    producer = Producer(owner)
    try:
        await producer.send(COVERAGE.name, b"first", b"{}")
    finally:
        await producer.stop()


@pytest.fixture
def token(tmp_path):
    file = tmp_path / "token"
    file.write_text(unsigned_token("worker"))
    return file


WAYS = {
    "PLAIN": lambda of, _: of.by_password("worker", "PLAIN"),
    "PLAIN without TLS": lambda of, _: of.by_password("worker", "PLAIN", "SASL_PLAINTEXT"),
    "SCRAM-SHA-256": lambda of, _: of.by_password("operator", "SCRAM-SHA-256"),
    "SCRAM-SHA-512": lambda of, _: of.by_password("worker", "SCRAM-SHA-512"),
    "a certificate": lambda of, _: of.by_certificate("worker"),
    "OAUTHBEARER": lambda of, token: of.by_token(token),
}


@pytest.fixture(params=WAYS)
def cluster(request, secured, token):
    return read_settings(WAYS[request.param](secured, token)).cluster


async def test_every_client_of_ours_comes_in_by_every_way(cluster):
    await knock(cluster, {JOURNAL.name: ()}, "isthmus-sync")
    async with AsyncExitStack() as stack:
        producer, history = Producer(cluster), KafkaHistory(cluster)
        log = KafkaLog(cluster, JOURNAL.name)
        requests = KafkaRequestLog(cluster, REQUESTS.name)
        offsets = KafkaOffsets(cluster, "isthmus-sync")
        for each in (producer, history, log, requests, offsets):
            stack.push_async_callback(each.stop)
            await each.start()
        async with probe.admin(cluster) as admin, asyncio.timeout(HANGS_SECONDS):
            assert JOURNAL.name in await admin.list_topics()
            sent = await producer.send(COVERAGE.name, b"key", b"value", partition=0)
            kept = await history.read_one(COVERAGE.name, 0, sent.offset)
            assert (kept.key, kept.value) == (b"key", b"value")
            assert len(await log.ends()) == Layout().partitions
            asked = await producer.send(REQUESTS.name, b"t1", b"asked", partition=0)
            heard = requests.read(0, asked.offset)
            assert (await anext(heard)).value == b"asked"
            await heard.aclose()
            tp = TopicPartition(REQUESTS.name, 0)
            assert (await offsets.stretches([tp]))[tp].end == asked.offset + 1


async def test_the_publisher_the_backlog_and_the_ledger_check_come_in_too(cluster):
    parameters = dict(cluster.client)
    brokers = parameters.pop("bootstrap_servers")
    async with (
        Publisher(brokers=brokers, **parameters) as publisher,
        asyncio.timeout(HANGS_SECONDS),
    ):
        await publisher.publish(Change(b"t1/mediaos/1", b"{}", ()))
    async with backlog(cluster, "isthmus-sync") as of:
        assert (await of.measure())[MEDIAOS_CHANGES.name] > 0
    read = read_journal(cluster.client, JOURNAL.name, Terms())
    assert [record async for record in read] == []


@pytest.mark.parametrize("publish", [by_confluent, by_node])
async def test_an_example_comes_in_by_a_password(secured, publish):
    login = {
        "KAFKA_USERNAME": "worker",
        "KAFKA_PASSWORD": PASSWORDS["worker"],
        "KAFKA_CA_FILE": str(secured.certificates.file),
    }

    await publish(secured.addresses["SASL_SSL"], MEDIAOS_CHANGES.name, **login)


async def test_a_gateway_that_is_not_let_in_says_why_and_serves_on(secured, tmp_path):
    wrong = secured.by_password("worker", PASSWORD="wrong")
    async with installed(secured.owner, tmp_path, gateway=wrong) as house:

        async def told():
            return b"refuses the login of worker by SCRAM-SHA-512" in house.gateway.said()

        await until(told)
        assert await house.gateway_answers()
        house.gateway.signal(signal.SIGTERM)
        assert await house.gateway.ended() == 0
        for never in (b"Unclosed", b"Traceback", b'wrong"'):
            assert never not in house.gateway.said()


@pytest.mark.parametrize("way", ["SCRAM-SHA-512", "a certificate", "OAUTHBEARER"])
async def test_a_worker_brings_an_invoice_across(secured, token, tmp_path, way):
    told = WAYS[way](secured, token)
    async with installed(secured.owner, tmp_path, **told) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(1)
        invoice = await town.invoice(await town.customer())
        assert await tenant.link(Kind.INVOICE, town.bills[0].id), invoice
        await house.agrees()
        assert b"Unclosed" not in house.crew.workers[0].said()
        await house.crew.stop(house.crew.workers[0])
        assert [code for code, _ in house.crew.ends] == [0]


def stranger(secured, tmp_path):
    """A Kafka whose authority we do not know."""
    other = authority(tmp_path, "stranger").file
    return secured.by_password("worker", CA_FILE=str(other))


REFUSED = {
    "a wrong password": (
        lambda of, _: of.by_password("worker", PASSWORD="wrong"),
        (
            "refuses the login of worker by SCRAM-SHA-512: correct ISTHMUS_KAFKA_USERNAME and "
            "ISTHMUS_KAFKA_PASSWORD."
        ),
    ),
    "an unknown authority": (
        stranger,
        (
            "shows a certificate that is not trusted (unable to get local issuer certificate): "
            "name its authority's file in ISTHMUS_KAFKA_CA_FILE, or its own name in "
            "ISTHMUS_BROKERS."
        ),
    ),
    "no certificate of ours": (
        lambda of, _: of.told("SSL"),
        (
            "does not take our certificate (SSLV3_ALERT_BAD_CERTIFICATE): correct "
            "ISTHMUS_KAFKA_CERTIFICATE_FILE and ISTHMUS_KAFKA_KEY_FILE."
        ),
    ),
    "no login": (
        lambda of, _: {"ISTHMUS_BROKERS": of.addresses["SASL_SSL"]},
        (
            "hangs up on a client that comes by PLAINTEXT: it may want TLS, a login, a "
            "certificate, or none: correct ISTHMUS_KAFKA_SECURITY_PROTOCOL and what belongs to it."
        ),
    ),
    "a token that means nothing": (
        lambda of, folder: of.by_token(written(folder / "token", "x.y.z")),
        "refuses the token: correct what ISTHMUS_KAFKA_OAUTH_... names.",
    ),
    "a token that is gone": (
        lambda of, folder: of.by_token(written(folder / "token", "")),
        (
            "wants a token, and the file {folder}/token is empty: correct what "
            "ISTHMUS_KAFKA_OAUTH_... names."
        ),
    ),
}


def written(file, text):
    file.write_text(text)
    return file


def run(folder, told, *words):
    """Return the exit code and all that a command says, which is told so."""
    stage = set_stage(folder, brokers="", tenant="t1")
    path = os.pathsep.join(sys.path)
    environment = {**stage.environment("w"), **told, "PYTHONPATH": path, "COLUMNS": "1000"}
    done = subprocess.run(
        [sys.executable, "-m", "agents.cli.main", *words],
        cwd=folder,
        env=surroundings(os.environ, environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


COMMANDS = [("worker",), ("status",), ("topics", "describe"), ("dead-letters", "list")]


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_whoever_is_not_let_in_says_why_in_one_sentence(secured, tmp_path, what, words):
    told, sentence = REFUSED[what]
    told = told(secured, tmp_path)

    code, out, err = run(tmp_path, told, *words)

    expected = f"Kafka at {told['ISTHMUS_BROKERS']} {sentence.format(folder=tmp_path)}"
    assert (code, out, err.strip()) == (1, "", expected)


async def test_a_worker_asks_for_its_rights_only_where_topics_are(secured):
    nowhere = read_settings({**secured.by_password("worker"), "ISTHMUS_TOPIC_PREFIX": "none."})

    await knock(nowhere.cluster, {INTAKE.name: ()}, "isthmus-sync")
    with pytest.raises(NotLetInError):
        await knock(read_settings(secured.by_password("worker", PASSWORD="wrong")).cluster)
