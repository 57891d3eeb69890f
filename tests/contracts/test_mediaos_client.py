"""The MediaOS client over its simulator, in process and over a real socket."""

import asyncio
from contextlib import asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal

import httpx
import pytest
from msgspec.structs import replace

from schemas.outcomes import Done, Fault, No, TooLate, Unknown
from schemas.products import Product
from schemas.records import Address, Allocation, Customer, Invoice, Payment
from schemas.values import Kind, MappingKind, RecordRef, Revision, Side
from streams.remotes.mediaos.budget import DailyBudget
from streams.remotes.mediaos.client import MediaosClient
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings
from tests.testing.commands import write
from tests.testing.simulated.clock import SimulatedClock

SOON = timedelta(seconds=10)
ADVERTISER = {"name": "Harbor Light", "email": {"value": "ap@example.com"}}


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
async def simulator(clock):
    async def publish(_):
        return None

    made = MediaosSimulator(
        tenant="t1",
        now=clock.now,
        settings=SimulatorSettings(hold_seconds=0.0, requests_per_window=60),
        api_key="key-1",
        api_password=PASSWORD,
        admin_token="admin-1",
        publish=publish,
    )
    yield made
    await made.close()


PASSWORD = "pass-1"


def client_of(http, clock, *, password=PASSWORD, base_url="http://mediaos", **budget):
    async def account(tenant):
        return {"t1": (base_url, "key-1", password)}[tenant]

    return MediaosClient(
        http,
        account=account,
        clock=clock,
        budget=lambda: DailyBudget(clock, **budget),
        timeout=httpx.Timeout(1.0),
    )


@pytest.fixture
async def http(simulator):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator.app)) as made:
        yield made


@pytest.fixture
def client(http, clock):
    return client_of(http, clock)


@pytest.fixture
def send(client, clock):
    async def send(command):
        return await client.carry_out("t1", command, clock.now() + SOON)

    return send


@pytest.fixture
async def invoice(simulator):
    advertiser = await simulator.people.create("advertisers", ADVERTISER)
    return await simulator.people.create(
        "invoices",
        {"advertiser_id": advertiser["id"], "line_items": [{"amount": "19.995", "quantity": "3"}]},
    )


def create(record, *fields, request_id="r1", **more):
    kind = Kind(type(record).__name__.lower())
    return write(
        id="c1",
        request_id=request_id,
        side=Side.MEDIAOS,
        kind=kind,
        about=RecordRef(Side.QBO, kind, "58"),
        record=record,
        fields=fields,
        **more,
    )


def update(record, target, version, *fields, request_id="r2"):
    revision = Revision(deleted=False, number=version)
    return create(record, *fields, request_id=request_id, target=target, based_on=revision)


CREATE = create(Customer(name="Northwind", email="n@example.com", marker="58"), "name", "marker")


async def test_repeating_a_command_carries_it_out_once(send, simulator):
    first, again = await send(CREATE), await send(CREATE)
    assert isinstance(first, Done)
    assert again == first
    assert len(simulator.book.records["advertisers"]) == 1


async def test_only_named_fields_are_sent(send):
    done = await send(CREATE)
    assert done.record == Customer(name="Northwind", marker="58")


async def test_a_reply_lost_after_the_deed_is_unknown_and_its_repeat_does_nothing(send, simulator):
    simulator.faults.arm("time_out_after_commit")
    assert isinstance(await send(CREATE), Unknown)
    assert isinstance(await send(CREATE), Done)
    assert len(simulator.book.records["advertisers"]) == 1


async def test_a_reply_lost_before_the_deed_is_unknown_too_and_its_repeat_does_it(send, simulator):
    simulator.faults.arm("time_out_before_commit")
    assert isinstance(await send(CREATE), Unknown)
    assert isinstance(await send(CREATE), Done)
    assert len(simulator.book.records["advertisers"]) == 1


