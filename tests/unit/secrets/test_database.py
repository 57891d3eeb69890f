"""The database of the connections may hang: whoever asks hears it, and goes on."""

import asyncio
import socket

import pytest
from sqlalchemy.exc import OperationalError

from streams import postgres
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.secrets.preflights import KeptPreflights
from streams.secrets.sealing import new_key
from tests.testing.simulated.clock import SimulatedClock


async def connections(url):
    asked = Connections(url, [new_key()], SimulatedClock())
    try:
        await asked.tenants()
    finally:
        await asked.close()


async def invitations(url):
    asked = Invitations(url, [new_key()], SimulatedClock())
    try:
        await asked.void("t1")
    finally:
        await asked.close()


async def preflights(url):
    asked = KeptPreflights(url, [new_key()], SimulatedClock())
    try:
        await asyncio.to_thread(asked.of, "t1")
    finally:
        asked.close()


@pytest.fixture
def silent():
    """Lend the port of a server that takes whoever comes, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_a_server_that_says_nothing_is_given_up(silent, monkeypatch):
    # The least that PostgreSQL's client takes.
    monkeypatch.setitem(postgres.PATIENCE, "connect_timeout", 2)
    address = f"postgresql+psycopg://isthmus@127.0.0.1:{silent}/connections"

    # Side by side: each waits for as long.
    asked = (ask(address) for ask in (connections, invitations, preflights))
    told = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 30)

    assert [type(each) for each in told] == [OperationalError] * 3
    assert all("timeout" in str(each) for each in told)
