"""What do the tests of the QBO client start from?  A client on a simulator with one customer."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal

import httpx
from cryptography.fernet import Fernet

from schemas.records import Allocation, Customer, Invoice, Line, Payment
from schemas.values import Kind, RecordRef, Revision, Side
from streams.budgets import Budget
from streams.remotes.quickbooks.client import TIMEOUT, QboClient
from streams.remotes.quickbooks.oauth import Declined, Exchange, Granted
from streams.remotes.quickbooks.tokens import Tokens
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.settings import SimulatorSettings
from streams.simulators.quickbooks.tokens import GrantRefused
from tests.testing.commands import write as command_of
from tests.testing.connections_file import brought_up

TENANT = "t1"
REALM = "9130350000000001"
CLIENT_SECRET = "app-secret"
KEY = Fernet.generate_key().decode()
MARKER = "MediaOS t1 invoice 136"

INVOICE = Invoice(
    customer="1",
    number="MediaOS-136",
    issued=date(2026, 3, 1),
    due=date(2026, 3, 31),
    lines=(
        Line(
            product="1",
            description="Half page, O'Hara & Söhne",
            quantity=Decimal("14.50"),
            unit_price=Decimal("128.35"),
            amount=Decimal("1861.08"),
        ),
        Line(product="1", unit_price=Decimal("0.01"), amount=Decimal("0.01")),
    ),
    memo="Spring issue",
    email="ads@example.com",
    marker=MARKER,
)
WRITTEN = ("customer", "number", "issued", "due", "lines", "memo", "email", "marker")


def simulate(now, **settings):
    simulator = QboSimulator(
        realm=REALM,
        now=now,
        settings=SimulatorSettings(**{"limits": False, **settings}),
        admin_token="admin",
        client_id="app",
        client_secret=CLIENT_SECRET,
        verifier_token="verifier",
    )
    simulator.person.set_custom_numbers(True)
    simulator.person.create("Item", {"Name": "Display ad", "IncomeAccountRef": {"value": "1"}})
    simulator.person.create("Customer", {"DisplayName": "Amy's Birds"})
    return simulator


def write(kind, record, *fields, target=None, based_on=None, request_id="r1", **more):
    return command_of(
        id=f"command-{request_id}",
        request_id=request_id,
        side=Side.QBO,
        kind=kind,
        about=RecordRef(Side.MEDIAOS, kind, "136"),
        target=target,
        based_on=based_on,
        record=record,
        fields=fields,
        **more,
    )


def create_invoice(record=INVOICE, request_id="r1", **more):
    return write(Kind.INVOICE, record, *WRITTEN, request_id=request_id, **more)


def create_customer(name="Harbor Light", request_id="c1"):
    record = Customer(name=name, email="ap@example.com", marker="MediaOS t1 customer 42")
    return write(Kind.CUSTOMER, record, "name", "email", "marker", request_id=request_id)


def create_payment(invoice, amount="100.10", request_id="p1"):
    record = Payment(
        customer="1",
        amount=Decimal(amount),
        received=date(2026, 3, 2),
        reference="CHK-1",
        memo="by cheque",
        applied=(Allocation(invoice=invoice, amount=Decimal(amount)),),
        marker="MediaOS t1 payment 9",
    )
    fields = ("customer", "amount", "received", "reference", "memo", "applied", "marker")
    return write(Kind.PAYMENT, record, *fields, request_id=request_id)


class ExchangeInProcess:
    """The simulator's token endpoint without a socket."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.spent = []
        self.answers = []

    async def refresh(self, refresh_token):
        self.spent.append(refresh_token)
        await asyncio.sleep(0)
        if self.answers:
            return self.answers.pop(0)
        try:
            granted = self.simulator.tokens.refresh(refresh_token)
        except GrantRefused as refused:
            return Declined(status=400, reason=refused.body["error"])
        return granted_by(granted)


class RegisterInPlace:
    """A journal that confirms at once what it is asked to, unless told not to answer."""

    def __init__(self, **confirmed):
        self.by_tenant = confirmed
        self.noted = []
        self.answering = True

    async def confirmed(self, tenant):
        await asyncio.sleep(0)
        return self.by_tenant.get(tenant)

    async def note(self, tenant, connection):
        self.noted.append(connection)
        await asyncio.sleep(0)
        if self.answering:
            self.by_tenant[tenant] = connection


