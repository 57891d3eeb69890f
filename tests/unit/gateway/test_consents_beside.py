"""A consent and a disconnect beside each other, in any order of calls, and killed at each of them.

The pages of consent and what both the command and the console disconnect by, on a database of the
connections as it is; Intuit and the journal are played, the journal by its own rule.
"""

import asyncio
from datetime import UTC, datetime
from itertools import count

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from agents.cli import revoking
from agents.cli.inviting import Account, invited, terms_of
from agents.cli.revoking import revoked
from agents.gateway.consent_pages import ConsentPages
from agents.rules.tenant.connections import answer, evolve_connection
from schemas.catalog import decode_request, encode
from schemas.requests import DisconnectTenant
from schemas.tenant_state import Tenant
from streams.remotes.quickbooks.oauth import Granted
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.settings import read_settings
from tests.testing.turns_of import Actor, called, play, threads

KEY, OTHER = (Fernet.generate_key().decode() for _ in range(2))
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORDERS = st.lists(st.integers(0, 5), max_size=30)
LINKS = text("SELECT count(*) FROM invitations WHERE tenant = :tenant")
RENAMED = text("UPDATE invitations SET tenant = :new WHERE tenant = :old")
ACCOUNT = Account(address="https://mediaos.test", key="k", password="p")


class Clock:
    def now(self):
        return NOW


class Intuit:
    """Gives tokens for a code, and knows which are not revoked."""

    def __init__(self):
        self.alive, self.made, self.last = set(), count(1), ""

    async def redeem(self, _code, _uri):
        return await called("redeem", self._redeem)

    async def revoke(self, token):
        return await called("revoke", lambda: self._revoke(token))

    async def _redeem(self):
        self.last = token = f"refresh-{next(self.made)}"
        self.alive.add(token)
        return Granted(access_token="a", refresh_token=token, expires_in_seconds=3600)

    async def _revoke(self, token):
        self.alive.discard(token)


class Journal:
    """Takes requests in the order in which they come, as the owner of a tenant's lane does."""

    def __init__(self):
        self.tenants = {}

    async def send(self, _topic, _key, value):
        return await called("send", lambda: self._take(decode_request(value)))

    async def _take(self, request):
        done, said, facts = answer(self.tenants, request)
        tenant = self.tenants.get(request.tenant, Tenant())
        for fact in facts:
            tenant = evolve_connection(tenant, fact)
        self.tenants[request.tenant] = tenant
        return done, said


class House:
    """A gateway, an operator and a worker, around one database; each tenant has its company."""

    def __init__(self, connections_url):
        self.settings = read_settings(
            {
                "ISTHMUS_CONNECTIONS_URL": connections_url,
                "ISTHMUS_TOKEN_KEY": KEY,
                "ISTHMUS_GATEWAY_URL": "https://isthmus.test",
            }
        )
        self.intuit, self.journal, self.names = Intuit(), Journal(), count(1)
        address = self.settings.connections_url
        self.connections = Connections(address, [KEY], Clock())
        self.invitations = Invitations(address, [KEY], Clock())
        self.pages = ConsentPages(
            invitations=self.invitations,
            connections=self.connections,
            exchange=self.intuit,
            outbox=self.journal,
            clock=Clock(),
            address="https://isthmus.test",
        )

    async def open(self):
        await self.connections.prepare()
        # From the first one on the installation has a name.
        await self.connects(*self.tenant())
        return self

    async def close(self):
        await self.connections.close()
        await self.invitations.close()

    def tenant(self):
        number = next(self.names)
        return f"t{number}", str(9000 + number)

    async def link(self, name):
        terms = terms_of(self.settings, name, self.journal.tenants, ACCOUNT, by="anna")
        address, _ = await invited(self.settings, terms)
        return address.rpartition("/")[2]

    async def started(self, name):
        return await self.invitations.start(await self.link(name))

    async def returns(self, started, realm):
        given = {"state": started.state, "code": "c", "realmId": realm}
        return await self.pages.returned(given, started.browser)

    async def connects(self, name, realm):
        """Do what an admin and the company's Master Administrator do, from the link on."""
        if (started := await self.started(name)) is None:
            return None
        return await self.returns(started, realm)

    async def disconnects(self, name, *, force=False):
        """Do what the command does, and the console."""
        known = self.journal.tenants.get(name, Tenant()).connection
        meant = await revoked(self.settings, name, known, force=force)
        request = DisconnectTenant(id="away", tenant=name, connection=meant)
        await self.journal.send("", b"", encode(request))
        return True

    async def links(self, name):
        """Return how many links of a tenant there are that connect it still."""
        with self.connections._engine.connect() as database:
            return database.scalar(LINKS, {"tenant": name})

    async def stands(self, name):
        """Return whether it is connected; everybody who knows must say the same."""
        stored, told = await self.connections.get(name), self.journal.tenants.get(name, Tenant())
        if stored is None:
            assert told.connection is None, "the journal's connection has no tokens"
            return False
        assert told.connection == stored.told, "tokens that the journal does not confirm"
        assert stored.refresh_token in self.intuit.alive
        return True


@pytest.fixture
def at(connections_url, monkeypatch):
    """Run a story in a house."""
    with asyncio.Runner() as runner:
        house = runner.run(House(connections_url).open())
        monkeypatch.setattr(revoking, "exchange_of", lambda _settings: house.intuit)
        monkeypatch.setattr(asyncio, "to_thread", threads(asyncio.to_thread))
        yield lambda story: runner.run(story(house))
        runner.run(house.close())


def beside(test):
    """Play it in many orders of turns."""
    drawn = settings(
        deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
    )
    return pytest.mark.slow(drawn(given(order=ORDERS)(test)))


