"""A gateway that dies after it wrote what somebody asked for, and before it answered the browser.

The browser sends the same form again, as it may by itself: it is one request, whoever takes it.
"""

import asyncio
import signal
import time
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.gateway.console.sent_forms import AGAIN
from schemas.tenant_facts import TenantPaused
from streams.topics import REQUESTS, Layout
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.unit.gateway.console.conftest import OTTO, Browser, secret_of, text_of

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow]

HOME = "/console/t/t1"


@pytest.fixture
async def house(kafka, tmp_path):
    told = {"ISTHMUS_CONSOLE_TOKEN": f"otto:operator:{OTTO}"}
    async with installed(kafka, tmp_path, gateway=told) as house:
        await house.town(await house.tenant())
        await house.work(1)
        yield house


async def shown(otto, said, seconds=HANGS_SECONDS):
    """Return the page once it says so."""
    deadline, seen = time.monotonic() + seconds, "nothing"
    while True:
        with suppress(httpx.TransportError):
            page = await otto.get(HOME)
            seen = text_of(page) or page.headers
            if page.status_code == 200 and said in seen:
                return page
        assert time.monotonic() < deadline, f"{said} is not said, but {seen}"
        await asyncio.sleep(0.2)


@asynccontextmanager
async def ends_of_requests(house):
    """Yield what tells where the requests end: to read them takes longer than an answer may."""
    async with AIOKafkaConsumer(bootstrap_servers=house.stage.brokers) as consumer:
        name = house.cluster.named(REQUESTS.name)
        tps = [TopicPartition(name, number) for number in range(Layout().partitions)]
        consumer.assign(tps)

        async def ends():
            return await consumer.end_offsets(tps)

        yield ends


async def asked(house):
    return [each for each in await house.read(REQUESTS.name) if b'"console-' in each.value]


async def test_what_was_asked_for_is_done_once_and_who_sends_it_again_is_told(house):
    async with Browser(base_url=house.stage.gateway, timeout=40) as otto:
        await otto.log_in(OTTO)
        page = await shown(otto, "What waits")
        [worker] = house.crew.workers
        await house.crew.stop(worker)
        form = {"secret": secret_of(page), "do": "pause", "reason": "the year is closed"}
        async with ends_of_requests(house) as ends:
            before = await ends()
            pressed = asyncio.create_task(otto.post(HOME, data=form))

            async def written():
                return await ends() != before

            await until(written)
            house.gateway.signal(signal.SIGKILL)
        with pytest.raises(httpx.TransportError):
            await pressed
        await house.gateway.ended()

        house.gateway.start()
        await shown(otto, "What waits")
        told = await otto.get((await otto.post(HOME, data=form)).headers["location"])
        assert "No worker has answered yet" in text_of(told)
        assert len(await asked(house)) == 2

        worker.start()
        await shown(otto, "Paused by otto")
        told = await otto.get((await otto.post(HOME, data=form)).headers["location"])
        assert f"{AGAIN}It was done." in text_of(told)
        assert len(await asked(house)) == 2

    paused = house.tenants["t1"].watch.of(TenantPaused)
    assert [each.fact.pause.reason for each in paused] == ["the year is closed"]
