"""The QBO client keeps the contract of every remote: in process, and once over a real socket."""

import httpx
import pytest

from tests.testing.qbo_world import QboWorld, in_process, intuit, opened, simulate
from tests.testing.remote_contract import RemoteContract
from tests.testing.serving import served
from tests.testing.simulated.clock import SimulatedClock


class TestInProcess(RemoteContract):
    @pytest.fixture
    async def world(self, tmp_path):
        clock = SimulatedClock()
        simulator = simulate(clock.now)
        async with (
            in_process(simulator) as http,
            opened(simulator, http, clock, tmp_path) as client,
        ):
            yield QboWorld(simulator, client, clock)


class TestOverASocket(RemoteContract):
    @pytest.fixture
    async def world(self, tmp_path):
        clock = SimulatedClock()
        simulator = simulate(clock.now)
        async with (
            served(simulator.app) as url,
            httpx.AsyncClient(base_url=url) as http,
            opened(simulator, http, clock, tmp_path, intuit(url)) as client,
        ):
            yield QboWorld(simulator, client, clock)
