"""Which processes run, and how does every one of them end?

Each leads a process group of its own, so that a Ctrl-C in the terminal reaches only us and we end
the others in order.  What runs is noted in a file before anything depends on it: a demo that was
itself killed is cleaned up after by the next one, or by `isthmus demo --stop`.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from agents.lab.demo.faults import DemoFault
from agents.lab.demo.running import mark_of

FILE = "processes.json"
#: The demo's own process, which is noted but never ended by another.
DEMO = "demo"
GRACE_SECONDS = 8.0
LOOK_EVERY_SECONDS = 0.1


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A process that was started: its id, and a mark that no later process of that id has."""

    name: str
    pid: int
    mark: str


@dataclass(slots=True)
class Processes:
    """The processes of one demo."""

    folder: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._note()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start a process; what it prints is appended to its log."""
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(environment),
                start_new_session=True,
            )
        self._note()

    def log(self, name: str) -> Path:
        """Return where a process prints."""
        return self.folder / f"{name}.log"

    def kill(self, name: str) -> None:
        """End a process by SIGKILL; it is not missed by `guard`."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._note()

    async def guard(self) -> None:
        """Look until cancelled; DemoFault when a process has ended by itself."""
        while True:
            self.insist()
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def insist(self) -> None:
        """Raise DemoFault when a process has ended by itself."""
        for name, process in self._running.items():
            status = process.poll()
            if status is not None:
                raise DemoFault(
                    f"{name} ended by itself with status {status} ({self._last_words(name)}): "
                    f"look into {self.log(name)}."
                )

    async def stop(self) -> None:
        """End all of them: asked first, killed after a grace; the youngest first."""
        for process in reversed(self._running.values()):
            _signal(process, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while self._alive():  # noqa: ASYNC110 - its end sets no event of ours
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
        for process in self._running.values():
            # Also what the process itself left in its group.
            _signal(process, signal.SIGKILL)
            process.wait()
        self._running.clear()
        self._note()

    def _alive(self) -> bool:
        return any(process.poll() is None for process in self._running.values())

    def _note(self) -> None:
        pids = {DEMO: os.getpid(), **{name: one.pid for name, one in self._running.items()}}
        noted = [Noted(name=name, pid=pid, mark=mark_of(pid) or "") for name, pid in pids.items()]
        (self.folder / FILE).write_bytes(msgspec.json.encode(noted))

    def _last_words(self, name: str) -> str:
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        said = [line.strip() for line in lines if line.strip()]
        return said[-1][:200] if said else "it said nothing"


def is_playing(folder: Path) -> bool:
    """Tell whether a demo, of another process than this, is at work in a folder."""
    noted = _noted_in(folder)
    return any(one.name == DEMO and one.pid != os.getpid() for one in noted)


def _noted_in(folder: Path) -> list[Noted]:
    try:
        noted = msgspec.json.decode((folder / FILE).read_bytes(), type=list[Noted])
    except (OSError, msgspec.MsgspecError):
        return []
    return [one for one in noted if one.mark and mark_of(one.pid) == one.mark]


def _left_in(folder: Path) -> list[Noted]:
    return [one for one in _noted_in(folder) if one.name != DEMO]


async def end_noted(folder: Path) -> list[str]:
    """End what an earlier demo left running; return the names."""
    found = _left_in(folder)
    for one in found:
        _signal_group(one.pid, signal.SIGTERM)
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            while _left_in(folder):  # noqa: ASYNC110 - a stranger's end sets no event of ours
                await asyncio.sleep(LOOK_EVERY_SECONDS)
    for one in _left_in(folder):
        _signal_group(one.pid, signal.SIGKILL)
    return [one.name for one in found]


def _signal(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    _signal_group(process.pid, sign)


def _signal_group(pid: int, sign: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, sign)
