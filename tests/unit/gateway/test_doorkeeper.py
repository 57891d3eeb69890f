"""Does the door stand open for whoever has something to say, however many stand in it in silence?

Over real sockets on the loopback.
"""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from uvicorn.server import ServerState

from agents.gateway.doorkeeper import Doorkeeper, spared
from agents.gateway.gateway import Webhooks, build
from tests.testing.intuit import webhook
from tests.testing.simulated.kafka import SimulatedKafka

MOST = 10
VERIFIER = "verifier"
PATH = b"POST /webhooks/quickbooks HTTP/1.1\r\nHost: x\r\n"
#: Headers that do not end, and a body that does not.
SLOW = {
    "nothing": b"",
    "headers": PATH,
    "body": PATH + b"Intuit-Signature: YWJj\r\nContent-Length: 100\r\n\r\nx",
    "again": b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /",
}


async def nobody(_realm):
    return None


@pytest.fixture
async def port(monkeypatch):
    monkeypatch.setattr(Doorkeeper, "most_connections", MOST)
    monkeypatch.setattr(Doorkeeper, "reading_seconds", 0.5)
    async with served(build(Webhooks(SimulatedKafka(1), nobody, VERIFIER), AsyncExitStack)) as port:
        yield port


@asynccontextmanager
async def served(app):
    config, state = uvicorn.Config(app, log_config=None), ServerState()
    config.load()
    made = asyncio.get_running_loop().create_server
    server = await made(lambda: Doorkeeper(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture(autouse=True)
async def writers(monkeypatch):
    """All connections that a test opens, closed at its end."""
    made = []
    monkeypatch.setattr("tests.unit.gateway.test_doorkeeper.WRITERS", made)
    yield made
    for writer in made:
        writer.transport.abort()
    await asyncio.sleep(0.05)


WRITERS = []


async def opened(port, said):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    WRITERS.append(writer)
    writer.write(said)
    return reader, writer


async def delivered(port):
    """Deliver a webhook on a connection of its own; return the status line."""
    body, headers = webhook(VERIFIER, "9130", "7").values()
    signed = headers["intuit-signature"]
    told = f"Intuit-Signature: {signed}\r\nContent-Length: {len(body)}\r\n\r\n"
    reader, _ = await opened(port, PATH + told.encode() + body)
    async with asyncio.timeout(5):
        return await reader.readline()


@pytest.mark.parametrize("said", SLOW.values(), ids=SLOW)
async def test_who_holds_all_connections_in_silence_keeps_nobody_out(port, said):
    for _ in range(3 * MOST):
        await opened(port, said)
    await asyncio.sleep(0.1)

    for _ in range(3):
        assert b" 200 " in await delivered(port)


async def test_the_longest_silent_go_first_and_no_more_are_held_than_the_most(port):
    held = [await opened(port, SLOW["body"]) for _ in range(MOST + 3)]
    await asyncio.sleep(0.1)

    gone = [reader.at_eof() or reader.exception() is not None for reader, _ in held]
    assert gone == [True] * 3 + [False] * MOST


async def test_who_is_known_goes_after_those_whom_nobody_knows(monkeypatch):
    monkeypatch.setattr(Doorkeeper, "most_connections", 2)
    app = FastAPI()

    @app.post("/known")
    async def known(request: Request):
        spared(request)
        return Response(await request.body())

    async with served(app) as port:
        told = b"POST /known HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na"
        reader, writer = await opened(port, told)
        await asyncio.sleep(0.05)
        for _ in range(5):
            await opened(port, SLOW["headers"])
            await asyncio.sleep(0.01)
        writer.write(b"b")
        async with asyncio.timeout(5):
            assert b" 200 " in await reader.readline()


async def test_who_is_at_work_is_never_sent_away(monkeypatch):
    monkeypatch.setattr(Doorkeeper, "most_connections", 1)
    app, done = FastAPI(), asyncio.Event()

    @app.get("/")
    async def slow():
        await done.wait()
        return Response("done")

    async with served(app) as port:
        reader, _ = await opened(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.05)
        late, _ = await opened(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(5):
            with suppress(ConnectionError):
                assert await late.read() == b""
        done.set()
        async with asyncio.timeout(5):
            assert b" 200 " in await reader.readline()


async def test_who_asks_and_does_not_read_the_answer_is_sent_away(monkeypatch):
    monkeypatch.setattr(Doorkeeper, "most_connections", 1)
    monkeypatch.setattr(Doorkeeper, "reading_seconds", 0.3)
    app = FastAPI()

    @app.get("/")
    async def large():
        return Response(bytes(32 * 1024 * 1024))

    async with served(app) as port:
        await opened(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(1)
        reader, _ = await opened(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(5):
            assert b" 200 " in await reader.readline()
