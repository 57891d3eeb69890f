import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.simulated.kept_store import FEW_ROWS, KeptStore


@pytest.fixture(autouse=True)
async def processes_that_were_killed_are_taken_away() -> AsyncIterator[None]:
    """A killed process waits for ever, and the loop that it waits in ends with the test."""
    yield
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play each story with room for all rows, and with room for few; what kills often, with few."""
    few = "kill" in metafunc.function.__name__
    limits = [FEW_ROWS] if few else [KeptStore.row_limit, FEW_ROWS]
    metafunc.parametrize("room", limits, ids="{}-rows".format, indirect=True)


@pytest.fixture(autouse=True)
def room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every worker memory for so many rows that have no open work."""
    monkeypatch.setattr(KeptStore, "row_limit", request.param)
