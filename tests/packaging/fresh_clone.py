"""A fresh clone, and a person who knows nothing and types what its pages say."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import NamedTuple

from tests.packaging.page_blocks import ROOT

#: A line that no command writes: a Ctrl-C is pressed once.
NEVER = r"(?!)"


class Said(NamedTuple):
    """How a shell ended, and what stood on its screen."""

    code: int
    text: str


def clone(folder: Path) -> Path:
    """Lay out what a clone of this state has, with the environment that `make install` makes."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    # Younger than all that it is made of: make has nothing to install.
    for name in ("pyproject.toml", *map(str, folder.glob("deploy/requirements*.lock"))):
        os.utime(folder / name, (0, 0))
    (folder / ".venv/.installed").touch()
    return folder


def environment(folder: Path, told: Mapping[str, str]) -> dict[str, str]:
    """Return what a shell in the clone has: 80 columns, and nothing of another installation."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    return {**ours, "PYTHONPATH": str(folder), "COLUMNS": "80", **told}


def typed(script: str, folder: Path, seconds: float = 60, **told: str) -> Said:
    """Type it into a shell, in a folder, and wait until it is done."""
    ran = subprocess.run(
        ["sh", "-euc", script],
        cwd=folder,
        env=environment(folder, told),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Said(ran.returncode, ran.stdout)


def interrupted(script: str, folder: Path, shown: str, seconds: float, **told: str) -> str:
    """Type it, press Ctrl-C once a line is as shown, and return all that stood on the screen.

    What has not ended after so many seconds is killed.
    """
    process = subprocess.Popen(
        # A shell has whatever runs in its background deaf to a Ctrl-C, and all that this starts.
        ["env", "--default-signal=INT", "sh", "-euc", script],
        cwd=folder,
        env=environment(folder, {"PYTHONUNBUFFERED": "1", **told}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said = []
    hangs = Timer(seconds, os.killpg, (process.pid, signal.SIGKILL))
    hangs.start()
    try:
        for line in process.stdout or ():
            said.append(line)
            if re.search(shown, line):
                os.killpg(process.pid, signal.SIGINT)
                shown = NEVER
        process.wait()
    finally:
        hangs.cancel()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return "".join(said)
