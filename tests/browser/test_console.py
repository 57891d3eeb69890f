"""The console as people use it: they log in, see what waits, mend it, and see it gone."""

import pytest

from tests.browser.conftest import NARROW, WIDE, kept, log_in, stumbles
from tests.unit.gateway.console.conftest import OTTO

pytestmark = pytest.mark.chromium

PAGES = {
    "login": "/console/login",
    "overview": "/console/t/t1",
    "attention": "/console/t/t1/attention",
}


async def test_somebody_logs_in_sees_what_waits_retries_it_and_sees_it_gone(person, console):
    page = await person()
    await log_in(page, OTTO)

    await page.get_by_role("link", name="Needs attention").click()
    row = page.get_by_role("listitem").filter(has_text="QuickBooks says no")
    await row.get_by_role("button", name="Retry invoice 137").click()

    await page.get_by_role("status").get_by_text("Done: ok.").wait_for()
    assert await page.get_by_text("QuickBooks says no").count() == 0
    [(_, _, request)] = console[1].world.asked
    assert request.by == "otto"
    assert page.faults == []


async def test_the_whole_of_it_goes_by_keyboard(person, console):
    page = await person()
    await page.goto("/console/login")
    await page.keyboard.type(OTTO)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/t/t1")

    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    assert await page.evaluate("document.activeElement.id") == "content"


async def test_times_are_in_the_viewer_s_zone_and_without_script_in_utc(person):
    with_script, without = await person(), await person(java_script_enabled=False)
    for page in (with_script, without):
        await log_in(page, OTTO, PAGES["attention"])

    assert "Times are in America/New_York." in await with_script.inner_text("footer")
    assert "UTC" not in await with_script.inner_text("main")
    assert "UTC" in await without.inner_text("main")


async def test_a_lockout_counts_down(person):
    page = await person()
    await log_in(page, OTTO, PAGES["overview"])
    left = page.locator("time[data-left]").first

    before = await left.inner_text()
    await page.wait_for_function(
        "(before) => document.querySelector('time[data-left]').textContent !== before", arg=before
    )

    assert before.startswith("18 min")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "called"), [(WIDE, "wide"), (NARROW, "narrow")])
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_hinders_nobody_and_fits_the_screen(person, axe, name, size, called, scheme):
    page = await person(size, scheme)
    if name != "login":
        await log_in(page, OTTO, PAGES[name])
    else:
        await page.goto(PAGES[name])
    await kept(page, f"{name}-{called}-{scheme}")

    assert await stumbles(page, axe) == []
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= size[0]
    assert page.faults == []
