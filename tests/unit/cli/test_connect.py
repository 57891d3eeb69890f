"""What an operator gets from `isthmus connect`, `connections` and `disconnect`."""

import asyncio
import io
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from agents.cli import connect, inviting, revoking
from agents.cli.refusal import Refusal
from agents.process.clock import SystemClock
from agents.rules.tenant.preflight_findings import Finding
from schemas.facts import RequestTaken
from schemas.requests import DisconnectTenant
from schemas.tenant_facts import Mapped, TenantConnected, TokenRefreshed
from schemas.tenant_state import Connected
from streams.remotes.quickbooks.oauth import NotSent
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.secrets.invitations import Invitations
from streams.secrets.preflights import KeptPreflights
from tests.unit.cli.journal_words import product_seen

KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
CONNECTED = Connected(version=1, realm="9130", environment="sandbox", installation="here")
#: What really asks; the other tests have no gateway.
ANSWERS = connect.answers
SECRETS = ("access-1", "refresh-1", "mediaos-password", "app-secret", KEY)


@pytest.fixture
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/connections.sqlite"
    for name, value in (
        ("CONNECTIONS_URL", url),
        ("TOKEN_KEY", KEY),
        ("QBO_CLIENT_ID", "app"),
        ("QBO_CLIENT_SECRET", "app-secret"),
        ("QBO_ENVIRONMENT", "sandbox"),
        ("QBO_BASE_URL", "https://qbo.test"),
        ("QBO_DISCOVERY_URL", "https://qbo.test/discovery"),
        ("MEDIAOS_BASE_URL", "https://mediaos.test"),
        ("MEDIAOS_API_KEY", "mediaos-key"),
        ("MEDIAOS_API_PASSWORD", "mediaos-password"),
        ("GATEWAY_URL", "https://isthmus.example"),
    ):
        monkeypatch.setenv(f"ISTHMUS_{name}", value)

    async def answers(_gateway):
        return True

    monkeypatch.setattr(connect, "answers", answers)
    return url


@pytest.fixture
def store(url):
    """Run something with the store of connections."""

    def run(work, *keys):
        async def done():
            connections = Connections(url, keys or (KEY,), SystemClock())
            await connections.prepare()
            try:
                return await work(connections)
            finally:
                await connections.close()

        return asyncio.run(done())

    return run


@pytest.fixture
def connected(world, store):
    """A tenant that the store and the journal agree about."""
    world.tell("t1", TenantConnected(request="r1", connection=CONNECTED))
    return store(lambda connections: connections.put(stored()))


@pytest.fixture
def preflights(url):
    """Make what keeps the tenants' last preflights."""
    made = []

    def preflights(*keys):
        made.append(KeptPreflights(url, keys or (KEY,), SystemClock()))
        return made[-1]

    yield preflights
    for each in made:
        each.close()


@pytest.fixture
def found_before(connected, preflights):
    """What the console's last preflight of t1 found."""
    store = preflights()
    store.begin("t1", "a", "")
    store.tell("t1", "a", "Harbour Books owes 100.00", ended=True)
    return "Harbour Books owes 100.00"


@pytest.fixture
def intuit(monkeypatch):
    """What is asked of Intuit, and how it answers."""

    class Intuit:
        revoked: ClassVar = []
        answer = None

    class Exchange:
        async def revoke(self, token):
            Intuit.revoked.append(token)
            return Intuit.answer

    Intuit.revoked = []
    monkeypatch.setattr(revoking, "exchange_of", lambda _settings: Exchange())
    return Intuit


def stored(**different):
    return Connection(
        **{
            "tenant": "t1",
            "realm": "9130",
            "environment": "sandbox",
            "access_token": "access-1",
            "refresh_token": "refresh-1",
            "access_expires_at": datetime(2026, 3, 2, 10, tzinfo=UTC),
            "mediaos_base_url": "http://mediaos.test",
            "mediaos_api_key": "mediaos-key",
            "mediaos_api_password": "mediaos-password",
            "installation": "here",
            **different,
        }
    )


def terms_of(url, link):
    async def look():
        invitations = Invitations(url, [KEY], SystemClock())
        try:
            return await invitations.look(link.rpartition("/")[2])
        finally:
            await invitations.close()

    return asyncio.run(look())


