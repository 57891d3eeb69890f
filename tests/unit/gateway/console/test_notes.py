"""Who sees to what waits, what people noted of it, and what is dismissed until something is new."""

import re
from datetime import timedelta

import pytest

from schemas.facts import Asked, RequestTaken
from schemas.note_facts import Noted
from schemas.requests import NoteDocument
from schemas.values import Kind
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import OTTO, VERA, secret_of, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    connected,
    customer,
    invoice,
    live,
    one_sided,
    parked,
    seen,
)
from tests.unit.rules.records import INVOICE

PAGE = "/console/t/t1/attention"
ROW = {"lane": LANE, "document": "mediaos/invoice/136"}
#: How an invoice stands that came in once and was parked once.
ONCE = "t1/mediaos/invoice/136@1#1"


def noted(*, owner="vera", note="asked the agency", dismissed=False, standing=ONCE, at=START):
    return Noted(
        document=ROW["document"],
        request="n1",
        owner=owner,
        note=note,
        dismissed=dismissed,
        standing=standing,
        by="otto",
        at=at,
    )


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer(), invoice(), parked(park=REFUSED))
    return world


async def shown(world, address=PAGE, token=VERA):
    async with world.open() as served:
        return text_of(await (await served.browser(token)).get(address))


async def test_a_row_says_who_sees_to_it_and_what_is_known_of_it(told):
    told.tell(LANE, noted())

    page = await shown(told)

    assert "vera sees to it. asked the agency (otto, 2026-03-02 09:00 UTC )" in page


