"""Which records of a tenant could not be used at all, and who may have them tried again?"""

import asyncio

import pytest

from agents.dead_letters.manage import Files
from agents.gateway.console.book.reading import Book
from agents.gateway.console.holds import LETTERS_SHOWN
from agents.gateway.console.letters import keep_newest
from schemas.catalog import encode
from schemas.dead_letters import DeadLetter
from streams.kafka.history import TopicRecord
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import ANNA, OTTO, VERA, ZOE, secret_of, text_of
from tests.unit.gateway.console.journal_words import LANE, connected, customer, live

PAGE = "/console/t/t1/attention"
PLACE = "mediaos-changes/0/7"


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer())
    return world


async def test_a_record_that_could_not_be_used_says_whose_who_told_it_and_why(told):
    told.bury(LANE.encode(), "total: expected an amount, got a word")
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page, overview = await otto.get(PAGE), await otto.get("/console/t/t1")

    assert "1 record could not be used" in text_of(page)
    assert (
        "Harbour Books , told by MediaOS 2026-03-02 09:00 UTC : total: expected an amount, got a "
        "word mediaos-changes/0/7 Retry" in text_of(page)
    )
    assert 'Needs attention <span class="count">1</span>' in page.text
    assert "1 matter needs somebody." in text_of(overview)


async def test_of_thousands_all_are_counted_and_some_are_looked_at(told, monkeypatch):
    for offset in range(3_000):
        told.bury(LANE.encode(), "no sense", offset=offset)
    named, called = [], Book.called
    monkeypatch.setattr(Book, "called", lambda *asked: named.append(asked) or called(*asked))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        named.clear()
        page = await otto.get(PAGE)

    assert "3,000 records could not be used" in text_of(page)
    assert 'Needs attention <span class="count">3,000</span>' in page.text
    assert "There are more: isthmus dead-letters list has all" in text_of(page)
    assert page.text.count('value="retry-letter"') == LETTERS_SHOWN
    # The menu counts them on each page of the tenant, and the page says them.
    assert len(named) <= 3 * LETTERS_SHOWN


async def test_one_is_tried_again_and_gone_from_the_list(told):
    told.bury(LANE.encode(), "no sense")
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, do="retry-letter", place=PLACE)

    assert told.retried == [(PLACE, "otto")]
    assert "It is given again." in text_of(page)
    assert "could not be used" not in text_of(page).replace("cannot be used", "")


@pytest.mark.parametrize(
    ("reason", "away", "said"),
    [("gone", False, "Its bytes are gone."), ("x", True, "Kafka does not take it now")],
)
async def test_what_cannot_be_tried_again_stays_and_is_said(told, reason, away, said):
    told.bury(LANE.encode(), reason)
    told.away = away
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, do="retry-letter", place=PLACE)

    assert said in text_of(page)
    assert "1 record could not be used" in text_of(page)


async def test_what_the_gateway_may_not_write_is_retried_by_the_command_line_alone(told):
    told.bury(LANE.encode(), "no sense", topic="isthmus-intake")
    async with told.open() as served:
        otto = await served.browser(OTTO)
        before = await otto.get(PAGE)
        after = await otto.press(PAGE, do="retry-letter", place="isthmus-intake/0/7")

    assert "told by Isthmus itself" in text_of(before)
    assert "Retry" not in text_of(before)
    assert "isthmus dead-letters retry isthmus-intake/0/7" in text_of(after)
    assert told.retried == []


@pytest.mark.parametrize("key", [None, b"", b"\xff\xfe", b"t2/mediaos/9", b"t11/mediaos/9"])
async def test_of_another_tenant_or_of_nobody_s_nothing_is_shown(told, key):
    told.tell("t2", connected(), live())
    told.bury(key, "a secret of another")
    async with told.open() as served:
        otto, zoe = await served.browser(OTTO), await served.browser(ZOE)
        page = await otto.get(PAGE)
        pressed = await otto.press(PAGE, do="retry-letter", place=PLACE)
        hers = await zoe.get("/console/t/t2/attention")

    assert "a secret of another" not in page.text
    assert "It does not wait any more" in text_of(pressed)
    assert ("a secret of another" in hers.text) == (key == b"t2/mediaos/9")
    assert told.retried == []


async def test_where_they_cannot_be_read_that_is_said_and_the_rest_is_shown(told):
    told.letters = None
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert "could not be used at all are not read here now" in text_of(page)
    assert "Nothing needs you." in text_of(page)


async def test_who_may_only_look_and_a_form_from_elsewhere_retry_nothing(told):
    told.bury(LANE.encode(), "no sense")
    form = {"do": "retry-letter", "place": PLACE}
    async with told.open() as served:
        vera, otto = await served.browser(VERA), await served.browser(OTTO)
        by_viewer = await vera.press(PAGE, **form)
        secret = secret_of(await otto.get(PAGE))[:-1]
        answer = await otto.post(PAGE, data={**form, "secret": secret})
        foreign = await otto.get(answer.headers["location"])

    assert "Your role lets you look at this" in text_of(by_viewer)
    assert "comes from elsewhere" in text_of(foreign)
    assert told.retried == []


