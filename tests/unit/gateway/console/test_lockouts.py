"""Which customers are locked, who began it, and can it be ended and begun by who may?"""

from datetime import timedelta

import pytest

from schemas.facts import RequestTaken
from schemas.lane_facts import LaneWaited, LaneWentOn, LockedOut, LockoutEnded
from schemas.requests import ImposeLockout, ReleaseLockout
from schemas.state import WaitReason
from streams.effects.results import SPENT
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import ANNA, OTTO, VERA, ZOE, secret_of, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    connected,
    customer,
    invoice,
    lane_locked,
    live,
)

PAGE = "/console/t/t1/lockouts"
LATER = START + timedelta(minutes=20)
WANTED = {"do": "impose", "customer": "Harbour Books", "minutes": "20", "reason": "a correction"}


def by_quickbooks(until=LATER):
    return LockedOut(
        lockout="lock-1",
        lane=LANE,
        until=until,
        reason="QuickBooks says locked",
        at=START,
        document="mediaos/invoice/136",
    )


def asked_for(by="ada", lockout="lock-3", until=LATER):
    return (
        LockedOut(lockout=lockout, lane=LANE, until=until, reason="a correction"),
        RequestTaken(request="r7", done=True, detail="imposed", by=by),
    )


@pytest.fixture
def told(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, customer(), invoice(number="MediaOS-136"))
    return world


async def shown(world, token=OTTO):
    async with world.open() as served:
        return text_of(await (await served.browser(token)).get(PAGE))


async def test_where_nothing_is_locked_one_learns_what_a_lock_is(told):
    page = await shown(told)

    assert "Nothing is locked" in page
    assert "lock the invoice for about 20 minutes" in page


async def test_a_lock_says_whose_of_what_since_when_and_how_long(told):
    told.tell(LANE, by_quickbooks())
    await told.clock.advance(60)

    page = await shown(told)

    assert "QuickBooks has locked Harbour Books" in page
    assert "QuickBooks says locked; it was about invoice MediaOS-136 ." in page
    assert "Since 2026-03-02 09:00 UTC" in page
    assert "It goes on by itself in 19 min 0 s" in page
    assert "customers that share its part of the work wait as well" in page


async def test_the_seconds_that_are_left_are_the_server_s_to_know(told):
    told.tell(LANE, by_quickbooks())
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert 'data-left="1200"' in page.text


async def test_a_lock_of_a_customer_alone_says_what_waits_behind_it(told):
    told.tell(LANE, lane_locked(LATER))

    page = await shown(told)

    assert "The invoice is open" in page.replace("the invoice is open", "The invoice is open")
    assert "share its part" not in page


async def test_one_that_somebody_asked_for_is_called_by_who_did(told):
    told.tell(LANE, *asked_for())

    page = await shown(told)

    assert "ada holds back Harbour Books" in page
    assert "QuickBooks has locked" not in page
    assert "Close it in QuickBooks" not in page


async def test_a_lock_that_is_over_is_told_with_who_released_it(told):
    told.tell(LANE, by_quickbooks())
    again = LockedOut(lockout="lock-1", lane=LANE, until=START, reason="QuickBooks says locked")
    told.tell(LANE, again, RequestTaken(request="r8", done=True, detail="released", by="otto"))
    told.tell(LANE, LockoutEnded(lockout="lock-1", why="its time came"))

    page = await shown(told)

    assert "Nothing is locked" in page
    assert "Locked in the last seven days" in page
    assert "Harbour Books 2026-03-02 09:00 UTC 2026-03-02 09:00 UTC , released by otto" in page


async def test_a_customer_s_own_lock_is_over_when_its_lane_goes_on(told):
    told.tell(LANE, lane_locked(LATER))
    told.tell(LANE, LaneWentOn(why="its time came"))

    page = await shown(told)

    assert "Nothing is locked" in page
    assert "Harbour Books 2026-03-02 09:00 UTC 2026-03-02 09:00 UTC" in page


async def test_another_wait_of_a_lane_is_no_lock(told):
    told.tell(LANE, LaneWaited(reason=WaitReason.TIME, why="no answer", until=LATER))

    assert "Nothing is locked" in await shown(told)


async def test_a_lock_read_twice_after_a_crash_was_begun_by_whom_it_was(told):
    told.tell(LANE, by_quickbooks())
    await shown(told)
    told.tell(LANE, by_quickbooks(), RequestTaken(request="r9", done=True, detail="ok", by="zoe"))

    assert "QuickBooks has locked Harbour Books" in await shown(told)


async def test_a_lock_is_released_from_its_page(told):
    told.tell(LANE, by_quickbooks())
    async with told.open() as served:
        page = await (await served.browser(OTTO)).press(
            PAGE, do="release", lane=LANE, lockout="lock-1"
        )

    [(_, key, request)] = told.asked
    assert (key, type(request), request.by) == (LANE, ReleaseLockout, "otto")
    assert "Done: ok." in text_of(page)


async def test_the_menu_says_how_many_are_locked(told):
    told.tell(LANE, by_quickbooks())
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get("/console/t/t1")

    assert 'Lockouts <span class="count">1</span>' in page.text


