"""What does the receiver of webhooks hear? quickbooks-online.md 5."""

import asyncio
import base64
import hashlib
import hmac
import json

import httpx
import pytest

from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.settings import SimulatorSettings


class Receiver:
    """Answers as told and keeps what it got."""

    def __init__(self):
        self.got = []
        self.answers = []
        self.heard = asyncio.Event()

    def __call__(self, request):
        self.got.append(request)
        self.heard.set()
        return httpx.Response(self.answers.pop(0) if self.answers else 200)

    @property
    def bodies(self):
        return [json.loads(request.content) for request in self.got]


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def slept():
    return []


@pytest.fixture
def simulator(clock, receiver, slept):
    async def sleep(seconds):
        slept.append(seconds)
        await asyncio.sleep(0)

    return QboSimulator(
        realm="77",
        now=clock,
        settings=SimulatorSettings(limits=False),
        admin_token="admin",
        client_id="app",
        client_secret="secret",
        verifier_token="verifier",
        webhook_url="http://isthmus.test/webhooks",
        webhook_transport=httpx.MockTransport(receiver),
        sleep=sleep,
        new_token=iter(f"t{number}" for number in range(1000)).__next__,
    )


@pytest.fixture
def made(simulator):
    return simulator.person.create("Customer", {"DisplayName": "Amy"})


@pytest.mark.usefixtures("made")
async def test_a_change_is_told_as_a_signed_cloud_event(simulator, receiver):
    await simulator.webhooks.flush()

    [request] = receiver.got
    digest = hmac.new(b"verifier", request.content, hashlib.sha256).digest()
    assert request.headers["intuit-signature"] == base64.b64encode(digest).decode()
    assert json.loads(request.content) == [
        {
            "specversion": "1.0",
            "id": "t0",
            "source": "intuit.c2ltdWxhdG9y",
            "datacontenttype": "application/json",
            "time": "2026-03-02T18:30:15.250000000Z",
            "type": "qbo.customer.created.v1",
            "intuitentityid": "1",
            "intuitaccountid": "77",
            "data": {},
        }
    ]


@pytest.mark.usefixtures("made")
async def test_a_change_is_told_in_the_legacy_form(simulator, receiver):
    simulator.change_settings({"webhook_form": "legacy"})

    await simulator.webhooks.flush()

    entity = {
        "id": "1",
        "operation": "Create",
        "name": "Customer",
        "lastUpdated": "2026-03-02T18:30:15+0000",
    }
    event = {"realmId": "77", "dataChangeEvent": {"entities": [entity]}}
    assert receiver.bodies == [{"eventNotifications": [event]}]


async def test_one_moment_tells_a_thing_once_and_operations_apart(simulator, receiver, made):
    for note in ("a", "b"):
        simulator.person.edit("Customer", made["Id"], {"Notes": note})

    await simulator.webhooks.flush()

    types = [event["type"] for event in receiver.bodies[0]]
    assert types == ["qbo.customer.created.v1", "qbo.customer.updated.v1"]


@pytest.mark.usefixtures("made")
async def test_a_dropped_delivery_never_comes(simulator, receiver):
    simulator.webhooks.misbehave("drop")

    await simulator.webhooks.flush()

    assert receiver.got == []


@pytest.mark.usefixtures("made")
async def test_a_double_carries_the_same_event_ids(simulator, receiver):
    simulator.webhooks.misbehave("duplicate")

    await simulator.webhooks.flush()

    first, second = receiver.bodies
    assert first == second


async def test_reordered_changes_come_newest_first(simulator, receiver, made):
    simulator.person.edit("Customer", made["Id"], {"Notes": "a"})
    simulator.webhooks.misbehave("reorder")

    await simulator.webhooks.flush()

    types = [event["type"] for [event] in receiver.bodies]
    assert types == ["qbo.customer.updated.v1", "qbo.customer.created.v1"]


async def test_a_void_and_a_delete_are_told_as_such(simulator, receiver, made):
    simulator.person.create("Item", {"Name": "Ad", "IncomeAccountRef": {"value": "1"}})
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail"}
    body = {"CustomerRef": {"value": made["Id"]}, "Line": [line]}
    invoice = simulator.person.create("Invoice", body)
    simulator.person.void("Invoice", invoice["Id"])
    simulator.person.delete("Invoice", invoice["Id"])

    await simulator.webhooks.flush()

    types = [event["type"] for event in receiver.bodies[0]]
    assert "qbo.invoice.voided.v1" in types
    assert "qbo.invoice.deleted.v1" in types


@pytest.mark.usefixtures("made")
async def test_in_the_background_a_refused_delivery_is_tried_again_with_the_same_bytes(
    simulator, receiver, slept
):
    receiver.answers = [500, 404]

    async with simulator:
        while len(receiver.got) < 3:
            receiver.heard.clear()
            await receiver.heard.wait()

    assert len({request.content for request in receiver.got}) == 1
    assert slept == [0.05, 10, 20]


async def test_an_api_write_is_told_as_well(simulator, receiver):
    token = simulator.grant()["access_token"]
    transport = httpx.ASGITransport(simulator.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://qbo.test") as client:
        headers = {"authorization": f"Bearer {token}"}
        await client.post("/v3/company/77/customer", json={"DisplayName": "B"}, headers=headers)

    await simulator.webhooks.flush()

    assert receiver.bodies[0][0]["intuitentityid"] == "1"


async def test_data_is_filled_when_asked_for(simulator, receiver, made):
    simulator.change_settings({"webhook_fills_data": True})

    await simulator.webhooks.flush()

    assert receiver.bodies[0][0]["data"]["DisplayName"] == made["DisplayName"]


@pytest.mark.parametrize("form", ["cloudevents", "legacy"])
async def test_a_merge_names_who_is_left_and_who_is_no_more(simulator, receiver, made, form):
    simulator.change_settings({"webhook_form": form})
    other = simulator.person.create("Customer", {"DisplayName": "Amy's"})
    await simulator.webhooks.flush()

    simulator.person.merge(keep=made["Id"], lose=other["Id"])
    await simulator.webhooks.flush()

    if form == "cloudevents":
        [event] = receiver.bodies[1]
        assert (event["type"], event["intuitentityid"]) == ("qbo.customer.merged.v1", made["Id"])
        assert event["data"] == {"deletedid": other["Id"]}
    else:
        [told] = receiver.bodies[1]["eventNotifications"]
        [entity] = told["dataChangeEvent"]["entities"]
        assert (entity["operation"], entity["id"]) == ("Merge", made["Id"])
        assert entity["deletedId"] == other["Id"]


@pytest.mark.parametrize("word", ["voided", "void"])
async def test_a_void_has_either_word(simulator, receiver, made, word):
    simulator.change_settings({"webhook_void": word})
    simulator.person.create("Item", {"Name": "Ad", "IncomeAccountRef": {"value": "1"}})
    detail = {"ItemRef": {"value": "1"}}
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    body = {"CustomerRef": {"value": made["Id"]}, "Line": [line]}

    simulator.person.void("CreditMemo", simulator.person.create("CreditMemo", body)["Id"])
    await simulator.webhooks.flush()

    types = [event["type"] for event in receiver.bodies[0]]
    assert f"qbo.creditmemo.{word}.v1" in types