async def test_a_key_that_is_no_customer_s_stands_for_a_record(told):
    told.bury(b"t1/mediaos/" + b"9" * 12_000, "no sense")
    async with told.open() as served:
        page = text_of(await (await served.browser(OTTO)).get(PAGE))

    assert "A record , told by MediaOS" in page
    assert "9" * 65 not in page


async def test_what_a_letter_says_is_text(told):
    told.bury(b"t1/mediaos/<b>", "<script>alert(1)</script>")
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


async def test_new_ones_are_read_after_a_minute_and_what_was_ended_goes(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        before = text_of(await otto.get(PAGE))
        told.bury(LANE.encode(), "no sense")
        await told.clock.advance(61)
        there = text_of(await otto.get(PAGE))
        ended = DeadLetter(
            topic="mediaos-changes", partition=0, offset=7, key=LANE.encode(), reason="no sense",
            value=None, at=START, closed="discarded",
        )  # fmt: skip
        told.letters.append(encode(ended))
        await told.clock.advance(61)
        gone = text_of(await otto.get(PAGE))

    assert ["no sense" in each for each in (before, there, gone)] == [False, True, False]


def test_of_very_many_the_last_are_kept():
    files = Files()
    for offset in range(30):
        letter = DeadLetter(
            topic="mediaos-changes", partition=0, offset=offset, key=None, reason="x", value=b"",
            at=START,
        )  # fmt: skip
        files.take(TopicRecord(0, offset, None, encode(letter)))
        keep_newest(files, 10)

    assert [place.offset for place in files.by_place] == list(range(20, 30))


async def test_one_is_discarded_with_a_reason_and_kept_with_who_did_it(told):
    told.bury(LANE.encode(), "no sense", topic="isthmus-intake")
    place = "isthmus-intake/0/7"
    async with told.open() as served:
        otto = await served.browser(OTTO)
        assert f"Discard it : {place}" in text_of(await otto.get(PAGE))
        without = await otto.press(PAGE, do="discard-letter", place=place, reason=" ")
        assert "Say why nobody has to see to it" in text_of(without)
        hidden = await otto.press(PAGE, do="discard-letter", place=place, reason="a\u202eb")
        assert "characters, all of which one sees" in text_of(hidden)
        assert len(told.letters) == 1
        page = await otto.press(PAGE, do="discard-letter", place=place, reason="a trial, told anew")
        again = await otto.press(PAGE, do="discard-letter", place=place, reason="twice")

    assert "It is discarded: what it told is not done." in text_of(page)
    assert "could not be used" not in text_of(page)
    assert "It does not wait any more" in text_of(again)
    files = await told.read_letters()
    [filed] = files.by_place.values()
    assert (filed.closed, filed.closed_by, filed.closed_why) == (
        "discarded", "otto", "a trial, told anew",
    )  # fmt: skip
    assert told.retried == []


async def test_what_kafka_does_not_take_is_discarded_by_nobody_and_a_viewer_discards_nothing(told):
    told.bury(LANE.encode(), "no sense")
    told.away = True
    async with told.open() as served:
        otto, vera = await served.browser(OTTO), await served.browser(VERA)
        page = await otto.press(PAGE, do="discard-letter", place=PLACE, reason="x")
        hers = await vera.press(PAGE, do="discard-letter", place=PLACE, reason="x")

    assert "Kafka does not take it now" in text_of(page)
    assert "Your role lets you look at this" in text_of(hers)
    assert "Discard" not in text_of(hers)
    assert len(told.letters) == 1


async def test_of_fifty_who_end_one_at_once_the_first_does(told):
    told.bury(LANE.encode(), "no sense")
    async with told.open() as served:
        otto, anna = await served.browser(OTTO), await served.browser(ANNA)
        secrets = {each: secret_of(await each.get(PAGE)) for each in (otto, anna)}

        async def press(place):
            browser = (otto, anna)[place % 2]
            do = ("retry-letter", "discard-letter")[place % 3 == 2]
            form = {"do": do, "place": PLACE, "reason": f"reason {place}"}
            return await browser.post(PAGE, data={"secret": secrets[browser], **form})

        answers = await asyncio.gather(*map(press, range(50)))

    assert {each.status_code for each in answers} == {303}
    assert len(told.retried) + len(told.letters) - 1 == 1


async def test_what_was_not_ended_can_be_ended_after_all(told):
    told.bury(LANE.encode(), "no sense")
    told.away = True
    async with told.open() as served:
        otto = await served.browser(OTTO)
        await otto.press(PAGE, do="retry-letter", place=PLACE)
        told.away = False
        page = await otto.press(PAGE, do="discard-letter", place=PLACE, reason="told anew")

    assert "It is discarded" in text_of(page)
    assert (told.retried, len(told.letters)) == ([], 2)
