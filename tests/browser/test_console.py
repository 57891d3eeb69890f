"""The console as people use it: they log in, see what waits, mend it, and see it gone."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agents.gateway.console.connecting import ConnectionChanges, LinkToConnect
from agents.gateway.pages import page as consent_page
from agents.process.clock import SystemClock
from agents.rules.tenant.preflight_findings import Finding
from schemas.calls import DayCalls, TenantCalls, WorkerCalls
from schemas.facts import Released
from tests.browser.conftest import NARROW, WIDE, kept, log_in, served, stumbles
from tests.unit.gateway.console.conftest import ANNA, OTTO, VERA, World
from tests.unit.gateway.console.journal_words import LANE, connected

IN_THE_WAY = Finding(
    name="number-collision",
    what="QuickBooks has invoices of such numbers already: MediaOS-136, MediaOS-137",
    why="an invoice of MediaOS whose number is taken there parks",
    remedy="choose another prefix: isthmus settings set --prefix",
    blocking=True,
)
TO_KNOW = Finding(
    name="closing-date",
    what="QuickBooks' books are closed up to 2026-09-30",
    why="a document that is dated before is refused there",
    remedy="nothing; where such documents are still to be sent, open the books until then",
    blocking=False,
)

#: Of the lock's 19 minutes no test takes more than five.
LEFT = re.compile(r"1[3-8] min")

pytestmark = pytest.mark.chromium
SETTINGS = "/console/t/t1/settings"

PAGES = {
    "login": "/console/login",
    "overview": "/console/t/t1",
    "attention": "/console/t/t1/attention",
    "lockouts": "/console/t/t1/lockouts",
    "reconcile": "/console/t/t1/reconcile",
    "find": "/console/t/t1/find?q=mediaos-1",
    "record": "/console/t/t1/record/mediaos/invoice/138",
    "mappings": "/console/t/t1/mappings",
    "mapping": "/console/t/t1/mappings?kind=products&source=7",
    "settings": "/console/t/t1/settings",
    "settings-look": "/console/t/t1/settings?group=guide&number_prefix=MediaOS-&manual_push=yes",
    "mapping-effect": "/console/t/t1/mappings?kind=products&source=9&target=12",
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

    assert LEFT.match(before)


async def test_whose_clock_is_wrong_sees_the_time_that_is_left_all_the_same(person):
    page = await person()
    await page.add_init_script("const now = Date.now; Date.now = () => now() + 5 * 3600 * 1000;")
    await log_in(page, OTTO, PAGES["lockouts"])

    assert LEFT.match(await page.locator("time[data-left]").first.inner_text())


async def test_a_lock_is_released_on_its_page_and_stands_among_those_that_were(person, console):
    page = await person()
    await log_in(page, OTTO)
    await page.get_by_role("link", name="Lockouts").click()

    await page.get_by_role("button", name="Release it now for Harbour Books").click()

    await page.get_by_role("status").get_by_text("Done: ok.").wait_for()
    await page.get_by_text("Nothing is locked").wait_for()
    await page.get_by_role("row", name="Harbour Books").wait_for()
    [(_, _, request)] = console[1].world.asked
    assert (request.lockout, request.by) == ("lock-1", "otto")
    assert page.faults == []


async def test_an_admin_holds_back_a_customer_by_keyboard(person):
    page = await person()
    await log_in(page, ANNA, PAGES["lockouts"])
    await page.get_by_text("Hold back a customer's changes").focus()
    for key in ("Enter", "Tab"):
        await page.keyboard.press(key)
    await page.keyboard.type("Quay Press & Sons")
    for text in ("\t5", "\ta correction"):
        await page.keyboard.press(text[0].replace("\t", "Tab"))
        await page.keyboard.type(text[1:])
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", name="anna holds back Quay Press & Sons").wait_for()
    await kept(page, "lockouts-begun")
    assert page.faults == []


async def test_somebody_sees_where_the_ledgers_differ_keeps_the_table_and_opens_the_record(person):
    page = await person()
    await log_in(page, OTTO)
    await page.get_by_role("link", name="Reconcile").click()
    await page.get_by_text("The ledgers differ in 1 document").wait_for()

    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download it as CSV").click()
    file = await downloading.value
    table = await asyncio.to_thread(Path(await file.path()).read_text, encoding="utf-8")
    await page.get_by_text("Customers of whom both sides say the same").click()
    await page.get_by_role("row", name="Quay Press").wait_for()
    await page.get_by_role("link", name="invoice MediaOS-136").click()

    await page.get_by_role("heading", name="Invoice MediaOS-136").wait_for()
    assert file.suggested_filename.startswith("reconcile-t1-")
    assert "'=HYPERLINK(1)" in table
    assert page.faults == []


async def test_somebody_takes_a_row_on_notes_why_and_dismisses_it(person):
    page = await person()
    await log_in(page, OTTO, PAGES["attention"])
    row = page.get_by_role("listitem").filter(has_text="QuickBooks says no")
    await row.get_by_text("Owner and note").click()
    await row.get_by_label("Who sees to it").fill("vera")
    await row.get_by_label("Note").fill("a trial order, the agency pays it by itself")
    await page.keyboard.press("Enter")
    await row.get_by_text("vera sees to it.").wait_for()
    await kept(page, "attention-noted")

    await row.get_by_text("Owner and note").click()
    await kept(page, "attention-note-form")
    await row.get_by_role("button", name="Dismiss invoice 137").click()
    await page.get_by_role("status").get_by_text("Done: ok.").wait_for()
    assert await row.count() == 0

    await page.get_by_label("Show", exact=True).select_option("dismissed")
    await page.get_by_role("button", name="Show").click()
    await row.get_by_text("Dismissed.").wait_for()
    await kept(page, "attention-dismissed")
    await row.get_by_text("Owner and note").click()
    await row.get_by_role("button", name="List invoice 137 of MediaOS again").click()
    await page.get_by_text("Nothing waits so.").wait_for()
    assert page.faults == []


async def test_an_open_page_shows_news_by_itself(person, console):
    page = await person()
    await log_in(page, OTTO, PAGES["attention"])
    await page.get_by_text("QuickBooks says no").wait_for()

    console[1].world.tell(LANE, Released(document="mediaos/invoice/137", why="asked"))

    await page.get_by_text("QuickBooks says no").wait_for(state="detached")
    await page.locator("header nav .count", has_text="5").wait_for()
    assert page.faults == []


async def test_an_open_page_shows_what_came_while_it_was_being_opened(person, console):
    _, served = console
    page = await person()

    async def late(route):
        # From making a page to listening takes a browser as long as a worker takes for an invoice.
        served.world.tell(LANE, Released(document="mediaos/invoice/137", why="asked"))
        await served.caught_up()
        await route.continue_()

    await log_in(page, OTTO)
    await page.route("**/events*", late)
    await page.goto("/console/t/t1/attention")

    await page.get_by_text("QuickBooks says no").wait_for(state="detached")
    assert page.faults == []


#: Counts the news that a page is told, before its own script hears of it.
COUNTED = """
    window.news = 0;
    const Told = EventSource;
    window.EventSource = class extends Told {
      constructor(...given) {
        super(...given);
        this.addEventListener("news", () => { window.news += 1; });
      }
    };