class ConsentInProcess(ExchangeInProcess):
    """The simulator's page of consent and its codes as well."""

    async def consent(self, state, redirect_uri):
        asked = {
            "client_id": "app",
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return str(httpx.URL("http://qbo.test/connect/oauth2", params=asked))

    async def redeem(self, code, redirect_uri):
        try:
            return granted_by(self.simulator.tokens.exchange(code, redirect_uri))
        except GrantRefused as refused:
            return Declined(status=400, reason=refused.body["error"])


def granted_by(answer):
    return Granted(
        access_token=answer["access_token"],
        refresh_token=answer["refresh_token"],
        expires_in_seconds=answer["expires_in"],
    )


def connected(granted, now):
    return Connection(
        tenant=TENANT,
        realm=REALM,
        environment="sandbox",
        access_token=granted["access_token"],
        refresh_token=granted["refresh_token"],
        access_expires_at=now + timedelta(seconds=granted["expires_in"]),
        mediaos_base_url="http://mediaos.test",
        mediaos_api_key="key",
        mediaos_api_password="password",
    )


class QboWorld:
    """The QBO client on its simulator; see remote_contract.World."""

    tenant = TENANT
    moved_by_itself = frozenset({"SyncToken", "MetaData"})

    def __init__(self, simulator, remote, clock):
        self.simulator, self.remote, self.clock = simulator, remote, clock

    def creation(self):
        return create_invoice()

    def update(self, created):
        record = Invoice(customer="1", issued=date(2026, 3, 1), memo="Summer issue")
        command = write(
            Kind.INVOICE,
            record,
            "memo",
            target=created.id,
            based_on=created.revision,
            request_id="r2",
        )
        return command, frozenset({"CustomerMemo"})

    def refused(self):
        line = Line(product="77", unit_price=Decimal(1), amount=Decimal(1))
        record = Invoice(customer="1", issued=date(2026, 3, 1), lines=(line,))
        return write(Kind.INVOICE, record, "customer", "lines")

    def is_stale(self, fault):
        return fault.code == "5010"

    def count(self, kind):
        return len(self.simulator.book.all(kind.capitalize()))

    def raw(self, kind, record_id):
        return self.simulator.book.get(kind.capitalize(), record_id)

    def person_edits(self, kind, record_id):
        self.simulator.person.edit(kind.capitalize(), record_id, {"TrackingNum": "Z1"})

    def person_renames(self, kind, record_id):
        self.simulator.person.edit(kind.capitalize(), record_id, {"DocNumber": "1"})

    def lose_reply(self):
        self.simulator.faults.time_out_next("after")


def based_on(done):
    return Revision(deleted=False, number=done.revision.number)


class NumbersAreFree:
    """Asks QuickBooks nothing, so that a write is a test's first call."""

    async def refused(self, _tenant, _command):
        return None


@asynccontextmanager
async def opened(
    simulator,
    http,
    clock,
    tmp_path,
    exchange=None,
    *,
    owner="worker-1",
    timeout=TIMEOUT,
    register=None,
    asks_for_numbers=False,
):
    """A client of one tenant, connected, on that HTTP client."""
    connections = Connections(brought_up(tmp_path), [KEY], clock)
    await connections.prepare()
    if await connections.get(TENANT) is None:
        await connections.put(connected(simulator.grant(), clock.now()))
    register = register or RegisterInPlace()
    tokens = Tokens(
        connections,
        exchange or ExchangeInProcess(simulator),
        clock,
        owner,
        register=register,
        environment="sandbox",
    )
    client = QboClient(
        http, tokens=tokens, budget=lambda: Budget(clock), clock=clock, timeout=timeout
    )
    if not asks_for_numbers:
        client._numbering = NumbersAreFree()
    client.connections, client.tokens, client.register = connections, tokens, register
    yield client
    await tokens.close()
    await connections.close()


@asynccontextmanager
async def in_process(simulator):
    transport = httpx.ASGITransport(simulator.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as http:
        yield http


def intuit(url, secret=CLIENT_SECRET):
    """The real exchange, whose token endpoint the simulator's discovery document names."""
    discovery = f"{url}/.well-known/openid_configuration/"
    return Exchange(client_id="app", client_secret=secret, discovery_url=discovery)
