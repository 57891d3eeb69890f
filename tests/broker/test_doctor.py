"""What does the doctor say of a real installation, well and unwell?"""

import asyncio
import json
import os
import sys

import pytest

from agents.lab.demo.stage import surroundings
from agents.process.clock import SystemClock
from streams.journal.store import Store
from streams.secrets.connections import Connections
from tests.broker.installation.opening import installed

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.postgres, pytest.mark.slow]

OTHER_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
CHECKS = ["kafka", "rights", "topics", "store", "connections", "secrets", "quickbooks", "mediaos"]


async def doctor(house, *words, **told):
    """Return the exit code, and by check the states and sentences."""
    stage = house.stage
    environment = {
        **stage.environment("look"),
        "ISTHMUS_GATEWAY_PORT": str(stage.gateway_port),
        **told,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agents.cli.main", "doctor", "--json", *words),
        cwd=stage.folder,
        env=surroundings(os.environ, environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out, err.decode()
    found = {}
    for each in json.loads(out):
        found.setdefault(each["check"], []).append((each["state"], each["says"]))
    return process.returncode, found


async def moved(stage, url):
    """Move the tenants' connections to another database."""
    old, new = (
        Connections(address, [stage.secrets.token_key], SystemClock())
        for address in (stage.connections_url, url)
    )
    await new.prepare()
    for tenant in await old.tenants():
        await new.put(await old.get(tenant))
    await old.close()
    await new.close()


async def test_an_installation_that_is_well_and_one_that_is_not(kafka, tmp_path, postgres_database):
    databases = dict.fromkeys(("ISTHMUS_STATE_URL", "ISTHMUS_CONNECTIONS_URL"), postgres_database)
    async with installed(kafka, tmp_path) as house:
        await house.tenant()
        await moved(house.stage, postgres_database)
        Store(postgres_database).close()

        code, well = await doctor(house, "--single-node", **databases)

        assert list(well) == ["settings", *CHECKS, "clock", "gateway"]
        assert {state for found in well.values() for state, _ in found} == {"ok"}, well
        assert code == 0
        assert well["quickbooks"] == [("ok", "QuickBooks answers for t1.")]

        unwell = {
            "ISTHMUS_TOKEN_KEY": OTHER_KEY,
            "ISTHMUS_TOPIC_PREFIX": "south.",
            "ISTHMUS_GATEWAY_PORT": "1",
            "ISTHMUS_STATE_URL": "postgresql://isthmus@127.0.0.1:1/state",
            "ISTHMUS_GRUOP": "mistyped",
        }
        code, found = await doctor(house, **databases | unwell)

    assert code == 1
    bad = {check for check, said in found.items() if "fault" in {state for state, _ in said}}
    assert bad == {"topics", "store", "secrets", "gateway"}
    assert found["settings"][0][0] == "warning"
    assert found["topics"][0][1].startswith("Kafka has no south.mediaos-changes, ")
    assert "tenant t1: no key that is set opens its secrets" in found["secrets"][0][1]
