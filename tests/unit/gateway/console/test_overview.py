"""Is a tenant in step, and what does the overview say where it is not?"""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.gateway.console import calls
from agents.gateway.console.calls import CallsHeard
from agents.gateway.console.pages import overview as overview_page
from schemas.calls import DayCalls, TenantCalls, WorkerCalls
from schemas.catalog import encode
from schemas.company import Company
from schemas.envelope import JournalRecord
from schemas.facts import RemovalCounted, RequestTaken
from schemas.lane_facts import LaneWaited
from schemas.requests import (
    ConfirmRemovals,
    PauseTenant,
    ReleaseLockout,
    ResumeTenant,
    TryNow,
)
from schemas.state import Park, ParkReason, WaitReason
from schemas.tenant_facts import CompanySeen, Swept, TenantGoesOn, TenantPaused
from schemas.tenant_state import Pause, Tenant, TenantSettings
from schemas.values import Side
from streams.effects.results import SPENT
from streams.ports import LogRecord
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import OTTO, TERM, VERA, ZOE, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    across,
    connected,
    customer,
    in_conflict,
    invoice,
    lane_locked,
    live,
    locked,
    one_sided,
    parked,
    suspended,
)

HOME = "/console/t/t1"


async def overview(world, token=OTTO):
    async with world.open() as served:
        return await (await served.browser(token)).get(HOME)


async def test_a_tenant_of_whom_all_is_across_is_in_step(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, *across())

    page = await overview(world)

    assert page.status_code == 200
    assert "In step: everything that is known is on both sides." in text_of(page)
    assert "Nothing waits: every record that came in is on both sides." in text_of(page)
    assert "9130355" in text_of(page)


async def unread(world):
    """A record of a newer release stops the partition of another customer."""
    lane = next(
        each
        for each in (f"t1/mediaos/{number}" for number in range(1000, 1100))
        if world.kafka.partition_of(each.encode())
        not in {world.kafka.partition_of(other.encode()) for other in (LANE, "t1")}
    )
    record = JournalRecord(term=TERM, lane=lane, at=START, facts=(customer(lane=lane),))
    value = encode(record).replace(b"seen", b"glanced")
    world.journal.keep(world.kafka.partition_of(lane.encode()), lane.encode(), value)
    async with world.open() as served:
        async with asyncio.timeout(10):
            while not served.console.follower.freshness.is_whole:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        otto = await served.stranger(OTTO)
        return [text_of(await otto.get(f"{HOME}{page}")) for page in ("", "/find?q=136")]


@pytest.mark.parametrize("live_since", [True, False])
async def test_nobody_is_in_step_while_a_part_of_what_happened_cannot_be_read(world, live_since):
    world.tell("t1", connected(), *((live(),) if live_since else ()))
    world.tell(LANE, *across())

    overview, found = await unread(world)

    assert "A part of what happened cannot be read, so whether all is on both sides" in overview
    assert "In step" not in overview
    assert "in step when last read" in found


async def test_what_waits_is_counted_with_its_money_in_each_currency(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, invoice("1"), parked("1"), invoice("2"), parked("2"))
    euro = invoice("3", currency="EUR", total=Decimal("10.50"))
    world.tell(LANE, euro, parked("3"), invoice("200"), one_sided())

    told = text_of(await overview(world))

    assert "3 matters need somebody." in told
    assert "Cannot cross yet 3 3,722.16 10.50 EUR" in told
    assert "Only on one side 1 1,861.08" in told


async def test_what_a_setting_holds_back_is_nothing_that_is_wrong(world):
    by_hand = Park(reason=ParkReason.MANUAL, detail="two-way sync is off", waits_for=("push",))
    world.tell("t1", connected(), live())
    world.tell(LANE, invoice(), parked(park=by_hand))

    told = text_of(await overview(world))

    assert "In step but for 1 record kept back by your settings or by somebody." in told
    assert "Held back by your settings 1" in told


