import asyncio
import dataclasses
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import MetaData, Table, text

from streams.secrets.connection import Connection
from streams.secrets.connections import Connections, RealmTakenError
from streams.secrets.invitations import Invitations
from streams.secrets.sealing import KeyLostError, SealedForAnotherError
from tests.unit.secrets.test_invitations import terms

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY, OLD_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = ("access-1", "refresh-1", "key-1", "password-1")


class FrozenClock:
    def now(self):
        return NOW


def connection(**given):
    return Connection(
        **{
            "tenant": "t1",
            "realm": "9130",
            "environment": "production",
            "access_token": "access-1",
            "refresh_token": "refresh-1",
            "access_expires_at": NOW + timedelta(hours=1),
            "mediaos_base_url": "http://mediaos.test",
            "mediaos_api_key": "key-1",
            "mediaos_api_password": "password-1",
            **given,
        }
    )


@pytest.fixture
async def connections(connections_url):
    connections = Connections(connections_url, [KEY], FrozenClock())
    await connections.prepare()
    yield connections
    await connections.close()


async def test_processes_that_start_at_once_make_one_table(connections_url):
    several = [Connections(connections_url, [KEY], FrozenClock()) for _ in range(6)]

    await asyncio.gather(*(each.prepare() for each in several))

    assert await several[0].put(connection()) == await several[5].get("t1")
    for each in several:
        await each.close()


async def test_what_was_put_is_got_with_its_version(connections):
    stored = await connections.put(connection())

    assert stored == dataclasses.replace(connection(), version=1)
    assert await connections.get("t1") == stored
    assert await connections.tenant_of("9130") == stored.tenant


async def test_nobody_is_connected_unless_put(connections):
    assert await connections.get("t1") is None
    assert await connections.tenant_of("9130") is None
    assert await connections.tenants() == ()


async def test_a_name_that_no_tenant_has_is_not_connected(connections):
    assert await connections.get("t\0") is None
    assert await connections.get("t" * 12_000) is None


async def test_tenants_are_listed_in_order(connections):
    await connections.put(connection(tenant="t2", realm="2"))
    await connections.put(connection(tenant="t1", realm="1"))

    assert await connections.tenants() == ("t1", "t2")


async def test_no_secret_is_readable_in_the_database_or_the_repr(connections):
    stored = await connections.put(connection())

    with connections._engine.connect() as database:
        row = str(database.execute(text("SELECT * FROM connections")).all())
    assert "9130" in row
    for secret in SECRETS:
        assert secret not in row
        assert secret not in repr(stored)


async def test_connecting_anew_moves_the_version_on(connections):
    await connections.put(connection(reconnect="invalid_grant"))

    again = await connections.put(connection(access_token="access-2"))

    assert (again.version, again.reconnect) == (2, None)
    assert await connections.get("t1") == again


async def test_a_company_belongs_to_one_tenant(connections):
    await connections.put(connection())

    with pytest.raises(RealmTakenError, match="9130"):
        await connections.put(connection(tenant="t2"))


async def test_only_the_present_version_is_replaced(connections):
    first = await connections.put(connection())

    second = await connections.replace(dataclasses.replace(first, access_token="access-2"))

    assert second == dataclasses.replace(first, access_token="access-2", version=2)
    assert await connections.replace(dataclasses.replace(first, access_token="late")) is None
    assert await connections.get("t1") == second


async def test_one_owner_alone_has_the_lease_of_a_version(connections):
    stored = await connections.put(connection())

    mine = await connections.lease("t1", stored.version, "mine")
    theirs = await connections.lease("t1", stored.version, "theirs")

    assert mine == theirs
    assert (mine.owner, mine.since) == ("mine", NOW)


async def test_there_is_no_lease_on_a_version_that_moved_on(connections):
    stored = await connections.put(connection())
    await connections.replace(stored)

    assert await connections.lease("t1", stored.version, "late") is None


async def test_a_replaced_or_returned_lease_is_free_again(connections):
    stored = await connections.put(connection())
    await connections.give_back("t1", await connections.lease("t1", stored.version, "mine"))

    assert (await connections.lease("t1", stored.version, "theirs")).owner == "theirs"
    following = await connections.replace(stored)
    assert (await connections.lease("t1", following.version, "third")).owner == "third"


