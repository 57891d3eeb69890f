"""A tenant's preflight is run from its page, and it goes live by what that found, or not."""

import asyncio
import threading
from datetime import timedelta
from html import unescape

import msgspec
import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy.exc import OperationalError

from agents.gateway.console import going_live_actions, preflights
from agents.gateway.console.preflights import NotJudgedError
from agents.rules.tenant.opening import NAME as OPENING
from agents.rules.tenant.preflight_findings import Finding
from agents.rules.tenant.preflight_standing import FRESH, standing_of
from schemas.requests import ChangeSettings, GoLive
from schemas.tenant_facts import SettingsChanged, TenantDisconnected
from schemas.tenant_state import Tenant, TenantSettings
from schemas.values import Kind, RecordRef, Side
from streams.secrets.preflights import SILENT
from tests.unit.gateway.console.conftest import ANNA, OTTO, VERA
from tests.unit.gateway.console.conftest import text_of as escaped
from tests.unit.gateway.console.journal_words import LANE, connected, customer, invoice, live
from tests.unit.gateway.console.mapping_words import mapped

PAGE = "/console/t/t1/settings"


def text_of(page):
    return unescape(escaped(page))


def finding(name, *, blocking=True, remedy="empty the list"):
    return Finding(
        name=name, what=f"{name} was found", why="it matters", remedy=remedy, blocking=blocking
    )


NOT_EMPTY, NOTE = finding("invoices-not-empty"), finding("closing-date", blocking=False)
OWED = finding(OPENING, remedy="go live with --explained WHY")


@pytest.fixture
def found(world):
    """What the next preflight finds; the tenant only observes."""
    findings = []

    async def judge(subject, hear):
        assert (subject.tenant, subject.connection().realm) == ("t1", "9130355")
        hear("MediaOS' invoices", 200, 200)
        await asyncio.sleep(0)
        return findings

    world.tell("t1", connected())
    world.tell(LANE, customer(), invoice("137"))
    world.judges(judge)
    return findings


async def until(page, word, address=PAGE):
    """Return what a page says once it says this."""
    async with asyncio.timeout(15):
        while word not in (told := text_of(await page.get(address))):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return told


async def ran(served, token=ANNA):
    """Return the browser of who has run a preflight to its end."""
    page = await served.browser(token)
    assert "Run the preflight" in text_of(await page.get(PAGE))
    told = text_of(await page.press(PAGE, do="preflight"))
    assert "It runs. This page shows how far it is" in told
    await until(page, "Read 2026")
    return page


async def test_nothing_in_the_way_and_the_tenant_s_name_typed_it_goes_live(world, found):
    async with world.open() as served:
        page = await ran(served)
        assert "nothing stands in the way." in text_of(await page.get(PAGE))

        refused = text_of(await page.press(PAGE, do="go-live", named="t2"))
        assert "to confirm it, type the tenant's name, t1" in refused
        assert not world.asked
        told = text_of(await page.press(PAGE, do="go-live", named="t1"))

    assert "Done: ok." in told
    [(_, key, request)] = world.asked
    assert key == "t1"
    standing = standing_of(Tenant(connection=connected().connection))
    assert request == GoLive(id=request.id, tenant="t1", by="anna", standing=standing)


async def test_the_preflight_is_handed_what_the_journal_has_of_the_tenant_alone(world, found):
    seen = []

    async def judge(subject, hear):
        seen.extend(subject.lanes())
        return ()

    world.tell("t2", connected())
    world.tell("t2/mediaos/9", customer(lane="t2/mediaos/9"))
    world.judge = judge
    async with world.open() as served:
        await ran(served)

    [lane] = seen
    assert lane.key == LANE
    assert {"mediaos/customer/42", "mediaos/invoice/137"} == set(lane.documents)
    assert lane.document_of(RecordRef(Side.MEDIAOS, Kind.INVOICE, "137")) is not None


