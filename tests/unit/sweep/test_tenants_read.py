"""How often a worker reads who its tenants are, however many partitions it has."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from agents.sweep.sweep import LOOK_SECONDS, Beat, Sweeps
from schemas.values import Side
from tests.testing.simulated.clock import SimulatedClock, settle

PARTITIONS = 12


class Worker:
    """The sweeps of one worker, of tenants that may come and of a store that may be away."""

    def __init__(self):
        self.clock = SimulatedClock()
        self.tenants = [f"t{n}" for n in range(PARTITIONS)]
        self.read = 0
        self.away = False
        self.swept = []
        self.sweeps = Sweeps(
            beats=[Beat(side=Side.QBO, every=timedelta(minutes=5), sweeper=self)],
            tenants=self._tenants,
            contexts=lambda _partition, key: SimpleNamespace(
                tenant=key, tenant_state=SimpleNamespace(covered={}), loaded=self._nothing
            ),
            watermarks=SimpleNamespace(recall=self._nothing, of=lambda _tenant, _journaled: {}),
            look_at_company=self._nothing,
            partition_of=lambda key: int(key.rpartition("t")[2]) % PARTITIONS,
            answered=self._nothing,
            clock=self.clock,
        )

    async def sweep(self, context, _covered):
        self.swept.append(context.tenant)

    async def _tenants(self):
        self.read += 1
        await asyncio.sleep(0)
        if self.away:
            raise ConnectionError
        return tuple(self.tenants)

    async def _nothing(self, *_args):
        pass


@pytest.fixture
async def worker():
    worker = Worker()
    for partition in range(PARTITIONS):
        worker.sweeps.own(partition)
    await settle()
    yield worker
    for partition in range(PARTITIONS):
        worker.sweeps.disown(partition)


async def test_partitions_that_look_at_the_same_time_read_the_tenants_once(worker):
    assert worker.read == 1
    assert sorted(worker.swept) == sorted(f"t{n}" for n in range(PARTITIONS))
    await worker.clock.advance(10 * LOOK_SECONDS)
    assert worker.read == 11


async def test_a_new_tenant_is_found_at_the_next_look(worker):
    worker.tenants.append("t12")
    await worker.clock.advance(LOOK_SECONDS)
    assert "t12" in worker.swept


async def test_a_store_that_is_away_is_asked_again_at_the_next_look(worker):
    worker.tenants.append("t12")
    worker.away = True
    await worker.clock.advance(LOOK_SECONDS)
    assert "t12" not in worker.swept
    worker.away = False
    await worker.clock.advance(LOOK_SECONDS)
    assert "t12" in worker.swept
