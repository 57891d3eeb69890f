import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from msgspec.structs import replace
from sqlalchemy import text

from streams.secrets.connections import Connections
from streams.secrets.database import turn_of
from streams.secrets.invitations import LIFE, Invitations, Terms, settled
from streams.secrets.sealing import Seal
from tests.testing.qbo_world import connected

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = Fernet.generate_key().decode()


class Clock:
    at = NOW

    def now(self):
        return self.at


def terms(tenant="t1"):
    return Terms(
        request="r1",
        tenant=tenant,
        environment="sandbox",
        installation="here",
        version=0,
        another=False,
        tenants={},
        mediaos_base_url="http://mediaos.test",
        mediaos_api_key="key-1",
        mediaos_api_password="password-1",
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def invitations(request, tmp_path, clock):
    url = f"sqlite:///{tmp_path}/connections.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_database")
    invitations = Invitations(url, [KEY], clock)
    await invitations.prepare()
    await invitations.prepare()
    yield invitations
    await invitations.close()


async def test_a_link_is_looked_at_often_started_once_and_ended_once(invitations):
    link, until = await invitations.invite(terms())
    assert until == NOW + LIFE
    assert await invitations.look(link) == terms()
    assert await invitations.look(link) == terms()

    started = await invitations.start(link)

    assert await invitations.look(link) is None
    assert await invitations.start(link) is None
    assert await invitations.end(started.state, started.browser) == terms()
    assert await invitations.end(started.state, started.browser) is None


async def test_another_browser_ends_nothing_and_spoils_nothing(invitations):
    link, _ = await invitations.invite(terms())
    started = await invitations.start(link)

    assert await invitations.end(started.state, "") is None
    assert await invitations.end("guessed", started.browser) is None
    assert await invitations.end(started.state, started.browser) == terms()


async def test_nothing_holds_after_a_quarter_of_an_hour(invitations, clock):
    link, _ = await invitations.invite(terms())
    late, _ = await invitations.invite(terms("t2"))
    started = await invitations.start(late)
    clock.at += timedelta(minutes=15)

    assert await invitations.look(link) is None
    assert await invitations.start(link) is None
    assert await invitations.end(started.state, started.browser) is None


async def test_a_newer_link_makes_the_older_one_void(invitations):
    old, _ = await invitations.invite(terms())
    await invitations.invite(terms())

    assert await invitations.look(old) is None


def settle(invitations, started, tenant="t1"):
    with turn_of(invitations._engine, tenant) as database:
        return settled(database, tenant, started.state)


async def test_what_came_back_is_settled_once_unless_a_newer_link_or_nobody_is_wanted(invitations):
    for meanwhile in (None, "link", "void"):
        link, _ = await invitations.invite(terms())
        started = await invitations.start(link)
        assert settle(invitations, started) is True, "it is over before it came back"
        link, _ = await invitations.invite(terms())
        started = await invitations.start(link)
        assert await invitations.end(started.state, started.browser) == terms()
        if meanwhile == "link":
            await invitations.invite(terms())
        elif meanwhile == "void":
            await invitations.void("t2")
            await invitations.void("t1")

        assert settle(invitations, started, "t2") is False, "it is another's"
        assert settle(invitations, started) is (meanwhile is None)
        assert settle(invitations, started) is False


async def test_what_came_back_and_gave_nothing_is_forgotten_and_a_newer_link_stays(invitations):
    started = await invitations.start((await invitations.invite(terms()))[0])
    other, _ = await invitations.invite(terms("t2"))

    await invitations.forget(started.state)

    assert settle(invitations, started) is False
    assert await invitations.look(other)


async def test_of_two_links_of_a_tenant_that_is_connected_by_one_no_other_connects_it(invitations):
    """As two releases side by side may make them, of which the older one takes no turns."""
    started = await invitations.start((await invitations.invite(terms()))[0])
    for old, new in (("t1", "aside"), (None, None), ("aside", "t1")):
        if old is None:
            other, _ = await invitations.invite(terms())
            continue
        with invitations._engine.begin() as database:
            statement = text("UPDATE invitations SET tenant = :new WHERE tenant = :old")
            database.execute(statement, {"old": old, "new": new})
    assert await invitations.look(other)

    assert settle(invitations, started)

    assert await invitations.look(other) is None


async def test_of_many_who_make_a_link_of_one_tenant_in_one_instant_one_has_a_valid_one(
    invitations,
):
    for _ in range(5):
        made = await asyncio.gather(*(invitations.invite(terms()) for _ in range(5)))

        assert sum([await invitations.look(link) is not None for link, _ in made]) == 1


