"""Who is known: by the journal, and where that says nothing by the store of connections."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from agents.intake.known_tenants import AGAIN_SECONDS, KnownTenants
from schemas.tenant_state import Connected, Tenant, TenantSettings
from tests.testing.simulated.clock import SimulatedClock, settle

COMPANY = Connected(version=1, realm="9130", environment="production")


class Journal:
    """The rows that a test gives it; each is to be loaded first."""

    def __init__(self, **tenants):
        self._rows = {f"tenant:{name}": tenant for name, tenant in tenants.items()}
        self._loaded = set()

    async def loaded(self, rows):
        self._loaded.update(rows)

    def state(self, row):
        assert row in self._loaded
        return self._rows.get(row)


class Store:
    """Knows some tenants, is away as often as told, and counts who asks."""

    def __init__(self, *tenants):
        self.tenants = set(tenants)
        self.away = 0
        self.asked = []

    async def has(self, tenant):
        self.asked.append(tenant)
        if self.away:
            self.away -= 1
            raise OperationalError("SELECT", {}, Exception())
        return tenant in self.tenants


@pytest.mark.parametrize(
    ("tenant", "known"),
    [
        (Tenant(connection=COMPANY), True),
        (Tenant(left=COMPANY), True),
        # A request may have named it: that connects nobody.
        (Tenant(settings=TenantSettings(number_prefix="M-")), False),
    ],
    ids=["connected", "was connected", "named only"],
)
async def test_the_journal_knows_who_is_connected_and_who_was(tenant, known):
    store = Store()

    assert await KnownTenants(Journal(t1=tenant), store.has, SimulatedClock())("t1") is known
    assert store.asked == ([] if known else ["t1"])


async def test_a_tenant_is_known_from_the_moment_of_its_connection():
    store = Store()
    knows = KnownTenants(Journal(), store.has, SimulatedClock())
    assert not await knows("t1")

    store.tenants.add("t1")

    assert await knows("t1")


async def test_whoever_is_known_is_asked_for_once_and_a_stranger_each_time():
    store = Store("t1")
    knows = KnownTenants(Journal(), store.has, SimulatedClock())

    for tenant in ("t1", "t1", "nope", "nope"):
        await knows(tenant)

    assert store.asked == ["t1", "nope", "nope"]


async def test_nobody_is_a_stranger_because_the_store_is_away():
    store, clock = Store("t1"), SimulatedClock()
    store.away = 2

    knows = asyncio.create_task(KnownTenants(Journal(), store.has, clock)("t1"))
    for _ in range(2):
        await settle()
        assert not knows.done()
        await clock.advance(AGAIN_SECONDS)

    assert await knows
