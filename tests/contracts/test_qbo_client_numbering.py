"""A taken number is refused: by QuickBooks where it does so, and by us where it does not."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from msgspec.structs import replace

from schemas.outcomes import Done, No, NotRead
from tests.testing.qbo_world import INVOICE, TENANT, create_invoice, opened, simulate
from tests.testing.simulated.clock import SimulatedClock

SOON = timedelta(seconds=10)


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def simulator(clock):
    return simulate(clock.now)


@pytest.fixture
async def send(simulator, clock, tmp_path):
    transport = httpx.ASGITransport(simulator.app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as http,
        opened(simulator, http, clock, tmp_path, asks_for_numbers=True) as client,
    ):

        async def send(command):
            sent = asyncio.create_task(client.carry_out(TENANT, command, clock.now() + SOON))
            while not sent.done():
                # Threads answer in their own time; the simulated clock moves meanwhile.
                await asyncio.sleep(0.002)
                await clock.advance(0.05)
            return sent.result()

        yield send


@pytest.mark.parametrize("custom", [True, False])
@pytest.mark.parametrize("warn", [True, False])
async def test_a_taken_number_is_refused_and_its_owner_named(send, simulator, custom, warn):
    simulator.person.set_custom_numbers(custom, warn)
    first = await send(create_invoice())
    second = await send(create_invoice(request_id="r2"))

    assert isinstance(second, No)
    assert second.fault.code == "6140"
    assert f"TxnId={first.id}" in second.fault.detail
    assert len(simulator.book.all("Invoice")) == 1


async def test_a_free_number_is_given(send, simulator):
    simulator.person.set_custom_numbers(False)
    done = await send(create_invoice())
    assert isinstance(done, Done)
    assert done.record.number == INVOICE.number


async def test_a_number_is_looked_for_at_each_create(send, simulator, clock):
    simulator.person.set_custom_numbers(True)
    await send(create_invoice(replace(INVOICE, number="N-1"), "r1"))
    simulator.person.set_custom_numbers(False)
    await clock.advance(60)
    stranger = {"CustomerRef": {"value": "1"}, "DocNumber": "n-2"}
    taken = {**simulator.book.all("Invoice")[0], **stranger}
    line = {name: taken[name] for name in ("CustomerRef", "DocNumber", "Line")}
    simulator.person.create("Invoice", line)

    refused = await send(create_invoice(replace(INVOICE, number="N-2"), "r2"))
    assert isinstance(refused, No)
    assert refused.fault.code == "6140"
    assert len(simulator.book.all("Invoice")) == 2


async def test_creates_that_come_together_share_one_question(send, simulator):
    numbers = [f"N-{each}" for each in range(10)]
    creates = (create_invoice(replace(INVOICE, number=each), each) for each in numbers)
    done = await asyncio.gather(*(send(each) for each in creates))
    assert {each.record.number for each in done} == set(numbers)
    asked = [call["path"].rsplit("/", 1)[-1] for call in simulator.requests]
    assert asked == ["query", *["invoice"] * 10]


async def test_a_number_that_quickbooks_gives_is_not_asked_for(send, simulator):
    simulator.person.set_custom_numbers(False)
    numbered = replace(create_invoice(replace(INVOICE, number=None)), auto_number=True)
    assert isinstance(await send(numbered), Done)
    assert [call["path"].rsplit("/", 1)[-1] for call in simulator.requests] == ["invoice"]


async def test_a_question_without_an_answer_sends_nothing_and_is_no_doubt(send, simulator):
    simulator.person.set_custom_numbers(False)
    simulator.faults.answer_next(503)
    assert isinstance(await send(create_invoice()), NotRead)
    assert simulator.book.all("Invoice") == []
    assert isinstance(await send(create_invoice()), Done)