async def test_an_old_key_still_opens_and_a_lost_one_is_named(connections_url):
    old = Connections(connections_url, [OLD_KEY], FrozenClock())
    await old.prepare()
    stored = await old.put(connection())
    rotated = Connections(connections_url, [KEY, OLD_KEY], FrozenClock())
    lost = Connections(connections_url, [KEY], FrozenClock())

    assert await rotated.get("t1") == stored
    with pytest.raises(KeyLostError, match="t1"):
        await lost.get("t1")

    for each in (old, rotated, lost):
        await each.close()


async def test_a_connection_is_newer_than_what_the_journal_had_though_the_store_forgot_it(
    connections,
):
    await connections.put(connection())
    await connections.erase("t1")
    assert await connections.get("t1") is None

    assert (await connections.put(connection(version=7))).version == 8


async def test_a_rotated_key_opens_everything_and_the_old_one_nothing(connections_url):
    old = Connections(connections_url, [OLD_KEY], FrozenClock())
    await old.prepare()
    stored = await old.put(connection())
    both = Connections(connections_url, [KEY, OLD_KEY], FrozenClock())

    assert await both.rotate() == ()

    only_new = Connections(connections_url, [KEY], FrozenClock())
    assert await only_new.get("t1") == stored
    assert await old.rotate() == ("t1",)
    with pytest.raises(KeyLostError):
        await old.get("t1")
    for each in (old, both, only_new):
        await each.close()


async def test_what_a_worker_with_the_old_key_renews_meanwhile_is_under_the_new_one_as_well(
    connections_url, monkeypatch
):
    old = Connections(connections_url, [OLD_KEY], FrozenClock())
    await old.prepare()
    stored = await old.put(connection())
    both, only_new = (
        Connections(connections_url, keys, FrozenClock()) for keys in ([KEY, OLD_KEY], [KEY])
    )
    anew, renewed = both._seal.anew, []

    def beside(row):
        found = anew(row)
        if not renewed:
            renewed.append(asyncio.run(old.replace(dataclasses.replace(stored, access_token="2"))))
        return found

    monkeypatch.setattr(both._seal, "anew", beside)

    assert await both.rotate() == ()

    assert await only_new.get("t1") == renewed[0]
    for each in (old, both, only_new):
        await each.close()


async def test_the_database_is_never_called_on_the_event_loop(connections, monkeypatch):
    threads = set()
    real = connections._engine.connect

    def connect():
        threads.add(threading.get_ident())
        return real()

    monkeypatch.setattr(connections._engine, "connect", connect)
    await connections.get("t1")
    await connections.tenants()

    assert threads
    assert threading.get_ident() not in threads


@pytest.fixture
async def invitations(connections_url, connections):
    invitations = Invitations(connections_url, [KEY], FrozenClock())
    yield invitations
    await invitations.close()


@pytest.mark.parametrize("version", [None, 0], ids=["whatever stands there", "seen before"])
async def test_a_consent_and_a_disconnect_in_one_instant_leave_all_of_it_or_nothing(
    connections, invitations, version
):
    for _ in range(10):
        started = await invitations.start((await invitations.invite(terms()))[0])
        kept, erased = await asyncio.gather(
            connections.keep(connection(), started.state), connections.erase("t1", version)
        )

        # What was not there when the other one looked is told to him, and stays.
        assert (await connections.get("t1") is not None) is not erased
        assert kept is not None or erased
        assert await connections.keep(connection(), started.state) is None, "the link is used up"
        await connections.erase("t1")


async def test_of_two_consents_in_one_instant_one_is_kept(connections, invitations):
    for _ in range(10):
        first = await invitations.start((await invitations.invite(terms()))[0])
        with connections._engine.begin() as database:
            database.execute(text("UPDATE invitations SET tenant = 'aside'"))
        second = await invitations.start((await invitations.invite(terms()))[0])
        with connections._engine.begin() as database:
            database.execute(text("UPDATE invitations SET tenant = 't1'"))
        kept = await asyncio.gather(
            *(connections.keep(connection(), each.state) for each in (first, second))
        )

        [stored] = [each for each in kept if each is not None]
        assert await connections.get("t1") == stored