"""


async def test_an_open_page_shows_what_came_while_it_was_asking_for_news(person, console):
    _, served = console
    page, asked = await person(), []
    await page.add_init_script(COUNTED)
    await log_in(page, OTTO, PAGES["attention"])
    await page.get_by_role("link", name="Map it").wait_for()

    async def slow(route):
        # Where a gateway takes longer for a page than there is between two pieces of news.
        answer = await route.fetch()
        asked.append(route.request.url)
        if len(asked) == 1:
            before = await page.evaluate("window.news")
            served.world.tell(LANE, Released(document="mediaos/invoice/136", why="product:7"))
            await page.wait_for_function("(before) => window.news > before", arg=before)
        await route.fulfill(response=answer)

    await page.route("**/attention", slow)
    served.world.tell(LANE, Released(document="mediaos/invoice/137", why="asked"))

    await page.get_by_text("QuickBooks says no").wait_for(state="detached")
    await page.get_by_role("link", name="Map it").wait_for(state="detached")
    assert page.faults == []


async def test_news_waits_until_somebody_is_done_with_what_they_are_at(person, console):
    page = await person()
    await log_in(page, OTTO, PAGES["attention"])
    target = page.get_by_label("Its number in QuickBooks")
    await target.fill("58")

    console[1].world.tell(LANE, Released(document="mediaos/invoice/137", why="asked"))

    await page.get_by_text("There is news.").wait_for()
    assert await target.input_value() == "58"
    await target.blur()
    await page.get_by_text("QuickBooks says no").wait_for(state="detached")


async def test_an_open_overview_shows_the_calls_that_are_left_as_the_workers_say_them(
    person, console
):
    page = await person()
    await log_in(page, VERA)
    card = page.get_by_role("region", name="Calls left")
    await card.get_by_text("not known yet").wait_for()
    told = WorkerCalls(
        at=datetime.now(UTC),
        partitions=tuple(range(4)),
        of=4,
        places=500,
        tenants={"t1": TenantCalls(used=472, left=28, waiting=3)},
        mediaos={"t1": DayCalls(used=1_204, left=3_796)},
        day_places=5_000,
    )

    console[1].world.tell_calls(told)

    await card.get_by_text("472 of 500").wait_for()
    await kept(page, "overview-calls")
    assert page.faults == []


async def test_a_record_is_found_and_its_story_read(person):
    page = await person()
    await log_in(page, OTTO)
    await page.get_by_role("link", name="Find a record").click()

    await page.get_by_label("Number, name or id").fill("266")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="invoice MediaOS-136").click()

    await page.get_by_role("heading", name="Invoice MediaOS-136").wait_for()
    await page.get_by_text("are one.").wait_for()
    assert page.faults == []


async def test_what_waits_for_a_mapping_is_mapped_after_a_look_at_what_it_lets_go(person, console):
    page = await person()
    await log_in(page, OTTO, PAGES["attention"])

    await page.get_by_role("link", name="Map it").click()
    await page.get_by_label("Print ads full page").check()
    await page.get_by_role("button", name="See what it would do").click()
    await page.get_by_text("1 document of 1,861.08 goes at once").wait_for()
    await page.get_by_role("button", name="Save this mapping").click()

    await page.get_by_role("status").get_by_text("Done: ok.").wait_for()
    row = page.get_by_role("row").filter(has_text="Print ad, full page")
    assert "Print ads full page" in await row.inner_text()
    await row.get_by_text("document waits").wait_for(state="detached")
    [(_, _, request)] = console[1].world.asked
    assert (request.source, request.target, request.by) == ("7", "12", "otto")
    assert page.faults == []


async def test_a_setting_is_changed_after_a_look_at_what_it_would_do(person, console):
    page = await person()
    await log_in(page, ANNA, "/console/t/t1/settings")

    await page.get_by_label("Number Prefix").fill("MediaOS-")
    await page.get_by_label("Number Prefix").press("Enter")
    await page.get_by_text("Invoice 136 of MediaOS becomes MediaOS-136").wait_for()
    await page.get_by_role("button", name="Save").click()

    await page.get_by_role("status").get_by_text("Done: ok.").wait_for()
    assert await page.get_by_label("Number Prefix").input_value() == "MediaOS-"
    [(_, _, request)] = console[1].world.asked
    assert (request.settings.number_prefix, request.by) == ("MediaOS-", "anna")
    assert page.faults == []


async def test_an_admin_runs_the_preflight_mends_what_it_finds_and_has_the_tenant_go_live(
    person, console, axe
):
    world = console[1].world
    go_on, findings = asyncio.Event(), [IN_THE_WAY, TO_KNOW]
    here = asyncio.get_running_loop()

    async def judge(_subject, hear):
        hear("QuickBooks' Invoice list", 400, None)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(go_on.wait(), here))
        return findings

    world.judged = judge
    world.tell("t3", connected())
    page = await person()
    await log_in(page, ANNA, "/console/t/t3/settings")
    await page.get_by_role("button", name="Run the preflight").click()
    await page.get_by_text("QuickBooks' Invoice list: 400").wait_for()
    await kept(page, "going-live-runs")
    assert await stumbles(page, axe) == []

    go_on.set()
    await page.get_by_text("2 findings, 1 of them in the way").wait_for()
    for scheme, size in (("light", WIDE), ("dark", WIDE), ("light", NARROW)):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await kept(page, f"going-live-found-{scheme}-{size[0]}")
        assert await stumbles(page, axe) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    await page.get_by_label("To confirm, type the tenant's name").fill("t3")
    await page.get_by_role("button", name="Go live").click()
    await page.get_by_text("It does not go live yet").wait_for()

    findings.remove(IN_THE_WAY)
    await page.get_by_role("button", name="Run the preflight anew").click()
    await page.get_by_text("1 finding, 0 of them in the way").wait_for()
    await page.get_by_label("To confirm, type the tenant's name").fill("t3")
    await page.keyboard.press("Enter")
    await page.get_by_role("status").get_by_text("Done: ok.").wait_for()
    await page.get_by_text("It is live since").wait_for()
    [(_, _, request)] = world.asked
    assert (request.tenant, request.by, request.overruled) == ("t3", "anna", ())

    await page.get_by_text("Only observe again").click()
    await page.get_by_label("To confirm, type the tenant's name").fill("t3")
    await kept(page, "going-live-back")
    await page.get_by_role("button", name="Only observe t3").click()
    await page.get_by_text("Only observed:").wait_for()
    assert page.faults == []


async def test_an_admin_disconnects_a_tenant_and_makes_the_link_that_connects_it_again(
    person, console, axe
):
    world = console[1].world
    page = await person()
    await log_in(page, ANNA)
    card = page.get_by_role("region", name="Connection")

    await card.get_by_text("Connect it again").click()
    await card.get_by_text("Take the connection away").click()
    for scheme, size in (("light", WIDE), ("dark", WIDE), ("light", NARROW)):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await kept(page, f"connection-{scheme}-{size[0]}")
        assert await stumbles(page, axe) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    away = card.get_by_role("group").filter(has_text="Disconnect t1")
    await away.get_by_label("To confirm, type the tenant's name").fill("t1")
    await page.keyboard.press("Enter")
    await card.get_by_text("It is not connected to a company of QuickBooks.").wait_for()
    [(_, _, request)] = world.asked
    assert (request.tenant, request.by) == ("t1", "anna")

    await card.get_by_text("Connect it", exact=True).click()
    await card.get_by_label("MediaOS' API key").fill("key-1")
    await card.get_by_label("MediaOS' API password").fill("secret-1")
    await card.get_by_label("To confirm, type the tenant's name").fill("t1")
    await card.get_by_role("button", name="Make the link").click()
    link = page.get_by_role("status").get_by_role("link")
    assert await link.get_attribute("href") == "https://isthmus.example/connect/abc"
    await kept(page, "connection-link")
    assert await stumbles(page, axe) == []
    assert page.faults == []


#: As people have it: wide and narrow, light and dark.
LOOKS = (("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW))


async def looked_at(page, axe, name):
    """Keep a page's pictures; it hinders nobody and fits the screen."""
    for scheme, size in LOOKS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await kept(page, f"{name}-{scheme}-{size[0]}")
        assert await stumbles(page, axe) == [], name
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0], name


