"""What a worker makes of a tenant's connection, and what the journal says of it."""

import asyncio
import dataclasses

import sqlalchemy

from schemas.outcomes import Fault
from schemas.requests import ConnectTenant
from schemas.tenant_state import Connected
from streams.secrets.connection import Connection
from streams.secrets.connection_rows import values_of
from tests.scenarios.both.town import opened
from tests.testing.qbo_world import TENANT

HOUR = 3600


async def connected(town) -> Connected:
    """Connect as a person does: tokens into the store, and a request that confirms them."""
    stored = await town.connections.get(TENANT)
    told = (await town.connections.put(dataclasses.replace(stored, installation="here"))).told
    await town.ask(TENANT, ConnectTenant(id="connect", tenant=TENANT, connection=told))
    await town.run(1)
    return told


async def current(town) -> Connection | Fault:
    """Ask the last worker for a token; time goes on meanwhile."""
    asked = asyncio.create_task(town.workers[-1].tokens.current(TENANT))
    await town.run(1)
    assert asked.done()
    return asked.result()


def confirmed(town) -> Connected | None:
    row = town.workers[-1].engine.journal.state(f"tenant:{TENANT}")
    return row.connection if row else None


async def test_a_renewed_token_is_confirmed_in_the_journal_and_used():
    async with opened() as town:
        first = await connected(town)
        await town.run(HOUR)

        found = await current(town)

        assert found.version == first.version + 1
        assert confirmed(town) == found.told
        assert len(town.exchange.spent) == 1


async def test_a_worker_that_starts_later_knows_the_version():
    async with opened() as town:
        await connected(town)
        await town.run(HOUR)
        before = await current(town)

        await town.worker()

        assert await current(town) == before


async def test_a_store_restored_from_yesterday_is_not_used():
    async with opened() as town:
        await connected(town)
        copy = await town.connections.get(TENANT)
        await town.run(HOUR)
        await current(town)
        spent = len(town.exchange.spent)
        await restored(town, copy)

        fault = await current(town)

        assert fault.code == "reconnect"
        assert "restored from a copy" in fault.detail
        assert len(town.exchange.spent) == spent


async def restored(town, copy) -> None:
    # A store only moves on, so the older copy is put back beneath it.
    values = values_of(town.connections._seal, copy)
    assert await town.connections._update(TENANT, sqlalchemy.true(), values)
