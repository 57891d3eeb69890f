"""Does what compose starts work, is it well by its own check, and does it end in order?

Each service is a process with compose's command and environment (`compose`); for the images of
others stand the session's Kafka and Debian's PostgreSQL and Prometheus. Grafana was not at hand.
"""

import asyncio
import json
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path

import httpx
import psycopg
import pytest

from agents.lab.local import ports
from agents.process.clock import SystemClock
from streams.cluster import Cluster
from streams.outbox.kafka_producer import Producer
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.topics import Layout
from tests.broker.compose import OURS, SAID, SECRETS, Service, addresses, database, watcher
from tests.broker.containers import forget_topics, terms, until
from tests.broker.installation.house import HANGS_SECONDS

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.deployed,
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

EXAMPLE = Path(__file__).parents[2] / "schemas/examples/announcement.v1/payment-changed.json"


@pytest.fixture
def here(kafka):
    """Puts addresses of this machine for those of compose's network."""
    return addresses(kafka)


@pytest.fixture
def services(kafka, here, tmp_path):
    """Compose's services by name, each after those that it depends on; its PostgreSQL runs."""
    if os.environ.get("ISTHMUS_BROKERS"):
        pytest.skip("it deletes Isthmus' topics: unset ISTHMUS_BROKERS for a Kafka of its own")
    asyncio.run(forget_topics(kafka))
    order = TopologicalSorter({name: each.get("depends_on", {}) for name, each in SAID.items()})
    with ExitStack() as stack:
        stack.enter_context(database(tmp_path / "volumes", here))
        made = {}
        for name in order.static_order():
            if name in OURS:
                made[name] = Service(name, SAID[name], tmp_path, here)
                stack.callback(made[name].kill)
        yield made
    asyncio.run(forget_topics(kafka))


def test_every_service_starts_is_well_and_ends_in_order(services, here, tmp_path):
    services["topics-create"].start()
    services["topics-create"].completed()
    staying = [each for name, each in services.items() if name != "topics-create"]
    for service in staying:
        service.start()
    for service in staying:
        service.healthy()
    watching = watcher(tmp_path, here)
    watching.start()

    worker = services["worker-1"]
    until(lambda: all(terms(worker)), HANGS_SECONDS, worker.last_words)
    assert len(terms(worker)) == Layout().partitions
    address = f"http://{here('prometheus:9090')}/api/v1"
    wanted = {"isthmus-worker": 2, "isthmus-gateway": 1}
    until(lambda: up(address) == wanted, HANGS_SECONDS, watching.last_words)
    rules = httpx.get(f"{address}/rules").json()["data"]["groups"][0]["rules"]
    assert "IsthmusWorkerAbsent" in {rule["name"] for rule in rules}

    ends = {each.name: each.stop() for each in (watching, *reversed(staying))}
    assert ends == dict.fromkeys(ends, 0), "\n".join(each.last_words() for each in staying)
    assert [stray for service in services.values() for stray in service.strays()] == []


def up(address):
    """Return how many processes of each job answer Prometheus."""
    try:
        answer = httpx.get(f"{address}/query", params={"query": "sum by (job) (up)"}).json()
    except httpx.TransportError:
        return {}
    found = answer["data"]["result"]
    return {each["metric"]["job"]: int(each["value"][1]) for each in found}


def test_postgresql_lets_nobody_in_without_tls_or_password(here, tmp_path):
    with database(tmp_path / "volumes", here) as server:
        trusted = f"sslmode=verify-full sslrootcert={tmp_path}/volumes/certificates/ca.pem"
        with psycopg.connect(f"{server} dbname=connections {trusted}") as connection:
            assert connection.execute("SHOW ssl").fetchone() == ("on",)
        for refused in (f"{server} sslmode=disable", f"{server}x {trusted}"):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(f"{refused} dbname=connections")


def letters(service):
    """Return the dead letters that wait, as a command beside a service sees them."""
    code, said = service.ask("isthmus", "dead-letters", "list", "--json")
    assert code == 0, said
    return json.loads(said)


async def publish(bootstrap, value):
    producer = Producer(Cluster(brokers=bootstrap))
    await producer.send("mediaos-changes", b"t1/mediaos/1001", value)
    await producer.stop()


async def connect(service, tenant):
    """Put a tenant's connection where the service looks for it; no process here may use it."""
    url = service.environment["ISTHMUS_CONNECTIONS_URL"]
    connections = Connections(url, [SECRETS["ISTHMUS_TOKEN_KEY"]], SystemClock())
    await connections.put(
        Connection(
            tenant=tenant,
            realm="9130",
            environment="elsewhere",
            access_token="a",
            refresh_token="r",
            access_expires_at=datetime(2026, 1, 1, tzinfo=UTC),
            mediaos_base_url="http://127.0.0.1:1",
            mediaos_api_key="k",
            mediaos_api_password="p",
        )
    )
    await connections.close()


def test_a_service_publishes_over_http_and_an_operator_ends_a_dead_letter(services, kafka):
    services["topics-create"].start()
    services["topics-create"].completed()
    gateway, worker = services["gateway"], services["worker-1"]
    for service in (gateway, worker):
        service.start()
        service.healthy()
    address = f"http://127.0.0.1:{gateway.environment['ISTHMUS_GATEWAY_PORT']}/v1/changes"
    headers = {
        "authorization": f"Bearer {SECRETS['ISTHMUS_PUBLISH_TOKEN']}",
        "content-type": "application/json",
    }

    strange = httpx.post(
        address, content=EXAMPLE.read_bytes(), headers=headers, timeout=HANGS_SECONDS
    )
    asyncio.run(connect(gateway, json.loads(EXAMPLE.read_bytes())["tenant"]))
    answer = httpx.post(
        address, content=EXAMPLE.read_bytes(), headers=headers, timeout=HANGS_SECONDS
    )

    assert strange.status_code == 422, gateway.last_words()
    assert answer.status_code == 202, gateway.last_words()
    asyncio.run(publish(kafka, b"no JSON"))
    until(lambda: letters(worker), HANGS_SECONDS, worker.last_words)
    [letter] = letters(worker)
    assert (letter["topic"], letter["key_text"]) == ("mediaos-changes", "t1/mediaos/1001")
    assert "JSON is malformed" in letter["reason"]

    # Of no use the second time either: it comes back as a letter of another place.
    assert worker.ask("isthmus", "dead-letters", "retry", letter["place"])[0] == 0
    until(lambda: letters(worker), HANGS_SECONDS, worker.last_words)
    [again] = letters(worker)
    assert again["place"] != letter["place"]
    assert worker.ask("isthmus", "dead-letters", "discard", again["place"])[0] == 0
    assert letters(worker) == []


def test_a_worker_without_kafka_is_not_well(services):
    worker = services["worker-1"]
    worker.environment["ISTHMUS_BROKERS"] = f"127.0.0.1:{ports.free(1)[0]}"

    code, said = worker.ask("isthmus", "topics", "describe", "--single-node")

    assert code == 1
    assert "Traceback" not in said
