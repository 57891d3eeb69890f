"""Does the simulated MediaOS keep to its contract when schemathesis makes up the requests?"""

import asyncio
import itertools
import re
import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
import schemathesis
import uvicorn
import yaml
from hypothesis import settings

from agents.lab.local import ports
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings
from tests.contracts.mediaos_simulator.conftest import CONTRACT

pytestmark = pytest.mark.thorough

AUTH = ("key", "password")
SCHEMA = schemathesis.openapi.from_dict(yaml.safe_load(CONTRACT.read_text()))
# A schema cannot say which days there are, which records and names, and at which row version they
# stand.
expected = ["2xx", "404", "409", "412", "422"]
SCHEMA.config.checks.positive_data_acceptance.expected_statuses = expected
SCHEMA.config.checks.missing_required_header.expected_statuses = ["400", "401", "404", "428"]
SCHEMA.config.auth.basic = AUTH


async def _publish(_change):
    await asyncio.sleep(0)


class Served:
    """The simulator on a port of the loopback, in a thread with a loop of its own."""

    def __init__(self):
        self.simulator = MediaosSimulator(
            tenant="t1",
            now=lambda: datetime(2025, 3, 10, 14, 30, 5, tzinfo=UTC),
            settings=SimulatorSettings(requests_per_window=1_000_000, hold_seconds=0.0),
            api_key=AUTH[0],
            api_password=AUTH[1],
            admin_token="admin-token",
            publish=_publish,
        )
        (port,) = ports.free(1)
        self.address = f"http://127.0.0.1:{port}"
        config = uvicorn.Config(
            self.simulator.app, port=port, log_level="warning", access_log=False
        )
        self.server = uvicorn.Server(config)
        self.keys = itertools.count()

    async def serve(self):
        people = self.simulator.people
        customer = await people.create("advertisers", {"name": "Acme Outdoor"})
        lines = [{"amount": "150", "description": "Half page"}]
        owed = {"advertiser_id": customer["id"], "line_items": lines}
        invoice = await people.create("invoices", owed)
        await people.create("products", {"name": "Half page"})
        await people.create("invoiceLineItemTypes", {"name": "Late fee", "kind": "fee"})
        await people.create("terms", {"name": "Net 30"})
        for _ in range(20):
            await people.create("invoices", owed)
            line = {"invoice_id": invoice["id"], "amount": "1"}
            paid = {"advertiser_id": customer["id"], "amount": "1", "lines": [line]}
            await people.create("payments", paid)
        await self.server.serve()
        await self.simulator.close()

    def at_home(self, case):
        """Let a made-up request be about what is there, where it keeps to the contract at all."""
        headers, kind = case.headers or {}, case.path.split("/")[1]
        if 1 <= len(headers.get("Idempotency-Key", "")) <= 255:
            headers["Idempotency-Key"] = f"key-{next(self.keys)}"
        records = self.simulator.book.records.get(kind, {}).values()
        deletes = case.method.upper() == "DELETE"
        live = next((each for each in records if _is_there(each, deletes=deletes)), None)
        if live is None or not (case.path_parameters or {}).get("id", "").isdigit():
            return
        case.path_parameters["id"] = live["id"]
        if re.fullmatch(r'"[0-9]+"', headers.get("If-Match", "")):
            headers["If-Match"] = f'"{live["row_version"]}"'


def _is_there(record, *, deletes):
    """Whether a record is not deleted; nor paid, where it is to be, which its state refuses."""
    unpaid = record.get("balance") == record.get("total")
    return record["date_deleted"] is None and (unpaid or not deletes)


@pytest.fixture(scope="module")
def served():
    served = Served()
    thread = threading.Thread(target=lambda: asyncio.run(served.serve()))
    thread.start()
    while not served.server.started:
        assert thread.is_alive()
        thread.join(0.01)
    yield served
    served.server.should_exit = True
    thread.join(10)


@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, database=None)
def test_every_answer_keeps_to_the_contract(case, served):
    served.at_home(case)
    case.call_and_validate(base_url=served.address)


def test_it_met_what_is_there_and_not_only_refusals(served):
    seen = Counter((each.method, each.status) for each in served.simulator.requests)
    for method, status in (("GET", 200), ("POST", 201), ("PATCH", 200), ("DELETE", 200)):
        assert seen[method, status], seen
    assert {status for _, status in seen} >= {400, 401, 404, 422, 428}