async def test_what_was_written_today_is_counted_and_what_was_yesterday_is_not(world):
    yesterday, today = START - timedelta(days=1), START
    world.tell("t1", connected(), live())
    world.tell(LANE, invoice("1"), parked("1"), at=yesterday)
    world.tell(LANE, invoice("2"), parked("2"), invoice("3"), parked("3"), at=today)

    assert "Came to wait 2" in text_of(await overview(world))


async def test_how_far_each_side_is_known_is_the_newer_of_what_journal_and_view_say(world):
    await world.clock.advance(2 * 3600)
    early, late = START, START + timedelta(minutes=115)
    swept = [Swept(side=side, until=early) for side in Side]
    world.tell("t1", connected(), live(), *swept)
    world.covered = {("t1", Side.QBO): late}

    told = text_of(await overview(world))

    assert "MediaOS all changes up to 2026-03-02 09:00 UTC (2 hours behind)" in told
    assert "QuickBooks all changes up to 2026-03-02 10:55 UTC" in told
    assert "Behind: a side has not been read to its end for a while." in told


async def test_a_side_is_behind_by_how_often_it_is_asked(world):
    await world.clock.advance(2 * 3600)
    swept = [Swept(side=side, until=START) for side in Side]
    world.tell("t1", connected(), live(), *swept)
    async with world.open(qbo_sweep_minutes=30, mediaos_sweep_minutes=60) as served:
        told = text_of(await (await served.browser(OTTO)).get(HOME))

    assert "behind)" not in told
    assert "In step" in told


async def test_whose_day_is_counted_is_said(world):
    world.tell("t1", connected(), live())
    unknown = text_of(await overview(world))
    company = Company(realm="9130355", home="USD", zone="America/New_York")
    world.tell("t1", CompanySeen(company=company))

    assert "By UTC: the company's time zone is not known yet." in unknown
    assert "By the clock of America/New York." in text_of(await overview(world))


async def test_a_customer_whose_changes_wait_is_called_by_its_name(world):
    world.tell("t1", connected(), live())
    waits = LaneWaited(reason=WaitReason.TIME, why="no answer", until=START + timedelta(minutes=5))
    world.tell(LANE, customer(), waits)

    told = text_of(await overview(world))

    assert "Harbour Books: no answer, until" in told
    assert "Under way: what changed of 1 customer waits for its turn." in told
    assert "In step" not in told


async def test_of_many_that_wait_for_their_turn_some_are_named_and_that_there_are_others(world):
    world.tell("t1", connected(), live())
    waits = LaneWaited(reason=WaitReason.TIME, why=SPENT, until=START + timedelta(minutes=1))
    for number in range(30):
        lane = f"t1/mediaos/{number}"
        world.tell(lane, customer(lane=lane), waits)

    told = text_of(await overview(world))

    assert "Under way: what changed of 30 customers waits for its turn." in told
    assert told.count(SPENT) == 25
    assert "and 5 others" in told


async def test_how_many_customers_were_put_off_for_want_of_a_call_is_said(world):
    world.tell("t1", connected(), live())
    for lane in ("t1/mediaos/42", "t1/mediaos/43", "t2/mediaos/9"):
        waits = LaneWaited(reason=WaitReason.TIME, why=SPENT, until=START + timedelta(minutes=1))
        world.tell(lane, customer(lane=lane), waits)
    other = LaneWaited(reason=WaitReason.TIME, why="no answer", until=START + timedelta(minutes=1))
    world.tell("t1/mediaos/44", customer(lane="t1/mediaos/44"), other)

    told = text_of(await overview(world))

    assert "Customers put off until there is one 2" in told


async def test_a_suspended_tenant_can_be_tried_by_who_may_mend_it(world):
    world.tell("t1", connected(), live(), suspended(START + timedelta(minutes=10)))
    async with world.open() as served:
        otto = await served.browser(OTTO)

        page = await otto.press(HOME, do="retry-now")

    [(topic, key, request)] = world.asked
    assert (topic, key, type(request), request.by) == ("isthmus-requests", "t1", TryNow, "otto")
    assert "Done: ok." in text_of(page)
    assert "the subscription has lapsed" in text_of(page)


