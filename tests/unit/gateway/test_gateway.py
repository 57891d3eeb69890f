"""Whoever knocks at the webhooks' door unasked costs the gateway next to nothing."""

import asyncio
import json
from contextlib import AsyncExitStack

import httpx
import pytest
import uvicorn
from fastapi import Request
from sqlalchemy.exc import OperationalError
from uvicorn.server import ServerState

from agents.gateway import publishing_http
from agents.gateway.bodies import RefusedError, read_body
from agents.gateway.doorkeeper import Doorkeeper
from agents.gateway.gateway import MOST_BYTES, Webhooks, build
from agents.gateway.publishing import Publishing
from tests.testing.intuit import signature, webhook
from tests.testing.simulated.kafka import SimulatedKafka

VERIFIER = "verifier"
PATH = "/webhooks/quickbooks"
PART = bytes(64 * 1024)


class Sent:
    """A body that counts how many of its parts were asked for."""

    def __init__(self, parts):
        self.parts = parts
        self.read = 0

    async def __aiter__(self):
        for _ in range(self.parts):
            self.read += 1
            yield PART


async def nobody(_realm):
    return None


@pytest.fixture
def app():
    return build(Webhooks(SimulatedKafka(1), nobody, VERIFIER), AsyncExitStack)


@pytest.fixture
async def http(app):
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        yield http


async def test_a_body_without_end_is_refused_at_the_limit_and_not_read_on(http):
    body = Sent(10 * MOST_BYTES // len(PART))

    answer = await http.post(PATH, content=body, headers={"intuit-signature": "YWJj"})

    assert (answer.status_code, str(MOST_BYTES) in answer.text) == (413, True)
    assert body.read == MOST_BYTES // len(PART) + 1


async def test_of_an_unsigned_delivery_nothing_is_read(http):
    body = Sent(3)

    answer = await http.post(PATH, content=body)

    assert answer.status_code == 401
    assert body.read == 0


async def test_a_delivery_whose_sender_goes_away_is_refused_without_a_traceback(app):
    answers = []
    came = iter(
        [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "headers": [(b"intuit-signature", b"YWJj")],
    }

    async def receive():
        return next(came)

    async def send(message):
        answers.append(message)

    await app(scope, receive, send)

    assert answers[0]["status"] == 400


async def test_a_signed_delivery_of_the_longest_kind_is_taken(http):
    body = b'{"eventNotifications":[]}'.ljust(MOST_BYTES)

    headers = {"intuit-signature": signature(body, VERIFIER)}
    answer = await http.post(PATH, content=body, headers=headers)

    assert (answer.status_code, answer.text) == (200, "kept")


def test_a_delivery_is_256_kilobytes_at_most():
    assert MOST_BYTES == 256 * 1024


def cloud_event(**changes):
    event = {"type": "qbo.invoice.updated.v1", "time": "2026-01-01T00:00:00Z"}
    event |= {"intuitentityid": "7", "intuitaccountid": "1"}
    return json.dumps([{**event, **changes}]).encode()


UNREADABLE = [
    b"",
    b"{",
    b"[" * 5_000,
    b'{"eventNotifications":[' + b"[" * 5_000,
    b'[{"type":"\xff"}]',
    b'{"eventNotifications":[{"realmId":"1\\u0000","dataChangeEvent":{"entities":[]}}]}',
    cloud_event(time="9999-12-31T23:59:59-08:00"),
    cloud_event(time="2026-01-01T00:00:00"),
    cloud_event(intuitentityid="7" * 65),
]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_a_signed_delivery_that_cannot_be_read_is_400_with_a_line_in_the_log(
    http, caplog, body
):
    headers = {"intuit-signature": signature(body, VERIFIER)}
    answer = await http.post(PATH, content=body, headers=headers)

    assert answer.status_code == 400
    said = [record for record in caplog.records if record.name == "isthmus.gateway"]
    assert [record.message for record in said] == ["signed webhook not read"]
    assert "Traceback" not in caplog.text


async def test_a_body_that_does_not_come_is_not_waited_for():
    async def never():
        await asyncio.Event().wait()

    request = Request({"type": "http", "method": "POST", "headers": []}, receive=never)
    with pytest.raises(RefusedError) as refused:
        await read_body(request, 10, seconds=0.01)
    assert refused.value.status == 408


@pytest.fixture
async def port(app, monkeypatch):
    monkeypatch.setattr(Doorkeeper, "header_seconds", 0.2)
    config, state = uvicorn.Config(app, log_config=None), ServerState()
    config.load()
    made = asyncio.get_running_loop().create_server
    server = await made(lambda: Doorkeeper(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_headers_that_do_not_end_are_not_waited_for(port):
    for said in (b"", b"POST /webhooks/quickbooks HTTP/1.1\r\nHost: x\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        async with asyncio.timeout(5):
            assert await gone(reader)
        writer.close()


async def test_a_connection_that_is_used_again_is_held_to_it_too(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"}")
    writer.write(b"GET / HTTP/1.1\r\n")
    async with asyncio.timeout(5):
        assert await gone(reader)
    writer.close()


async def gone(reader):
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


def test_what_the_gateway_holds_shows_no_secret():
    shown = repr(Webhooks(SimulatedKafka(1), nobody, VERIFIER))
    shown += repr(Publishing(SimulatedKafka(1), ((None, "token-of-a-service"),), nobody))
    assert VERIFIER not in shown.replace("verifier_token", "")
    assert "token-of-a-service" not in shown


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc"])
async def test_the_gateway_describes_itself_to_nobody(http, path):
    assert (await http.get(path)).status_code == 404


async def test_while_the_store_of_connections_is_away_a_delivery_is_to_come_again(caplog):
    async def away(_realm):
        raise OperationalError("SELECT tenant", {}, Exception("the server closed the connection"))

    kafka = SimulatedKafka(1)
    app = build(Webhooks(kafka, away, VERIFIER), AsyncExitStack)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        answer = await http.post(PATH, **webhook(VERIFIER, "9130", "7"))

    assert (answer.status_code, answer.text) == (503, "not kept; send it again")
    assert [r.message for r in caplog.records if r.name == "isthmus.gateway"] == [
        "webhook not kept"
    ]
    assert "Traceback" not in caplog.text


async def test_nobody_is_sent_elsewhere_by_a_host_that_he_made_up(app, http):
    app.include_router(publishing_http.routes(Publishing(SimulatedKafka(1), (), nobody)))

    for path in (f"{PATH}/", "/v1/changes/"):
        answer = await http.post(path, headers={"host": "evil.example"})
        assert (answer.status_code, answer.headers.get("location")) == (404, None)
