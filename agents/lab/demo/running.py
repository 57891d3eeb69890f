"""Does a process that we noted still run, and is it the same one?

An id alone proves nothing, since ids are used again; with the time of its start it does.
"""

import subprocess
from pathlib import Path


def mark_of(pid: int) -> str | None:
    """Return when a living process started, in words of its system; None of one that ended."""
    if Path("/proc/self").exists():
        return _from_proc(Path(f"/proc/{pid}/stat"))
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    state, _, started = shown.stdout.strip().partition(" ")
    return started.strip() if started and not state.startswith("Z") else None


def _from_proc(stat: Path) -> str | None:
    try:
        state, *fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    # The 22nd field of proc(5)'s stat, of which the state is the third: ticks since boot.
    return None if state in "ZX" else fields[22 - 4]