async def test_how_far_it_is_is_shown_and_there_is_one_at_a_time(world, found):
    go_on = threading.Event()

    async def judge(_subject, hear):
        hear("QuickBooks' Invoice list", 400, None)
        await asyncio.to_thread(go_on.wait, 20)
        return ()

    world.judge = judge
    elsewhere = str(world.folder / "another-gateway")
    async with world.open() as here, world.open(state_folder=elsewhere) as there:
        page, other = await here.browser(ANNA), await there.browser(ANNA)
        await page.press(PAGE, do="preflight")
        told = await until(other, "QuickBooks' Invoice list: 400")
        assert "It runs, begun 2026-03-02 09:00 UTC by anna" in told.replace(" ,", ",")
        assert 'data-again="2"' in (await other.get(PAGE)).text
        assert "Go live with it" not in told

        again = text_of(await other.press(PAGE, do="preflight"))
        assert "It runs already. Nothing was begun." in again
        early = text_of(await other.press(PAGE, do="go-live", named="t1"))
        assert "Run the preflight first, to its end." in early
        go_on.set()
        await until(other, "nothing stands in the way.")
        assert "It runs. This page" in text_of(await other.press(PAGE, do="preflight"))
        await until(other, "nothing stands in the way.")
    assert not world.asked


async def test_whoever_looks_at_a_tenant_hears_that_its_preflight_has_ended(world, found):
    heard = []
    made = preflights.Preflights(world.judge, world.preflights, world.clock, heard.append)
    state = Tenant(connection=connected().connection)
    subject = preflights.Subject(
        tenant="t1", state=state, lanes=tuple, connection=lambda: state.connection
    )
    assert made.begin(subject, "anna") == ""
    async with asyncio.timeout(15):
        while not heard:  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    assert heard == [frozenset({"t1"})]
    assert made.last("t1", world.clock.now()).ended is not None


async def test_what_blocks_is_mended_or_gone_over_by_name_and_what_is_owed_is_explained(
    world, found
):
    found += [NOT_EMPTY, OWED, NOTE]
    async with world.open() as served:
        page = await ran(served)
        told = text_of(await page.get(PAGE))
        assert "3 findings, 2 of them in the way" in told
        assert "Invoices-not-empty was found in the way It matters. Empty the list." in told
        assert "closing-date" not in told.partition("Go live with it")[2]

        async def pressed(**form):
            return text_of(await page.press(PAGE, do="go-live", named="t1", **form))

        assert "It does not go live yet: invoices-not-empty was found; " in await pressed()
        one = await pressed(overrule="invoices-not-empty")
        assert f"It does not go live yet: {OPENING} was found." in one
        by_name = await pressed(overrule=["invoices-not-empty", OPENING])
        assert f"It does not go live yet: {OPENING} was found." in by_name
        assert "It was looked at anew meanwhile" in await pressed(overrule="closing-date")
        assert not world.asked
        await pressed(overrule="invoices-not-empty", explained="written off in May")

    [(_, _, request)] = world.asked
    assert request.overruled == ("invoices-not-empty", OPENING)
    assert (request.explained, request.by) == ("written off in May", "anna")


async def test_a_finding_leads_to_the_page_that_mends_it_and_names_no_command(world, found):
    command = "isthmus map products suggest, then isthmus map products add"
    for name in ("number-collision", "time-zone", "unmapped-products", "gl-codes", "terms"):
        found.append(finding(name, remedy=command))
    async with world.open() as served:
        page = await ran(served)
        text = (await page.get(PAGE)).text

    assert 'href="/console/t/t1/settings#guide"' in text
    assert 'href="/console/t/t1/settings#days"' in text
    assert 'href="/console/t/t1/mappings?kind=products&amp;show=open"' in text
    assert 'href="/console/t/t1/mappings?kind=line-types&amp;show=open"' in text
    assert "isthmus map" not in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (SettingsChanged(request="r", settings=TenantSettings(number_prefix="A-")), "settings"),
        (mapped("7", "12"), "mappings"),
    ],
)
async def test_what_is_set_or_mapped_since_makes_a_preflight_stale(world, found, change, why):
    async with world.open() as served:
        page = await ran(served)
        world.tell("t1", change)
        await served.caught_up()
        told = text_of(await page.get(PAGE))
        assert why in told.partition("It holds no more")[2]
        assert "Go live with it" not in told

        refused = text_of(await page.press(PAGE, do="go-live", named="t1"))
    assert "The preflight holds no more: its settings, mappings or company" in refused
    assert not world.asked


async def test_after_a_while_it_is_stale_as_well(world, found):
    async with world.open() as served:
        page = await ran(served)
        await world.clock.advance((FRESH + timedelta(seconds=1)).total_seconds())

        refused = text_of(await page.press(PAGE, do="go-live", named="t1"))
    assert "The preflight holds no more: it was more than 15 minutes ago" in refused
    assert not world.asked


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (NotJudgedError("QuickBooks' secret is not set."), "QuickBooks' secret is not set."),
        (ValueError("Harbour Books"), "the gateway's log says why (ValueError)."),
        (TimeoutError(), "it took more than 15 minutes: run it as `isthmus preflight t1`"),
    ],
)
async def test_one_that_fails_says_why_and_nobody_goes_live_by_it(world, found, fault, why):
    async def judge(_subject, _hear):
        raise fault

    world.judge = judge
    async with world.open() as served:
        page = await served.browser(ANNA)
        await page.press(PAGE, do="preflight")
        assert why in await until(page, "found nothing")
        refused = text_of(await page.press(PAGE, do="go-live", named="t1"))
    assert "Run the preflight first, to its end." in refused
    assert not world.asked


