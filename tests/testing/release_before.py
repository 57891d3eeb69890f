"""The release before this one, as its workers and gateways still run while it is replaced."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.testing.means import missing

#: Its commit, and the version of its state store's schema: moved on when a release is made.
COMMIT = "524af81c"
STORE_VERSION = 9


def release_before(root: Path, folder: Path) -> Path:
    """Lay out the release before this one in a folder, from the history of this repository."""
    if _is_cut(root):
        # A copy of one commit is as good for all else, and nothing that could be installed.
        pytest.skip(f"there is no history back to {COMMIT} here: fetch all of it")
    archive = ("git", "archive", COMMIT, "agents", "schemas", "streams")
    made = subprocess.run(archive, cwd=root, capture_output=True, check=False)
    if made.returncode:
        missing(f"the history has no {COMMIT}, and is not cut")
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def _is_cut(root: Path) -> bool:
    """Tell whether this is a copy without its history, or with the end of it alone."""
    asked = ("git", "rev-parse", "--is-shallow-repository")
    told = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    return told.stdout.strip() != "false"
