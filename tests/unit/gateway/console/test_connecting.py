"""An admin has a tenant connected anew, or takes its connection away, once its name is typed."""

from datetime import timedelta
from html import unescape

import pytest

from agents.gateway.console.connecting import ConnectionChanges, LinkToConnect, NotDoneError
from schemas.requests import DisconnectTenant
from schemas.tenant_facts import TenantDisconnected
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import ANNA, OTTO, VERA
from tests.unit.gateway.console.conftest import text_of as escaped
from tests.unit.gateway.console.journal_words import connected, live, suspended

HOME = "/console/t/t1"
LINK = "https://isthmus.example/connect/abc"


def text_of(page):
    return unescape(escaped(page))


class Outside:
    """What is asked of Intuit and the store, and how that ends."""

    def __init__(self):
        self.wishes, self.revoked, self.fault = [], [], None
        self.wrong = {}

    async def invite(self, wish):
        if self.fault:
            raise NotDoneError(self.fault)
        self.wishes.append(wish)
        return LinkToConnect(address=LINK, until=START + timedelta(minutes=15))

    async def revoke(self, tenant, known, force):
        if self.fault and not force:
            raise NotDoneError(self.fault)
        self.revoked.append((tenant, force))
        return known

    def trouble(self, tenant, confirmed):
        assert confirmed.realm == "9130355"
        return self.wrong.get(tenant, "")


@pytest.fixture
def outside(world):
    made = Outside()
    world.connecting = ConnectionChanges(
        invite=made.invite, revoke=made.revoke, trouble=made.trouble
    )
    world.tell("t1", connected(), live())
    world.tell("t2", connected())
    return made


async def test_a_link_is_made_for_who_is_to_connect_it_and_shown_once(world, outside):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        refused = text_of(await anna.press(HOME, do="connect", named="t2"))
        assert "to confirm it, type the tenant's name, t1" in refused
        assert not outside.wishes
        page = await anna.press(HOME, do="connect", named="t1")
        again = await anna.get(HOME)

    assert f'href="{LINK}"' in page.text
    assert "opens this link, once, before 2026-03-02 09:15 UTC" in text_of(page)
    assert LINK not in again.text
    [wish] = outside.wishes
    assert (wish.tenant, wish.by, wish.key, wish.address) == ("t1", "anna", "", "")
    assert set(wish.tenants) == {"t1", "t2"}
    assert wish.tenants["t2"].connection.realm == "9130355"
    assert not world.asked


async def test_mediaos_key_and_password_go_together_and_into_no_page_or_log(world, outside, caplog):
    keys = {"mediaos_key": "key-1", "mediaos_password": "secret-1"}
    async with world.open() as served:
        anna = await served.browser(ANNA)
        half = await anna.press(HOME, do="connect", named="t1", mediaos_key="key-1")
        page = await anna.press(HOME, do="connect", named="t1", **keys)

    assert "go together" in text_of(half)
    [wish] = outside.wishes
    assert (wish.key, wish.password) == ("key-1", "secret-1")
    for told in (half.text, page.text, caplog.text, repr(wish)):
        assert "secret-1" not in told
        assert "key-1" not in told


async def test_what_cannot_be_done_is_said_and_the_journal_hears_nothing(world, outside):
    outside.fault = "Intuit did not revoke the tokens (it is away)."
    async with world.open() as served:
        anna = await served.browser(ANNA)
        for do in ("connect", "disconnect"):
            assert outside.fault in text_of(await anna.press(HOME, do=do, named="t1"))
        assert not world.asked
        assert outside.revoked == []
        await anna.press(HOME, do="disconnect", named="t1", force="yes")

    assert outside.revoked == [("t1", True)]
    assert len(world.asked) == 1


async def test_the_tokens_are_gone_before_the_journal_says_so(world, outside):
    def answers(request):
        assert outside.revoked == [("t1", False)]
        return (TenantDisconnected(request=request.id),)

    world.answers = answers
    async with world.open() as served:
        anna = await served.browser(ANNA)
        unsure = text_of(await anna.press(HOME, do="disconnect", named=""))
        assert "type the tenant's name" in unsure
        assert outside.revoked == []
        page = text_of(await anna.press(HOME, do="disconnect", named="t1"))
        again = text_of(await anna.press(HOME, do="disconnect", named="t1"))

    assert "Done: ok." in page
    assert "It is not connected to a company of QuickBooks." in page
    assert "Connect it" in page
    assert "It is not connected." in again
    [(_, _, request)] = world.asked
    assert isinstance(request, DisconnectTenant)
    assert (request.tenant, request.by) == ("t1", "anna")


async def test_nobody_but_an_admin_does_either(world, outside):
    async with world.open() as served:
        for token in (OTTO, VERA):
            page = await served.browser(token)
            assert "Take the connection away" not in text_of(await page.get(HOME))
            for do in ("connect", "disconnect"):
                told = text_of(await page.press(HOME, do=do, named="t1"))
                assert "Your role lets you look at this" in told
    assert (outside.wishes, outside.revoked, world.asked) == ([], [], [])


async def test_who_is_suspended_for_good_is_led_to_what_helps(world, outside):
    world.tell("t1", suspended())
    async with world.open() as served:
        page = await (await served.browser(ANNA)).get(HOME)
    assert (
        '<a href="#connection">connect it again, as the Master Administrator of the company</a>'
        in page.text
    )


async def test_tokens_that_are_of_no_use_are_told_of_before_a_worker_meets_them(world, outside):
    outside.wrong["t1"] = "its tokens are gone"
    async with world.open() as served:
        for token, helps in ((ANNA, "or take it away"), (VERA, "An admin connects it again")):
            told = text_of(await (await served.browser(token)).get(HOME))
            assert "Nothing goes now: the connection to QuickBooks cannot be used." in told
            assert "It cannot be used: its tokens are gone." in told
            assert helps in told
            assert "live since" not in told
        anna = await served.browser(ANNA)
        assert "cannot be used" not in text_of(await anna.get("/console/t/t2"))

        world.tell("t1", suspended())
        await served.caught_up()
        told = text_of(await anna.get(HOME))
    assert "cannot be used" not in told, "it is told once"
    assert "the connection is suspended" in told


async def test_a_console_that_connects_nobody_says_who_does(world):
    world.tell("t1", connected(), live())
    async with world.open() as served:
        anna = await served.browser(ANNA)
        assert "isthmus connect" in text_of(await anna.press(HOME, do="connect", named="t1"))
        told = text_of(await anna.press(HOME, do="disconnect", named="t1"))
        assert "isthmus disconnect" in told
    assert not world.asked
