"""Is a record found by whatever one knows of it, and does its page tell the whole of it?"""

import asyncio
import re

import pytest

from agents.gateway.console import places
from agents.gateway.console.book.reading import Book
from schemas.below_zero import credit_id
from schemas.facts import RequestTaken
from schemas.requests import Retry
from schemas.state import Park, ParkReason
from schemas.values import Kind
from tests.unit.cli.journal_words import decided
from tests.unit.gateway.console.conftest import OTTO, VERA, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    across,
    connected,
    customer,
    in_conflict,
    invoice,
    live,
    parked,
    seen,
)
from tests.unit.rules.records import CREDIT_MEMO

#: More threads than asyncio has for all that asks for one.
MOST_OF_ASYNCIO = 40
FIND = "/console/t/t1/find"
RECORD = "/console/t/t1/record/mediaos/invoice/136"


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer())
    return world


@pytest.mark.parametrize("text", ["136", "266", "MediaOS-136", "mediaos-1"])
async def test_an_invoice_is_found_by_the_ids_and_numbers_of_both_sides(told, text):
    told.tell(LANE, *across())
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(FIND, params={"q": text})

    assert f'href="{RECORD}"' in page.text
    assert "invoice MediaOS-136 Harbour Books 1,861.08 in step" in text_of(page)


async def test_a_credit_that_is_an_invoice_of_mediaos_is_found_by_that_ones_id(told):
    told.tell(LANE, seen(CREDIT_MEMO, Kind.CREDIT_MEMO, credit_id("9136")))
    async with told.open() as served:
        vera = await served.browser(VERA)
        found = await vera.get(FIND, params={"q": "9136"})
        page = await vera.get("/console/t/t1/record/mediaos/invoice/9136")

    assert "record/mediaos/credit-memo/invoice-9136" in found.text
    assert page.status_code == 200


async def test_what_nobody_is_called_is_said_and_what_to_try(told):
    async with told.open() as served:
        vera = await served.browser(VERA)
        nothing, blank = await vera.get(f"{FIND}?q=none"), await vera.get(FIND)

    assert "Nothing is called so." in text_of(nothing)
    assert "Write an invoice number" in text_of(blank)


@pytest.mark.parametrize("record", ["mediaos/invoice/136", "qbo/invoice/266"])
async def test_a_record_has_one_page_by_either_side_s_name(told, record):
    told.tell(LANE, *across())
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(f"/console/t/t1/record/{record}")

    shown = text_of(page)
    assert "Invoice MediaOS-136" in shown
    assert "memo March issue March issue March issue" in shown
    assert "customer Harbour Books (42)" in shown
    assert "total 1,861.08 1,861.08 1,861.08" in shown
    assert "1861.08" not in shown
    assert "https://app.qbo.intuit.com/app/invoice?txnId=266" in page.text


async def test_its_story_is_told_the_last_first_in_the_words_of_explain(told):
    told.tell(LANE, invoice(), decided())
    told.tell(LANE, *across()[1:])
    async with told.open() as served:
        shown = text_of(await (await served.browser(VERA)).get(RECORD))

    assert "MediaOS shows invoice 136, 1,861.08, changed there 2026-03-02 09:00 UTC" in shown
    assert "decided by the rules of version 1" in shown
    assert shown.index("are one.") < shown.index("Decided: make this invoice in QuickBooks")


async def test_what_others_did_stands_in_no_story_but_their_own(told):
    told.tell(LANE, invoice("137"), parked("137", REFUSED))
    told.tell(LANE, *across())
    async with told.open() as served:
        shown = text_of(await (await served.browser(VERA)).get(RECORD))

    assert "137" not in shown


async def test_a_record_that_waits_says_why_and_is_mended_on_its_page(told):
    told.tell(LANE, invoice(), parked(park=REFUSED))
    form = {"do": "retry", "lane": LANE, "document": "mediaos/invoice/136"}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.press(RECORD, **form)

    assert "Refused. QuickBooks says no" in text_of(page)
    assert f'action="{RECORD}"' in page.text
    assert [type(request) for _, _, request in told.asked] == [Retry]


async def test_what_somebody_asked_for_is_in_the_story_with_who(told):
    told.tell(LANE, invoice(), parked(park=REFUSED))
    told.tell(
        LANE,
        parked(park=Park(reason=ParkReason.BUG, detail="no")),
        RequestTaken(request="r", done=True, detail="it is judged again", by="otto"),
    )
    async with told.open() as served:
        shown = text_of(await (await served.browser(VERA)).get(RECORD))

    assert "QuickBooks says no" in shown


