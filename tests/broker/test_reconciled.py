"""From going live to the reconcile that a scheduler keeps, as commands beside a real worker."""

import asyncio
import json
import os
import sys

import httpx
import pytest

from agents.lab.demo.stage import surroundings
from schemas.facts import RequestTaken
from schemas.requests import ChangeSettings
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from tests.broker.installation.house import HANGS_SECONDS, until
from tests.broker.installation.opening import installed
from tests.broker.installation.town import PREFIX, Town
from tests.broker.test_metrics_on_kafka import Asked, port_of

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow, pytest.mark.timeout(600)]

AGREE, EXCEPT = 0, 3


async def command(house, *words):
    """Return the exit status of a command of this installation, and what it said."""
    told = {
        **house.stage.environment("look"),
        "ISTHMUS_GROUP": house.group,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.testing.unhurried", *words),
        cwd=house.stage.folder,
        env=surroundings(os.environ, told),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), " ".join(err.decode().split())


async def an_observing_shop(house, tenant):
    """A product on both sides, and a customer of either, of whom QuickBooks alone has a debt."""
    town = Town(tenant, house.rng)
    settings = TenantSettings(number_prefix=PREFIX, time_zone="UTC", observe=True)
    await house.ask(tenant.name, ChangeSettings(id="s", tenant=tenant.name, settings=settings))
    async with asyncio.timeout(HANGS_SECONDS):
        await tenant.watch.first(RequestTaken)
    await town.product(house.ask, "Full page")
    await town.customer()
    there = await tenant.qbo("person/create", kind="Customer", fields={"DisplayName": "Old Quay"})
    line = {"Amount": "80", "DetailType": "SalesItemLineDetail"}
    line["SalesItemLineDetail"] = {"ItemRef": {"value": "1"}}
    sold = {"CustomerRef": {"value": there["Id"]}, "Line": [line], "DocNumber": "OLD-1"}
    await tenant.qbo("person/create", kind="Invoice", fields=sold)
    return town


async def test_what_is_owed_is_read_before_go_live_and_a_kept_reconcile_outlives_its_worker(
    kafka, tmp_path
):
    async with installed(kafka, tmp_path) as house, httpx.AsyncClient(timeout=30) as http:
        tenant = await house.tenant()
        await house.work(1)
        [worker] = house.crew.workers
        town = await an_observing_shop(house, tenant)
        await house.rest()

        code, _, said = await command(house, "go-live", tenant.name, "--by", "Ada")
        assert code != AGREE
        assert "opening-receivables" in said
        assert "80.00" in said
        why = ("--explained", "Old Quay is billed by hand", "--by", "Ada")
        code, _, said = await command(house, "go-live", tenant.name, *why)
        assert code == AGREE, said

        bill = await town.invoice()
        await tenant.link(Kind.INVOICE, bill.id)
        await house.rest()
        kept = ("reconcile", tenant.name, "--keep", "--by", "scheduler", "--json")
        code, out, said = await command(house, *kept)
        assert code == EXCEPT, said
        assert [each["amount"] for each in json.loads(out)["differences"]] == ["80.00"]

        asked = Asked(http, await port_of(worker))
        await is_kept(house, tenant, asked, differs=0, waits=1)
        await house.crew.restart(worker)
        await house.crew.owns(worker)
        again = Asked(http, await port_of(worker))
        await until(again.ready)
        await is_kept(house, tenant, again, differs=0, waits=1)


async def is_kept(house, tenant, asked, **figures):
    """`isthmus status` and the worker's metrics say what the last reconcile came to."""

    async def shown():
        return await asked.figures("isthmus_reconcile_records") == {
            (result, tenant.name): number for result, number in figures.items()
        }

    await until(shown)
    _, out, _ = await command(house, "status", "--json")
    told = json.loads(out)["reconciled"][tenant.name]
    assert {name: told[name] for name in figures} == figures
    [age] = (await asked.figures("isthmus_reconcile_age_seconds")).values()
    assert 0 <= age < 300