def test_a_link_is_made_for_the_gateway_with_what_the_journal_knows(world, url, connected):
    world.tell("t1", TokenRefreshed(request="r2", version=5))

    code, told = world.json("connect", "t2")

    assert code == 0
    assert told["tenant"] == "t2"
    assert told["link"].startswith("https://isthmus.example/connect/")
    terms = terms_of(url, told["link"])
    assert (terms.tenant, terms.installation, terms.version, terms.by) == ("t2", "here", 0, "ada")
    assert terms.tenants["t1"].connection.version == 5
    assert (terms.mediaos_api_key, terms.mediaos_api_password) == (
        "mediaos-key",
        "mediaos-password",
    )


def test_a_tenant_that_connects_again_begins_above_the_version_it_had(world, url, connected):
    world.tell("t1", TokenRefreshed(request="r2", version=5))

    _, told = world.json("connect", "t1")

    assert terms_of(url, told["link"]).version == 5


def test_no_link_is_made_for_a_mediaos_that_would_be_spoken_to_without_tls(world, url):
    refused = world.isthmus("connect", "t1", "--mediaos-url", "http://mediaos.example")

    assert refused.code == 1
    assert "--mediaos-url names mediaos.example by http://, expected https://" in " ".join(
        refused.err.split()
    )


@pytest.mark.parametrize("where", ["option", "setting"])
@pytest.mark.parametrize(
    "address",
    ["https://ann:hidden@m.example", "https://m.example/?k=hidden", "https://m.example/#hidden"],
)
def test_no_link_shows_a_secret_that_stands_in_an_address(world, url, monkeypatch, where, address):
    more = ("--mediaos-url", address) if where == "option" else ()
    if where == "setting":
        monkeypatch.setenv("ISTHMUS_MEDIAOS_BASE_URL", address)

    refused = world.isthmus("connect", "t1", *more)

    assert refused.code == 1
    called = "--mediaos-url" if where == "option" else "ISTHMUS_MEDIAOS_BASE_URL"
    told = f"{called} holds @, ? or #, expected an address alone"
    assert told in " ".join(refused.err.split())
    assert "hidden" not in refused.out + refused.err


def test_no_link_is_made_that_a_browser_would_open_without_tls(world, url, monkeypatch):
    monkeypatch.delenv("ISTHMUS_GATEWAY_URL")
    monkeypatch.setenv("ISTHMUS_GATEWAY_HOST", "0.0.0.0")

    refused = world.isthmus("connect", "t1")

    assert refused.code == 1
    assert "ISTHMUS_GATEWAY_URL is not set and the gateway binds 0.0.0.0, expected" in " ".join(
        refused.err.split()
    )


class Both:
    """What the preflight finds on both sides."""

    findings = ()
    away = ""

    async def examined(self, name, tenant):
        if self.away:
            raise Refusal(self.away)
        assert (name, tenant.connection) == ("t1", CONNECTED)
        return self.findings


@pytest.fixture
def consented(world, url, monkeypatch):
    """The link is followed, and the tenant connected, as soon as it is shown."""
    monkeypatch.setattr(inviting, "new_id", lambda: "r9")
    show = connect._show

    def shown(*arguments, **more):
        show(*arguments, **more)
        taken = RequestTaken(request="r9", done=True, detail="connected to company 9130")
        world.tell("t1", TenantConnected(request="r9", connection=CONNECTED), taken)

    monkeypatch.setattr(connect, "_show", shown)
    found = Both()
    monkeypatch.setattr(connect, "examined", found.examined)
    return found


def test_the_command_waits_for_the_worker_s_answer(world, consented):
    done = world.isthmus("connect", "t1")

    assert done.code == 0
    assert "Done: connected to company 9130." in done.out.splitlines()
    for secret in SECRETS:
        assert secret not in done.out + done.err


def test_once_connected_it_lists_what_is_unmapped_and_the_way_to_going_live(world, consented):
    world.tell("t1", product_seen("2", "Booth"), product_seen("7"))
    world.tell("t1", Mapped(request="r", source="2", target="19"))

    said = " ".join(world.isthmus("connect", "t1").out.split())

    assert (
        "whose invoices wait: 7 (Print insertion). `isthmus map products suggest --tenant t1`"
        in said
    )
    assert "t1 only observes: `isthmus preflight t1`" in said
    assert "`isthmus go-live t1 --by NAME`" in said


