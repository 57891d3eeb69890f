"""How does the demo's tenant get its company?  As any tenant: by a link, and a person's consent.

The person is an HTTP client that goes where it is sent; the simulated Intuit consents at once.
"""

import asyncio
import os
import sys

import httpx
import orjson

from agents.lab.demo.faults import DemoFault
from agents.lab.demo.stage import Stage, surroundings

PATIENCE_SECONDS = 60.0


async def connect(stage: Stage) -> None:
    """Connect the tenant through the gateway; DemoFault says what came instead.

    What follows on the tenant's lane is done after it, since both are requests of one lane.
    """
    link = await _link(stage)
    async with httpx.AsyncClient(follow_redirects=True, timeout=PATIENCE_SECONDS) as person:
        try:
            page = await person.post(link)
        except httpx.HTTPError as fault:
            raise DemoFault(f"The tenant is not connected: {type(fault).__name__}.") from fault
    if not page.is_success:
        raise DemoFault(
            f"The tenant is not connected: the gateway answered {page.status_code}; look into "
            f"{stage.folder}/gateway.log."
        )


async def _link(stage: Stage) -> str:
    command = (sys.executable, "-m", "agents.cli.main", "connect", stage.tenant, "--json")
    made = await asyncio.create_subprocess_exec(
        *command,
        env=surroundings(os.environ, stage.gateway_environment()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, wrong = await made.communicate()
    if made.returncode != 0:
        raise DemoFault(f"No link was made: {wrong.decode(errors='replace').strip()}")
    return str(orjson.loads(told)["link"])
