"""How does a tenant's MediaOS run in the test's own process, publishing by means of the test?"""

import asyncio
from datetime import UTC, datetime

import uvicorn

from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings


async def served(stage, publish):
    """Serve a tenant's MediaOS in this process, which publishes its changes by other means."""
    simulator = MediaosSimulator(
        tenant=stage.tenant,
        now=lambda: datetime.now(UTC),
        settings=SimulatorSettings(requests_per_window=1_000_000),
        api_key=stage.secrets.api_key,
        api_password=stage.secrets.api_password,
        admin_token=stage.secrets.mediaos_admin,
        publish=publish,
    )
    config = uvicorn.Config(simulator.app, port=stage.mediaos_port, log_level="warning")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving
        await simulator.close()
