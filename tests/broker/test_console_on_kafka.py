"""Does the console follow a real journal, in a thread of its own, and look up its places?"""

import asyncio
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from agents.gateway.console.compose import Outside, console_of
from agents.process.clock import SystemClock
from agents.requests.ask import key_of
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.facts import Asked, Released, RequestTaken
from schemas.identity import tenant_of
from streams.cluster import Cluster
from streams.kafka.log import KafkaLog
from streams.kafka.places import KafkaPlaces
from streams.settings import ProcessSettings
from tests.unit.gateway.console.conftest import GRANTS, KEY, OTTO, Served, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    connected,
    customer,
    invoice,
    live,
    parked,
)

pytestmark = [pytest.mark.kafka, pytest.mark.deployed]

TERM = "a-worker-s-term"
ATTENTION = "/console/t/t1/attention"


class World:
    """A journal on Kafka, a worker that carries everything out, and what the console meets."""

    def __init__(self, kafka, topic, folder):
        self.cluster = Cluster(brokers=kafka)
        self.topic, self.folder = topic, folder
        self.log = KafkaLog(self.cluster, topic)
        self.places = KafkaPlaces(self.cluster, topic)

    async def tell(self, lane, *facts, claim=None):
        at = datetime.now(UTC)
        record = JournalRecord(term=TERM, claim=claim, lane=lane, at=at, facts=facts)
        return await self.log.append(tenant_of(lane) == "t1", lane.encode(), encode(record))

    async def send(self, request):
        asked = Asked(document=request.document, request=request.id, pushed=False)
        gone = Released(document=request.document, why="asked")
        taken = RequestTaken(request=request.id, done=True, detail="ok", by=request.by)
        await self.tell(key_of(request), asked, gone, taken)

    def console(self):
        settings = ProcessSettings(
            console_token=GRANTS, token_key=(KEY,), state_folder=str(self.folder)
        )
        outside = Outside(
            journal=lambda: KafkaLog(self.cluster, self.topic),
            view=self.view,
            places=self.places.read,
            send=self.send,
        )
        return console_of(settings, SystemClock(), outside)

    async def view(self):
        return {}


@pytest.fixture
async def world(kafka, topic_factory, tmp_path):
    world = World(kafka, await topic_factory("journal", partitions=2), tmp_path)
    await world.log.start()
    await world.tell("t0", claim=TERM)
    await world.tell("t1", claim=TERM)
    yield world
    await world.places.stop()
    await world.log.stop()


def opened(world):
    console = world.console()
    app = FastAPI(redirect_slashes=False)
    app.include_router(console.router)
    return console, Served(world, console, app)


async def shown(browser, address, text):
    """Return the page once it says that."""
    async with asyncio.timeout(120):
        while text not in text_of(page := await browser.get(address)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return page


async def test_what_waits_is_shown_as_it_comes_and_goes_when_it_is_retried(world):
    await world.tell("t1", connected(), live())
    await world.tell(LANE, customer())
    console, served = opened(world)
    async with console.running():
        otto = await served.stranger(OTTO)
        await shown(otto, ATTENTION, "Nothing needs you.")

        await world.tell(LANE, invoice(), parked(park=REFUSED))
        await shown(otto, ATTENTION, "QuickBooks says no")
        form = {"do": "retry", "lane": LANE, "document": "mediaos/invoice/136"}
        page = await otto.press(ATTENTION, **form)

        assert "Done: ok." in text_of(page)
        assert "Nothing needs you." in text_of(page)
        story = text_of(await otto.get("/console/t/t1/record/mediaos/invoice/136"))
    assert "It waits: QuickBooks says no. A person must act." in story
    assert "otto asked: ok." in story


async def test_a_second_start_reads_only_what_is_new(world):
    await world.tell("t1", connected(), live())
    await world.tell(LANE, customer(), invoice(), parked(park=REFUSED))
    for _ in range(2):
        console, served = opened(world)
        async with console.running():
            otto = await served.stranger(OTTO)
            page = await shown(otto, ATTENTION, "QuickBooks says no")

    assert "Harbour Books" in text_of(page)
    assert len(list(world.folder.glob("console*.sqlite"))) == 1