def test_once_connected_both_sides_are_read_and_what_stands_in_the_way_is_shown(world, consented):
    assert "Nothing stands in the way." in world.isthmus("connect", "t1").out

    consented.findings = (
        Finding(
            name="mediaos-invoices",
            what="MediaOS has 3 invoices",
            why="they would be made twice",
            remedy="empty the list",
            blocking=True,
        ),
    )
    done = world.isthmus("connect", "t1")
    said = " ".join(done.out.split())
    assert done.code == 0, "it is connected"
    assert "1 finding, 1 of them blocking." in said
    assert "mediaos-invoices" in said


def test_a_preflight_that_cannot_be_done_yet_is_told_and_connects_all_the_same(world, consented):
    consented.away = "The store of connections does not answer."

    done = world.isthmus("connect", "t1")

    assert done.code == 0
    assert "Done: connected to company 9130." in done.out.splitlines()
    said = " ".join(done.out.split())
    assert "Not read: The store of connections does not answer. Then run `isthmus preflight" in said


def test_a_tenant_of_which_no_product_is_known_is_told_where_they_will_show(world, consented):
    assert "No product of MediaOS is known yet" in world.isthmus("connect", "t1").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("connect", "a b"), "TENANT is 'a b', expected"),
        (("connect", "t1", "--mediaos-url", "ftp://x"), "--mediaos-url is 'ftp://x', expected"),
    ],
)
def test_a_wrong_argument_is_named(world, url, arguments, told):
    done = world.isthmus(*arguments)

    assert (done.code, told in done.told) == (1, True)


def test_settings_that_connecting_lacks_are_named(world, url, monkeypatch):
    monkeypatch.delenv("ISTHMUS_TOKEN_KEY")
    monkeypatch.delenv("ISTHMUS_QBO_CLIENT_SECRET")

    done = world.isthmus("connect", "t1")

    assert done.code == 1
    assert "ISTHMUS_TOKEN_KEY is not set" in done.told
    assert "ISTHMUS_QBO_CLIENT_SECRET is not set" in done.told


def test_disconnecting_revokes_erases_and_tells_the_journal(world, connected, store, intuit):
    done = world.isthmus("disconnect", "t1", "--yes")

    assert (done.code, intuit.revoked) == (0, ["refresh-1"])
    assert store(lambda connections: connections.get("t1")) is None
    [(_, key, request)] = world.asked
    assert (key, type(request), request.tenant) == ("t1", DisconnectTenant, "t1")
    for secret in SECRETS:
        assert secret not in done.out + done.err


def test_what_the_last_preflight_found_goes_with_the_connection(
    world, connected, found_before, preflights, intuit
):
    others = preflights()
    others.begin("t2", "b", "theirs")
    intuit.answer = NotSent(detail="Intuit's token endpoint: ConnectionError")
    assert world.isthmus("disconnect", "t1", "--yes").code == 1
    assert others.of("t1").told == found_before, "nothing was taken away"
    intuit.answer = None

    assert world.isthmus("disconnect", "t1", "--yes").code == 0
    assert others.of("t1") is None
    assert others.of("t2").told == "theirs"


def test_it_goes_too_where_an_earlier_disconnect_left_it_behind(
    world, connected, found_before, preflights, url, intuit
):
    with create_engine(url).begin() as database:
        database.execute(text("DELETE FROM connections"))

    assert world.isthmus("disconnect", "t1", "--yes").code == 0
    assert preflights().of("t1") is None


@pytest.mark.parametrize("erased", [False, True], ids=["at once", "cut short before"])
def test_no_link_that_was_made_before_connects_what_is_taken_away(
    world, url, connected, store, intuit, erased
):
    """Who leaves may have it still, and its version may be one that the journal is beyond."""
    _, told = world.json("connect", "t1")
    _, other = world.json("connect", "t2")
    if erased:
        store(lambda connections: connections.erase("t1"))

    assert world.isthmus("disconnect", "t1", "--yes").code == 0

    assert terms_of(url, told["link"]) is None
    assert terms_of(url, other["link"]).tenant == "t2"


def test_an_intuit_that_is_away_keeps_the_tokens_unless_forced(world, connected, store, intuit):
    intuit.answer = NotSent(detail="Intuit's token endpoint: ConnectionError")

    done = world.isthmus("disconnect", "t1", "--yes")
    assert (done.code, world.asked) == (1, [])
    assert "--force" in done.told
    assert store(lambda connections: connections.get("t1")) == connected

    assert world.isthmus("disconnect", "t1", "--yes", "--force").code == 0
    assert store(lambda connections: connections.get("t1")) is None