async def test_what_a_create_made_is_found_by_its_reference(client, send, simulator):
    assert await client.look("t1", CREATE) == ()
    simulator.faults.arm("time_out_after_commit")
    await send(CREATE)
    await simulator.people.create("advertisers", {"name": "Northwind"})
    (found,) = await client.look("t1", CREATE)
    assert (found.kind, found.record) == (Kind.CUSTOMER, Customer(name="Northwind", marker="58"))
    assert found.revision == Revision(deleted=False, number=1)


async def test_a_deleted_record_is_not_found_as_what_a_create_made(client, send, simulator):
    done = await send(CREATE)
    await simulator.people.delete("advertisers", done.id)
    assert await client.look("t1", CREATE) == ()


async def test_a_create_without_reference_cannot_be_proved_absent(client):
    answer = await client.look("t1", create(Customer(name="Northwind"), "name"))
    assert (type(answer), answer.fault.code) == (No, "nothing_to_look_for")


async def test_an_update_changes_its_fields_and_shows_the_new_revision(send, invoice, simulator):
    record = Invoice(
        customer=invoice["advertiser_id"],
        issued=date(2025, 3, 10),
        due=date(2026, 5, 1),
        number="MediaOS-1",
        memo="not to be sent",
    )
    done = await send(update(record, invoice["id"], 1, "due", "number"))
    assert done.revision == Revision(deleted=False, number=2)
    after = simulator.book.records["invoices"][invoice["id"]]
    assert (after["external_number"], after["date_due"]) == ("MediaOS-1", "2026-05-01 00:00:00")
    assert (after["comments"], after["line_items"]) == (None, invoice["line_items"])


async def test_an_update_on_an_older_revision_is_refused_as_data(send, invoice, simulator):
    await simulator.people.edit("invoices", invoice["id"], {"comments": "by a person"})
    record = Invoice(customer="1", issued=date(2025, 3, 10), number="M-1")
    answer = await send(update(record, invoice["id"], 1, "number"))
    assert isinstance(answer, No)
    assert (answer.fault.status, answer.fault.code) == (412, "row_version_mismatch")
    assert simulator.book.records["invoices"][invoice["id"]]["external_number"] is None


async def test_amounts_survive_the_round_trip_to_the_cent(client, send, invoice):
    shown = await client.read("t1", Kind.INVOICE, invoice["id"])
    assert (shown.record.lines[0].unit_price, shown.record.total) == (
        Decimal("19.995"),
        Decimal("59.99"),
    )
    payment = Payment(
        customer=invoice["advertiser_id"],
        amount=Decimal("59.99"),
        received=date(2026, 3, 1),
        reference="4711",
        memo="thanks",
        applied=(Allocation(invoice=invoice["id"], amount=Decimal("40.10")),),
        method="Other",
        marker="91",
    )
    fields = ("customer", "amount", "received", "reference", "memo", "applied", "marker")
    done = await send(create(payment, *fields))
    assert done.record == payment
    shown = await client.read("t1", Kind.INVOICE, invoice["id"])
    assert shown.record.balance == Decimal("19.89")
    smaller = replace(
        payment, applied=(Allocation(invoice=invoice["id"], amount=Decimal("0.01")),), memo=None
    )
    done = await send(update(smaller, done.id, 1, "applied", "memo"))
    assert done.record == smaller


async def test_every_field_of_a_customer_survives_the_round_trip(client, send):
    whole = Customer(
        name="Harbor Light",
        email="ap@example.com",
        phone="207-555-0114",
        billing=Address(lines=("12 Harbor Road",), city="Portland", region="ME", country="US"),
        active=False,
        marker="58",
    )
    done = await send(create(whole, "name", "email", "phone", "billing", "active", "marker"))
    assert done.record == whole
    bare = Customer(name="Harbor Light", active=True, marker="58")
    done = await send(update(bare, done.id, 1, "email", "phone", "billing", "active"))
    assert done.record == bare
    reading = await client.read("t1", Kind.CUSTOMER, done.id)
    assert (reading.record, reading.customer) == (bare, done.id)


async def test_a_refusal_is_data_and_names_the_field(send):
    answer = await send(create(Customer(name=""), "name"))
    assert isinstance(answer, No)
    assert (answer.fault.status, answer.fault.code, answer.fault.field) == (
        422,
        "invalid_fields",
        "name",
    )


