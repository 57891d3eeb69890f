"""How does a measured process tell its parent what it measured?  One line of JSON at a time.

Each is a process of its own, so that no measurement shares its loop with the one who measures.  It
ends with its parent, however that ends: it watches its standard input for the parent's end of it.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

import orjson

from agents.lab.bench.faults import BenchFault

ROOT = Path(__file__).parents[3]


class Child:
    """A module run as a process while the `async with` lasts; `log` gets what it complains."""

    def __init__(self, module: str, *arguments: str, log: Path) -> None:
        self._module = module
        self._arguments = arguments
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module, *self._arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env=_surroundings(),
            )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    async def kill(self) -> None:
        """End it by SIGKILL, if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def resident_mb(self) -> float:
        """Return how much memory it has, in megabytes of the resident set."""
        if self._process is None:
            raise RuntimeError("the process is started by 'async with'")
        pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000

    def cpu_seconds(self) -> float:
        """Return how long it has had a processor, all its threads together."""
        if self._process is None:
            raise RuntimeError("the process is started by 'async with'")
        told = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        # Behind the name, which may hold anything: utime and stime are the 14th and 15th of all.
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    async def said(self) -> dict[str, Any] | None:
        """Return the next thing that it says; None when it has ended."""
        if self._process is None or self._process.stdout is None:
            raise RuntimeError("the process is started by 'async with'")
        line = await self._process.stdout.readline()
        return orjson.loads(line) if line else None

    async def measured(self, seconds: float) -> dict[str, Any]:
        """Return the one thing that it says; BenchFault when it does not within that time."""
        try:
            async with asyncio.timeout(seconds):
                found = await self.said()
        except TimeoutError:
            found = None
        if found is None:
            raise BenchFault(f"{self._module} measured nothing: look into {self._log}.")
        return found


def say(**said: object) -> None:
    """Tell the parent, in a child."""
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


def end_with_parent() -> None:
    """End this child at once when its parent has gone."""
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    # Not by sys.stdin, whose lock would be held when the interpreter ends by itself.
    while os.read(0, 1024):
        pass
    os._exit(0)


def _surroundings() -> Mapping[str, str]:
    """Return our environment without the settings of an installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
