"""Both simulators in this process, and the people who work in them."""

import httpx
import pytest

from agents.lab.demo.counters import Counters
from agents.lab.demo.people import People
from agents.lab.demo.watch import Watch
from schemas.values import Kind
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings as MediaosSettings
from streams.simulators.quickbooks.app import QboSimulator
from tests.unit.lab.demo.one_bill import ADD, BILL, LINE, NOW, crossed


async def published(change):
    return None


@pytest.fixture
def qbo():
    return QboSimulator(
        admin_token="t", client_id="c", client_secret="s", verifier_token="v", now=lambda: NOW
    )


@pytest.fixture
async def mediaos():
    simulator = MediaosSimulator(
        tenant="demo",
        now=lambda: NOW,
        settings=MediaosSettings(),
        api_key="k",
        api_password="p",
        admin_token="t",
        publish=published,
    )
    yield simulator
    await simulator.close()


@pytest.fixture
async def counters(qbo, mediaos):
    def client(app):
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://simulator",
            headers={"authorization": "Bearer t"},
        )

    async with Counters(qbo=client(qbo.app), mediaos=client(mediaos.app)) as both:
        yield both


@pytest.fixture
def watch():
    return Watch("demo", lambda _: None, lambda: 0.0)


@pytest.fixture
async def people(counters, watch):
    product = await counters.mediaos("products", {"name": "Booth"})
    return People(counters, watch, (product["id"],))


@pytest.fixture
async def billed(people, watch, qbo):
    """One advertiser and one invoice, on both sides."""
    await people.do(ADD)
    await people.do(BILL)
    advertiser, invoice = await people.known.get("a000"), await people.known.get("i000")
    customer = crossed(watch, qbo, Kind.CUSTOMER, advertiser, {"DisplayName": ADD.title})
    item = {"Name": LINE.description, "IncomeAccountRef": {"value": "1"}}
    sold = {"value": qbo.person.create("Item", item)["Id"]}
    detail = {"ItemRef": sold, "Qty": LINE.quantity, "UnitPrice": LINE.price}
    line = {
        "Amount": LINE.amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    fields = {"CustomerRef": {"value": customer["Id"]}, "Line": [line]}
    shown = crossed(watch, qbo, Kind.INVOICE, invoice, fields)
    return shown["Id"]
