"""Which stored tokens may be used?  Those whose version the journal confirms, and no others."""

import asyncio
import dataclasses

import pytest
from msgspec.structs import replace

from schemas.outcomes import Fault
from streams.secrets.connection import Connection
from tests.testing.qbo_world import (
    TENANT,
    ExchangeInProcess,
    RegisterInPlace,
    in_process,
    opened,
    simulate,
)
from tests.testing.simulated.clock import SimulatedClock

HOUR = 3600


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def simulator(clock):
    return simulate(clock.now, reuse_revokes_family=True)


@pytest.fixture
def register():
    return RegisterInPlace()


@pytest.fixture
async def client(simulator, clock, tmp_path, register):
    exchange = ExchangeInProcess(simulator)
    async with (
        in_process(simulator) as http,
        opened(simulator, http, clock, tmp_path, exchange, register=register) as client,
    ):
        client.endpoint = exchange
        stored = await client.connections.get(TENANT)
        stored = await client.connections.put(dataclasses.replace(stored, installation="here"))
        register.by_tenant[TENANT] = stored.told
        yield client


@pytest.fixture
async def other(simulator, clock, tmp_path, client, register):
    """Another worker: its own exchange, the same store and the same journal."""
    exchange = ExchangeInProcess(simulator)
    async with (
        in_process(simulator) as http,
        opened(
            simulator, http, clock, tmp_path, exchange, owner="worker-2", register=register
        ) as other,
    ):
        other.endpoint = exchange
        yield other


async def test_renewed_tokens_are_used_once_the_journal_confirmed_their_version(
    client, clock, register
):
    await clock.advance(HOUR)

    found = await client.tokens.current(TENANT)

    assert isinstance(found, Connection)
    assert [noted.version for noted in register.noted] == [found.version]
    assert register.by_tenant[TENANT] == found.told


async def test_tokens_that_the_journal_has_not_confirmed_are_not_used_yet(client, clock, register):
    await clock.advance(HOUR)
    register.answering = False

    fault = await client.tokens.current(TENANT)
    assert (fault.code, len(client.endpoint.spent)) == ("unreachable", 1)

    register.answering = True
    assert isinstance(await client.tokens.current(TENANT), Connection)
    assert len(client.endpoint.spent) == 1, "the stored tokens are good: nothing is spent again"


async def test_tokens_that_another_process_stored_and_did_not_note_are_noted(
    client, other, clock, register
):
    await clock.advance(HOUR)
    register.answering = False
    await client.tokens.current(TENANT)
    register.answering = True

    assert isinstance(await other.tokens.current(TENANT), Connection)
    assert other.endpoint.spent == []


async def test_two_workers_at_once_renew_once_and_both_use_it(client, other, clock, register):
    await clock.advance(HOUR)
    calls = (worker.tokens.current(TENANT) for worker in (client, other) * 10)
    renewal = asyncio.gather(*calls)
    while not renewal.done():
        await asyncio.sleep(0.002)
        await clock.advance(0.05)

    assert len(client.endpoint.spent + other.endpoint.spent) == 1
    assert len({found.access_token for found in await renewal}) == 1
    assert {noted.version for noted in register.noted} == {register.by_tenant[TENANT].version}


async def test_a_store_restored_from_an_older_copy_spends_nothing(client, clock, register):
    register.by_tenant[TENANT] = replace(register.by_tenant[TENANT], version=9)
    await clock.advance(HOUR)

    fault = await client.tokens.current(TENANT)

    assert fault.code == "reconnect"
    assert "restored from a copy" in fault.detail
    assert client.endpoint.spent == []


@pytest.mark.parametrize("different", [{"installation": "elsewhere"}, {"realm": "7"}])
async def test_a_store_of_another_installation_spends_nothing(client, clock, register, different):
    register.by_tenant[TENANT] = replace(register.by_tenant[TENANT], **different)
    await clock.advance(HOUR)

    fault = await client.tokens.current(TENANT)

    assert (fault.code, client.endpoint.spent) == ("reconnect", [])
    assert "not of this installation" in fault.detail


async def test_a_copied_store_beside_an_empty_journal_spends_nothing(client, clock, register):
    register.by_tenant.clear()
    await clock.advance(HOUR)

    fault = await client.tokens.current(TENANT)

    assert (fault.code, client.endpoint.spent, register.noted) == ("reconnect", [], [])


async def test_a_version_that_moved_on_between_two_looks_is_no_old_copy(client, register):
    stored = await client.connections.get(TENANT)
    confirmed = register.confirmed

    async def confirmed_later(tenant):
        if register.by_tenant[TENANT].version == stored.version:
            following = await client.connections.replace(stored)
            register.by_tenant[TENANT] = following.told
        return await confirmed(tenant)

    register.confirmed = confirmed_later

    assert (await client.tokens.current(TENANT)).version == stored.version + 1


async def test_a_connection_of_the_other_environment_is_refused(client, register):
    stored = await client.connections.get(TENANT)
    stored = await client.connections.replace(dataclasses.replace(stored, environment="production"))
    register.by_tenant[TENANT] = stored.told

    fault = await client.tokens.current(TENANT)

    assert isinstance(fault, Fault)
    assert "connected to the production environment" in fault.detail
    assert "ISTHMUS_QBO_ENVIRONMENT" in fault.detail


async def test_a_kill_between_reply_and_store_asks_for_reconnecting_once_and_for_all(
    client, other, clock, simulator, monkeypatch
):
    await clock.advance(HOUR)

    async def never(_connection):
        await asyncio.Event().wait()

    monkeypatch.setattr(client.connections, "replace", never)
    killed = asyncio.create_task(client.tokens.current(TENANT))
    while not client.endpoint.spent:  # noqa: ASYNC110
        await asyncio.sleep(0.001)

    async def asked():
        task = asyncio.create_task(other.tokens.current(TENANT))
        while not task.done():
            await asyncio.sleep(0.002)
            await clock.advance(1)
        return task.result()

    first, again = await asked(), await asked()
    killed.cancel()
    for renewal in client.tokens._renewals.values():
        renewal.cancel()

    assert first.code == again.code == "reconnect"
    assert other.endpoint.spent == [], "what another process may have spent is not sent again"
