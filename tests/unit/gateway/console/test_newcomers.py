"""A company is connected for the first time from the console, by who is admin of that tenant."""

from datetime import timedelta
from html import unescape

import pytest

from agents.gateway.console.connecting import ConnectionChanges, LinkToConnect, NotDoneError
from schemas.tenant_facts import TenantDisconnected
from streams.console_grants import ConsoleGrant
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import ANNA, GRANTS, OTTO, VERA, browser_of, secret_of
from tests.unit.gateway.console.conftest import text_of as escaped
from tests.unit.gateway.console.journal_words import connected, live

HOME, NEW = "/console", "/console/connect"
LINK = "https://isthmus.example/connect/abc"
KEYS = {"mediaos_key": "key-1", "mediaos_password": "secret-1"}
NORA = "n" * 32


def text_of(page):
    return unescape(escaped(page))


@pytest.fixture
def wishes(world):
    """What links were asked for."""
    wishes = []

    async def invite(wish):
        if not wish.key:
            raise NotDoneError("Fill in MediaOS' key and password: none are kept any more.")
        wishes.append(wish)
        return LinkToConnect(address=LINK, until=START + timedelta(minutes=15))

    world.connecting = ConnectionChanges(invite=invite)
    return wishes


async def test_where_nobody_is_connected_an_admin_makes_the_first_link(world, wishes):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        empty = await anna.get(HOME)
        assert "No company is connected yet." in text_of(empty)
        assert f'href="{NEW}"' in empty.text
        page = await anna.press(NEW, do="connect-new", tenant="harbour", **KEYS)
        again = await anna.get(NEW)

    assert f'href="{LINK}"' in page.text
    assert "opens this link, once, before 2026-03-02 09:15 UTC" in text_of(page)
    assert LINK not in again.text
    [wish] = wishes
    assert (wish.tenant, wish.by, wish.address) == ("harbour", "anna", "")
    assert (wish.key, wish.password) == ("key-1", "secret-1")
    assert dict(wish.tenants) == {}
    assert not world.asked
    assert "secret-1" not in page.text + again.text


async def test_the_same_form_sent_again_makes_no_second_link(world, wishes):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        page = await anna.get(NEW)
        form = {"secret": secret_of(page), "do": "connect-new", "tenant": "harbour", **KEYS}
        await anna.post(NEW, data=form)
        again = await anna.get((await anna.post(NEW, data=form)).headers["location"])

    assert "This form was sent before, and nothing is done twice." in text_of(again)
    assert len(wishes) == 1


async def test_a_form_from_elsewhere_makes_none(world, wishes):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        form = {"secret": "made-up", "do": "connect-new", "tenant": "harbour", **KEYS}
        page = await anna.get((await anna.post(NEW, data=form)).headers["location"])

    assert "comes from elsewhere. Nothing was done" in text_of(page)
    assert not wishes


@pytest.mark.parametrize("name", ["", "a b", "-x", "x" * 65, "t1/../t2"])
async def test_a_name_that_none_can_have_is_said(world, wishes, name):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        page = await anna.press(NEW, do="connect-new", tenant=name, **KEYS)

    assert "A name has 1 to 64 letters, digits, - or _" in text_of(page)
    assert not wishes


async def test_who_is_there_already_is_connected_again_on_its_own_page(world, wishes):
    world.tell("t1", connected(), live())
    world.tell("t2", connected(), TenantDisconnected(request="r"))
    async with world.open() as served:
        anna = await served.browser(ANNA)
        assert "Connect another company" in text_of(await anna.get(HOME))
        for name in ("t1", "t2"):
            page = await anna.press(NEW, do="connect-new", tenant=name, **KEYS)
            assert f"There is a tenant {name} already" in text_of(page)
        page = await anna.press(NEW, do="connect-new", tenant="t3", **KEYS)
    assert f'href="{LINK}"' in page.text
    [wish] = wishes
    assert set(wish.tenants) == {"t1", "t2"}


async def test_key_and_password_go_together_and_what_cannot_be_done_is_said(world, wishes):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        half = await anna.press(NEW, do="connect-new", tenant="t3", mediaos_key="key-1")
        none = await anna.press(NEW, do="connect-new", tenant="t3")
    assert "go together" in text_of(half)
    assert "Fill in MediaOS' key and password" in text_of(none)
    assert not wishes


async def test_nobody_but_an_admin_sees_the_page_or_does_it(world, wishes):
    async with world.open() as served:
        anna = await served.browser(ANNA)
        for token in (OTTO, VERA):
            page = await served.browser(token)
            home = text_of(await page.get(HOME))
            assert "No company that you may see is connected yet." in home
            assert "An admin connects one here" in home
            assert (await page.get(NEW)).status_code == 404
            own = secret_of(await page.get(HOME))
            for secret in (own, secret_of(await anna.get(NEW))):
                form = {"secret": secret, "do": "connect-new", "tenant": "t1", **KEYS}
                assert (await page.post(NEW, data=form)).status_code == 404
    assert not wishes


async def test_an_admin_of_one_tenant_connects_that_one_alone(world, wishes):
    grants = (*GRANTS, ConsoleGrant("nora", "admin", "t9", NORA))
    async with world.open(console_token=grants) as served:
        nora = await served.browser(NORA)
        told = text_of(await nora.press(NEW, do="connect-new", tenant="t1", **KEYS))
        assert "Your role lets you look at this and not do it" in told
        assert not wishes
        page = await nora.press(NEW, do="connect-new", tenant="t9", **KEYS)
    assert f'href="{LINK}"' in page.text
    assert [each.tenant for each in wishes] == ["t9"]


@pytest.mark.parametrize("known", [("t1",), ("t1", "t2")], ids=["alone", "beside another"])
async def test_who_can_connect_no_other_is_led_to_no_form_for_it(world, wishes, known):
    grants = (
        *GRANTS,
        ConsoleGrant("nora", "admin", "t1", NORA),
        ConsoleGrant("nora", "viewer", "t2", NORA),
    )
    for name in known:
        world.tell(name, connected(), live())
    async with world.open(console_token=grants) as served:
        nora, anna = await served.browser(NORA), await served.browser(ANNA)
        own, hers = [text_of(await each.get(f"{HOME}/t/t1")) for each in (nora, anna)]
        home = await nora.get(HOME)

    assert "Connect it again" in own
    assert "Connect another company" in hers
    assert "Connect another company" not in own + text_of(home)


async def test_before_the_journal_is_read_no_link_is_made(world, wishes):
    world.tell("t1", connected())
    anna = browser_of(world.app(world.console()))
    await anna.log_in(ANNA)
    page = await anna.get(NEW)
    form = {"secret": secret_of(page), "do": "connect-new", "tenant": "t1", **KEYS}
    told = await anna.get((await anna.post(NEW, data=form)).headers["location"])
    assert "The console was reading the journal, so nothing was done" in text_of(told)
    assert not wishes
