"""Is the console of a gateway's own process there, kept by its own work, and gone at a signal?"""

import asyncio
import json
import signal
import time
from html import unescape

import pytest

from agents.gateway.console.live import LONGEST_SECONDS
from schemas.values import Kind
from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.installation.opening import installed
from tests.broker.test_reconciled import an_observing_shop, command
from tests.unit.gateway.console.conftest import ANNA, OTTO, Browser, text_of

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
    assert await tenant.link(Kind.INVOICE, town.bills[0].id)

    async with Browser(base_url=house.stage.gateway, timeout=60) as otto:
        await otto.log_in(OTTO)
        async with asyncio.timeout(HANGS_SECONDS):
            while CROSSED not in text_of(await otto.get("/console/t/t1")):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        found = await otto.get(f"/console/t/t1/record/mediaos/invoice/{town.bills[0].id}")
        assert "are one." in text_of(found)

        async with otto.stream("GET", "/console/t/t1/events") as events:
            assert await anext(events.aiter_raw())
            began = time.monotonic()
            house.gateway.signal(signal.SIGTERM)
            code = await house.gateway.ended(seconds=LONGEST_SECONDS / 2)

    # The page's stream ends by itself too, but long after.
    assert code == 0
    assert time.monotonic() - began < LONGEST_SECONDS / 2


@pytest.fixture
async def admins_house(kafka, tmp_path):
    told = {"ISTHMUS_CONSOLE_TOKEN": f"anna:admin:{ANNA}"}
    async with installed(kafka, tmp_path, gateway=told) as house:
        yield house


async def found(page, word, address="/console/t/t1/settings"):
    """Return what a page says once it says this."""
    told = ""
    try:
        async with asyncio.timeout(HANGS_SECONDS):
            while word not in told:
                told = unescape(text_of(await page.get(address)))
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(told) from None
    return told


async def test_a_preflight_from_the_page_finds_what_the_command_finds_and_the_tenant_goes_live(
    admins_house,
):
    house = admins_house
    tenant = await house.tenant()
    await house.work(1)
    await an_observing_shop(house, tenant)
    status, told, _ = await command(house, "preflight", "t1", "--json")
    by_command = json.loads(told)

    async with Browser(base_url=house.stage.gateway, timeout=60) as anna:
        await anna.log_in(ANNA)
        settings = "/console/t/t1/settings"
        await found(anna, "Only observed")
        await anna.press(settings, do="preflight")
        page = await found(anna, "Read 20")
        assert status == 1
        for each in by_command:
            assert each["what"][1:] in page
        assert f"{len(by_command)} finding" in page
        refused = text_of(await anna.press(settings, do="go-live", named="t1"))
        assert "It does not go live yet" in refused
        done = await anna.press(
            settings,
            do="go-live",
            named="t1",
            overrule=[each["name"] for each in by_command if each["blocking"]],
            explained="the debt of Old Quay is collected in QuickBooks alone",
        )
        assert "Done: it is live" in text_of(done)
        assert "by anna" in await found(anna, "It is live since")
