"""A taken number is refused: by QuickBooks where it does so, and by us where it does not."""

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
        opened(simulator, http, clock, tmp_path) as client,
    ):
        client._numbering._custom.clear()

        async def send(command):
            return await client.carry_out(TENANT, command, clock.now() + SOON)

        yield send


@pytest.mark.parametrize("custom", [True, False])
async def test_a_taken_number_is_refused_and_its_owner_named(send, simulator, custom):
    simulator.person.set_custom_numbers(custom)
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


async def test_where_callers_number_nothing_more_is_asked(send, simulator):
    for number in ("N-1", "N-2"):
        await send(create_invoice(replace(INVOICE, number=number), number))
    asked = [call["path"].rsplit("/", 1)[-1] for call in simulator.requests]
    assert asked == ["preferences", "invoice", "invoice"]


async def test_a_question_without_an_answer_sends_nothing_and_is_no_doubt(send, simulator):
    simulator.person.set_custom_numbers(False)
    simulator.faults.answer_next(503)
    assert isinstance(await send(create_invoice()), NotRead)
    assert simulator.book.all("Invoice") == []
    assert isinstance(await send(create_invoice()), Done)
