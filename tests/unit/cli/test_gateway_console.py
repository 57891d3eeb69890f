"""What the console has done by what the commands do: with which MediaOS is a tenant connected?"""

import asyncio
import dataclasses
import logging
import threading

import pytest
from cryptography.fernet import Fernet

from agents.cli import gateway_connections, gateway_console, revoking
from agents.cli.gateway_connections import StoredConnections
from agents.gateway.console.connecting import NotDoneError, Wish
from agents.process.clock import SystemClock
from agents.rules.tenant.connections import answer
from schemas.identity import who_mark
from schemas.requests import ConnectTenant
from schemas.tenant_state import Connected, Tenant
from streams.remotes.quickbooks.oauth import NotSent
from streams.secrets.connection_rows import METADATA
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.settings import ProcessSettings
from tests.unit.cli.test_connect import CONNECTED, stored

KEY = Fernet.generate_key().decode()
TENANTS = {"t1": Tenant(connection=CONNECTED)}


@pytest.fixture
def settings(tmp_path):
    return ProcessSettings(
        token_key=(KEY,),
        qbo_client_id="app",
        qbo_client_secret="secret",
        connections_url=f"sqlite:///{tmp_path}/connections.sqlite",
        gateway_url="https://isthmus.example",
        mediaos_base_url="https://mediaos.test",
        plain_http_hosts=("mediaos.test",),
    )


@pytest.fixture
async def connections(settings):
    made = Connections(settings.connections_url, settings.token_key, SystemClock())
    await made.prepare()
    yield made
    await made.close()


def wish(**given):
    return Wish(tenant="t1", tenants=TENANTS, by="anna", **given)


async def terms(settings, link):
    invitations = Invitations(settings.connections_url, settings.token_key, SystemClock())
    try:
        return await invitations.look(link.address.rpartition("/")[2])
    finally:
        await invitations.close()


async def test_a_connected_tenant_stays_with_its_mediaos_and_the_link_is_the_command_s(
    settings, connections
):
    kept = await connections.put(stored())

    link = await gateway_console._invited(settings, wish())

    assert link.address.startswith("https://isthmus.example/connect/")
    made = await terms(settings, link)
    assert (made.tenant, made.by, made.another) == ("t1", "anna", False)
    assert made.mediaos_base_url == kept.mediaos_base_url
    assert made.mediaos_api_key == kept.mediaos_api_key
    assert made.mediaos_api_password == kept.mediaos_api_password
    assert (made.version, made.installation) == (CONNECTED.version, CONNECTED.installation)


@pytest.mark.usefixtures("connections")
async def test_two_companies_that_are_connected_first_of_all_are_of_one_installation(settings):
    """Whichever came second was refused by the worker, after its page had said "connected"."""
    made, known = [], {}
    for name in ("t1", "t2"):
        keys = {"key": "new-key", "password": "new-password"}
        link = await gateway_console._invited(
            settings, Wish(tenant=name, tenants={}, by="anna", **keys)
        )
        made.append(await terms(settings, link))
    for realm, each in enumerate(made):
        connected = Connected(
            version=1, realm=str(realm), environment="sandbox", installation=each.installation
        )
        request = ConnectTenant(id=each.request, tenant=each.tenant, connection=connected)
        done, told, _ = answer(known, request)
        assert done, told
        known[each.tenant] = Tenant(connection=connected)


async def test_the_log_names_nobody_who_has_a_link_made(settings, connections, caplog):
    caplog.set_level(logging.DEBUG)
    await connections.put(stored())

    await gateway_console._invited(settings, wish())

    [said] = [vars(each) for each in caplog.records if each.msg == "link to connect made"]
    assert said["who"] == who_mark("anna")
    assert not any("anna" in str(vars(each)) for each in caplog.records)