@pytest.mark.parametrize(("times", "code"), [(1, 0), (revoking.TRIES - 1, 0), (10_000, 1)])
def test_tokens_that_come_meanwhile_are_revoked_as_well_and_not_for_ever(
    world, connected, store, intuit, monkeypatch, times, code
):
    """A tenant that is connected anew each time must not have the command run without an end."""
    erase, came = Connections.erase, []

    async def connected_before(connections, tenant, version=None):
        if len(came) < times:
            came.append(stored(refresh_token=f"refresh-{len(came) + 2}"))
            await connections.put(came[-1])
        return await erase(connections, tenant, version)

    monkeypatch.setattr(Connections, "erase", connected_before)
    done = world.isthmus("disconnect", "t1", "--yes")

    assert done.code == code
    assert intuit.revoked == [
        f"refresh-{each + 1}" for each in range(min(times + 1, revoking.TRIES))
    ]
    if code:
        assert world.asked == []
        assert "each of 5 times that they were revoked, so they are not erased" in done.told
        assert store(lambda connections: connections.get("t1")).refresh_token == "refresh-6"
    else:
        assert store(lambda connections: connections.get("t1")) is None


def test_a_disconnecting_that_was_cut_short_is_ended_by_the_next(world, connected, store, intuit):
    store(lambda connections: connections.erase("t1"))

    assert world.isthmus("disconnect", "t1", "--yes").code == 0
    assert [request.tenant for _, _, request in world.asked] == ["t1"]
    again = world.isthmus("disconnect", "t1", "--yes")
    assert (again.code, "is not connected" in again.told) == (1, True)


def test_a_slip_of_the_hand_disconnects_nobody_and_is_told_the_nearest_name(
    world, connected, store, intuit
):
    world.tell("harbour", TenantConnected(request="r2", connection=CONNECTED))

    done = world.isthmus("disconnect", "harbuor", "--yes")
    assert (done.code, world.asked, intuit.revoked) == (1, [], [])
    assert "Tenant harbuor is not connected; the nearest name is harbour (" in " ".join(
        done.err.split()
    )
    assert "the nearest name is t1 (" in " ".join(
        world.isthmus("disconnect", "T1", "--yes").err.split()
    )


@pytest.mark.parametrize("said", ["n\n", "y\n"])
def test_one_is_asked_about_a_tenant_that_there_is_and_nothing_is_done_without_a_yes(
    world, connected, store, intuit, monkeypatch, said
):
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    nobody = world.isthmus("disconnect", "harbuor")
    assert "Tenant harbuor is not connected" in nobody.err
    assert "Take" not in nobody.out + nobody.err

    done = world.isthmus("disconnect", "t1")
    assert "Take t1's connection away?" in done.out + done.err
    assert (done.code, intuit.revoked) == ((0, ["refresh-1"]) if said == "y\n" else (1, []))
    assert len(world.asked) == (said == "y\n")


def test_connections_are_listed_with_whether_they_hold(world, connected, store):
    store(lambda c: c.put(stored(tenant="t2", realm="7", installation="elsewhere")))
    store(lambda c: c.put(stored(tenant="t3", realm="8", reconnect="invalid_grant")))

    code, (works, foreign, revoked) = world.json("connections", "list")

    assert code == 0
    assert (works["tenant"], works["realm"], works["state"]) == ("t1", "9130", "works")
    cannot = "The connection to QuickBooks cannot be used"
    assert foreign["state"].startswith(f"{cannot}: the stored connection is not of this")
    assert revoked["state"].startswith(f"{cannot}: invalid_grant. Connect it again, as the")
    shown = world.isthmus("connections", "list")
    for secret in SECRETS:
        assert secret not in shown.out + shown.err


CANNOT = "the connection to QuickBooks cannot be used"


def a_row_is_gone(url, monkeypatch):
    with create_engine(url).begin() as database:
        database.execute(text("DELETE FROM connections"))