async def test_an_admin_looks_what_would_be_in_the_way_of_a_tenant_that_is_live(
    person, console, axe
):
    world = console[1].world

    async def judge(_subject, _hear):
        return [IN_THE_WAY, TO_KNOW]

    world.judged = judge
    page = await person()
    await log_in(page, ANNA, SETTINGS)
    card = page.get_by_role("region", name="Going live")
    await looked_at(page, axe, "live-before")
    await card.get_by_role("button", name="Run the preflight").focus()
    await page.keyboard.press("Enter")

    await card.get_by_text("2 findings, 1 of them would be in the way").wait_for()
    # It stands at the end of a long page, and whoever began it is led there.
    seen = "document.querySelector('#live-head').getBoundingClientRect().top < innerHeight"
    assert await page.evaluate(seen)
    await looked_at(page, axe, "live-preflight")
    assert await card.get_by_role("button", name="Go live").count() == 0
    assert not world.asked
    assert page.faults == []


async def test_where_nobody_is_connected_an_admin_makes_the_first_link(person, tmp_path, axe):
    (tmp_path / "empty").mkdir()
    world = World(tmp_path / "empty", SystemClock())

    async def invited(_wish):
        until = datetime.now(UTC) + timedelta(minutes=15)
        return LinkToConnect(address="https://isthmus.example/connect/abc", until=until)

    world.connecting = ConnectionChanges(invite=invited)
    async with served(world) as (address, _):
        page = await person(base_url=address)
        await log_in(page, ANNA)
        await page.get_by_text("No company is connected yet.").wait_for()
        await looked_at(page, axe, "newcomers-none")
        await page.get_by_role("link", name="Connect the first one").click()
        await looked_at(page, axe, "newcomers")
        await page.get_by_label("A short name for it here").fill("harbour")
        await page.get_by_label("MediaOS' API key").fill("key-1")
        await page.get_by_label("MediaOS' API password").fill("secret-1")
        await page.keyboard.press("Enter")
        link = page.get_by_role("status").get_by_role("link")
        assert await link.get_attribute("href") == "https://isthmus.example/connect/abc"
        await looked_at(page, axe, "newcomers-link")
        assert page.faults == []
        await page.context.close()


