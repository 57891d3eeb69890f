"""A gateway that cannot start says why in one sentence, and serves nothing."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import create_engine

from streams.secrets import schema
from tests.testing.qbo_world import KEY


def too_new(folder):
    engine = create_engine(f"sqlite:///{folder}/connections.sqlite")
    schema.bring_up(engine)
    with engine.begin() as database:
        database.execute(schema._VERSION.update().values(version_num="0999"))
    engine.dispose()
    return f"sqlite:///{folder}/connections.sqlite"


def away(_folder):
    return "postgresql://isthmus:hunter2@127.0.0.1:1/connections"


@pytest.mark.parametrize(
    ("database", "says"),
    [
        (too_new, "The database of the connections has schema 0999, and this release knows up to"),
        (away, "The database of the connections cannot be used (OperationalError): start it, see"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(tmp_path, database, says):
    here = {name: each for name, each in os.environ.items() if not name.startswith("ISTHMUS_")}
    told = {
        "ISTHMUS_BROKERS": "127.0.0.1:1",
        "ISTHMUS_CONNECTIONS_URL": database(tmp_path),
        "ISTHMUS_TOKEN_KEY": KEY,
        "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": "verifier",
        "ISTHMUS_SPOOL_FOLDER": str(tmp_path / "spool"),
        "ISTHMUS_GATEWAY_METRICS_PORT": "0",
    }

    done = subprocess.run(
        [sys.executable, "-m", "agents.cli.main", "gateway"],
        env={**here, **told},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1
