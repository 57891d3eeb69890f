"""Who comes in, for how long, and what is a stranger told?"""

import pytest
from cryptography.fernet import Fernet

from agents.gateway.console.login_limit import OF_ALL, OF_ONE
from tests.unit.gateway.console.conftest import ANNA, KEY, OTTO, secret_of, text_of
from tests.unit.gateway.console.journal_words import connected, live

#: Who is in is told that the journal is being read, since nobody reads it here; others log in.
IN, OUT = 503, 303


async def test_who_has_a_token_comes_in_and_is_called_by_name(browser):
    anna = browser()

    answer = await anna.log_in(ANNA)
    page = await anna.get("/console")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert page.status_code == IN
    assert "anna" in page.text


@pytest.mark.parametrize("token", ["x" * 32, "", "short", ANNA[:-1], "ä" * 20])
async def test_a_wrong_token_gets_one_answer_whatever_is_wrong_with_it(browser, token):
    stranger = browser()

    answer = await stranger.log_in(token)

    assert answer.status_code == 403
    assert "No login has this token" in answer.text
    assert "isthmus_console" not in stranger.cookies


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/t/t1", "/console/t/no-such"])
async def test_a_stranger_is_shown_the_way_in_whether_there_is_such_a_page(browser, path):
    answer = await browser().get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/login?to={path}")


async def test_after_the_login_one_is_where_one_wanted_to_be(browser):
    answer = await browser().log_in(ANNA, to="/console/t/t1?kind=parked")

    assert answer.headers["location"] == "/console/t/t1?kind=parked"


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/console//evil", "/console/\\evil", "/consoles",
     "/console/../x\r\nSet-Cookie: a=b", "/console/login"],
)  # fmt: skip
async def test_a_login_never_leads_elsewhere(browser, to):
    answer = await browser().log_in(ANNA, to=to)

    assert answer.headers["location"] == "/console"


async def test_a_login_from_another_site_s_form_is_refused(browser):
    anna, other = browser(), browser()
    secret = secret_of(await other.get("/console/login"))

    form = {"secret": secret, "to": "/console", "token": ANNA}
    without_cookie = await anna.post("/console/login", data=form)
    await anna.get("/console/login")
    with_another_s = await anna.post("/console/login", data=form)

    assert (without_cookie.status_code, with_another_s.status_code) == (400, 400)
    assert "isthmus_console" not in anna.cookies


async def test_after_some_wrong_tokens_an_address_waits_and_another_does_not(
    browser, clock, app_of
):
    app = app_of()
    here, there = browser(app), browser(app, address="10.0.0.2")

    wrong = [(await here.log_in("x" * 32)).status_code for _ in range(OF_ONE)]
    right_too_soon = await here.log_in(ANNA)
    elsewhere = await there.log_in(ANNA)
    await clock.advance(60)
    later = await here.log_in(ANNA)

    assert wrong == [403] * OF_ONE
    assert (right_too_soon.status_code, right_too_soon.headers["retry-after"]) == (429, "60")
    assert (elsewhere.status_code, later.status_code) == (303, 303)