async def test_what_the_api_does_not_take_is_refused_without_a_call(send, simulator):
    answer = await send(create(Product(name="Full page"), "name"))
    assert (answer.fault.code, answer.fault.field) == ("not_writable", "record")
    assert simulator.requests == []


async def test_an_unknown_and_a_deleted_record_read_as_readings_without_record(client, simulator):
    unknown = await client.read("t1", Kind.CUSTOMER, "999")
    assert (unknown.record, unknown.revision) == (None, Revision(deleted=True, number=0))
    made = await simulator.people.create("advertisers", ADVERTISER)
    await simulator.people.delete("advertisers", made["id"])
    gone = await client.read("t1", Kind.CUSTOMER, made["id"])
    assert (gone.record, gone.revision) == (None, Revision(deleted=True, number=2))


async def test_wrong_credentials_are_refused_and_never_repeated(http, clock):
    wrong = client_of(http, clock, password="guess-1")
    answer = await wrong.read("t1", Kind.CUSTOMER, "1")
    assert (answer.fault.status, answer.fault.code) == (401, "bad_credentials")
    assert "guess-1" not in repr(answer)


async def test_a_tenant_without_account_is_refused_without_a_call(client, simulator):
    answer = await client.read("t9", Kind.CUSTOMER, "1")
    assert (answer.fault.status, answer.fault.code) == (401, "not_connected")
    assert simulator.requests == []


async def test_a_list_reads_every_page_and_leaves_deleted_ones_out(client, simulator):
    made = [await simulator.people.create("products", {"name": f"Product {n}"}) for n in range(205)]
    await simulator.people.delete("products", made[100]["id"])
    found = await client.list_all("t1", Kind.PRODUCT)
    assert [each.id for each in found] == [each["id"] for each in made if each is not made[100]]
    assert len(await client.list_all("t1", Kind.PRODUCT, deleted=True)) == 205
    assert len(simulator.requests) == 6


async def test_a_filter_that_mediaos_does_not_know_is_refused(client):
    answer = await client.list_all("t1", Kind.PRODUCT, colour="red")
    assert (answer.fault.status, answer.fault.field) == (422, "colour")


async def test_lists_leave_the_reserve_to_the_lanes(http, clock):
    tight = client_of(http, clock, per_day=3, reserve=2)
    assert await tight.list_all("t1", Kind.PRODUCT) == ()
    answer = await tight.list_all("t1", Kind.PRODUCT)
    assert (answer.fault.status, answer.fault.code) == (429, "budget_spent")
    assert answer.fault.retry_after_seconds == 86_400
    assert [await tight.acquire("t1", 5.0) for _ in range(3)] == [0.0, 0.0, 86_400.0]


async def test_a_429_stops_the_account_for_a_while(client, simulator):
    simulator.faults.answer_next(429)
    assert (await client.read("t1", Kind.CUSTOMER, "1")).fault.status == 429
    assert await client.acquire("t1", 5.0) == 60.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "900"}, 900.0),
        ({"Retry-After": "5"}, 60.0),
        ({"Retry-After": "soon"}, 60.0),
        ({"Retry-After": "99999999"}, 3600.0),
    ],
    ids=str,
)
async def test_a_429_that_names_a_longer_time_stops_the_account_for_as_long(
    clock, headers, seconds
):
    transport = httpx.MockTransport(lambda _: httpx.Response(429, headers=headers))
    async with httpx.AsyncClient(transport=transport) as http:
        client = client_of(http, clock)
        await client.carry_out("t1", CREATE, clock.now() + SOON)
        assert await client.acquire("t1", 5.0) == seconds


async def test_a_command_that_is_too_old_is_not_sent(client, clock, simulator):
    late = clock.now() - timedelta(seconds=1)
    assert await client.carry_out("t1", CREATE, late) == TooLate()
    assert simulator.requests == []


class Turning:
    """A clock that is early until the connection stands, and late when the first byte is due."""

    def __init__(self, clock):
        self._clock = clock
        self._asked = 0

    def now(self):
        self._asked += 1
        return self._clock.now() + (timedelta(0) if self._asked == 1 else SOON)

    def monotonic(self):
        return self._clock.monotonic()

    async def sleep(self, seconds):
        await self._clock.sleep(seconds)


