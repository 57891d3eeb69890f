"""Does what compose starts work, is it well by its own check, and does it end in order?

Each service is a process with compose's command and environment.  Only addresses differ: hosts are
the loopback, ports are free ones, and Kafka is the session's instead of the image.  A folder stands
for a container's /app, and links in it for its volumes.
"""

import asyncio
import json
import os
import re
import shlex
from contextlib import ExitStack
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath

import httpx
import pytest
import yaml
from cryptography.fernet import Fernet

from agents.lab.local import ports
from agents.process.clock import SystemClock
from streams.cluster import Cluster
from streams.kafka import probe
from streams.outbox.kafka_producer import Producer
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.topics import TOPICS, Layout
from tests.broker.containers import LOOK_EVERY_SECONDS, Container, replacing, until

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(240)]

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
EXAMPLE = COMPOSE.parent / "schemas/examples/announcement.v1/payment-changed.json"
IMAGE_FOLDER = PurePosixPath("/app")
#: As deploy/Dockerfile makes them.
IMAGE_FOLDERS = (".local/state", ".local/connections")
#: Which of them know the tenants' connections.
CONNECTED = ("worker-1", "worker-2", "gateway")
HOSTS = {
    "quickbooks": 8090,
    "mediaos": 8091,
    "gateway": 8085,
    "gateway's metrics": 9107,
    "worker-1": 9108,
    "worker-2": 9109,
}
VARIABLE = re.compile(r"\$\{(\w+):([-?])([^}]*)\}")

#: What compose asks for without a default; a person would put it into .env.
SECRETS = {
    "ISTHMUS_TOKEN_KEY": Fernet.generate_key().decode(),
    "ISTHMUS_QBO_CLIENT_ID": "app",
    "ISTHMUS_QBO_CLIENT_SECRET": "client-secret",
    "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": "verifier",
    "ISTHMUS_MEDIAOS_API_KEY": "key",
    "ISTHMUS_MEDIAOS_API_PASSWORD": "password",
    "ISTHMUS_PUBLISH_TOKEN": "a-token-that-publishes",
    "ISTHMUS_SIMULATOR_ADMIN_TOKEN": "admin",
}


class Service(Container):
    """One of compose's services."""

    def __init__(self, name, said, folder, here):
        self._said, self._here = said, here
        environment = said.get("environment", {})
        super().__init__(
            name,
            shlex.split(self._filled(said.get("command", ""))),
            {key: self._filled(value) for key, value in environment.items()},
            folder / name,
            root=folder / name,
            grace_seconds=float(said["stop_grace_period"].removesuffix("s")),
        )
        self._make_folders(folder / "volumes")

    def _make_folders(self, volumes):
        mounted = dict(reversed(each.split(":")) for each in self._said.get("volumes", ()))
        for path in IMAGE_FOLDERS:
            here = self.folder / path
            here.parent.mkdir(parents=True, exist_ok=True)
            volume = mounted.pop(str(IMAGE_FOLDER / path), None)
            if volume is None:
                here.mkdir()
            else:
                (volumes / volume).mkdir(parents=True, exist_ok=True)
                here.symlink_to(volumes / volume)
        assert not mounted, f"{self.name} mounts what the image does not have"

    def _filled(self, text):
        def value(found):
            name, how, text = found.groups()
            given = SECRETS.get(name)
            assert given or how == "-", f"compose wants {name}: {text}"
            return given or text

        # Addresses first, so that no secret can be mistaken for one.
        return VARIABLE.sub(value, self._here(str(text)))

    def healthy(self):
        """Wait until compose would call it healthy."""
        check = self._said["healthcheck"]
        first, *words = check["test"]
        assert first == "CMD"
        words = [self._here(word) for word in words]
        patience = check["retries"] * float(check["interval"].removesuffix("s"))
        until(lambda: self.ask(*words)[0] == 0, patience, self.last_words)
        assert self.process.poll() is None, self.last_words()


def addresses(bootstrap):
    """Return a function that puts addresses of this machine for those of compose's network."""
    places = {"kafka:9092": bootstrap, "0.0.0.0": "127.0.0.1"}
    for (host, port), free in zip(HOSTS.items(), ports.free(len(HOSTS)), strict=True):
        places |= {f"{host}:{port}": f"127.0.0.1:{free}", str(port): str(free)}
    return replacing(places)


async def forget_topics(bootstrap):
    """Delete Isthmus' topics, so that compose's own command makes them."""
    async with probe.admin(Cluster(brokers=bootstrap)) as admin:
        names = {topic.name for topic in TOPICS}
        await admin.delete_topics(sorted(names))
        async with asyncio.timeout(30):
            while names & set(await admin.list_topics()):  # noqa: ASYNC110 - Kafka sets no event
                await asyncio.sleep(LOOK_EVERY_SECONDS)


@pytest.fixture
def services(kafka, tmp_path):
    """Compose's services by name, each after those that it depends on."""
    if os.environ.get("ISTHMUS_BROKERS"):
        pytest.skip("it deletes Isthmus' topics: unset ISTHMUS_BROKERS for a Kafka of its own")
    asyncio.run(forget_topics(kafka))
    said = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    order = TopologicalSorter({name: each.get("depends_on", {}) for name, each in said.items()})
    here = addresses(kafka)
    with ExitStack() as stack:
        made = {}
        for name in order.static_order():
            if name != "kafka":
                made[name] = Service(name, said[name], tmp_path, here)
                stack.callback(made[name].kill)
        yield made
    asyncio.run(forget_topics(kafka))


def terms(service):
    """Return who may write each partition of the journal, as a command beside a service sees it."""
    code, said = service.ask("isthmus", "status", "--json")
    assert code == 0, said
    return [partition["term"] for partition in json.loads(said)["journal"]]


def test_every_service_starts_is_well_and_ends_in_order(services):
    services["topics-create"].start()
    services["topics-create"].completed()
    staying = [each for name, each in services.items() if name != "topics-create"]
    for service in staying:
        service.start()
    for service in staying:
        service.healthy()

    worker = services["worker-1"]
    until(lambda: all(terms(worker)), 45, worker.last_words)
    assert len(terms(worker)) == Layout().partitions
    assert (worker.folder / ".local/state/worker-1.sqlite").is_file()
    shared = {(services[name].folder / ".local/connections").resolve() for name in CONNECTED}
    assert len(shared) == 1
    assert (shared.pop() / "connections.sqlite").is_file()

    ends = {service.name: service.stop() for service in reversed(staying)}
    assert ends == dict.fromkeys(ends, 0), "\n".join(each.last_words() for each in staying)


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
    url = f"sqlite:///{service.folder}/.local/connections/connections.sqlite"
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

    strange = httpx.post(address, content=EXAMPLE.read_bytes(), headers=headers)
    asyncio.run(connect(gateway, json.loads(EXAMPLE.read_bytes())["tenant"]))
    answer = httpx.post(address, content=EXAMPLE.read_bytes(), headers=headers)

    assert strange.status_code == 422, gateway.last_words()
    assert answer.status_code == 202, gateway.last_words()
    asyncio.run(publish(kafka, b"no JSON"))
    until(lambda: letters(worker), 30, worker.last_words)
    [letter] = letters(worker)
    assert (letter["topic"], letter["key_text"]) == ("mediaos-changes", "t1/mediaos/1001")
    assert "JSON is malformed" in letter["reason"]

    # Of no use the second time either: it comes back as a letter of another place.
    assert worker.ask("isthmus", "dead-letters", "retry", letter["place"])[0] == 0
    until(lambda: letters(worker), 30, worker.last_words)
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
