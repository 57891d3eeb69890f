"""What a worker shows of its tenants: coverage, tokens, budgets, suspensions."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from agents.process.metrics import Metrics
from agents.worker.metrics_tenants import CONNECTION_SECONDS, Tenants
from schemas.identity import tenant_lane
from schemas.requests import DisconnectTenant
from schemas.tenant_state import Tenant
from schemas.values import Side
from streams.secrets.sealing import Seal, new_key
from tests.scenarios.both.people import (
    a_customer,
    a_customer_with_an_invoice,
    an_invoice,
    open_shop,
)
from tests.testing.qbo_world import TENANT
from tests.testing.simulated.world import PARTITIONS

MINUTE = 60
ALL = range(PARTITIONS)


class Shown:
    """The metrics of the last worker's tenants, as Prometheus reads them."""

    def __init__(self, town):
        self._metrics = Metrics("worker")
        worker = town.workers[-1]
        self.home = worker.engine.partition_of(tenant_lane(TENANT))
        self._tenants = Tenants(
            metrics=self._metrics,
            journal=worker.engine.journal,
            partition_of=worker.engine.partition_of,
            connection=town.connections.get,
            qbo=worker.qbo.budget,
            mediaos=worker.mediaos.budget,
            watermarks=worker.watermarks,
            clock=town.clock,
        )

    async def now(self, name, owned=ALL):
        """Return a metric's values by its labels' values, the tenant left out."""
        await self._tenants.show(owned)
        return {
            tuple(
                v for label, v in sorted(sample.labels.items()) if label != "tenant"
            ): sample.value
            for family in text_string_to_metric_families(self._metrics.text().decode())
            for sample in family.samples
            if sample.name == f"isthmus_{name}" and sample.labels["tenant"] == TENANT
        }


async def test_coverage_is_as_old_as_the_watermark_and_grows_while_nothing_is_swept(town):
    await a_customer_with_an_invoice(town)
    await town.run(20 * MINUTE)
    shown = Shown(town)
    worker = town.workers[-1]
    journaled = worker.engine.context(0, TENANT).tenant_state.covered
    covered = worker.watermarks.of(TENANT, journaled)

    ages = {(str(s),): (town.clock.now() - at).total_seconds() for s, at in covered.items()}
    assert await shown.now("coverage_age_seconds") == ages
    assert set(covered) == set(Side)

    town.qbo.tokens.revoke_realm(town.qbo.realm)
    await town.run(60 * MINUTE)
    assert (await shown.now("coverage_age_seconds"))[("qbo",)] > 55 * MINUTE


async def test_what_is_left_of_a_token_falls_until_it_is_renewed(town):
    await town.run(1)
    shown = Shown(town)
    first = (await shown.now("token_left_seconds"))[()]
    await town.run(40 * MINUTE)
    assert (await shown.now("token_left_seconds"))[()] == first - 40 * MINUTE

    await town.run(20 * MINUTE)
    found = await town.connections.get(TENANT)
    left = (found.access_expires_at - town.clock.now()).total_seconds()
    assert len(town.exchange.spent) == 1
    assert await shown.now("token_left_seconds") == {(): left}
    assert left > 40 * MINUTE


async def test_a_budget_shows_the_calls_of_its_window_and_what_is_left_of_it(town):
    await town.run(2 * MINUTE)
    shown = Shown(town)
    before = len(town.qbo.requests)
    await open_shop(town)
    await a_customer(town)
    await town.run(10)

    used = await shown.now("budget_used_calls")
    left = await shown.now("budget_left_calls")
    assert used[("qbo",)] == len(town.qbo.requests) - before > 0
    assert used[("mediaos",)] == len(town.mediaos.requests) > 0
    assert left == {("qbo",): 500 - used[("qbo",)], ("mediaos",): 5000 - used[("mediaos",)]}
    assert await shown.now("budget_pace") == {(): 1.0}


