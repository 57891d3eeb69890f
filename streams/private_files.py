"""Who may read what we keep in files?  Only the user that runs us: it is others' business."""

import contextlib
import os
from pathlib import Path

OURS_ALONE = 0o600


def make_private(path: Path) -> None:
    """Make a file, and the folder around it, that only its owner reads; keep what is in it.

    SQLite gives what it writes beside a database the same rights.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Where that is not ours to do, SQLite says so when it opens the file.
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OURS_ALONE))
        if path.stat().st_mode & 0o777 != OURS_ALONE:
            path.chmod(OURS_ALONE)
