"""Does node-quickbooks, which was written against the real thing, get along with the simulator?

The pinned package as its registry has it; only the addresses are changed (`node/client.js`).
"""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest

from tests.testing.means import missing

pytestmark = pytest.mark.npm

SOURCE = Path(__file__).parent / "node"
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def node():
    """Return the folder in which the package is installed."""
    if shutil.which("npm") is None:
        missing("npm is missing: install Node.js with npm (.ci/run does) to test node-quickbooks")
    folder = ROOT / ".local/node-quickbooks"
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True)
    await run("npm", "ci", "--silent", "--no-audit", "--no-fund", cwd=folder)
    return folder


async def run(*command, **more):
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, **more
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out


async def test_every_step_of_node_quickbooks_passes(node, served):
    person = served.simulator.person
    person.create("Vendor", {"DisplayName": "Paper Mill"})
    person.create("Employee", {"GivenName": "Ann", "FamilyName": "First"})
    tokens = served.simulator.grant()
    told = {
        "QBO_URL": served.url,
        "QBO_REALM": served.simulator.realm,
        "QBO_TOKEN": tokens["access_token"],
        "QBO_REFRESH": tokens["refresh_token"],
    }

    out = await run("node", "client.js", cwd=node, env=os.environ | told)

    steps = json.loads(out.splitlines()[-1])
    assert steps["failed"] == []
    assert len(steps["done"]) == len(set(steps["done"])) > 180