async def test_a_tenant_that_must_reconnect_says_so_and_since_when_until_it_is_done(town):
    await open_shop(town)
    customer = await a_customer(town)
    await town.run(1)
    shown = Shown(town)
    town.qbo.tokens.revoke_realm(town.qbo.realm)
    await an_invoice(town, customer)
    await town.run(10 * MINUTE)

    suspended = await shown.now("suspended_seconds")
    assert list(suspended) == [("invalid_grant",)]
    assert 9 * MINUTE < suspended[("invalid_grant",)] <= 10 * MINUTE
    assert await shown.now("reconnect_needed") == {(): 1.0}

    await town.connect()
    await town.run(CONNECTION_SECONDS)
    assert await shown.now("suspended_seconds") == {}
    assert await shown.now("reconnect_needed") == {(): 0.0}


async def lost_row(town):
    with town.connections._engine.begin() as database:
        database.execute(text("DELETE FROM connections"))


async def lost_key(town):
    town.connections._seal = Seal([new_key()])
    # As a process that was started anew without the key.
    town.connections._told.clear()


@pytest.mark.parametrize("lost", [lost_row, lost_key])
async def test_a_tenant_whose_tokens_are_gone_says_so_though_nothing_is_written_to_it(town, lost):
    await a_customer_with_an_invoice(town)
    await town.run(20 * MINUTE)
    shown = Shown(town)
    assert await shown.now("reconnect_needed") == {(): 0.0}

    await lost(town)
    await town.run(CONNECTION_SECONDS)

    assert await shown.now("suspended_seconds") == {}
    assert await shown.now("reconnect_needed") == {(): 1.0}
    assert await shown.now("token_left_seconds") == {}

    await town.ask(TENANT, DisconnectTenant(id="away", tenant=TENANT))
    await town.run(1)
    assert await shown.now("reconnect_needed") == {}, "nobody wants it connected"


async def test_who_is_connected_again_at_once_is_not_said_to_need_it(town):
    """A tenant that nobody has connected has no tokens, which is remembered of it for a while."""
    await a_customer_with_an_invoice(town)
    await town.run(20 * MINUTE)
    shown = Shown(town)
    await town.connections.erase(TENANT)
    await town.ask(TENANT, DisconnectTenant(id="away", tenant=TENANT))
    await town.run(1)
    assert await shown.now("reconnect_needed") == {}

    await town.connect()
    await town.run(1)
    assert await shown.now("reconnect_needed") == {(): 0.0}


async def test_only_the_worker_that_owns_the_tenants_lane_tells_what_is_the_tenants(town):
    await a_customer_with_an_invoice(town)
    await town.run(20 * MINUTE)
    shown = Shown(town)
    others = [partition for partition in ALL if partition != shown.home]

    for name in ("coverage_age_seconds", "token_left_seconds", "reconnect_needed"):
        assert await shown.now(name, others) == {}
        assert await shown.now(name, [shown.home]) != {}
    assert await shown.now("budget_used_calls", others) != {}, "each worker has its share"


class BesideAnother:
    """A journal in which a tenant beside this one is another partition's."""

    def __init__(self, town):
        self._journal = town.workers[-1].engine.journal
        partition_of, names = town.workers[-1].engine.partition_of, (f"other{n}" for n in range(99))
        home = partition_of(tenant_lane(TENANT))
        self.other = next(name for name in names if partition_of(tenant_lane(name)) != home)

    async def loaded_under(self, prefix):
        await self._journal.loaded_under(prefix)

    def rows(self, prefix):
        return {**dict(self._journal.rows(prefix)), f"{prefix}{self.other}": Tenant()}.items()


async def away(_tenant):
    raise OperationalError("select", {}, Exception("gone"))


async def test_whose_partition_is_another_workers_since_is_told_no_more_though_no_database_answers(
    town, monkeypatch
):
    await a_customer_with_an_invoice(town)
    await town.run(20 * MINUTE)
    shown = Shown(town)
    monkeypatch.setattr(shown._tenants, "journal", BesideAnother(town))
    assert await shown.now("reconnect_needed") == {(): 0.0}
    others = [partition for partition in ALL if partition != shown.home]
    monkeypatch.setattr(shown._tenants, "connection", away)
    with pytest.raises(OperationalError):
        await shown.now("reconnect_needed", others)

    for name in ("token_left_seconds", "reconnect_needed"):
        assert await shown.now(name, others) == {}
