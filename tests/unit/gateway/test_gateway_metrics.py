import httpx
import pytest
from fastapi import FastAPI

from agents.gateway.gateway_metrics import watch, with_spool
from agents.process.metrics import Metrics
from streams.outbox.spool import Spool
from streams.outbox.spool_records import Spooled


class Readiness:
    reasons = ()

    async def unready(self):
        return self.reasons


@pytest.fixture
async def gateway():
    app, readiness = FastAPI(), Readiness()

    @app.get("/orders/{number}")
    async def order(number: int):
        return {"number": 100 / number}

    metrics = watch(app, readiness.unready)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        yield http, readiness, metrics


async def test_it_says_why_it_is_not_ready_and_is_alive_all_the_same(gateway):
    http, readiness, _ = gateway
    assert (await http.get("/readyz")).status_code == 200
    readiness.reasons = ("the spool takes nothing",)
    answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the spool takes nothing"])
    assert (await http.get("/healthz")).status_code == 200


async def test_requests_are_counted_by_route_and_never_by_what_somebody_made_up(gateway):
    http, _, metrics = gateway
    for path in ("/orders/1", "/orders/2", "/orders/0", "/made/up/by/somebody"):
        await http.get(path)
    # The figures are for no visitor: that path is unknown, as any other.
    assert (await http.get("/metrics")).status_code == 404
    text = metrics.text().decode()
    lines = {
        line for line in text.splitlines() if line.startswith("isthmus_gateway_requests_total{")
    }
    assert lines == {
        'isthmus_gateway_requests_total{route="/orders/{number}",status="200"} 2.0',
        'isthmus_gateway_requests_total{route="/orders/{number}",status="500"} 1.0',
        'isthmus_gateway_requests_total{route="none",status="404"} 2.0',
    }


async def test_what_waits_on_disk_is_told_as_it_stands_when_asked(tmp_path):
    spool = Spool(tmp_path, most_bytes=1_000_000)
    spool.open()
    told = with_spool(Metrics("gateway"), spool)
    assert "\nisthmus_spool_records 0.0\n" in told().decode()

    await spool.keep(Spooled("quickbooks-notices", b"k", b"v"))

    text = told().decode()
    assert "\nisthmus_spool_records 1.0\n" in text
    assert f"\nisthmus_spool_bytes {float(spool.waiting_bytes)}\n" in text
    assert f"\nisthmus_spool_room_bytes {float(spool.room_bytes)}\n" in text
    assert "\nisthmus_spool_oldest_seconds 0.0\n" not in text
