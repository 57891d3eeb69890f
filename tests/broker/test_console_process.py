"""Is the console of a gateway's own process there, kept by its own work, and gone at a signal?"""

import asyncio
import signal
import time

import pytest

from schemas.values import Kind
from tests.broker.installation.opening import installed
from tests.unit.gateway.console.conftest import OTTO, Browser, text_of

pytestmark = [pytest.mark.kafka, pytest.mark.deployed]

#: A customer and an invoice.
CROSSED = "Written to QuickBooks 2"


@pytest.fixture
async def house(kafka, tmp_path):
    told = {"ISTHMUS_CONSOLE_TOKEN": f"otto:operator:{OTTO}"}
    async with installed(kafka, tmp_path, gateway=told) as house:
        yield house


async def test_what_an_installation_does_is_seen_and_a_signal_ends_it_with_a_page_open(house):
    tenant = await house.tenant()
    town = await house.town(tenant)
    await house.work(1)
    customer = await town.customer()
    await town.invoice(customer)
    assert await tenant.link(Kind.INVOICE, town.bills[0].id, seconds=60)

    async with Browser(base_url=house.stage.gateway, timeout=20) as otto:
        await otto.log_in(OTTO)
        async with asyncio.timeout(60):
            while CROSSED not in text_of(await otto.get("/console/t/t1")):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        found = await otto.get(f"/console/t/t1/record/mediaos/invoice/{town.bills[0].id}")
        assert "are one." in text_of(found)

        async with otto.stream("GET", "/console/t/t1/events") as events:
            assert await anext(events.aiter_raw())
            began = time.monotonic()
            house.gateway.signal(signal.SIGTERM)
            code = await house.gateway.ended()

    assert code == 0
    assert time.monotonic() - began < 10
