"""The database of the connections is brought up once, and what is in it stays."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from streams.secrets import invitations, preflights, schema
from streams.secrets.connection_rows import METADATA
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.secrets.schema import VERSIONS, SchemaTooNewError, bring_up, version_of
from tests.unit.secrets.test_connections import KEY, FrozenClock, connection
from tests.unit.secrets.test_invitations import terms

#: As the release before the first version made them.
BEFORE = """
CREATE TABLE IF NOT EXISTS connections (
	tenant VARCHAR NOT NULL, realm VARCHAR NOT NULL, environment VARCHAR NOT NULL,
	mediaos_base_url VARCHAR NOT NULL, secrets {blob} NOT NULL,
	access_expires_at VARCHAR NOT NULL, version INTEGER NOT NULL,
	reconnect VARCHAR, lease VARCHAR, lease_since VARCHAR,
	PRIMARY KEY (tenant), UNIQUE (realm)
);
CREATE TABLE IF NOT EXISTS invitations (
	link VARCHAR NOT NULL, tenant VARCHAR NOT NULL, state VARCHAR, browser VARCHAR,
	terms {blob} NOT NULL, expires_at VARCHAR NOT NULL,
	PRIMARY KEY (link), UNIQUE (state)
)
"""
BLOB = {"sqlite": "BLOB", "postgresql": "BYTEA"}


@pytest.fixture
def engine(connections_url):
    engine = create_engine(connections_url.replace("postgresql:", "postgresql+psycopg:"))
    yield engine
    engine.dispose()


def version(engine):
    with engine.connect() as database:
        return version_of(database)


def made_before(engine, tables):
    with engine.begin() as database:
        for statement in BEFORE.format(blob=BLOB[engine.dialect.name]).split(";")[:tables]:
            database.execute(text(statement))


def test_what_is_brought_up_is_what_the_code_reads_and_writes(engine):
    bring_up(engine)

    with engine.connect() as database:
        context = MigrationContext.configure(
            database, opts={"version_table": schema.VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []
    assert version(engine) == VERSIONS[-1]


def test_the_versions_are_those_of_the_scripts():
    folder = Path(schema.__file__).parent / "migrations"
    scripts = ScriptDirectory(str(folder)).walk_revisions()

    assert tuple(reversed([each.revision for each in scripts])) == VERSIONS
    for each in (folder / "versions").glob("v*.py"):
        assert re.match(r"v(\d{4})_", each.name)[1] in VERSIONS


def test_a_table_that_came_since_is_made_beside_and_an_earlier_release_comes_back(engine):
    bring_up(engine)
    with engine.begin() as database:
        for each in schema.ADDED:
            each.drop(database)

    bring_up(engine)

    assert version(engine) == "0001"
    with engine.connect() as database:
        assert all(database.dialect.has_table(database, each.name) for each in schema.ADDED)


@pytest.mark.parametrize("tables", [1, 2], ids=["of a worker", "of a gateway"])
async def test_a_database_of_before_the_versions_is_adopted_with_all_that_is_in_it(
    connections_url, engine, tables, monkeypatch
):
    made_before(engine, tables)
    old = Connections(connections_url, [KEY], FrozenClock())
    # What wrote that had no such table, and asked for none.
    schema.ERASED.create(engine)
    stored = await old.put(connection(reconnect="invalid_grant"))
    schema.ERASED.drop(engine)
    inviting = Invitations(connections_url, [KEY], FrozenClock())
    link = (await inviting.invite(terms()))[0] if tables == 2 else None
    await old.close()
    assert version(engine) is None

    new = Connections(connections_url, [KEY], FrozenClock())
    await new.prepare()

    assert version(engine) == VERSIONS[-1]
    assert await new.get("t1") == stored
    if link:
        assert await inviting.look(link) == terms()
    assert await new.lease("t1", stored.version, "mine")
    assert (await inviting.invite(terms("t2")))[1]
    await new.close()
    await inviting.close()


async def test_what_a_newer_release_brought_up_is_refused_by_name_and_left_alone(
    connections_url, engine
):
    bring_up(engine)
    with engine.begin() as database:
        database.execute(schema._VERSION.update().values(version_num="0999"))

    for each in (Connections, Invitations):
        refused = each(connections_url, [KEY], FrozenClock())
        with pytest.raises(SchemaTooNewError, match=r"has schema 0999, and this release knows up"):
            await refused.prepare()
        await refused.close()
    assert version(engine) == "0999"


STARTS = """
import sys
from sqlalchemy import create_engine
from streams.secrets.schema import bring_up
sys.stdin.readline()
bring_up(create_engine(sys.argv[1]))
print("alembic" in sys.modules)
"""


def test_of_processes_that_start_at_once_all_come_up(connections_url, engine):
    address = connections_url.replace("postgresql:", "postgresql+psycopg:")
    command = (sys.executable, "-c", STARTS, address)
    told = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    several = [subprocess.Popen(command, text=True, **told) for _ in range(4)]
    for each in several:
        each.stdin.write("go\n")
        each.stdin.flush()

    said = [each.communicate(timeout=60) for each in several]

    assert [(each.returncode, err) for each, (_, err) in zip(several, said, strict=True)] == (
        [(0, "")] * 4
    )
    assert "True" in [out.strip() for out, _ in said]
    assert version(engine) == VERSIONS[-1]


def test_a_database_that_is_up_is_only_read(connections_url, engine, monkeypatch):
    bring_up(engine)

    def never(*_):
        raise AssertionError

    monkeypatch.setattr(schema, "_lock", never)
    bring_up(engine)


def test_a_version_that_fails_leaves_nothing_behind(engine, monkeypatch):
    made_before(engine, 1)
    upgrade = schema._upgrade

    def failing(database):
        upgrade(database)
        raise ConnectionError

    monkeypatch.setattr(schema, "_upgrade", failing)
    with pytest.raises(ConnectionError):
        bring_up(engine)

    with engine.connect() as database:
        for table in (invitations._TABLE, preflights._TABLE):
            assert not database.dialect.has_table(database, table.name)
    assert version(engine) is None
