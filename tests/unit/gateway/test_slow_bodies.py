"""Who sends slowly holds some connections and not all: through a real server, as it is served."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from uvicorn.server import ServerState

from agents.gateway import publishing_http
from agents.gateway.doorkeeper import Doorkeeper
from agents.gateway.gateway_metrics import watch
from agents.gateway.publishing import Publishing
from agents.gateway.slow_bodies import SlowBodies
from tests.testing.simulated.kafka import SimulatedKafka

TOKEN, BOUND = "a" * 32, "b" * 32


async def known(_tenant):
    return True


async def well():
    return ()


@pytest.fixture
def quick_seconds():
    return 0.1


@pytest.fixture
async def port(quick_seconds):
    app = FastAPI()
    slow = SlowBodies(quick_seconds=quick_seconds, most_of_one=2, most_of_all=3)
    publishing = Publishing(SimulatedKafka(4), ((None, TOKEN), ("t2", BOUND)), known)
    app.include_router(publishing_http.routes(publishing, slow))
    watch(app, well)
    config, state = uvicorn.Config(app, log_config=None), ServerState()
    config.load()
    made = asyncio.get_running_loop().create_server
    server = await made(lambda: Doorkeeper(config, state, {}), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def sending(port, begun=b"{", token=TOKEN):
    """Begin a request whose body does not come to its end yet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /v1/changes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 2\r\nAuthorization: Bearer " + token.encode() + b"\r\n\r\n" + begun
    )
    try:
        yield reader, writer
    finally:
        writer.close()


async def status(reader):
    async with asyncio.timeout(5):
        return int((await reader.readline()).split()[1])


async def turned_slow():
    await asyncio.sleep(0.3)


async def test_who_has_as_many_slow_bodies_as_may_be_is_refused_and_no_other(port):
    async with AsyncExitStack() as held:
        _, writer = await held.enter_async_context(sending(port))
        await held.enter_async_context(sending(port))
        await turned_slow()
        async with sending(port) as (reader, _):
            assert await status(reader) == 503
            async with asyncio.timeout(5):
                told = await reader.read()
        assert b"connection: close" in told
        assert b"retry-after: 5" in told
        assert b"too many bodies come slowly" in told

        async with sending(port, b"{}", BOUND) as (reader, _):
            assert await status(reader) == 422
        reader, healthy = await asyncio.open_connection("127.0.0.1", port)
        healthy.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await status(reader) == 200
        healthy.close()

        # One that comes to its end makes room again.
        writer.write(b"}")
        await turned_slow()
        async with sending(port, b"{}") as (reader, _):
            assert await status(reader) == 422


@pytest.mark.parametrize("quick_seconds", [30.0])
async def test_a_burst_of_bodies_that_come_at_once_is_taken(port):
    async with AsyncExitStack() as held:
        many = [await held.enter_async_context(sending(port)) for _ in range(20)]
        for _, writer in many:
            writer.write(b"}")
        assert {await status(reader) for reader, _ in many} == {422}


async def test_those_that_turn_slow_together_are_cut_to_as_many(port):
    async with AsyncExitStack() as held:
        many = [await held.enter_async_context(sending(port)) for _ in range(6)]
        await turned_slow()
        for _, writer in many:
            writer.write(b"}")
        assert sorted([await status(reader) for reader, _ in many]) == [422] * 2 + [503] * 4


async def test_all_together_leave_room_and_who_goes_away_gives_it_back(port):
    async with AsyncExitStack() as held:
        for token in (TOKEN, TOKEN, BOUND):
            await held.enter_async_context(sending(port, token=token))
        await turned_slow()
        async with sending(port, token=BOUND) as (reader, _):
            assert await status(reader) == 503
    await turned_slow()
    async with sending(port, b"{}", BOUND) as (reader, _):
        assert await status(reader) == 422
