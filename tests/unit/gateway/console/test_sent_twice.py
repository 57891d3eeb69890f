"""A form that comes in twice is done once, whoever sent it twice, and wherever it comes in."""

import asyncio
import re
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.gateway.console import sent_forms
from agents.gateway.console.actions import GONE
from agents.gateway.console.connecting import ConnectionChanges
from agents.gateway.console.form_ids import request_id, showing_of
from agents.gateway.console.page_table import PAGES
from agents.gateway.console.sessions import Told
from agents.rules.tenant.setting_change import mark_of
from schemas.catalog import decode_request
from schemas.facts import RemovalCounted, RequestTaken
from schemas.tenant_facts import TenantPaused
from schemas.tenant_state import Pause
from schemas.values import Side
from tests.testing.simulated.clock import START
from tests.unit.gateway.console.conftest import ANNA, browser_of, secret_of, text_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    connected,
    customer,
    invoice,
    live,
    locked,
    parked,
    suspended,
)
from tests.unit.gateway.console.mapping_words import mapped, source, target
from tests.unit.gateway.console.test_connecting import Outside
from tests.unit.gateway.console.test_settings import BEFORE, GUIDE

HOME = "/console/t/t1"
ATTENTION, LOCKOUTS, MAPPINGS = f"{HOME}/attention", f"{HOME}/lockouts", f"{HOME}/mappings"
SETTINGS = f"{HOME}/settings"
ROW = {"lane": LANE, "document": "mediaos/invoice/136"}
PLACE = "mediaos-changes/0/7"
AGAIN = "This form was sent before, and nothing is done twice. Done: ok."
DONE_BEFORE = "This form was sent before, and nothing is done twice. It was done."
#: Of each action a page with its form, and what that says.
FORMS = {
    "retry": (ATTENTION, ROW),
    "retry-all": (ATTENTION, {"reason": "refused"}),
    "push": (ATTENTION, ROW),
    "link": (ATTENTION, {**ROW, "target": "58"}),
    "note": (ATTENTION, {**ROW, "owner": "vera", "note": "asked the agency"}),
    "dismiss": (ATTENTION, {**ROW, "note": "a test"}),
    "resolve": (ATTENTION, {**ROW, "keep": "qbo", "mediaos": "2", "qbo": "3"}),
    "release": (LOCKOUTS, {"lane": LANE, "lockout": "lock-1"}),
    "impose": (LOCKOUTS, {"customer": "42", "minutes": "5", "reason": "by hand"}),
    "retry-now": (HOME, {}),
    "pause": (HOME, {"reason": "the year is closed"}),
    "resume": (HOME, {}),
    "confirm": (HOME, {"guard": "guard-1"}),
    "map": (MAPPINGS, {"kind": "products", "source": "7", "target": "12", "was": ""}),
    "unmap": (MAPPINGS, {"kind": "products", "source": "8", "was": "13"}),
    "read-lists": (MAPPINGS, {"kind": "products"}),
    "change-settings": (SETTINGS, {**GUIDE, "number_prefix": "M-", "was": mark_of(BEFORE)}),
    "observe": (SETTINGS, {"named": "t1"}),
    "retry-letter": (ATTENTION, {"place": PLACE}),
    "discard-letter": (ATTENTION, {"place": PLACE, "reason": "a test"}),
}
#: What the gateway does itself.
ITSELF = ("retry-letter", "discard-letter")
#: What is done about a tenant that only observes.
BEFORE_LIVE = ("preflight", "go-live")
#: What Intuit and the store of the connections are asked as well.
OF_CONNECTION = ("connect", "disconnect")


def removed(guard):
    return RemovalCounted(
        request="r6",
        side=Side.QBO,
        record="mediaos/invoice/136",
        amount=Decimal(5),
        at=START,
        guard=guard,
    )


@pytest.fixture
def told(world):
    """A tenant with something for each action to be done about, and a worker that answers."""
    world.tell("t1", connected(), live(), removed(guard="guard-1"))
    world.tell("t1", source("7", "Print ad"), source("8", "Online ad"))
    world.tell("t1", target("12", "Print ads"), target("13", "Online"), mapped("8", "13"))
    world.tell("t1", suspended(START + timedelta(minutes=10)))
    pause = Pause(since=START, by="ada", reason="month end")
    world.tell("t1", TenantPaused(request="r7", pause=pause))
    world.tell(LANE, customer(), invoice(), parked(park=REFUSED))
    world.tell(LANE, locked(START + timedelta(minutes=20)))
    world.bury(LANE.encode(), "no sense")
    return world


async def form_of(browser, do):
    """Return the form of an action, filled in, as its page was shown."""
    address, said = FORMS[do]
    page = await browser.get(address)
    form = {"secret": secret_of(page), "do": do, **said}
    if do == "dismiss":
        form["standing"] = re.search(r'name="standing" value="([^"]+)"', page.text)[1]
    return address, form