async def test_fields_in_conflict_are_marked(told):
    told.tell(LANE, *across())
    told.tell(LANE, *in_conflict())
    async with told.open() as served:
        shown = text_of(await (await served.browser(VERA)).get(RECORD))

    assert "memo changed on both sides May April March issue" in shown


async def test_without_kafka_the_record_is_shown_and_its_story_is_said_to_be_away(told):
    told.tell(LANE, *across())
    told.away = True
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(RECORD)

    assert page.status_code == 200
    assert "Kafka does not answer, so its story cannot be read now." in text_of(page)


async def test_a_name_that_looks_like_a_time_and_is_none_is_told_as_it_is(told):
    lane = "t1/mediaos/77"
    told.tell(lane, customer("Until 2026-13-45 00:00:00Z", lane=lane))
    async with told.open() as served:
        page = await (await served.browser(VERA)).get("/console/t/t1/record/mediaos/customer/77")

    assert page.status_code == 200
    assert "Until 2026-13-45 00:00:00Z" in text_of(page)


async def test_what_nobody_sees_and_turns_an_amount_around_is_written_out(told):
    lane = "t1/mediaos/\u202e77"
    told.tell(lane, customer("\u202e<b>Quay\x1b[2J\u2066", lane=lane))
    told.tell(lane, invoice("5", lane=lane), parked("5", REFUSED, lane=lane))
    form = {"do": "retry", "lane": lane, "document": "mediaos/invoice/5"}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.press("/console/t/t1/record/mediaos/invoice/5", **form)
        whole = (await otto.get("/console/t/t1/record/mediaos/customer/%E2%80%AE77")).text

    assert r"\u202e&lt;b&gt;Quay\u001b[2J\u2066" in page.text
    assert "MediaOS shows customer \\u202e&lt;b&gt;Quay" in whole
    assert "\u202e" not in re.sub(r'(href|action|value)="[^"]*"', "", page.text + whole)
    assert f'name="lane" value="{lane}"' in page.text
    assert [request.lane for _, _, request in told.asked] == [lane]


async def test_pages_that_wait_for_kafka_keep_no_webhook_waiting(told, monkeypatch):
    told.tell(LANE, *across())
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slow(_places):
        asked.set()
        await answered.wait()
        return []

    monkeypatch.setattr(told, "places", slow)
    async with told.open() as served:
        vera = await served.browser(VERA)
        pages = [asyncio.create_task(vera.get(RECORD)) for _ in range(MOST_OF_ASYNCIO)]
        await asked.wait()
        async with asyncio.timeout(2):
            # As a webhook asks which tenant it is of.
            in_time = await asyncio.to_thread(lambda: True)
        answered.set()
        statuses = {each.status_code for each in await asyncio.gather(*pages)}

    assert in_time
    assert statuses == {200}


async def test_a_story_that_nobody_waits_for_any_more_is_not_read_on(told, monkeypatch):
    told.tell(LANE, *across())
    given_up = asyncio.Event()

    async def slow(_places):
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    monkeypatch.setattr(told, "places", slow)
    monkeypatch.setattr(places, "PLACES_SECONDS", 0.05)
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(RECORD)
        async with asyncio.timeout(2):
            await given_up.wait()

    assert "its story cannot be read now" in text_of(page)


async def test_a_page_that_fails_says_so_with_a_name_that_the_log_knows(told, monkeypatch, caplog):
    def fails(*_given):
        raise ZeroDivisionError

    monkeypatch.setattr(Book, "documents_of", fails)
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(RECORD)

    assert page.status_code == 500
    assert "Isthmus made a mistake here." in text_of(page)
    [record] = [each for each in caplog.records if each.exc_info]
    assert record.fault in text_of(page)


@pytest.mark.parametrize(
    "record", ["mediaos/invoice/999", "mediaos/no-such/1", "nobody/invoice/1", "qbo/invoice/%2e%2e"]
)
async def test_what_has_not_come_in_has_no_page(told, record):
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(f"/console/t/t1/record/{record}")

    assert page.status_code == 404


async def test_a_record_of_another_tenant_has_no_page_here(told):
    told.tell(LANE, *across())
    told.tell("t2", connected())
    async with told.open() as served:
        anna = await served.browser()

        assert (await anna.get(RECORD.replace("/t1/", "/t2/"))).status_code == 404
        assert "Nothing is called so." in text_of(await anna.get("/console/t/t2/find?q=136"))
