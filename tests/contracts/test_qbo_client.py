import asyncio
import logging
import socket
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from msgspec.structs import replace

from schemas.outcomes import Done, No, TooLate, Unknown
from schemas.products import Product
from schemas.records import Customer, Payment
from schemas.values import Kind, MappingKind, Revision
from streams.remotes.quickbooks import calls, name_lists
from streams.remotes.quickbooks.calls import FIRST_BYTE
from streams.remotes.quickbooks.events import change_event, change_from_event
from streams.remotes.quickbooks.queries import selected
from streams.remotes.quickbooks.statements import quoted
from tests.testing.qbo_world import (
    INVOICE,
    REALM,
    TENANT,
    create_customer,
    create_invoice,
    create_payment,
    in_process,
    opened,
    simulate,
    write,
)
from tests.testing.serving import served
from tests.testing.simulated.clock import SimulatedClock, settle
from tests.testing.simulated.short_pages import ShortPages

SOON = timedelta(seconds=10)


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def simulator(clock):
    return simulate(clock.now)


@pytest.fixture
async def client(simulator, clock, tmp_path):
    async with in_process(simulator) as http, opened(simulator, http, clock, tmp_path) as client:
        yield client


@pytest.fixture
def send(client, clock):
    async def send(command):
        return await client.carry_out(TENANT, command, clock.now() + SOON)

    return send


async def test_every_call_carries_its_request_id_and_minor_version(send, simulator):
    await send(create_invoice())

    call = simulator.requests[-1]
    assert (call["method"], call["path"]) == ("POST", f"/v3/company/{REALM}/invoice")
    assert call["params"] == {"requestid": "r1", "minorversion": "75"}


async def test_a_payment_is_created_updated_and_read_back(send, client):
    invoice = await send(create_invoice())
    created = await send(create_payment(invoice.id))
    changed = replace(created.record, memo="by wire", reference="W-2")
    updated = await send(
        write(
            Kind.PAYMENT,
            changed,
            "memo",
            "reference",
            target=created.id,
            based_on=created.revision,
            request_id="p2",
        )
    )

    assert updated.record == changed
    assert (await client.read(TENANT, Kind.PAYMENT, created.id)).record == changed
    assert (await client.read(TENANT, Kind.INVOICE, invoice.id)).record.balance == Decimal(
        "1760.99"
    )


async def test_a_discount_is_in_the_total_and_a_tax_that_no_line_bears_is_not(send):
    record = replace(INVOICE, discount=Decimal("61.09"), tax=Decimal("10.05"))
    command = write(Kind.INVOICE, record, "customer", "issued", "lines", "discount", "tax")

    done = await send(command)

    assert (done.record.discount, done.record.tax) == (Decimal("61.09"), Decimal(0))
    assert done.record.total == Decimal("1800.00")


@pytest.mark.parametrize("custom", [True, False])
async def test_quickbooks_own_sequence_numbers_an_invoice_that_asks_for_it(send, simulator, custom):
    simulator.person.set_custom_numbers(custom)
    done = await send(create_invoice(auto_number=True))

    assert done.record.number not in (None, INVOICE.number)


async def test_a_deactivated_customer_keeps_its_name(send, client, simulator):
    done = await send(create_customer())
    simulator.person.edit("Customer", done.id, {"Active": False})

    reading = await client.read(TENANT, Kind.CUSTOMER, done.id)

    assert reading.record == replace(done.record, active=False)


async def test_a_taken_number_names_who_has_it(send):
    first = await send(create_invoice())

    answer = await send(create_invoice(request_id="r2"))

    assert answer.fault.code == "6140"
    assert f"TxnId={first.id}" in answer.fault.detail


async def test_what_cannot_be_written_is_refused_and_nothing_is_sent(send, simulator):
    answer = await send(write(Kind.PRODUCT, Product(name="Half page"), "name"))

    assert answer.fault.code == "unsendable"
    assert simulator.requests == []


async def test_a_deleted_record_is_a_reading_without_record(send, client, simulator):
    done = await send(create_invoice())
    simulator.person.delete("Invoice", done.id)

    reading = await client.read(TENANT, Kind.INVOICE, done.id)

    assert (reading.record, reading.revision.deleted) == (None, True)


async def test_an_odd_id_stays_in_its_place_of_the_address(client):
    assert isinstance(await client.read(TENANT, Kind.INVOICE, "1/../../preferences"), No)


# How a call may end


@pytest.mark.parametrize("status", [500, 503, 504])
async def test_a_write_that_the_server_failed_on_is_unknown(send, simulator, status):
    simulator.faults.answer_next(status)

    assert isinstance(await send(create_invoice()), Unknown)


async def test_a_read_that_the_server_failed_on_is_weather(client, simulator):
    simulator.faults.answer_next(503)

    answer = await client.read(TENANT, Kind.INVOICE, "1")

    assert answer.fault.status == 503