async def test_a_connection_that_is_of_no_use_is_seen_at_a_glance(person, console, axe):
    console[1].world.wrong["t1"] = "its tokens are gone"
    page = await person()
    await log_in(page, ANNA)
    await page.get_by_text("the connection to QuickBooks cannot be used.").wait_for()
    await looked_at(page, axe, "connection-gone")
    assert page.faults == []


async def test_somebody_discards_what_could_not_be_used_and_says_why(person, console, axe):
    page = await person()
    await log_in(page, OTTO, PAGES["attention"])
    await page.get_by_text("Discard it").click()
    await kept(page, "letter-discard")
    assert await stumbles(page, axe) == []
    await page.get_by_label("Why nobody has to see to it").fill("a trial, told anew since")
    await page.keyboard.press("Enter")

    await page.get_by_role("status").get_by_text("It is discarded").wait_for()
    await page.get_by_text("could not be used").wait_for(state="detached")
    files = await console[1].world.read_letters()
    [filed] = files.by_place.values()
    assert (filed.closed, filed.closed_by) == ("discarded", "otto")
    assert page.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "called"), [(WIDE, "wide"), (NARROW, "narrow")])
async def test_a_page_hinders_nobody_and_fits_the_screen(person, axe, size, called, scheme):
    page = await person(size, scheme)
    for name, address in PAGES.items():
        await page.goto(address)
        await kept(page, f"{name}-{called}-{scheme}")

        assert await stumbles(page, axe) == [], name
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], name
        if name == "login":
            await log_in(page, ANNA)
    assert page.faults == []