async def test_a_suspension_that_no_trying_ends_says_what_does(world):
    world.tell("t1", connected(), live(), suspended())

    page = await overview(world)

    assert "connect it again, as the Master Administrator" in text_of(page)
    assert "Try now" not in page.text


@pytest.mark.parametrize(
    ("lane", "fact", "lockout"),
    [("t1/mediaos/42", locked, "lock-1"), ("t1/mediaos/42", lane_locked, "lock-2")],
    ids=["partition", "lane"],
)
async def test_a_lockout_is_released_by_its_id(world, lane, fact, lockout):
    world.tell("t1", connected(), live())
    world.tell(lane, customer(), fact(START + timedelta(minutes=20)))
    async with world.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(HOME)

        await otto.press(HOME, do="release", lane=lane, lockout=lockout)

    assert "QuickBooks has locked Harbour Books" in text_of(page)
    [(_, key, request)] = world.asked
    assert (key, type(request), request.lockout) == (lane, ReleaseLockout, lockout)


@pytest.mark.parametrize("lane", ["t1/mediaos/42", "t2/mediaos/9"])
async def test_another_tenant_s_lockout_is_released_by_nobody_here(world, lane):
    world.tell("t1", connected(), live())
    world.tell("t2", connected(), live())
    world.tell(lane, locked(START + timedelta(minutes=20), lane=lane))
    async with world.open() as served:
        zoe = await served.browser(ZOE)
        of_own_lane = await zoe.press(
            "/console/t/t2", do="release", lane="t2/mediaos/7", lockout="lock-1"
        )

    assert "This tenant has no such lockout" in text_of(of_own_lane)
    assert world.asked == []


async def test_a_zone_that_is_a_folder_or_too_long_leaves_the_day_to_utc(world):
    for zone in ("America", "x" * 300):
        settings = TenantSettings(time_zone=zone)
        assert str(overview_page.zone_of(Tenant(settings=settings))) == "UTC"


async def test_who_may_only_look_sees_no_button_and_does_nothing_by_a_made_up_form(world):
    world.tell("t1", connected(), live(), suspended(START + timedelta(minutes=10)))
    async with world.open() as served:
        vera = await served.browser(VERA)
        before = await vera.get(HOME)

        after = await vera.press(HOME, do="retry-now")

    assert "Try now" not in before.text
    assert "Your role lets you look at this and not do it." in text_of(after)
    assert world.asked == []


async def test_nobody_has_another_s_tenant_shown_nor_learns_whether_there_is_one(world):
    world.tell("t2", connected())
    async with world.open() as served:
        otto = await served.browser(OTTO)

        answers = [await otto.get(f"/console/t/{name}") for name in ("t2", "no-such")]
        posted = await otto.post("/console/t/t2", data={"do": "retry-now"})

    assert [each.status_code for each in (*answers, posted)] == [404] * 3
    assert text_of(answers[0]) == text_of(answers[1])


async def test_a_form_from_elsewhere_does_nothing(world):
    world.tell("t1", connected(), live(), suspended(START + timedelta(minutes=10)))
    async with world.open() as served:
        otto = await served.browser(OTTO)

        answer = await otto.post(HOME, data={"do": "retry-now", "secret": "made-up"})
        page = await otto.get(answer.headers["location"])

    assert "comes from elsewhere. Nothing was done" in text_of(page)
    assert world.asked == []


async def test_who_may_see_one_tenant_is_there_at_once_and_of_several_chooses(world):
    world.tell("t1", connected())
    world.tell("t2", connected())
    async with world.open() as served:
        otto, anna = await served.browser(OTTO), await served.browser()

        one, both = await otto.get("/console"), await anna.get("/console")

    assert (one.status_code, one.headers["location"]) == (303, HOME)
    assert "t1 You are admin here. t2 You are admin here." in text_of(both)


