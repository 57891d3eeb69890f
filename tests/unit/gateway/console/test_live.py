"""Does an open page hear of news, of its own tenant, as long as somebody is logged in?"""

import asyncio
import re

import pytest

from agents.gateway.console import live
from agents.gateway.console.live import NEWS, QUIET, Live
from tests.unit.gateway.console.conftest import OTTO
from tests.unit.gateway.console.journal_words import connected

EVENTS = "/console/t/t1/events"


@pytest.fixture
def told():
    return Live(least_seconds=0)


def always():
    return True


async def first(stream):
    """Begin to listen, and return what is said at once."""
    async with asyncio.timeout(5):
        return await anext(stream)


async def test_a_page_hears_of_news_of_its_tenant_and_of_no_other(told):
    one, other = told.stream("t1", always), told.stream("t2", always)
    assert [await first(one), await first(other)] == [QUIET, QUIET]

    await asyncio.to_thread(told.changed, frozenset({"t1"}))

    assert await first(one) == NEWS
    waiting = asyncio.ensure_future(anext(other))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


async def test_much_news_is_told_once(told):
    stream = told.stream("t1", always)
    await first(stream)

    for _ in range(100):
        told.changed(frozenset({"t1"}))
    await asyncio.sleep(0)

    assert await first(stream) == NEWS
    waiting = asyncio.ensure_future(anext(stream))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    waiting.cancel()


async def test_what_came_between_a_page_and_its_stream_is_told_at_once(told):
    seen = told.last("t1")
    told.changed(frozenset({"t1"}))
    stream = told.stream("t1", always, seen)

    assert [await first(stream), await first(stream)] == [QUIET, NEWS]


async def test_a_stream_whose_page_has_all_tells_nothing_nor_of_another_tenant_s_news(told):
    told.changed(frozenset({"t1"}))
    seen = told.last("t1")
    told.changed(frozenset({"t2"}))
    stream = told.stream("t1", always, seen)
    await first(stream)

    waiting = asyncio.ensure_future(anext(stream))
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    waiting.cancel()


async def test_a_page_of_another_gateway_is_shown_anew_here(told):
    stream = told.stream("t1", always, Live().last("t1"))

    assert [await first(stream), await first(stream)] == [QUIET, NEWS]


async def test_a_page_says_what_it_has_to_the_stream_that_it_opens(world, monkeypatch):
    monkeypatch.setattr(live, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(live, "LONGEST_SECONDS", 0.2)
    world.tell("t1", connected())
    async with world.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get("/console/t/t1")
        address = re.search(r'data-live="([^"]+)"', page.text)[1]
        before = await otto.get(address)
        world.tell("t1", connected())
        await served.caught_up()
        after = await otto.get(address)

    assert (NEWS in before.content, NEWS in after.content) == (False, True)


async def test_a_stream_ends_with_its_session(told):
    holds = True
    stream = told.stream("t1", lambda: holds)
    await first(stream)
    holds = False
    told.changed(frozenset({"t1"}))

    assert [each async for each in stream] == []


async def test_a_gateway_that_stops_waits_for_no_stream(told):
    stream = told.stream("t1", always)
    await first(stream)
    rest = asyncio.ensure_future(anext(stream, None))
    await asyncio.sleep(0)

    told.end()

    async with asyncio.timeout(5):
        assert await rest is None
    assert told.is_full


async def test_no_more_streams_are_open_than_leave_room_for_others(told, monkeypatch):
    monkeypatch.setattr(live, "MOST_STREAMS", 2)
    streams = [told.stream("t1", always) for _ in range(2)]
    for each in streams:
        await first(each)

    assert told.is_full
    await streams[0].aclose()
    assert not told.is_full


async def test_of_those_that_were_let_in_at_one_moment_no_more_stay(told, monkeypatch):
    monkeypatch.setattr(live, "MOST_STREAMS", 2)
    streams = [told.stream("t1", always) for _ in range(5)]

    heard = [await anext(each, None) for each in streams]

    assert heard == [QUIET, QUIET, None, None, None]


async def test_nobody_hears_of_another_s_tenant_nor_without_a_login(world, browser):
    world.tell("t2", connected())
    async with world.open() as served:
        otto = await served.browser(OTTO)

        assert (await otto.get("/console/t/t2/events")).status_code == 404
    assert (await browser().get(EVENTS)).status_code == 303


async def test_a_page_that_refreshes_itself_keeps_nobody_logged_in(world):
    world.tell("t1", connected())
    async with world.open() as served:
        otto = await served.browser(OTTO)
        statuses = []
        for _ in range(3):
            await world.clock.advance(25 * 60)
            page = await otto.get("/console/t/t1", headers={"X-Isthmus-Live": "1"})
            statuses.append(page.status_code)

    assert statuses == [200, 200, 303]
