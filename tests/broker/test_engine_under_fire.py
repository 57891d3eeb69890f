"""Do the ledgers agree, to the cent and once each, whatever happens to the workers?"""

import asyncio

import pytest

from schemas.values import Kind
from tests.broker.installation.opening import installed

pytestmark = [pytest.mark.kafka, pytest.mark.fire, pytest.mark.slow]

#: Of each kind with two workers, and again with three.
ATTACKS = ["kill", "restart", "freeze"] * 3


@pytest.mark.timeout(480)
@pytest.mark.parametrize("workers", [2, 3])
async def test_the_ledgers_agree_after_kills_stops_and_freezes(kafka, tmp_path, workers):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(workers)
        living = asyncio.create_task(
            town.live(customers=40, invoices=110, payments=40, edits=60, troubles=16, seconds=50)
        )
        await house.crew.under_fire(house.rng, ATTACKS, house.all_owned)
        await living
        await house.agrees()

        assert {code for code, _ in house.crew.ends} == {0}
        assert max(seconds for _, seconds in house.crew.ends) < 25
        assert len(tenant.linked(Kind.INVOICE)) == 110
        # Some work was under way: what had no answer was sent again, under its own id.
        assert tenant.watch.facts["Attempted"] > 0
