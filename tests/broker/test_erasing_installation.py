"""Customers erased in an installation that lives: killed at any moment, a worker in the middle."""

import asyncio
import json
import os
import random
import signal
import sys
from contextlib import suppress

import pytest

from agents.lab.demo.stage import surroundings
from schemas.values import Kind
from streams.journal.rebuild import compare
from streams.kafka import probe
from streams.topics import JOURNAL, aside_of
from tests.broker.installation.opening import installed
from tests.testing.simulated.erased import folded
from tests.unit.gateway.console.conftest import ANNA

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow, pytest.mark.timeout(480)]

#: One is a word of the other and of a third, who stays.
QUOTED, SHORT, LONG = 'Joe "X" Print', "Print", "Harbour Printing of Joe"
AS_JSON = json.dumps(QUOTED)[1:-1].encode()
KILLS = 2


async def erased(house, customer, seconds):
    """Return how the command ended, None where it was killed, and what it said."""
    told = {
        **house.stage.environment("look"),
        "ISTHMUS_GROUP": house.group,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agents.cli.main", "erase", "t1", customer),
        cwd=house.stage.folder,
        env=surroundings(os.environ, told),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            said = await process.communicate(f"{customer}\n".encode())
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return None, b""
    return process.returncode, b"".join(said)


async def erased_at_last(house, customer, rng):
    [worker] = house.crew.workers
    for _ in range(KILLS):
        await erased(house, customer, rng.uniform(3, 8))
        worker.start()
        await asyncio.sleep(rng.uniform(1, 4))
        worker.end()
    # Kafka counts a worker that was killed for as long as its session.
    async with asyncio.timeout(120):
        while (ended := await erased(house, customer, 60))[0] != 0:  # noqa: ASYNC110
            await asyncio.sleep(1)
    assert b"are erased" in ended[1] or b"has nothing" in ended[1]


async def journal(house):
    found = {}
    for each in await house.read(JOURNAL.name):
        found.setdefault(each.partition, []).append((each.offset, each.value))
    return [[value for _, value in sorted(found.get(p, []))] for p in range(max(found) + 1)]


async def test_customers_are_erased_whoever_is_killed_and_work_goes_on(kafka, tmp_path):
    rng = random.Random(os.environ.get("SEED", "erase"))
    gateway = {"ISTHMUS_CONSOLE_TOKEN": f"anna:admin:{ANNA}"}
    async with installed(kafka, tmp_path, gateway=gateway) as house:
        tenant = await house.tenant()
        await house.work(1)
        town = await house.town(tenant)
        make, edit = tenant.counters.mediaos, tenant.counters.mediaos_edit
        ids = [(await make("advertisers", {"name": n}))["id"] for n in (QUOTED, SHORT, LONG)]
        bill, own = await town.invoice(ids[2]), await town.invoice(ids[0])
        told = f"for {QUOTED} and {SHORT} 1,234.56"
        lines = [{**bill.lines[0], "description": told}]
        await edit("invoices", bill.id, {"comments": told, "line_items": lines})
        await house.rest()
        await edit("invoices", bill.id, {"comments": "for nobody", "line_items": bill.lines})
        await edit("advertisers", ids[0], {"name": "Nobody 1"})
        await edit("advertisers", ids[1], {"name": "Nobody 2"})
        await house.rest()
        [worker] = house.crew.workers
        worker.signal(signal.SIGTERM)
        assert await worker.ended() == 0
        before = await journal(house)
        assert AS_JSON in b"".join(value for each in before for value in each)

        # Work is open meanwhile.
        open_ = await town.invoice(ids[0])
        for customer in ids[:2]:
            await erased_at_last(house, customer, rng)

        after = await journal(house)
        async with probe.admin(house.cluster) as client:
            assert house.cluster.named(aside_of(JOURNAL.name)) not in await client.list_topics()
        said = b"".join(value for each in after for value in each)
        assert LONG.encode() in said
        assert SHORT.encode() not in said.replace(LONG.encode(), b"")
        assert not list(tmp_path.rglob("erasing*"))
        one, other = await folded(before), await folded(after)
        if [len(each) + 2 for each in before] == [len(each) for each in after]:
            # No worker came in between.
            apart = [each.where for each in compare(one, other)]
            assert all(where.startswith("partition ") for where in apart), apart
        worker.start()
        assert await tenant.link(Kind.INVOICE, own.id)
        assert await tenant.link(Kind.INVOICE, open_.id)
        await house.agrees()
