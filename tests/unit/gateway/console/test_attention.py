"""What needs somebody, in an accountant's words, and does the button mend it?"""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from agents.gateway.console.book.reading import PAGE as ROWS
from agents.rules.reason_words import REASONS, words_of_reason
from schemas.facts import Asked, Released, RequestTaken
from schemas.requests import Link, Push, ResolveConflict, Retry
from schemas.state import Park, ParkReason
from schemas.values import Kind, Side
from tests.testing.plain_words import raw_words
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import OTTO, VERA, secret_of, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    across,
    connected,
    customer,
    in_conflict,
    invoice,
    live,
    one_sided,
    parked,
    seen,
)
from tests.unit.rules.records import QBO_INVOICE

PAGE = "/console/t/t1/attention"


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer())
    return world


async def test_a_row_says_whose_what_how_much_how_long_and_why(told):
    told.tell(LANE, invoice(number="MediaOS-136"), parked())
    await told.clock.advance(3 * 3600)
    async with told.open() as served:
        page = text_of(await (await served.browser(OTTO)).get(PAGE))

    assert "invoice MediaOS-136" in page
    assert "Harbour Books" in page
    assert "1,861.08" in page
    assert "for 3 hours" in page
    assert "Product not mapped. product 7 (Print) of MediaOS is not mapped" in page


async def test_nothing_that_waits_is_said_so_that_one_learns_what_would_stand_here(told):
    async with told.open() as served:
        page = text_of(await (await served.browser(OTTO)).get(PAGE))

    assert "Nothing needs you. What cannot cross by itself is listed here" in page


async def test_what_is_retried_goes_from_the_list_and_who_asked_is_kept(told):
    told.tell(LANE, invoice(), parked(park=REFUSED))
    row = {"lane": LANE, "document": "mediaos/invoice/136"}

    def retried(request):
        asked = Asked(document=row["document"], request=request.id, pushed=False)
        return asked, Released(document=row["document"], why="asked")

    told.answers = retried
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, do="retry", **row)

    [(_, key, request)] = told.asked
    assert (key, type(request), request.document, request.by) == (
        LANE,
        Retry,
        row["document"],
        "otto",
    )
    assert "Done: ok." in text_of(page)
    assert "Nothing needs you." in text_of(page)


async def test_all_of_one_reason_are_retried_together_after_a_look_at_what_that_is(told):
    for number in ("1", "2", "3"):
        told.tell(LANE, invoice(number), parked(number, REFUSED))
    told.tell(LANE, invoice("4"), parked("4"))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(f"{PAGE}?reason=refused")
        after = await otto.press(PAGE, do="retry-all", reason="refused")

    assert "3 documents would be judged again, 5,583.24 in all." in text_of(page)
    assert {request.document[-1] for _, _, request in told.asked} == {"1", "2", "3"}
    assert "Asked for 3 of 3." in text_of(after)


@pytest.mark.parametrize("query", ["", "?reason=one-sided", "?reason=unmapped-product"])
async def test_one_alone_and_what_nobody_may_retry_is_not_offered_together(told, query):
    told.tell(LANE, invoice("1"), parked("1"))
    told.tell(LANE, invoice("2"), one_sided("2"), invoice("3"), one_sided("3"))
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(f"{PAGE}{query}")

    assert "Retry all" not in text_of(page)


async def test_what_somebody_else_has_mended_is_not_asked_for_again(told):
    told.tell(LANE, invoice())
    form = {"do": "retry", "lane": LANE, "document": "mediaos/invoice/136"}
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, **form)

    assert "It does not wait any more" in text_of(page)
    assert told.asked == []


async def test_a_conflict_shows_both_sides_and_is_decided_by_what_was_shown(told):
    told.tell(LANE, *across())
    told.tell(LANE, *in_conflict())
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(PAGE)
        await otto.press(
            PAGE, do="resolve", lane=LANE, document="mediaos/invoice/136", keep="qbo", mediaos="2",
            qbo="2",
        )  # fmt: skip

    assert "memo March issue May April" in text_of(page)
    assert 'name="mediaos" value="2"' in page.text
    [(_, _, request)] = told.asked
    assert isinstance(request, ResolveConflict)
    assert (request.keep, request.mediaos, request.qbo) == (Side.QBO, "2", "2")


async def test_a_side_that_took_the_record_away_is_told_so_in_the_place_of_its_values(told):
    park = Park(reason=ParkReason.CONFLICT, detail="deleted in MediaOS, and memo changed")
    theirs = replace(QBO_INVOICE, memo="April")
    document = "mediaos/invoice/136"
    told.tell(LANE, *across())
    told.tell(
        LANE,
        seen(None, Kind.INVOICE, "136", revision=2),
        seen(theirs, Kind.INVOICE, "266", side=Side.QBO, document=document, revision=2),
        parked("136", park),
    )
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert "memo March issue taken away April" in text_of(page)


async def test_a_customer_that_was_there_on_both_sides_is_linked(told):
    park = Park(reason=ParkReason.NOT_LINKED, detail="QuickBooks has one of this name")
    told.tell("t1/mediaos/43", customer("Quay Press", lane="t1/mediaos/43"))
    told.tell("t1/mediaos/43", parked("43", park, kind=Kind.CUSTOMER, lane="t1/mediaos/43"))
    row = {"lane": "t1/mediaos/43", "document": "mediaos/customer/43"}
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(PAGE)
        await otto.press(PAGE, do="link", target="58", **row)
        without = await otto.press(PAGE, do="link", target=" ", **row)

    assert "customer Quay Press" in text_of(page)
    [(_, _, request)] = told.asked
    assert isinstance(request, Link)
    assert request.target == "58"
    assert "Fill in the number of the customer in QuickBooks." in text_of(without)


