"""A tenant's connection as facts in the journal, through a worker's following of requests."""

from msgspec.structs import replace

from schemas.engine_requests import NoteRefresh
from schemas.requests import ConnectTenant, DisconnectTenant
from schemas.tenant_state import Connected
from tests.testing.simulated.world import World

FIRST = Connected(version=1, realm="9130", environment="production", installation="here")


def connection(worker, tenant="t1"):
    row = worker.engine.journal.state(f"tenant:{tenant}")
    return row.connection if row else None


async def test_a_connection_and_its_renewals_survive_a_killed_worker():
    world = World()
    await world.worker()
    await world.ask("t1", ConnectTenant(id="r1", tenant="t1", connection=FIRST))
    await world.ask("t1", NoteRefresh(id="r2", tenant="t1", connection=replace(FIRST, version=2)))
    await world.run(1)

    worker = await world.worker()
    await world.run(1)

    assert connection(worker) == replace(FIRST, version=2)


async def test_a_company_that_another_lane_s_tenant_has_is_not_confirmed_twice():
    world = World()
    worker = await world.worker()
    await world.ask("t1", ConnectTenant(id="r1", tenant="t1", connection=FIRST))
    await world.run(1)
    await world.ask("t2", ConnectTenant(id="r2", tenant="t2", connection=FIRST))
    await world.run(1)
    assert (connection(worker), connection(worker, "t2")) == (FIRST, None)

    await world.ask("t1", DisconnectTenant(id="r3", tenant="t1"))
    await world.run(1)
    await world.ask("t2", ConnectTenant(id="r4", tenant="t2", connection=FIRST))
    await world.run(1)
    assert (connection(worker), connection(worker, "t2")) == (None, FIRST)
