"""Who acts upon what another gateway, or a command, has shown is answered from no older book."""

import asyncio

import pytest

from agents.gateway.console import rooms
from schemas.facts import Released
from tests.unit.gateway.console.conftest import OTTO, secret_of, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    connected,
    customer,
    invoice,
    live,
    parked,
)

PAGE = "/console/t/t1/attention"
RETRY = {"do": "retry", "lane": LANE, "document": "mediaos/invoice/137"}
BEHIND = "Not all of the journal is read yet, so what follows may be out of date"


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer(), invoice("136"), parked("136", REFUSED))
    return world


async def later(world, asked):
    """Have the console read on only once it was asked; return what it answers."""
    answer = asyncio.ensure_future(asked)
    await asyncio.wait({answer}, timeout=0.2)
    world.followed.let_reads_go()
    return await answer


async def test_what_another_gateway_showed_is_done_though_the_book_had_it_not_yet(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        form = RETRY | {"secret": secret_of(await otto.get(PAGE))}
        told.followed.hold_reads()
        told.tell(LANE, invoice("137"), parked("137", REFUSED))

        answer = await later(told, otto.post(PAGE, data=form))
        page = await otto.get(answer.headers["location"])

    assert "Done: ok." in text_of(page)
    assert [request.document for _, _, request in told.asked] == ["mediaos/invoice/137"]


async def test_a_page_shows_all_that_the_journal_had_when_it_was_asked_for(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        told.followed.hold_reads()
        told.tell(LANE, Released(document="mediaos/invoice/136", why="asked"))

        page = await later(told, otto.get(PAGE))

    assert "QuickBooks says no" not in text_of(page)
    assert BEHIND not in text_of(page)


async def test_a_record_that_does_not_count_holds_no_page_up(told):
    """As that of a worker which was frozen past its session."""
    async with told.open() as served:
        otto = await served.browser(OTTO)
        told.journal.keep(1, b"", b"{}")

        page = await otto.get(PAGE)

    assert BEHIND not in text_of(page)


async def test_a_book_that_stays_behind_says_so_and_refuses_nothing_by_what_it_has(
    told, monkeypatch
):
    monkeypatch.setattr(rooms, "PAGE_SECONDS", 0.05)
    monkeypatch.setattr(rooms, "FORM_SECONDS", 0.05)
    async with told.open() as served:
        otto = await served.browser(OTTO)
        form = RETRY | {"secret": secret_of(await otto.get(PAGE))}
        told.followed.hold_reads()
        told.tell(LANE, invoice("137"), parked("137", REFUSED))

        answer = await otto.post(PAGE, data=form)
        page = await otto.get(answer.headers["location"])
        told.followed.let_reads_go()
        monkeypatch.undo()
        page_then = await otto.get(PAGE)

    assert "has not read all of the journal yet" in text_of(page)
    assert BEHIND in text_of(page)
    assert "INV-137" not in text_of(page)
    assert BEHIND not in text_of(page_then)
    assert told.asked == []