async def test_where_nothing_was_ever_connected_the_page_says_how(world):
    async with world.open() as served:
        page = await (await served.browser()).get("/console")

    assert "isthmus connect TENANT" in text_of(page)


async def test_a_worker_that_refuses_is_told_in_its_words(world):
    world.tell("t1", connected(), live(), suspended(START + timedelta(minutes=10)))

    def refuse(request):
        world.tell("t1", RequestTaken(request=request.id, done=False, detail="not now"))

    world.answers = refuse
    async with world.open() as served:
        page = await (await served.browser(OTTO)).press(HOME, do="retry-now")

    assert "Not done: not now." in text_of(page)


async def test_much_that_was_removed_at_once_is_confirmed_by_its_guard(world):
    counted = RemovalCounted(
        request="r9",
        side=Side.QBO,
        record="mediaos/invoice/136",
        amount=Decimal(5),
        at=START,
        guard="guard-1",
    )
    world.tell("t1", connected(), live(), counted)
    async with world.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(HOME)
        await otto.press(HOME, do="confirm", guard="guard-1")

    assert "Much was removed in QuickBooks at once" in text_of(page)
    assert "What is to be removed in MediaOS too waits for your word since" in text_of(page)
    [(_, key, request)] = world.asked
    assert (key, type(request), request.guard) == ("t1", ConfirmRemovals, "guard-1")


async def test_what_was_removed_is_told_in_each_currency_by_itself(world):
    removed = (("136", Decimal(5), ""), ("137", Decimal(7), "EUR"))
    counted = [
        RemovalCounted(
            request=f"r{invoice_id}",
            side=Side.QBO,
            record=f"mediaos/invoice/{invoice_id}",
            amount=amount,
            at=START,
            currency=currency,
        )
        for invoice_id, amount, currency in removed
    ]
    stopped = replace(counted[0], request="r9", guard="guard-1")
    world.tell("t1", connected(), live(), *counted, stopped)

    told = text_of(await overview(world))

    assert "2 documents of 5.00 and 7.00 EUR in all went before" in told


async def test_the_home_currency_is_one_whether_a_side_names_it_or_not(world):
    company = Company(realm="9130355", home="USD")
    world.tell("t1", connected(), live(), CompanySeen(company=company))
    world.tell(LANE, invoice("1"), parked("1"), invoice("2", currency="USD"), parked("2"))

    async with world.open() as served:
        otto = await served.browser(OTTO)
        told = text_of(await otto.get(HOME))
        together = text_of(await otto.get(f"{HOME}/attention?reason=unmapped-product"))
        found = text_of(await otto.get(f"{HOME}/find?q=1"))

    assert "Cannot cross yet 2 3,722.16 USD" in told
    assert "2 documents would be judged again, 3,722.16 USD in all" in together
    assert "1,861.08 USD waits" in found


async def test_a_conflict_counts_as_what_needs_somebody(world):
    world.tell("t1", connected(), live())
    world.tell(LANE, *across())
    world.tell(LANE, *in_conflict())

    told = text_of(await overview(world))

    assert "Changed on both sides 1 1,861.08" in told


async def test_a_tenant_is_paused_with_a_reason_and_resumed(world):
    world.tell("t1", connected(), live())

    def paused(request):
        pause = Pause(since=START, by=request.by, reason=request.reason)
        return (TenantPaused(request=request.id, pause=pause),)

    world.answers = paused
    async with world.open() as served:
        otto = await served.browser(OTTO)
        silent = await otto.press(HOME, do="pause", reason=" ")
        stopped = await otto.press(HOME, do="pause", reason="the year is closed")
        world.answers = lambda request: (TenantGoesOn(request=request.id),)
        on = await otto.press(HOME, do="resume")

    assert "Say why" in text_of(silent)
    assert "Paused by otto The year is closed" in text_of(stopped).replace("the year", "The year")
    assert "Paused by a person: nothing is written" in text_of(stopped)
    assert "In step" in text_of(on)
    assert [type(request) for _, _, request in world.asked] == [PauseTenant, ResumeTenant]


