"""Does what the manifests start work, and write nowhere but in its volumes?

Each container is a process with the manifest's command and environment; only addresses and ports
differ.  PostgreSQL is real, and so is the Kafka that asks who one is.
"""

import asyncio
from contextlib import ExitStack

import psycopg
import pytest
from cryptography.fernet import Fernet

from agents.cli.exit_status import ExitStatus
from agents.lab.local import ports
from agents.lab.local.faults import LocalBrokerFault
from streams.topics import Layout
from tests.broker.containers import forget_topics, replacing, terms, until
from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.pods import PORTS, Pod
from tests.broker.secured.broker import PASSWORDS, started
from tests.testing.kustomize import built, pods_of
from tests.testing.means import missing

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.secured,
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

#: What a person puts into the secret, beside the addresses of the databases.
SECRETS = {
    "token-key": Fernet.generate_key().decode(),
    "qbo-client-secret": "client-secret",
    "webhook-verifier-token": "verifier",
    "publish-token": "a-token-that-publishes",
    "console-token": "ann:admin:a-token-that-logs-in",
    "smtp-password": "of-the-mail-server",
}


@pytest.fixture(scope="module")
def secured(request, tmp_path_factory):
    try:
        found, stop = started(request.config.rootpath, tmp_path_factory.mktemp("secured"))
    except LocalBrokerFault as fault:
        missing(str(fault))
    yield found
    stop()


@pytest.fixture
def databases(postgres):
    """Two empty databases, as a secret holds their addresses."""
    names = ("state", "connections")
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
    return {f"{name}-url": f"{postgres}/{name}" for name in names}


@pytest.fixture
def pods(request, secured, databases, tmp_path):
    """Every pod of a folder by its name, on a Kafka without our topics."""
    asyncio.run(forget_topics(secured.owner))
    certificate = secured.certificates.file.read_text(encoding="utf-8")
    users = ("worker", "gateway", "operator")
    secrets = {"isthmus": SECRETS | databases} | {
        f"isthmus-kafka-{user}": {"ca.pem": certificate, "password": PASSWORDS[user]}
        for user in users
    }
    here = replacing(
        {
            "kafka:9092": secured.owner,
            **{f"kafka-{n}.example:9093": secured.addresses["SASL_SSL"] for n in (1, 2, 3)},
            "0.0.0.0": "127.0.0.1",
        }
    )
    templates = pods_of(request.param)
    numbered = {f"{name}-0": templates[name] for name in templates}
    numbered["isthmus-worker-1"] = templates["isthmus-worker"]
    with ExitStack() as stack:
        made = {}
        for name, template in numbered.items():
            free = ports.free(len(PORTS))
            resources = built(request.param)
            pod = Pod(name, template, resources, tmp_path, secrets, here, free)
            made[name.removeprefix("isthmus-")] = pod
            stack.callback(pod.kill)
        yield made


@pytest.mark.parametrize("pods", ["base", "secured"], indirect=True)
def test_topics_workers_and_gateway_start_are_well_and_end_in_order(pods):
    topics = pods["topics-0"]
    # The Kafka of these tests is one node; nothing else of the command differs.
    assert topics.run([*topics.words, "--single-node"]).wait(HANGS_SECONDS) == 0
    staying = [pods[name] for name in ("worker-0", "worker-1", "gateway-0")]
    for pod in staying:
        pod.start()
    for pod in staying:
        pod.well()

    worker = pods["worker-0"]
    until(lambda: all(terms(worker)), HANGS_SECONDS, worker.last_words)
    assert len(terms(worker)) == Layout().partitions
    for pod in staying:
        assert pod.megabytes() < pod.requested_megabytes(), pod.name

    ends = {pod.name: pod.stop() for pod in reversed(staying)}
    assert ends == dict.fromkeys(ends, 0), "\n".join(each.last_words() for each in staying)
    assert [stray for pod in staying for stray in pod.strays()] == []


ONCE = pytest.mark.parametrize("pods", ["secured"], indirect=True)


@ONCE
def test_a_reconciliation_of_a_tenant_that_is_not_there_says_so(pods):
    topics, reconcile = pods["topics-0"], pods["reconcile-0"]
    assert topics.run([*topics.words, "--single-node"]).wait(HANGS_SECONDS) == 0

    code, said = reconcile.ask(*reconcile.words)

    assert (code, "t1" in said, "Traceback" in said) == (ExitStatus.NOT_ASKED, True, False), said
    assert reconcile.strays() == []


@ONCE
def test_a_worker_before_its_topics_says_which_are_missing(pods):
    worker = pods["worker-0"]

    code, said = worker.ask(*worker.words)

    assert (code, "isthmus topics create" in said) == (1, True), said
    assert worker.strays() == []
