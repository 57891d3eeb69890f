"""A server of the loopback that takes whoever comes and never says a word."""

import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def silent_server():
    """Serve, and return the port."""
    visits = []

    async def say_nothing(reader, writer):
        visits.append(asyncio.current_task())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.wait_for(asyncio.gather(*visits), 10)