async def sent(browser, address, form):
    """Send a form, and return the page that one comes to."""
    answer = await browser.post(address, data=form)
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])


def test_every_action_is_looked_at():
    assert FORMS.keys() | {*BEFORE_LIVE, *OF_CONNECTION} == {
        name for page in PAGES for name in page.acts
    }


def times(world):
    """Return how often something was done."""
    ended = sum(b'"closed":"discarded"' in each for each in world.letters)
    return len(world.asked) + len(world.retried) + ended


@pytest.mark.parametrize("do", FORMS)
async def test_a_form_that_comes_again_is_done_once_and_that_is_said(told, do):
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, do)
        first, second = [text_of(await sent(anna, address, form)) for _ in range(2)]

    assert times(told) == 1
    assert "nothing is done twice" not in first
    assert "This form was sent before, and nothing is done twice." in second
    assert not any(said in second for said in ("Somebody", GONE, "no such lockout"))


@pytest.mark.parametrize("do", FORMS)
async def test_who_presses_twice_at_once_asks_once_and_both_hear_of_it(told, do):
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, do)
        told.answers = lambda _request: None
        both = [asyncio.create_task(anna.post(address, data=form)) for _ in range(2)]
        while not times(told):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        for _, key, request in told.asked:
            told.tell(key, RequestTaken(request=request.id, done=True, detail="ok", by="anna"))
        answers = await asyncio.gather(*both)

    assert [each.status_code for each in answers] == [303, 303]
    assert times(told) == 1


async def test_of_a_tenant_that_observes_a_preflight_runs_once_and_it_goes_live_once(world):
    runs = []

    async def judge(subject, _hear):
        runs.append(subject.tenant)
        return ()

    world.tell("t1", connected())
    world.judges(judge)
    async with world.open() as served:
        anna = await served.browser(ANNA)
        secret = secret_of(await anna.get(SETTINGS))
        form = {"secret": secret, "do": "preflight"}
        first, again = [text_of(await sent(anna, SETTINGS, form)) for _ in range(2)]
        async with asyncio.timeout(15):
            while "nothing stands in the way" not in text_of(await anna.get(SETTINGS)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        last = text_of(await sent(anna, SETTINGS, form))
        form |= {"do": "go-live", "named": "t1"}
        live_now, live_again = [text_of(await sent(anna, SETTINGS, form)) for _ in range(2)]

    assert runs == ["t1"]
    assert "sent before" not in first + live_now
    assert all("sent before" in each for each in (again, last))
    assert AGAIN in live_again
    assert len(world.asked) == 1


async def test_one_link_is_made_and_tokens_are_taken_away_once(world):
    outside = Outside()
    world.connecting = ConnectionChanges(invite=outside.invite, revoke=outside.revoke)
    world.tell("t1", connected(), live())
    async with world.open() as served:
        anna = await served.browser(ANNA)
        form = {"secret": secret_of(await anna.get(HOME)), "named": "t1"}
        outside.fault = "Intuit is away."
        away = text_of(await sent(anna, HOME, form | {"do": "disconnect"}))
        outside.fault = None
        pages = [
            await sent(anna, HOME, form | {"do": do}) for do in (*OF_CONNECTION, *OF_CONNECTION)
        ]

    assert "Intuit is away." in away
    assert (len(outside.wishes), len(outside.revoked), len(world.asked)) == (1, 1, 1)
    assert ["sent before" in text_of(each) for each in pages] == [False, False, True, True]


IN_LANE = ("retry", "push", "link", "note", "dismiss", "resolve", "release")
OF_TENANT = (
    "retry-now",
    "pause",
    "resume",
    "confirm",
    "map",
    "unmap",
    "read-lists",
    "change-settings",
    "observe",
)


@pytest.mark.parametrize("do", [*IN_LANE, *OF_TENANT])
async def test_a_gateway_that_was_killed_before_it_answered(told, do):
    """The worker did it meanwhile: the next gateway says so, and asks nothing."""
    told.answers, told.patience_seconds = lambda _request: None, 0.05
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, do)
        await anna.post(address, data=form)
    [(_, key, request)] = told.asked
    told.tell(key, RequestTaken(request=request.id, done=True, detail="ok", by="anna"))

    async with told.open() as served:
        await served.caught_up()
        again = browser_of(served.app)
        again.cookies = anna.cookies
        page = text_of(await sent(again, address, form))

    assert len(told.asked) == 1
    assert DONE_BEFORE in page


@pytest.mark.parametrize("do", [each for each in FORMS if each not in ITSELF])
async def test_where_no_worker_answered_yet_the_same_is_asked_for_under_its_id(told, do):
    told.answers, told.patience_seconds = lambda _request: None, 0.05
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, do)
        first = await sent(anna, address, form)
    async with told.open() as served:
        await served.caught_up()
        again = browser_of(served.app)
        again.cookies = anna.cookies
        # Also who does the same once more on the page that says so.
        await sent(again, address, form | {"secret": secret_of(first)})

    assert len(told.asked) == 2
    assert len({request.id for _, _, request in told.asked}) == 1


