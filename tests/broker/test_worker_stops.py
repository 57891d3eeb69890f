"""Does a worker that is told to stop in the middle of a sweep end in order, without a traceback?"""

import asyncio
from contextlib import asynccontextmanager

import pytest

from tests.broker.installation.house import HANGS_SECONDS
from tests.broker.installation.opening import installed

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

NEVER = (b"Traceback", b"Unclosed", b"never retrieved", b"was destroyed", b"tenant not swept")


@asynccontextmanager
async def silence():
    """A QuickBooks that takes every question and answers none: its address, and who asked."""
    asked = asyncio.Queue()

    async def hears(reader, writer):
        await asked.put(await reader.readline())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hears, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", asked


async def test_a_worker_that_is_stopped_during_a_sweep_logs_no_traceback(kafka, tmp_path):
    async with (
        silence() as (address, asked),
        installed(kafka, tmp_path, ISTHMUS_QBO_BASE_URL=address) as house,
    ):
        await house.tenant()
        await house.work(1)
        async with asyncio.timeout(HANGS_SECONDS):
            while b"/cdc" not in await asked.get():
                pass
        [worker] = house.crew.workers
        await house.crew.stop(worker)
        assert [code for code, _ in house.crew.ends] == [0]
        for never in NEVER:
            assert never not in worker.said()