@pytest.mark.parametrize("before", [False, True], ids=["for the first time", "again"])
@beside
def test_whoever_disconnects_beside_a_consent_leaves_nothing_connected(at, before, order):
    async def story(house):
        name, realm = house.tenant()
        if before:
            await house.connects(name, realm)
            assert await house.stands(name)
        started = await house.started(name)
        consent = Actor(lambda: house.returns(started, realm))
        away = Actor(lambda: house.disconnects(name))
        await play([consent, away], order)

        assert away.answer
        assert not await house.stands(name)
        assert await house.links(name) == 0
        if consent.answer.status_code == 200:
            assert house.intuit.last not in house.intuit.alive, "what was kept is worth something"

    at(story)


@beside
def test_who_connects_anew_while_somebody_disconnects_is_connected_wholly_or_not_at_all(at, order):
    async def story(house):
        name, realm = house.tenant()
        await house.connects(name, realm)
        away = Actor(lambda: house.disconnects(name))
        anew = Actor(lambda: house.connects(name, realm))
        await play([away, anew], order)

        stands = await house.stands(name)
        assert away.answer
        told = anew.answer is not None and anew.answer.status_code == 200
        assert told or not stands
        if not stands:
            assert await house.links(name) == 0
            assert not told or house.intuit.last not in house.intuit.alive
        await house.disconnects(name)
        assert not await house.stands(name)

    at(story)


@pytest.mark.parametrize("before", [False, True], ids=["for the first time", "again"])
@beside
def test_a_consent_a_disconnect_and_one_that_connects_anew_end_in_what_all_agree_about(
    at, before, order
):
    async def story(house):
        name, realm = house.tenant()
        if before:
            await house.connects(name, realm)
        started = await house.started(name)
        consent = Actor(lambda: house.returns(started, realm))
        away = Actor(lambda: house.disconnects(name))
        anew = Actor(lambda: house.connects(name, realm))
        await play([consent, away, anew], order)

        await house.stands(name)
        assert (await house.connects(name, realm)).status_code == 200
        assert await house.stands(name)

    at(story)


@beside
def test_of_two_links_that_are_used_at_once_one_connects(at, order):
    async def story(house):
        name, realm = house.tenant()
        first, second = await two_links(house, name)
        actors = [Actor(lambda each=each: house.returns(each, realm)) for each in (first, second)]
        await play(actors, order)

        assert sorted(each.answer.status_code for each in actors) == [200, 410]
        assert await house.stands(name)
        assert await house.links(name) == 0

    at(story)


async def two_links(house, name):
    """Return two started links, each made as if the other one was not there yet."""
    first = await house.started(name)
    await _renamed(house, name, "aside")
    second = await house.started(name)
    await _renamed(house, "aside", name)
    assert await house.links(name) == 2
    return first, second


async def _renamed(house, old, new):
    with house.connections._engine.begin() as database:
        database.execute(RENAMED, {"old": old, "new": new})


#: More than either has calls.
CALLS = 12


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("before", [False, True], ids=["for the first time", "again"])
def test_a_consent_that_dies_at_any_call_has_kept_tokens_or_still_its_link(at, before, when):
    async def story(house):
        died = []
        for place in range(CALLS):
            name, realm = house.tenant()
            if before:
                await house.connects(name, realm)
            had = await house.connections.get(name)
            started = await house.started(name)
            consent = Actor(lambda s=started, r=realm: house.returns(s, r), dies=(place, when))
            await play([consent], [])
            if not consent.dead:
                break
            died.append(consent.calls[place])

            kept = await house.connections.get(name) != had
            assert kept is (await house.links(name) == 0), died
            # Whoever does the same again ends it, and so does who does not want it any more.
            if place % 2:
                assert (await house.connects(name, realm)).status_code == 200
                assert await house.stands(name), died
            await house.disconnects(name)
            assert not await house.stands(name), died
        assert "redeem" in died
        assert "send" in died

    at(story)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_disconnect_that_dies_at_any_call_is_ended_by_the_next(at, when):
    async def story(house):
        died = []
        for place in range(CALLS):
            name, realm = house.tenant()
            await house.connects(name, realm)
            link = await house.started(name)
            away = Actor(lambda n=name: house.disconnects(n), dies=(place, when))
            await play([away], [])
            if not away.dead:
                break
            died.append(away.calls[place])

            if await house.connections.get(name) is None:
                assert await house.links(name) == 0, died
            if place:
                assert (await house.returns(link, realm)).status_code == 410, died
            await house.disconnects(name)
            assert not await house.stands(name), died
            assert house.intuit.last not in house.intuit.alive
        assert "revoke" in died
        assert "send" in died

    at(story)


class AwayError(Exception):
    """Kafka is away."""


@pytest.mark.parametrize("force", [False, True], ids=["revoked", "no key opens them"])
def test_a_word_that_comes_after_two_disconnects_of_which_one_was_heard_connects_nobody(at, force):
    """The gateway's Kafka was away after it had stored the tokens, and then the command's."""

    async def story(house):
        name, realm = house.tenant()
        await house.connects(name, realm)
        heard, late = house.journal.send, []

        async def held(*told):
            late.append(told)

        house.journal.send = held
        await house.connects(name, realm)
        assert len(late) == 1

        async def lost(*_told):
            raise AwayError

        house.journal.send = lost
        if force:
            house.settings = house.settings.model_copy(update={"token_key": (OTHER,)})
        with pytest.raises(AwayError):
            await house.disconnects(name, force=force)
        house.journal.send = heard
        await house.disconnects(name, force=force)
        await heard(*late[0])

        assert not await house.stands(name)

    at(story)
