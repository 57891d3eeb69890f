"""The MediaOS client keeps the contract of every remote: in process, and over a real socket."""

from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

import httpx
import pytest

from schemas.records import Allocation, Payment
from schemas.values import Kind, RecordRef, Side
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.client import MediaosClient
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings
from tests.testing.commands import write as command_of
from tests.testing.remote_contract import RemoteContract
from tests.testing.serving import served
from tests.testing.simulated.clock import SimulatedClock

NAMES = {Kind.CUSTOMER: "advertisers", Kind.INVOICE: "invoices", Kind.PAYMENT: "payments"}


def write(record, *fields, request_id="r1", **more):
    return command_of(
        id=f"command-{request_id}",
        request_id=request_id,
        side=Side.MEDIAOS,
        kind=Kind.PAYMENT,
        about=RecordRef(Side.QBO, Kind.PAYMENT, "91"),
        record=record,
        fields=fields,
        **more,
    )


class MediaosWorld:
    """The MediaOS client on its simulator; see remote_contract.World."""

    tenant = "t1"
    moved_by_itself = frozenset({"row_version", "date_modified"})

    def __init__(self, simulator, remote, clock, invoice):
        self.simulator, self.remote, self.clock, self.invoice = simulator, remote, clock, invoice

    def creation(self):
        record = Payment(
            customer=self.invoice["advertiser_id"],
            amount=Decimal("59.99"),
            received=date(2026, 3, 1),
            reference="4711",
            memo="thanks",
            applied=(Allocation(invoice=self.invoice["id"], amount=Decimal("40.10")),),
            marker="91",
        )
        fields = ("customer", "amount", "received", "reference", "memo", "applied", "marker")
        return write(record, *fields)

    def update(self, created):
        record = Payment(customer="1", amount=Decimal(1), received=date(2026, 1, 1), memo="late")
        more = {"target": created.id, "based_on": created.revision}
        return write(record, "memo", request_id="r2", **more), frozenset({"notes"})

    def refused(self):
        record = Payment(customer="77", amount=Decimal(1), received=date(2026, 1, 1))
        return write(record, "customer", "amount")

    def is_stale(self, fault):
        return (fault.status, fault.code) == (412, "row_version_mismatch")

    def count(self, kind):
        return len(self.simulator.book.records[NAMES[kind]])

    def raw(self, kind, record_id):
        return dict(self.simulator.book.records[NAMES[kind]][record_id])

    def person_edits(self, kind, record_id):
        self._edit(kind, record_id, {"type": "Cash"})

    def person_renames(self, kind, record_id):
        self._edit(kind, record_id, {"reference_number": "another"})

    def lose_reply(self):
        self.simulator.faults.arm("time_out_after_commit")

    def _edit(self, kind, record_id, changes):
        self.simulator.book.change(NAMES[kind], record_id, changes)


async def drop(_change):
    """Nobody listens to what this MediaOS publishes."""


@asynccontextmanager
async def simulated(clock):
    simulator = MediaosSimulator(
        tenant="t1",
        now=clock.now,
        settings=SimulatorSettings(hold_seconds=0.0),
        api_key="key-1",
        api_password="pass-1",
        admin_token="admin-1",
        publish=drop,
    )
    yield simulator
    await simulator.close()


async def world_of(simulator, http, base_url, clock):
    async def account(_tenant):
        return base_url, "key-1", "pass-1"

    advertiser = await simulator.people.create("advertisers", {"name": "Harbor Light"})
    lines = [{"amount": "19.995", "quantity": "3"}]
    invoice = await simulator.people.create(
        "invoices", {"advertiser_id": advertiser["id"], "line_items": lines}
    )
    client = MediaosClient(http, account=account, clock=clock, budget=lambda: DailyBudget(clock))
    return MediaosWorld(simulator, client, clock, invoice)


class TestInProcess(RemoteContract):
    @pytest.fixture
    async def world(self):
        clock = SimulatedClock()
        async with (
            simulated(clock) as simulator,
            httpx.AsyncClient(transport=httpx.ASGITransport(simulator.app)) as http,
        ):
            yield await world_of(simulator, http, "http://mediaos.test", clock)


class TestOverASocket(RemoteContract):
    @pytest.fixture
    async def world(self):
        clock = SimulatedClock()
        async with (
            simulated(clock) as simulator,
            served(simulator.app) as url,
            httpx.AsyncClient() as http,
        ):
            yield await world_of(simulator, http, url, clock)