async def test_a_429_closes_the_budget_for_a_minute(send, client, simulator):
    simulator.faults.answer_next(429)

    answer = await send(create_invoice())

    assert answer.fault.status == 429
    assert await client.acquire(TENANT, 5.0) == 60.0


async def test_a_tenant_that_is_not_connected_is_refused(client, clock):
    answer = await client.carry_out("t2", create_invoice(), clock.now() + SOON)

    assert (answer.fault.status, answer.fault.code) == (403, "reconnect")
    assert "not connected" in answer.fault.detail


async def test_nothing_listens_is_weather_and_nothing_was_sent(simulator, clock, tmp_path):
    async with (
        httpx.AsyncClient(base_url="http://127.0.0.1:1") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        answer = await client.carry_out(TENANT, create_invoice(), clock.now() + SOON)

    assert (answer.fault.status, answer.fault.code) == (0, "unreachable")


async def test_no_such_host_is_weather_and_nothing_was_sent(
    simulator, clock, tmp_path, monkeypatch
):
    async def unknown_host(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown_host)
    async with (
        httpx.AsyncClient(base_url="http://no-such-host.invalid") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        answer = await client.carry_out(TENANT, create_invoice(), clock.now() + SOON)

    assert (answer.fault.status, answer.fault.code) == (0, "unreachable")


@pytest.fixture
async def socket_client(simulator, clock, tmp_path):
    async with (
        served(simulator.app) as url,
        httpx.AsyncClient(base_url=url) as http,
        opened(simulator, http, clock, tmp_path, timeout=httpx.Timeout(0.2)) as client,
    ):
        yield client


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("hold_seconds", [0, 0.6])
async def test_a_reset_or_a_time_out_is_unknown_and_repeating_it_is_safe(
    socket_client, simulator, clock, when, hold_seconds
):
    simulator.faults.time_out_next(when, hold_seconds=hold_seconds)

    first = await socket_client.carry_out(TENANT, create_invoice(), clock.now() + SOON)
    again = await socket_client.carry_out(TENANT, create_invoice(), clock.now() + SOON)

    assert isinstance(first, Unknown)
    assert isinstance(again, Done)
    assert len(simulator.book.all("Invoice")) == 1


async def test_the_age_is_looked_at_right_before_the_first_byte(
    socket_client, simulator, clock, monkeypatch
):
    looked = []
    check = calls.Calls._check

    def check_and_age(self, not_after):
        looked.append(clock.now())
        check(self, not_after)
        # The attempt was young enough here; it grows old while the connection is made.
        clock._seconds += 11

    monkeypatch.setattr(calls.Calls, "_check", check_and_age)
    answer = await socket_client.carry_out(TENANT, create_invoice(), clock.now() + SOON)

    assert answer == TooLate()
    assert len(looked) == 2
    assert simulator.requests == []


async def test_the_first_bytes_event_is_one_that_httpcore_sends(socket_client):
    events = []

    async def trace(event, _):
        events.append(event)

    await socket_client._calls._http.get("/", extensions={"trace": trace})

    assert events.index(FIRST_BYTE) < events.index("http11.send_request_body.started")


async def test_a_connection_still_works_after_an_attempt_that_was_too_late(
    socket_client, clock, monkeypatch
):
    with monkeypatch.context() as patch:
        seen = []

        def late(self, not_after):
            seen.append(not_after)
            if len(seen) > 1:
                raise calls._OverdueError

        patch.setattr(calls.Calls, "_check", late)
        first = await socket_client.carry_out(TENANT, create_invoice(), clock.now() + SOON)

    assert first == TooLate()
    assert isinstance(
        await socket_client.carry_out(TENANT, create_invoice(), clock.now() + SOON), Done
    )


# One name at a time


class Gate(httpx.AsyncBaseTransport):
    """Lets requests through one by one, when told."""

    def __init__(self, inner):
        self.inner = inner
        self.waiting = []

    async def handle_async_request(self, request):
        opened = asyncio.Event()
        self.waiting.append(opened)
        await opened.wait()
        return await self.inner.handle_async_request(request)


@pytest.fixture
async def gate(simulator):
    return Gate(httpx.ASGITransport(simulator.app))


@pytest.fixture
async def gated(gate, simulator, clock, tmp_path):
    async with (
        httpx.AsyncClient(transport=gate, base_url="http://qbo.test") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        yield client


async def until(count, waiting):
    # The store of connections answers from threads, whose end no event of ours tells.
    while len(waiting) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    await settle()


def start(client, clock, command):
    return asyncio.create_task(client.carry_out(TENANT, command, clock.now() + SOON))


async def test_one_write_to_a_name_list_is_under_way_at_a_time(gated, gate, clock):
    first = start(gated, clock, create_customer("Amy", "c1"))
    second = start(gated, clock, create_customer("Bea", "c2"))
    invoice = start(gated, clock, create_invoice())
    await until(2, gate.waiting)

    assert len(gate.waiting) == 2
    for each in gate.waiting:
        each.set()
    assert isinstance(await first, Done)
    await until(3, gate.waiting)
    gate.waiting[2].set()
    assert isinstance(await second, Done)
    assert isinstance(await invoice, Done)


async def test_waiting_for_the_turn_makes_an_attempt_older(gated, gate, clock, simulator):
    first = start(gated, clock, create_customer("Amy", "c1"))
    await until(1, gate.waiting)
    second = start(gated, clock, create_customer("Bea", "c2"))
    await settle()

    await clock.advance(11)
    gate.waiting[0].set()

    assert isinstance(await first, Done)
    assert await second == TooLate()
    assert len(simulator.requests) == 1


@pytest.mark.parametrize(("share", "places"), [(1.0, 10), (0.5, 5), (1 / 12, 1)])
async def test_ten_calls_of_a_company_are_under_way_at_once_or_our_share_of_them(
    gated, gate, clock, share, places
):
    gated.budget(TENANT).set_share(share)
    tasks = [
        start(gated, clock, create_invoice(replace(INVOICE, number=f"N-{n}"), f"r{n}"))
        for n in range(12)
    ]
    await until(places, gate.waiting)

    assert len(gate.waiting) == places
    while not all(task.done() for task in tasks):
        for each in gate.waiting:
            each.set()
        await asyncio.sleep(0.001)
    assert all(isinstance(task.result(), Done) for task in tasks)


# Looking


async def test_a_number_that_another_has_is_found_though_it_is_not_ours(client, simulator):
    line = {"Amount": "5.00", "DetailType": "SalesItemLineDetail"}
    line["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}}
    body = {"CustomerRef": {"value": "1"}, "DocNumber": INVOICE.number, "Line": [line]}
    other = simulator.person.create("Invoice", body)

    (found,) = await client.look(TENANT, create_invoice())

    assert (found.id, found.record.marker) == (other["Id"], None)


async def test_a_customer_is_found_by_its_name_in_quotes_and_though_it_is_inactive(
    client, send, simulator
):
    command = create_customer("Paddy O'Hara \\ Söhne")
    done = await send(command)
    simulator.person.edit("Customer", done.id, {"Active": False})

    (found,) = await client.look(TENANT, command)

    assert (found.id, found.record) == (done.id, replace(done.record, active=False))


async def test_a_payment_is_found_by_its_marker_alone(client, send):
    invoice = await send(create_invoice())
    command = create_payment(invoice.id, "1.00")
    done = await send(command)
    await send(replace(create_payment(invoice.id, "2.00", "p2"), record=unmarked(command.record)))

    assert [found.id for found in await client.look(TENANT, command)] == [done.id]


def unmarked(payment):
    return Payment(
        customer=payment.customer, amount=Decimal(2), received=payment.received, marker=None
    )


async def test_without_a_marker_only_the_number_is_looked_for(client, send):
    done = await send(create_invoice())
    command = create_invoice(replace(INVOICE, marker=None))

    assert [found.id for found in await client.look(TENANT, command)] == [done.id]


async def test_a_second_question_takes_its_own_place_in_the_budget(client, simulator):
    while await client.acquire(TENANT, 0.0) == 0.0:
        pass
    client.budget(TENANT).back_off(60)

    answer = await client.look(TENANT, create_invoice())

    assert answer.fault.code == "budget"
    assert answer.fault.retry_after_seconds == 60.0
    assert len(simulator.requests) == 1


async def test_a_refused_look_is_data(client, simulator):
    simulator.faults.answer_next(503)

    assert isinstance(await client.look(TENANT, create_invoice()), No)


# Reading


async def test_a_fetched_record_becomes_an_event_and_a_change(client, send):
    done = await send(create_invoice())
    fetched = await client.fetch(TENANT, Kind.INVOICE, done.id)

    key, value = change_event(
        TENANT, Kind.INVOICE, fetched.entity, fetched.began, realm=fetched.realm
    )

    change = change_from_event(value)
    assert key == "t1/qbo/1"
    assert (change.record, change.revision) == (done.record, done.revision)


async def test_a_fetched_deletion_becomes_an_event_of_the_customer_that_is_named(
    client, send, simulator
):
    done = await send(create_invoice())
    simulator.person.delete("Invoice", done.id)
    fetched = await client.fetch(TENANT, Kind.INVOICE, done.id)

    key, value = change_event(
        TENANT, Kind.INVOICE, fetched.entity, fetched.began, realm=REALM, customer="1"
    )

    change = change_from_event(value)
    assert (key, change.record) == ("t1/qbo/1", None)
    assert change.revision == Revision(deleted=True, number=0)


async def test_queries_give_exact_numbers(client, send):
    await send(create_invoice())
    statement = selected(Kind.INVOICE, f"DocNumber = {quoted('MediaOS-136')}")

    (row,) = await client.query(TENANT, Kind.INVOICE, statement)

    assert row["TotalAmt"] == Decimal("1861.09")
    assert isinstance(row["TotalAmt"], Decimal)


async def test_a_query_that_finds_nothing_is_empty(client):
    assert await client.query(TENANT, Kind.INVOICE, selected(Kind.INVOICE, "Id = '77'")) == ()


async def test_a_bad_query_is_refused(client):
    assert (await client.query(TENANT, Kind.INVOICE, "SELECT")).fault.code == "4000"


async def test_cdc_tells_changes_and_deletions_and_the_servers_time(client, send, simulator, clock):
    since = clock.now()
    kept = await send(create_invoice())
    gone = await send(create_invoice(replace(INVOICE, number="N-2"), "r2"))
    simulator.person.delete("Invoice", gone.id)

    answer = await client.cdc(TENANT, (Kind.INVOICE, Kind.PAYMENT), since)

    assert {row["Id"]: row.get("status") for row in answer.rows[Kind.INVOICE]} == {
        kept.id: None,
        gone.id: "Deleted",
    }
    assert answer.rows[Kind.PAYMENT] == ()
    assert (answer.at, answer.truncated) == (clock.now(), False)


async def test_preferences_are_read(client):
    preferences = await client.preferences(TENANT)

    assert preferences["SalesFormsPrefs"]["CustomTxnNumbers"] is True


async def test_an_answer_that_is_no_answer_is_not_known(clock, simulator, tmp_path):
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"time": "x"}))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        assert isinstance(await client.preferences(TENANT), Unknown)
        assert isinstance(await client.look(TENANT, create_invoice()), Unknown)
        assert isinstance(await client.read(TENANT, Kind.CUSTOMER, "1"), Unknown)


@pytest.mark.parametrize("told", ["", [], None, 5])
async def test_a_company_that_is_no_record_is_not_known(clock, simulator, tmp_path, told):
    answer = {"Preferences": told, "QueryResponse": {"CompanyInfo": [told]}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        assert isinstance(await client.preferences(TENANT), Unknown)
        assert isinstance(await client.particulars(TENANT), Unknown)


async def test_intuits_id_of_a_call_is_logged_and_nothing_of_the_customer(send, caplog):
    with caplog.at_level(logging.DEBUG, logger="streams"):
        await send(create_customer("Harbor Light"))

    (record,) = [each for each in caplog.records if each.name.startswith("streams")]
    assert record.tid
    assert record.request == create_customer("Harbor Light").request_id
    assert (record.status, record.tenant, record.call) == (200, TENANT, "POST /customer")
    assert "Harbor" not in str(vars(record))


async def test_customers_of_the_record_are_what_they_were(send):
    done = await send(create_customer())

    assert done.record == Customer(
        name="Harbor Light",
        email="ap@example.com",
        currency="USD",
        made=done.record.made,
        marker="MediaOS t1 customer 42",
    )
    assert done.record.made is not None


async def test_all_items_are_listed_page_by_page_inactive_ones_too(client, simulator, monkeypatch):
    monkeypatch.setattr(name_lists, "PAGE", 2)
    account = {"IncomeAccountRef": {"value": "1"}}
    before = len(simulator.book.all("Item"))
    made = [simulator.person.create("Item", {"Name": n, **account})["Id"] for n in "ABCDE"]
    simulator.person.edit("Item", made[0], {"Active": False})

    found = await client.targets(TENANT, MappingKind.PRODUCT)

    assert len({each.id for each in found}) == before + 5
    assert {each.id: each.active for each in found}[made[0]] is False


@pytest.mark.parametrize("repeats", [False, True])
async def test_a_short_page_of_items_is_not_the_last_and_one_that_comes_again_is_no_list(
    simulator, clock, tmp_path, repeats
):
    for name in "ABCDE":
        simulator.person.create("Item", {"Name": name, "IncomeAccountRef": {"value": "1"}})
    pages = ShortPages(httpx.ASGITransport(simulator.app), 2, repeats=repeats)
    async with (
        httpx.AsyncClient(transport=pages, base_url="http://qbo.test") as http,
        opened(simulator, http, clock, tmp_path) as client,
    ):
        found = await client.targets(TENANT, MappingKind.PRODUCT)

    if repeats:
        assert isinstance(found, Unknown)
        assert (found.detail, len(pages.asked)) == (
            "QuickBooks shows the same products again from 3 on",
            2,
        )
    else:
        assert len(found) == len(simulator.book.all("Item"))