def a_key_is_lost(url, monkeypatch):
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", NEW_KEY)


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        (a_row_is_gone, "its tokens are gone"),
        (a_key_is_lost, "tenant t1: no key that is set opens its secrets; set the old key too"),
    ],
)
def test_a_tenant_whose_tokens_are_gone_is_told_by_status_and_the_list_in_the_same_words(
    world, connected, url, monkeypatch, lost, why
):
    world.tell("t2", product_seen("2", "Booth"))
    assert "cannot be used" not in world.isthmus("status").said
    assert world.json("status")[1]["unusable"] == {}

    lost(url, monkeypatch)

    told = f"{CANNOT}: {why}. Connect it again, as the Master Administrator of the company."
    assert f"Tenant t1: {told}" in world.isthmus("status").said
    status = world.json("status")[1]
    assert (status["unusable"], status["connections_unread"]) == ({"t1": why}, None)
    [line] = world.json("connections", "list")[1]
    assert line["state"] == f"T{told[1:]}"


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("TOKEN_KEY", None, "ISTHMUS_TOKEN_KEY is not set here"),
        ("CONNECTIONS_URL", "sqlite:////nobody/c", "their database is not here: set ISTHMUS_CONN"),
        ("CONNECTIONS_URL", "postgresql://a:hunter2@127.0.0.1:1/c", "their database does not ans"),
    ],
)
def test_where_the_connections_are_not_seen_status_says_so_and_calls_none_gone(
    world, connected, monkeypatch, setting, value, why
):
    if value is None:
        monkeypatch.delenv(f"ISTHMUS_{setting}")
    else:
        monkeypatch.setenv(f"ISTHMUS_{setting}", value)

    told = world.isthmus("status")

    assert told.code == 0
    assert f"Whether the connections can be used is not known: {why}" in told.said
    assert "gone" not in told.said
    assert "hunter2" not in told.said


def test_a_store_that_is_older_than_the_journal_is_shown_as_such(world, connected):
    world.tell("t1", TokenRefreshed(request="r2", version=5))

    _, [line] = world.json("connections", "list")

    assert "restored from a copy" in line["state"]


def test_without_a_tenant_the_list_says_how_to_get_one(world, url):
    assert "isthmus connect TENANT" in world.isthmus("connections", "list").out
    assert world.json("connections", "list") == (0, [])


def test_a_new_key_in_front_takes_over_from_the_old_one(world, connected, store, monkeypatch):
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", f"{NEW_KEY},{KEY}")

    code, told = world.json("connections", "rotate-key")
    assert (code, told) == (
        0,
        {"rotated": ["t1"], "lost": [], "preflights": 0, "preflights_lost": []},
    )

    found = store(lambda connections: connections.get("t1"), NEW_KEY)
    assert found == connected


def test_a_new_key_takes_the_last_preflights_over_too(
    world, connected, found_before, preflights, monkeypatch
):
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", f"{NEW_KEY},{KEY}")

    done = world.isthmus("connections", "rotate-key")

    said = "1 connection and 1 preflight encrypted with the first key."
    assert (done.code, done.out.strip()) == (0, said)
    assert preflights(NEW_KEY).of("t1").told == found_before


def test_a_preflight_that_no_key_opens_is_named_and_is_no_fault(
    world, connected, preflights, monkeypatch
):
    """A gateway that had the old key alone ran it once the others had the new one."""
    preflights().begin("t1", "a", "")
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", f"{NEW_KEY},{KEY}")
    assert world.isthmus("connections", "rotate-key").code == 0
    preflights().begin("t2", "b", "")
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", NEW_KEY)

    done = world.isthmus("connections", "rotate-key")

    assert done.code == 0
    assert "t2: no key that is set opens what its last preflight found" in done.out
    assert "t1: " not in done.out


def test_a_connection_that_no_key_opens_is_named(world, connected, monkeypatch):
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", NEW_KEY)

    done = world.isthmus("connections", "rotate-key")

    assert done.code == 1
    assert "t1: no key that is set opens it" in done.out
    _, [line] = world.json("connections", "list")
    assert "set the old key too" in line["state"]


async def test_whether_a_gateway_answers_is_seen_at_the_address_of_the_link():
    asked = []

    async def gateway(reader, writer):
        asked.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(gateway, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    assert await ANSWERS(f"{address}/healthz"), "one that is not ready answers too"
    server.close()
    await server.wait_closed()
    assert not await ANSWERS(f"{address}/healthz")
    assert asked == ["GET /healthz HTTP/1.1\r\n"]


def test_a_link_that_leads_nowhere_yet_is_given_with_a_warning(world, url, monkeypatch):
    async def nobody(gateway):
        assert gateway == "https://isthmus.example/healthz"
        return False

    monkeypatch.setattr(connect, "answers", nobody)

    done = world.isthmus("connect", "t1", "--no-wait")

    assert done.code == 0, done.err
    assert "No gateway answers at https://isthmus.example: start it" in done.told
    assert "https://isthmus.example/connect/" in done.out
