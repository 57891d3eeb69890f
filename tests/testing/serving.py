"""An app behind a real socket, for as long as a test needs it.

uvicorn's server looks each tenth of a second whether it shall end, and ends a tenth of a second
later, or two: a hundred tests stood still for longer than they took.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import uvicorn


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an app on the loopback; gives its URL.  What is under way at the end is answered."""
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    # Listening before the server is up: who connects early waits in the backlog.
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        await server.startup(sockets=[listening])
        # What each answer says of the server and the time.
        await server.on_tick(0)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            await _end(server)


async def _end(server: uvicorn.Server) -> None:
    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110 - no event
        await asyncio.sleep(0.001)