async def test_a_customer_is_held_back_by_its_name_or_its_id(told):
    async with told.open() as served:
        anna = await served.browser(ANNA)
        await anna.press(PAGE, **WANTED)
        await anna.press(PAGE, **WANTED | {"customer": "42", "minutes": "1"})

    asked = [(key, type(each), each.minutes, each.reason, each.by) for _, key, each in told.asked]
    assert asked == [
        (LANE, ImposeLockout, 20.0, "a correction", "anna"),
        (LANE, ImposeLockout, 1.0, "a correction", "anna"),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"customer": "Nobody"}, "No customer is called so"),
        ({"customer": ""}, "No customer is called so"),
        ({"customer": "136"}, "No customer is called so"),
        ({"customer": "harbour"}, "Several customers are called so"),
        ({"customer": "\u202e\x00%' OR 1=1 --"}, "No customer is called so"),
        ({"minutes": "0"}, "Say for how many whole minutes"),
        ({"minutes": "1441"}, "Say for how many whole minutes"),
        ({"minutes": "1e3"}, "Say for how many whole minutes"),
        ({"minutes": "\u0661\u0662"}, "Say for how many whole minutes"),
        ({"minutes": ""}, "Say for how many whole minutes"),
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 1001}, "beyond a limit"),
    ],
)
async def test_what_nobody_can_hold_back_is_not_asked_for(told, changed, said):
    other = "t1/mediaos/43"
    told.tell(other, customer("Harbour House", lane=other))
    async with told.open() as served:
        page = await (await served.browser(ANNA)).press(PAGE, **WANTED | changed)

    assert said in text_of(page)
    assert told.asked == []


async def test_of_customers_that_begin_alike_the_one_called_exactly_so_is_meant(told):
    other = "t1/mediaos/43"
    told.tell(other, customer("Harbour Books Ltd", lane=other))
    async with told.open() as served:
        await (await served.browser(ANNA)).press(PAGE, **WANTED)

    assert [key for _, key, _ in told.asked] == [LANE]


async def test_another_tenant_s_customer_is_not_held_back(told):
    other = "t2/mediaos/9"
    told.tell("t2", connected(), live())
    told.tell(other, customer("Elsewhere", lane=other))
    async with told.open() as served:
        page = await (await served.browser(ANNA)).press(PAGE, **WANTED | {"customer": "Elsewhere"})
        nowhere = await (await served.browser(ZOE)).get(PAGE)

    assert "No customer is called so" in text_of(page)
    assert nowhere.status_code == 404
    assert told.asked == []


@pytest.mark.parametrize("token", [OTTO, VERA])
async def test_only_an_admin_begins_a_lock_and_a_viewer_releases_none(told, token):
    told.tell(LANE, by_quickbooks())
    async with told.open() as served:
        browser = await served.browser(token)
        before = await browser.get(PAGE)
        after = await browser.press(PAGE, **WANTED)

    assert "Hold back a customer" not in before.text
    assert ("Release it now" in before.text) == (token == OTTO)
    assert "Your role lets you look at this and not do it." in text_of(after)
    assert told.asked == []


async def test_a_form_from_elsewhere_begins_and_ends_nothing(told):
    told.tell(LANE, by_quickbooks())
    async with told.open() as served:
        anna = await served.browser(ANNA)
        secret = secret_of(await anna.get(PAGE))
        for form in (WANTED, {"do": "release", "lane": LANE, "lockout": "lock-1"}):
            answer = await anna.post(PAGE, data={**form, "secret": secret[:-1]})
            page = await anna.get(answer.headers["location"])
            assert "comes from elsewhere. Nothing was done" in text_of(page)

    assert told.asked == []


async def test_a_reason_in_markup_is_text(told):
    told.tell(LANE, *asked_for(by="<b>eve</b>"))
    async with told.open() as served:
        page = await (await served.browser(OTTO)).get(PAGE)

    assert "<b>eve" not in page.text
    assert "&lt;b&gt;eve" in page.text


def many_lanes(world, *facts_of, number=30):
    """Have so many other customers' lanes told of, whose names come before."""
    for place in range(number):
        lane = f"t1/mediaos/1{place:02}"
        for facts in facts_of:
            world.tell(lane, *facts(place), at=START + timedelta(minutes=place + 1))


async def test_a_customer_s_lock_stands_and_is_released_behind_many_that_wait_for_a_call(told):
    waits = LaneWaited(reason=WaitReason.TIME, why=SPENT, until=LATER)
    many_lanes(told, lambda _place: (waits,))
    told.tell(LANE, lane_locked(LATER))
    async with told.open() as served:
        otto = await served.browser(OTTO)
        page = text_of(await otto.get(PAGE))
        await otto.press(PAGE, do="release", lane=LANE, lockout="lock-2")

    assert "QuickBooks has locked Harbour Books" in page
    [(_, key, request)] = told.asked
    assert (key, type(request)) == (LANE, ReleaseLockout)


async def test_who_asked_for_a_lock_is_known_behind_many_that_came_since(told):
    told.tell(LANE, *asked_for(until=START + timedelta(hours=20)))

    def locked_once(place):
        why, until = "locked: the invoice is open", LATER
        return (LaneWaited(reason=WaitReason.LOCKED, why=why, until=until, lockout=f"own-{place}"),)

    many_lanes(told, locked_once, lambda _place: (LaneWentOn(why="its time came"),))

    page = await shown(told)

    assert "ada holds back Harbour Books" in page
    assert "QuickBooks has locked" not in page
    assert "Of more these are the last." in page