async def test_the_database_holds_no_link_no_state_and_no_password(invitations):
    link, _ = await invitations.invite(terms())
    started = await invitations.start(link)

    with invitations._engine.connect() as database:
        row = str(database.execute(text("SELECT * FROM invitations")).all())
    for secret in (link, started.state, started.browser, "key-1", "password-1"):
        assert secret not in row
    assert "key-1" not in repr(terms())
    assert started.state not in repr(started)


async def test_a_key_that_is_no_longer_set_makes_a_link_void(invitations, clock):
    link, _ = await invitations.invite(terms())
    invitations._box = Invitations("sqlite://", [Fernet.generate_key()], clock)._box

    assert await invitations.look(link) is None


async def test_terms_that_were_copied_to_another_link_are_void(invitations):
    link, _ = await invitations.invite(terms())
    other, _ = await invitations.invite(terms("t2"))
    with invitations._engine.begin() as database:
        database.execute(
            text(
                "UPDATE invitations SET terms = "
                "(SELECT terms FROM invitations WHERE tenant = 't1') WHERE tenant = 't2'"
            )
        )

    assert await invitations.look(other) is None
    assert await invitations.look(link) == terms()
    started = await invitations.start(other)
    assert await invitations.end(started.state, started.browser) is None


async def test_what_are_no_terms_make_a_link_void(invitations):
    link, _ = await invitations.invite(terms())
    # As a connection's secrets, which lie beside them under the same keys.
    sealed = Fernet(KEY).encrypt(b'{"access_token": "access-1"}')
    with invitations._engine.begin() as database:
        database.execute(text("UPDATE invitations SET terms = :sealed"), {"sealed": sealed})

    assert await invitations.look(link) is None


async def test_links_of_before_the_first_tenant_are_all_of_one_installation(invitations, clock):
    nobody = replace(terms(), installation="")
    first, _ = await invitations.invite(nobody)
    second, _ = await invitations.invite(replace(nobody, tenant="t2"))
    one, other = await invitations.look(first), await invitations.look(second)

    assert one.installation == other.installation != ""
    again, _ = await invitations.invite(nobody)
    assert (await invitations.look(again)).installation == one.installation
    named, _ = await invitations.invite(terms("t3"))
    assert (await invitations.look(named)).installation == "here"


async def test_of_two_who_ask_for_a_first_link_at_once_each_gets_one_of_one_installation(
    invitations,
):
    nobody = [replace(terms(f"t{number}"), installation="") for number in range(8)]
    links = await asyncio.gather(*(invitations.invite(each) for each in nobody))
    made = [await invitations.look(link) for link, _ in links]

    assert len({each.installation for each in made}) == 1


async def test_a_link_that_is_over_has_no_say_in_which_installation_another_is_of(
    invitations, clock
):
    nobody = replace(terms(), installation="")
    before, _ = await invitations.invite(nobody)
    was = (await invitations.look(before)).installation
    clock.at += LIFE
    after, _ = await invitations.invite(replace(nobody, tenant="t2"))

    assert (await invitations.look(after)).installation != was


async def kept(connections, invitations, link, version=0):
    """Have a link used, and what it gave stored."""
    told, used = await invitations.look(link), await invitations.start(link)
    await invitations.end(used.state, used.browser)
    granted = {"access_token": "a", "refresh_token": "r", "expires_in": 3600}
    made = dataclasses.replace(
        connected(granted, NOW),
        tenant=told.tenant,
        installation=told.installation,
        version=version,
    )
    assert await connections.keep(made, used.state)
    return told.installation


@pytest.fixture
async def connections(invitations, clock):
    address = invitations._engine.url.render_as_string(hide_password=False)
    made = Connections(address, [KEY], clock)
    yield made
    await made.close()


async def test_a_first_link_that_was_used_names_the_installation_before_a_worker_has_heard(
    invitations, connections
):
    """While no worker is there to take its word up, the journal names none."""
    nobody = replace(terms(), installation="")
    first, _ = await invitations.invite(nobody)
    one = await kept(connections, invitations, first)

    second, _ = await invitations.invite(replace(nobody, tenant="t2"))
    assert (await invitations.look(second)).installation == one


async def test_what_a_worker_has_renewed_before_names_no_installation_to_a_new_journal(
    invitations, connections
):
    """It came with a copied database, and is another installation's."""
    nobody = replace(terms(), installation="")
    first, _ = await invitations.invite(nobody)
    one = await kept(connections, invitations, first, version=1)

    second, _ = await invitations.invite(replace(nobody, tenant="t2"))
    assert (await invitations.look(second)).installation not in {one, ""}


async def test_what_no_key_opens_names_no_installation(invitations, connections):
    nobody = replace(terms(), installation="")
    first, _ = await invitations.invite(nobody)
    connections._seal = Seal([Fernet.generate_key().decode()])
    one = await kept(connections, invitations, first)

    second, _ = await invitations.invite(replace(nobody, tenant="t2"))
    assert (await invitations.look(second)).installation not in {one, ""}
