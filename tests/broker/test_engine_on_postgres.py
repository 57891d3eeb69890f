"""Do several workers share one PostgreSQL, and does it say at the end what the journal says?"""

import asyncio
import json
import os
import sys

import psycopg
import pytest

from agents.lab.demo.stage import surroundings
from schemas.values import Kind
from tests.broker.installation.opening import installed

pytestmark = [pytest.mark.kafka, pytest.mark.fire, pytest.mark.slow]

ATTACKS = ["kill"] * 4 + ["freeze"] * 3 + ["restart"] * 2


@pytest.mark.timeout(480)
async def test_workers_on_one_postgresql_leave_a_store_that_a_rebuild_finds_identical(
    kafka, tmp_path, postgres_database
):
    async with installed(kafka, tmp_path, ISTHMUS_STATE_URL=postgres_database) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        await house.work(3)
        living = asyncio.create_task(
            town.live(customers=30, invoices=80, payments=30, edits=50, troubles=10, seconds=45)
        )
        cutting = asyncio.create_task(cut_connections(postgres_database))
        await house.crew.under_fire(house.rng, ATTACKS, house.all_owned)
        await living
        cutting.cancel()
        await house.agrees()
        assert len(tenant.linked(Kind.INVOICE)) == 80

        await asyncio.gather(*(house.crew.stop(worker) for worker in house.crew.workers))
        assert {code for code, _ in house.crew.ends} == {0}
        assert max(seconds for _, seconds in house.crew.ends) < 25
        code, report = await rebuilt(house.stage, postgres_database)

    assert (code, report["differences"]) == (0, [])
    assert report["behind"] < report["records"] / 10
    # No worker had to be told: each wrote partitions of its own.
    assert tenant.watch.facts["Linked"] > 0


async def cut_connections(address, every_seconds=4.0):
    """End every connection of the workers now and then, as a failover does."""
    name = address.rpartition("/")[2]
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        while True:
            await asyncio.sleep(every_seconds)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )


async def rebuilt(stage, address):
    """Return the exit code and the report of `isthmus rebuild` against this store."""
    told = {**stage.environment("look"), "ISTHMUS_STATE_URL": address}
    told["PYTHONPATH"] = os.pathsep.join(sys.path)
    command = (sys.executable, "-m", "agents.cli.main", "rebuild", "--json")
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=stage.folder,
        env=surroundings(os.environ, told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out, err.decode()
    return process.returncode, json.loads(out)