async def test_guesses_from_everywhere_make_nobody_else_wait(browser, app_of):
    app = app_of()
    for place in range(OF_ALL // OF_ONE):
        guesser = browser(app, address=f"10.0.1.{place}")
        assert [(await guesser.log_in("x" * 32)).status_code for _ in range(OF_ONE)][-1] == 403
    fresh = browser(app, address="10.0.2.1")

    anna = await browser(app, address="10.0.0.9").log_in(ANNA)
    once, again = await fresh.log_in("y" * 32), await fresh.log_in("z" * 32)

    assert anna.status_code == 303
    assert (once.status_code, again.status_code) == (403, 429)


async def test_who_has_a_whole_network_of_addresses_has_the_tries_of_one(browser, app_of):
    app = app_of()
    answers = [
        (await browser(app, address=f"2001:db8:0:1::{place:x}").log_in("x" * 32)).status_code
        for place in range(OF_ONE + 1)
    ]
    neighbour = await browser(app, address="2001:db8:0:2::1").log_in(ANNA)

    assert answers == [403] * OF_ONE + [429]
    assert neighbour.status_code == 303


async def test_a_cookie_is_for_the_console_alone_and_no_script_reads_it(browser):
    answer = await browser(gateway_url="https://gateway").log_in(ANNA)
    plain = await browser().log_in(ANNA)

    [cookie] = [
        c for c in answer.headers.get_list("set-cookie") if c.startswith("isthmus_console=")
    ]
    assert {"HttpOnly", "Path=/console", "SameSite=lax", "Secure"} <= set(cookie.split("; "))
    assert ANNA not in cookie
    assert all("Secure" not in each for each in plain.headers.get_list("set-cookie"))


async def test_a_session_ends_when_nobody_looks_for_an_hour(browser, clock):
    anna = browser()
    await anna.log_in(ANNA)

    await clock.advance(59 * 60)
    busy = await anna.get("/console")
    await clock.advance(59 * 60)
    still = await anna.get("/console")
    await clock.advance(61 * 60)
    idle = await anna.get("/console")

    assert [busy.status_code, still.status_code, idle.status_code] == [IN, IN, OUT]


async def test_whose_session_ended_over_a_form_is_told_after_the_login_that_nothing_was_done(
    world, clock
):
    world.tell("t1", connected(), live())
    async with world.open() as served:
        otto = await served.browser(OTTO)
        address = "/console/t/t1/attention"
        form = {"secret": secret_of(await otto.get(address)), "do": "note", "note": "a long one"}
        await clock.advance(61 * 60)
        answer = await otto.post(address, data=form)
        back = await otto.log_in(OTTO, to=address)
        page = await otto.get(back.headers["location"])
        again = await otto.get(address)

    assert answer.headers["location"] == f"/console/login?to={address}"
    assert "Your login had ended before this came in. Nothing was done" in text_of(page)
    assert "Nothing was done" not in text_of(again)
    assert world.asked == []


async def test_a_session_ends_after_a_working_day_however_busy(browser, clock):
    anna = browser()
    await anna.log_in(ANNA)

    statuses = []
    for _ in range(21):
        await clock.advance(30 * 60)
        statuses.append((await anna.get("/console")).status_code)

    assert statuses == [IN] * 19 + [OUT] * 2


async def test_who_logs_out_is_out_with_every_copy_of_the_cookie(browser):
    anna = browser()
    await anna.log_in(ANNA)
    copy = anna.cookies["isthmus_console"]
    page = await anna.get("/console")

    answer = await anna.post("/console/logout", data={"secret": secret_of(page)})
    after = await anna.get("/console")
    stolen = await anna.get("/console", headers={"cookie": f"isthmus_console={copy}"})

    assert answer.headers["location"] == "/console/login"
    assert (after.status_code, stolen.status_code) == (OUT, OUT)


async def test_another_site_logs_nobody_out(browser):
    anna = browser()
    await anna.log_in(ANNA)

    await anna.post("/console/logout", data={"secret": "made-up"})

    assert (await anna.get("/console")).status_code == IN


async def test_a_token_that_is_taken_away_ends_its_sessions(browser, app_of, settings):
    grants = settings().console_token
    otto, anna = browser(), browser()
    await otto.log_in(OTTO)
    await anna.log_in(ANNA)

    app = app_of(console_token=grants[:1])
    for each in (otto, anna):
        each._transport = browser(app)._transport

    assert (await anna.get("/console")).status_code == IN
    assert (await otto.get("/console")).status_code == OUT


async def test_new_token_keys_log_nobody_out_and_foreign_ones_let_nobody_in(browser, clock, app_of):
    anna = browser()
    await anna.log_in(ANNA)
    statuses = []

    for keys in ((Fernet.generate_key().decode(), KEY), (Fernet.generate_key().decode(),)):
        app = app_of(token_key=keys)
        anna._transport = browser(app)._transport
        statuses.append((await anna.get("/console")).status_code)

    assert statuses == [IN, OUT]


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAA" + "x" * 100, "\xe4"])
async def test_a_made_up_cookie_is_nobody_s(browser, cookie):
    header = {"cookie": b"isthmus_console=" + cookie.encode("latin-1")}

    assert (await browser().get("/console", headers=header)).status_code == OUT


async def test_the_cookie_of_the_login_form_is_no_session(browser):
    stranger = browser()
    await stranger.get("/console/login")
    knock = stranger.cookies["isthmus_console_login"]

    answer = await stranger.get("/console", headers={"cookie": f"isthmus_console={knock}"})

    assert answer.status_code == OUT


async def test_what_is_no_form_is_refused_before_it_is_read(browser):
    stranger = browser()

    other = await stranger.post("/console/login", json={"token": ANNA})
    large = await stranger.post("/console/login", data={"token": "x" * 100_000})

    assert (other.status_code, large.status_code) == (415, 413)
