"""A door in front of a server: all is handed on, until a test holds it shut."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress

PIECE = 65_536


class Front:
    """Listens in a server's place.

    `is_shut` lets nothing through, and no answer come; `answered` is called with the first line of
    a request once its answer has begun, and keeps that answer to itself where it returns True.
    """

    def __init__(self) -> None:
        self.port = 0
        self.to = 0
        self.is_shut = False
        #: First lines of what came while it was shut.
        self.held: list[str] = []
        self.answered: Callable[[str], bool] = lambda _line: False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def take(self, reader, writer) -> None:
        """Hand one connection on, in both directions."""
        with suppress(OSError, asyncio.IncompleteReadError):
            inner, outer = await asyncio.open_connection("127.0.0.1", self.to)
            lines = [""]
            sides = (self._out(reader, outer, lines), self._back(inner, writer, lines))
            halves = [asyncio.ensure_future(each) for each in sides]
            try:
                await asyncio.wait(halves, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in halves:
                    each.cancel()
                await asyncio.gather(*halves, return_exceptions=True)
                outer.close()
        writer.close()

    async def _out(self, reader, outer, lines) -> None:
        while piece := await reader.read(PIECE):
            first = piece.partition(b"\r\n")[0].decode("latin-1")
            if first.endswith("HTTP/1.1"):
                lines[0] = first
            if self.is_shut:
                self.held.append(lines[0])
            while self.is_shut:  # noqa: ASYNC110 - a test opens it
                await asyncio.sleep(0.05)
            outer.write(piece)
            await outer.drain()

    async def _back(self, inner, writer, lines) -> None:
        while piece := await inner.read(PIECE):
            if self.answered(lines[0]):
                return
            writer.write(piece)
            await writer.drain()


@asynccontextmanager
async def front():
    """Lend one; the test says which port of this machine it leads `to`."""
    door = Front()
    server = await asyncio.start_server(door.take, "127.0.0.1", 0)
    door.port = server.sockets[0].getsockname()[1]
    try:
        yield door
    finally:
        server.close()
