"""How Kafka runs as a process of this machine.

The pid file alone proves nothing, since ids are used again: a process is ours when its command
line names our server.properties.
"""

import asyncio
import base64
import os
import secrets
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place

GRACE_SECONDS = 20
FORMAT_SECONDS = 60
LOOK_EVERY_SECONDS = 0.1
#: States of a process that only waits to be forgotten.
ENDED = frozenset("ZX")
MOST_OF_A_LINE = 300
#: Small, quick to start, and quiet beside the tests on two cores.
FLAGS = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def launch(place: Place, java: str, libraries: Path) -> None:
    """Format an empty data folder, start Kafka detached from us, and note its process id."""
    place.data.mkdir(parents=True, exist_ok=True)
    place.properties.write_text(place.server_properties(), encoding="utf-8")
    logging = f"-Dlog4j2.configurationFile={place.templates / 'log4j2.properties'}"
    program = [java, *FLAGS, logging, "-cp", f"{libraries}/*"]
    if not (place.data / "meta.properties").exists():
        _format(place, program)

    # Not Popen: it insists on a parent that waits, and this Kafka outlives the command.
    pid = os.posix_spawn(
        java,
        [*program, "kafka.Kafka", str(place.properties)],
        os.environ,
        file_actions=_files(place),
        setsid=True,
    )
    place.pid.write_text(f"{pid}\n", encoding="utf-8")


def running(place: Place) -> int | None:
    """Return the process id of this place's Kafka, or None when it does not run."""
    try:
        pid = int(place.pid.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    _reap(pid)
    command = _command_line(pid)
    # While a process replaces itself by Java, it lives without a command line for a moment.
    ours = command is not None and (not command or str(place.properties) in command)
    return pid if ours else None


async def stop(place: Place, *, grace_seconds: float = GRACE_SECONDS) -> bool:
    """Ask Kafka to end, kill it when it does not; False when it did not run."""
    pid = running(place)
    if pid is not None:
        for sign, patience in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, GRACE_SECONDS)):
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
            if await _ended(place, patience):
                break
        else:
            raise LocalBrokerFault(f"Kafka (process {pid}) does not end: end it by hand.")
    place.pid.unlink(missing_ok=True)
    return pid is not None


def last_complaint(place: Place) -> str:
    """Return the last error that Kafka printed, else the last line."""
    try:
        return complaint_in(place.log.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return "nothing"


def complaint_in(log: str) -> str:
    """Pick the line of a log that most likely tells why Kafka did not start."""
    lines = log.split("\n")
    wrong = [line for line in lines if "ERROR" in line or "Exception" in line]
    said = wrong or [line for line in lines if line.strip()] or ["nothing"]
    return said[-1].strip()[:MOST_OF_A_LINE]


async def _ended(place: Place, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while running(place) is not None:  # noqa: ASYNC110 - its end sets no event of ours
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            return True
    return False


def _files(place: Place) -> list[tuple[int, int, str, int, int] | tuple[int, int, int]]:
    to_log = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(place.log), to_log, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]


def _format(place: Place, program: list[str]) -> None:
    # Kafka's tools read a leading hyphen as an option.
    cluster = "i" + base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[1:22]
    arguments = ["format", "-t", cluster, "-c", str(place.properties), "--standalone"]
    made = subprocess.run(
        [*program, "kafka.tools.StorageTool", *arguments, "--ignore-formatted"],
        capture_output=True,
        text=True,
        timeout=FORMAT_SECONDS,
        check=False,
    )
    if made.returncode != 0:
        said = (made.stderr or made.stdout).strip().splitlines()
        raise LocalBrokerFault(
            f"Kafka cannot use {place.data} ({said[-1] if said else 'no reason given'}): "
            "delete that folder, or name another by --data."
        )


def _is_dead(pid: int) -> None:
    # A child of ours that ended stays in the process table until somebody asks.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _reap(pid: int) -> None:
    # A child of ours that ended stays in the process table until somebody asks.
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _command_line(pid: int) -> str | None:
    """Return the command line, empty while it is being replaced; None of an ended process."""
    if Path("/proc/self").exists():
        return _from_proc(Path(f"/proc/{pid}"))
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    return shown.stdout if shown.returncode == 0 else None


def _from_proc(folder: Path) -> str | None:
    # Of every thread: the first may have ended while the others still hold the ports.
    states = {_state(task) for task in folder.glob("task/*")}
    if states <= ENDED:
        return None
    with suppress(OSError):
        return (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return None


def _state(task: Path) -> str:
    with suppress(OSError):
        return (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return "X"