async def test_what_kafka_did_not_confirm_is_not_called_undone_and_goes_under_the_same_id(told):
    ids = []

    async def unconfirmed(_topic, _key, value, _headers=()):
        ids.append(decode_request(value).id)
        raise KafkaConnectionError

    taken = told.send
    told.send = unconfirmed
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, "pause")
        page = await sent(anna, address, form)
        told.send = taken
        await sent(anna, address, form | {"secret": secret_of(page)})

    assert "Kafka has not confirmed that it has the request" in text_of(page)
    assert "Nothing was done" not in text_of(page)
    assert ids == [request.id for _, _, request in told.asked]


async def test_a_request_that_kafka_keeps_waiting_is_not_called_under_way(told):
    told.patience_seconds = 0.05

    async def never(*_given):
        await asyncio.Event().wait()

    told.send = never
    async with told.open() as served:
        anna = await served.browser(ANNA)
        page = await sent(anna, *await form_of(anna, "pause"))

    assert "Kafka has not confirmed that it has the request" in text_of(page)


async def test_the_same_on_a_page_that_was_shown_anew_is_another_request(told):
    """Who retries what was retried in vain means it."""
    async with told.open() as served:
        anna = await served.browser(ANNA)
        for _ in range(2):
            await sent(anna, *await form_of(anna, "retry"))

    assert len({request.id for _, _, request in told.asked}) == 2


async def test_another_note_from_the_same_page_is_another_request(told):
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, "note")
        for note in ("one", "two"):
            await sent(anna, address, form | {"note": note})

    assert [request.note for _, _, request in told.asked] == ["one", "two"]


async def test_a_form_that_comes_in_while_the_journal_is_read_is_not_lost_without_a_word(told):
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, "retry")
    unread = told.app(told.console())
    again = browser_of(unread)
    again.cookies = anna.cookies
    answer = await again.post(address, data=form)
    async with told.open() as served:
        await served.caught_up()
        last = browser_of(served.app)
        last.cookies = again.cookies
        page = text_of(await last.get(answer.headers["location"]))

    assert "was reading the journal, so nothing was done" in page
    assert told.asked == []


async def test_who_was_refused_may_send_the_same_form_again(told):
    """As when a note lacks: what was not done is not remembered as done."""
    async with told.open() as served:
        anna = await served.browser(ANNA)
        address, form = await form_of(anna, "pause")
        for _ in range(2):
            page = text_of(await sent(anna, address, form | {"reason": ""}))

    assert "Say why" in page
    assert "sent before" not in page


async def test_of_many_forms_the_oldest_are_forgotten(told, monkeypatch):
    monkeypatch.setattr(sent_forms, "MOST_SENT", 2)
    forms = sent_forms.SentForms()
    done = []

    async def do(name):
        done.append(name)
        return Told(text=name, done=True)

    for name in ("a", "b", "c", "c", "a"):
        await forms.once(name, partial(do, name))
    assert done == ["a", "b", "c", "a"]


async def test_of_many_forms_none_that_is_being_done_is_forgotten(monkeypatch):
    monkeypatch.setattr(sent_forms, "MOST_SENT", 2)
    forms, go_on, done = sent_forms.SentForms(), asyncio.Event(), []

    async def do(name):
        done.append(name)
        await go_on.wait()
        return Told(text=name, done=True)

    names = ("a", "b", "c", "d", "a", "b")
    sent = [asyncio.create_task(forms.once(name, partial(do, name))) for name in names]
    await asyncio.sleep(0.01)
    go_on.set()
    answers = [(await each).text for each in sent]
    await forms.once("e", partial(do, "e"))

    assert answers == list(names)
    assert done == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("given", ["", "s", "s.", "s.x", ".", f"x.{'0' * 24}", f"s.{'0' * 25}"])
def test_what_no_page_of_this_session_has_is_no_showing(given):
    assert showing_of(given, "s") is None


def test_an_id_says_all_that_the_form_says():
    forms = [
        ("0", "/console/t/t1", {"do": ("map",), "secret": ("x",), "back": ("b",)}),
        ("1", "/console/t/t1", {"do": ("map",)}),
        ("0", "/console/t/t2", {"do": ("map",)}),
        ("0", "/console/t/t1/settings", {"do": ("map",)}),
        ("0", "/console/t/t1", {"do": ("map", "x")}),
        ("0", "/console/t/t1", {"do": ("map",), "x": ("",)}),
    ]
    assert len({request_id(*form) for form in forms}) == len(forms)
    around = ("0", "/console/t/t1", {"do": ("map",), "secret": ("y",)})
    assert request_id(*around) == request_id(*forms[0])