async def test_a_side_that_has_too_much_to_be_read_here_is_the_command_s(world, found):
    async def judge(_subject, hear):
        hear("the journal's records", 10_000_000, 20_000_000)
        hear("MediaOS' invoices", 200, preflights.MOST_RECORDS + 1)
        return ()

    world.judge = judge
    async with world.open() as served:
        page = await served.browser(ANNA)
        await page.press(PAGE, do="preflight")
        told = await until(page, "found nothing")
    assert "MediaOS' invoices are more than 20,000: run it as `isthmus preflight t1`" in told


async def test_a_tenant_with_too_many_documents_is_the_command_s(world, found, monkeypatch):
    monkeypatch.setattr(going_live_actions, "MOST_DOCUMENTS", 1)
    async with world.open() as served:
        page = await served.browser(ANNA)
        told = text_of(await page.press(PAGE, do="preflight"))
    assert "It has 2 documents, and up to 1 are looked at here." in told


async def test_one_whose_gateway_was_stopped_says_so_and_can_be_run_anew(world, found):
    world.preflights.begin("t1", "gone", a_run(world))
    async with world.open() as served:
        page = await served.browser(ANNA)
        assert "It runs" in text_of(await page.get(PAGE))
        await world.clock.advance((SILENT + timedelta(seconds=1)).total_seconds())

        assert "its gateway was stopped meanwhile" in text_of(await page.get(PAGE))
        await page.press(PAGE, do="preflight")
        await until(page, "nothing stands in the way")


async def test_one_that_was_sealed_under_a_key_that_is_not_set_here_says_so(world, found):
    """As after `isthmus connections rotate-key` on a gateway that has the old key alone."""
    box, other = world.preflights._box, Fernet(Fernet.generate_key())
    world.preflights._box = MultiFernet([other])
    world.preflights.begin("t1", "a", a_run(world))
    world.preflights._box = box
    async with world.open() as served:
        page = await served.browser(ANNA)
        running = text_of(await page.get(PAGE))
        assert "It runs" in running
        assert "by anna" not in running
        world.preflights._box = MultiFernet([other])
        world.preflights.tell("t1", "a", a_run(world), ended=True)
        world.preflights._box = box

        told = text_of(await page.get(PAGE))
        assert "is sealed under a key that is not set here (ISTHMUS_TOKEN_KEY)" in told
        refused = text_of(await page.press(PAGE, do="go-live", named="t1"))
        assert "Run the preflight first, to its end." in refused
        await page.press(PAGE, do="preflight")
        await until(page, "nothing stands in the way")
    assert not world.asked


async def test_one_whose_gateway_was_stopped_while_its_clock_was_ahead_says_so_too(world, found):
    world.clock._start += timedelta(days=1)
    world.preflights.begin("t1", "gone", a_run(world))
    world.clock._start -= timedelta(days=1)
    async with world.open() as served:
        page = await served.browser(ANNA)
        assert "its gateway was stopped meanwhile" in text_of(await page.get(PAGE))
        await page.press(PAGE, do="preflight")
        await until(page, "nothing stands in the way")


async def test_nobody_goes_live_by_what_was_read_tomorrow(world, found):
    async with world.open() as served:
        page = await ran(served)
        world.clock._start -= timedelta(hours=1)

        refused = text_of(await page.press(PAGE, do="go-live", named="t1"))
    assert "The preflight holds no more: the clock that it was read by is ahead" in refused
    assert not world.asked


def a_run(world):
    """Return what is told of a run that has begun."""
    run = preflights.Run(by="anna", began=world.clock.now(), standing="as-it-was")
    return msgspec.json.encode(run).decode()


