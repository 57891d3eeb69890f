"""What does the gateway make of requests that no client of good will sends?  Over real sockets."""

import asyncio
import json
import re
from contextlib import AsyncExitStack

import pytest
import uvicorn
from uvicorn.server import ServerState

from agents.gateway.doorkeeper import Doorkeeper
from agents.gateway.gateway import Webhooks, build
from agents.gateway.publishing import Publishing
from agents.gateway.publishing_http import routes
from tests.testing.intuit import webhook
from tests.testing.simulated.kafka import SimulatedKafka
from tests.unit.gateway.test_publishing import said

ANY, BOUND, VERIFIER = "a" * 32, "b" * 32, "verifier"
EVENT = json.dumps(said()[0]).encode()
WEBHOOK, SIGNED = webhook(VERIFIER, "9130", "7").values()
SIGNATURE = SIGNED["intuit-signature"]
KEPT, REFUSED = [b"202"], [b"401"]


async def known(_tenant):
    return True


async def tenant_of(realm):
    return {"9130": "t1"}.get(realm)


@pytest.fixture
def kafka():
    return SimulatedKafka(4)


@pytest.fixture
async def ask(kafka):
    """Send bytes on one connection; return the status of each answer, until nothing more comes."""
    app = build(Webhooks(kafka, tenant_of, VERIFIER), AsyncExitStack)
    app.include_router(routes(Publishing(kafka, ((None, ANY), ("t2", BOUND)), known)))
    config, state = uvicorn.Config(app, log_config=None), ServerState()
    config.load()
    made = asyncio.get_running_loop().create_server
    async with await made(lambda: Doorkeeper(config, state, {}), "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        async def ask(raw):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(raw)
            try:
                async with asyncio.timeout(5):
                    answered = await reader.read()
            finally:
                writer.transport.abort()
                await asyncio.sleep(0)
            return re.findall(rb"HTTP/1\.1 (\d+) ", answered)

        yield ask


def publish(*authorization, body=EVENT, more="", closing=True):
    last = "Connection: close\r\n" if closing else ""
    told = "".join(f"Authorization: {each}\r\n" for each in authorization) + more + last
    head = f"POST /v1/changes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{told}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("latin1") + body


def deliver(*signatures):
    told = "".join(f"Intuit-Signature: {each}\r\n" for each in signatures) + "Connection: close\r\n"
    head = f"POST /webhooks/quickbooks HTTP/1.1\r\nHost: x\r\n{told}"
    return f"{head}Content-Length: {len(WEBHOOK)}\r\n\r\n".encode("latin1") + WEBHOOK


@pytest.mark.parametrize(
    ("authorization", "answers"),
    [
        ((f"Bearer {ANY}",), KEPT),
        ((f"bearer   {ANY}  ",), KEPT),
        ((f"Bearer {BOUND}",), [b"403"]),
        ((f"Bearer {ANY.upper()}",), REFUSED),
        ((f"Bearer\t{ANY}",), REFUSED),
        ((f"Bearer {ANY}, Bearer {BOUND}",), REFUSED),
        (("Bearer " + "\xc1" * 32,), REFUSED),
        ((f"Bearer {ANY}", f"Bearer {BOUND}"), REFUSED),
        ((f"Bearer {BOUND}", f"Bearer {ANY}"), REFUSED),
        ((f"Bearer x\r\n {ANY}",), REFUSED),
        ((), REFUSED),
    ],
    ids=range(11),
)
async def test_one_token_word_for_word_lets_in_and_nothing_else(ask, kafka, authorization, answers):
    assert await ask(publish(*authorization)) == answers
    assert len(kafka.values("mediaos-changes")) == (answers == KEPT)


@pytest.mark.parametrize(
    ("signatures", "status"),
    [
        ((SIGNATURE,), b"200"),
        ((SIGNATURE, "YWJj"), b"401"),
        (("YWJj", SIGNATURE), b"401"),
        ((SIGNATURE.lower(),), b"401"),
        ((SIGNATURE + "\xe9",), b"401"),
        (("",), b"401"),
    ],
    ids=range(6),
)
async def test_one_signature_over_the_very_bytes_lets_in_and_nothing_else(
    ask, kafka, signatures, status
):
    assert await ask(deliver(*signatures)) == [status]
    assert len(kafka.values("quickbooks-notices")) == (status == b"200")


CHUNKED = "Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "more",
    [
        CHUNKED,
        "Content-Length: 5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Host: y\r\n",
    ],
    ids=range(6),
)
async def test_a_request_that_may_end_in_two_places_ends_its_connection(ask, kafka, more):
    # What a proxy takes for the end of a body is a whole request to whoever reads chunks.
    hidden = publish(f"Bearer {ANY}")
    body = b"0\r\n\r\n" + hidden
    asked = publish(f"Bearer {ANY}", body=body, more=more, closing=False)

    assert await ask(asked) == [b"400"]
    assert kafka.values("mediaos-changes") == []


async def test_of_requests_behind_one_another_each_is_judged_by_its_own_token(ask, kafka):
    several = publish(closing=False) + publish(f"Bearer {ANY}", closing=False)
    several += publish(f"Bearer {BOUND}", closing=False) + publish(f"Bearer {ANY}")

    assert await ask(several) == [b"401", b"202", b"403", b"202"]
    assert len(kafka.values("mediaos-changes")) == 2
