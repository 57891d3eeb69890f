"""The release before this one, as its workers and gateways still run while it is replaced."""

import io
import subprocess
import tarfile
from pathlib import Path

from tests.testing.means import missing

#: Its commit, and the version of its state store's schema: moved on when a release is made.
COMMIT = "524af81c"
STORE_VERSION = 9


def release_before(root: Path, folder: Path) -> Path:
    """Lay out the release before this one in a folder, from the history of this repository."""
    archive = ("git", "archive", COMMIT, "agents", "schemas", "streams")
    made = subprocess.run(archive, cwd=root, capture_output=True, check=False)
    if made.returncode:
        missing(f"the history has no {COMMIT}: fetch all of it")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder
