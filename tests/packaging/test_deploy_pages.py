"""Does what deploy/ says of backups and secrets work?  Its own blocks, on a real PostgreSQL."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from agents.process.clock import SystemClock
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from tests.packaging.page_blocks import mine

pytestmark = pytest.mark.postgres

DUMP, RESTORE = (block.text for block in mine("deploy/backup.md", __file__))
ROTATION, ROLES = (block.text for block in mine("deploy/secrets.md", __file__))
[NEW_STORE] = (block.text for block in mine("deploy/upgrade.md", __file__))
KEY = Fernet.generate_key().decode()


def run(script, folder, **told):
    """Run a page's block as a person would, in a folder."""
    [binaries] = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
    path = os.pathsep.join([str(binaries), str(Path(sys.executable).parent), os.environ["PATH"]])
    code = os.pathsep.join(each for each in sys.path if each)
    ran = subprocess.run(
        ["sh", "-euc", script],
        cwd=folder,
        env={"PATH": path, "PYTHONPATH": code, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


async def connect(url, key):
    """Put one tenant's connection into the store."""
    connections = Connections(url, [key], SystemClock())
    await connections.prepare()
    await connections.put(
        Connection(
            tenant="t1",
            realm="9130",
            environment="sandbox",
            access_token="a",
            refresh_token="the-one-that-counts",
            access_expires_at=datetime(2026, 1, 1, tzinfo=UTC),
            mediaos_base_url="http://127.0.0.1:1",
            mediaos_api_key="k",
            mediaos_api_password="p",
        )
    )
    await connections.close()


async def refresh_token(url, key):
    connections = Connections(url, [key], SystemClock())
    found = await connections.get("t1")
    await connections.close()
    return found.refresh_token


async def test_connections_that_were_lost_come_back_from_their_backup(postgres_database, tmp_path):
    await connect(postgres_database, KEY)
    told = {"ISTHMUS_CONNECTIONS_URL": postgres_database, "ISTHMUS_TOKEN_KEY": KEY}
    run(DUMP, tmp_path, **told)
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")

    # The list asks Kafka as well, which this test needs nothing of.
    run(RESTORE.replace("isthmus connections list", ""), tmp_path, **told)

    assert await refresh_token(postgres_database, KEY) == "the-one-that-counts"


async def test_the_token_key_is_replaced_while_both_are_valid(postgres_database, tmp_path):
    await connect(postgres_database, KEY)
    told = {"ISTHMUS_CONNECTIONS_URL": postgres_database, "ISTHMUS_TOKEN_KEY": KEY}

    said = run(ROTATION + '\nprintf %s "$ISTHMUS_TOKEN_KEY"', tmp_path, **told)

    assert "1 connection encrypted with the first key" in said
    new = said[-len(KEY) :]
    assert await refresh_token(postgres_database, new) == "the-one-that-counts"


async def test_two_roles_of_postgresql_are_valid_together(postgres_database):
    """What one made, the other goes on with; then the first is no more."""
    address = postgres_database.rpartition("@")[2]
    with psycopg.connect(postgres_database, autocommit=True) as owner:
        owner.execute(ROLES)
        try:
            await connect(f"postgresql://isthmus_a:the-first@{address}", KEY)
            second = f"postgresql://isthmus_b:the-second@{address}"
            assert await refresh_token(second, KEY) == "the-one-that-counts"
            owner.execute("DROP ROLE isthmus_a")
            assert await refresh_token(second, KEY) == "the-one-that-counts"
        finally:
            owner.execute("DROP OWNED BY isthmus_owner")
            for role in ("isthmus_a", "isthmus_b", "isthmus_owner"):
                owner.execute(f"DROP ROLE IF EXISTS {role}")


def test_a_release_of_another_schema_is_given_an_empty_store(postgres_database, tmp_path):
    parts = conninfo_to_dict(postgres_database.replace("postgresql+psycopg", "postgresql"))
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    told = {variable: str(parts[name]) for name, variable in names.items() if name in parts}
    try:
        run(NEW_STORE, tmp_path, NEW_STATE="of_the_new_release", **told)
        new = make_conninfo(**{**parts, "dbname": "of_the_new_release"})
        with psycopg.connect(new) as connection:
            found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            assert found.fetchone() == (0,)
    finally:
        with psycopg.connect(postgres_database, autocommit=True) as owner:
            owner.execute("DROP DATABASE IF EXISTS of_the_new_release")