async def test_what_is_on_one_side_alone_is_pushed(told):
    told.tell(LANE, invoice("200"), one_sided("200"))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.press(PAGE, do="push", lane=LANE, document="mediaos/invoice/200")

    [(_, _, request)] = told.asked
    assert isinstance(request, Push)
    assert request.side is Side.MEDIAOS
    assert "Only on one side." in text_of(page)


async def test_long_lists_come_in_pages_the_longest_waiting_first(told):
    for number in range(ROWS + 5):
        told.tell(
            LANE, invoice(str(number)), parked(str(number)), at=START - timedelta(days=number)
        )
    async with told.open() as served:
        otto = await served.browser(OTTO)
        first = await otto.get(PAGE)
        [address] = [a for a in first.text.split('"') if a.startswith(f"{PAGE}?after=")]
        second = await otto.get(address)

    assert text_of(first).index(f"invoice {ROWS + 4} of") < text_of(first).index("invoice 10 of")
    assert first.text.count('class="row"') == ROWS
    assert second.text.count('class="row"') == 5
    assert "Next page" not in second.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [("sort=parked", {"1", "2"}), ("reason=refused", {"2"}), ("sort=one-sided", {"3"})],
)
async def test_the_list_is_narrowed_by_sort_and_by_reason(told, query, shown):
    told.tell(LANE, invoice("1"), parked("1"), invoice("2"), parked("2", REFUSED))
    told.tell(LANE, invoice("3"), one_sided("3"))
    async with told.open() as served:
        page = text_of(await (await served.browser(OTTO)).get(f"{PAGE}?{query}"))

    assert {each for each in "123" if f"invoice {each} of MediaOS" in page} == shown


@pytest.mark.parametrize(
    "query", ["sort=no-such", "after=%00", "after=x~y", "reason='--", "after=~9" + "9" * 30]
)
async def test_a_made_up_filter_finds_nothing_and_breaks_nothing(told, query):
    async with told.open() as served:
        assert (await (await served.browser(OTTO)).get(f"{PAGE}?{query}")).status_code == 200


async def test_what_a_side_wrote_is_text_and_never_markup(told):
    told.tell("t1/mediaos/44", customer("<script>alert(1)</script>", lane="t1/mediaos/44"))
    told.tell("t1/mediaos/44", parked("44", REFUSED, kind=Kind.CUSTOMER, lane="t1/mediaos/44"))
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


async def test_who_may_only_look_sees_the_same_rows_and_no_button(told):
    told.tell(LANE, invoice(), parked())
    async with told.open() as served:
        page = await (await served.browser(VERA)).get(PAGE)

    assert "Product not mapped." in text_of(page)
    assert "Retry" not in text_of(page)


async def test_nobody_mends_what_is_another_tenant_s(told):
    form = {"do": "retry", "lane": "t2/mediaos/42", "document": "mediaos/invoice/136"}
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, **form)

    assert "The form names no document of this tenant." in text_of(page)
    assert told.asked == []


async def test_a_long_answer_is_told_as_far_as_a_browser_keeps_it(world):
    world.tell(LANE, invoice(), parked(park=REFUSED))
    world.answers = lambda request: (
        RequestTaken(request=request.id, done=False, detail="\u00e4" * 5_000, by="otto"),
    )
    form = {"do": "retry", "lane": LANE, "document": "mediaos/invoice/136"}
    async with world.open() as served:
        otto = await served.browser(OTTO)
        secret = secret_of(await otto.get(PAGE))
        answer = await otto.post(PAGE, data={"secret": secret, **form})
        page = await otto.get(PAGE)

    cookies = answer.headers.get_list("set-cookie")
    assert [len(each) < 4096 for each in cookies] == [True]
    assert "Not done: \u00e4\u00e4" in text_of(page)


async def test_all_of_no_reason_is_not_retried(world):
    world.tell(LANE, invoice(), parked(park=REFUSED), one_sided())
    async with world.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.press(PAGE, do="retry-all")

    assert "It does not wait any more" in text_of(page)
    assert world.asked == []


async def test_without_an_answer_the_page_says_that_it_is_asked_for(told):
    told.patience_seconds = 0.05
    told.tell(LANE, invoice(), parked())
    told.answers = lambda _request: None
    form = {"do": "retry", "lane": LANE, "document": "mediaos/invoice/136"}
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, **form)

    assert "No worker has answered yet" in text_of(page)


async def test_the_menu_says_how_many_need_somebody(told):
    told.tell(
        LANE, invoice("1"), parked("1"), invoice("2"), parked("2"), invoice("3"), one_sided("3")
    )
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get("/console/t/t1")

    assert 'Needs attention <span class="count">2</span>' in page.text


def test_every_reason_has_words_of_the_trade():
    by_name = {each for each in ParkReason if re.match("unmapped-|.*-inactive$", each)}

    assert set(REASONS) | by_name == set(ParkReason)
    for reason in ParkReason:
        words = words_of_reason(reason)
        assert raw_words(f"{words.title} {words.remedy}") == []


def test_what_is_not_mapped_or_inactive_is_called_by_its_kind():
    assert words_of_reason("unmapped-payment-type").title == "Payment type not mapped"
    assert words_of_reason("tax-code-inactive").title == "Tax code inactive"
    assert words_of_reason("of-another-release").title == "Of another release"
