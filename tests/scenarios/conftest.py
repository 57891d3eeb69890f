import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.simulated.endings import take_away


@pytest.fixture(autouse=True)
async def processes_that_were_killed_are_taken_away() -> AsyncIterator[None]:
    """A killed process waits for ever, and the loop that it waits in ends with the test."""
    yield
    await take_away(asyncio.all_tasks() - {asyncio.current_task()})