async def test_no_more_than_some_run_at_once_on_one_gateway(world, found):
    go_on = threading.Event()

    async def judge(_subject, _hear):
        await asyncio.to_thread(go_on.wait, 20)
        return ()

    world.judge = judge
    world.tell("t2", connected())
    other = "/console/t/t2/settings"
    async with world.open() as served:
        page = await served.browser(ANNA)
        assert "It runs." in text_of(await page.press(PAGE, do="preflight"))
        second = text_of(await page.press(other, do="preflight"))
        assert "Others run here now: try again in a minute." in second
        go_on.set()
        await until(page, "nothing stands in the way")
        # Its thread ends a moment after what it found is kept.
        async with asyncio.timeout(10):
            while "It runs." not in text_of(await page.press(other, do="preflight")):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await until(page, "nothing stands in the way", other)


async def test_who_may_not_sees_what_was_found_and_begins_nothing(world, found):
    found.append(NOT_EMPTY)
    async with world.open() as served:
        await ran(served)
        for token in (OTTO, VERA):
            page = await served.browser(token)
            told = text_of(await page.get(PAGE))
            assert "Invoices-not-empty was found" in told
            assert "Go live with it" not in told
            for do in ("preflight", "go-live", "observe"):
                refused = text_of(await page.press(PAGE, do=do, named="t1"))
                assert "Your role lets you look at this and not do it" in refused
    assert not world.asked


async def test_a_live_tenant_only_observes_again_once_its_name_is_typed(world, found):
    world.tell("t1", live())
    async with world.open() as served:
        page = await served.browser(ANNA)
        told = text_of(await page.get(PAGE))
        assert "Only observe again" in told
        assert "type the tenant's name" in text_of(await page.press(PAGE, do="observe", named=""))
        assert "Done: ok." in text_of(await page.press(PAGE, do="observe", named="t1"))
        assert "It is live already" in text_of(await page.press(PAGE, do="go-live", named="t1"))

    [(_, _, request)] = world.asked
    assert isinstance(request, ChangeSettings)
    assert (request.settings, request.by) == (TenantSettings(observe=True), "anna")


async def test_of_a_live_tenant_is_said_what_would_be_in_the_way_and_nobody_goes_live_by_it(
    world, found
):
    found += [NOT_EMPTY, NOTE]
    world.tell("t1", live())
    async with world.open() as served:
        page = await served.browser(ANNA)
        told = text_of(await page.get(PAGE))
        assert "It is live" in told
        assert "Nothing is written for it, and nothing stops" in told
        assert "It runs." in text_of(await page.press(PAGE, do="preflight"))
        told = await until(page, "Read 2026")
        assert "2 findings, 1 of them would be in the way." in told
        assert "Invoices-not-empty was found would be in the way" in told
        assert "Go live with it" not in told

        blocked = text_of(await page.press(PAGE, do="go-live", named="t1"))
        assert "It is live already" in blocked
        otto = text_of(await (await served.browser(OTTO)).get(PAGE))
        assert "Invoices-not-empty was found" in otto
        assert "An admin runs it." in otto
    assert not world.asked


async def test_a_preflight_of_a_live_tenant_is_stale_once_its_settings_change(world, found):
    world.tell("t1", live())
    async with world.open() as served:
        page = await served.browser(ANNA)
        await page.press(PAGE, do="preflight")
        await until(page, "nothing would stand in the way.")
        world.tell("t1", SettingsChanged(request="r", settings=TenantSettings(number_prefix="A-")))
        await served.caught_up()
        assert "It holds no more: its settings" in text_of(await page.get(PAGE))


async def test_of_a_tenant_without_a_company_nothing_can_be_read(world, found):
    world.tell("t1", live(), TenantDisconnected(request="r"))
    async with world.open() as served:
        page = await served.browser(ANNA)
        assert "Run the preflight" not in text_of(await page.get(PAGE))
        refused = text_of(await page.press(PAGE, do="preflight"))
    assert "It is not connected: there is nothing to read." in refused


async def test_one_that_observes_has_nothing_to_go_back_to(world, found):
    async with world.open() as served:
        page = await served.browser(ANNA)
        told = text_of(await page.press(PAGE, do="observe", named="t1"))
    assert "It is only observed already." in told


async def test_a_database_that_is_away_is_said_and_takes_no_page_away(world, found, monkeypatch):
    def away(*_, **__):
        raise OperationalError("select", {}, Exception("away"))

    for name in ("of", "begin"):
        monkeypatch.setattr(world.preflights, name, away)
    async with world.open() as served:
        page = await served.browser(ANNA)
        assert "Whether one was run is not known now" in text_of(await page.get(PAGE))
        for do in ("preflight", "go-live"):
            told = text_of(await page.press(PAGE, do=do, named="t1"))
            assert "The database of the connections does not answer now." in told