@asynccontextmanager
async def listening(answer):
    """A server on the loopback that hands every connection to `answer`."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, httpx.AsyncClient() as http:
        yield http, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/API/"


async def test_an_attempt_that_grew_old_while_connecting_sends_not_one_byte(clock):
    seen = asyncio.get_running_loop().create_future()

    async def answer(reader, writer):
        seen.set_result(await reader.read())
        writer.close()

    async with listening(answer) as (http, base_url):
        client = client_of(http, Turning(clock), base_url=base_url)
        assert await client.carry_out("t1", CREATE, clock.now()) == TooLate()
        assert await seen == b""


async def test_a_connection_that_breaks_after_sending_is_unknown(clock):
    asked = []

    async def answer(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async with listening(answer) as (http, base_url):
        client = client_of(http, clock, base_url=base_url)
        assert isinstance(await client.carry_out("t1", CREATE, clock.now()), Unknown)
        assert isinstance(await client.read("t1", Kind.CUSTOMER, "1"), Unknown)
    assert asked[0].startswith(b"POST /API/advertisers/ HTTP/1.1")


async def test_a_side_that_cannot_be_reached_is_weather_since_nothing_was_sent(clock):
    async with listening(lambda *_: None) as (_, base_url):
        pass
    async with httpx.AsyncClient() as http:
        client = client_of(http, clock, base_url=base_url)
        answer = await client.carry_out("t1", CREATE, clock.now())
    expected = Fault(side=Side.MEDIAOS, status=0, code="unreachable", detail="ConnectError")
    assert answer == No(fault=expected)


@pytest.mark.parametrize(
    "base_url", ["mediaos", "ftp://mediaos", "http://media\nos", "", "https://xn--.example"]
)
async def test_a_base_url_that_is_none_is_named_as_the_fault(clock, base_url):
    async with httpx.AsyncClient() as http:
        client = client_of(http, clock, base_url=base_url)
        answer = await client.read("t1", Kind.CUSTOMER, "1")
    assert (answer.fault.code, answer.fault.field) == ("bad_base_url", "base_url")


async def test_the_list_of_line_item_types_is_read_page_by_page_with_archived_ones(
    client, simulator
):
    kinds = ("fee", "discount")
    for number in range(101):
        codes = {"gl_item_code": f"G{number}", "gl_account_code": f"40{number}"}
        fields = {"name": f"Type {number}", "kind": kinds[number % 2], **codes}
        made = await simulator.people.create("invoiceLineItemTypes", fields)
    await simulator.people.edit("invoiceLineItemTypes", made["id"], {"active": False})
    found = await client.sources("t1", MappingKind.LINE_TYPE)
    assert len(found) == 101
    assert (found[1].name, found[1].sort, found[1].code) == ("Type 1", "discount", "G1")
    assert found[1].ledger == "401"
    assert (found[0].active, found[-1].active) == (True, False)
    assert (found[-1].revision, len(simulator.requests)) == (Revision(False, 2), 2)


async def test_the_list_of_terms_is_read_as_that_of_line_item_types_is(client, simulator):
    for name in ("Net 30", "Old"):
        made = await simulator.people.create("terms", {"name": name})
    await simulator.people.edit("terms", made["id"], {"active": False})
    found = await client.sources("t1", MappingKind.TERM)
    assert [(each.name, each.active) for each in found] == [("Net 30", True), ("Old", False)]


async def test_a_list_of_line_item_types_that_is_refused_is_data(client, simulator):
    simulator.faults.answer_next(503)
    answer = await client.sources("t1", MappingKind.LINE_TYPE)
    assert (answer.fault.side, answer.fault.status) == (Side.MEDIAOS, 503)


async def test_lists_of_line_item_types_leave_the_reserve_to_the_lanes(http, clock):
    tight = client_of(http, clock, per_day=2, reserve=2)
    answer = await tight.sources("t1", MappingKind.LINE_TYPE)
    assert answer.fault.code == "budget_spent"
