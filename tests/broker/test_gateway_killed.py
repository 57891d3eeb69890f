"""A gateway, or a command, that dies in the midst of what it does itself, and asks no worker for.

What it leaves behind says nothing that is not so, and whoever does the same again ends it.
"""

import asyncio
import re
import signal
import sys
from datetime import datetime
from html import unescape

import httpx
import pytest
from sqlalchemy import create_engine, select, update

from agents.process.clock import SystemClock
from schemas.tenant_facts import TenantDisconnected
from streams.secrets.connection_rows import PREFLIGHTS
from streams.secrets.connections import Connections
from streams.secrets.preflights import SILENT, KeptPreflights
from tests.broker.installation.crew import Process
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.broker.test_reconciled import an_observing_shop
from tests.testing.front import front
from tests.unit.gateway.console.conftest import ANNA, Browser, secret_of, text_of

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow]

HOME, SETTINGS = "/console/t/t1", "/console/t/t1/settings"
#: What a preflight found, as its page begins it.
VERDICT = "in the way."
GONE = "It is not connected to a company of QuickBooks."


@pytest.fixture
async def intuit():
    """What stands between the gateway and QuickBooks."""
    async with front() as door:
        yield door


@pytest.fixture
async def house(kafka, tmp_path, intuit):
    told = {
        "ISTHMUS_CONSOLE_TOKEN": f"anna:admin:{ANNA}",
        "ISTHMUS_QBO_BASE_URL": intuit.address,
        "ISTHMUS_QBO_DISCOVERY_URL": f"{intuit.address}/.well-known/openid_configuration/",
    }
    # A worker asks QuickBooks every three seconds, and so finds soon that it may not any more.
    often = {"ISTHMUS_QBO_SWEEP_MINUTES": "0.05"}
    async with installed(kafka, tmp_path, gateway=told, **often) as house:
        intuit.to = house.stage.qbo_port
        yield house


@pytest.fixture
async def anna(house):
    async with Browser(base_url=house.stage.gateway, timeout=40) as anna:
        await anna.log_in(ANNA)
        yield anna


async def shown(page, said, address=HOME, *, never=None, seconds=HANGS_SECONDS):
    """Return what a page says once it says this; it may never say that before."""
    told = ""
    try:
        async with asyncio.timeout(seconds):
            while said not in told:
                told = unescape(text_of(await page.get(address)))
                assert never is None or never not in told, told
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"{said} is not said, but {told}") from None
    return told


async def killed(house):
    house.gateway.signal(signal.SIGKILL)
    await house.gateway.ended()


async def served_again(house):
    house.gateway.start()
    await until(house.gateway_answers)


def lay_back(house):
    """Have the dead gateway's last word lie as far back as it will in half a minute."""
    engine = create_engine(house.stage.connections_url)
    with engine.begin() as database:
        heard_at = datetime.fromisoformat(database.scalar(select(PREFLIGHTS.c.heard_at)))
        database.execute(update(PREFLIGHTS).values(heard_at=(heard_at - SILENT).isoformat()))
    engine.dispose()


async def test_a_preflight_that_dies_with_its_gateway_says_so_and_is_run_anew(house, intuit, anna):
    tenant = await house.tenant()
    await house.work(1)
    await an_observing_shop(house, tenant)
    await shown(anna, "Only observed", SETTINGS)
    intuit.is_shut = True
    await anna.press(SETTINGS, do="preflight")
    await shown(anna, "It runs", SETTINGS)

    async def reads():
        return any("/company/" in line for line in intuit.held)

    await until(reads)
    await killed(house)
    intuit.is_shut = False
    await asyncio.to_thread(lay_back, house)
    await served_again(house)

    told = await shown(anna, "its gateway was stopped meanwhile", SETTINGS, never=VERDICT)
    assert "It runs" not in told
    assert "Run the preflight anew" in told
    refused = unescape(text_of(await anna.press(SETTINGS, do="go-live", named="t1")))
    assert "Run the preflight first, to its end." in refused

    again = unescape(text_of(await anna.press(SETTINGS, do="preflight")))
    assert "It runs. This page shows how far it is" in again
    told = await shown(anna, VERDICT, SETTINGS)
    assert "80.00" in told


@pytest.fixture
def kept(house):
    """What the database of the connections still has of a tenant."""

    async def kept():
        stage, clock = house.stage, SystemClock()
        keys = [stage.secrets.token_key]
        connections, preflights = (
            Connections(stage.connections_url, keys, clock),
            KeptPreflights(stage.connections_url, keys, clock),
        )
        try:
            return await connections.tenants(), preflights.of("t1")
        finally:
            await connections.close()
            preflights.close()

    return kept


@pytest.fixture
async def connected(house, anna):
    """A tenant that the journal knows to be connected, as an admin's link had it done."""
    await house.town(await house.tenant())
    await house.work(1)
    await shown(anna, "Connect it")
    page = await anna.press(HOME, do="connect", named="t1")
    link = re.search(r'href="(http[^"]+/connect/[^"]+)"', page.text)[1]
    async with httpx.AsyncClient(follow_redirects=True) as administrator:
        came_back = await administrator.post(link)
        assert came_back.status_code == 200, came_back.text
    return await shown(anna, "Take the connection away")


def disconnected(house):
    return house.tenants["t1"].watch.of(TenantDisconnected)


async def test_a_disconnect_whose_gateway_dies_after_intuit_s_yes_is_ended_by_the_same_form(
    house, connected, intuit, anna, kept
):
    page = await anna.get(HOME)
    form = {"secret": secret_of(page), "do": "disconnect", "named": "t1"}

    def dies(line):
        if "/tokens/revoke" not in line:
            return False
        house.gateway.signal(signal.SIGKILL)
        return True

    intuit.answered = dies
    with pytest.raises(httpx.TransportError):
        await anna.post(HOME, data=form)
    await house.gateway.ended()
    assert (await kept())[0] == ("t1",)
    assert not disconnected(house)
    intuit.answered = lambda _line: False

    await served_again(house)
    # As soon as a worker asks QuickBooks for anything.
    await shown(anna, "It cannot be used: Incorrect or invalid refresh token.", never=GONE)
    told = await anna.get((await anna.post(HOME, data=form)).headers["location"])
    assert "Done: disconnected." in text_of(told)
    assert GONE in text_of(told)
    assert await kept() == ((), None)
    assert len(disconnected(house)) == 1


#: `isthmus disconnect`, which dies with the tokens erased and nothing asked yet.
DYING = """
import os, signal
from agents.cli import connect
from agents.cli.main import main
connect.new_id = lambda: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


async def test_a_disconnect_that_dies_with_the_tokens_gone_is_seen_and_ended_from_the_console(
    house, connected, anna, kept
):
    told = house.stage.environment("look") | {"ISTHMUS_GROUP": house.group}
    command = (sys.executable, "-c", DYING, "disconnect", "t1", "--yes", "--by", "anna")
    dying = Process("dying", command, told, house.stage.folder)
    dying.start()
    assert await dying.ended() == -signal.SIGKILL, dying.said()
    assert await kept() == ((), None)
    assert not disconnected(house)

    told = text_of(await anna.get(HOME))
    assert "the connection to QuickBooks cannot be used." in told
    assert "It cannot be used: its tokens are gone." in told
    page = await anna.press(HOME, do="disconnect", named="t1")
    assert "Done: disconnected." in text_of(page)
    assert GONE in text_of(page)
    assert await kept() == ((), None)
    assert len(disconnected(house)) == 1