def of_a_worker(world, *partitions, used=118, waiting=2):
    own = TenantCalls(used=used, left=len(partitions) * 125 - used, waiting=waiting)
    return WorkerCalls(
        at=world.clock.now(),
        partitions=partitions,
        of=4,
        places=len(partitions) * 125,
        tenants={"t1": own} if used else {},
        mediaos={"t1": DayCalls(used=41, left=len(partitions) * 1_250 - 41)} if used else {},
        day_places=len(partitions) * 1_250,
    )


async def heard(served, page, word):
    """Return the page once it has that word."""
    async with asyncio.timeout(10):
        while word not in (told := text_of(await page.get(HOME))):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return told


async def test_the_calls_of_this_minute_are_told_as_all_workers_say_them(world):
    world.tell("t1", connected(), live())
    async with world.open() as served:
        page = await served.browser(VERA)
        assert "not known yet" in text_of(await page.get(HOME))
        world.tell_calls(of_a_worker(world, 0, 1))
        world.tell_calls(of_a_worker(world, 2, 3, used=0))

        told = await heard(served, page, "QuickBooks: left")

        assert "QuickBooks: used this minute 118 of 500 QuickBooks: left 382 " in told
        assert "QuickBooks: waiting for one right now 2" in told
        assert "MediaOS: used within 24 hours 41 of 5,000 MediaOS: left 4,959" in told
        assert "As the workers said at 2026-03-02 09:00 UTC" in told

        await world.clock.advance(76)
        told = text_of(await page.get(HOME))
        assert "Used and left not known since 2026-03-02 09:00 UTC" in told
        assert "waiting for one right now" not in told
        assert "MediaOS: left" not in told


async def test_beside_a_worker_of_before_mediaos_calls_are_not_known(world):
    world.tell("t1", connected(), live())
    async with world.open() as served:
        page = await served.browser(VERA)
        world.tell_calls(of_a_worker(world, 0, 1))
        world.tell_calls(replace(of_a_worker(world, 2, 3), mediaos=None))

        told = await heard(served, page, "QuickBooks: left")
    assert "MediaOS: used and left not known yet" in told


async def test_what_makes_no_sense_of_calls_or_is_ahead_of_the_time_is_passed_over(world):
    world.tell("t1", connected(), live())
    async with world.open() as served:
        page = await served.browser(VERA)
        world.calls.keep(0, b"0", b"{")
        ahead = of_a_worker(world, 0, 1, 2, 3)
        world.tell_calls(replace(ahead, at=START + timedelta(minutes=2)))
        assert "not known yet" in text_of(await page.get(HOME))
        world.tell_calls(of_a_worker(world, 0, 1, 2, 3))

        assert "118 of 500" in await heard(served, page, "QuickBooks: left")


async def test_a_gateway_that_may_not_read_the_calls_says_that_they_are_not_known(world):
    world.tell("t1", connected(), live())
    world.calls = None

    assert "Used and left not known yet" in text_of(await overview(world))


def test_of_more_workers_than_there_are_those_that_spoke_last_are_remembered(monkeypatch, clock):
    """Anybody who may write the topic can make them up, each as large as a record may be."""
    monkeypatch.setattr(calls, "MOST_WORKERS", 3)
    heard = CallsHeard(None, clock, lambda _tenants: None)
    for number in range(9):
        at = clock.now() - timedelta(seconds=30 - number)
        told = WorkerCalls(at=at, partitions=(number,), of=10, places=50, tenants={})
        heard._hear(LogRecord(0, number, b"", encode(told)))

    assert list(heard._told) == [6, 7, 8]
