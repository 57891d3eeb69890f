"""What does every test of the QBO simulator start from?

A company with one item and one customer, a clock that stands still, and no throttle, which has
tests of its own.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

from streams.simulators.quickbooks.amounts import dump, load
from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.clock import VirtualClock
from streams.simulators.quickbooks.settings import SimulatorSettings
from tests.testing import serving

REALM = "9130350000000001"


class Api:
    """A client that says as little as possible and reads numbers exactly."""

    def __init__(self, http: httpx.AsyncClient, token: str, realm: str) -> None:
        self.http = http
        self.token = token
        self.realm = realm

    async def post(self, path: str, body: Any, **params: str) -> tuple[int, Any]:
        content = body.encode() if isinstance(body, str) else dump(body)
        return await self._send("POST", path, content=content, params=params)

    async def get(self, path: str, **params: str) -> tuple[int, Any]:
        return await self._send("GET", path, params=params)

    async def ok(self, kind: str, body: Any, **params: str) -> Any:
        status, answer = await self.post(kind.lower(), body, **params)
        assert status == 200, answer
        return answer[kind]

    async def refused(self, kind: str, body: Any, **params: str) -> tuple[str, str]:
        status, answer = await self.post(kind.lower(), body, **params)
        assert status == 400, answer
        error = answer["Fault"]["Error"][0]
        return error["code"], error["Detail"]

    async def read(self, kind: str, record_id: str) -> Any:
        status, answer = await self.get(f"{kind.lower()}/{record_id}")
        assert status == 200, answer
        return answer[kind]

    async def query(self, statement: str) -> Any:
        status, answer = await self.get("query", query=statement)
        assert status == 200, answer
        return answer["QueryResponse"]

    async def _send(self, method: str, path: str, **parts: Any) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {self.token}", "accept": "application/json"}
        url = f"/v3/company/{self.realm}/{path}"
        answer = await self.http.request(method, url, headers=headers, **parts)
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status_code, load(answer.content) if is_json else answer.text


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 2, 18, 30, 15, 250_000, tzinfo=UTC))


@pytest.fixture
def simulator(clock) -> QboSimulator:
    simulator = QboSimulator(
        realm=REALM,
        now=clock,
        settings=SimulatorSettings(limits=False),
        admin_token="admin",
        client_id="app",
        client_secret="app-secret",
        verifier_token="verifier",
    )
    item = {"Name": "Display ad", "IncomeAccountRef": {"value": "1"}}
    simulator.person.create("Item", item)
    address = {"Line1": "4581 Finch St.", "City": "Bayshore"}
    simulator.person.create("Customer", {"DisplayName": "Amy's Birds", "BillAddr": address})
    return simulator


@pytest.fixture
async def http(simulator):
    transport = httpx.ASGITransport(simulator.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as client:
        yield client


@pytest.fixture
def api(simulator, http) -> Api:
    return Api(http, simulator.grant()["access_token"], REALM)


@pytest.fixture
def line():
    """Make an item line, with quantity and price where they are given."""

    def make(amount: str, **detail: Any) -> dict[str, Any]:
        return {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}, **detail},
        }

    return make


@pytest.fixture
def invoice(line):
    """Make the body of an invoice for the one customer."""

    def make(amount: str = "100.00", **more: Any) -> dict[str, Any]:
        return {"CustomerRef": {"value": "1"}, "Line": [line(amount)], **more}

    return make


@pytest.fixture
def payment():
    """Make the body of a payment by the one customer, applied as told."""

    def make(total: str, **applied: str) -> dict[str, Any]:
        lines = [
            {
                "Amount": amount,
                "LinkedTxn": [{"TxnId": name.removeprefix("to_"), "TxnType": "Invoice"}],
            }
            for name, amount in applied.items()
        ]
        return {"CustomerRef": {"value": "1"}, "TotalAmt": total, "Line": lines}

    return make


class Served:
    """The simulator behind a real socket."""

    def __init__(self, simulator: QboSimulator, url: str) -> None:
        self.simulator = simulator
        self.url = url


@pytest.fixture
async def served(simulator):
    async with serving.served(simulator.app) as url:
        yield Served(simulator, url)


@pytest.fixture
async def library(served, monkeypatch):
    # The library insists on TLS, which a loopback server has no use for.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    tokens = served.simulator.grant()

    def connect() -> QuickBooks:
        auth = AuthClient(
            "app",
            "app-secret",
            "http://127.0.0.1/callback",
            f"{served.url}/.well-known/openid_sandbox_configuration/",
            access_token=tokens["access_token"],
        )
        client = QuickBooks(
            auth_client=auth,
            refresh_token=tokens["refresh_token"],
            company_id=served.simulator.realm,
            minorversion=75,
            use_decimal=True,
        )
        client.api_url_v3 = client.sandbox_api_url_v3 = f"{served.url}/v3"
        return client

    client = await asyncio.to_thread(connect)
    yield client
    client.session.close()
    client.auth_client.close()
