"""Who may read what we keep in files?  Only the user that runs us: it is others' business."""

import contextlib
import os
import stat
from pathlib import Path

OURS_ALONE = 0o600


def make_private(path: Path) -> None:
    """Make a file, and the folder around it, that only its owner reads; keep what is in it.

    SQLite gives what it writes beside a database the same rights.  One that is there is not opened:
    who closes a file takes the locks on it that its process has, by which a database is written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where that is not ours to do, SQLite says so when it opens the file.
    with contextlib.suppress(OSError):
        _make(path.resolve())
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & ~OURS_ALONE:
            path.chmod(mode & OURS_ALONE)


def _make(path: Path) -> None:
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OURS_ALONE))
