"""Both databases are looked at, and nothing in them changes."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine

from agents.cli.doctor.database_checks import connections, store
from schemas.tenant_state import Connected, Tenant
from streams.journal import tables
from streams.journal.store import Store
from streams.secrets import schema
from streams.secrets.connection_rows import TABLE
from streams.secrets.connections import Connections
from streams.settings import ProcessSettings
from tests.testing.qbo_world import TENANT, connected

GRANT = {"access_token": "a", "refresh_token": "r", "expires_in": 3600}
CANNOT = "the connection to QuickBooks cannot be used"
AGAIN = "Connect it again, as the Master Administrator of the company."
KEY, OTHER = (Fernet.generate_key().decode() for _ in range(2))


class Clock:
    def now(self):
        return datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/a #database.sqlite"
    return request.getfixturevalue("postgres_database")


def change(url, statement):
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as database:
        database.execute(statement)
    engine.dispose()


def said(found):
    return [(each.check, str(each.state), each.says) for each in found]


def of_store(url):
    return said(store(url))


def of_connections(url, *keys, environment="sandbox", state_url="sqlite:////nobody/worker"):
    settings = ProcessSettings(
        connections_url=url, token_key=keys, qbo_environment=environment, state_url=state_url
    )
    found, working = connections(settings)
    return said(found), [each.tenant for each in working]


@pytest.fixture
async def stored(url):
    """A database of connections with one tenant."""
    made = Connections(url, [KEY], Clock())
    await made.prepare()
    yield await made.put(connected(GRANT, Clock().now() + timedelta(days=1)))
    await made.close()


def test_a_store_that_is_not_there_is_no_fault_and_is_not_made(tmp_path):
    [(_, state, says)] = of_store(f"sqlite:///{tmp_path}/worker.sqlite")

    assert (state, "is not there yet: a worker makes it" in says) == ("warning", True)
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_this_release_answers(url):
    Store(url).close()

    assert of_store(url) == [("store", "ok", f"It answers, with schema {tables.VERSION}.")]


def test_a_store_of_another_release_is_a_fault(url):
    Store(url).close()
    change(url, tables.schema.update().values(version=3))

    [(_, state, says)] = of_store(url)

    assert state == "fault"
    assert says.startswith(f"It has schema [3], and this release knows {tables.VERSION}: run the ")


@pytest.mark.postgres
def test_an_empty_database_is_made_by_a_worker(postgres_database):
    assert of_store(postgres_database) == [
        ("store", "ok", "It is empty: a worker makes it from the journal at its start.")
    ]


@pytest.mark.parametrize("check", [of_store, lambda url: of_connections(url, KEY)[0]])
def test_a_database_that_is_away_is_a_fault_with_the_setting_and_no_password(check):
    [(_, state, says)] = check("postgresql://isthmus:hunter2@127.0.0.1:1/state")

    assert state == "fault"
    assert "It cannot be read (OperationalError): start its database" in says
    assert "ISTHMUS_" in says
    assert "hunter2" not in says


def test_a_file_that_is_no_database_is_a_fault(tmp_path):
    (tmp_path / "worker.sqlite").write_bytes(b"no database" * 100)

    [(_, state, _)] = of_store(f"sqlite:///{tmp_path}/worker.sqlite")
    assert state == "fault"


async def test_connections_that_open_work(url, stored):
    assert of_connections(url, KEY) == (
        [
            ("connections", "ok", f"Their database answers, with schema {schema.VERSIONS[-1]}."),
            ("secrets", "ok", "Connections that open and work: 1."),
        ],
        [stored.tenant],
    )


async def test_without_a_key_no_secret_opens(url, stored):
    found, working = of_connections(url)

    assert working == []
    assert found[1][:2] == ("secrets", "fault")
    assert "ISTHMUS_TOKEN_KEY is not set" in found[1][2]


async def test_a_key_that_does_not_open_them_is_a_fault_that_names_the_tenant(url, stored):
    found, working = of_connections(url, OTHER)

    assert working == []
    assert found[1] == (
        "secrets",
        "fault",
        (
            f"Tenant {stored.tenant}: {CANNOT}: tenant {stored.tenant}: no key that is set opens "
            f"its secrets; set the old key too. {AGAIN} `isthmus connect {stored.tenant}` makes "
            "the link."
        ),
    )


async def test_a_connection_of_the_other_environment_is_a_fault(url, stored):
    found, working = of_connections(url, KEY, environment="production")

    assert working == []
    assert "is connected in sandbox, and these settings are for production" in found[1][2]


async def test_a_tenant_that_is_to_connect_anew_is_a_fault(url, stored):
    change(url, TABLE.update().values(reconnect="invalid_grant"))

    found, working = of_connections(url, KEY)

    assert working == []
    assert found[1][2] == (
        f"Tenant {stored.tenant}: {CANNOT}: invalid_grant. {AGAIN} `isthmus connect "
        f"{stored.tenant}` makes the link."
    )


def journaled(folder, **tenants):
    """Return the address of a worker's store that has these tenants connected."""
    address = f"sqlite:///{folder}/a worker.sqlite"
    Store(address).close()
    for number, (name, known) in enumerate(tenants.items()):
        values = {"partition": 0, "position": number, "open": True}
        body = msgspec.json.encode(Tenant(connection=known))
        change(address, tables.rows.insert().values(key=f"tenant:{name}", body=body, **values))
    return address