async def test_an_owner_and_a_note_are_asked_for_under_a_name(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        await otto.press(PAGE, do="note", owner="vera", note="asked the agency", **ROW)

    [(_, key, request)] = told.asked
    assert key == LANE
    assert request == NoteDocument(
        id=request.id, **ROW, owner="vera", note="asked the agency", by="otto"
    )


async def test_what_is_dismissed_is_listed_no_more_nor_counted_until_it_is_asked_for(told):
    told.tell(LANE, invoice("137"), parked("137"), noted(dismissed=True))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        listed = await otto.get(PAGE)
        asked_for = text_of(await otto.get(f"{PAGE}?sort=dismissed"))
        overview = text_of(await otto.get("/console/t/t1"))

    assert "QuickBooks says no" not in text_of(listed)
    assert 'Needs attention <span class="count">1</span>' in listed.text
    assert "Dismissed for now (1)" in text_of(listed)
    assert "QuickBooks says no" in asked_for
    assert "Dismissed. vera sees to it. asked the agency" in asked_for
    assert "List invoice 136 of MediaOS again" in asked_for
    assert "1 matter needs somebody." in overview
    assert "Dismissed for now 1 1,861.08" in overview


async def test_a_document_is_dismissed_with_a_note_and_not_without(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        silent = await otto.press(PAGE, do="dismiss", owner="", note=" ", **ROW)
        await otto.press(PAGE, do="dismiss", note="it is a test", standing=ONCE, **ROW)

    assert "Say in the note why" in text_of(silent)
    [(_, _, request)] = told.asked
    assert (request.dismiss, request.note, request.by) == (True, "it is a test", "otto")


async def test_what_changed_while_somebody_wrote_why_is_not_dismissed_unseen(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(PAGE)
        [shown] = re.findall(r'name="standing" value="([^"]+)"', page.text)
        told.tell(LANE, seen(INVOICE, Kind.INVOICE, "136", revision=2))
        await served.caught_up()
        form = {"do": "dismiss", "note": "it is a test", "standing": shown, **ROW}
        refused = await otto.press(PAGE, **form)
        silent = await otto.press(PAGE, **form | {"standing": ""})

    assert shown == ONCE
    for each in (refused, silent):
        assert "Something new happened to it meanwhile. Nothing was done" in text_of(each)
    assert told.asked == []


@pytest.mark.parametrize(
    "news",
    [
        (seen(INVOICE, Kind.INVOICE, "136", revision=2),),
        (
            Asked(document=ROW["document"], request="r1", pushed=False),
            parked(park=REFUSED),
        ),
    ],
    ids=["changed", "judged-again"],
)
async def test_what_is_dismissed_is_listed_again_once_something_new_happens(told, news):
    told.tell(LANE, noted(dismissed=True))
    before = await shown(told)
    told.tell(LANE, *news)

    after = await shown(told)

    assert "QuickBooks says no" not in before
    assert "QuickBooks says no" in after
    assert "vera sees to it. asked the agency" in after


async def test_what_is_dismissed_stays_so_when_others_of_its_customer_change(told):
    told.tell(LANE, noted(dismissed=True))
    told.tell(LANE, invoice("137"), parked("137"))
    told.tell(LANE, seen(INVOICE, Kind.INVOICE, "136"))

    assert "QuickBooks says no" not in await shown(told)


async def test_what_is_only_on_one_side_can_be_dismissed_and_pushed_still(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, invoice("200"), one_sided())
    fact = Noted(
        document="mediaos/invoice/200",
        request="n1",
        note="barter",
        dismissed=True,
        standing="t1/mediaos/invoice/200@1#0",
        by="otto",
        at=START,
    )
    world.tell(LANE, fact)
    async with world.open() as served:
        otto = await served.browser(OTTO)
        listed, asked_for = [
            text_of(await otto.get(f"{PAGE}{query}")) for query in ("", "?sort=dismissed")
        ]

    assert "Nothing needs you." in listed
    assert "Push it" in asked_for


async def test_all_of_one_reason_leaves_what_is_dismissed_where_it_is(told):
    told.tell(LANE, noted(dismissed=True))
    for number in ("1", "2"):
        told.tell(LANE, invoice(number), parked(number, REFUSED))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(f"{PAGE}?reason=refused")
        await otto.press(PAGE, do="retry-all", reason="refused")

    assert "2 documents would be judged again" in text_of(page)
    assert {request.document[-2:] for _, _, request in told.asked} == {"/1", "/2"}


async def test_the_last_note_counts_and_the_story_has_all(told):
    told.tell(LANE, noted(), RequestTaken(request="n1", done=True, detail="it is noted", by="otto"))
    later = START + timedelta(hours=1)
    told.tell(LANE, noted(owner="anna", note="they will pay", at=later))
    async with told.open() as served:
        vera = await served.browser(VERA)
        page = text_of(await vera.get(PAGE))
        story = text_of(await vera.get("/console/t/t1/record/mediaos/invoice/136"))

    assert "anna sees to it. they will pay" in page
    assert "asked the agency" not in page
    assert "vera sees to it. Asked the agency." in story.replace("asked the", "Asked the")
    assert "otto asked: it is noted." in story


async def test_a_book_that_is_read_anew_has_the_same_notes(told):
    told.tell(LANE, noted(dismissed=True))
    before = await shown(told, f"{PAGE}?sort=dismissed")
    [path] = told.folder.glob("console*.sqlite")
    path.write_bytes(b"no database" * 1000)

    assert await shown(told, f"{PAGE}?sort=dismissed") == before
    assert "QuickBooks says no" not in await shown(told)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"document": "mediaos/invoice/999"}, "It does not wait any more"),
        ({"lane": "t2/mediaos/42"}, "names no document of this tenant"),
        ({"note": "x" * 1001}, "beyond a limit: a note has at most 1,000 characters"),
        ({"owner": "x" * 65}, "beyond a limit: a name has at most 64 characters"),
        ({"owner": "a\x07b"}, "beyond a limit: a name has at most 64 characters"),
        ({"note": "\x00"}, "beyond a limit: a note has at most 1,000 characters"),
    ],
)
async def test_what_cannot_be_noted_is_not_asked_for(told, changed, said):
    form = {"do": "note", "owner": "vera", "note": "x", **ROW}
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(PAGE, **form | changed)

    assert said in text_of(page)
    assert told.asked == []


@pytest.mark.parametrize("do", ["note", "dismiss"])
async def test_who_may_only_look_notes_and_dismisses_nothing(told, do):
    async with told.open() as served:
        vera = await served.browser(VERA)
        before = await vera.get(PAGE)
        after = await vera.press(PAGE, do=do, owner="vera", note="mine", **ROW)

    assert "Owner and note" not in before.text
    assert "Your role lets you look at this and not do it." in text_of(after)
    assert told.asked == []


async def test_a_form_from_elsewhere_notes_nothing(told):
    async with told.open() as served:
        otto = await served.browser(OTTO)
        wrong = secret_of(await otto.get(PAGE))[:-1]
        form = {"do": "dismiss", "note": "x", "secret": wrong, **ROW}
        answer = await otto.post(PAGE, data=form)
        page = await otto.get(answer.headers["location"])

    assert "comes from elsewhere. Nothing was done" in text_of(page)
    assert told.asked == []


async def test_a_note_in_markup_is_text(told):
    told.tell(LANE, noted(owner="<i>", note='"><script>alert(1)</script>'))
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert "<script>alert" not in page.text
    assert "<i>" not in page.text