async def test_what_is_filled_in_counts_and_no_key_goes_to_another_address(settings, connections):
    await connections.put(stored())
    new = {"address": "https://other.test", "key": "new-key", "password": "new-password"}

    made = await terms(settings, await gateway_console._invited(settings, wish(**new)))
    assert (made.mediaos_base_url, made.mediaos_api_key) == ("https://other.test", "new-key")

    with pytest.raises(NotDoneError, match="MediaOS has another address: fill in its key"):
        await gateway_console._invited(settings, wish(address="https://other.test"))
    with pytest.raises(NotDoneError, match=r"^MediaOS' address holds @, \? or #, expected") as told:
        await gateway_console._invited(settings, wish(**{**new, "address": "https://a:hidden@b"}))
    assert "hidden" not in str(told.value)
    with pytest.raises(NotDoneError, match=r"MediaOS' address is 'ftp://x', expected"):
        await gateway_console._invited(settings, wish(**{**new, "address": "ftp://x"}))


@pytest.mark.usefixtures("connections")
async def test_who_was_disconnected_fills_in_the_key_unless_one_is_set(settings):
    with pytest.raises(NotDoneError, match="Fill in MediaOS' key and password"):
        await gateway_console._invited(settings, wish())

    given = wish(key="new-key", password="new-password")
    made = await terms(settings, await gateway_console._invited(settings, given))
    assert (made.mediaos_base_url, made.mediaos_api_key) == ("https://mediaos.test", "new-key")

    one = settings.model_copy(update={"mediaos_api_key": "k", "mediaos_api_password": "p"})
    made = await terms(settings, await gateway_console._invited(one, wish()))
    assert (made.mediaos_api_key, made.mediaos_api_password) == ("k", "p")


async def test_a_gateway_that_lacks_intuit_s_secret_says_so(settings):
    lacking = settings.model_copy(update={"qbo_client_secret": ""})
    for doing in (
        gateway_console._invited(lacking, wish()),
        gateway_console._revoked(lacking, "t1", CONNECTED, force=False),
    ):
        with pytest.raises(NotDoneError, match="ISTHMUS_QBO_CLIENT_SECRET is not set"):
            await doing


async def test_an_intuit_that_is_away_keeps_the_tokens_unless_it_is_forced(
    settings, connections, monkeypatch
):
    class Exchange:
        async def revoke(self, token):
            return NotSent(detail="Intuit's token endpoint: ConnectionError")

    monkeypatch.setattr(revoking, "exchange_of", lambda _settings: Exchange())
    await connections.put(stored())

    with pytest.raises(NotDoneError, match="Intuit did not revoke the tokens"):
        await gateway_console._revoked(settings, "t1", CONNECTED, force=False)
    assert await connections.has("t1")
    await gateway_console._revoked(settings, "t1", CONNECTED, force=True)
    assert not await connections.has("t1")


async def test_what_is_stored_of_a_connection_is_seen_as_the_command_sees_it(connections):
    stored_connections = StoredConnections(connections)

    async def trouble(confirmed=CONNECTED):
        return await asyncio.to_thread(stored_connections.trouble, "t1", confirmed)

    assert await trouble() == "its tokens are gone"
    kept = await connections.put(stored())
    assert await trouble(kept.told) == ""
    await connections.replace(dataclasses.replace(kept, reconnect="invalid_grant"))
    assert await trouble(kept.told) == "invalid_grant"
    await asyncio.to_thread(METADATA.drop_all, connections._engine)
    assert await trouble(kept.told) == "", "nobody can tell now"


async def test_a_database_that_hangs_keeps_no_page_waiting_for_it(connections, monkeypatch):
    monkeypatch.setattr(gateway_connections, "LOOK_SECONDS", 0.1)
    goes_on, asked, get = threading.Event(), [], connections.get

    async def hangs(tenant):
        asked.append(tenant)
        goes_on.wait(20)
        return await get(tenant)

    monkeypatch.setattr(connections, "get", hangs)
    stored_connections = StoredConnections(connections)
    try:
        async with asyncio.timeout(10):
            looks = (
                asyncio.to_thread(stored_connections.trouble, f"t{each}", CONNECTED)
                for each in range(5)
            )
            assert await asyncio.gather(*looks) == [""] * 5
        assert len(asked) == gateway_connections.THREADS
    finally:
        goes_on.set()
    monkeypatch.setattr(gateway_connections, "LOOK_SECONDS", 10.0)

    told = await asyncio.to_thread(stored_connections.trouble, "t9", CONNECTED)

    assert told == "its tokens are gone"
    assert asked[gateway_connections.THREADS :] == ["t9"], "who gave up is looked for no more"