LONG = "x" * 64


async def test_a_tenant_s_name_as_long_as_it_may_be_fits_a_narrow_screen(person, console):
    console[1].world.tell(LONG, connected())
    console[1].world.connecting = ConnectionChanges(invite=_invited_by_a_long_address)
    await console[1].caught_up()
    page = await person(NARROW)
    await log_in(page, ANNA)
    addresses = [f"/console/t/{LONG}{each}" for each in ("", "/settings", "/mappings", "/find")]
    for address in ["/console", "/console/connect", *addresses]:
        await page.goto(address)
        for each in await page.locator("summary").all():
            await each.click()
        assert await _overflow(page) == [], address

    await page.goto("/console/connect")
    await page.get_by_label("A short name for it here").fill("y" * 64)
    await page.keyboard.press("Enter")
    await page.get_by_role("status").get_by_role("link").wait_for()
    assert await _overflow(page) == []


async def _invited_by_a_long_address(_wish):
    until = datetime.now(UTC) + timedelta(minutes=15)
    return LinkToConnect(address=f"https://{'isthmus' * 9}.example/connect/{'a' * 43}", until=until)


async def test_a_page_of_consent_fits_a_narrow_screen(person):
    page = await person(NARROW)
    address = f"https://{'mediaos' * 9}.example/{'a' * 200}"
    told = consent_page(f"Connect {LONG} to QuickBooks", f"Isthmus will keep {address} in step.")
    await page.set_content(told.body.decode())

    assert await _overflow(page) == []


async def _overflow(page):
    """Return by how much a page is wider than its screen, and what of it begins that."""
    return await page.evaluate(
        "(() => { const over = document.documentElement.scrollWidth - innerWidth;"
        " return over <= 0 ? [] : [over, ...[...document.querySelectorAll('body *')]"
        ".filter((each) => each.getBoundingClientRect().left + each.scrollWidth > innerWidth)"
        ".map((each) => each.outerHTML.slice(0, 160))] })()"
    )
