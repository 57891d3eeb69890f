"""What do all tests of the simulated MediaOS start from?

A client whose every reply is held against the OpenAPI contract, whatever the test is about.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator

from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings

CONTRACT = Path(__file__).parents[3] / "schemas/contracts/mediaos-api.openapi.yaml"


class Clock:
    def __init__(self):
        self.now = datetime(2025, 3, 10, 14, 30, 5, tzinfo=UTC)

    def __call__(self):
        return self.now

    def advance(self, **span):
        self.now += timedelta(**span)


class Kafka:
    """Collects what is published; refuses while told to be away."""

    def __init__(self):
        self.changes = []
        self.away = False
        self._arrived = asyncio.Event()

    async def publish(self, change):
        if self.away:
            raise ConnectionError("no broker")
        self.changes.append(change)
        self._arrived.set()

    async def has(self, count):
        while len(self.changes) < count:
            self._arrived.clear()
            await self._arrived.wait()

    @property
    def events(self):
        return [json.loads(change.value) for change in self.changes]

    def subjects(self):
        return [f"{event['subject']}@{event['sequence']}" for event in self.events]


@pytest.fixture(scope="session")
def contract():
    return yaml.safe_load(CONTRACT.read_text())


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def kafka():
    return Kafka()


@pytest.fixture
def make_simulator(clock, kafka):
    def make(**settings):
        return MediaosSimulator(
            tenant="t1",
            now=clock,
            settings=SimulatorSettings(**{"hold_seconds": 0.0} | settings),
            api_key="key",
            api_password="password",
            admin_token="admin-token",
            publish=kafka.publish,
        )

    return make


@pytest.fixture
async def simulator(make_simulator):
    made = make_simulator()
    yield made
    await made.close()


@pytest.fixture
def make_client(contract):
    def make(simulator, **options):
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(simulator.app),
            base_url="http://mediaos",
            event_hooks={"response": [_holder_against(contract)]},
            **{"auth": ("key", "password")} | options,
        )

    return make


@pytest.fixture
async def client(simulator, make_client):
    async with make_client(simulator) as made:
        yield made


@pytest.fixture
async def admin(simulator):
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(simulator.app),
        base_url="http://mediaos/admin",
        headers={"authorization": "Bearer admin-token"},
    ) as made:
        yield made


@pytest.fixture
async def advertiser(simulator):
    return await simulator.people.create("advertisers", {"name": "Acme Outdoor"})


@pytest.fixture
async def invoice(simulator, advertiser):
    lines = [{"amount": "150", "description": "Half page"}, {"amount": "50.5", "quantity": "2"}]
    fields = {"advertiser_id": advertiser["id"], "line_items": lines}
    return await simulator.people.create("invoices", fields)


def _holder_against(contract):
    async def hold(response):
        await response.aread()
        path = _template(contract, response.request.url.path)
        method = response.request.method.lower()
        if method not in contract["paths"].get(path, {}):
            return
        said = contract["paths"][path][method]["responses"]
        answer = said.get(str(response.status_code), said["default"])
        if "$ref" in answer:
            answer = contract["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        schema = answer["content"]["application/json"]["schema"]
        whole = {"components": contract["components"], "allOf": [schema]}
        Draft202012Validator(whole).validate(response.json())

    return hold


def _template(contract, path):
    if path in contract["paths"] or path.endswith("/"):
        return path
    return f"{path.rsplit('/', 1)[0]}/{{id}}"
