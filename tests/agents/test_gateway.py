"""Whoever knocks at the webhooks' door unasked costs the gateway next to nothing."""

from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from agents.gateway.gateway import MOST_BYTES, Webhooks, build
from tests.intuit import signature, webhook
from tests.simulated.kafka import SimulatedKafka

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
