import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.scenarios.both.quiet import InPlace
from tests.scenarios.both.town import Town, opened


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    asyncio.get_running_loop().set_default_executor(InPlace())
    async with opened() as made:
        yield made
