"""A PostgreSQL for a test session: Debian's binaries, a folder and a port of its own.

PostgreSQL refuses to run as root, so root starts it as the user `nobody`.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from agents.lab.local import ports
from tests.testing.means import missing

USER = "nobody"
READY_SECONDS = 60


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a server, up to and without the database's name."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        missing("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="isthmus-postgres-"))
    try:
        yield from _server(binaries[-1], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest, postgres: str) -> str:
    """Address of an empty database."""
    # Asked for by name alone, it is not seen when markers are given.
    assert request.node.get_closest_marker("postgres"), "mark the test: it needs PostgreSQL"
    name = f"test{next(_numbers)}"
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return f"{postgres}/{name}"


_numbers = count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def connections_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of connections of its own, empty, of either sort."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/connections.sqlite"
    return str(request.getfixturevalue("postgres_database"))


def _server(binaries: Path, folder: Path) -> Iterator[str]:
    as_user = _as_user(folder)
    data = folder / "data"
    subprocess.run(
        [*as_user, binaries / "initdb", "-D", data, "-U", "isthmus", "--auth=trust", "-E", "UTF8"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    [port] = ports.free(1)
    pg_ctl = [*as_user, binaries / "pg_ctl", "-D", data, "-t", str(READY_SECONDS), "-w"]
    # No collation of ours may lean on the server's: the tests run with its default one.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
    log = folder / "log"
    subprocess.run(
        [*pg_ctl, "-l", log, "-o", options, "start"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        yield f"postgresql://isthmus@127.0.0.1:{port}"
    finally:
        stop = [*pg_ctl, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd=folder)


def _as_user(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, USER)
    return ["runuser", "-u", USER, "--"]