async def test_a_company_that_is_another_tenant_s_leaves_the_link_as_it_was(
    connections, invitations
):
    await connections.put(connection(tenant="t2"))
    started = await invitations.start((await invitations.invite(terms()))[0])

    with pytest.raises(RealmTakenError):
        await connections.keep(connection(), started.state)

    await connections.erase("t2")
    assert await connections.keep(connection(), started.state)


async def test_no_version_of_a_tenant_is_given_twice_though_its_tokens_were_erased(connections):
    """The first one's word may be under way to the journal when the second is stored."""
    first = await connections.put(connection(version=4))
    for _ in range(2):
        assert await connections.erase("t1")

    assert (await connections.put(connection())).version == first.version + 1
    assert (await connections.put(connection(tenant="t2", realm="2"))).version == 1


def test_connections_without_a_key_are_refused():
    with pytest.raises(ValueError, match="key"):
        Connections("sqlite://", [], FrozenClock())


def written(connections, tenant, **columns):
    """Write into a row past all that we know of it."""
    table = Table("connections", MetaData(), autoload_with=connections._engine)
    with connections._engine.begin() as database:
        database.execute(table.update().where(table.c.tenant == tenant).values(**columns))


def copied(connections, source, to, *columns):
    """Copy a row's secrets, and these columns too, over those of another tenant."""
    table = Table("connections", MetaData(), autoload_with=connections._engine)
    with connections._engine.connect() as database:
        row = database.execute(table.select().where(table.c.tenant == source)).mappings().one()
    # The company is one tenant's alone: whoever copies it takes it from the other.
    written(connections, source, realm="taken away")
    written(connections, to, **{name: row[name] for name in ("secrets", *columns)})


@pytest.mark.parametrize(
    "columns",
    [(), ("realm",), ("realm", "environment", "mediaos_base_url", "version", "access_expires_at")],
)
async def test_secrets_that_were_copied_to_another_tenant_do_not_open(connections, columns):
    await connections.put(connection())
    await connections.put(connection(tenant="t2", realm="2", access_token="access-2"))
    copied(connections, "t1", "t2", *columns)

    with pytest.raises(SealedForAnotherError, match=r"tenant t2: .* connect it anew"):
        await connections.get("t2")
    # Nor does a new key make them its own.
    assert await connections.rotate() == ("t1", "t2")
    with pytest.raises(KeyLostError):
        await connections.get("t2")


@pytest.mark.parametrize(
    "change",
    [{"realm": "4711"}, {"mediaos_base_url": "http://elsewhere"}, {"environment": "sandbox"}],
    ids=str,
)
async def test_nor_are_they_sent_elsewhere_by_a_changed_row(connections, change):
    await connections.put(connection())
    written(connections, "t1", **change)

    with pytest.raises(SealedForAnotherError):
        await connections.get("t1")


def sealed_by_the_last_release():
    secrets = {
        "access_token": "access-1",
        "refresh_token": "refresh-1",
        "mediaos_api_key": "key-1",
        "mediaos_api_password": "password-1",
        "installation": "here",
    }
    return Fernet(KEY).encrypt(json.dumps(secrets).encode())


@pytest.mark.parametrize("write", ["replace", "put", "rotate"])
async def test_what_the_last_release_sealed_opens_and_is_sealed_anew_by_the_next_write(
    connections, write
):
    first = await connections.put(connection(installation="here"))
    written(connections, "t1", secrets=sealed_by_the_last_release())
    assert await connections.get("t1") == first

    await (connections.rotate() if write == "rotate" else getattr(connections, write)(first))

    assert (await connections.get("t1")).refresh_token == "refresh-1"
    written(connections, "t1", realm="4711")
    with pytest.raises(SealedForAnotherError):
        await connections.get("t1")


async def test_what_is_no_connection_s_is_no_secret_of_any_tenant(connections):
    await connections.put(connection())
    await connections.put(connection(tenant="t2", realm="2"))
    # As the terms of an invitation, which lie beside it under the same keys.
    written(connections, "t2", secrets=Fernet(KEY).encrypt(b'{"request": "r1", "tenant": "t2"}'))

    with pytest.raises(SealedForAnotherError, match=r"tenant t2: .* connect it anew"):
        await connections.get("t2")
    assert await connections.rotate() == ("t2",)
    assert (await connections.get("t1")).refresh_token == "refresh-1"
