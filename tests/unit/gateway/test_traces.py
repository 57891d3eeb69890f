"""A request at the gateway is traced by its route, and what it keeps carries the trace on."""

from typing import ClassVar

import httpx
import pytest
from fastapi import FastAPI

from agents.gateway.gateway_metrics import watch
from agents.gateway.publishing import Publishing
from agents.gateway.publishing_http import grant_of
from agents.process.traces import traced
from streams import tracing
from streams.cluster import Cluster
from streams.outbox import kafka_producer
from streams.outbox.kafka_producer import Producer
from streams.settings import ProcessSettings
from tests.testing.collector import collector, said

TOKEN = "of-a-publisher-that-is-known-here"
KNOWN = {"authorization": f"Bearer {TOKEN}"}
PARENT = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


class Broker:
    """Kafka's client, as far as a producer asks it; keeps what was sent."""

    sent: ClassVar = []

    def __init__(self, **_how):
        """Need no Kafka."""

    async def start(self):
        self.sent.clear()

    async def stop(self):
        """Close nothing."""

    async def send_and_wait(self, topic, *, headers, **_record):
        self.sent.append((topic, dict(headers)))


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(kafka_producer, "AIOKafkaProducer", Broker)
    made, producer = FastAPI(), Producer(Cluster(brokers="127.0.0.1:1"))

    async def ready():
        return ()

    @made.post("/v1/changes/{name}")
    async def changes(name: str) -> str:
        await producer.send("mediaos-changes", b"t1/mediaos/42", b"{}", [("beside", b"it")])
        if name == "odd":
            raise ValueError(name)
        return name

    publishing = Publishing(producer, ((None, TOKEN),), None)
    watch(made, ready, lambda request: grant_of(publishing, request) is not None)
    return made


async def asked(app, path, **headers):
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as http:
        return await http.post(path, headers=headers)


async def test_a_publishers_trace_goes_on_in_kafka(app):
    with collector() as there, traced(ProcessSettings(trace_url=there.url), "gateway"):
        assert (await asked(app, "/v1/changes/ann", traceparent=PARENT, **KNOWN)).status_code == 200
        [(topic, headers)] = Broker.sent
        tracing.end()

    [request] = there.by_name()["http POST"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (PARENT[3:35], PARENT[36:52])
    # The pattern, and not what somebody called it.
    assert said(request) == {"isthmus.route": "/v1/changes/{name}", "isthmus.status": 200}
    assert topic == "mediaos-changes"
    assert headers == {
        "beside": b"it",
        "traceparent": f"{PARENT[:35]}-{request.span_id.hex()}-01".encode(),
    }


async def test_without_a_collector_no_header_is_added(app):
    await asked(app, "/v1/changes/ann", traceparent=PARENT)
    assert Broker.sent == [("mediaos-changes", {"beside": b"it"})]


async def test_an_odd_traceparent_begins_a_trace_of_its_own(app):
    with collector() as there, traced(ProcessSettings(trace_url=there.url), "gateway"):
        await asked(app, "/v1/changes/ann", traceparent=PARENT + "; DROP", **KNOWN)
        tracing.end()

    [request] = there.by_name()["http POST"]
    assert request.parent_span_id == b""
    assert request.trace_id.hex() != PARENT[3:35]


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Bearer a-guess"}, {"authorization": f"Basic {TOKEN}"}]
)
@pytest.mark.parametrize(("share", "flags", "told"), [(0.0, "01", 0), (1.0, "00", 1)])
async def test_who_has_no_token_does_not_say_what_is_told(app, header, share, flags, told):
    """Neither has all of theirs told, whatever share is set, nor none."""
    with collector() as there:
        settings = ProcessSettings(trace_url=there.url, trace_share=share)
        with traced(settings, "gateway"):
            await asked(app, "/v1/changes/ann", traceparent=f"{PARENT[:-2]}{flags}", **header)
            tracing.end()

    spans = there.by_name().get("http POST", [])
    assert len(spans) == told
    assert all(each.trace_id.hex() != PARENT[3:35] for each in spans)


async def test_a_request_that_ends_in_a_fault_is_traced_as_one(app):
    with collector() as there, traced(ProcessSettings(trace_url=there.url), "gateway"):
        assert (await asked(app, "/v1/changes/odd")).status_code == 500
        tracing.end()

    [request] = there.by_name()["http POST"]
    assert request.status.code == 2


async def test_a_method_that_somebody_made_up_names_no_span(app):
    transport = httpx.ASGITransport(app=app)
    with collector() as there, traced(ProcessSettings(trace_url=there.url), "gateway"):
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as http:
            await http.request("MADEUP", "/nowhere/of/ann")
        tracing.end()

    [request] = there.spans
    assert request.name == "http other"
    assert said(request)["isthmus.route"] == "none"
