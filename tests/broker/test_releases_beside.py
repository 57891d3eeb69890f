"""Does a release take the place of the one before, and may it go back, as deploy/upgrade.md says?

The one before is taken from the history of this repository, and works beside this one on one
Kafka, on one database of connections, in one group.
"""

import asyncio
import os
import signal
import sys

import httpx
import pytest

from agents.lab.demo.stage import surroundings
from agents.lab.local import ports
from schemas.note_facts import Noted
from schemas.state import ParkReason
from schemas.values import Kind
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.testing.release_before import STORE_VERSION, release_before

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow, pytest.mark.timeout(420)]

IN_QUICKBOOKS = {"Type": "Service", "IncomeAccountRef": {"value": "1"}}


@pytest.fixture(scope="module")
def before(request, tmp_path_factory):
    return release_before(request.config.rootpath, tmp_path_factory.mktemp("before"))


async def typed(house, *words):
    """Return the status and the words with which a command of this release ends."""
    told = {**house.stage.shell_environment(), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agents.cli.main", *words),
        cwd=house.stage.folder,
        env=surroundings(os.environ, told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(command.communicate(), 90)
    return command.returncode, said.decode()


async def ended(process):
    process.signal(signal.SIGTERM)
    assert await process.ended() == 0


async def given_work_that_waits(tenant, town):
    """A day in which customers were billed, each for something that nobody has mapped."""
    await town.live(customers=9, invoices=12, payments=4, edits=8, troubles=2, seconds=8)
    unmapped = await tenant.counters.mediaos("products", {"name": "Booth"})
    mapped, town.products = town.products, [unmapped["id"]]
    waiting = [await town.invoice(customer) for customer in town.customers[:9]]
    town.products = mapped
    documents = {f"mediaos/invoice/{bill.id}" for bill in waiting}
    waits = tenant.watch.parked[ParkReason.UNMAPPED_PRODUCT]
    async with asyncio.timeout(HANGS_SECONDS):
        await tenant.watch.until(lambda: documents <= waits)
    return unmapped["id"], waiting


async def test_processes_are_replaced_one_by_one_with_open_work(kafka, tmp_path, before):
    async with installed(kafka, tmp_path, gateway_release=before) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        old = house.crew.start(release=before)
        await house.all_owned()
        product, waiting = await given_work_that_waits(tenant, town)
        work = {"customers": 18, "invoices": 30, "payments": 12, "edits": 30, "troubles": 3}
        living = asyncio.create_task(town.live(**work, seconds=30))

        new = house.crew.start()
        await house.crew.owns(new)
        await ended(old)
        # The state of the old one is none of the new one's, and says so.
        files = {"ISTHMUS_STATE_URL": f"sqlite:///{tmp_path / 'worker-1'}.sqlite"}
        second = house.crew.start(**files)
        assert await second.ended() == 1
        assert f"has schema version [{STORE_VERSION}]".encode() in second.said()
        (tmp_path / "worker-1.sqlite").rename(tmp_path / "moved-away.sqlite")
        second.start()
        await house.crew.owns(second)
        await ended(house.gateway)
        await house.serve()
        await living

        item = {"Name": "Booth", **IN_QUICKBOOKS}
        made = await tenant.qbo("person/create", kind="Item", fields=item)
        code, said = await typed(house, "map", "products", "add", product, made["Id"])
        assert code == 0, said
        for bill in waiting:
            await tenant.link(Kind.INVOICE, bill.id)
        await house.agrees()
        assert (tenant.watch.dead_letters, len(tenant.linked(Kind.INVOICE))) == (0, 51)


async def stopped(port):
    """Return the partitions that a worker folds no further, by its metrics, and what it says."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
        lines = (await http.get("/metrics")).text.splitlines()
        ready = await http.get("/readyz")
    named = [line for line in lines if line.startswith("isthmus_journal_stopped{")]
    return len(named), (ready.status_code, ready.text)


async def test_what_an_earlier_release_does_not_know_stops_it_by_name_and_loses_nothing(
    kafka, tmp_path, before
):
    async with installed(kafka, tmp_path) as house:
        tenant = await house.tenant()
        town = await house.town(tenant)
        [port] = ports.free(1)
        old = house.crew.start(release=before, ISTHMUS_METRICS_PORT=str(port))
        await house.all_owned()
        product, waiting = await given_work_that_waits(tenant, town)
        await ended(old)
        new = house.crew.start()
        await house.all_owned()
        noted = waiting[0].id
        code, said = await typed(house, "note", "invoice", noted, "--owner", "Mia")
        assert code == 0, said
        # Back, wholly: what the new one has written is not known.
        old.start()
        await house.crew.owns(old)
        await ended(new)
        await town.live(customers=3, invoices=12, payments=2, edits=6, seconds=5)

        async def named():
            count, (code, said) = await stopped(port)
            return count == 1 and code == 503 and "run the release that wrote it" in said

        await until(named)
        # And forward again.
        new.start()
        await house.crew.owns(new)
        await ended(old)
        item = {"Name": "Booth", **IN_QUICKBOOKS}
        made = await tenant.qbo("person/create", kind="Item", fields=item)
        code, said = await typed(house, "map", "products", "add", product, made["Id"])
        assert code == 0, said
        for bill in town.bills:
            await tenant.link(Kind.INVOICE, bill.id)
        await house.agrees()
        assert [told.fact.owner for told in tenant.watch.of(Noted)] == ["Mia"]