async def test_a_tenant_whose_row_is_gone_is_a_fault_where_a_worker_s_store_knows_of_it(
    url, stored, tmp_path
):
    gone = Connected(version=1, realm="7", environment="sandbox")
    state = journaled(tmp_path, **{stored.tenant: stored.told, "t9": gone, "t8": None})

    found, working = of_connections(url, KEY, state_url=state)

    assert working == [stored.tenant]
    assert [each[:2] for each in found] == [("connections", "ok"), ("secrets", "fault")]
    assert found[1][2] == (
        f"Tenant t9: {CANNOT}: its tokens are gone. {AGAIN} `isthmus connect t9` makes the link."
    )


@pytest.mark.parametrize("again", [False, True], ids=["left", "with another company"])
async def test_whom_a_worker_s_store_has_not_heard_to_have_left_is_no_fault(
    url, stored, tmp_path, again
):
    """It is stopped, or the tenant's partition was given to another, which has its own store."""
    made = Connections(url, [KEY], Clock())
    first = await made.put(replace(stored, installation="here"))
    state = journaled(tmp_path, **{stored.tenant: first.told})
    assert await made.erase(stored.tenant, first.version)
    if again:
        await made.put(replace(first, realm="4711"))
    await made.close()

    found, working = of_connections(url, KEY, state_url=state)

    assert [each[:2] for each in found] == [("connections", "ok"), ("secrets", "ok")]
    assert working == [stored.tenant] * again


async def test_who_was_connected_again_since_it_left_and_whose_row_is_gone_is_a_fault(
    url, stored, tmp_path
):
    made = Connections(url, [KEY], Clock())
    assert await made.erase(stored.tenant, stored.version)
    again = await made.put(replace(stored, installation="here"))
    await made.close()
    state = journaled(tmp_path, **{stored.tenant: again.told})
    change(url, TABLE.delete())

    found, _ = of_connections(url, KEY, state_url=state)

    assert f"Tenant {stored.tenant}: {CANNOT}: its tokens are gone." in found[1][2]


async def test_tokens_of_before_what_the_journal_has_are_a_fault(url, stored, tmp_path):
    made = Connections(url, [KEY], Clock())
    later = await made.replace(replace(stored, installation="here"))
    await made.close()
    for version, works in ((later.version, True), (later.version + 1, False)):
        state = journaled(tmp_path, **{stored.tenant: replace(later, version=version).told})
        found, working = of_connections(url, KEY, state_url=state)
        (tmp_path / "a worker.sqlite").unlink()

        assert (working == [stored.tenant]) is works
        assert ("it was restored from a copy" in found[1][2]) is not works


@pytest.mark.parametrize("version", [3, tables.VERSION])
async def test_a_worker_s_store_that_is_of_no_use_here_hides_nothing(
    url, stored, tmp_path, version
):
    state = journaled(tmp_path)
    change(state, tables.schema.update().values(version=version))
    values = {"partition": 0, "position": 1, "open": True}
    change(state, tables.rows.insert().values(key="tenant:t9", body=b"no tenant", **values))

    assert of_connections(url, KEY, state_url=state)[1] == [stored.tenant]


async def test_a_database_of_before_the_versions_is_a_warning(url, stored):
    change(url, schema._VERSION.delete())

    assert of_connections(url, KEY)[0][0] == (
        "connections",
        "warning",
        (
            "Their database has no schema yet: the next start of a worker or a gateway brings it "
            f"up to {schema.VERSIONS[-1]}."
        ),
    )


async def test_a_database_of_a_newer_release_is_a_fault(url, stored):
    change(url, schema._VERSION.update().values(version_num="0999"))

    [(check, state, says)], _ = of_connections(url, KEY)

    assert (check, state) == ("connections", "fault")
    assert "has schema 0999, and this release knows up to" in says


async def test_looking_leaves_the_files_as_they_were(tmp_path):
    urls = [f"sqlite:///{tmp_path}/{name}.sqlite" for name in ("worker", "connections")]
    Store(urls[0]).close()
    made = Connections(urls[1], [KEY], Clock())
    await made.prepare()
    await made.close()
    before = contents(tmp_path)

    of_store(urls[0])
    of_connections(urls[1], KEY)

    assert contents(tmp_path) == before


def contents(folder: Path):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def writing(path):
    """A transaction of another process, in the midst of writing its pages into the file."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA cache_size = 1")
    other.execute("BEGIN IMMEDIATE")
    other.execute("CREATE TABLE large (told TEXT)")
    other.execute("DELETE FROM connections")
    for number in range(50):
        other.execute("INSERT INTO large VALUES (?)", (f"{number}" * 2_000,))
    return other


async def test_what_another_process_has_not_committed_is_not_read(tmp_path):
    """A disconnect that never was would be told as tokens that are gone."""
    path = tmp_path / "connections.sqlite"
    made = Connections(f"sqlite:///{path}", [KEY], Clock())
    await made.prepare()
    await made.put(connected(GRANT, Clock().now() + timedelta(days=1)))
    await made.close()
    other = writing(path)
    try:
        looking = asyncio.create_task(asyncio.to_thread(of_connections, f"sqlite:///{path}", KEY))
        await asyncio.sleep(0.3)
        other.execute("ROLLBACK")
        found, working = await looking
    finally:
        other.close()

    assert working == [TENANT], found
